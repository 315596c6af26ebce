"""The scope of business follows the main trade: who changes the trade is not left with the phrases of the one given up."""

from collections.abc import Mapping
from typing import Any

from onething.catalog.models import City, LifeEvent
from onething.catalog.trades.service import joined, standard_parts


def trade_field(event: LifeEvent) -> str | None:
    """The question that asks for the main trade."""
    return next((each.field for each in event.questions if each.options_of == "trades"), None)


def scope_after(city: City, event: LifeEvent, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, str]:
    """Scopes (`slot.field` → text) that change because the main trade does: the old trade's phrases go, the new one's come first,
    whatever was chosen besides stays. `before`: answers as they are, `given`: those that are being saved.

    A scope that is given with the new trade, and is not what stood there before, is what somebody chose: it is left alone.
    """
    asked = trade_field(event)
    if asked is None or asked not in given:
        return {}
    old, new = (city.trades.trade(str(answers.get(asked) or "")) for answers in (before, given))
    if old is None or new is None or old.id == new.id:
        return {}
    found: dict[str, str] = {}
    for name in (each.field for each in event.questions if each.default_of == "phrases"):
        stood = before.get(name) or joined(old.phrases)
        if given.get(name, stood) != stood:
            continue
        standard, own = standard_parts(city.trades, str(stood))
        besides = [text for text in standard if text not in old.phrases]
        found[name] = joined([*new.phrases, *besides, *own])
    return found
