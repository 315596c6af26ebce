"""The check of a life event's rule files: names, kinds, codes and functions in every condition, value, text, table and attribute."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from onething.catalog.checking.derive_check import shape_of
from onething.catalog.checking.expressions import Fault, kind_of, read_node
from onething.catalog.checking.findings import Finding, Where, strange
from onething.catalog.checking.known_names import Names
from onething.catalog.checking.shapes import ANY, Scalar, Shape
from onething.core.whole import whole
from onething.rules.feel import service as feel
from onething.rules.models import Rule
from onething.rules.service import Expression, RuleError, RuleProblem, RuleSet, check_ruleset, load_file

_KINDS = {
    "text": "loose",
    "number": "number",
    "money": "number",
    "bool": "bool",
    "date": "date",
    "datetime": "date",
    "list": "list",
}


def check_rules(names: Names, at: Where, root: Path) -> Iterator[Finding]:
    """Every ruleset of the life event, whether a service names it or not."""
    folder = root / names.event.id
    used = {ref for ref in (names.event.review, *(service.rules for service in names.event.services)) if ref}
    for path in sorted((folder / "rules").glob("*.yaml")):
        file = path.relative_to(root).as_posix()
        try:
            rulesets = load_file(path)
        except RuleError as error:
            yield from (_problem(at, file, each) for each in error.problems)
            continue
        whole = f"rules/{path.name}"
        for ruleset in rulesets.values():
            if f"{whole}#{ruleset.id}" not in used and not (whole in used and len(rulesets) == 1):
                zh, en = f"没有事项使用规则集“{ruleset.id}”。", f'No service uses the ruleset "{ruleset.id}".'
                yield Finding(
                    (*at, ruleset.id),
                    Finding.warning(at, zh, en).what,
                    None,
                    "warning",
                    file=file,
                    line=_line(ruleset, ()),
                )
            yield from _ruleset(names, ruleset, at, file)


def _problem(at: Where, file: str, problem: RuleProblem) -> Finding:
    line = problem.place.partition(":")[0]
    return Finding(
        (*at, problem.rule or "rules"), problem.what, problem.suggestion or None, "error" if problem.severity == "error" else "warning",
        fatal=False, file=file, line=whole(line, 1),
    )  # fmt: skip


def _line(ruleset: RuleSet, path: tuple[str | int, ...]) -> int:
    place = ruleset.place(path)
    return whole(place, 1)


def _ruleset(names: Names, ruleset: RuleSet, at: Where, file: str) -> Iterator[Finding]:
    known = {**names.shapes, **_declared(ruleset), **_parameters(ruleset)}

    def told(faults: list[Fault], path: tuple[str | int, ...], word: str) -> Iterator[Finding]:
        for fault in faults:
            yield Finding(
                (*at, word), fault.what, fault.suggestion, fatal=fault.fatal, file=file, line=_line(ruleset, path)
            )

    for number, rule in enumerate(ruleset.rules):
        place = ("rules", number)
        for key, part in _parts(rule.rule, rule.condition, rule.guard, rule.value):
            reading = read_node(part.node, known)
            yield from told(reading.faults, (*place, key), f"{rule.id}.{key}")
            if key != "value" and not reading.faults and kind_of(reading.shape) not in ("bool", "any"):
                yield Finding.fault(
                    (*at, f"{rule.id}.{key}"), f"这里要一个结果为“是/否”的条件，“{part.text}”不是。",
                    f'A condition (true or false) is wanted here, and "{part.text}" is none.', file=file, line=_line(ruleset, (*place, key)),
                )  # fmt: skip
        for part in {
            p.text: p for template in rule.texts.values() for p in template if isinstance(p, Expression)
        }.values():
            yield from told(read_node(part.node, known).faults, (*place, "text"), f"{rule.id}.text")
        if ruleset.kind == "review":
            yield from _attributes(
                names, rule.rule, (*at, f"{rule.id}.attributes"), file, _line(ruleset, (*place, "attributes"))
            )
    if ruleset.value is not None:
        yield from told(read_node(ruleset.value.node, known).faults, ("value",), "value")
    yield from _table(ruleset, known, at, file)
    if not any(each.severity == "error" for each in _own(ruleset)):
        yield from (
            _problem(at, file, each)
            for each in _own(ruleset)
            if each.severity == "warning" and each.code != "rules.gap"
        )
    yield from (
        _problem(at, file, each)
        for each in _own(ruleset)
        if each.severity == "error" and each.code != "rules.unknown_name"
    )


def _own(ruleset: RuleSet) -> list[RuleProblem]:
    """What the rules' own check says: conditions that never hold, rules that contradict each other, rows that meet."""
    return [each for each in check_ruleset(ruleset) if each.code not in ("rules.type", "rules.unknown_function")]


def _parts(
    rule: Rule, condition: Expression, guard: Expression | None, value: Expression | None
) -> Iterator[tuple[str, Expression]]:
    yield ("require" if rule.require is not None else "when"), condition
    if guard is not None:
        yield "when", guard
    if value is not None:
        yield "value", value


def _declared(ruleset: RuleSet) -> dict[str, Shape]:
    """Facts that the file declares by a plain name."""
    return {
        name: Scalar(_KINDS.get(spec.type, "any"), tuple(str(each) for each in spec.values))
        for name, spec in ruleset.facts.items()
        if "." not in name
    }


def _parameters(ruleset: RuleSet) -> dict[str, Shape]:
    return {name: shape_of(parameter) for name, parameter in ruleset.spec.parameters.items()}


def _table(ruleset: RuleSet, known: Mapping[str, Shape], at: Where, file: str) -> Iterator[Finding]:
    table = ruleset.table
    if table is None:
        return
    inputs: list[Shape] = []
    for column in table.inputs:
        reading = read_node(column.node, known) if column is not None else None
        inputs.append(reading.shape if reading else ANY)
        for fault in reading.faults if reading else ():
            yield Finding(
                (*at, column.text if column else ""),
                fault.what,
                fault.suggestion,
                fatal=fault.fatal,
                file=file,
                line=_line(ruleset, ("table",)),
            )
    for number, row in enumerate(table.rows):
        cells = [
            *((cell, {**known, feel.INPUT: shape}) for cell, shape in zip(row.cells, inputs, strict=True)),
            *((output, dict(known)) for output in row.outputs),
        ]
        for part, names in cells:
            for fault in read_node(part.node, names).faults if part is not None else ():
                line = _line(ruleset, ("table", "rows", number))
                yield Finding((*at, f"row {row.id}"), fault.what, fault.suggestion, fatal=False, file=file, line=line)


def _attributes(names: Names, rule: Rule, at: Where, file: str, line: int) -> Iterator[Finding]:
    """Where a finding of the review stands: a slot and a field that there are."""
    slot, name = rule.attributes.get("slot"), rule.attributes.get("field")
    if isinstance(name, str) and "." in name:
        slot, _, name = name.partition(".")
    if isinstance(slot, str) and slot not in names.slots:
        yield _placed(strange(at, "材料位", "slot", slot, names.slots), file, line)
    elif isinstance(slot, str) and isinstance(name, str) and names.field(f"{slot}.{name}") is None:
        kind = names.city.type_of(names.slots[slot])
        known = [spec.id for spec in kind.fields] if kind else []
        yield _placed(strange(at, f"“{slot}”的字段", f'field of "{slot}"', name, known), file, line)
    group = rule.attributes.get("group")
    if isinstance(group, str) and group not in GROUPS:
        yield _placed(strange(at, "分组", "group", group, sorted(GROUPS)), file, line)


GROUPS = frozenset({"fix_now", "ask_agency", "officer", "note"})
"""Whose turn it is after a finding of the review (`review.compliance`)."""


def _placed(finding: Finding, file: str, line: int) -> Finding:
    return Finding(finding.path, finding.what, finding.suggestion, fatal=False, file=file, line=line)
