"""One process of an installation: what it shares with the rooms, and what a long-lived one does once it has loaded everything."""

import contextlib
import ctypes
import gc
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from onething.core.db import Database

_Shared = TypeVar("_Shared")


@dataclass(slots=True)
class Process:
    """What rooms are given when a process starts their rounds, or asks after their health."""

    kind: str
    """`web`, `worker`, `command` …"""
    db: Database
    worker_id: str = ""
    may_act: Callable[[], bool] = lambda: True
    """False while another process may have taken this one's place (its lease ran out): then nothing goes out."""
    _shared: dict[type[Any], Any] = field(default_factory=dict[type[Any], Any])

    def share(self, kind: type[_Shared], make: Callable[[], _Shared]) -> _Shared:
        """The one object of this kind in this process, made by whoever wants it first."""
        if kind not in self._shared:
            self._shared[kind] = make()
        return cast("_Shared", self._shared[kind])

    def shared(self, kind: type[_Shared]) -> _Shared | None:
        """The object of this kind, if somebody wanted one."""
        return cast("_Shared | None", self._shared.get(kind))


_installed = False


def belong() -> None:
    """This process is part of an installation: what is kept in its database (for example approved rules) counts here."""
    global _installed
    _installed = True


def installed() -> bool:
    """Whether `belong` was called; false in tests and tools that work on files alone."""
    return _installed


def settle_in() -> None:
    """Take what was loaded at start out of the garbage collector's rounds, and have it come round less often.

    A worker makes and drops thousands of small objects a second; with Python's own thresholds the collector walks all
    modules and compiled statements again and again, which is about a tenth of the processor time of a case.
    """
    _bound_arenas()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


_M_ARENA_MAX, _ARENAS = -8, 2
_M_MMAP_THRESHOLD, _LARGE = -3, 512 * 1024


def _bound_arenas() -> None:
    """Keep freed memory from lying about in as many heaps as there ever were threads.

    glibc gives each thread a heap of its own, up to eight a core, and what is freed in one is not used by another. Python's
    threads run one at a time, so two heaps are as fast; large blocks (photographs, answers) are mapped and given back.
    """
    with contextlib.suppress(OSError, AttributeError):  # another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_M_ARENA_MAX, _ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
