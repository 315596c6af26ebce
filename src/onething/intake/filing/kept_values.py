"""What is kept of something typed: plain JSON in the form that everything else uses."""

from typing import Any, cast

from onething.catalog.models import FieldSpec
from onething.review.service import normal_form

LONGEST = 2000
"""Characters kept of one answer; more than any field may have, so that a wrong value can still be shown."""


def kept(spec: FieldSpec, value: Any) -> Any:
    """The value as stored: plain JSON in normal form where it has one, None for an empty field."""
    if spec.type == "rows" and isinstance(value, list):
        rows = cast("list[Any]", value)[: spec.most]
        return normal_form(spec, [_cut(cast("dict[str, Any]", row)) for row in rows if isinstance(row, dict)]) or None
    if isinstance(value, str):
        value = value.replace("\r\n", "\n")[: max(LONGEST, spec.longest)]  # a browser's lines
    if isinstance(value, str | int | float | bool):
        value = normal_form(spec, value)
        return None if value == "" else value
    return None


def _cut(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value[:LONGEST] if isinstance(value, str) else value for name, value in row.items()}
