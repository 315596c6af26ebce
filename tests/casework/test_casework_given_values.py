"""What a service without an operation gives is kept as evidence keeps values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from onething.casework.execution.given_values import as_fact
from onething.catalog.models import FieldSpec
from onething.core.i18n import Text

NAME = Text(zh="字段", en="field")


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("date", date(2026, 11, 30), "2026-11-30"),
        ("datetime", datetime(2026, 11, 30, 0, 30, tzinfo=UTC), "2026-11-30T08:30"),
        ("money", Decimal("150.0"), "150.00"),
        ("money", "3600", "3600.00"),
        ("number", Decimal("2.50"), 2.5),
        ("number", Decimal("3.00"), 3),
        ("bool", True, True),
        ("text", "海滨路1号", "海滨路1号"),
        ("text", None, None),
    ],
)
def test_a_value_is_kept_in_the_normal_form_of_its_field(kind: Any, value: object, kept: object) -> None:
    found = as_fact(FieldSpec(id="f", name=NAME, type=kind), value)
    assert found == kept
    assert type(found) is type(kept)


def test_rows_are_kept_column_by_column() -> None:
    spec = FieldSpec(id="rows", name=NAME, type="rows", fields=(FieldSpec(id="amount", name=NAME, type="money"),))
    assert as_fact(spec, [{"amount": Decimal(5), "on": date(2026, 1, 2)}]) == [{"amount": "5.00", "on": "2026-01-02"}]
