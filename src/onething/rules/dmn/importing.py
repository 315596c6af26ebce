"""DMN to rule files: decision tables become table rulesets, every other decision a value. Names lose their spaces.

A rule file's rulesets stand side by side, and DMN's decisions stand on each other: what a decision requires (other decisions,
business knowledge models, services) is written before it, as names of one expression.
"""

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import yaml

from onething.rules.dmn.model import Model, Node
from onething.rules.dmn.tabling import hit_policy, output_name
from onething.rules.dmn.translating import Translator, let
from onething.rules.dmn.xml import UnsupportedError, attribute, child, children, local, text
from onething.rules.errors import RuleProblem, problem
from onething.rules.expression import compile_cell, compile_expression
from onething.rules.feel import syntax as s
from onething.rules.feel.errors import FeelError
from onething.rules.feel.lexer import name_part, name_start
from onething.rules.transform import renamed
from onething.rules.wording import write

_TYPES = {
    "number": "number", "string": "text", "boolean": "bool", "date": "date", "time": "time", "date and time": "datetime",
    "dateTime": "datetime", "days and time duration": "duration", "dayTimeDuration": "duration",
    "years and months duration": "duration", "yearMonthDuration": "duration",
}  # fmt: skip
Bound = list[tuple[str, s.Node]]
"""Names that an expression needs before it, each after what it needs itself."""


def from_dmn(path: Path) -> tuple[str, list[RuleProblem]]:
    """(YAML of a rule file, what could not be taken over). Raises `RuleError` when the file cannot be read."""
    model = Model(path)
    importer = _Importer(model)
    rulesets = [made for node in model.nodes.values() if node.kind == "decision" and (made := importer.ruleset(node))]
    document: dict[str, Any] = {"rules_version": 1}
    if facts := importer.facts():
        document["facts"] = facts
    document["rulesets"] = rulesets
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120), importer.problems


def plain_name(name: str) -> str:
    """`Applicant Age` → `Applicant_Age`."""
    made = "".join(c if name_part(c) else "_" for c in name.strip())
    return made if made and name_start(made[0]) else f"_{made}"


class _Importer:
    def __init__(self, model: Model) -> None:
        self.model, self.problems = model, list[RuleProblem]()
        self.names = {name: plain_name(name) for name in model.known}
        parameters = {node.name: self._parameters(node) for node in model.nodes.values() if node.kind != "decision"}
        self.translate = Translator(model.known, parameters, frozenset(model.types.definitions))
        self._bound: dict[str, Bound] = {}

    def facts(self) -> dict[str, Any]:
        """Inputs with the types of the language; those with types of the model's own as what these stand for."""
        found: dict[str, Any] = {}
        for node in self.model.nodes.values():
            if node.kind == "inputData" and (kind := self._fact_type(node.type)):
                found[plain_name(node.name)] = kind
        return found

    def _fact_type(self, reference: str, depth: int = 0) -> str:
        item = self.model.types.definitions.get(reference)
        if item is None or depth > 20:
            return _TYPES.get(reference, "")
        if item.is_list:
            return "list"
        return "context" if item.components else self._fact_type(item.base, depth + 1)

    # -- decisions ------------------------------------------------------------------------------------------------

    def ruleset(self, node: Node) -> dict[str, Any] | None:
        """One decision; None with a problem noted where it cannot be said in the language."""
        assert node.element is not None  # noqa: S101
        try:
            if node.unsupported:
                raise UnsupportedError(node.unsupported)
            bound = self._needs(node, ())
            table = child(node.element, "decisionTable")
            if table is not None and not self._only_inputs(table, bound):
                table = None
            if table is not None:
                return {"id": plain_name(node.name), "kind": "table", "table": self._table(table, bound)}
            value = self._text(_with(bound, self.translate.inside(node.element)))
            if value == "null":
                raise UnsupportedError("no expression")
            rule = {"id": "value", "when": "true", "then": True, "value": value}
            return {"id": plain_name(node.name), "kind": "decision", "rules": [rule]}
        except UnsupportedError as error:
            self._left_out(node, str(error))
        except FeelError as error:
            self.problems.append(
                problem("rules.dmn_expression", str(error), str(error), file=str(self.model.path), place=node.name)
            )
        return None

    def _left_out(self, node: Node, why: str) -> None:
        self.problems.append(problem(
            "rules.dmn_left_out", f"未导入 {node.kind}：{node.name}（{why}）", f"Not taken over: {node.kind} {node.name} ({why})",
            file=str(self.model.path), place=node.name, severity="warning",
        ))  # fmt: skip

    def _text(self, node: s.Node) -> str:
        """The tree in the language's own notation, read back once: what is written is what will be read."""
        written = write(renamed(node, self.names))
        compile_expression(written)
        return written

    # -- what a decision stands on -------------------------------------------------------------------------------

    def _needs(self, node: Node, above: tuple[str, ...]) -> Bound:
        """Everything that is required, in an order in which each stands after what it needs."""
        if node.id in above:
            raise UnsupportedError("it requires itself")
        found: dict[str, s.Node] = {}
        for href in node.needs:
            other = self.model.nodes.get(href.rpartition("#")[2])
            if other is None or (href.partition("#")[0] and not href.startswith(f"{self.model.namespace}#")):
                raise UnsupportedError("what another file holds")
            if other.kind == "inputData":
                continue
            for name, value in self._needs(other, (*above, node.id)):
                found.setdefault(name, value)
            found.setdefault(other.name, self._value(other))
        return list(found.items())

    def _value(self, node: Node) -> s.Node:
        assert node.element is not None  # noqa: S101
        if node.unsupported:
            raise UnsupportedError(f"{node.name}: {node.unsupported}")
        if node.kind == "decision":
            return self.translate.inside(node.element)
        if node.kind == "businessKnowledgeModel":
            logic = child(node.element, "encapsulatedLogic")
            if logic is None:
                raise UnsupportedError(f"{node.name}: no logic")
            return self.translate.function(logic)
        return self._service(node)

    def _service(self, node: Node) -> s.Node:
        """A decision service is a function of its input data and input decisions."""
        given, outputs = self._referred(node, "inputData", "inputDecision"), self._referred(node, "outputDecision")
        taken, found = {each.name for each in given}, dict[str, s.Node]()
        for output in outputs:
            for name, value in self._needs(output, (node.id,)):
                if name not in taken:
                    found.setdefault(name, value)
            found.setdefault(output.name, self._value(output))
        names = tuple(each.name for each in given)
        last: s.Node = s.Context(tuple((each.name, s.Name(each.name)) for each in outputs))
        last = s.Name(outputs[0].name) if len(outputs) == 1 else last
        return s.Function(names, ("Any",) * len(names), let(list(found.items()), last))

    def _referred(self, node: Node, *kinds: str) -> list[Node]:
        assert node.element is not None  # noqa: S101
        hrefs = [attribute(each, "href").rpartition("#")[2] for kind in kinds for each in children(node.element, kind)]
        return [self.model.nodes[href] for href in hrefs if href in self.model.nodes]

    def _parameters(self, node: Node) -> tuple[str, ...]:
        if node.kind == "decisionService":
            return tuple(each.name for each in self._referred(node, "inputData", "inputDecision"))
        logic = child(node.element, "encapsulatedLogic") if node.element is not None else None
        return (
            tuple(attribute(each, "name") for each in children(logic, "formalParameter")) if logic is not None else ()
        )

    # -- tables ---------------------------------------------------------------------------------------------------

    def _only_inputs(self, table: Element, bound: Bound) -> bool:
        """Whether only the inputs of a table use what it requires: an expression before a cell has no place there."""
        taken = {name for name, _ in bound}
        if not taken:
            return True
        cells = [text(each) for rule in children(table, "rule") for each in children(rule, "inputEntry") if text(each)]
        outputs = [text(each) for rule in children(table, "rule") for each in children(rule, "outputEntry")]
        outputs += [text(child(each, "defaultOutputEntry")) for each in children(table, "output")]
        used = [compile_cell(cell, self.model.known, True).node for cell in cells if cell != "-"]
        used += [self.translate.feel(output) for output in outputs if output]
        return not any(taken & _mentioned(node) for node in used)

    def _expression(self, source: str, bound: Bound | None = None) -> str:
        return self._text(_with(bound or [], self.translate.feel(source)))

    def _cell(self, source: str) -> str:
        node = compile_cell(source, self.model.known, True).node
        return write(renamed(node, self.names)) if isinstance(node, s.Tests) else source

    def _table(self, element: Element, bound: Bound) -> dict[str, Any]:
        inputs = [
            {"expression": self._expression(text(child(each, "inputExpression")), bound)}
            for each in children(element, "input")
        ]
        outputs = [self._output(each, number) for number, each in enumerate(children(element, "output"), 1)]
        rows = [
            {
                "id": str(number),
                "when": [self._cell(text(each) or "-") for each in children(rule, "inputEntry")],
                "then": [self._expression(text(each)) for each in children(rule, "outputEntry")],
                **({"note": note} if (note := _note(rule)) else {}),
            }
            for number, rule in enumerate(children(element, "rule"), 1)
        ]
        return {"hit": hit_policy(element), "inputs": inputs, "outputs": outputs, "rows": rows}

    def _output(self, column: Element, number: int) -> dict[str, Any]:
        made: dict[str, Any] = {"name": plain_name(output_name(column, number))}
        listed = text(child(column, "outputValues"))
        if listed:
            node = compile_cell(listed, self.model.known, True).node
            tests = node.tests if isinstance(node, s.Tests) else ()
            made["values"] = [test.value for test in tests if isinstance(test, s.Literal)]
        default = text(child(column, "defaultOutputEntry"))
        return made | ({"default": self._expression(default)} if default else {})


def _with(bound: Bound, value: s.Node) -> s.Node:
    """`value` with those of `bound` before it that it needs, directly or through one another."""
    wanted, kept = _mentioned(value), Bound()
    for name, made in reversed(bound):
        if name in wanted:
            kept.insert(0, (name, made))
            wanted |= _mentioned(made)
    return let(kept, value)


def _mentioned(node: s.Node) -> set[str]:
    """Every name in a tree, also those of functions that are called and those bound inside: one too many does no harm."""
    found = {node.name} if isinstance(node, s.Name) else set[str]()
    return found.union(*(_mentioned(each) for each in s.children(node)))


def _note(rule: Element) -> str:
    found = [text(each) for each in rule if local(each) in ("description", "annotationEntry")]
    return "; ".join(each for each in found if each)
