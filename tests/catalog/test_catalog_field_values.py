"""Values of fields as people read them."""

from typing import Any

import pytest

from onething.catalog.field_values import SPACED, shown
from onething.catalog.models import FieldSpec
from onething.core.i18n import Text


def field(kind: str, **parts: Any) -> FieldSpec:
    return FieldSpec.model_validate({"id": "f", "type": kind, "name": {"zh": "项", "en": "Item"}, **parts})


PEOPLE = field(
    "rows",
    fields=[
        {"id": "name", "type": "name", "name": {"zh": "姓名", "en": "Name"}},
        {"id": "capital", "type": "money", "name": {"zh": "出资", "en": "Capital"}},
    ],
)


@pytest.mark.parametrize(
    ("spec", "value", "zh", "en"),
    [
        (field("code", codes={"f": {"zh": "女", "en": "female"}}), "f", "女", "female"),
        (field("date"), "2026-11-23", "2026年11月23日", "23 November 2026"),
        (field("datetime"), "2026-11-23T08:15", "2026年11月23日 08:15", "23 November 2026 08:15"),
        (field("datetime"), "2026-11-23", "2026年11月23日", "23 November 2026"),
        (field("date"), "soon", "soon", "soon"),
        (field("money"), "1600", "1,600.00元", "1,600.00 yuan"),
        (field("money"), "-0.5", "-0.50元", "-0.50 yuan"),
        (field("money"), "about ten", "about ten", "about ten"),
        (field("bool"), "false", "否", "No"),
        (field("text"), True, "是", "Yes"),
        (field("text"), "", "—", "—"),
        (None, 7, "7", "7"),
        (None, [{"a": 1, "b": ""}, "x"], "1；x", "1; x"),
    ],
)
def test_a_value_reads_as_each_language_writes_it(spec: FieldSpec | None, value: Any, zh: str, en: str) -> None:
    assert shown(spec, value) == Text(zh=zh, en=en)


def test_rows_stand_in_the_order_of_the_form_whatever_the_database_made_of_it() -> None:
    rows = [{"capital": "20", "name": "王芳"}, {"name": "李明", "note": "新"}]
    assert shown(PEOPLE, rows) == Text(zh="王芳，20.00元；李明，新", en="王芳, 20.00 yuan; 李明, 新")
    assert shown(PEOPLE, rows, SPACED).zh == "王芳 20.00 元;李明 新"
