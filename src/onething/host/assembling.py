"""What every process of an installation does first: take the rooms that are on, and have them hear of what happens."""

from onething.core import events, tracing_export
from onething.core.db import get_database
from onething.core.manifests.house import House, get_house
from onething.core.manifests.rooms import load_for
from onething.core.processes.process import Process, belong
from onething.core.settings import get_settings
from onething.host import errors, fitting


def assemble() -> House:
    """The rooms of this installation, with every room's subscribers installed, the same in every process. Idempotent.

    Raises the `Problem` or `RoomFaultError` that names a room which is broken, claims what another has, or misses one that it needs.
    """
    house = get_house()
    errors.check(house)
    fitting.check(house)
    subscribe(house)
    belong()
    return house


def subscribe(house: House | None = None) -> None:
    """Have the rooms told, each inside the transaction of what happens; their code is loaded when the first event comes.

    The types of all rooms are known from here on, so that whatever is read from the log is of the newest version.
    """
    known = house or get_house()
    for room in known.all_rooms:
        for ref in room.events:
            load_for(room, ref)
    for room in known.rooms:
        for subscription in room.subscribers:
            for to in subscription.to:
                add = events.subscribe_to_groups if subscription.together else events.subscribe
                add("*" if to == "*" else load_for(room, to), events.Later(subscription.call))


def process(kind: str) -> Process:
    """What the rooms are given in this process."""
    if kind in {"web", "worker", "gateway"}:
        tracing_export.begin(kind, get_settings())
    return Process(kind, get_database(), get_settings().worker_id)


def load_all(house: House, what: str) -> list[object]:
    """Everything that the manifests name in one field, loaded, in their order."""
    return [load_for(room, ref) for room, ref in house.refs(what)]
