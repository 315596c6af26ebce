"""What a room brings to the house, said in one place: its manifest, `<room>/room.py` with one `ROOM = Room(…)`.

A manifest names parts as `module:attribute` and imports nothing, so that reading all of them costs a few milliseconds; a
part is loaded when a process needs it. `core.manifests.house` finds the manifests, `host` makes processes of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

Ref = str
"""`module:attribute` (or a module alone), as in entry points."""


def load(ref: Ref) -> Any:
    """What a reference means. Raises ImportError or AttributeError, naming the module or the attribute."""
    module, _, attribute = ref.partition(":")
    found: Any = import_module(module)
    for name in attribute.split(".") if attribute else ():
        found = getattr(found, name)
    return found


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the rooms of an installation: a stable word, whose, and about what."""

    kind: str
    """`broken` (a manifest or part that cannot be imported), `twice` (two claim one thing), `missing` (a room that another
    needs is off), `unknown` (a room that is to be off does not exist), `always` (a room that cannot be off),
    `unmade` (tables that nothing makes)."""
    room: str
    about: str


class RoomFaultError(Exception):
    """Something that a room brings does not fit into this installation; `host` says it in words."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"room {fault.room}: {fault.kind}: {fault.about}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Command:
    """A group of the command line, `onething NAME …`: a typer app, and a line about it in both languages."""

    name: str
    app: Ref
    about: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """`call(session, event)` runs inside the transaction of every event of these types, which are declared in some room's
    `events.py` (`*`: of all)."""

    to: tuple[Ref, ...]
    call: Ref
    together: bool = False
    """`call(session, events)` is given all that are appended at once, to write what follows from them at once."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Work beside the cases in every worker: `make(process)` gives something with `async run(stop)`, or None when there
    is nothing to do in this installation."""

    name: str
    make: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room. Every field but `name` and `about` may stay empty."""

    name: str
    about: str
    """What it is for, in one line."""
    needs: tuple[str, ...] = ()
    """Rooms that must not be switched off while this one is on."""
    settings: tuple[Ref, ...] = ()
    """Classes derived from `core.settings.RoomSettings`."""
    tables: tuple[Ref, ...] = ()
    """Modules whose tables belong to this room."""
    migrations: Ref = ""
    """Only of a city's own room: the package in which its migrations lie. They have a line of their own, after the product's."""
    sealed_columns: tuple[Ref, ...] = ()
    """`trust` descriptions of columns that hold personal data: what of them still lies open is sealed by the workers."""
    events: tuple[Ref, ...] = ()
    """Tuples of the event types that this room defines."""
    states: tuple[Ref, ...] = ()
    """Modules with the charts of states of this room's nouns."""
    acts: tuple[Ref, ...] = ()
    """Tuples of `core.rights` acts: what of this room only some officials may do, and whose."""
    subscribers: tuple[Subscription, ...] = ()
    rounds: tuple[Rounds, ...] = ()
    api: tuple[Ref, ...] = ()
    """Routers of the REST API, in the order they are tried."""
    pages: tuple[Ref, ...] = ()
    """Routers of pages, in the order they are tried."""
    commands: tuple[Command, ...] = ()
    health: tuple[Ref, ...] = ()
    """Functions `(process) -> list[core.health.Check]`."""
    metrics: tuple[Ref, ...] = ()
    """Functions `(process) -> list[core.health.Figure]`."""
    soundness: tuple[Ref, ...] = ()
    """Functions `(session) -> list[core.processes.health.Check]`: whether what is stored is whole; for `onething db check`."""
    production: tuple[Ref, ...] = ()
    """Functions `(process) -> list[core.processes.production.Shortcoming]`: what a city must not go live with."""
    status: tuple[Ref, ...] = ()
    """Functions `(process) -> list[core.processes.public_status.PublicService]`: what anybody may know of how it goes."""
    parts: Mapping[str, Mapping[str, Ref]] = field(default_factory=dict[str, Mapping[str, Ref]])
    """Interchangeable parts by group and name, for example `{"exchange.adapters": {"rest": "…:RestAdapter"}}`."""


def load_for(room: Room, ref: Ref) -> Any:
    """What a reference of a room's manifest means. Raises `RoomFaultError` that names the room, the reference and what happened:
    a city's package may fail in any way, and its operator must read which it was."""
    try:
        return load(ref)
    except RoomFaultError:
        raise
    except Exception as error:
        raise RoomFaultError(fault_of(room.name, ref, error)) from error


def fault_of(room: str, ref: Ref, error: Exception) -> Fault:
    """The fault behind an error that was met while loading a part of a room."""
    said = str(error)
    taken = getattr(error, "taken", "")  # a declaration that another room has made already (events, acts, error codes)
    if taken:
        return Fault("twice", room, f"{taken} ({ref})")
    if (
        type(error).__name__ == "InvalidRequestError" and "already defined" in said
    ):  # SQLAlchemy's; not imported for this
        return Fault("twice", room, f"{said.split(' is already defined')[0].lower()} ({ref})")
    return Fault("broken", room, f"{ref}: {type(error).__name__}: {said}")
