"""What is provable about a certificate, in plain words for its holder; and the steps of a check for anybody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from onething.casework import service as casework
from onething.casework.models import CertificateView
from onething.catalog.models import City
from onething.catalog.service import certificate_field, get_city, in_order
from onething.core.clock import now
from onething.core.errors import Problem
from onething.trust.credentials import service as credentials
from onething.web.http.page import Page
from onething.web.http.parts import Condition, Happening, Row, Status
from onething.web.view.values import shown

STATES: dict[str, Status] = {"valid": "done", "expired": "wait", "suspended": "wait", "revoked": "bad", "replaced": "wait"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """A certificate as lists show it."""

    view: CertificateView
    agency: str
    state: str
    """valid, expired, suspended, revoked or replaced."""
    kind: Status
    told: Sequence[Happening] = ()
    """Its proofs as sentences, in order of time."""
    sentence: str = ""
    """The proofs in one sentence."""
    settled: bool = True
    """False while something is still being recorded or fetched."""
    content: dict[str, Any] = field(default_factory=dict[str, Any])


def state_of(view: CertificateView) -> str:
    if view.status == "valid" and view.valid_until is not None and view.valid_until < now():
        return "expired"
    return view.status


def cards(page: Page, session: Session, views: Iterable[CertificateView]) -> list[Card]:
    """Certificates with their proofs; a few statements for any number of them."""
    city, found = get_city(), list(views)
    proofs = credentials.proofs_of(session, [view.id for view in found])
    made: list[Card] = []
    for view in found:
        state, content = state_of(view), _content(session, view.id)
        told = _told(page, city, view, proofs.get(view.id), content)
        settled = view.id not in proofs or _settled(proofs[view.id])
        made.append(Card(
            view, agency_of(page, city, view.agency), state, STATES[state], told,
            _sentence(page, proofs.get(view.id)), settled, content,
        ))  # fmt: skip
    return made


def _content(session: Session, certificate_id: str) -> dict[str, Any]:
    """Empty where it cannot be opened: its holder's data was erased."""
    try:
        return casework.content_of(session, certificate_id)
    except Problem:
        return {}


def agency_of(page: Page, city: City, agency_id: str) -> str:
    agency = city.agency(agency_id)
    return page.say(agency.name) if agency else agency_id


def _settled(proof: credentials.Proof) -> bool:
    return proof.stage not in {"new", "signed", "logged"} and all(each.step in {"verified", "wrong"} for each in proof.requests)  # fmt: skip


def _sentence(page: Page, proof: credentials.Proof | None) -> str:
    if proof is None or proof.stage == "refused":
        return ""
    checked = sum(each.step == "verified" for each in proof.requests)
    if proof.stage != "anchored":
        return page.t("proof.being_recorded")
    return page.t("proof.checked_by", n=checked) if checked else page.t("proof.recorded")


def _told(
    page: Page, city: City, view: CertificateView, proof: credentials.Proof | None, content: dict[str, Any]
) -> list[Happening]:
    """Who issued it when; where it is recorded; who checked it when."""
    agency, place = agency_of(page, city, view.agency), str(content.get("issued_by") or "")
    key = "proof.issued_for" if place else "proof.issued"
    told = [Happening(view.issued_at, page.t(key, agency=agency, place=place))]
    if proof is None:
        return told
    if proof.anchored_at is not None:
        told.append(Happening(
            proof.anchored_at, page.t("proof.anchored", n=proof.cosigned_by), "good",
            page.t("proof.anchored_where", index=proof.log_index if proof.log_index is not None else "–", block=proof.block or "–"),
        ))  # fmt: skip
    for each in proof.requests:
        asker = agency_of(page, city, each.asker)
        words = {"verified": "proof.verified", "wrong": "proof.wrong"}.get(each.step, "proof.asking")
        text = page.t(words, agency=asker, purpose=purpose_of(page, city, each.purpose))
        told.append(Happening(each.at, text, {"verified": "good", "wrong": "bad"}.get(each.step, "plain")))  # type: ignore[arg-type]
    return sorted(told, key=lambda each: (each.kind == "plain", each.at))


def purpose_of(page: Page, city: City, service_id: str) -> str:
    for event in city.life_events:
        service = event.service(service_id)
        if service is not None:
            return page.say(service.name)
    return service_id


def name_of(page: Page, kind_id: str, name: str) -> str:
    found = certificate_field(get_city(), kind_id, name)
    return page.say(found.name) if found else page.words(f"proof.field.{name}", name)


def rows(page: Page, kind_id: str, content: dict[str, Any]) -> list[Row]:
    """A certificate's fields in words."""
    city = get_city()
    content = in_order(city, kind_id, content)
    return [
        Row(name_of(page, kind_id, name), shown(certificate_field(city, kind_id, name), value, page.lang), id=f"field-{name}")
        for name, value in content.items() if value not in (None, "") and name not in HIDDEN
    ]  # fmt: skip


HIDDEN = {"case_reference", "issued_by"}
"""On the paper; the second stands among the fields under its own name already."""


def steps(page: Page, report: credentials.Report) -> list[Condition]:
    """Every step of a check with tick, cross or question mark."""
    outcome = {True: "yes", False: "no", None: "undecided"}
    return [Condition(page.say(step.words), outcome[step.ok]) for step in report.steps]  # type: ignore[arg-type]
