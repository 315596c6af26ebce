"""A DMN model ready to run: decisions worked out from what they require, functions, services and imported models."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from onething.core.clock import now, today
from onething.rules.dmn.boxed import Boxes, Run, Scope
from onething.rules.dmn.types import MISFIT, ItemType, Types, read_item
from onething.rules.dmn.xml import UnsupportedError, attribute, child, children, local, read
from onething.rules.feel.guards import is_context
from onething.rules.feel.names import BUILTIN_NAMES
from onething.rules.feel.values import Fn

MAX_DEPTH = 60


@dataclass(slots=True)
class Node:
    """A decision, input, business knowledge model or decision service."""

    kind: str
    id: str
    name: str
    type: str = ""
    needs: list[str] = field(default_factory=list[str])
    """hrefs, in order."""
    run: Run | None = None
    element: Element | None = None
    unsupported: str = ""


class Model:
    """One file with the files it imports. Raises `RuleError` when it cannot be read."""

    def __init__(self, path: Path, seen: frozenset[Path] = frozenset()) -> None:
        self.path, root = path, read(path)
        self.name, self.namespace = attribute(root, "name"), attribute(root, "namespace")
        self.imports: dict[str, Model] = {}
        self.known: frozenset[str]
        for each in children(root, "import"):
            self._import(each, seen)
        definitions: dict[str, ItemType] = {}
        for item in children(root, "itemDefinition"):
            definitions[attribute(item, "name")] = read_item(item)
        for prefix, model in self.imports.items():
            definitions |= {f"{prefix}.{name}": item for name, item in model.types.definitions.items()}
        self.types = Types(definitions)
        names = frozenset(_names(root)) | frozenset(name for model in self.imports.values() for name in model.known)
        self.known = frozenset(name for name in names if name and name not in BUILTIN_NAMES)
        self.boxes = Boxes(self.known, self.types)
        self.nodes: dict[str, Node] = {}
        for element in root:
            if local(element) in ("decision", "inputData", "businessKnowledgeModel", "decisionService"):
                node = self._node(element)
                self.nodes[node.id] = node

    def _import(self, element: Element, seen: frozenset[Path]) -> None:
        if self.path in seen or "DMN" not in attribute(element, "importType").upper():
            return
        wanted, location = attribute(element, "namespace"), attribute(element, "locationURI")
        beside = [self.path.parent / location] if location else []
        beside += sorted(each for each in self.path.parent.glob("*.dmn") if each != self.path)
        for path in beside:
            if path.is_file() and path.resolve().parent == self.path.resolve().parent and attribute(read(path), "namespace") == wanted:  # fmt: skip
                self.imports[attribute(element, "name")] = Model(path, seen | {self.path})
                return

    def _node(self, element: Element) -> Node:
        variable = child(element, "variable")
        node = Node(local(element), attribute(element, "id") or attribute(element, "name"), attribute(element, "name"))
        node.type = attribute(variable, "typeRef") if variable is not None else ""
        node.element = element
        for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
            node.needs += [attribute(each, "href") for each in requirement if attribute(each, "href")]
        try:
            if node.kind == "decision":
                node.run = self.boxes.typed(self.boxes.inside(element), node.type)
            elif node.kind == "businessKnowledgeModel":
                logic = child(element, "encapsulatedLogic")
                node.run = self.boxes.typed_function(logic, node.type)
        except UnsupportedError as error:
            node.unsupported = str(error)
        return node

    # -- running --------------------------------------------------------------------------------------------------

    def find(self, name: str) -> Node | None:
        return next((node for node in self.nodes.values() if node.name == name), None) or self.nodes.get(name)

    def evaluate(self, name: str, inputs: Scope, as_of: date | None = None) -> Any:
        """The value of a decision. Raises `KeyError` for unknown names, `UnsupportedError` for undeclared parts."""
        node = self.find(name)
        if node is None:
            raise KeyError(name)
        base: Scope = {"\0today": as_of or today(), "\0now": now(), "\0types": self.types.belongs}
        return self._value(node, {**base, **inputs}, {}, 0)

    def service(self, name: str, inputs: Scope) -> dict[str, Any]:
        """The output decisions of a service by name."""
        node = self.find(name)
        if node is None:
            raise KeyError(name)
        base: Scope = {"\0today": today(), "\0now": now(), "\0types": self.types.belongs}
        return self._outputs(node, {**base, **inputs}, set(inputs))

    def _value(self, node: Node, given: Scope, memo: dict[str, Any], depth: int) -> Any:
        if node.unsupported:
            raise UnsupportedError(node.unsupported)
        if node.id in memo:
            return memo[node.id]
        if depth > MAX_DEPTH:
            return None
        memo[node.id] = None  # a circle of requirements has no value
        if node.kind == "inputData":
            value = self.types.fit(given.get(node.name), node.type)
            memo[node.id] = None if value is MISFIT else value
        elif node.kind == "decisionService":
            memo[node.id] = self._service_function(node, given)
        elif node.run is not None:
            memo[node.id] = node.run(self._scope(node, given, memo, depth))
        return memo[node.id]

    def _scope(self, node: Node, given: Scope, memo: dict[str, Any], depth: int) -> Scope:
        scope: Scope = {key: value for key, value in given.items() if key.startswith("\0")}
        for href in node.needs:
            local_id = href.rpartition("#")[2]
            found = self.nodes.get(local_id)
            if found is not None and (not href.partition("#")[0] or href.startswith(f"{self.namespace}#")):
                scope[found.name] = self._value(found, given, memo, depth + 1)
                continue
            for prefix, model in self.imports.items():
                if href.startswith(f"{model.namespace}#") and local_id in model.nodes:
                    other = model.nodes[local_id]
                    inside = given.get(prefix)
                    inner: Scope = {**scope, **(inside if is_context(inside) else {})}
                    value = model._value(other, {**given, **inner}, {}, depth + 1)
                    if prefix:
                        scope.setdefault(prefix, {})[other.name] = value
                    else:
                        scope[other.name] = value
        return scope

    def _outputs(self, node: Node, given: Scope, named: set[str]) -> dict[str, Any]:
        """Run a service: its input decisions are taken as given, not worked out."""
        assert node.element is not None  # noqa: S101
        memo: dict[str, Any] = {}
        for each in children(node.element, "inputDecision"):
            found = self.nodes.get(attribute(each, "href").rpartition("#")[2])
            if found is not None:
                value = self.types.fit(given.get(found.name), found.type) if found.name in named else None
                memo[found.id] = None if value is MISFIT else value
        outputs: dict[str, Any] = {}
        for each in children(node.element, "outputDecision"):
            found = self.nodes.get(attribute(each, "href").rpartition("#")[2])
            if found is not None:
                outputs[found.name] = self._value(found, given, memo, 0)
        return outputs

    def _service_function(self, node: Node, given: Scope) -> Fn:
        assert node.element is not None  # noqa: S101
        params: list[Node] = []
        for kind in ("inputData", "inputDecision"):
            for each in children(node.element, kind):
                found = self.nodes.get(attribute(each, "href").rpartition("#")[2])
                if found is not None:
                    params.append(found)
        base = {key: value for key, value in given.items() if key.startswith("\0")}

        def call(args: list[Any]) -> Any:
            inner: Scope = dict(base)
            for param, value in zip(params, args, strict=True):
                fitted = self.types.fit(value, param.type)
                if fitted is MISFIT:
                    return None
                inner[param.name] = fitted
            outputs = self._outputs(node, inner, set(inner))
            value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
            fitted = self.types.fit(value, node.type)
            return None if fitted is MISFIT else fitted

        return Fn(tuple(param.name for param in params), call)


def _names(root: Element) -> set[str]:
    """Every name of the model that may stand in an expression."""
    found: set[str] = set()
    for element in root.iter():
        kind = local(element)
        if kind in ("decision", "inputData", "businessKnowledgeModel", "decisionService", "variable", "itemComponent", "formalParameter", "parameter", "column", "import", "output", "itemDefinition"):  # fmt: skip
            found.add(" ".join(attribute(element, "name").split()))
        elif kind in ("for", "some", "every"):
            found.add(attribute(element, "iteratorVariable"))
    return found - {""}
