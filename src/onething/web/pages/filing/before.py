"""A filing that goes on from an earlier case: what was refused then, why, and where it is mended here."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from onething.casework import service as casework
from onething.casework.models import CaseSummary, Refused
from onething.intake.models import FilingView
from onething.web.http.page import Page
from onething.web.pages.filing.check_groups import change_link


@dataclass(frozen=True)
class Before:
    """Why something of the earlier case was refused, and where each can be mended here (service → address)."""

    case: CaseSummary
    refused: tuple[Refused, ...]
    mend_at: Mapping[str, str]


def why_again(page: Page, session: Session, filing: FilingView) -> Before | None:
    """None for a filing that goes on from no earlier case."""
    if not filing.earlier:
        return None
    case = casework.case_view(session, page.actor, filing.earlier, timeline_limit=1)
    places = {each.service: (each.field or "").partition(".") for each in case.refused}
    links = {
        service: change_link(filing, slot, field, "answer") for service, (slot, _, field) in places.items() if field
    }
    return Before(case.summary, case.refused, {service: link for service, link in links.items() if link})
