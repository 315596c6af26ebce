"""Tables on a narrow terminal: words stay whole; what does not fit side by side stands one below the other."""

import re
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

_WORD = re.compile(r"[!-~]+")
"""What must not be broken. Chinese may be broken between any two characters."""


def print_table(console: Console, table: Table) -> None:
    """Print it, as wide as the terminal is."""
    console.print(whole_words(table, console.width))


def whole_words(table: Table, width: int) -> RenderableType:
    """The table with columns as wide as their longest word, or its rows as blocks of `title: value` where that does not fit."""
    columns = [[_plain(cell) for cell in column.cells] for column in table.columns]
    least = [max([column.width or 2, *(_longest(text) for text in _with_header(table, place, cells))]) for place, (column, cells) in enumerate(zip(table.columns, columns, strict=True))]  # fmt: skip
    frame = 3 * len(columns) + 1
    if sum(least) + frame <= width:
        for column, wanted in zip(table.columns, least, strict=True):
            column.min_width = wanted
        return table
    titles = [_plain(column.header) for column in table.columns]
    parts: list[RenderableType] = [Text(_plain(table.title), style="bold")] if table.title else []
    for row in zip(*columns, strict=True):
        lines = [
            f"{title}: {value}" if title else value for title, value in zip(titles, row, strict=True) if value.strip()
        ]
        parts.append(Text("\n".join([*lines, ""])))
    if table.caption:
        parts.append(Text(_plain(table.caption), style="dim"))
    return Group(*parts)


def _with_header(table: Table, place: int, cells: list[str]) -> list[str]:
    return [_plain(table.columns[place].header), *cells]


def _longest(text: str) -> int:
    return max((len(word) for word in _WORD.findall(text)), default=0)


def _plain(value: Any) -> str:
    return value.plain if isinstance(value, Text) else Text.from_markup(str(value)).plain if value else ""
