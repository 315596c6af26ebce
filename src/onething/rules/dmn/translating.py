"""Boxed expressions of DMN (chapter 7 and 10.2 of DMN 1.5) as trees of the rule language, so that they can be shown and edited as text."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from onething.rules.dmn.boxed import KINDS
from onething.rules.dmn.tabling import table_as_node
from onething.rules.dmn.xml import UnsupportedError, attribute, child, children, local, text
from onething.rules.expression import compile_expression
from onething.rules.feel import syntax as s

NULL = s.Literal(None)
RESULT = "result"


def let(entries: list[tuple[str, s.Node]], value: s.Node) -> s.Node:
    """`value` with names bound before it, as the language says it: `{a: 1, result: a + 1}.result`."""
    if not entries:
        return value
    name = RESULT
    while name in {each for each, _ in entries}:
        name += "_"
    return s.Attribute(s.Context((*entries, (name, value))), name)


class Translator:
    """Translates the boxed expressions of one model, in which `known` names may contain spaces.

    `parameters` are the names that a business knowledge model or a service of the model takes, by its name: an invocation
    may leave some out and name them in any order. `types` are the model's own, which a rule file has no place for. Raises `UnsupportedError` for what the language cannot say, `FeelError`
    for expressions that are none.
    """

    def __init__(self, known: frozenset[str], parameters: dict[str, tuple[str, ...]], types: frozenset[str]) -> None:
        self.known, self.parameters, self.types = known, parameters, types

    def inside(self, element: Element | None) -> s.Node:
        """The one boxed expression inside an element; null where there is none."""
        found = child(element, *KINDS) if element is not None else None
        return self.of(found) if found is not None else NULL

    def of(self, element: Element) -> s.Node:
        ways: dict[str, Callable[[Element], s.Node]] = {
            "literalExpression": self._literal,
            "decisionTable": lambda table: table_as_node(table, self.feel, self.known),
            "context": self._context,
            "invocation": self._invocation,
            "relation": self._relation,
            "list": lambda box: s.Items(tuple(self.of(each) for each in children(box, *KINDS))),
            "functionDefinition": self.function,
            "conditional": self._conditional,
            "filter": self._filter,
            "for": lambda box: self._loop(box, "return"),
            "some": lambda box: self._loop(box, "satisfies"),
            "every": lambda box: self._loop(box, "satisfies"),
        }
        return ways[local(element)](element)

    def feel(self, source: str) -> s.Node:
        node = compile_expression(source, known=self.known, strict=True).node if source else NULL
        if own := sorted(_types_asked(node) & self.types):
            raise UnsupportedError(f"instance of {own[0]}")
        return node

    def function(self, element: Element) -> s.Node:
        """A boxed function, or the logic of a business knowledge model."""
        kind = attribute(element, "kind", "FEEL").upper()
        if kind not in ("FEEL", "F"):
            raise UnsupportedError(f"{kind} functions")
        names = tuple(attribute(each, "name") for each in children(element, "formalParameter"))
        return s.Function(names, ("Any",) * len(names), self.inside(element))

    def _literal(self, element: Element) -> s.Node:
        language = attribute(element, "expressionLanguage")
        if language and "FEEL" not in language.upper():
            raise UnsupportedError(f"expression language {language}")
        return self.feel(text(element))

    def _context(self, element: Element) -> s.Node:
        entries: list[tuple[str, s.Node]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            value = self.inside(entry)
            if variable is None:
                return let(entries, value)
            entries.append((attribute(variable, "name"), value))
        return s.Context(tuple(entries))

    def _invocation(self, element: Element) -> s.Node:
        function = self.inside(element)
        given: dict[str, s.Node] = {}
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            given[attribute(parameter, "name") if parameter is not None else ""] = self.inside(binding)
        wanted = self.parameters.get(function.name) if isinstance(function, s.Name) else None
        if wanted is None:
            return s.Call(function, tuple(given.values()), tuple(given))
        if not set(given) <= set(wanted):
            return NULL
        return s.Call(function, tuple(given.get(name, NULL) for name in wanted))

    def _relation(self, element: Element) -> s.Node:
        names = [attribute(column, "name") for column in children(element, "column")]
        rows = [[self.of(cell) for cell in children(row, *KINDS)] for row in children(element, "row")]
        return s.Items(tuple(s.Context(tuple(zip(names, row, strict=False))) for row in rows))

    def _conditional(self, element: Element) -> s.Node:
        test, then, otherwise = (self.inside(child(element, name)) for name in ("if", "then", "else"))
        return s.If(test, then, otherwise)

    def _filter(self, element: Element) -> s.Node:
        return s.Filter(self.inside(child(element, "in")), self.inside(child(element, "match")))

    def _loop(self, element: Element, body: str) -> s.Node:
        over = ((attribute(element, "iteratorVariable"), self.inside(child(element, "in"))),)
        return s.Iterate(local(element), over, self.inside(child(element, body)))


def _types_asked(node: s.Node) -> set[str]:
    """Names of types in `x instance of list<T>`."""
    found = set(re.split(r"[<>,:\s]+", node.type)) if isinstance(node, s.InstanceOf) else set[str]()
    return found.union(*(_types_asked(each) for each in s.children(node)))
