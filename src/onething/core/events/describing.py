"""The reference page of event types, written from their declarations and from the sentence under each field."""

import ast
import inspect
import textwrap
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from onething.core.events.declaring import STREAM, Concerns, Declaration, EventData
from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import load


def load_declared() -> list[Declaration]:
    """The event types of all rooms of this installation, also of those that are off, by name; known from then on."""
    house = get_house()
    kinds: list[type[EventData]] = [
        kind for room in (*house.rooms, *house.off) for ref in room.events for kind in load(ref)
    ]
    return sorted((kind.DECLARED for kind in kinds), key=lambda each: each.name)


def sentences_of(kind: type) -> dict[str, str]:
    """The sentence under each field, of the class and of the frames it derives from."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base is not object:
            found |= _own_sentences(base)
    return found


@cache
def _own_sentences(kind: type) -> dict[str, str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    body: list[ast.stmt] = getattr(tree, "body", [])
    found: dict[str, str] = {}
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            text = after.value.value if isinstance(after.value, ast.Constant) else ""
            found[field.target.id] = " ".join(str(text).split())
    return found


def events_page(types: Iterable[Declaration] | None = None) -> str:
    """Every event type of every room: version, meaning, fields, objects."""
    lines = [
        "# Event types",
        "",
        "What may stand in the event log (`event_log`), by room: only the room itself appends its events. Data is JSON; a field",
        "marked *optional* is left out when there is nothing to say. *Withheld* fields are never exported; what is *passed on* is heard by subscribers and never written down. Objects are those of",
        "OCEL 2.0, with the field that has their id and how they take part; `stream` is what the event happened to.",
    ]
    room = ""
    for each in sorted(load_declared() if types is None else types, key=lambda one: (one.room, one.name)):
        if each.room != room:
            room = each.room
            lines += ["", f"## {room}"]
        lines += ["", *_section(each)]
    return "\n".join(lines) + "\n"


def _section(each: Declaration) -> list[str]:
    told = sentences_of(each.kind)
    lines = [f"### `{each.name}`", "", f"{each.zh}。<br>{each.en}.", ""]
    lines += [
        f"Version {each.version} · `{each.kind.__name__}`" + (" · **personal data**" if each.personal else ""),
        "",
    ]
    if each.fields:
        lines += ["| field | type | meaning |", "|---|---|---|"]
    for field in each.fields:
        kind = ", ".join(
            [
                field.shape.words,
                *["optional"] * field.optional,
                *["passed on, never kept"] * field.passing,
                *["withheld"] * (field.withheld and not field.passing),
            ]
        )
        lines.append(f"| `{field.name}` | {kind} | {told.get(field.name, '')} |")
    return [*lines, *([""] if each.fields else []), "Objects: " + "; ".join(_object(one) for one in each.concerns)]


def _object(concern: Concerns) -> str:
    source = "stream" if concern.source == STREAM else f"`{concern.source}`"
    return f"{concern.object_type} ({source}, {concern.qualifier})"
