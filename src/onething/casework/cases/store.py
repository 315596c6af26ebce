"""Rows of a case, read and written the way every part of casework does it. No decisions are made here."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, cast

import orjson
from sqlalchemy import CursorResult, and_, case, delete, event, func, insert, select, text, tuple_, update
from sqlalchemy.orm import Session

from onething.casework.events import CaseEvent, CaseFrame
from onething.casework.states import SegmentState, TaskStatus
from onething.casework.tables import CaseRow, EvidenceRow, PlanRow, SegmentRow, TaskRow
from onething.catalog.models import City
from onething.core import bulk, events
from onething.core.clock import add_working_days, now
from onething.core.db import upsert
from onething.core.events import Event
from onething.planning.models import Facts, Plan, PlannedTask
from onething.trust.sealing.service import (
    key_beside,
    open_of_many,
    open_values,
    owner_of,
    remember,
    seal_values,
    with_key,
)

NEAR = timedelta(hours=24)
"""A deadline is near when so much is left, or a quarter of the time if that is less."""
WAKE_CHANNEL = "onething_segments"
_FACTS, _PAPERS = "case_evidence.data", "cases.filing.documents"
_OF_PAPERS = ("fields", "marks", "filename")
MOST_PLANS = 500
"""Kept in memory; a city has some dozens of different ones for a life event."""
_stored: set[tuple[Any, str]] = set()
"""Plans that stand in a committed row, by database."""


def is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def changed(result: Any) -> int:
    """How many rows a statement changed."""
    return cast("CursorResult[Any]", result).rowcount


def frame(case: CaseRow) -> CaseFrame:
    """What every event of this case says of it (codes and opaque ids only)."""
    return {"subject_id": case.subject_id, "life_event": case.life_event, "reference": case.reference}


def tell(session: Session, case: CaseRow, said: CaseEvent, actor: str = events.SYSTEM) -> None:
    """Append an event of a case."""
    events.append(session, Event.of(case.id, said, actor))


def lock_case(session: Session, case_id: str) -> CaseRow | None:
    """The case, locked until the end of the transaction; all that changes its course queues here."""
    return session.scalars(
        select(CaseRow).where(CaseRow.id == case_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def save_plan(session: Session, plan: Plan) -> str:
    """Store a plan unless the same one is stored already; returns its digest."""
    body = plan.model_dump_json()
    digest = hashlib.sha256(body.encode()).hexdigest()
    # A plan in the cache stands in a committed row, so it needs no second insert.
    key = (session.get_bind().engine.url, digest)
    if key not in _stored:
        upsert(session, PlanRow, [{"digest": digest, "plan": orjson.loads(body)}])
        if not session.in_nested_transaction():  # a savepoint's end is no commit
            event.listen(session, "after_commit", partial(_note_stored, key), once=True)
    return digest


def _note_stored(key: tuple[Any, str], _session: Session) -> None:
    _stored.add(key)


_plans: dict[str, Plan] = {}


def load_plans(session: Session, digests: Iterable[str]) -> dict[str, Plan]:
    """Plans by digest; each is read and checked once per process."""
    wanted = set(digests)
    missing = [digest for digest in wanted if digest not in _plans]
    if missing:
        if len(_plans) > MOST_PLANS:
            _plans.clear()
            _stored.clear()
            missing = list(wanted)
        for row in session.scalars(select(PlanRow).where(PlanRow.digest.in_(missing))):
            _plans[row.digest] = Plan.model_validate(row.plan)
            _stored.add((session.get_bind().engine.url, row.digest))
    return {digest: _plans[digest] for digest in wanted}


def lock_cases(session: Session, case_ids: Iterable[str]) -> dict[str, CaseRow]:
    """Several cases, locked in the order of their ids."""
    query = select(CaseRow).where(CaseRow.id.in_(sorted(case_ids))).order_by(CaseRow.id).with_for_update()
    return {row.id: row for row in session.scalars(query.execution_options(populate_existing=True))}


def load_plan(session: Session, digest: str) -> Plan:
    return load_plans(session, [digest])[digest]


def put_evidence(
    session: Session, case_id: str, subject_id: str, facts: Facts, origins: dict[str, dict[str, Any]]
) -> None:
    """Store what is known about slots; a later value replaces an earlier one."""
    at = now()
    rows = [
        {"case_id": case_id, "slot": slot, "data": data, "origin": origins.get(slot, {}), "at": at}
        for slot, data in facts.items()
    ]
    upsert_evidence(session, rows, {case_id: subject_id})


def upsert_evidence(session: Session, plain: list[dict[str, Any]], subjects: Mapping[str, str]) -> None:
    """Rows of `case_evidence`, in one statement, sealed under the key of each case's person (`subjects`, by case)."""
    if not plain:
        return
    owners = [owner_of(subjects[row["case_id"]], row["case_id"]) for row in plain]
    sealed = seal_values(session, [(owner, row["data"]) for owner, row in zip(owners, plain, strict=True)], _FACTS)
    rows = [row | {"data": data} for row, data in zip(plain, sealed, strict=True)]
    upsert(session.connection(), EvidenceRow, rows, keys=("case_id", "slot"), update=("data", "origin", "at"))


def sealed_papers(
    session: Session, subject_id: str, case_id: str, documents: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Documents of a case as its row keeps them: what was read off them lies sealed, and what she called them."""
    entries, owner = list(documents), owner_of(subject_id, case_id)
    read = [{name: entry[name] for name in _OF_PAPERS if name in entry} for entry in entries]
    sealed = seal_values(session, [(owner, each) for each in read], _PAPERS) if entries else []
    return [
        {name: value for name, value in entry.items() if name not in _OF_PAPERS} | {"read": text}
        for entry, text in zip(entries, sealed, strict=True)
    ]


def papers_of(session: Session, case: CaseRow) -> tuple[dict[str, Any], ...]:
    """The documents of a case, plain; without name and content once the person was erased."""
    entries: list[dict[str, Any]] = case.filing.get("documents", [])
    owner, unnamed = owner_of(case.subject_id, case.id), dict[str, Any](filename="")
    read = open_of_many(session, [(owner, entry.get("read", {})) for entry in entries], _PAPERS)
    return tuple(
        unnamed | {name: value for name, value in entry.items() if name != "read"} | (each or {})
        for entry, each in zip(entries, read, strict=True)
    )


def forget_evidence(session: Session, case_id: str, slots: Iterable[str]) -> None:
    """The service that gave this was taken back."""
    session.execute(
        delete(EvidenceRow)
        .where(EvidenceRow.case_id == case_id, EvidenceRow.slot.in_(list(slots)))
        .execution_options(synchronize_session=False)
    )


def facts_of(session: Session, case_id: str) -> Facts:
    case = session.execute(
        with_key(select(CaseRow.subject_id).where(CaseRow.id == case_id), CaseRow.subject_id)
    ).first()
    if case is None:
        return {}
    key = key_beside(case)
    if key is not None:
        remember(session, {case.subject_id: key})
    return facts_of_many(session, {case_id: case.subject_id})[case_id]


def facts_of_many(session: Session, subjects: Mapping[str, str]) -> dict[str, Facts]:
    """What is known in each case (case → person), slot by slot; a case without facts has an empty entry."""
    return {case_id: known.facts for case_id, known in known_of_many(session, subjects).items()}


@dataclass(slots=True)
class Known:
    """What is known in a case, and which fields came in a way that the city package has no words for."""

    facts: Facts = field(default_factory=Facts)
    unknown: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    origins: dict[str, str] = field(default_factory=dict[str, str])
    """`slot`, and `slot.field` where it came from elsewhere → how: for `origin(…)` in rules."""


_ISSUED = {"service", "decision"}
"""Kinds of origin that are results of the case itself."""


def kinds_of(slot: str, origin: Mapping[str, Any]) -> dict[str, str]:
    """How the evidence in a slot came, as rules ask for it."""
    fields: dict[str, dict[str, Any]] = origin.get("fields") or {}
    named = {slot: origin, **{f"{slot}.{name}": each for name, each in fields.items()}}
    told = {name: str(each.get("kind") or "") for name, each in named.items()}
    return {name: "issued" if kind in _ISSUED else kind for name, kind in told.items() if kind}


def known_of_many(session: Session, subjects: Mapping[str, str]) -> dict[str, Known]:
    query = select(EvidenceRow.case_id, EvidenceRow.slot, EvidenceRow.data, EvidenceRow.origin)
    rows = session.execute(query.where(EvidenceRow.case_id.in_(subjects))).all()
    known: dict[str, Known] = {case_id: Known() for case_id in subjects}
    plain = open_values(session, ((owner_of(subjects[row.case_id], row.case_id), row.data) for row in rows), _FACTS)
    for row, data in zip(rows, plain, strict=True):
        known[row.case_id].facts[row.slot] = data
        known[row.case_id].origins |= kinds_of(row.slot, row.origin)
        if unknown := row.origin.get("unknown"):
            known[row.case_id].unknown[row.slot] = tuple(unknown)
    return known


def task_values(case_id: str, task: PlannedTask, position: int, start: datetime, city: City) -> dict[str, Any]:
    """The row of a task that has just been planned."""
    days = task.due_working_days
    due = None if days is None else add_working_days(start, days, city.calendar)
    return {
        "case_id": case_id, "task_id": task.id, "position": position, "agency": task.agency,
        "status": TaskStatus.PLANNED.value, "code": "", "decision": "", "attempts": 0, "after": list(task.after), "result": {},
        "due_at": due, "alarm_at": due and due - min(NEAR, (due - start) / 4),
    }  # fmt: skip


def insert_tasks(session: Session, values: list[dict[str, Any]]) -> None:
    bulk.put(session.connection(), TaskRow, values)


def ensure_segment(
    session: Session, case_id: str, cause: str, run_at: datetime | None = None, waiting_on: str | None = None
) -> None:
    """See to it that the case goes on at `run_at` (default: at once). The case must be locked or new.

    A case has at most one segment that waits to be claimed; asking for an earlier one moves it.
    """
    moment = now()
    at = run_at or moment
    ready = and_(SegmentRow.case_id == case_id, SegmentRow.state == SegmentState.READY)
    earlier = case((SegmentRow.run_at > at, at), else_=SegmentRow.run_at)
    waits = case((SegmentRow.run_at > at, waiting_on), else_=SegmentRow.waiting_on)
    moved = session.execute(
        update(SegmentRow)
        .where(ready)
        .values(run_at=earlier, waiting_on=waits)
        .execution_options(synchronize_session=False)
    )
    if not changed(moved):
        last = session.scalar(select(func.max(SegmentRow.k)).where(SegmentRow.case_id == case_id)) or 0
        insert_segment(session, case_id, last + 1, cause, at, waiting_on)
    if at <= moment:
        wake_workers(session)


def insert_segment(
    session: Session, case_id: str, k: int, cause: str, run_at: datetime, waiting_on: str | None = None
) -> None:
    ready = SegmentState.READY.value
    values = {"case_id": case_id, "k": k, "state": ready, "cause": cause, "run_at": run_at, "epoch": 0}
    session.execute(insert(SegmentRow), [values | {"waiting_on": waiting_on}])


def wake_workers(session: Session) -> None:
    """Tell idle workers, when this transaction commits, that there is something to claim."""
    if is_postgres(session):
        session.execute(text(f"NOTIFY {WAKE_CHANNEL}"))


def any_of(columns: tuple[Any, Any], pairs: list[tuple[Any, ...]]) -> Any:
    """Condition: the two columns are one of these pairs."""
    return tuple_(*columns).in_(pairs)
