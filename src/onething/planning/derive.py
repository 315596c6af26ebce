"""Facts worked out from other facts (`derive` sources), until nothing more can be worked out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from onething.catalog.models import FromFacts, LifeEvent
from onething.planning.conditions import evaluate, holds


def with_derived(event: LifeEvent, facts: Mapping[str, Mapping[str, Any]], as_of: date) -> dict[str, dict[str, Any]]:
    """The same facts with every derived field that can be told. What is known already is never replaced."""
    out = {slot: dict(fields) for slot, fields in facts.items()}
    sources = [(slot.id, source) for slot in event.slots for source in slot.sources if isinstance(source, FromFacts)]
    for _ in range(len(sources)):
        before = {slot: len(fields) for slot, fields in out.items()}
        for slot, source in sources:
            known = out.get(slot, {})
            if all(known.get(name) is not None for name in source.derive) or holds(source.when, out, as_of) is False:
                continue
            for name, text in source.derive.items():
                if out.get(slot, {}).get(name) is None and (value := evaluate(text, out, as_of)) is not None:
                    out.setdefault(slot, {})[name] = value
        if before == {slot: len(fields) for slot, fields in out.items()}:
            break
    return out
