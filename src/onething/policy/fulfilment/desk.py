"""Matches companies again whose data changed, and does what follows: benefits begin, change, end, are paid.

A company is put on the list in the transaction that changed its picture and taken off in the one that matched it, so a
worker that dies loses nothing and does nothing twice. Any number of desks may run.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.db import Database, upsert
from onething.core.events import Event
from onething.core.logs import get_logger
from onething.policy.events import BenefitWithdrawn
from onething.policy.fulfilment import budget_reservation, paying
from onething.policy.fulfilment.correcting import BookOf, correct
from onething.policy.fulfilment.deciding import Step, decide_company
from onething.policy.fulfilment.models import Terms
from onething.policy.fulfilment.rows import award_of, rows_of
from onething.policy.fulfilment.states import UNPAID, AwardState
from onething.policy.fulfilment.tables import AwardRow, ChangedRow
from onething.subjects.events import ProfileChanged
from onething.subjects.profiles import service
from onething.subjects.profiles.models import ProfileSpec

log = get_logger("benefits")
AGAIN = timedelta(minutes=10)
"""After a company could not be matched for a fault of ours."""


@dataclass(slots=True)
class Done:
    """What one round did."""

    matched: int = 0
    paid: int = 0
    resumed: int = 0

    @property
    def idle(self) -> bool:
        return not (self.matched or self.paid or self.resumed)


def on_profile(session: Session, happened: Event) -> None:
    """A company's picture changed: it is matched anew by the next round."""
    look_again(session, [happened.read(ProfileChanged).company])


def look_again(session: Session, subject_ids: Iterable[str]) -> None:
    """Put companies on the list; one that is there stays there once."""
    rows = [{"subject_id": each, "at": clock.now()} for each in sorted(set(subject_ids))]
    for start in range(0, len(rows), 5000):
        upsert(session, ChangedRow, rows[start : start + 5000])


class Desk:
    """`book_of(session, day)` gives the clauses in force on a day."""

    def __init__(self, db: Database, spec: ProfileSpec, book_of: BookOf, terms: Terms | None = None) -> None:
        self.db, self.spec, self.book_of, self.terms = db, spec, book_of, terms or Terms()

    def run_once(self, limit: int = 50) -> Done:
        """One round: match who changed, pay what is due, go on with those who waited for budget."""
        done = Done()
        with self.db.reading() as session:
            anybody = session.scalar(select(ChangedRow.subject_id).where(ChangedRow.at <= clock.now()).limit(1))
        if anybody is not None:
            with self.db.transaction() as session:
                done.matched = self._match_changed(session, limit)
        with self.db.reading() as session:
            due = paying.anything_due(
                session
            )  # after the matching: what is accepted beforehand goes out in the same round
        if due:
            with self.db.transaction() as session:
                done.paid = paying.pay_due(session, self.spec, self.book_of)
        if self._somebody_waits():
            with self.db.transaction() as session:
                done.resumed = paying.go_on_waiting(session, self.book_of(session, clock.today()), self.terms)
        return done

    def run_until_idle(self, rounds: int = 100_000) -> Done:
        """Until a round finds nothing to do."""
        total = Done()
        for _ in range(rounds):
            done = self.run_once()
            total = Done(total.matched + done.matched, total.paid + done.paid, total.resumed + done.resumed)
            if done.idle:
                break
        return total

    def _somebody_waits(self) -> bool:
        with self.db.reading() as session:
            query = select(AwardRow.id).where(AwardRow.state == AwardState.WAITING, AwardRow.code == "no_budget")
            return session.scalar(query.limit(1)) is not None

    def _match_changed(self, session: Session, limit: int) -> int:
        query = select(ChangedRow.subject_id).where(ChangedRow.at <= clock.now()).order_by(ChangedRow.at)
        taken = list(session.scalars(query.limit(limit).with_for_update(skip_locked=True)))
        session.execute(delete(ChangedRow).where(ChangedRow.subject_id.in_(taken)))
        for subject_id in taken:
            try:
                with session.begin_nested():
                    self.match(session, subject_id)
            except Exception as error:  # noqa: BLE001 - one company must not hold up the others
                log.error("a company could not be matched", company=subject_id, error=type(error).__name__, why=str(error)[:200])  # fmt: skip
                session.add(ChangedRow(subject_id=subject_id, at=clock.now() + AGAIN))
        session.flush()
        return len(taken)

    def match(self, session: Session, subject_id: str) -> list[Step]:
        """Match one company now and do what follows. The day is read once, so that midnight does not fall in between."""
        book = self.book_of(session, clock.today())
        facts = service.facts_of(session, self.spec, subject_id)
        rows = rows_of(session, subject_id)
        steps = decide_company(book, facts, self.spec, [award_of(row, explained=False) for row in rows])
        self._take(session, steps, subject_id, rows)
        if any(row.state == AwardState.PAID for row in rows):
            correct(session, self.spec, self.book_of, subject_id, rows, self.terms)
        return steps

    def _take(self, session: Session, steps: Sequence[Step], subject_id: str, rows: Sequence[AwardRow]) -> None:
        """What ends gives its money back first, all of it at once; then what begins is promised, all of it at once."""
        ends: dict[tuple[AwardState, str], list[AwardRow]] = defaultdict(list)
        news: list[budget_reservation.News] = []
        parts: dict[tuple[str, str], list[AwardRow]] = defaultdict(list)
        for row in rows:
            parts[row.clause_id, row.period].append(row)
        for step in steps:
            if step.award is None or step.verb == "begin":
                continue
            group = parts[step.award.clause_id, step.award.period]
            row = next(each for each in group if each.id == step.award.id)
            if step.verb != "change" and row.state != AwardState.WAITING:
                news.append(budget_reservation.News(BenefitWithdrawn, row, step.clause, row.fen))
            ends[_END[step.verb]] += [part for part in group if part.state in UNPAID]
        for (state, code), ended in ends.items():
            budget_reservation.give_back(session, ended, state, code)
        budget_reservation.tell(session, news)
        budget_reservation.begin(
            session, [s for s in steps if s.verb in ("begin", "change")], subject_id, rows, self.terms
        )


_END = {
    "end": (AwardState.LAPSED, "facts"),
    "displace": (AwardState.DISPLACED, "higher"),
    "change": (AwardState.LAPSED, "changed"),
}
