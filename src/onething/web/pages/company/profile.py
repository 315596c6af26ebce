"""A company's own picture: every value with the agency and the day it came from, and a way to say that it is wrong."""

from dataclasses import dataclass

from fastapi import Response

from onething.core.errors import NOT_FOUND, Problem
from onething.core.i18n import Text
from onething.policy.fulfilment import service as benefits
from onething.policy.matching.service import show_value
from onething.subjects.profiles import service
from onething.subjects.profiles.models import DisputeState, Value
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Citizen, Form, Page, Unit, page_router, text_of

router = page_router("/company/profile")


@dataclass(frozen=True, slots=True)
class Known:
    """One value in words."""

    id: str
    name: Text
    shown: str
    status: str
    said: tuple[tuple[Text, str, str], ...]
    """(agency, value, ISO day) of each that reported it."""
    law: str
    disputed: bool


def _known(page: Page, value: Value, disputed: set[str]) -> Known:
    served, dimension = benefits.served(), value.dimension
    said = tuple(
        (
            served.agency(each.source),
            show_value(_typed(value, each.value), dimension, page.lang),
            each.as_of.isoformat(),
        )
        for each in value.said
    )
    ground = f"《{dimension.ground.title}》{dimension.ground.article}" if dimension.ground else ""
    return Known(dimension.id, dimension.name, show_value(value.shown, dimension, page.lang), value.status, said, ground, dimension.id in disputed)  # fmt: skip


def _typed(value: Value, stored: object) -> object:
    from onething.subjects.profiles.models import as_fact

    return as_fact(value.dimension, stored)


@router.get("")
def profile(page: Citizen, session: Unit) -> Response:
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    found = service.profile_of(session, served.spec, company.id)
    disputes = service.disputes_of(session, company.id)
    open_ = {each.dimension for each in disputes if each.state is DisputeState.OPEN}
    groups: dict[str, list[Known]] = {}
    for value in found.values:
        groups.setdefault(value.dimension.source, []).append(_known(page, value, open_))
    return page.show(
        "company/profile.html", company=company, groups=[(served.agency(source), known) for source, known in groups.items()],
        counts=found.counts(), disputes=disputes, spec=served.spec, served=served, here="profile",
    )  # fmt: skip


@router.get("/{dimension}")
def one(page: Citizen, session: Unit, dimension: str) -> Response:
    """The form that calls a value wrong."""
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    found = service.profile_of(session, served.spec, company.id)
    value = next((each for each in found.values if each.dimension.id == dimension), None)
    if value is None:
        raise Problem(NOT_FOUND)
    known = _known(page, value, set())
    return page.show(
        "company/dispute.html", page.status, company=company, known=known, agency=served.agency(value.dimension.source),
        errors=page.errors, here="profile",
    )  # fmt: skip


@router.post("/{dimension}")
def dispute(page: Citizen, form: Form, session: Unit, dimension: str) -> Response:
    served, company = benefits.served(), benefits.company_of(session, page.actor)
    claimed, words = text_of(form, "claimed"), text_of(form, "words")
    if not claimed and not words:
        missing = [("claimed", MESSAGES("company.dispute_empty"))]
        return page.again(session, f"/company/profile/{dimension}", errors=missing)
    service.open_dispute(session, served.spec, company.id, dimension, claimed, words)
    page.leave_note(session, "company.dispute_note")
    return page.go("/company/profile#disputes")
