"""Money moves: what is due is released, what the bank says is noted, what waited for budget goes on."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.events import Event
from onething.core.i18n import Text
from onething.payments import service as payments
from onething.payments.events import PaymentRecovered, PaymentRejected, PaymentReturned, PaymentSettled
from onething.policy.events import BenefitEvent, BenefitFailed, BenefitPaid, BenefitRecovered, BenefitWithdrawn
from onething.policy.fulfilment import budget_reservation
from onething.policy.fulfilment.correcting import BookOf
from onething.policy.fulfilment.deciding import shares_of
from onething.policy.fulfilment.models import Terms
from onething.policy.fulfilment.rows import parts_of
from onething.policy.fulfilment.states import AWARD, RIPENING, AwardState
from onething.policy.fulfilment.tables import AwardRow, ChangedRow
from onething.policy.matching.clauses import ClauseBook, ReadyClause
from onething.rules.service import is_true
from onething.subjects.profiles import service
from onething.subjects.profiles.models import ProfileSpec

BATCH = 200


def anything_due(session: Session) -> bool:
    """A look without any lock."""
    query = select(AwardRow.id).where(AwardRow.state.in_(RIPENING), AwardRow.pay_after <= clock.now())  # fmt: skip
    return session.scalar(query.limit(1)) is not None


def pay_due(session: Session, spec: ProfileSpec, book_of: BookOf) -> int:
    """Release what nobody objected to in time; whose figures have changed meanwhile waits until it is matched anew."""
    ripe: list[AwardRow] = []
    for row in session.scalars(_due(clock.now())):
        if row.state == AwardState.ASKED:
            row.state, row.code = AWARD.move(row.state, AwardState.LAPSED), "not_accepted"
        elif row.state == AwardState.SCHEDULED and not _condition_holds(session, spec, book_of, row):
            budget_reservation.give_back(session, [row], AwardState.LAPSED, "condition")
            budget_reservation.tell(
                session, [budget_reservation.News(BenefitWithdrawn, row, _clause(session, book_of, row), row.fen)]
            )
        else:
            ripe.append(row)
    payments.release_many(session, [row.order_id for row in ripe if row.order_id])
    for row in ripe:
        row.state = AWARD.move(row.state, AwardState.ORDERED)
    session.flush()
    return len(ripe)


def _due(moment: datetime) -> Any:
    changed = exists().where(ChangedRow.subject_id == AwardRow.subject_id)
    return (
        select(AwardRow)
        .where(AwardRow.state.in_(RIPENING), AwardRow.pay_after <= moment, ~changed)
        .order_by(AwardRow.pay_after, AwardRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )


def _clause(session: Session, book_of: BookOf, row: AwardRow) -> ReadyClause | None:
    return book_of(session, clock.local(row.found_at).date()).find(row.clause_id)


def _condition_holds(session: Session, spec: ProfileSpec, book_of: BookOf, row: AwardRow) -> bool:
    clause = _clause(session, book_of, row)
    if clause is None:
        return True
    require = next((text for part, (_, _, text) in enumerate(shares_of(clause, 100), 1) if part == row.part), "")
    if not require:
        return True
    facts = service.facts_of(session, spec, row.subject_id)
    return is_true(require, facts, clock.today())


def on_payment(session: Session, happened: Event) -> None:
    """What the bank said of an award's payment, in the transaction that notes it."""
    row = session.scalar(select(AwardRow).where(AwardRow.order_id == str(happened.data.get("order", ""))))
    if row is None:
        return
    match happened.type:
        case PaymentSettled.NAME if row.state == AwardState.ORDERED:
            row.state, row.paid_at, row.code = AWARD.move(row.state, AwardState.PAID), happened.at, ""
            _tell(session, BenefitPaid, row)
        case PaymentRejected.NAME | PaymentReturned.NAME if row.state in (AwardState.ORDERED, AwardState.PAID):
            row.state = AWARD.move(row.state, AwardState.FAILED)
            row.code, row.paid_at = str(happened.data.get("code", ""))[:60], None
            _tell(session, BenefitFailed, row)
        case PaymentRecovered.NAME if row.state == AwardState.RECOVERING:
            claimed = int(row.code.removeprefix("claimed:") or 0)
            row.state, row.code, row.fen = AWARD.move(row.state, AwardState.RECOVERED), "", row.fen - claimed
            _tell(session, BenefitRecovered, row, claimed)
        case _:
            pass


def _tell(session: Session, event: type[BenefitEvent], row: AwardRow, fen: int | None = None) -> None:
    name = _name(session, row)
    budget_reservation.tell(session, [budget_reservation.News(event, row, None, row.fen if fen is None else fen, name)])


def _name(session: Session, row: AwardRow) -> Text | None:
    """The benefit's names from the order's purpose; the paying process need not know the clauses."""
    if row.order_id is None:
        return None
    purpose = payments.order(session, row.order_id).purpose
    known = (row.facts or {}).get("name_en", "")
    return Text(zh=purpose, en=known or purpose)


def go_on_waiting(session: Session, book: ClauseBook, terms: Terms, limit: int = 100) -> int:
    """Those who waited for budget, in the order in which they were found, as far as each purse reaches now."""
    purses = {each.key: each.available for each in payments.purses(session) if each.available > 0}
    if not purses:
        return 0
    query = (
        select(AwardRow)
        .where(
            AwardRow.state == AwardState.WAITING,
            AwardRow.code == "no_budget",
            AwardRow.purse.in_(purses),
            AwardRow.fen > 0,
        )
        .order_by(AwardRow.found_at, AwardRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    done: set[tuple[str, str, str]] = set()
    promised: list[budget_reservation.Promised] = []
    for row in session.scalars(query):
        mark = (row.clause_id, row.subject_id, row.period)
        clause = book.find(row.clause_id)
        if mark in done or clause is None or row.fen > purses[row.purse]:
            continue
        done.add(mark)
        parts = [part for part in parts_of(session, row) if part.state == AwardState.WAITING]
        whole = budget_reservation.Promised(parts, clause)
        if whole.fen <= purses[row.purse]:
            promised.append(whole)
            purses[row.purse] -= whole.fen
    budget_reservation.promise(session, promised, terms)
    return sum(each.rows[0].state != AwardState.WAITING for each in promised)


def fund(session: Session, book: ClauseBook) -> int:
    """Put the budgets of the clauses in force into their purses; a budget raised by a later version adds the difference."""
    wanted: dict[str, int] = {}
    for clause in book.clauses:
        if clause.clause.budget is not None:
            budget = clause.clause.budget
            wanted[budget.key] = max(wanted.get(budget.key, 0), int(budget.amount * 100))
    have = {each.key: each.appropriated for each in payments.purses(session, wanted)} if wanted else {}
    added = 0
    for key, fen in sorted(wanted.items()):
        more = fen - have.get(key, 0)
        if more > 0:
            added += payments.appropriate(session, key, more, f"budget:{key}:{fen}")
    return added
