"""Clauses that contradict, overlap, exclude or duplicate each other, with a company (as facts) that shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, Literal

from onething.core.i18n import Text, texts_of
from onething.policy.models import Clause, Relation
from onething.rules.models import Ground, Rule
from onething.rules.service import Box, Precedence, TooComplexError, boxes, precedence

say = texts_of(__name__)

Kind = Literal["contradict", "overlap", "exclude", "duplicate", "impossible"]
MOST_BOXES = 128


@dataclass(frozen=True, slots=True)
class ClauseConflict:
    """`witness` are facts that meet both clauses; empty for a clause that nothing can meet."""

    kind: Kind
    first: str
    second: str
    witness: dict[str, Any]
    words: str
    """The alternatives in common, in the words of the rule language."""
    suggestion: Text
    grounds: tuple[Ground, ...]
    """The clauses and the law that the suggestion rests on."""
    prefer: str = ""
    """The clause that the suggestion prefers."""

    @property
    def name(self) -> Text:
        return say(f"conflict.{self.kind}")

    def as_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "first": self.first, "second": self.second, "witness": self.witness, "where": self.words,
            "suggestion": {"zh": self.suggestion.zh, "en": self.suggestion.en}, "grounds": [str(each) for each in self.grounds], "prefer": self.prefer,
        }  # fmt: skip


def find_conflicts(
    clauses: Sequence[Clause], relations: Sequence[Relation] = (), limit: int = 500
) -> list[ClauseConflict]:
    """Every pair that meets in some company on some day, the most serious first. Clauses that speak of different benefits
    are only compared when a relation or a ban joins them."""
    ways = {clause.id: _ways(clause) for clause in clauses}
    found = [_impossible(clause) for clause in clauses if ways[clause.id] == []]
    for first, second in _pairs(clauses, relations):
        if len(found) >= limit:
            break
        conflict = _pair(first, second, ways[first.id], ways[second.id], relations)
        if conflict is not None:
            found.append(conflict)
    order = {"impossible": 0, "contradict": 1, "exclude": 2, "duplicate": 3, "overlap": 4}
    return sorted(found, key=lambda each: (order[each.kind], each.first, each.second))


def _pairs(clauses: Sequence[Clause], relations: Sequence[Relation]) -> Iterator[tuple[Clause, Clause]]:
    """Pairs worth a look: the same kind of benefit for the same subject, a ban and what it bans, and related ones."""
    buckets: dict[tuple[str, str], list[Clause]] = {}
    for clause in clauses:
        buckets.setdefault((clause.subject, _purpose(clause)), []).append(clause)
    seen: set[frozenset[str]] = set()
    by_id = {clause.id: clause for clause in clauses}
    joined = [(r.source, r.target) for r in relations if r.kind in ("excludes", "specialises") and r.source in by_id and r.target in by_id]  # fmt: skip
    for one, other in joined:
        seen.add(frozenset((one, other)))
        yield by_id[one], by_id[other]
    for group in buckets.values():
        for first, second in combinations(group, 2):
            key = frozenset((first.id, second.id))
            if key not in seen and len(key) == 2:
                seen.add(key)
                yield first, second


def _purpose(clause: Clause) -> str:
    """What it is about: the first tag `about:…`, else the benefit's name."""
    said = next((tag for tag in clause.tags if tag.startswith("about:")), "")
    return said or (f"about:{clause.benefit.name.zh}" if clause.benefit else "")


def _is_ban(clause: Clause) -> bool:
    return "ban" in clause.tags


def _ways(clause: Clause) -> list[Box] | None:
    """The alternatives that meet a clause; [] when there are none, None when there are too many to follow."""
    parameters = {name: spec.at(date.max) for name, spec in clause.ruleset.parameters.items()}
    found = [Box({})]
    grants = [rule for rule in clause.ruleset.rules if rule.then is True]
    parts = [_holds(rule) for rule in clause.ruleset.rules if rule.then is not True]
    if grants:
        parts.append(" or ".join(f"({rule.when})" for rule in grants))
    try:
        for part in parts:
            found = [met for box in found for other in boxes(part, parameters) if (met := box.meet(other)) is not None]
            if len(found) > MOST_BOXES:
                return None
    except TooComplexError:
        return None
    return found


def _holds(rule: Rule) -> str:
    if rule.require is not None:
        return f"not({rule.when}) or ({rule.require})" if rule.when else rule.require
    return f"not({rule.when})"


def _pair(first: Clause, second: Clause, ways: list[Box] | None, others: list[Box] | None, relations: Sequence[Relation]) -> ClauseConflict | None:  # fmt: skip
    if ways is None or others is None or not _same_days(first, second):
        return None
    met = next((both for one in ways for other in others if (both := one.meet(other)) is not None), None)
    if met is None:
        return None
    kinds = {r.kind for r in relations if {r.source, r.target} == {first.id, second.id}}
    if "combines" in kinds:
        return None
    witness = {name: _plain(value) for name, value in met.sample().items()}
    if _is_ban(first) != _is_ban(second):
        return _suggest("contradict", first, second, witness, met.words())
    if "excludes" in kinds:
        return _suggest("exclude", first, second, witness, met.words())
    if _purpose(first) != _purpose(second) or _is_ban(first):
        return None
    same = _covers(ways, others) and _covers(others, ways)
    if same and _worth(first) == _worth(second):
        return _suggest("duplicate", first, second, witness, met.words())
    return _suggest("contradict" if same else "overlap", first, second, witness, met.words())


def _covers(ways: list[Box], others: list[Box]) -> bool:
    """Whether each alternative of `others` lies inside one of `ways`; cautious: an unclear case counts as no."""
    return all(any(_inside(small, large) for large in ways) for small in others)


def _inside(small: Box, large: Box) -> bool:
    if not large.opaque <= small.opaque:
        return False
    for name, values in large.sets.items():
        mine = small.sets.get(name)
        if mine is None:
            return False
        try:
            outside = mine & values.complement()  # type: ignore[operator]
        except TypeError:
            return False
        if not bool(outside.empty):  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            return False
    return True


def _same_days(first: Clause, second: Clause) -> bool:
    start = max(first.valid_from or date.min, second.valid_from or date.min)
    return start <= min(first.valid_to or date.max, second.valid_to or date.max)


def _worth(clause: Clause) -> tuple[object, ...]:
    benefit = clause.benefit
    return (clause.ruleset.value, benefit.amount, benefit.rate, benefit.base, benefit.cap) if benefit else (clause.ruleset.value,)  # fmt: skip


def _plain(value: Any) -> Any:
    return (int(value) if value == value.to_integral_value() else float(value)) if isinstance(value, Decimal) else value


def _main(clause: Clause) -> Rule:
    """The clause as one rule, so that the precedence of law can be asked for."""
    ground = clause.ground or next((rule.ground for rule in clause.ruleset.rules if rule.ground), ())
    return Rule(id=clause.id, when="true", ground=ground, valid_from=clause.valid_from)


def _suggest(kind: Kind, first: Clause, second: Clause, witness: Mapping[str, Any], words: str) -> ClauseConflict:
    found = precedence(_main(first), _main(second))
    grounds = (*_main(first).ground[:1], *_main(second).ground[:1])
    text, law, prefer = _HINTS[kind](first, second, found)
    return ClauseConflict(kind, first.id, second.id, dict(witness), words, text, grounds + law, prefer)


def _impossible(clause: Clause) -> ClauseConflict:
    told = say("settle.impossible")
    return ClauseConflict("impossible", clause.id, clause.id, {}, "∅", told, _main(clause).ground[:1])


_LEGISLATION = "中华人民共和国立法法"


def _contradict(_first: Clause, _second: Clause, found: Precedence | None) -> tuple[Text, tuple[Ground, ...], str]:
    if found is None:
        return say("settle.equal_force"), (Ground(title=_LEGISLATION, article="第一百零六条"),), ""
    return (
        say("settle.prevails", principle=found.principle, winner=found.winner),
        (Ground(title=_LEGISLATION, article="第一百零三条"),),
        found.winner,
    )


def _exclude(first: Clause, second: Clause, found: Precedence | None) -> tuple[Text, tuple[Ground, ...], str]:
    del found
    more, prefer = _more(first, second)
    text = say("settle.pay_higher", clause=prefer) if more else say("settle.pay_higher_of_both")
    return text, (), prefer


def _more(first: Clause, second: Clause) -> tuple[bool, str]:
    amounts: list[Decimal] = []
    for clause in (first, second):
        try:
            amounts.append(Decimal(clause.ruleset.value or (clause.benefit.amount if clause.benefit else "")))
        except ArithmeticError:
            return False, ""
    if amounts[0] == amounts[1]:
        return False, ""
    return True, (first if amounts[0] > amounts[1] else second).id


def _duplicate(_first: Clause, _second: Clause, found: Precedence | None) -> tuple[Text, tuple[Ground, ...], str]:
    prefer = found.winner if found else ""
    text = say("settle.pay_once_by", clause=prefer) if prefer else say("settle.pay_once")
    return text, (), prefer


def _overlap(_first: Clause, _second: Clause, found: Precedence | None) -> tuple[Text, tuple[Ground, ...], str]:
    prefer = found.winner if found else ""
    return say("settle.say_which"), (), prefer


_HINTS = {"contradict": _contradict, "exclude": _exclude, "duplicate": _duplicate, "overlap": _overlap}
