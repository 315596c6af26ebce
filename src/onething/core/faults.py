"""Faults of ours and of the city package, kept for an operator: nobody else is told them as if an agency had decided something.

Whoever meets one reports it in its own transaction; the same fault met again is counted. A fault that holds up a case names
it, and is closed by itself when the task goes on. Nothing here names a person.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import upsert
from onething.core.tables import FaultRow

MOST = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault as an operator sees it. `stream` and `task`: the case and the task that it holds up, or empty."""

    key: str
    room: str
    code: str
    about: str
    detail: str
    stream: str
    task: str
    first_at: datetime
    last_at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Report:
    """What is reported. `detail` names fields, formats and rules, never a person's value."""

    room: str
    code: str
    about: str
    detail: str = ""
    stream: str = ""
    task: str = ""

    @property
    def key(self) -> str:
        what = "\x1f".join((self.room, self.code, self.about, self.detail, self.stream, self.task))
        return hashlib.sha256(what.encode()).hexdigest()


def report(where: Session | Connection, *reports: Report) -> None:
    """Note faults in the caller's transaction. One that was closed and is met again is open again."""
    at = now()
    for one in sorted(
        reports, key=lambda each: each.key
    ):  # in one order, so that two writers never wait for each other
        again = (
            update(FaultRow)
            .where(FaultRow.key == one.key)
            .values(times=FaultRow.times + 1, last_at=at, closed_at=None, closed_by="")
            .execution_options(synchronize_session=False)
        )
        if getattr(where.execute(again), "rowcount", 0):
            continue
        row = {
            "key": one.key, "room": one.room, "code": one.code[:60], "about": one.about[:160], "detail": one.detail[:500],
            "stream": one.stream, "task": one.task, "first_at": at, "last_at": at, "times": 1, "closed_at": None, "closed_by": "",
        }  # fmt: skip
        upsert(where, FaultRow, [row])


def open_faults(session: Session, limit: int = 100, *, stream: str | None = None) -> list[Fault]:
    """What is open, the latest first; of one case where `stream` is given."""
    query = select(FaultRow).where(FaultRow.closed_at.is_(None))
    if stream is not None:
        query = query.where(FaultRow.stream == stream)
    rows = session.scalars(query.order_by(FaultRow.last_at.desc(), FaultRow.key).limit(max(1, min(limit, MOST))))
    return [
        Fault(
            row.key,
            row.room,
            row.code,
            row.about,
            row.detail,
            row.stream,
            row.task,
            row.first_at,
            row.last_at,
            row.times,
        )
        for row in rows
    ]


def close(session: Session, key: str, actor: str) -> bool:
    """An operator has seen to it; False when it is not open."""
    return _close(session, actor, FaultRow.key == key)


def close_of(session: Session, stream: str, task: str) -> bool:
    """The task goes on: what held it up is over."""
    return _close(session, "system", FaultRow.stream == stream, FaultRow.task == task)


def close_all_of(session: Session, stream: str) -> bool:
    """The case is over: nothing holds it up any more."""
    return _close(session, "system", FaultRow.stream == stream)


def _close(session: Session, actor: str, *which: object) -> bool:
    done = session.execute(
        update(FaultRow)
        .where(FaultRow.closed_at.is_(None), *which)  # type: ignore[arg-type]
        .values(closed_at=now(), closed_by=actor)
        .execution_options(synchronize_session=False)
    )
    return bool(getattr(done, "rowcount", 0))


def count_open(session: Session) -> int:
    return session.scalar(select(func.count()).where(FaultRow.closed_at.is_(None))) or 0
