"""Facts of a life event in words: what a value reads as, and a field's whole name with its slot's."""

from collections.abc import Mapping
from typing import Any, cast

from onething.catalog.field_values import shown
from onething.catalog.models import City, FieldSpec, LifeEvent
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)


def spec_of(city: City, event: LifeEvent, slot_id: str | None, field: str) -> FieldSpec | None:
    """What the catalog says about a field of a slot; None for what it does not know."""
    slot = event.slot(slot_id) if slot_id else None
    kind = city.type_of(slot)
    return kind.field(field) if kind else None


def value_words(city: City, event: LifeEvent, name: str, value: Any) -> Text:
    """The value of fact `slot.field` in words; a trade that was chosen from the list by its name."""
    chosen = any(each.field == name and each.options_of == "trades" for each in event.questions)
    trade = city.trades.trade(str(value)) if chosen else None
    slot, _, field = name.partition(".")
    return trade.name if trade else shown(spec_of(city, event, slot, field), value)


def fact_name(city: City, event: LifeEvent | None, name: str) -> Text:
    """`mother_id.name` → 母亲的身份证：姓名 · Mother's identity card: name. What nobody knows stays as it is."""
    slot_id, _, field = name.partition(".")
    slot = event.slot(slot_id) if event else None
    first = city.slot_label(slot) if slot else Text.same(slot_id)
    kind = city.type_of(slot)
    spec = kind.field(field) if kind else None
    return say("fact_name", slot=first, field=spec.name) if spec else first


def names_in(content: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Id number → name, of everybody who stands in a repeating group of these facts."""
    found: dict[str, str] = {}
    for value in (value for facts in content.values() for value in facts.values()):
        for row in cast("list[Any]", value) if isinstance(value, list) else ():
            card = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
            if card.get("id_number") and card.get("name"):
                found[str(card["id_number"])] = str(card["name"])
    return found
