"""Facts worked out from other facts (`derive` sources), with the parameters and tables of the source, until nothing more can be."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from onething.catalog.models import FromFacts, LifeEvent
from onething.planning.conditions import evaluate, holds
from onething.rules.service import decide


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
            more = _more(source, out, as_of)
            for name, text in source.derive.items():
                if (
                    out.get(slot, {}).get(name) is None
                    and (value := evaluate(text, {**out, **more}, as_of)) is not None
                ):
                    out.setdefault(slot, {})[name] = value
        if before == {slot: len(fields) for slot, fields in out.items()}:
            break
    return out


def _more(source: FromFacts, facts: Mapping[str, Any], as_of: date) -> dict[str, Any]:
    """The parameters of a source as they are in force on a day, and what its table yields; nothing while it cannot be told."""
    found: dict[str, Any] = {
        name: value for name, each in source.parameters.items() if (value := each.at(as_of)) is not None
    }
    if source.ruleset is not None:
        decided = decide(source.ruleset, facts, as_of)
        if decided.outcome != "undecided" and decided.value is not None:
            found["table"] = decided.value
    return found
