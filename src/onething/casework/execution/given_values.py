"""What a service without an operation gives, as evidence keeps values: days and sums as texts, numbers plain."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from onething.catalog.models import FieldSpec
from onething.core.clock import civil


def as_fact(spec: FieldSpec | None, value: Any) -> Any:
    """A value that an expression gave, in the normal form of its field."""
    if isinstance(value, datetime):
        return civil(value).replace(tzinfo=None).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if spec is not None and spec.type == "money" and isinstance(value, int | float | Decimal | str) and value != "":
        return f"{Decimal(str(value)):.2f}"
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        row = cast("Mapping[str, Any]", value)
        return {name: as_fact(spec.column(name) if spec else None, inner) for name, inner in row.items()}
    if isinstance(value, list | tuple):
        return [as_fact(spec, inner) for inner in cast("list[Any]", value)]
    return value
