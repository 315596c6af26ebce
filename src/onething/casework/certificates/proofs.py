"""What is provable about a certificate, in plain words for its holder: who issued it, where it is recorded, who checked it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from onething.casework.models import CertificateView, Kind, Told
from onething.casework.states import CertificateStatus
from onething.catalog.models import City
from onething.catalog.service import certificate_field, get_city
from onething.core.clock import now
from onething.core.i18n import Text, texts_of
from onething.trust.credentials import service as credentials
from onething.trust.credentials.models import OPEN_REQUESTS, PROVEN, RequestStep, Stage

say = texts_of(__name__)


@dataclass(frozen=True, slots=True)
class ProvenCertificate:
    """A certificate with its state and its proofs."""

    view: CertificateView
    agency: Text
    state: str
    """valid, expired, suspended, revoked or replaced."""
    told: tuple[Told, ...]
    """Its proofs as sentences, in order of time."""
    sentence: Text | None
    """The proofs in one sentence."""
    settled: bool
    """False while something is still being recorded or fetched."""
    content: dict[str, Any] = field(default_factory=dict[str, Any])


def state_of(view: CertificateView) -> str:
    if view.status is CertificateStatus.VALID and view.valid_until is not None and view.valid_until < now():
        return "expired"
    return view.status


def with_proofs(session: Session, views: Iterable[CertificateView]) -> list[ProvenCertificate]:
    """Certificates with their proofs; a few statements for any number of them."""
    city, found = get_city(), list(views)
    ids = [view.id for view in found]
    proofs, contents = credentials.proofs_of(session, ids), credentials.fields_of_many(session, ids)
    made: list[ProvenCertificate] = []
    for view in found:
        # Empty where it cannot be opened: its holder's data was erased.
        proof, content = proofs.get(view.id), contents.get(view.id, {})
        made.append(
            ProvenCertificate(
                view,
                city.label_of(view.agency),
                state_of(view),
                tuple(_told(city, view, proof, content)),
                _sentence(proof),
                proof is None or _settled(proof),
                content,
            )
        )
    return made


def field_name(kind_id: str, name: str) -> Text:
    """What a field of a certificate is called; its own name where nobody says."""
    found = certificate_field(get_city(), kind_id, name)
    if found is not None:
        return found.name
    return say(f"proof.field.{name}") if f"proof.field.{name}" in say else Text.same(name)


def _settled(proof: credentials.Proof) -> bool:
    checked = all(each.step not in OPEN_REQUESTS for each in proof.requests)
    return proof.stage in PROVEN and checked


def _sentence(proof: credentials.Proof | None) -> Text | None:
    if proof is None or proof.stage is Stage.REFUSED:
        return None
    checked = sum(each.step is RequestStep.VERIFIED for each in proof.requests)
    if proof.stage is not Stage.ANCHORED:
        return say("proof.being_recorded")
    return say("proof.checked_by", n=checked) if checked else say("proof.recorded")


def _told(city: City, view: CertificateView, proof: credentials.Proof | None, content: dict[str, Any]) -> list[Told]:
    """Who issued it when; where it is recorded; who checked it when."""
    agency, place = city.label_of(view.agency), str(content.get("issued_by") or "")
    issued = say("proof.issued_for", agency=agency, place=place) if place else say("proof.issued", agency=agency)
    told = [Told(view.issued_at, issued)]
    if proof is None:
        return told
    if proof.anchored_at is not None:
        index = proof.log_index if proof.log_index is not None else "–"
        where = say("proof.anchored_where", index=index, block=proof.block or "–")
        told.append(Told(proof.anchored_at, say("proof.anchored", n=proof.cosigned_by), "good", where))
    for each in proof.requests:
        key, kind = _STEPS.get(each.step, ("asking", "plain"))
        text = say(f"proof.{key}", agency=city.label_of(each.asker), purpose=_purpose(city, each.purpose))
        told.append(Told(each.at, text, kind))
    return sorted(told, key=lambda each: (each.kind == "plain", each.at))


_STEPS: dict[str, tuple[str, Kind]] = {"verified": ("verified", "good"), "wrong": ("wrong", "bad")}


def _purpose(city: City, service_id: str) -> Text:
    for event in city.life_events:
        service = event.service(service_id)
        if service is not None:
            return service.name
    return Text.same(service_id)
