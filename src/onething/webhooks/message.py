"""What a message says: what happened, when, and which things it concerns, by opaque ids; the rest where it is allowed."""

from typing import Any, cast

import orjson

from onething.core.events import STREAM, Event
from onething.core.events.declaring import Declaration, declaration


def concerned(declared: Declaration, happened: Event) -> list[dict[str, str]]:
    """The objects that an event concerns, as its declaration names them."""
    found: list[dict[str, str]] = []
    for each in declared.concerns:
        value: Any = happened.stream if each.source == STREAM else happened.data.get(each.source)
        ids = cast("list[Any]", value) if isinstance(value, list) else [value]
        known = [one.removeprefix(each.prefix) for one in ids if isinstance(one, str) and one.startswith(each.prefix)]
        found += [{"type": each.object_type.value, "id": one, "role": each.qualifier} for one in known]
    return found


def body(happened: Event, *, with_data: bool) -> bytes:
    """A message as JSON: `type`, `timestamp`, and `data` with the event's id, number, stream and objects, and with
    `details` (what the event says, without what never leaves the installation) where that is allowed."""
    declared = declaration(happened.type)
    data: dict[str, Any] = {
        "event": happened.id,
        "seq": happened.seq,
        "stream": happened.stream,
        "version": declared.version if declared else 1,
        "objects": concerned(declared, happened) if declared else [],
    }
    if with_data and declared is not None and not declared.personal:
        withheld = {field.name for field in declared.fields if field.withheld}
        data["details"] = {key: value for key, value in happened.data.items() if key not in withheld}
    return orjson.dumps({"type": happened.type, "timestamp": happened.at, "data": data}, option=orjson.OPT_UTC_Z)
