"""What follows for one company from its facts: pure. Benefits to begin, to change, to end, or to correct."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from onething.core.money import to_fen
from onething.policy.fulfilment.models import SUPPLEMENT, Award, period_of
from onething.policy.fulfilment.states import CLOSED, GIVEN, UNPAID
from onething.policy.matching.amounts import amount_of
from onething.policy.matching.clauses import ClauseBook, ReadyClause
from onething.policy.matching.exclusive import highest
from onething.policy.matching.models import Match, Outcome
from onething.policy.matching.one import match, outcomes
from onething.subjects.profiles.models import ProfileSpec

Verb = Literal["begin", "change", "end", "displace"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `award` is the present one, `clause` and `found` what it is to become."""

    verb: Verb
    clause: ReadyClause | None = None
    found: Match | None = None
    award: Award | None = None

    @property
    def fen(self) -> int:
        return to_fen(self.found.amount or Decimal(0)) if self.found else 0


def decide_company(book: ClauseBook, facts: Mapping[str, Any], spec: ProfileSpec, awards: Sequence[Award]) -> list[Step]:  # fmt: skip
    """Steps for the day of the book. Objected and given benefits of a period are left alone: a company is not asked twice.

    All clauses are decided by the compiled kernel; only those that something follows from are worked out and explained.
    """
    certain = outcomes(book, facts)
    present = {(each.clause_id, each.period): each for each in awards if each.part == 1}
    whole = _whole(awards)
    steps: list[Step] = []
    for award in present.values():
        clause = book.find(award.clause_id)
        # What has become undecided (a figure grew late) takes back nothing that was promised.
        if award.state in UNPAID and clause is not None and certain.get(award.clause_id, "no") == "no" and award.period == _period(clause):  # fmt: skip
            steps.append(Step("end", clause, award=award))
    due = _due(book, facts, certain, present)
    kept = highest(book.groups, due, _standing(book, present))
    for clause_id, amount in due.items():
        clause = book.by_id[clause_id]
        award = present.get((clause_id, _period(clause)))
        if clause_id not in kept:
            if award is not None and award.state in UNPAID:
                steps.append(Step("displace", clause, award=award))
        elif award is None or award.state in CLOSED:
            steps.append(Step("begin", clause, match(clause, facts, spec), award))
        elif award.state in UNPAID and (whole[award.clause_id, award.period], award.clause_version) != (to_fen(amount), clause.clause.version):  # fmt: skip
            steps.append(Step("change", clause, match(clause, facts, spec), award))
    # What is ended or displaced gives its money back before anything new asks for it.
    return sorted(steps, key=lambda step: {"end": 0, "displace": 1, "change": 2, "begin": 3}[step.verb])


def _period(clause: ReadyClause) -> str:
    benefit = clause.clause.benefit
    return period_of(benefit.frequency, clause.day) if benefit else ""


def _due(book: ClauseBook, facts: Mapping[str, Any], certain: Mapping[str, Outcome], present: Mapping[tuple[str, str], Award]) -> dict[str, Decimal]:  # fmt: skip
    """Yuan of the money clauses that certainly hold; without those already settled this period that exclude no other."""
    found: dict[str, Decimal] = {}
    for clause_id, outcome in certain.items():
        clause = book.by_id[clause_id]
        if outcome != "eligible" or not clause.is_money:
            continue
        award = present.get((clause_id, _period(clause)))
        if award is not None and award.state not in UNPAID and award.state not in CLOSED and clause_id not in book.groups:  # fmt: skip
            continue
        if amount := amount_of(clause, facts):
            found[clause_id] = amount
    return found


def _standing(book: ClauseBook, present: Mapping[tuple[str, str], Award]) -> set[str]:
    """Clauses of which money has already gone this period: they win whatever the amounts are."""
    return {
        award.clause_id
        for award in present.values()
        if award.state in GIVEN
        and (clause := book.find(award.clause_id)) is not None
        and award.period == _period(clause)
    }


def _whole(awards: Iterable[Award]) -> Counter[tuple[str, str]]:
    """Fen of all instalments of each benefit (clause, period) together."""
    found: Counter[tuple[str, str]] = Counter()
    for each in awards:
        if each.part < SUPPLEMENT:
            found[each.clause_id, each.period] += each.fen
    return found


def shares_of(clause: ReadyClause, fen: int) -> list[tuple[int, int, str]]:
    """(fen, months later, condition) of each instalment; the last one takes what rounding leaves."""
    parts = clause.clause.benefit.instalments if clause.clause.benefit else ()
    if not parts:
        return [(fen, 0, "")]
    made = [(int(fen * each.share), each.after_months, each.require) for each in parts]
    rest = fen - sum(each[0] for each in made)
    return [*made[:-1], (made[-1][0] + rest, made[-1][1], made[-1][2])]


def left_to_give(clause: ReadyClause, fen: int, given: Mapping[int, int]) -> dict[int, int]:
    """Fen of each instalment that is still to come, when `given` (part → fen, supplements among them) has gone already.

    All together come to `fen`; nothing when that much has been given. What was given too much is a matter of correction.
    """
    whole = {part: share for part, (share, _, _) in enumerate(shares_of(clause, fen), 1)}
    open_ = {part: share for part, share in whole.items() if part not in given}
    rest, weight = fen - sum(given.values()), sum(open_.values())
    if rest <= 0 or not open_:
        return {}
    made = {part: rest * share // weight if weight else 0 for part, share in open_.items()}
    made[max(made)] += rest - sum(made.values())
    return made


def owed_now(match_now: Match | None) -> int:
    """Fen that the corrected facts give; nothing when the conditions no longer hold or cannot be told apart from that."""
    if match_now is None or match_now.outcome != "eligible":
        return 0
    return to_fen(match_now.amount or Decimal(0))


def may_correct(found: Match | None) -> bool:
    """Only what is certain corrects what was paid: an undecided clause takes nothing back."""
    return found is not None and found.outcome != "undecided"
