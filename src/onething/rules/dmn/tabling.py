"""A decision table as one expression: where it stands inside a function or a context, and cannot be a ruleset of its own."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element

from onething.rules.dmn.xml import UnsupportedError, attribute, child, children, text
from onething.rules.expression import compile_cell
from onething.rules.feel import syntax as s
from onething.rules.transform import rebuild

NULL, TRUE = s.Literal(None), s.Literal(True)
HITS = {
    "UNIQUE": "U",
    "ANY": "A",
    "PRIORITY": "P",
    "FIRST": "F",
    "RULE ORDER": "R",
    "OUTPUT ORDER": "O",
    "COLLECT": "C",
}
AGGREGATES = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}
_AGGREGATING = {"+": "sum", "<": "min", ">": "max"}
Feel = Callable[[str], s.Node]
Row = tuple[s.Node, s.Node]
"""Condition and output of a row."""


def hit_policy(table: Element) -> str:
    """`U`, `A`, `P`, `F`, `R`, `O`, `C`, or `C` with an aggregate."""
    hit = HITS[attribute(table, "hitPolicy", "UNIQUE")]
    return hit + (AGGREGATES.get(attribute(table, "aggregation"), "") if hit == "C" else "")


def table_as_node(table: Element, feel: Feel, known: frozenset[str]) -> s.Node:
    """The table by its hit policy (DMN 1.5, 8.2.8). Inputs are worked out once, under names of their own.

    Raises `UnsupportedError` for priorities of outputs that are no constants."""
    inputs = [
        (f"input_{number}", feel(text(child(each, "inputExpression"))))
        for number, each in enumerate(children(table, "input"), 1)
    ]
    names = [name for name, _ in inputs]
    hit, rows = hit_policy(table), [_row(each, table, names, feel, known) for each in children(table, "rule")]
    default = _default(table, feel)
    if hit in ("P", "O"):
        rows = _by_priority(rows, table, known)
    if hit in ("F", "P"):
        value = default
        for condition, output in reversed(rows):
            value = s.If(condition, output, value)
        return s.Attribute(s.Context((*inputs, ("chosen", value))), "chosen")
    lists = tuple(s.If(condition, s.Items((output,)), s.Items(())) for condition, output in rows)
    hits = s.Call(s.Name("concatenate"), lists) if lists else s.Items(())
    entries = (*inputs, ("hits", hits), ("chosen", _chosen(hit, default)))
    return s.Attribute(s.Context(entries), "chosen")


def _chosen(hit: str, default: s.Node) -> s.Node:
    hits = s.Name("hits")
    count = s.Call(s.Name("count"), (hits,))
    none = s.Compare("=", count, s.Literal(0))
    if hit == "U":
        one: s.Node = s.If(s.Compare("=", count, s.Literal(1)), s.Filter(hits, s.Literal(1)), NULL)
    elif hit == "A":
        distinct = s.Call(s.Name("count"), (s.Call(s.Name("distinct values"), (hits,)),))
        one = s.If(s.Compare("=", distinct, s.Literal(1)), s.Filter(hits, s.Literal(1)), NULL)
    elif hit == "C#":
        return s.Call(s.Name("count"), (s.Call(s.Name("distinct values"), (hits,)),))
    elif hit[1:]:
        one = s.Call(s.Name(_AGGREGATING[hit[1:]]), (hits,))
    else:
        return hits if default == NULL else s.If(none, default, hits)
    return s.If(none, default, one)


def _row(rule: Element, table: Element, names: list[str], feel: Feel, known: frozenset[str]) -> Row:
    conditions = [
        made
        for name, cell in zip(names, children(rule, "inputEntry"), strict=False)
        if (made := condition_of(text(cell) or "-", name, known)) is not None
    ]
    outputs = [feel(text(each)) for each in children(rule, "outputEntry")]
    condition = TRUE if not conditions else conditions[0] if len(conditions) == 1 else s.And(tuple(conditions))
    return condition, _shape(table, outputs)


def _shape(table: Element, outputs: list[s.Node]) -> s.Node:
    columns = list(children(table, "output"))
    if len(columns) == 1:
        return outputs[0]
    return s.Context(tuple((output_name(c, n), v) for n, (c, v) in enumerate(zip(columns, outputs, strict=True), 1)))


def output_name(column: Element, number: int) -> str:
    return attribute(column, "name") or attribute(column, "label") or f"output{number}"


def _default(table: Element, feel: Feel) -> s.Node:
    given = [feel(text(child(each, "defaultOutputEntry"))) for each in children(table, "output")]
    return NULL if all(each == NULL for each in given) else _shape(table, given)


def condition_of(cell: str, name: str, known: frozenset[str]) -> s.Node | None:
    """A cell of tests as a condition about the value called `name`; None where anything goes."""
    if cell.strip() in ("", "-"):
        return None
    node = compile_cell(cell, known, True).node
    if not isinstance(node, s.Tests):
        return _about(node, name)
    if not node.tests:
        return None
    plain = tuple(test for test in node.tests if not _mentions(test))
    parts = [_about(test, name) for test in node.tests if _mentions(test)]
    if plain:
        parts.insert(0, s.In(s.Name(name), plain))
    whole = parts[0] if len(parts) == 1 else s.Or(tuple(parts))
    return s.Call(s.Name("not"), (whole,)) if node.negated else whole


def _mentions(node: s.Node) -> bool:
    return (isinstance(node, s.Name) and node.name == s.INPUT) or any(_mentions(each) for each in s.children(node))


def _about(node: s.Node, name: str) -> s.Node:
    def change(each: s.Node) -> s.Node:
        return replace(each, name=name) if isinstance(each, s.Name) and each.name == s.INPUT else each

    return rebuild(node, change)


def _by_priority(rows: list[Row], table: Element, known: frozenset[str]) -> list[Row]:
    """Rows in the order of the values that the outputs list; rows of equal rank keep theirs."""
    columns = list(children(table, "output"))
    orders: list[list[s.Node]] = []
    for column in columns:
        listed = text(child(column, "outputValues"))
        node = compile_cell(listed, known, True).node if listed else None
        orders.append(list(node.tests) if isinstance(node, s.Tests) else [])

    def rank(row: Row) -> tuple[int, ...]:
        outputs = [row[1]] if len(columns) == 1 else [value for _, value in _entries(row[1])]
        if not all(isinstance(output, s.Literal) or not order for output, order in zip(outputs, orders, strict=True)):
            raise UnsupportedError("priorities of outputs that are worked out")
        return tuple(
            order.index(output) if output in order else len(order)
            for output, order in zip(outputs, orders, strict=True)
        )

    return sorted(rows, key=rank)


def _entries(node: s.Node) -> tuple[tuple[str, s.Node], ...]:
    return node.entries if isinstance(node, s.Context) else ()
