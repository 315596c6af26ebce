"""What rules are tried on: an example typed into a form, and many subjects in a file."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from onething.core.errors import Problem
from onething.core.frames import read_csv, read_parquet
from onething.rules.columns.population import Population, from_polars
from onething.rules.errors import NO_SUBJECTS, SUBJECTS_UNREADABLE

MAX_ROWS = 250_000
MAX_CELLS = 10_000_000


def nested(values: Mapping[str, str]) -> dict[str, Any]:
    """Form values as facts; what is left empty is not known."""
    facts: dict[str, Any] = {}
    for name, text in values.items():
        if not text.strip():
            continue
        *parents, last = name.split(".")
        inner: dict[str, Any] = facts
        for parent in parents:
            below: object = inner.setdefault(parent, {})
            if not isinstance(below, dict):
                break
            inner = cast("dict[str, Any]", below)
        else:
            inner[last] = plain(text.strip())
    return facts


def plain(text: str) -> Any:
    """true/false and numbers are read as such; ids with 10 or more digits, or a leading zero, stay text."""
    if text in ("true", "false"):
        return text == "true"
    if len(text) < 10 and not (text.startswith("0") and text[1:2].isdigit()):
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        return number if number.is_finite() else text
    return text


# -- many ---------------------------------------------------------------------------------------------------------


def from_file(content: bytes, filename: str) -> Population:
    """A population from an uploaded CSV or Parquet; a column `id` names the subjects. Raises `Problem`."""
    try:
        if filename.lower().endswith(".parquet"):
            frame = read_parquet(content, rows=MAX_ROWS, cells=MAX_CELLS)
        else:
            frame = read_csv(content, rows=MAX_ROWS)
    except Exception as error:  # a file may be broken in any way
        raise Problem(SUBJECTS_UNREADABLE, field="file", detail=type(error).__name__) from error
    if frame.height == 0 or frame.width == 0:
        raise Problem(NO_SUBJECTS, field="file")
    return from_polars(frame, "id" if "id" in frame.columns else None)
