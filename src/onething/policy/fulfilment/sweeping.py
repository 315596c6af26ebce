"""The other half of matching: when a clause or the day changes, or at night, over the columns of all companies."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.db import Database
from onething.core.ids import new_id
from onething.policy.fulfilment import paying
from onething.policy.fulfilment.desk import Desk, look_again
from onething.policy.fulfilment.states import UNPAID
from onething.policy.fulfilment.tables import AwardRow, ScanRow
from onething.policy.matching.clauses import ClauseBook, ReadyClause
from onething.policy.matching.scan import ELIGIBLE, scan
from onething.policy.matching.service import companies_under
from onething.subjects.profiles import service
from onething.subjects.profiles.service import ID, ColumnStore


def marks(book: ClauseBook) -> dict[str, int]:
    """Clause → version: what a sweep has covered."""
    return {each.id: each.clause.version for each in book.clauses}


def changed_clauses(session: Session, book: ClauseBook) -> tuple[list[ReadyClause], list[str]]:
    """(clauses that are new, amended or newly in force since the last sweep, clauses that are no longer in force)."""
    before = _covered(session)
    now = marks(book)
    fresh = [each for each in book.clauses if before.get(each.id) != each.clause.version]
    return fresh, [name for name in before if name not in now]


def _covered(session: Session) -> dict[str, int]:
    counts = session.scalar(select(ScanRow.counts).order_by(ScanRow.at.desc(), ScanRow.id.desc()).limit(1))
    return {name: int(line[3]) for name, line in (counts or {}).items()}


def sweep(desk: Desk, store: ColumnStore, day: date | None = None) -> list[str]:
    """Clauses or the day changed: the new list of companies of each changed clause; they are matched next. Returns the clauses."""
    day = day or clock.today()
    with desk.db.reading() as session:
        book = desk.book_of(session, day)
        fresh, gone = changed_clauses(session, book)
    if not fresh and not gone:
        return []
    with desk.db.transaction() as session:
        paying.fund(session, book)
        counts: dict[str, Any] = {name: line for name, line in _last_counts(session).items() if name not in set(gone)}
        for clause in fresh:
            found = companies_of_clause(session, store, desk, clause)
            look_again(session, [*found[ID].to_list(), *_holding(session, clause.id)])
            counts[clause.id] = [found.height, 0, 0, clause.clause.version]
        companies = service.how_many(session)
        session.add(ScanRow(id=new_id("scn"), at=clock.now(), companies=companies, clauses=len(book.clauses), millis=0, counts=counts))  # fmt: skip
    return [each.id for each in fresh] + gone


def companies_of_clause(session: Session, store: ColumnStore, desk: Desk, clause: ReadyClause) -> pl.DataFrame:
    """`id` and `amount` (yuan) of those a clause holds for now."""
    return companies_under(clause, store.current(session, desk.spec, sorted(clause.names)))


def _holding(session: Session, clause_id: str) -> list[str]:
    """Companies that have an unpaid award of a clause: an amendment may change or end it."""
    query = select(AwardRow.subject_id).where(AwardRow.clause_id == clause_id, AwardRow.state.in_([s.value for s in UNPAID]))  # fmt: skip
    return list(session.scalars(query.distinct()))


def _last_counts(session: Session) -> dict[str, Any]:
    return dict(session.scalar(select(ScanRow.counts).order_by(ScanRow.at.desc(), ScanRow.id.desc()).limit(1)) or {})


def nightly(desk: Desk, store: ColumnStore, folder: Path, workers: int = 1) -> int:
    """Everybody, once a night: pictures grown late, columns written anew, the full scan; who is due something is matched.

    Returns how many companies were put on the list.
    """
    with desk.db.transaction() as session:
        service.refresh(session, desk.spec, service.known_companies(session))
        store.export(session, desk.spec)
        book = desk.book_of(session, clock.today())
        paying.fund(session, book)
    result = scan(book, store, folder, workers)
    ids = result.ids()
    with desk.db.transaction() as session:
        have = _with_award(session, book)
        wanted: set[str] = set()
        for number, clause in enumerate(book.clauses):
            if clause.is_money:
                eligible = set(ids.gather(result.rows_of(number, ELIGIBLE)).to_list())
                wanted |= eligible - have.get(clause.id, set())
        look_again(session, wanted)
        counts = {c.id: [*(int(n) for n in result.counts[i]), c.clause.version] for i, c in enumerate(book.clauses)}
        session.add(ScanRow(id=new_id("scn"), at=clock.now(), companies=result.rows, clauses=len(book.clauses), millis=int(result.seconds * 1000), counts=counts))  # fmt: skip
    return len(wanted)


def _with_award(session: Session, book: ClauseBook) -> dict[str, set[str]]:
    """Clause → companies that have been awarded it within its longest period."""
    found: dict[str, set[str]] = {}
    query = select(AwardRow.clause_id, AwardRow.subject_id).where(AwardRow.part == 1)
    query = query.where((AwardRow.period == "") | (AwardRow.period.startswith(str(book.day.year))))
    for clause_id, subject_id in session.execute(query):
        clause = book.find(clause_id)
        frequency = clause.clause.benefit.frequency if clause and clause.clause.benefit else "once"
        if frequency in ("once", "yearly"):
            found.setdefault(clause_id, set()).add(subject_id)
    return found


def last_scan(session: Session) -> ScanRow | None:
    """The newest sweep or scan."""
    return session.scalar(select(ScanRow).order_by(ScanRow.at.desc(), ScanRow.id.desc()).limit(1))


def stale(database: Database, hours: int = 20) -> bool:
    """Whether the last whole scan is so old that tonight's is due."""
    with database.reading() as session:
        at = session.scalar(select(func.max(ScanRow.at)).where(ScanRow.millis > 0))
    return at is None or clock.now() - at > timedelta(hours=hours)
