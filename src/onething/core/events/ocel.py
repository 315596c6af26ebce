"""The event log as OCEL 2.0 (JSON), the exchange format of object-centric process mining (https://www.ocel-standard.org).

What leaves: types, moments, codes, amounts, opaque ids of objects. What stays: fields marked `Withheld`, and who acted: of an
actor only the kind is told (citizen, officer, agency, system).
"""

from collections.abc import Iterable
from typing import Any, cast

from onething.core.events.declaring import STREAM, Concerns, Declaration, declaration
from onething.core.events.log import Event
from onething.core.events.shapes import FieldShape

ACTOR = "actor_kind"
PART_OF = "part of"
"""From an object that is known only within a stream (a task) to the stream's own (its case)."""


def to_ocel(events: Iterable[Event]) -> dict[str, Any]:
    """A log of these events, ready to be written as JSON; a reader finds every type and object that an event names.

    An event whose type no imported room declares is told without attributes and objects.
    """
    objects: dict[str, dict[str, Any]] = {}
    types: dict[str, Declaration | None] = {}
    told: list[dict[str, Any]] = []
    for event in events:
        declared = types.setdefault(event.type, declaration(event.type))
        told.append(_event(event, declared, objects))
    kinds = sorted({each["type"] for each in objects.values()})
    return {
        "objectTypes": [{"name": kind, "attributes": []} for kind in kinds],
        "eventTypes": [{"name": name, "attributes": _attribute_types(types[name])} for name in sorted(types)],
        "objects": list(objects.values()),
        "events": told,
    }


def _attributes(declared: Declaration | None) -> list[FieldShape]:
    """Fields that leave as attributes: neither withheld nor the id of an object."""
    if declared is None:
        return []
    ids = {each.source for each in declared.concerns}
    return [field for field in declared.fields if not field.withheld and field.name not in ids]


def _attribute_types(declared: Declaration | None) -> list[dict[str, str]]:
    own = [{"name": field.name, "type": field.shape.ocel} for field in _attributes(declared)]
    return [{"name": ACTOR, "type": "string"}, *own]


def _event(event: Event, declared: Declaration | None, objects: dict[str, dict[str, Any]]) -> dict[str, Any]:
    attributes = [{"name": ACTOR, "value": event.actor.partition(":")[0]}]
    for field in _attributes(declared):
        if field.name in event.data:
            value = event.data[field.name]
            attributes.append({"name": field.name, "value": " ".join(value) if isinstance(value, list) else value})  # type: ignore[reportUnknownArgumentType]
    found = _relationships(event, declared, objects) if declared else []
    return {
        "id": event.id, "type": event.type, "time": event.at.isoformat(), "attributes": attributes, "relationships": found,
    }  # fmt: skip


def _relationships(event: Event, declared: Declaration, objects: dict[str, dict[str, Any]]) -> list[dict[str, str]]:
    found: dict[tuple[str, str], None] = {}
    own = next((_of_stream(event, each) for each in declared.concerns if each.source == STREAM), None)
    for concern in declared.concerns:
        for raw in _ids(event, concern):
            local = f"{event.stream}/{raw}" if concern.local else raw
            known = _known(objects, f"{concern.object_type}:{local}", concern)
            if concern.local and own is not None and not known["relationships"]:
                known["relationships"].append({"objectId": own, "qualifier": PART_OF})
            found[known["id"], concern.qualifier] = None
    return [{"objectId": object_id, "qualifier": qualifier} for object_id, qualifier in found]


def _of_stream(event: Event, concern: Concerns) -> str:
    return f"{concern.object_type}:{event.stream.removeprefix(concern.prefix)}"


def _ids(event: Event, concern: Concerns) -> list[str]:
    if concern.source == STREAM:
        return [event.stream.removeprefix(concern.prefix)]
    value = event.data.get(concern.source)
    values = cast("list[str]", value if isinstance(value, list) else [value])
    return [each.removeprefix(concern.prefix) for each in values if each]


def _known(objects: dict[str, dict[str, Any]], object_id: str, concern: Concerns) -> dict[str, Any]:
    new: dict[str, Any] = {
        "id": object_id, "type": concern.object_type.value, "attributes": [], "relationships": list[dict[str, str]](),
    }  # fmt: skip
    return objects.setdefault(object_id, new)
