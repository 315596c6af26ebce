"""Values that one case alone may have. The primary key decides a race: whoever commits first has it.

Values that may be compared (a company's name with one that is merely like it) are reserved one after the other, so that
of any two cases the later one sees the earlier: its checks compare with what the register does not show yet.
"""

import unicodedata
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.casework.errors import VALUE_TAKEN
from onething.casework.tables import ReservationRow
from onething.catalog.models import City, LifeEvent, Reserve
from onething.core.clock import now, today
from onething.core.errors import Problem
from onething.core.private import keyed_hash
from onething.planning.models import Facts
from onething.planning.service import evaluate, with_derived

MOST = 5_000
_LOCK = 0x7265736B  # any number; the same for everybody


def mark_of(city: City, reserve: Reserve, value: str) -> str:
    """Full-width letters, spaces and case make no other value."""
    plain = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    return keyed_hash("reserve", "\x1f".join([city.id, reserve.fact, plain]))


def marks_of(city: City, event: LifeEvent, facts: Facts) -> list[str]:
    """What a case with these facts would reserve."""
    return [mark_of(city, wanted, value) for wanted, value in _values(event, facts)]


def _values(event: LifeEvent, facts: Facts) -> Iterator[tuple[Reserve, str]]:
    if not event.reserves:
        return
    day = today()
    known = with_derived(event, facts, day)
    for wanted in event.reserves:
        value = evaluate(wanted.fact, known, day)
        if value not in (None, ""):
            yield wanted, str(value)


def reserve(session: Session, city: City, event: LifeEvent, facts: Facts, case_id: str) -> None:
    """Take what the event reserves for this case. Raises `Problem(VALUE_TAKEN)` when another case has it."""
    own = select(ReservationRow.mark).where(ReservationRow.case_id == case_id)
    had = set(session.scalars(own)) if event.reserves else set[str]()
    for wanted, value in _values(event, facts):
        if mark_of(city, wanted, value) in had:
            continue  # handed over by the case that this one goes on from
        row: dict[str, Any] = {
            "mark": mark_of(city, wanted, value), "case_id": case_id, "fact": wanted.fact, "at": _turn(session, wanted),
            "value": value if wanted.compare_days else None,
        }  # fmt: skip
        try:
            with session.begin_nested():
                session.execute(insert(ReservationRow), [row])
        except IntegrityError:
            extra = {"fact": wanted.fact}
            raise Problem(VALUE_TAKEN, taken=wanted.taken, mend=wanted.mend, extra=extra) from None


def _turn(session: Session, wanted: Reserve) -> datetime:
    """The moment of a reservation, after all earlier ones of the fact. Others wait until this one has committed."""
    at = now()
    if not wanted.compare_days:
        return at
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        session.execute(
            text("SELECT pg_advisory_xact_lock(:lock, hashtext(:fact))"), {"lock": _LOCK, "fact": wanted.fact}
        )
    last = session.scalar(select(func.max(ReservationRow.at)).where(ReservationRow.fact == wanted.fact))
    return max(at, last + timedelta(microseconds=1)) if last else at


def reserved_before(
    session: Session, event: LifeEvent, case_id: str = "", without: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Fact → values of other cases that checks compare with: the newest `MOST` of the fact's `compare_days`.

    `without`: cases that a filing goes on from, whose values are its own. For a case (`case_id`) only those reserved before its own count: of two, the first is never held up by the second.
    """
    out: dict[str, tuple[str, ...]] = {}
    for wanted in event.reserves:
        if not wanted.compare_days:
            continue
        known = (ReservationRow.fact == wanted.fact, ReservationRow.value.is_not(None))
        since = now() - timedelta(days=wanted.compare_days)
        query = select(ReservationRow.value).where(
            *known, ReservationRow.case_id.not_in([case_id, *without]), ReservationRow.at > since
        )
        own = select(func.min(ReservationRow.at)).where(*known, ReservationRow.case_id == case_id)
        mine = session.scalar(own) if case_id else None
        if mine is not None:
            query = query.where(ReservationRow.at < mine)
        found = session.scalars(query.order_by(ReservationRow.at.desc()).limit(MOST))
        out[wanted.fact] = tuple(value for value in found if value)
    return out


def release(session: Session, case_id: str) -> None:
    """The case ended without success: others may have what it had."""
    session.execute(
        delete(ReservationRow).where(ReservationRow.case_id == case_id).execution_options(synchronize_session=False)
    )
