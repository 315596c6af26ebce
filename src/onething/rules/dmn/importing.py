"""DMN to rule files: decision tables become table rulesets, literal decisions become values. Names lose their spaces."""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import yaml

from onething.rules.dmn.model import Model, Node
from onething.rules.dmn.xml import attribute, child, children, local, text
from onething.rules.errors import RuleProblem, problem
from onething.rules.expression import compile_cell, compile_expression
from onething.rules.feel import syntax as s
from onething.rules.feel.errors import FeelError
from onething.rules.feel.lexer import name_part, name_start
from onething.rules.transform import renamed
from onething.rules.wording import write

_HITS = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
_AGGREGATES = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}


def from_dmn(path: Path) -> tuple[str, list[RuleProblem]]:
    """(YAML of a rule file, what could not be taken over). Raises `RuleError` when the file cannot be read."""
    model = Model(path)
    names = {name: plain_name(name) for name in model.known}
    problems: list[RuleProblem] = []
    rulesets: list[dict[str, Any]] = []
    for node in model.nodes.values():
        if node.kind == "inputData":
            continue
        made = _ruleset(node, model, names, problems) if node.kind == "decision" else None
        if made is not None:
            rulesets.append(made)
        elif node.kind != "decision":
            problems.append(_left_out(node, path))
    document = {"rules_version": 1, "rulesets": rulesets}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120), problems


def _left_out(node: Node, path: Path) -> RuleProblem:
    return problem("rules.dmn_left_out", f"未导入 {node.kind}:{node.name}", f"Not taken over: {node.kind} {node.name}", file=str(path), place=node.name, severity="warning")  # fmt: skip


def plain_name(name: str) -> str:
    """`Applicant Age` → `Applicant_Age`."""
    made = "".join(c if name_part(c) else "_" for c in name.strip())
    return made if made and name_start(made[0]) else f"_{made}"


def _ruleset(node: Node, model: Model, names: dict[str, str], problems: list[RuleProblem]) -> dict[str, Any] | None:
    assert node.element is not None  # noqa: S101
    table, literal = child(node.element, "decisionTable"), child(node.element, "literalExpression")
    try:
        if table is not None:
            return {"id": plain_name(node.name), "kind": "table", "table": _table(table, model, names)}
        if literal is not None and text(literal):
            value = _expression(text(literal), model, names)
            rule = {"id": "value", "when": "true", "then": True, "value": value}
            return {"id": plain_name(node.name), "kind": "decision", "rules": [rule]}
    except FeelError as error:
        problems.append(problem("rules.dmn_expression", str(error), str(error), file=str(model.path), place=node.name))
        return None
    problems.append(_left_out(node, model.path))
    return None


def _expression(source: str, model: Model, names: dict[str, str]) -> str:
    return write(renamed(compile_expression(source, known=model.known, strict=True).node, names))


def _cell(source: str, model: Model, names: dict[str, str]) -> str:
    node = compile_cell(source, model.known, True).node
    return write(renamed(node, names)) if isinstance(node, s.Tests) else source


def _table(element: Element, model: Model, names: dict[str, str]) -> dict[str, Any]:
    hit = _HITS[attribute(element, "hitPolicy", "UNIQUE")]
    hit += _AGGREGATES.get(attribute(element, "aggregation"), "") if hit == "C" else ""
    inputs = [{"expression": _expression(text(child(each, "inputExpression")), model, names)} for each in children(element, "input")]  # fmt: skip
    outputs: list[dict[str, Any]] = []
    for number, each in enumerate(children(element, "output"), 1):
        output: dict[str, Any] = {
            "name": plain_name(attribute(each, "name") or attribute(each, "label") or f"output{number}")
        }
        listed = text(child(each, "outputValues"))
        if listed:
            node = compile_cell(listed, model.known, True).node
            output["values"] = (
                [t.value for t in node.tests if isinstance(t, s.Literal)] if isinstance(node, s.Tests) else []
            )
        default = text(child(each, "defaultOutputEntry"))
        if default:
            output["default"] = _expression(default, model, names)
        outputs.append(output)
    rows = [
        {
            "id": str(number),
            "when": [_cell(text(each) or "-", model, names) for each in children(rule, "inputEntry")],
            "then": [_expression(text(each) or "null", model, names) for each in children(rule, "outputEntry")],
            **({"note": note} if (note := _note(rule)) else {}),
        }
        for number, rule in enumerate(children(element, "rule"), 1)
    ]
    return {"hit": hit, "inputs": inputs, "outputs": outputs, "rows": rows}


def _note(rule: Element) -> str:
    found = [text(each) for each in rule if local(each) in ("description", "annotationEntry")]
    return "; ".join(each for each in found if each)
