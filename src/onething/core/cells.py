"""Cells of tables that people open in a spreadsheet: what begins like a formula is text there, whoever wrote it."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the start of a formula, the full-width ones of a Chinese keyboard with them."""


def cell(value: object) -> str:
    """The value as a spreadsheet shows it: an apostrophe before what would be run. Numbers stay numbers."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(STARTS) and not isinstance(value, int | float) else text


def write_rows(output: TextIO, rows: Iterable[Sequence[object]]) -> None:
    """CSV with every cell safe to open."""
    csv.writer(output).writerows([cell(value) for value in row] for row in rows)
