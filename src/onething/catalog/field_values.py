"""Values of evidence fields as people read them: codes in words, dates and amounts as each language writes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from onething.catalog.models import FieldSpec
from onething.core import formats
from onething.core.formats import same
from onething.core.i18n import Text, texts_of
from onething.core.persons.numbers import number_words

say = texts_of(__name__)

NOTHING = Text.same("—")


@dataclass(frozen=True)
class Style:
    """What stands between the parts of a Chinese value."""

    cells: str = "，"
    rows: str = "；"
    before_yuan: str = ""


PAGE, SPACED = Style(), Style(cells=" ", rows=";", before_yuan=" ")
"""As pages set it; as the API gives it, where programs may split at spaces."""


def shown(spec: FieldSpec | None, value: Any, style: Style = PAGE) -> Text:
    """One value in words, or an em dash when there is none. Without a field's description values stay as they are."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool) or (spec is not None and spec.type == "bool"):
        return say("value.true") if value in (True, "true", "yes", "1") else say("value.false")
    if isinstance(value, list):
        rows = [_row(spec, row, style) for row in cast("list[Any]", value)]
        return _joined(rows, style.rows, "; ")
    return same(value) if spec is None else _plain(spec, str(value), style)


def coded(spec: FieldSpec, text: str) -> Text | None:
    """The words of a code; None when it is not one of the field's codes."""
    return spec.codes.get(text)


def _plain(spec: FieldSpec, text: str, style: Style) -> Text:
    words = coded(spec, text)
    if words is not None:
        return words
    if spec.names_person:
        return number_words(text)
    if spec.type == "date":
        return formats.day(text)
    if spec.type == "datetime":
        return formats.full_moment(text)
    if spec.type == "money" and text.replace(".", "", 1).removeprefix("-").isdigit():
        amount = formats.yuan(Decimal(text))
        return Text(zh=f"{amount.zh.removesuffix('元')}{style.before_yuan}元", en=amount.en)
    return same(text)


def _row(spec: FieldSpec | None, row: Any, style: Style) -> Text:
    """One row of a repeating group: its cells in the order of the form, then what the form does not know."""
    if not isinstance(row, dict):
        return same(row)
    cells = cast("dict[str, Any]", row)
    known = [column.id for column in spec.fields] if spec else []
    order = [*(name for name in known if name in cells), *(name for name in cells if name not in known)]
    words = [
        shown(spec.column(name) if spec else None, cells[name], style)
        for name in order
        if cells[name] not in (None, "")
    ]
    return _joined(words, style.cells, ", ")


def _joined(words: Sequence[Text], between: str, between_english: str) -> Text:
    return Text(zh=between.join(each.zh for each in words), en=between_english.join(each.en for each in words))
