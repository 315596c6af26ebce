"""Facts as rows for reading: what a person signs, slot by slot, with the words of the catalog."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onething.catalog.models import City, FieldSpec, LifeEvent
from onething.core.identifiers import mask_phone
from onething.web.http.page import Page
from onething.web.http.parts import Row
from onething.web.view.values import shown, spec_of

LONG = 5_000
"""Fields that may have more characters hold texts of their own, to be read in full."""


@dataclass(frozen=True, slots=True)
class Group:
    """The facts of one slot; `people` are the cards of a repeating group, `long` are texts to be read in full."""

    name: str
    rows: tuple[Row, ...]
    people: tuple[tuple[Row, ...], ...]
    long: tuple[tuple[str, str], ...]


def groups_of(page: Page, city: City, event: LifeEvent, content: Mapping[str, Mapping[str, Any]]) -> Iterator[Group]:
    """In the order of the life event's slots. Where a value is a person's id number, the person's name stands with it."""
    names = names_of(content)
    for slot in event.slots:
        facts = content.get(slot.id)
        if not facts:
            continue
        kind = city.type_of(slot)
        name = page.say(slot.name or (kind.name if kind else None)) or slot.id
        rows, people, long = list[Row](), list[tuple[Row, ...]](), list[tuple[str, str]]()
        for field, value in facts.items():
            spec = spec_of(city, event, slot.id, field)
            label = page.say(spec.name) if spec else field
            if isinstance(value, list):
                people += [tuple(_row_cells(page, spec, row)) for row in value if isinstance(row, dict)]
            elif spec is not None and spec.longest > LONG:
                long.append((label, str(value)))
            else:
                words = value_words(page, city, event, f"{slot.id}.{field}", spec, value)
                rows.append(Row(label, f"{names[str(value)]} {words}" if str(value) in names else words))
        yield Group(name, tuple(rows), tuple(people), tuple(long))


def value_words(page: Page, city: City, event: LifeEvent, name: str, spec: FieldSpec | None, value: Any) -> str:
    """A value in words; a trade by its name."""
    chosen = any(each.field == name and each.options_of == "trades" for each in event.questions)
    trade = city.trades.trade(str(value)) if chosen else None
    return page.say(trade.name) if trade else shown(spec, value, page.lang)


def _row_cells(page: Page, spec: FieldSpec | None, row: dict[str, Any]) -> Iterator[Row]:
    for field, value in row.items():
        column = spec.column(field) if spec else None
        words = (
            mask_phone(str(value)) if column is not None and column.type == "phone" else shown(column, value, page.lang)
        )
        yield Row(page.say(column.name) if column else field, words)


def names_of(content: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Id number → name, of everybody who stands in a repeating group."""
    return {
        str(row["id_number"]): str(row["name"])
        for facts in content.values()
        for value in facts.values()
        if isinstance(value, list)
        for row in value
        if isinstance(row, dict) and row.get("id_number") and row.get("name")
    }
