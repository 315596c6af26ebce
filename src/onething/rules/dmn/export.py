"""Rulesets as DMN 1.5. Plain FEEL takes a missing value for an ordinary one, so conditions get null guards on the way out."""

from datetime import date
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from onething.rules.dmn.tabling import AGGREGATES, HITS
from onething.rules.expression import compile_expression
from onething.rules.feel import syntax as s
from onething.rules.feel.guards import is_list
from onething.rules.feel.showing import show
from onething.rules.models import Table
from onething.rules.ruleset import RuleSet
from onething.rules.transform import FALSE, TRUE, guarded, required, whole_condition
from onething.rules.wording import write

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"
_HITS = {letter: name for name, letter in HITS.items()}
_AGGREGATES = {sign: name for name, sign in AGGREGATES.items()}


def to_dmn(ruleset: RuleSet, as_of: date) -> bytes:
    """The ruleset in force on `as_of` as one DMN 1.5 file.

    A decision ruleset becomes a decision named after it that gives "yes", "no" or "undecided", one decision for each
    rule, and `<id> value`. Facts become inputs by their first name, parameters become decisions with their value.
    """
    root = Element(f"{{{NAMESPACE}}}definitions", {
        "name": ruleset.id, "id": f"onething_{_id(ruleset.id)}", "namespace": f"urn:onething:rules:{_id(ruleset.id)}",
        "expressionLanguage": "https://www.omg.org/spec/DMN/20230324/FEEL/",
    })  # fmt: skip
    roots = sorted({name.split(".")[0] for name in ruleset.names})
    for name in roots:
        made = _add(root, "inputData", {"name": name, "id": f"input_{_id(name)}"})
        _add(made, "variable", {"name": name})
    parameters = ruleset.plan(as_of).parameters
    for name, value in parameters.items():
        _decision(root, name, f"parameter_{_id(name)}", _constant(value), [])
    _decision(root, "as_of", "parameter_as_of", f'date("{as_of.isoformat()}")', [])
    needs = [f"input_{_id(name)}" for name in roots] + [f"parameter_{_id(name)}" for name in (*parameters, "as_of")]
    if ruleset.table is not None:
        _table_decision(root, ruleset.id, ruleset.table.spec, needs)
    else:
        _rules(root, ruleset, as_of, needs)
    indent(root)
    text = tostring(root, encoding="utf-8", xml_declaration=True)
    return text.replace(b"ns0:", b"").replace(b"xmlns:ns0", b"xmlns")


def _id(name: str) -> str:
    return "".join(c if c.isalnum() or c == "_" else "_" for c in name)


def _add(parent: Element, name: str, attributes: dict[str, str] | None = None, text: str = "") -> Element:
    made = SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes or {})
    if text:
        made.text = text
    return made


def _constant(value: Any) -> str:
    return write(s.Literal(value)) if not is_list(value) else show(value)


def _decision(root: Element, name: str, node_id: str, text: str, needs: list[str]) -> Element:
    made = _add(root, "decision", {"name": name, "id": node_id})
    _add(made, "variable", {"name": name})
    _require(made, needs)
    _add(_add(made, "literalExpression"), "text", text=text)
    return made


def _require(decision: Element, needs: list[str]) -> None:
    for need in needs:
        requirement = _add(decision, "informationRequirement")
        kind = "requiredInput" if need.startswith("input_") else "requiredDecision"
        _add(requirement, kind, {"href": f"#{need}"})


def _rules(root: Element, ruleset: RuleSet, as_of: date, needs: list[str]) -> None:
    for rule in ruleset.plan(as_of).rules:
        node = required(rule) if rule.role == "require" else rule.condition.node
        made = _decision(root, f"{rule.id} rule", f"rule_{_id(rule.id)}", _portable(node), needs)
        if rule.rule.ground:
            description = Element(f"{{{NAMESPACE}}}description")
            description.text = "; ".join(str(ground) for ground in rule.rule.ground)
            made.insert(0, description)
    truth = guarded(_dated(whole_condition(ruleset, as_of)))
    answer = s.If(
        s.Compare("=", truth, TRUE), s.Literal("yes"),
        s.If(s.Compare("=", truth, FALSE), s.Literal("no"), s.Literal("undecided")),
    )  # fmt: skip
    _decision(root, ruleset.id, f"decision_{_id(ruleset.id)}", write(answer), needs)
    if ruleset.value is not None:
        _decision(root, f"{ruleset.id} value", f"value_{_id(ruleset.id)}", _portable(ruleset.value.node), needs)


def _portable(node: s.Node) -> str:
    return write(guarded(_dated(node)))


def _dated(node: s.Node) -> s.Node:
    """`today()` is the day of the decision, which the file carries as `as_of`."""
    from onething.rules.transform import rebuild

    def change(each: s.Node) -> s.Node:
        match each:
            case s.Call(function=s.Name(name="today"), args=()):
                return s.Name("as_of")
            case s.Call(function=s.Name(name="is defined"), args=(inner,)):
                return s.Compare("!=", inner, s.Literal(None))
            case _:
                return each

    return rebuild(node, change)


def _table_decision(root: Element, name: str, table: Table, needs: list[str]) -> None:
    made = _add(root, "decision", {"name": name, "id": f"decision_{_id(name)}"})
    _add(made, "variable", {"name": name})
    _require(made, needs)
    attributes = {"hitPolicy": _HITS[table.hit[0]]}
    if len(table.hit) > 1:
        attributes["aggregation"] = _AGGREGATES[table.hit[1]]
    body = _add(made, "decisionTable", attributes)
    for column in table.inputs:
        _add(_add(_add(body, "input", {"label": column.label}), "inputExpression"), "text", text=column.source)
    for column in table.outputs:
        output = _add(body, "output", {"name": column.label})
        if column.values:
            _add(_add(output, "outputValues"), "text", text=", ".join(show(value) for value in column.values))
        if column.default is not None:
            _add(_add(output, "defaultOutputEntry"), "text", text=column.default)
    for row in table.rows:
        rule = _add(body, "rule", {"id": f"row_{_id(row.id)}"} if row.id else {})
        for cell, column in zip(row.when, table.inputs, strict=True):
            _add(_add(rule, "inputEntry"), "text", text=_cell(cell, text=column.type == "text"))
        for cell, column in zip(row.then, table.outputs, strict=True):
            _add(_add(rule, "outputEntry"), "text", text=_quoted(cell) if column.type == "text" else cell)


def _cell(source: str, *, text: bool) -> str:
    from onething.rules.expression import compile_cell
    from onething.rules.tabular.table import quote_bare

    if source.strip() in ("", "-"):
        return "-"
    node = compile_cell(source).node
    return write(quote_bare(node, frozenset()) if text else node)


def _quoted(source: str) -> str:
    if not source:
        return "null"
    node = compile_expression(source).node
    return write(s.Literal(node.name)) if isinstance(node, s.Name) else write(node)
