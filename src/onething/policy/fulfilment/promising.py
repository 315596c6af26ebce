"""An award's way in the database: begun, promised with money set aside, changed, given back. Each in the caller's transaction."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.events import SYSTEM, Event
from onething.core.ids import new_id
from onething.core.money import show, to_yuan
from onething.payments import service as payments
from onething.payments.models import NewOrder, Payee
from onething.policy.fulfilment.deciding import Step, shares_of
from onething.policy.fulfilment.models import HELD, AwardState, Terms, period_of
from onething.policy.fulfilment.tables import AwardRow
from onething.policy.matching.clauses import ReadyClause
from onething.subjects import accounts
from onething.subjects import service as subjects

MONTH = timedelta(days=30)


def begin(session: Session, step: Step, subject_id: str, present: Sequence[AwardRow], terms: Terms) -> None:
    """A benefit that the company has a right to: rows for its instalments, money set aside, the company told."""
    clause, found = step.clause, step.found
    if clause is None or found is None or clause.clause.benefit is None:
        return
    benefit = clause.clause.benefit
    period = period_of(benefit.frequency, clause.day)
    known = {row.part: row for row in present if (row.clause_id, row.period) == (clause.id, period)}
    rows: list[AwardRow] = []
    for part, (fen, _, _) in enumerate(shares_of(clause, step.fen), 1):
        row = known.get(part) or _new_row(clause, subject_id, period, part)
        row.clause_version, row.fen, row.found_at, row.state, row.code = clause.clause.version, fen, clock.now(), AwardState.WAITING, ""  # fmt: skip
        row.reasons, row.facts = [line.as_dict() for line in found.lines], {"name_en": benefit.name.en}
        row.words, row.decided_by, row.pay_after, row.noticed_at = "", "", None, None
        session.add(row)
        rows.append(row)
    if benefit.consent:
        for row in rows:
            row.state, row.noticed_at = AwardState.ASKED, clock.now()
            row.pay_after = clock.now() + timedelta(days=terms.consent_days)
        session.flush()
        tell(session, "benefit.offered", rows[0], clause, step.fen)
        return
    promise(session, rows, clause, terms)


def _new_row(clause: ReadyClause, subject_id: str, period: str, part: int) -> AwardRow:
    budget = clause.clause.budget
    return AwardRow(
        id=new_id("awd"), clause_id=clause.id, subject_id=subject_id, period=period, part=part, agency=clause.clause.agency,
        purse=budget.key if budget else "", account="", order_id=None, paid_at=None,
    )  # fmt: skip


def promise(session: Session, rows: Sequence[AwardRow], clause: ReadyClause, terms: Terms, event: str = "benefit.found") -> None:  # fmt: skip
    """Set the money aside and tell the company; all instalments or none, so that nobody is promised half."""
    first = rows[0]
    whole = sum(row.fen for row in rows)
    account = accounts.account_of(session, first.subject_id, first.account)
    code = "" if account else "no_account"
    if account is not None:
        payee = Payee(first.subject_id, subjects.person(session, first.subject_id).name, account.number, account.bank)
        code = _set_aside(session, rows, clause, payee)
    was = {(row.state, row.code) for row in rows}
    if code:
        for row in rows:
            row.state, row.code = AwardState.WAITING, code
        session.flush()
        if was != {(AwardState.WAITING, code)}:
            tell(session, f"benefit.{code}", first, clause, whole)
        return
    moment = clock.now()
    months = {part: later for part, (_, later, _) in enumerate(shares_of(clause, whole), 1)}
    for row in rows:
        later = months.get(row.part, 0)
        row.state, row.code, row.noticed_at = (AwardState.SCHEDULED if later else AwardState.NOTICED), "", moment
        row.pay_after = moment + timedelta(days=terms.object_days) + MONTH * later
    session.flush()
    tell(session, event, first, clause, whole)


def _set_aside(session: Session, rows: Sequence[AwardRow], clause: ReadyClause, payee: Payee) -> str:
    """'' when the purse holds all of it, else why not."""
    if not rows[0].purse:
        return "no_budget"
    name = clause.clause.benefit.name.zh if clause.clause.benefit else clause.clause.name.zh
    wanted = [NewOrder(_key(row), row.purse, payee, row.fen, name[:60], payments.HELD) for row in rows if row.fen]
    booked = payments.book(session, wanted)
    if any(not each.order_id for each in booked):
        for each in booked:
            if each.order_id:
                payments.cancel(session, each.order_id, code="incomplete")
                _of(rows, each.key).order_id = each.order_id
        return "no_budget"
    for each in booked:
        _of(rows, each.key).order_id = each.order_id
    return ""


def _key(row: AwardRow) -> str:
    """The payment's key: the award, and after a payment of it was called off, that payment's number."""
    return f"{row.id}:{row.order_id or 'first'}"


def _of(rows: Sequence[AwardRow], key: str) -> AwardRow:
    return next(row for row in rows if key.startswith(f"{row.id}:"))


def give_back(session: Session, rows: Sequence[AwardRow], state: AwardState, code: str, actor: str = SYSTEM) -> None:
    """What was set aside is free again; the awards end in `state`."""
    for row in rows:
        if row.order_id and row.state in {*HELD, AwardState.FAILED}:
            payments.cancel(session, row.order_id, actor, code)
        row.state, row.code = state, code
    session.flush()


def tell(session: Session, event: str, row: AwardRow, clause: ReadyClause | None, fen: int, **more: Any) -> None:
    """The event that the company's message is made from; codes and the benefit's public name, nothing personal."""
    name = (clause.clause.benefit.name if clause.clause.benefit else clause.clause.name) if clause else None
    data = {
        "subject_id": row.subject_id, "award": row.id, "clause": row.clause_id, "agency": row.agency, "fen": fen,
        "benefit_zh": name.zh if name else "补贴", "benefit_en": name.en if name else "benefit",
        "amount": show(to_yuan(fen)), "path": f"company/benefits/{row.id}",
    }  # fmt: skip
    events.append(session, Event(f"company:{row.subject_id}", event, data=data | more))
