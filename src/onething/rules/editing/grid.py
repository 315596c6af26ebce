"""A ruleset as a grid: what its columns are, its rows as text cells, and the text of the rules again from the cells.

The cells of a form are named `section.row.column`; `section.row.at` says which row of the stored text a row came from,
so that what the grid does not show (attributes, further articles of law) stays with it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from yaml import MappingNode, Node

from onething.core.whole import whole
from onething.rules.editing import nodes
from onething.rules.service import RuleSet

Section = Literal["rules", "rows", "parameters"]
Kind = Literal["name", "expression", "test", "text", "plain", "day", "yes_no", "group"]
MAX_ROWS = 400
_CELL = re.compile(r"(rules|rows|parameters)\.(\d{1,6})\.(\w{1,40})")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `label` is a message key below `rules.column`, or the words themselves for inputs and outputs."""

    key: str
    kind: Kind
    path: tuple[str, ...]
    label: str = ""
    wide: bool = False


Cells = dict[str, str]


@dataclass(slots=True)
class Grid:
    """One table of cells. A row's `at` is its place in the stored text, "" for a new one."""

    section: Section
    columns: tuple[Column, ...]
    rows: list[Cells] = field(default_factory=list[Cells])


_LAW = (
    Column("law", "text", ("ground", "title"), wide=True),
    Column("article", "text", ("ground", "article")),
    Column("valid_from", "day", ("valid_from",)),
    Column("valid_to", "day", ("valid_to",)),
)
_WORDS = (Column("zh", "text", ("text", "zh"), wide=True), Column("en", "text", ("text", "en"), wide=True))
_DECISION = (
    Column("id", "name", ("id",)),
    Column("when", "expression", ("when",), wide=True),
    Column("require", "expression", ("require",), wide=True),
    Column("then", "yes_no", ("then",)),
    Column("value", "expression", ("value",)),
    *_WORDS,
    *_LAW,
)
_REVIEW = (
    Column("id", "name", ("id",)),
    Column("when", "expression", ("when",), wide=True),
    Column("group", "group", ("attributes", "group")),
    *_WORDS,
    Column("todo_zh", "text", ("attributes", "todo", "zh"), wide=True),
    Column("todo_en", "text", ("attributes", "todo", "en"), wide=True),
    *_LAW,
)
_PARAMETERS = (
    Column("name", "name", ()),
    Column("amount", "plain", ("value",)),
    Column("unit", "text", ()),
    *_LAW,
)


def _table_columns(ruleset: RuleSet) -> tuple[Column, ...]:
    table = ruleset.spec.table
    if table is None:
        return ()
    inputs = [Column(f"in{i}", "test", (), each.label) for i, each in enumerate(table.inputs)]
    outputs = [Column(f"out{i}", "expression", (), each.label) for i, each in enumerate(table.outputs)]
    return (Column("id", "name", ("id",)), *inputs, *outputs, Column("note", "text", ("note",), wide=True), *_LAW)


def grids_of(text: str, ruleset: RuleSet) -> list[Grid]:
    """The grids of a stored text. `ruleset` tells the kind and a table's columns; it may be an older version."""
    root = nodes.read(text)
    spec = _spec(root)
    if ruleset.kind == "table":
        rows = Grid("rows", _table_columns(ruleset))
        rows.rows = [_table_row(rows, node, n) for n, node in enumerate(nodes.items(nodes.child(nodes.child(spec, "table"), "rows")))]  # fmt: skip
    else:
        rows = Grid("rules", _REVIEW if ruleset.kind == "review" else _DECISION)
        rows.rows = [_row(rows, node, str(n)) for n, node in enumerate(nodes.items(nodes.child(spec, "rules")))]
    parameters = Grid("parameters", _PARAMETERS, list(_parameter_rows(root, spec)))
    return [rows, parameters] if parameters.rows else [rows]


def _spec(root: MappingNode) -> MappingNode:
    found = nodes.items(nodes.child(root, "rulesets"))
    if not found or not isinstance(found[0], MappingNode):
        raise ValueError("no ruleset")
    return found[0]


def _row(grid: Grid, node: Node, at: str) -> Cells:
    return {"at": at} | {column.key: nodes.text_at(node, column.path) for column in grid.columns}


def _table_row(grid: Grid, node: Node, number: int) -> Cells:
    cells = {"at": str(number)}
    for column in grid.columns:
        if column.path:
            cells[column.key] = nodes.text_at(node, column.path)
    for prefix, key in (("in", "when"), ("out", "then")):
        for i, cell in enumerate(nodes.items(nodes.child(node, key))):
            cells[f"{prefix}{i}"] = nodes.text_at(cell, ())
    return {column.key: "" for column in grid.columns} | cells


def _parameter_rows(root: MappingNode, spec: MappingNode) -> Iterable[Cells]:
    for where, holder in (("f", root), ("s", spec)):
        parameters = nodes.child(holder, "parameters")
        for name, node in parameters.value if isinstance(parameters, MappingNode) else ():
            for number, each in enumerate(nodes.items(nodes.child(node, "versions"))):
                row = {"at": f"{where}:{number}:{name.value}", "name": str(name.value), "unit": nodes.text_at(node, ("unit",))}  # fmt: skip
                yield {c.key: nodes.text_at(each, c.path) for c in _PARAMETERS if c.path} | row


# -- from a form, and back to text --------------------------------------------------------------------------------


def posted(form: Iterable[tuple[str, object]], grids: list[Grid]) -> list[Grid]:
    """The same grids with the rows of a posted form, in the order of their numbers; unknown cells are left out."""
    found: dict[str, dict[int, Cells]] = {}
    for name, value in form:
        if isinstance(value, str) and (match := _CELL.fullmatch(name)):
            found.setdefault(match[1], {}).setdefault(int(match[2]), {})[match[3]] = value.strip()
    made: list[Grid] = []
    for grid in grids:
        rows = [row for _, row in sorted(found.get(grid.section, {}).items())][:MAX_ROWS]
        keys = [column.key for column in grid.columns]
        made.append(Grid(grid.section, grid.columns, [{key: row.get(key, "") for key in ("at", *keys)} for row in rows]))  # fmt: skip
    return made


def is_blank(row: Mapping[str, str]) -> bool:
    return not any(value for key, value in row.items() if key != "at")


def text_of(stored: str, grids: list[Grid]) -> str:
    """The rules as text again. Rows that are wholly empty are left out. Raises ValueError for a broken `stored`."""
    root = nodes.read(stored)
    spec = _spec(root)
    for grid in grids:
        rows = [row for row in grid.rows if not is_blank(row)]
        if grid.section == "rules":
            old = nodes.items(nodes.child(spec, "rules"))
            nodes.replace(spec, "rules", [_filled(grid, row, old) for row in rows])
        elif grid.section == "rows" and isinstance(table := nodes.child(spec, "table"), MappingNode):
            old = nodes.items(nodes.child(table, "rows"))
            nodes.replace(table, "rows", [_filled_row(grid, row, old) for row in rows])
        elif grid.section == "parameters":
            _put_parameters(root, spec, rows)
    return nodes.written(root)


def _old(old: list[Node], at: str) -> MappingNode:
    place = whole(at, len(old))
    node = old[place] if place < len(old) else None
    return node if isinstance(node, MappingNode) else nodes.mapping()


def _same(old: list[Node], row: Cells) -> MappingNode:
    """The stored row that a row came from: by its id first, for a colleague may have saved rows in or out in between."""
    for node in old:
        if isinstance(node, MappingNode) and row["id"] and row["at"] and nodes.text_at(node, ("id",)) == row["id"]:
            at = _old(old, row["at"])
            return at if nodes.text_at(at, ("id",)) == row["id"] else node
    return _old(old, row["at"])


def _filled(grid: Grid, row: Cells, old: list[Node]) -> MappingNode:
    node = _same(old, row)
    for column in grid.columns:
        if column.path:
            nodes.put(node, column.path, row[column.key], column.kind)
    return node


def _filled_row(grid: Grid, row: Cells, old: list[Node]) -> MappingNode:
    node = _filled(grid, row, old)
    for prefix, key in (("in", "when"), ("out", "then")):
        before = nodes.items(nodes.child(node, key))
        texts = [row[c.key] or ("-" if prefix == "in" else "") for c in grid.columns if re.fullmatch(prefix + r"\d+", c.key)]  # fmt: skip
        if texts != [nodes.text_at(each, ()) for each in before]:
            nodes.put_node(node, key, nodes.sequence(texts, before))
    return node


def _put_parameters(root: MappingNode, spec: MappingNode, rows: list[Cells]) -> None:
    """Parameters stay where they stood, of the file or of the ruleset; new ones are the ruleset's."""
    holders = {"f": root, "s": spec}
    old = {(where, str(name.value)): node for where, holder in holders.items() for name, node in _pairs(holder)}
    made: dict[str, dict[str, MappingNode]] = {"f": {}, "s": {}}
    for row in rows:
        where, _, rest = row["at"].partition(":")
        number, _, before = rest.partition(":")
        where = where if where in holders else next((w for w, n in old if n == row["name"]), "s")
        source = old.get((where, before or row["name"]))
        versions = nodes.items(nodes.child(source, "versions"))
        node = made[where].get(row["name"])
        if node is None:
            kept = [(k, v) for k, v in source.value if k.value != "versions"] if isinstance(source, MappingNode) else []
            node = made[where][row["name"]] = MappingNode("tag:yaml.org,2002:map", kept)
            nodes.replace(node, "versions", [])
        nodes.put(node, ("unit",), row["unit"])
        version = _old(versions, number if before else "")
        for column in _PARAMETERS:
            if column.path:
                nodes.put(version, column.path, row[column.key], column.kind)
        nodes.replace(node, "versions", [*nodes.items(nodes.child(node, "versions")), version])
    for where, holder in holders.items():
        pairs = [(nodes.scalar(name), node) for name, node in made[where].items()]
        nodes.put_node(holder, "parameters", MappingNode("tag:yaml.org,2002:map", pairs) if pairs else None)


def _pairs(holder: MappingNode) -> list[tuple[Node, Node]]:
    found = nodes.child(holder, "parameters")
    return list(found.value) if isinstance(found, MappingNode) else []
