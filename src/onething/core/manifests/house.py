"""Finds the rooms of this installation: those of this package by their `room.py`, a city's own by entry point.

A city's package names its manifest in the group `onething.rooms`; nothing else of the product has to be changed for it.
`ONETHING_ROOMS_OFF` leaves rooms out (comma separated): they bring no pages, commands, rounds and subscribers, but keep
their tables.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from onething.core.manifests.rooms import Command, Fault, Ref, Room, load

GROUP = "onething.rooms"
OFF = "ONETHING_ROOMS_OFF"
ALWAYS = frozenset({"core", "host"})
"""Rooms without which there is nothing to be switched on."""


@dataclass(frozen=True, slots=True)
class House:
    """The rooms that are on, in the order of their names, and what is wrong with them."""

    rooms: tuple[Room, ...]
    off: tuple[Room, ...]
    faults: tuple[Fault, ...]
    guests: tuple[Room, ...] = ()
    """Rooms of a city's own, on or off: those that came by entry point."""

    @property
    def all_rooms(self) -> tuple[Room, ...]:
        """Also those that are off: the product's first, so that of two claims to one thing the guest's is the second."""
        return (*(each for each in (*self.rooms, *self.off) if each not in self.guests), *self.guests)

    def room(self, name: str) -> Room | None:
        return next((room for room in self.rooms if room.name == name), None)

    def commands(self) -> dict[str, Command]:
        """Groups of the command line by name."""
        return {command.name: command for room in self.rooms for command in room.commands}

    def refs(self, what: str) -> Iterator[tuple[Room, Ref]]:
        """All references of one field of the manifests, for example `pages`."""
        for room in self.rooms:
            for ref in getattr(room, what):
                yield room, ref

    def parts(self, group: str) -> dict[str, Ref]:
        """Interchangeable parts of one group by name."""
        return {name: ref for room in self.rooms for name, ref in room.parts.get(group, {}).items()}


def _ours() -> Iterator[Room]:
    package = Path(__file__).resolve().parents[2]
    for file in sorted(package.glob("*/room.py")):
        yield load(f"onething.{file.parent.name}.room:ROOM")


def _of_others(points: Iterable[EntryPoint]) -> tuple[list[Room], list[Fault]]:
    found: list[Room] = []
    faults: list[Fault] = []
    for point in points:
        origin = f"{point.value} ({point.dist.name})" if point.dist else point.value
        try:
            room: Any = point.load()
        except Exception as error:  # noqa: BLE001 - a city's package may fail in any way; it is named
            faults.append(Fault("broken", point.name, f"{origin}: {type(error).__name__}: {error}"))
            continue
        if isinstance(room, Room):
            found.append(room)
        else:
            faults.append(Fault("broken", point.name, f"{origin} is not a Room"))
    return found, faults


def _claims(room: Room) -> Iterator[str]:
    yield f"room {room.name}"
    for command in room.commands:
        yield f"command {command.name}"
    for each in room.rounds:
        yield f"round {each.name}"
    for table in room.tables:
        yield f"tables {table}"
    for group, parts in room.parts.items():
        for name in parts:
            yield f"{group} {name}"


def _twice(rooms: Iterable[Room]) -> list[Fault]:
    owners: dict[str, str] = {}
    found: list[Fault] = []
    for room in rooms:
        for claim in _claims(room):
            if claim in owners:
                found.append(Fault("twice", room.name, f"{claim} ({owners[claim]})"))
            owners.setdefault(claim, room.name)
    return found


def put_together(
    rooms: Iterable[Room], off: Iterable[str] = (), faults: Iterable[Fault] = (), guests: Iterable[Room] = ()
) -> House:
    """A house of these rooms and guests without those that are off. Pure; what does not fit is listed, never raised."""
    came, unwanted = tuple(sorted(guests, key=lambda room: room.name)), set(off)
    everything = [*sorted(rooms, key=lambda room: room.name), *came]
    on = [room for room in everything if room.name not in unwanted]
    names = {room.name for room in on}
    found = [*faults, *(Fault("always", name, name) for name in sorted(unwanted & ALWAYS)), *_twice(everything)]
    found += [Fault("unknown", name, name) for name in sorted(unwanted - {room.name for room in everything})]
    found += [Fault("missing", room.name, need) for room in on for need in room.needs if need not in names]
    return House(tuple(on), tuple(room for room in everything if room.name in unwanted), tuple(found), came)


@lru_cache(maxsize=4)
def _house(off: str) -> House:
    others, faults = _of_others(entry_points(group=GROUP))
    return put_together(_ours(), [name.strip() for name in off.split(",") if name.strip()], faults, others)


def get_house() -> House:
    """The rooms of this installation, found once."""
    return _house(os.environ.get(OFF, ""))


def forget() -> None:
    """Look again the next time; for tests that add a room."""
    _house.cache_clear()


def parts_of(group: str) -> Mapping[str, Ref]:
    """The parts of one group by name, not loaded yet (see `Room.parts`)."""
    return get_house().parts(group)


def part(group: str, name: str) -> Any:
    """One part, loaded; None when there is none of this name."""
    ref = get_house().parts(group).get(name)
    return load(ref) if ref is not None else None
