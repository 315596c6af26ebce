"""The officers' side: inbox, one item with all that is needed to judge it, decisions; agencies' health for operators."""

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from onething.api.caller import Around, Doing, Traced, Unit
from onething.api.paging import Cursor, Items, page, up_to
from onething.api.refusals import refusals
from onething.casework import acts
from onething.casework.errors import (
    ASKS_MISSING,
    CASE_NOT_FOUND,
    CASE_OVER,
    DECIDED_BY_YOU,
    ITEM_DECIDED,
    ITEM_NOT_FOUND,
    REASON_MISSING,
    WITH_COLLEAGUE,
)
from onething.casework.models import CaseStatus, InboxFilter, InboxItem, ItemKind, WorkItemView
from onething.casework.officers import service as officers
from onething.core.access import Principal
from onething.core.clock import now
from onething.exchange import acts as exchange_acts
from onething.exchange.service import AgencyState, Stats, stats
from onething.trust.errors import ERASED

router = APIRouter(tags=["officers"])


class OfficerDecision(BaseModel):
    """`reason` is required unless approving; `asks` says what a supplement shall bring; `version` as it was read."""

    decision: Literal["approve", "refuse", "ask_supplement"]
    reason: str = Field(default="", max_length=2000)
    asks: list[dict[str, Any]] = Field(default=[], max_length=20)
    version: int | None = None


class DecisionTaken(BaseModel):
    status: CaseStatus


class AgencyHealth(BaseModel):
    states: list[AgencyState]
    day: list[Stats]


@router.get("/inbox", responses=refusals(ERASED))
def list_inbox(
    caller: Annotated[Principal, Doing(acts.LIST_ITEMS)], session: Unit, kind: ItemKind | None = None, life_event: str | None = None,
    service: str | None = None, agency: str | None = None, mine: bool = False, late: bool = False,
    decided: bool = False, cursor: Cursor = None, limit: Annotated[int, up_to(200)] = 50,
) -> Items[InboxItem]:  # fmt: skip
    """Open items of the caller's agency, the most urgent first; `decided` gives the latest decisions instead."""
    wanted = InboxFilter(
        agency=agency, kind=kind, life_event=life_event, service=service, mine=mine, late=late, decided=decided,
        after=cursor, limit=limit,
    )  # fmt: skip
    return Items[InboxItem](**page(officers.inbox(session, caller, wanted)))


@router.get("/work-items/{item_id}", responses=refusals(ITEM_NOT_FOUND, ERASED))
def get_work_item(caller: Annotated[Principal, Doing(acts.OPEN_ITEM)], session: Traced, item_id: str) -> WorkItemView:
    """Findings, evidence with origins, law and history. The look is recorded."""
    return officers.work_item(session, caller, item_id)


@router.post(
    "/work-items/{item_id}/claim", status_code=204, responses=refusals(WITH_COLLEAGUE, ITEM_DECIDED, ITEM_NOT_FOUND)
)
def claim_work_item(
    caller: Annotated[Principal, Doing(acts.CLAIM_ITEM)],
    session: Unit,
    item_id: str,
    release: bool = False,
    take_over: bool = False,
) -> None:
    """Take an item into one's own hands, or give it back."""
    officers.claim_item(session, caller, item_id, release=release, take_over=take_over)


@router.post(
    "/work-items/{item_id}/decision",
    responses=refusals(
        ITEM_DECIDED,
        DECIDED_BY_YOU,
        WITH_COLLEAGUE,
        CASE_OVER,
        ASKS_MISSING,
        REASON_MISSING,
        CASE_NOT_FOUND,
        ITEM_NOT_FOUND,
        ERASED,
    ),
)
def decide_work_item(
    caller: Annotated[Principal, Doing(acts.DECIDE_ITEM)], session: Unit, item_id: str, wanted: OfficerDecision
) -> DecisionTaken:
    """Decide. Of two officers at once exactly one succeeds; the other gets 409."""
    status = officers.decide(
        session, caller, item_id, wanted.decision, wanted.reason, version=wanted.version, asks=wanted.asks
    )
    return DecisionTaken(status=status)


@router.get("/agencies/health")
def get_agency_health(
    _caller: Annotated[Principal, Doing(exchange_acts.READ_HEALTH)], session: Unit, around: Around
) -> AgencyHealth:
    """How each agency has answered in the last day, and whether its calls are held back now."""
    day = stats(session, now() - timedelta(days=1))
    return AgencyHealth(states=list(around.exchange().states()), day=list(day))
