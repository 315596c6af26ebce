"""The check of a `derive` source: its expressions, the parameters that they name, the table that they read."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from onething.catalog.checking.expressions import read_node
from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.checking.known_names import Names
from onething.catalog.checking.shapes import ANY, Fields, Scalar, Shape, of_field, of_literal
from onething.catalog.models import EvidenceType, FromFacts
from onething.core.clock import today
from onething.rules.feel import service as feel
from onething.rules.models import Parameter
from onething.rules.service import RuleError, RuleSet, check_ruleset

_KINDS = {"text": "loose", "number": "number", "money": "number", "bool": "bool", "date": "date", "datetime": "date", "list": "list"}  # fmt: skip


def check_derive(names: Names, kind: EvidenceType, source: FromFacts, at: Where) -> Iterator[Finding]:
    """Everything that can be wrong with evidence that is worked out."""
    more: dict[str, Shape] = {name: shape_of(each) for name, each in source.parameters.items()}
    for name, each in source.parameters.items():
        if name in names.slots or name == "table":
            yield Finding.error(
                (*at, "parameters", name), f"参数“{name}”和材料位（或 table）重名。", f'The parameter "{name}" has the name of a slot, or of the table.'
            )  # fmt: skip
        if each.at(today(), drafts=True) is None:
            yield Finding.fault(
                (*at, "parameters", name), f"参数“{name}”今天没有有效的值。", f'The parameter "{name}" has no value in force today.'
            )  # fmt: skip
    if source.table is not None:
        try:
            ruleset = source.ruleset
        except RuleError as error:
            yield from (Finding((*at, "table"), each.what, each.suggestion or None) for each in error.problems)
            return
        if ruleset is not None:
            yield from _table(names, ruleset, more, (*at, "table"))
        more["table"] = _yields(source)
    fields = [spec.id for spec in kind.fields]
    for name, text in source.derive.items():
        if name not in fields:
            yield unknown((*at, "derive", name), f"“{kind.id}”的字段", f'field of "{kind.id}"', name, fields)
        spec = kind.field(name)
        yield from names.expression(text, (*at, "derive", name), of_field(spec) if spec else None, more)


def shape_of(parameter: Parameter) -> Shape:
    """What a parameter's value is, by the version in force."""
    value = parameter.at(today(), drafts=True)
    shape = Scalar("date") if isinstance(value, date | datetime) else of_literal(value)
    return Scalar("loose" if shape.kind == "literal" else shape.kind)


def _yields(source: FromFacts) -> Shape:
    outputs = source.table.outputs if source.table else ()
    shapes: dict[str, Shape] = {each.label: Scalar(_KINDS.get(each.type, "any")) for each in outputs}
    if len(shapes) == 1 and source.table is not None and source.table.hit in ("U", "A", "P", "F"):
        return next(iter(shapes.values()))
    return Fields(shapes, "table") if source.table is not None and source.table.hit in ("U", "A", "P", "F") else ANY


def _table(names: Names, ruleset: RuleSet, more: Mapping[str, Shape], at: Where) -> Iterator[Finding]:
    table = ruleset.table
    known = {**names.shapes, **more}
    if table is None:
        return
    inputs: list[Shape] = []
    for number, column in enumerate(table.inputs):
        reading = read_node(column.node, known) if column is not None else None
        inputs.append(reading.shape if reading else ANY)
        for fault in reading.faults if reading else ():
            yield Finding((*at, "inputs", number), fault.what, fault.suggestion, fatal=False)
    for number, row in enumerate(table.rows):
        here = (*at, "rows", number)
        for cell, shape in zip(row.cells, inputs, strict=True):
            faults = read_node(cell.node, {**known, feel.INPUT: shape}).faults if cell is not None else ()
            yield from (Finding(here, each.what, each.suggestion, fatal=False) for each in faults)
        for output in row.outputs:
            faults = read_node(output.node, known).faults if output is not None else ()
            yield from (Finding(here, each.what, each.suggestion, fatal=False) for each in faults)
    own = [
        each
        for each in check_ruleset(ruleset)
        if each.code not in ("rules.type", "rules.unknown_function", "rules.unknown_name")
    ]
    for each in own:
        if each.severity == "error" or each.code != "rules.gap":
            yield Finding(
                at, each.what, each.suggestion or None, "error" if each.severity == "error" else "warning", fatal=False
            )
