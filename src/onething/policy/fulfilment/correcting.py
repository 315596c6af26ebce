"""Figures corrected afterwards: what was paid is compared with what the corrected figures of its day give.

Too little is supplemented by itself. Too much is never claimed back by the machine alone: an officer looks and decides
(行政处罚、追缴 affect rights; 《财政违法行为处罚处分条例》 第六条).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.events import Event
from onething.core.rights.service import require
from onething.payments import service as payments
from onething.policy import acts
from onething.policy.events import BenefitOverpaid, BenefitRecovering, BenefitSupplement
from onething.policy.fulfilment import budget_reservation
from onething.policy.fulfilment.deciding import may_correct, owed_now
from onething.policy.fulfilment.errors import NOT_OPEN
from onething.policy.fulfilment.models import SUPPLEMENT, Terms
from onething.policy.fulfilment.rows import locked, parts_of
from onething.policy.fulfilment.states import AWARD, GIVEN, UNPAID, AwardState
from onething.policy.fulfilment.tables import AwardRow
from onething.policy.matching.clauses import ClauseBook, ReadyClause
from onething.policy.matching.one import match
from onething.policy.whose import agency_scope
from onething.subjects.profiles import service
from onething.subjects.profiles.models import ProfileSpec

BookOf = Callable[[Session, date], ClauseBook]


def correct(session: Session, spec: ProfileSpec, book_of: BookOf, subject_id: str, rows: Sequence[AwardRow], terms: Terms) -> None:  # fmt: skip
    """Compare every benefit that was paid with the corrected figures as they stand for the day it was decided on."""
    groups: dict[tuple[str, str], list[AwardRow]] = defaultdict(list)
    for row in rows:
        groups[row.clause_id, row.period].append(row)
    for group in groups.values():
        if any(row.state == AwardState.PAID for row in group) and not any(row.state in (AwardState.OVERPAID, AwardState.RECOVERING) for row in group):  # fmt: skip
            _correct_one(session, spec, book_of, subject_id, group, terms)


def _correct_one(session: Session, spec: ProfileSpec, book_of: BookOf, subject_id: str, group: list[AwardRow], terms: Terms) -> None:  # fmt: skip
    first = min(group, key=lambda row: row.part)
    day = clock.local(first.found_at).date()
    clause = book_of(session, day).find(first.clause_id)
    if clause is None or clause.clause.version != first.clause_version:
        return
    found = match(clause, service.profile_of(session, spec, subject_id, day).facts(), spec)
    if not may_correct(found):
        return
    owed = owed_now(found)
    promised = [row for row in group if row.state in GIVEN or (row.state in UNPAID and row.part < SUPPLEMENT)]
    open_supplements = [row for row in group if row.state in UNPAID and row.part >= SUPPLEMENT]
    missing = owed - sum(row.fen for row in promised)
    if missing == sum(row.fen for row in open_supplements):
        return
    budget_reservation.give_back(session, open_supplements, AwardState.LAPSED, "corrected")
    if missing > 0:
        _supplement(session, clause, group, missing, [line.as_dict() for line in found.lines], terms)
    elif missing < 0 and first.code != f"kept:{owed}":
        _too_much(session, first, owed, -missing)


def _supplement(session: Session, clause: ReadyClause, group: list[AwardRow], fen: int, reasons: list[dict[str, object]], terms: Terms) -> None:  # fmt: skip
    first = group[0]
    part = max(SUPPLEMENT, *(row.part + 1 for row in group))
    row = AwardRow(
        id=budget_reservation.new_id("awd"), clause_id=first.clause_id, clause_version=first.clause_version, subject_id=first.subject_id,
        period=first.period, part=part, agency=first.agency, purse=first.purse, fen=fen, state=AwardState.WAITING, code="",
        reasons=reasons, facts=first.facts, found_at=clock.now(), account=first.account, order_id=None, words="", decided_by="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    budget_reservation.promise(session, [budget_reservation.Promised([row], clause, BenefitSupplement)], terms)


def _too_much(session: Session, row: AwardRow, owed: int, over: int) -> None:
    row.state, row.code = AWARD.move(row.state, AwardState.OVERPAID), f"owed:{owed}"
    session.flush()
    said = BenefitOverpaid(award=row.id, agency=row.agency, over=over)
    events.append(session, Event.of(f"company:{row.subject_id}", said))


def over_of(session: Session, award_id: str) -> int:
    """Fen by which an award of state `overpaid` is too high."""
    row = locked(session, award_id)
    owed = int(row.code.removeprefix("owed:")) if row.code.startswith("owed:") else 0
    return sum(each.fen for each in parts_of(session, row) if each.state in GIVEN) - owed


def claim_back(session: Session, principal: Principal, award_id: str, words: str) -> None:
    """An officer of the agency that granted it claims the surplus back, from the last payment to the first. Raises `Problem(NOT_OPEN)`,
    and the reason why others may not."""
    row, actor = _to_decide(session, principal, award_id), principal.actor
    if row.state != AwardState.OVERPAID:
        raise Problem(NOT_OPEN)
    over = whole = over_of(session, award_id)
    for part in reversed(parts_of(session, row)):
        taken = min(over, part.fen)
        if part.order_id and taken and part.state in (AwardState.PAID, AwardState.OVERPAID):
            payments.claim_back(session, part.order_id, actor, "corrected_figures", taken)
            part.state = AWARD.move(part.state, AwardState.RECOVERING)
            part.code, part.words, part.decided_by = f"claimed:{taken}", words[:1000], actor
            over -= taken
    if row.state == AwardState.OVERPAID:
        row.state, row.decided_by = AWARD.move(row.state, AwardState.PAID), actor
    session.flush()
    budget_reservation.tell(session, [budget_reservation.News(BenefitRecovering, row, None, whole)])


def _to_decide(session: Session, principal: Principal, award_id: str) -> AwardRow:
    row = locked(session, award_id)
    require(principal, acts.DECIDE_AWARD, agency_scope(row.agency))
    return row


def keep(session: Session, principal: Principal, award_id: str, words: str) -> None:
    """An officer of the agency that granted it leaves it as it was paid. Raises like `claim_back`."""
    row, actor = _to_decide(session, principal, award_id), principal.actor
    if row.state != AwardState.OVERPAID:
        raise Problem(NOT_OPEN)
    row.state, row.code = AWARD.move(row.state, AwardState.PAID), row.code.replace("owed:", "kept:")
    row.words, row.decided_by = words[:1000], actor
    session.flush()
