"""An award's way in the database: begun, promised with money set aside, changed, given back. Each in the caller's transaction.

What follows for one company is done together: one look at the purses, one write of orders, of transfers and of events,
however many benefits begin or end at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.events import SYSTEM, Event
from onething.core.i18n import Text, texts_of
from onething.core.ids import new_id
from onething.core.money import show, to_yuan
from onething.payments import service as payments
from onething.payments.models import NewOrder, Payee
from onething.policy.events import (
    BenefitEvent,
    BenefitFound,
    BenefitNoAccount,
    BenefitNoBudget,
    BenefitOffered,
    BenefitSent,
)
from onething.policy.fulfilment.deciding import Step, left_to_give, shares_of
from onething.policy.fulfilment.models import Terms, period_of
from onething.policy.fulfilment.standing import NONE, standing_of
from onething.policy.fulfilment.states import AWARD, GIVEN, HELD, AwardState
from onething.policy.fulfilment.tables import AwardRow
from onething.policy.matching.clauses import ReadyClause
from onething.subjects import service as subjects
from onething.subjects.profiles import service as profiles

say = texts_of(__name__)

MONTH = timedelta(days=30)
_WAITS: dict[str, type[BenefitEvent]] = {"no_account": BenefitNoAccount, "no_budget": BenefitNoBudget}
"""What a company is told when its money cannot be set aside, by why not."""


@dataclass(frozen=True, slots=True)
class Promised:
    """One benefit with all its instalments, to be set aside and told of as `event`."""

    rows: Sequence[AwardRow]
    clause: ReadyClause
    event: type[BenefitEvent] = BenefitFound

    @property
    def fen(self) -> int:
        return sum(row.fen for row in self.rows)


@dataclass(frozen=True, slots=True)
class News:
    """Something that a company is told of a benefit."""

    event: type[BenefitEvent]
    row: AwardRow
    clause: ReadyClause | None
    fen: int
    name: Text | None = None
    """The benefit's, where whoever tells does not know the clause."""


def begin(session: Session, steps: Iterable[Step], subject_id: str, present: Sequence[AwardRow], terms: Terms) -> None:
    """Benefits that a company has a right to: rows for their instalments, money set aside, the company told."""
    known = {(row.clause_id, row.period, row.part): row for row in present}
    promised: list[Promised] = []
    offered: list[News] = []
    standing = standing_of(session, [subject_id]).get(subject_id, NONE)
    for step in steps:
        clause, benefit = step.clause, step.clause.clause.benefit if step.clause else None
        if clause is None or benefit is None or step.found is None or step.found.outcome != "eligible":
            continue
        rows = _rows(step, clause, subject_id, known)
        if not rows:
            continue  # all of it has been given
        session.add_all(rows)
        if benefit.consent and not standing.covers(clause):
            for row in rows:
                row.state, row.noticed_at = AWARD.move(row.state, AwardState.ASKED), clock.now()
                row.pay_after = clock.now() + timedelta(days=terms.consent_days)
            offered.append(News(BenefitOffered, rows[0], clause, step.fen))
        else:
            promised.append(Promised(rows, clause))
    session.flush()
    tell(session, offered)
    promise(session, promised, terms)


def _rows(step: Step, clause: ReadyClause, subject_id: str, known: dict[tuple[str, str, int], AwardRow]) -> list[AwardRow]:  # fmt: skip
    """A row for each instalment that is still to be given; what was there before and had ended begins anew. What the bank
    has or had the order for is never begun anew: it stays, and the others bring what is left of the whole."""
    benefit = clause.clause.benefit
    if benefit is None:
        return []
    period, moment = period_of(benefit.frequency, clause.day), clock.now()
    reasons = [line.as_dict() for line in (step.found.lines if step.found else ())]
    made: list[AwardRow] = []
    earlier = {part: row for (clause_id, of, part), row in known.items() if (clause_id, of) == (clause.id, period)}
    given = {part: row.fen for part, row in earlier.items() if row.state in GIVEN}
    for part, fen in left_to_give(clause, step.fen, given).items():
        row = earlier.get(part) or _new_row(clause, subject_id, period, part)
        row.state = AWARD.move(row.state, AwardState.WAITING)
        row.clause_version, row.fen, row.found_at, row.code = clause.clause.version, fen, moment, ""
        row.reasons, row.facts = reasons, {"name_en": benefit.name.en}
        row.words, row.decided_by, row.pay_after, row.noticed_at = "", "", None, None
        made.append(row)
    return made


def _new_row(clause: ReadyClause, subject_id: str, period: str, part: int) -> AwardRow:
    budget = clause.clause.budget
    return AwardRow(
        id=new_id("awd"), clause_id=clause.id, subject_id=subject_id, period=period, part=part, agency=clause.clause.agency,
        purse=budget.key if budget else "", account="", order_id=None, paid_at=None, state=AwardState.WAITING.value,
    )  # fmt: skip


def promise(session: Session, promised: Sequence[Promised], terms: Terms, *, accepted: bool = False) -> None:
    """Set the money aside and tell the companies; all instalments of a benefit or none, so that nobody is promised half.

    `accepted`: they have just agreed to these, so there is no time to object.
    """
    codes = _set_aside(session, promised)
    standing = standing_of(session, {each.rows[0].subject_id for each in promised})
    moment, news = clock.now(), list[News]()
    for each, code in zip(promised, codes, strict=True):
        was = {(row.state, row.code) for row in each.rows}
        if code:
            for row in each.rows:
                row.state, row.code = AWARD.move(row.state, AwardState.WAITING), code
            if was != {(AwardState.WAITING, code)}:
                news.append(News(_WAITS[code], each.rows[0], each.clause, each.fen))
            continue
        months = {part: later for part, (_, later, _) in enumerate(shares_of(each.clause, each.fen), 1)}
        beforehand = standing.get(each.rows[0].subject_id, NONE).covers(each.clause)
        days = 0 if accepted or beforehand else _object_days(each.clause, terms)
        for row in each.rows:
            later = months.get(row.part, 0)
            row.state = AWARD.move(row.state, AwardState.SCHEDULED if later else AwardState.NOTICED)
            row.code, row.noticed_at = "", moment
            row.pay_after = moment + timedelta(days=days) + MONTH * later
        event = BenefitSent if beforehand and each.event is BenefitFound else each.event
        news.append(News(event, each.rows[0], each.clause, each.fen))
    session.flush()
    tell(session, news)


def _object_days(clause: ReadyClause, terms: Terms) -> int:
    """The regulation's own period to object, else the city's."""
    own = clause.clause.benefit.object_days if clause.clause.benefit else None
    return terms.object_days if own is None else own


def _set_aside(session: Session, promised: Sequence[Promised]) -> list[str]:
    """For each benefit '' when its money is set aside, else why not."""
    payees: dict[tuple[str, str], Payee | None] = {}
    codes: list[str] = []
    wanted: list[NewOrder] = []
    for each in promised:
        first = each.rows[0]
        mark = (first.subject_id, first.account)
        if mark not in payees:
            payees[mark] = _payee(session, *mark)
        payee = payees[mark]
        codes.append("no_account" if payee is None else "" if first.purse else "no_budget")
        if payee is not None and first.purse:
            wanted += _orders(each, payee)
    booked = {each.key: each.order_id for each in payments.book(session, wanted)} if wanted else {}
    for number, each in enumerate(promised):
        if codes[number]:
            continue
        orders = {row.id: booked[_key(row)] for row in each.rows if row.fen}
        if all(orders.values()):
            for row in each.rows:
                row.order_id = orders.get(row.id, row.order_id)
        else:
            codes[number] = "no_budget"
    return codes


def _payee(session: Session, subject_id: str, account_id: str) -> Payee | None:
    account = profiles.account_of(session, subject_id, account_id)
    if account is None:
        return None
    return Payee(subject_id, subjects.person(session, subject_id).name, account.number, account.bank)


def _orders(each: Promised, payee: Payee) -> list[NewOrder]:
    benefit = each.clause.clause.benefit
    name = (benefit.name if benefit else each.clause.clause.name).zh[:60]
    whole = each.rows[0].id
    return [NewOrder(_key(row), row.purse, payee, row.fen, name, payments.HELD, whole) for row in each.rows if row.fen]


def _key(row: AwardRow) -> str:
    """The payment's key: the award, and after a payment of it was called off, that payment's number."""
    return f"{row.id}:{row.order_id or 'first'}"


def give_back(session: Session, rows: Sequence[AwardRow], state: AwardState, code: str, actor: str = SYSTEM) -> None:
    """What was set aside is free again; the awards end in `state`."""
    held = [row.order_id for row in rows if row.order_id and row.state in {*HELD, AwardState.FAILED}]
    payments.cancel_many(session, held, actor, code)
    for row in rows:
        row.state, row.code = AWARD.move(row.state, state), code
    session.flush()


def tell(session: Session, news: Sequence[News]) -> None:
    """The events that the companies' messages are made from; codes and the benefit's public name, nothing personal."""
    events.append_many(session, [_event(each) for each in news])


def _event(each: News) -> Event:
    row, clause = each.row, each.clause.clause if each.clause else None
    name = each.name or ((clause.benefit.name if clause.benefit else clause.name) if clause else say("benefit"))
    said = each.event(
        subject_id=row.subject_id,
        award=row.id,
        clause=row.clause_id,
        agency=row.agency,
        fen=each.fen,
        benefit_zh=name.zh,
        benefit_en=name.en,
        amount=show(to_yuan(each.fen)),
        path=f"company/benefits/{row.id}",
    )
    return Event.of(f"company:{row.subject_id}", said)
