"""What anybody may know of how this installation goes: services in words of everyday life, never inner names or figures of a person.

A room names functions in its manifest (`status`), each giving `PublicService`s for a `Process`. All are asked together, at
most every half minute in a process however many people look.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from onething.core.clock import now
from onething.core.i18n import Text
from onething.core.logs import get_logger
from onething.core.manifests.house import House
from onething.core.manifests.rooms import load
from onething.core.processes.process import Process

log = get_logger("core.status")
KEPT = 30.0
"""Seconds for which what was told is told again."""


class Condition(StrEnum):
    WORKS = "works"
    SLOW = "slow"
    AWAY = "away"
    """Out of order, or under maintenance: what is to be done there waits, and goes on by itself."""


@dataclass(frozen=True, slots=True)
class PublicService:
    """One service as the public knows it."""

    name: Text
    condition: Condition
    said: Text | None = None
    """What that means for people, in a sentence."""
    last_day: float | None = None
    """Share of the last 24 hours' requests that were answered, 0–1; None where nobody asked."""


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """All of them, the worst first, and when they were asked."""

    at: datetime
    services: tuple[PublicService, ...]

    @property
    def condition(self) -> Condition:
        """Of the whole: the worst."""
        return self.services[0].condition if self.services else Condition.WORKS


_WORST_FIRST = {Condition.AWAY: 0, Condition.SLOW: 1, Condition.WORKS: 2}
PORTAL = Text(zh="网上办事", en="Online services")


def gather(house: House, process: Process) -> PublicStatus:
    """Ask every room. A room that cannot tell is passed over; a database that is away closes the whole."""
    found: list[PublicService] = []
    silent = False
    for room, ref in house.refs("status"):
        try:
            found += load(ref)(process)
        except Exception as error:  # noqa: BLE001 - the page must answer whatever is broken
            silent = True
            log.warning("a room cannot say how its services go", about=room.name, error=type(error).__name__)
    away = silent and not found
    said = Text(
        zh="系统正在维护，已保存的内容都在。", en="The system is under maintenance; everything that was saved is there."
    )
    portal = PublicService(PORTAL, Condition.AWAY if away else Condition.WORKS, said if away else None)
    return PublicStatus(now(), tuple(sorted([portal, *found], key=lambda each: _WORST_FIRST[each.condition])))


@dataclass(slots=True)
class Remembered:
    """Asks at most every `KEPT` seconds; while one is asking, the others are told what was known before."""

    ask: Callable[[], PublicStatus]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _told: PublicStatus | None = None
    _until: float = 0.0

    def get(self) -> PublicStatus:
        if self._told is not None and (time.monotonic() < self._until or self._lock.locked()):
            return self._told
        with self._lock:
            if self._told is None or time.monotonic() >= self._until:
                self._told = self.ask()
                self._until = time.monotonic() + KEPT
            return self._told


def as_json(status: PublicStatus) -> dict[str, object]:
    """The machine-readable form, beside the page."""
    return {
        "at": status.at.isoformat(timespec="seconds"),
        "condition": status.condition.value,
        "services": [
            {
                "name": each.name.model_dump(), "condition": each.condition.value,
                "said": each.said.model_dump() if each.said else None,
                "answered_last_24_hours": None if each.last_day is None else round(each.last_day, 4),
            }
            for each in status.services
        ],
    }  # fmt: skip


def worst(conditions: Iterable[Condition]) -> Condition:
    """The worst of several; works when there are none."""
    found: Sequence[Condition] = sorted(conditions, key=_WORST_FIRST.__getitem__)
    return found[0] if found else Condition.WORKS
