"""The difference between two versions of a ruleset, or between two days of one, in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from onething.core.i18n import Text
from onething.rules.feel.showing import show
from onething.rules.models import Rule
from onething.rules.ruleset import RuleSet
from onething.rules.wording import write

Kind = Literal["added", "removed", "changed"]
_FIELDS = {
    "when": ("适用条件", "condition"), "require": ("要求", "requirement"), "then": ("结果", "result"), "value": ("金额或取值", "value"),
    "outcome": ("结果代码", "outcome"), "text": ("说明", "wording"), "ground": ("依据", "legal source"), "attributes": ("属性", "attributes"),
    "valid_from": ("生效日", "first day in force"), "valid_to": ("末日", "last day in force"), "status": ("状态", "status"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    kind: Kind
    what: str
    """Rule id, `parameter:<name>`, `row:<id>` or `value`."""
    text: Text

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "what": self.what, "zh": self.text.zh, "en": self.text.en}


def differences(old: RuleSet, new: RuleSet, old_day: date, new_day: date | None = None, *, drafts: bool = True) -> list[Change]:  # fmt: skip
    """What a person must know who knew the old version. Spacing and order do not count as changes."""
    day = new_day or old_day
    found = _parameters(old, new, old_day, day, drafts=drafts)
    before = {rule.id: rule.rule for rule in old.plan(old_day).rules}
    after = {rule.id: rule.rule for rule in new.plan(day, drafts=drafts).rules}
    for name in before.keys() - after.keys():
        found.append(_change("removed", name, f"规则 {name} 不再适用", f"Rule {name} no longer applies"))
    for name, rule in after.items():
        if name not in before:
            words = _canonical(rule.require or rule.when or "")
            found.append(_change("added", name, f"新增规则 {name}:{words}", f"New rule {name}: {words}"))
        else:
            found += _rule(before[name], rule)
    found += _table(old, new)
    a, b = old.spec.value, new.spec.value
    if _canonical(a or "") != _canonical(b or ""):
        found.append(_change("changed", "value", f"取值由 {a} 改为 {b}", f"The value changes from {a} to {b}"))
    return sorted(found, key=lambda change: (change.kind, change.what))


def _change(kind: Kind, what: str, zh: str, en: str) -> Change:
    return Change(kind, what, Text(zh=zh, en=en))


def _canonical(text: str) -> str:
    from onething.rules.expression import compile_expression

    return write(compile_expression(text).node) if text else ""


def _parameters(old: RuleSet, new: RuleSet, old_day: date, day: date, *, drafts: bool) -> list[Change]:
    found: list[Change] = []
    for name in sorted({*old.spec.parameters, *new.spec.parameters}):
        before = old.spec.parameters[name].at(old_day) if name in old.spec.parameters else None
        after = new.spec.parameters[name].at(day, drafts=drafts) if name in new.spec.parameters else None
        if before != after:
            unit = (new.spec.parameters.get(name) or old.spec.parameters[name]).unit
            a, b = (show(value) if value is not None else "—" for value in (before, after))
            kind: Kind = "added" if before is None else "removed" if after is None else "changed"
            found.append(_change(kind, f"parameter:{name}", f"参数 {name} 由 {a} 改为 {b} {unit}".strip(), f"Parameter {name} changes from {a} to {b} {unit}".strip()))  # fmt: skip
    return found


def _rule(before: Rule, after: Rule) -> list[Change]:
    found: list[Change] = []
    for field, (zh, en) in _FIELDS.items():
        a, b = getattr(before, field), getattr(after, field)
        if field in ("when", "require", "value"):
            a, b = (_canonical(text) if text else None for text in (a, b))
        if a != b:
            shown = [_shown(each) for each in (a, b)]
            found.append(_change("changed", after.id, f"规则 {after.id} 的{zh}由 {shown[0]} 改为 {shown[1]}", f"Rule {after.id}: {en} changes from {shown[0]} to {shown[1]}"))  # fmt: skip
    return found


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, Text):
        return f"“{value.zh}”"
    if isinstance(value, tuple):
        return "、".join(str(each) for each in value) or "—"  # type: ignore[reportUnknownVariableType]
    return str(value)


def _table(old: RuleSet, new: RuleSet) -> list[Change]:
    before = {row.id: row for row in old.table.rows} if old.table else {}
    after = {row.id: row for row in new.table.rows} if new.table else {}
    found: list[Change] = []
    for name in sorted({*before, *after}):
        a, b = before.get(name), after.get(name)
        cells_a = " | ".join((*a.spec.when, *a.spec.then)) if a else "—"
        cells_b = " | ".join((*b.spec.when, *b.spec.then)) if b else "—"
        if cells_a != cells_b:
            kind: Kind = "added" if a is None else "removed" if b is None else "changed"
            found.append(_change(kind, f"row:{name}", f"表第 {name} 行由 {cells_a} 改为 {cells_b}", f"Table row {name} changes from {cells_a} to {cells_b}"))  # fmt: skip
    return found
