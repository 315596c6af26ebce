"""Boxed expressions to closures: literals, tables, contexts, invocations, relations, lists, functions, and DMN 1.4's if/for/filter."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from onething.rules.dmn.tabling import hit_policy
from onething.rules.dmn.types import MISFIT, Types
from onething.rules.dmn.xml import UnsupportedError, attribute, child, children, local, text
from onething.rules.errors import RuleError
from onething.rules.expression import compile_cell, compile_expression
from onething.rules.feel import syntax as s
from onething.rules.feel.errors import FeelError
from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.iterate import span_items
from onething.rules.feel.values import Fn, Range
from onething.rules.models import Table, TableColumn, TableRow
from onething.rules.tabular.table import CompiledTable
from onething.rules.wording import write

Scope = dict[str, Any]
Run = Callable[[Scope], Any]
KINDS = (
    "literalExpression", "decisionTable", "context", "invocation", "relation", "list", "functionDefinition", "conditional", "filter",
    "for", "some", "every",
)  # fmt: skip


class Boxes:
    """Compiles the boxed expressions of one model, in which `known` names may contain spaces."""

    def __init__(self, known: frozenset[str], types: Types) -> None:
        self.known, self.types = known, types

    def inside(self, element: Element | None) -> Run:
        """The one boxed expression inside an element."""
        found = child(element, *KINDS) if element is not None else None
        return self.compile(found) if found is not None else lambda _: None

    def typed_function(self, logic: Element | None, reference: str) -> Run:
        """A business knowledge model: its function, whose result has the variable's type."""
        if logic is None:
            return lambda _: None
        make = self._functiondefinition(logic)

        def build(scope: Scope) -> Any:
            function = make(scope)

            def call(args: list[Any]) -> Any:
                value = self.types.fit(function.call(args), reference)
                return None if value is MISFIT else value

            return Fn(function.params, call)

        return build

    def compile(self, element: Element) -> Run:
        kind = local(element)
        run = getattr(self, f"_{kind.lower()}")(element)
        reference = attribute(element, "typeRef")
        return self.typed(run, reference) if reference and kind != "functionDefinition" else run

    def typed(self, run: Run, reference: str) -> Run:
        """A value of the wrong type is null."""
        if not reference:
            return run

        def checked(scope: Scope) -> Any:
            value = self.types.fit(run(scope), reference)
            return None if value is MISFIT else value

        return checked

    def _feel(self, source: str) -> Run:
        if not source:
            return lambda _: None
        try:
            return compile_expression(source, known=self.known, strict=True).run
        except FeelError as error:
            if "外部函数" in error.what.zh:
                raise UnsupportedError("external functions") from None
            # An expression that is no FEEL has no value; the kit expects null or an error there.
            return lambda _: None

    def _literalexpression(self, element: Element) -> Run:
        language = attribute(element, "expressionLanguage")
        if language and "FEEL" not in language.upper() and not language.startswith("feel"):
            raise UnsupportedError(f"expression language {language}")
        return self._feel(text(element))

    def _context(self, element: Element) -> Run:
        entries: list[tuple[str | None, Run]] = []
        for entry in children(element, "contextEntry"):
            variable = child(entry, "variable")
            run = self.inside(entry)
            name = attribute(variable, "name") if variable is not None else None
            entries.append((name, self.typed(run, attribute(variable, "typeRef")) if variable is not None else run))

        def build(scope: Scope) -> Any:
            inner, made = dict(scope), dict[str, Any]()
            for name, run in entries:
                value = run(inner)
                if name is None:
                    return value
                inner[name] = made[name] = value
            return made

        return build

    def _invocation(self, element: Element) -> Run:
        function = self.inside(element)
        bindings: list[tuple[str, Run]] = []
        for binding in children(element, "binding"):
            parameter = child(binding, "parameter")
            name = attribute(parameter, "name") if parameter is not None else ""
            run = self.inside(binding)
            bindings.append((name, self.typed(run, attribute(parameter, "typeRef") if parameter is not None else "")))

        def invoke(scope: Scope) -> Any:
            target = function(scope)
            if not isinstance(target, Fn):
                return None
            given = {name: run(scope) for name, run in bindings}
            if not set(given) <= set(target.params):
                return None
            return target.call([given.get(name) for name in target.params])

        return invoke

    def _relation(self, element: Element) -> Run:
        names = [attribute(column, "name") for column in children(element, "column")]
        rows = [[self.compile(cell) for cell in children(row, *KINDS)] for row in children(element, "row")]
        return lambda scope: [{name: run(scope) for name, run in zip(names, row, strict=False)} for row in rows]

    def _list(self, element: Element) -> Run:
        runs = [self.compile(each) for each in children(element, *KINDS)]
        return lambda scope: [run(scope) for run in runs]

    def _functiondefinition(self, element: Element) -> Run:
        kind = attribute(element, "kind", "FEEL").upper()
        if kind not in ("FEEL", "F"):
            raise UnsupportedError(f"{kind} functions")
        params = [
            (attribute(each, "name"), attribute(each, "typeRef")) for each in children(element, "formalParameter")
        ]
        body = self.typed(self.inside(element), attribute(element, "typeRef"))

        def make(scope: Scope) -> Fn:
            def call(args: list[Any]) -> Any:
                depth = scope.get("\0depth", 0)
                if depth > 60:
                    return None
                inner = {**scope, "\0depth": depth + 1}
                for (name, reference), value in zip(params, args, strict=True):
                    fitted = self.types.fit(value, reference)
                    if fitted is MISFIT:
                        return None
                    inner[name] = fitted
                return body(inner)

            return Fn(tuple(name for name, _ in params), call)

        return make

    def _conditional(self, element: Element) -> Run:
        test, then, otherwise = (self.inside(child(element, name)) for name in ("if", "then", "else"))

        def choose(scope: Scope) -> Any:
            value = test(scope)
            if value is not None and not isinstance(value, bool):
                return None
            return then(scope) if value is True else otherwise(scope)

        return choose

    def _filter(self, element: Element) -> Run:
        base, match = self.inside(child(element, "in")), self.inside(child(element, "match"))

        def select(scope: Scope) -> Any:
            value = base(scope)
            if value is None:
                return None
            kept: list[Any] = []
            for item in value if is_list(value) else [value]:
                inner = {**scope, **item, "item": item} if is_context(item) else {**scope, "item": item}
                found = match(inner)
                if found is True:
                    kept.append(item)
                elif found is not False and found is not None:
                    return None
            return kept

        return select

    def _for(self, element: Element) -> Run:
        return self._loop(element, "return")

    def _some(self, element: Element) -> Run:
        return self._loop(element, "satisfies")

    def _every(self, element: Element) -> Run:
        return self._loop(element, "satisfies")

    def _loop(self, element: Element, body_name: str) -> Run:
        name, kind = attribute(element, "iteratorVariable"), local(element)
        over, body = self.inside(child(element, "in")), self.inside(child(element, body_name))

        def loop(scope: Scope) -> Any:
            value = over(scope)
            items: list[Any] | None = span_items(value) if isinstance(value, Range) else value if is_list(value) else None if value is None else [value]  # fmt: skip
            if items is None:
                return None
            results: list[Any] = []
            inner = {**scope, "partial": results}
            for item in items:
                results.append(body({**inner, name: item}))  # noqa: PERF401 - `partial` sees the list grow
            if kind == "for":
                return results
            deciding = kind == "some"
            if deciding in [each for each in results if isinstance(each, bool)]:
                return deciding
            return None if any(not isinstance(each, bool) for each in results) else not deciding

        return loop

    def _decisiontable(self, element: Element) -> Run:
        inputs: list[TableColumn] = []
        limits: list[Run | None] = []
        for column in children(element, "input"):
            expression = child(column, "inputExpression")
            inputs.append(TableColumn(name=attribute(column, "label"), expression=text(expression) or "null"))
            limits.append(self._limit(text(child(column, "inputValues"))))
        outputs = [self._output(column, number) for number, column in enumerate(children(element, "output"))]
        hit: Any = hit_policy(element)
        rows = [
            TableRow(
                id=str(number),
                when=tuple(text(each) or "-" for each in children(rule, "inputEntry")),
                then=tuple(text(each) for each in children(rule, "outputEntry")),
            )
            for number, rule in enumerate(children(element, "rule"), 1)
        ]
        try:
            table = CompiledTable(Table(hit=hit, inputs=tuple(inputs), outputs=tuple(outputs), rows=tuple(rows)), known=self.known, strict=True)  # fmt: skip
        except (RuleError, ValueError):
            return lambda _: None
        types = [attribute(column, "typeRef") for column in children(element, "output")]

        def decide(scope: Scope) -> Any:
            for run, limit in zip(table.inputs, limits, strict=True):
                value = run.run(scope) if run else None
                if limit is not None and value is not None and limit({**scope, s.INPUT: value}) is not True:
                    return None
            value = table.decide(scope).value
            return self._typed_output(value, types) if len(types) == 1 else value

        return decide

    def _typed_output(self, value: Any, types: list[str]) -> Any:
        if not types[0]:
            return value
        fitted = value if is_list(value) else self.types.fit(value, types[0])
        return None if fitted is MISFIT else fitted

    def _limit(self, source: str) -> Run | None:
        if not source:
            return None
        try:
            return compile_cell(source, self.known, True).run
        except FeelError:
            return None

    def _output(self, column: Element, number: int) -> TableColumn:
        values: tuple[str, ...] = ()
        listed = text(child(column, "outputValues"))
        if listed:
            try:
                node = compile_cell(listed, self.known, True).node
                values = tuple(write(test) for test in node.tests) if isinstance(node, s.Tests) else ()
            except FeelError:
                values = ()
        default = text(child(column, "defaultOutputEntry"))
        return TableColumn(
            name=attribute(column, "name") or f"output{number + 1}", values=values, default=default or None
        )
