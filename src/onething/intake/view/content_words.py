"""Facts as rows for reading: what a person signs, slot by slot, with the words of the catalog."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from onething.catalog.models import City, FieldSpec, LifeEvent
from onething.catalog.service import names_in, shown, spec_of, value_words
from onething.core.i18n import Text
from onething.core.identifiers import mask_phone

LONG = 5_000
"""Fields that may have more characters hold texts of their own, to be read in full."""


@dataclass(frozen=True, slots=True)
class ContentRow:
    name: Text
    value: Text


@dataclass(frozen=True, slots=True)
class ContentGroup:
    """The facts of one slot; `people` are the cards of a repeating group, `long` are texts to be read in full."""

    name: Text
    rows: tuple[ContentRow, ...]
    people: tuple[tuple[ContentRow, ...], ...]
    long: tuple[tuple[Text, str], ...]


def content_groups(city: City, event: LifeEvent, content: Mapping[str, Mapping[str, Any]]) -> Iterator[ContentGroup]:
    """In the order of the life event's slots. Where a value is a person's id number, the person's name stands with it."""
    names = names_in(content)
    for slot in event.slots:
        facts = content.get(slot.id)
        if not facts:
            continue
        rows, people, long = list[ContentRow](), list[tuple[ContentRow, ...]](), list[tuple[Text, str]]()
        for field, value in facts.items():
            spec = spec_of(city, event, slot.id, field)
            label = spec.name if spec else Text.same(field)
            if isinstance(value, list):
                cards = cast("list[Any]", value)
                people += [tuple(_cells(spec, card)) for card in cards if isinstance(card, dict)]
            elif spec is not None and spec.longest > LONG:
                long.append((label, str(value)))
            else:
                words = value_words(city, event, f"{slot.id}.{field}", value)
                rows.append(ContentRow(label, named_words(names, value, words)))
        yield ContentGroup(city.slot_label(slot), tuple(rows), tuple(people), tuple(long))


def named_words(names: Mapping[str, str], value: Any, words: Text) -> Text:
    """An id number's words with the name of the person who has it before them."""
    name = names.get(str(value))
    return Text(zh=f"{name} {words.zh}", en=f"{name} {words.en}") if name else words


def _cells(spec: FieldSpec | None, card: dict[str, Any]) -> Iterator[ContentRow]:
    for field, value in card.items():
        column = spec.column(field) if spec else None
        phone = column is not None and column.type == "phone"
        words = Text.same(mask_phone(str(value))) if phone else shown(column, value)
        yield ContentRow(column.name if column else Text.same(field), words)
