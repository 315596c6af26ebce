"""Whether the rooms of a city's own fit to the product's: nothing that they bring may be another's, and all of it must load.

The product's own rooms are held to the same by its tests. Only where a package of a city's own is installed is anything asked here,
so that a command without one begins as quickly as before. A fault is met when a process starts, never in the middle of a case.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from onething.core.manifests.house import House
from onething.core.manifests.rooms import Fault, Room, RoomFaultError, load_for


def check(house: House) -> None:
    """Raises the `RoomFaultError` of the first thing that does not fit. Addresses are checked by `check_addresses`, in web processes."""
    if not house.guests:
        return
    from onething.core.db import load_tables  # not above: without a room of a city's own no table is loaded here

    for room in house.guests:
        if room.tables and not room.migrations:
            raise RoomFaultError(Fault("unmade", room.name, ", ".join(room.tables)))
    load_tables()
    _alone("setting", house, _settings)
    _alone("act", house, _acts)
    for room in house.guests:
        if room in house.rooms:
            for ref in _own_parts(room):
                load_for(room, ref)


def check_addresses(house: House, what: str) -> None:
    """Raises `RoomFaultError` when a room of a city's own claims an address of a page or of the API (`what`: pages or api) that another has."""
    if house.guests:
        _alone("address", house, lambda room: _addresses(room, what))


def _alone(kind: str, house: House, claims: Any) -> None:
    owners: dict[str, str] = {}
    for room in house.all_rooms:
        for claim in claims(room):
            owner = owners.setdefault(claim, room.name)
            if owner != room.name and room in house.guests:
                raise RoomFaultError(Fault("twice", room.name, f"{kind} {claim} ({owner})"))


def _settings(room: Room) -> Iterator[str]:
    for ref in room.settings:
        for name in load_for(room, ref).model_fields:
            yield f"ONETHING_{name.upper()}"


def _acts(room: Room) -> Iterator[str]:
    for ref in room.acts:
        for each in load_for(room, ref):
            yield str(each.name)


def _addresses(room: Room, what: str) -> Iterator[str]:
    refs: Iterable[str] = room.pages if what == "pages" else room.api
    for ref in refs:
        for route in getattr(load_for(room, ref), "routes", ()):
            for method in sorted(getattr(route, "methods", None) or ()):
                yield f"{method} {getattr(route, 'path_format', '')}"


def _own_parts(room: Room) -> Iterator[str]:
    """What runs in the middle of work, or is loaded only then: here it is loaded at the start."""
    yield from (each.call for each in room.subscribers)
    yield from (each.make for each in room.rounds)
    for refs in (
        room.states,
        room.sealed_columns,
        room.health,
        room.metrics,
        room.soundness,
        room.production,
        room.status,
    ):
        yield from refs
    yield from (ref for parts in room.parts.values() for ref in parts.values())
