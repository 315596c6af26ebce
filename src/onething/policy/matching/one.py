"""One company against every clause: which hold (a fraction of a millisecond), and why (worked out on demand)."""

from collections.abc import Iterable, Mapping
from typing import Any

from onething.policy.matching.amounts import amount_of
from onething.policy.matching.clauses import ClauseBook, ReadyClause
from onething.policy.matching.models import Match, Outcome, Shift
from onething.policy.matching.words import lines
from onething.subjects.profiles.models import ProfileSpec


def match(clause: ReadyClause, facts: Mapping[str, Any], spec: ProfileSpec) -> Match:
    """One clause, explained."""
    found = tuple(lines(clause.parts, facts, clause.day, spec))
    no = sum(1 for line in found if line.outcome == "no")
    open_ = sum(1 for line in found if line.outcome == "undecided")
    outcome: Outcome = "eligible" if not no and not open_ else "undecided" if not no else "near" if no == 1 and not open_ else "no"  # fmt: skip
    missing = _missing(facts, (name for line in found if line.outcome == "undecided" for name in line.dimensions))
    amount = amount_of(clause, facts) if outcome in ("eligible", "near") else None
    if outcome == "eligible" and clause.is_money and amount is None:
        outcome, missing = "undecided", _missing(facts, (n.removeprefix("company.") for n in clause.amount_names))
    return Match(clause.id, outcome, amount, found, missing)


def _missing(facts: Mapping[str, Any], names: Iterable[str]) -> tuple[str, ...]:
    known = facts.get("company", {})
    return tuple(dict.fromkeys(name for name in names if known.get(name) is None))


def outcomes(book: ClauseBook, facts: Mapping[str, Any]) -> dict[str, Outcome]:
    """Every clause that certainly holds or cannot be told; the others are left out."""
    verdicts = book.matcher.match(facts)
    found: dict[str, Outcome] = {book.clauses[i].id: "eligible" for i in verdicts.true.nonzero()[0]}
    found |= {book.clauses[i].id: "undecided" for i in verdicts.unknown.nonzero()[0]}
    return found


def shifts(book: ClauseBook, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Shift]:
    """The clauses whose answer changed with the facts."""
    old, new = outcomes(book, before), outcomes(book, after)
    return [
        Shift(name, old.get(name, "no"), new.get(name, "no"))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def for_company(book: ClauseBook, facts: Mapping[str, Any], spec: ProfileSpec, near: int = 20) -> list[Match]:
    """What a company's page shows: all it has a right to, what cannot be told, and the nearest misses; best first."""
    sure = outcomes(book, facts)
    found = [match(book.by_id[name], facts, spec) for name in sure]
    if len(book.clauses) - len(sure) <= 5000:
        candidates = (match(each, facts, spec) for each in book.clauses if each.id not in sure)
        reach = (each for each in candidates if each.outcome == "near" and _within_reach(each))
        found += sorted(reach, key=_nearness)[:near]
    order = {"eligible": 0, "near": 1, "undecided": 2, "no": 3}
    return sorted(found, key=lambda each: (order[each.outcome], -(each.amount or 0)))


def _within_reach(found: Match) -> bool:
    """Not nearly met is what lacks more than is asked for, or a date that is more than a year away."""
    short = found.short
    return short is None or short.share is None or short.share <= 1


def _nearness(found: Match) -> float:
    """Within reach first: by the share of what is asked that is lacking; what cannot be measured last."""
    short = found.short
    return float("inf") if short is None or short.share is None else short.share
