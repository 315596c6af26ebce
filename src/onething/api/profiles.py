"""Profiles of companies over REST: agencies deliver what they know; a company reads what is known of it and disputes it."""

from datetime import date, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from onething.api.caller import Citizen, Doing, Unit
from onething.api.errors import BAD_ROWS
from onething.api.paging import Cursor, Items, mapped, up_to
from onething.api.refusals import refusals
from onething.core.access import Principal
from onething.core.db import get_database
from onething.core.errors import FORBIDDEN, NOT_FOUND, Problem
from onething.core.i18n import Text
from onething.core.paging import page_of
from onething.core.rights.service import require
from onething.policy.fulfilment import service as benefits
from onething.subjects import acts
from onething.subjects import service as subjects
from onething.subjects.errors import BAD_DELIVERY, BAD_IDENTITY, DISPUTE_EMPTY, TOO_MANY_ROWS, UNKNOWN_SOURCE
from onething.subjects.profiles import service
from onething.subjects.profiles.models import Dispute, ProfileSpec, Taken, Value
from onething.subjects.profiles.service import read_delivery
from onething.trust.errors import ERASED

router = APIRouter(prefix="/profiles", tags=["profiles"])
_FILES = {"text/csv": "x.csv", "application/vnd.apache.parquet": "x.parquet"}
_ROWS = {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": {"type": "object", "required": ["uscc", "as_of"]}}}}  # fmt: skip
BODY = {"requestBody": {"required": True, "content": {
    "application/json": {"schema": _ROWS}, **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in _FILES},
}}}  # fmt: skip


class RefusedLine(BaseModel):
    """A line that was not taken in; `column` says which part of it was wrong."""

    line: int
    column: str


class DeliveryTaken(BaseModel):
    """`changed`: how many companies have another picture now. `repeated`: it was taken in before, nothing changed."""

    delivery: str
    rows: int
    changed: int
    refused: list[RefusedLine]
    repeated: bool


class ValueOrigin(BaseModel):
    source: str
    value: Any
    as_of: date
    received_at: datetime


class ProfileValue(BaseModel):
    """One dimension: what may be relied on (`value`, null unless `status` is ok), and what each agency said."""

    id: str
    name: Text
    unit: str
    status: str
    value: Any
    said: list[ValueOrigin]


class NewDispute(BaseModel):
    dimension: str = Field(max_length=60)
    claimed: str = Field(default="", max_length=200)
    text: str = Field(default="", max_length=2000)


class DisputeView(BaseModel):
    id: str
    dimension: str
    source: str
    state: str
    opened_at: datetime
    answer: str


def _spec() -> ProfileSpec:
    spec = service.load_spec(benefits.policy_folder())
    if not spec.dimensions:
        raise Problem(NOT_FOUND)
    return spec


def _company(session: Session, caller: Principal) -> str:
    """The company that the caller acts for. Raises `Problem(FORBIDDEN)` for somebody who acts for none."""
    found = subjects.person(session, caller.subject_id or "")
    if found.kind != "organisation":
        raise Problem(FORBIDDEN, detail="acts for no company")
    return found.id


@router.post(
    "/{source}/deliveries",
    openapi_extra=BODY,
    responses=refusals(NOT_FOUND, TOO_MANY_ROWS, BAD_DELIVERY, BAD_ROWS, UNKNOWN_SOURCE, BAD_IDENTITY, ERASED),
)
async def deliver_profiles(
    source: str,
    request: Request,
    caller: Annotated[Principal, Doing(acts.DELIVER)],
    idempotency_key: Annotated[str, Header(max_length=100)] = "",
) -> DeliveryTaken:
    """An agency reports companies (`uscc`, `as_of`, dimensions). The same content again, under the same key, changes nothing."""
    require(caller, acts.DELIVER, benefits.agency_scope(source))  # before its many lines are read
    content = await request.body()  # as large as the host allows for this path
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    return await run_in_threadpool(_take_in, source, _FILES.get(kind, ""), content, idempotency_key, caller)


def _take_in(source: str, file: str, content: bytes, key: str, caller: Principal) -> DeliveryTaken:
    rows = read_delivery(content, file) if file else _rows(content)
    with get_database().transaction() as session:
        taken: Taken = service.deliver(session, caller, _spec(), source, rows, city=benefits.policy_city(), name=key)
    refused = [RefusedLine(line=each.line, column=each.why) for each in taken.refused[:1000]]
    return DeliveryTaken(delivery=taken.delivery_id, rows=taken.rows, changed=len(taken.changed), refused=refused, repeated=taken.repeated)  # fmt: skip


def _rows(content: bytes) -> list[dict[str, Any]]:
    try:
        body: Any = orjson.loads(content)
        rows: Any = body["rows"]
    except (ValueError, TypeError, KeyError):
        raise Problem(BAD_ROWS) from None
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):  # pyright: ignore[reportUnknownVariableType]
        raise Problem(BAD_ROWS)
    return rows  # pyright: ignore[reportUnknownVariableType]


@router.get("/mine", responses=refusals(NOT_FOUND, ERASED))
def list_own_values(
    caller: Citizen, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(500)] = 200
) -> Items[ProfileValue]:
    """What the city knows of the caller's company, with where each value came from and when."""
    found = service.profile_of(session, _spec(), _company(session, caller))
    shown = page_of("profile", found.values, lambda each: each.dimension.id, cursor, limit)
    return Items[ProfileValue](**mapped(shown, [_view(each) for each in shown]))


def _view(each: Value) -> ProfileValue:
    said = [ValueOrigin(source=s.source, value=s.value, as_of=s.as_of, received_at=s.received_at) for s in each.said]
    return ProfileValue(id=each.dimension.id, name=each.dimension.name, unit=each.dimension.unit, status=each.status, value=each.value, said=said)  # fmt: skip


@router.post("/mine/disputes", responses=refusals(NOT_FOUND, DISPUTE_EMPTY, ERASED))
def open_dispute(new: NewDispute, caller: Citizen, session: Unit) -> DisputeView:
    """Say that a value is wrong; the agency it came from has to answer."""
    return _dispute(service.open_dispute(session, _spec(), _company(session, caller), new.dimension, new.claimed, new.text))  # fmt: skip


@router.get("/mine/disputes", responses=refusals(NOT_FOUND, ERASED))
def list_disputes(
    caller: Citizen, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(200)] = 50
) -> Items[DisputeView]:
    """The company's disputes with their answers, newest first."""
    found = service.disputes_of(session, _company(session, caller), limit, cursor)
    return Items[DisputeView](**mapped(found, [_dispute(each) for each in found]))


def _dispute(each: Dispute) -> DisputeView:
    return DisputeView(id=each.id, dimension=each.dimension, source=each.source, state=each.state, opened_at=each.opened_at, answer=each.answer)  # fmt: skip
