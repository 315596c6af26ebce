"""Facts at the limits of a draft, and what it decides for them: an official sees at once whether that is what the law means."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from onething.policy.drafting.models import Example
from onething.rules.models import FactSpec
from onething.rules.service import Box, RuleError, RuleSet, Spans, TooComplexError, boxes, decide, parse_rules, try_on

MOST = 24
_Numbers = dict[str, set[Decimal]]


def examples_of(content: str, ruleset: str) -> tuple[Example, ...]:
    """Boundary examples: all met; each number just below, at and just above its limit; each condition failed; one missing.

    Empty when the draft does not load.
    """
    try:
        found = parse_rules(content)[ruleset]
    except (RuleError, KeyError):
        return ()
    base = _met(found)
    if base is None:
        return ()
    base = _decided(found, base)
    named = [("全部符合", base), *islice(_changed(found, base), MOST - 1)]
    decisions = try_on(content, ruleset, [facts for _, facts in named])
    return tuple(Example(name=name, facts=facts, expect=decision.outcome) for (name, facts), decision in zip(named, decisions, strict=True))  # fmt: skip


def _put(facts: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of nested facts with one value set (or taken away for None)."""
    head, _, rest = path.partition(".")
    copy = dict(facts)
    if rest:
        inner = copy.get(head)
        copy[head] = _put(inner if isinstance(inner, dict) else {}, rest, value)  # type: ignore[reportUnknownArgumentType]
    elif value is None:
        copy.pop(head, None)
    else:
        copy[head] = value
    return copy


def _met(found: RuleSet) -> dict[str, Any] | None:
    """One set of facts that meets every requirement and no refusal, found through the boxes of their conditions."""
    alternatives: list[Box] = [Box({})]
    try:
        for each in found.rules:
            rule = each.rule
            condition = rule.require or f"not({rule.when})"
            alternatives = [met for box in alternatives for other in boxes(condition, {}) if (met := box.meet(other)) is not None][:64]  # fmt: skip
    except TooComplexError:
        return None
    if not alternatives:
        return None
    facts: dict[str, Any] = {}
    for path, value in alternatives[0].sample().items():
        facts = _put(facts, path, _number(value))
    for path, spec in found.spec.facts.items():
        kind = spec if isinstance(spec, str) else spec.type
        if path not in alternatives[0].sets and kind in ("number", "money"):
            facts = _put(facts, path, 1000)
    return facts


_SOME: dict[str, Any] = {
    "bool": True,
    "date": date(2026, 1, 1),
    "text": "某",
    "number": 1000,
    "money": 1000,
    "list": [],
}


def _decided(found: RuleSet, base: dict[str, Any]) -> dict[str, Any]:
    """The same with a value for every fact that the rules still ask for, so that they say yes if any of these values makes them."""
    filled: list[str] = []
    for _ in range(MOST):
        decision = decide(found, base, _SOME["date"], drafts=True)
        asked = [path for path in decision.missing if path not in filled]
        if decision.outcome != "undecided" or not asked:
            break
        for path in asked:
            base = _put(base, path, _some(found.spec.facts.get(path)))
        filled += asked
    for path in filled:
        if decide(found, base, _SOME["date"], drafts=True).outcome != "no":
            break
        other = _put(base, path, False)
        base = other if decide(found, other, _SOME["date"], drafts=True).outcome == "yes" else base
    return base


def _some(spec: FactSpec | str | None) -> Any:
    """A value that such a fact may have."""
    if isinstance(spec, FactSpec):
        return spec.values[0] if spec.values else _SOME.get(spec.type)
    return _SOME.get(spec or "bool")


def nothing_decided(examples: Sequence[Example]) -> bool:
    """Whether rules were tried and said neither yes nor no of anything: what they ask for, nobody holds under that name."""
    return bool(examples) and all(each.expect == "undecided" for each in examples)


def _number(value: Any) -> Any:
    return (int(value) if value == value.to_integral_value() else float(value)) if isinstance(value, Decimal) else value


def limits_in(found: RuleSet) -> _Numbers:
    """Every constant that a number fact is compared with."""
    out: _Numbers = {}
    for each in found.rules:
        condition = each.rule.require or each.rule.when or "true"
        try:
            spans = [(path, values) for box in boxes(condition, {}) for path, values in box.sets.items()]
        except TooComplexError:
            continue
        for path, values in spans:
            if isinstance(values, Spans):
                ends = [end for low, _, high, _ in values.parts for end in (low, high) if isinstance(end, Decimal)]
                out.setdefault(path, set()).update(ends)
    return {path: ends for path, ends in out.items() if ends}


def _changed(found: RuleSet, base: dict[str, Any]) -> Any:
    for path, ends in limits_in(found).items():
        label = path.rsplit(".", 1)[-1]
        for end in sorted(ends):
            step = Decimal(1) if end == end.to_integral_value() else Decimal("0.01")
            for value in (end - step, end, end + step):
                yield f"{label} = {_number(value)}", _put(base, path, _number(value))
    flags = [
        path for path, spec in found.spec.facts.items() if (spec if isinstance(spec, str) else spec.type) == "bool"
    ]
    for path in flags:
        label = path.rsplit(".", 1)[-1]
        now = base
        for part in path.split("."):
            now = now.get(part, {}) if isinstance(now, dict) else {}  # type: ignore[reportUnknownVariableType]
        yield f"{label}: {'否' if now is True else '是'}", _put(base, path, now is not True)
    for path in list(found.spec.facts)[:3]:
        yield f"{path.rsplit('.', 1)[-1]}: 未知", _put(base, path, None)
