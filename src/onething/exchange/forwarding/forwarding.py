"""Store and forward: an order for an agency that is away waits here, in the caller's transaction, and is sent when it is back.

Orders of one agency go in their order; while the first finds it away, the others wait behind it. Each is carried out once,
whatever is killed when: the agency gets the same idempotency key every time. A queue that is full says so (back-pressure).
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from onething.catalog.models import OperationRef
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.core.processes.rounds import Round
from onething.exchange.errors import KEY_REUSED, QUEUE_FULL
from onething.exchange.models import Answer, Call, Outcome
from onething.exchange.states import FORWARD, ForwardState
from onething.exchange.tables import ForwardRow
from onething.trust.errors import ERASED
from onething.trust.sealing.service import open_of_many, owner_of, seal_values

MOST_WAITING = 100_000
"""Orders for one agency; beyond that whoever makes them has to stop."""
LONGEST_PAUSE = timedelta(minutes=15)
ERASED_CODE = "erased"
"""Outcome of an order whose person was erased before it could be sent."""
_CALL, _ANSWER = "exchange_forward.call", "exchange_forward.answer"
BATCH = 100

Ask = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Forwarded:
    """How a stored order stands."""

    id: str
    operation: str
    state: str
    attempts: int
    outcome: str
    answer: dict[str, Any]
    due_at: datetime
    until: datetime


def store(session: Session, call: Call, *, until: timedelta = timedelta(days=7)) -> str:
    """Keep an order to be sent; returns its id. The same key and content again is the same order.

    Raises `Problem(exchange.queue_full | exchange.key_reused | trust.erased)`.
    """
    agency, at = OperationRef.parse(call.operation).agency, now()
    content = _written(call)
    known = session.scalar(select(ForwardRow).where(ForwardRow.key == call.key))
    if known is not None:
        if open_of_many(session, [(_owner(known), known.call)], _CALL) != [content]:
            raise Problem(KEY_REUSED)
        return known.id
    waiting = (
        session.scalar(
            select(func.count()).where(ForwardRow.state == ForwardState.WAITING, ForwardRow.agency == agency)
        )
        or 0
    )
    if waiting >= MOST_WAITING:
        raise Problem(QUEUE_FULL, agency=agency)
    row = ForwardRow(
        id=new_id("fwd"), key=call.key, agency=agency, operation=call.operation, subject_id=call.subject_id or "",
        due_at=at, until=at + until, created_at=at, answer=None, state=ForwardState.WAITING.value, attempts=0, outcome="",
    )  # fmt: skip
    (row.call,) = seal_values(session, [(_owner(row), content)], _CALL)
    session.add(row)
    session.flush()
    return row.id


def standing(session: Session, order: str) -> Forwarded | None:
    """How an order stands, by its id."""
    row = session.get(ForwardRow, order)
    return None if row is None else _told(session, [row])[0]


def waiting(session: Session, agency: str | None = None, limit: int = 100) -> list[Forwarded]:
    """Orders that wait, oldest first."""
    query = select(ForwardRow).where(ForwardRow.state == ForwardState.WAITING).order_by(ForwardRow.id).limit(limit)
    return _told(session, session.scalars(query.where(ForwardRow.agency == agency) if agency else query).all())


async def forward(db: Database, ask: Ask) -> int:
    """One round over all agencies: send what is due; returns how many orders ended. `ask` is `Exchange.ask`."""
    with db.reading() as session:
        query = select(ForwardRow.agency).where(ForwardRow.state == ForwardState.WAITING).distinct()
        agencies = sorted(session.scalars(query))
    ended = 0
    for agency in agencies:
        ended += await _agency(db, ask, agency)
    return ended


def forward_round(db: Database, ask: Ask, every: float = 2.0, may_send: Callable[[], bool] = lambda: True) -> Round:
    """What was stored drains by itself once its agency is back. `may_send`: False while another worker may have this
    one's place."""

    async def look() -> None:
        if may_send():
            await forward(db, ask)

    return Round("exchange.forward", every, look)


async def _agency(db: Database, ask: Ask, agency: str) -> int:
    """In order, until one finds the agency away."""
    with db.reading() as session:
        query = select(ForwardRow).where(ForwardRow.state == ForwardState.WAITING, ForwardRow.agency == agency)
        rows = list(session.scalars(query.order_by(ForwardRow.id).limit(BATCH)))
        calls = open_of_many(session, [(_owner(row), row.call) for row in rows], _CALL)
    ended = 0
    for row, call in zip(rows, calls, strict=True):
        at = now()
        if at >= row.until or call is None:
            _end(db, row, ForwardState.EXPIRED, outcome="" if call else ERASED_CODE)
            ended += 1
            continue
        if row.due_at > at:
            break
        answer = await ask(Call(**orjson.loads(call)))
        if answer.outcome is Outcome.UNAVAILABLE:
            _later(db, row, answer.retry_after)
            break
        told = {"data": answer.data, "reason": answer.reason, "code": answer.code, "message_id": answer.message_id}
        _end(db, row, ForwardState.DONE, outcome=answer.outcome.value, told=told)
        ended += 1
    return ended


def _end(
    db: Database, row: ForwardRow, state: ForwardState, *, outcome: str, told: dict[str, Any] | None = None
) -> None:
    with db.transaction() as session:
        answer = _sealed_answer(session, row, told) if told else None
        session.execute(
            update(ForwardRow).where(ForwardRow.id == row.id, ForwardRow.state.in_(FORWARD.into(state)))
            .values(state=state.value, outcome=outcome, answer=answer, done_at=now(), attempts=row.attempts + 1)
        )  # fmt: skip


def _later(db: Database, row: ForwardRow, asked: float | None) -> None:
    """Twice as long each time, never shorter than the agency asked, at most a quarter of an hour."""
    pause = min(max(timedelta(seconds=2 ** min(row.attempts, 12)), timedelta(seconds=asked or 0)), LONGEST_PAUSE)
    with db.transaction() as session:
        session.execute(
            update(ForwardRow).where(ForwardRow.id == row.id, ForwardRow.state == ForwardState.WAITING)
            .values(due_at=now() + pause, attempts=row.attempts + 1)
        )  # fmt: skip


def _written(call: Call) -> str:
    told = {name: getattr(call, name) for name in Call.__slots__}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


def _owner(row: ForwardRow) -> str:
    return owner_of(row.subject_id, row.id)


def _sealed_answer(session: Session, row: ForwardRow, told: dict[str, Any]) -> str | None:
    """None when she was erased between question and answer: what was done stays done, what was said is not kept."""
    try:
        return seal_values(session, [(_owner(row), told)], _ANSWER)[0]
    except Problem as problem:
        if problem.kind is not ERASED:
            raise
        return None


def _told(session: Session, rows: Sequence[ForwardRow]) -> list[Forwarded]:
    answers = open_of_many(session, [(_owner(row), row.answer) for row in rows], _ANSWER)
    return [
        Forwarded(row.id, row.operation, row.state, row.attempts, row.outcome, answer or {}, row.due_at, row.until)
        for row, answer in zip(rows, answers, strict=True)
    ]


def forget(db: Database, days: int) -> int:
    """Drop orders that ended more than `days` ago; returns how many. Their effects are known to the agency and to casework."""
    with db.transaction() as session:
        ended = ForwardRow.done_at < now() - timedelta(days=days)
        gone = session.execute(delete(ForwardRow).where(ForwardRow.state != ForwardState.WAITING, ended))
        return int(getattr(gone, "rowcount", 0))
