"""What a company does itself: object, choose an account, consent, open a page. One tap each."""

from sqlalchemy.orm import Session

from onething.core import clock
from onething.core.db import upsert
from onething.core.errors import Problem
from onething.payments import service as payments
from onething.payments.models import Payee
from onething.policy.events import BenefitObjected
from onething.policy.fulfilment import budget_reservation
from onething.policy.fulfilment.budget_reservation import Promised
from onething.policy.fulfilment.correcting import BookOf
from onething.policy.fulfilment.errors import NO_REASON, NOT_OPEN
from onething.policy.fulfilment.models import Terms
from onething.policy.fulfilment.rows import locked, parts_of
from onething.policy.fulfilment.states import AWARD, UNPAID, AwardState
from onething.policy.fulfilment.tables import AwardRow, SeenRow
from onething.policy.matching.clauses import ReadyClause
from onething.subjects import service as subjects
from onething.subjects.profiles import service as profiles


def object_to(session: Session, subject_id: str, award_id: str, words: str, actor: str) -> None:
    """It is not paid; the agency reads why. Raises `Problem(NOT_OPEN)` once the money has left."""
    row = locked(session, award_id, subject_id)
    if row.state not in UNPAID:
        raise Problem(NOT_OPEN)
    if not words.strip():
        raise Problem(NO_REASON)
    rows = [part for part in parts_of(session, row) if part.state in UNPAID]
    budget_reservation.give_back(session, rows, AwardState.OBJECTED, "objected", actor)
    for part in rows:
        part.words, part.decided_by = words.strip()[:1000], actor
    session.flush()
    budget_reservation.tell(session, [budget_reservation.News(BenefitObjected, row, None, row.fen)])


def take_again(session: Session, subject_id: str, award_id: str, book_of: BookOf, terms: Terms) -> None:
    """The objection is withdrawn while the clause is in force; the time to object begins anew. Raises `Problem(NOT_OPEN)`."""
    row = locked(session, award_id, subject_id)
    clause = book_of(session, clock.today()).find(row.clause_id)
    if row.state != AwardState.OBJECTED or clause is None:
        raise Problem(NOT_OPEN)
    rows = [part for part in parts_of(session, row) if part.state == AwardState.OBJECTED]
    budget_reservation.promise(session, [Promised(rows, clause)], terms)


def consent(session: Session, subject_id: str, award_id: str, book_of: BookOf, terms: Terms, actor: str) -> None:
    """Accept what binds the company to something; then it goes on by itself. Twice is once. Raises `Problem(NOT_OPEN)`."""
    row = locked(session, award_id, subject_id)
    if row.state in (AwardState.NOTICED, AwardState.SCHEDULED, AwardState.WAITING):
        return
    clause = _clause(session, row, book_of)
    if row.state != AwardState.ASKED or clause is None:
        raise Problem(NOT_OPEN)
    rows = [part for part in parts_of(session, row) if part.state == AwardState.ASKED]
    for part in rows:
        part.decided_by = actor
    budget_reservation.promise(session, [Promised(rows, clause)], terms, accepted=True)


def _clause(session: Session, row: AwardRow, book_of: BookOf) -> ReadyClause | None:
    return book_of(session, clock.local(row.found_at).date()).find(row.clause_id)


def choose_account(session: Session, subject_id: str, award_id: str, account_id: str, book_of: BookOf, terms: Terms) -> None:  # fmt: skip
    """Pay into another account of the company; what the bank had refused is sent anew. Raises `Problem`."""
    row = locked(session, award_id, subject_id)
    account = profiles.account_of(session, subject_id, account_id)
    if row.state not in UNPAID or account is None:
        raise Problem(NOT_OPEN)
    rows = [part for part in parts_of(session, row) if part.state in UNPAID]
    payee = Payee(subject_id, subjects.person(session, subject_id).name, account.number, account.bank)
    for part in rows:
        part.account = account.id
        if part.order_id and part.state in (AwardState.NOTICED, AwardState.SCHEDULED, AwardState.FAILED):
            payments.redirect(session, part.order_id, payee)
            if part.state == AwardState.FAILED:
                part.state, part.code = AWARD.move(part.state, AwardState.ORDERED), ""
    waiting = [part for part in rows if (part.state, part.code) == (AwardState.WAITING, "no_account")]
    clause = _clause(session, row, book_of)
    if waiting and clause is not None:
        budget_reservation.promise(session, [Promised(waiting, clause)], terms)
    session.flush()


def account_added(session: Session, subject_id: str, book_of: BookOf, terms: Terms) -> None:
    """A first account: everything that waited for one goes on."""
    from onething.policy.fulfilment.rows import rows_of

    for row in rows_of(session, subject_id):
        if (row.state, row.code, row.part) == (AwardState.WAITING, "no_account", 1):
            clause = _clause(session, row, book_of)
            parts = [
                part for part in parts_of(session, row) if (part.state, part.code) == (AwardState.WAITING, "no_account")
            ]
            if clause is not None:
                budget_reservation.promise(session, [Promised(parts, clause)], terms)


def seen(session: Session, subject_id: str, clause_id: str) -> None:
    """The company has opened a benefit's page; counted once."""
    upsert(session, SeenRow, [{"subject_id": subject_id, "clause_id": clause_id, "at": clock.now()}])
