"""Work that comes round again and again beside everything else: sending, matching, anchoring, tidying up.

A room says what one look does (`Round.work`); when to look again, what happens after a failure, how to stop and what
health and metrics may know is the same for all of them and is decided here.
"""

import asyncio
import contextlib
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class After:
    """What a look may return instead of “there was work”: look again after so many seconds."""

    seconds: float


Looked = bool | int | After | None
"""What a look found: work (any true value: look again at once), nothing, or when to look again."""


class Bell:
    """Rung from any thread when there is news for a round; what is rung while it looks counts as well."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rung = False
        self._listener: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def ring(self) -> None:
        """There is news. Nothing is lost when nobody listens yet."""
        with self._lock:
            self._rung = True
            if self._listener is not None and not self._listener[0].is_closed():
                self._listener[0].call_soon_threadsafe(self._listener[1].set)

    def listen(self, woken: asyncio.Event) -> None:
        """Have `woken` (of the running loop) set whenever the bell rings, and at once if it has rung before."""
        with self._lock:
            self._listener = (asyncio.get_running_loop(), woken)
            if self._rung:
                woken.set()

    def silence(self) -> None:
        """Whoever listens has heard it and looks now."""
        with self._lock:
            self._rung = False


@dataclass
class Round:
    """One kind of work that comes round. `work` looks once; it may raise, and is then tried again later."""

    name: str
    every: float
    """Seconds between looks that find nothing."""
    work: Callable[[], Awaitable[Looked]]
    bell: Bell | None = None
    """News that should not wait for the next look."""
    at_once: bool = True
    """False: the first look comes after `every` seconds."""
    longest_pause: float = 5.0
    """Seconds between tries while it fails again and again, unless `every` is longer anyway."""
    gather: float = 0.0
    """Seconds from the bell to the look: what comes in meanwhile is done in the same look."""

    async def run(self, stop: asyncio.Event) -> None:
        """This round alone, until `stop` is set (see `run_rounds`)."""
        await run_rounds([self], stop)


def threaded(
    name: str, every: float, work: Callable[[], Looked], bell: Bell | None = None, at_once: bool = True
) -> Round:
    """A round whose look waits for a database or a file: each look runs in a thread, the event loop goes on."""

    async def look() -> Looked:
        return await asyncio.to_thread(work)

    return Round(name, every, look, bell, at_once)


@dataclass
class Status:
    """How a round goes, for health and metrics."""

    name: str
    every: float
    looks: int = 0
    failures: int = 0
    """In a row; 0 when the last look went well."""
    last_look: datetime | None = None
    last_success: datetime | None = None
    last_error: str = ""
    """Kind or code of the last error, kept after recovery; never its text, which may hold somebody's data."""
    seconds: float = 0.0
    """How long the last look took."""
    ended: bool = False
    due: float = field(default_factory=time.monotonic)
    """When it looks next, on the monotonic clock."""

    @property
    def lag(self) -> float:
        """Seconds by which a look is overdue, or for which the present one has been going on."""
        return 0.0 if self.ended else max(0.0, time.monotonic() - self.due)


_statuses: dict[str, Status] = {}


def statuses() -> list[Status]:
    """Every round this process runs or has run, by name."""
    return [_statuses[name] for name in sorted(_statuses)]


async def run_rounds(rounds: Iterable[Round], stop: asyncio.Event) -> None:
    """Run them side by side until `stop` is set; looks that are under way then are finished first.

    Cancelling cuts looks off. A look that fails is logged (once for a row of like failures, and once when it goes well
    again) and tried again after twice the pause each time, up to its `longest_pause`.
    """
    running = [_Running(each, stop) for each in rounds]

    async def end() -> None:
        await stop.wait()
        for each in running:
            each.woken.set()

    ending = asyncio.ensure_future(end())
    try:
        async with asyncio.TaskGroup() as group:
            for each in running:
                group.create_task(each.run(), name=f"round {each.round.name}")
    finally:
        ending.cancel()


class InThread:
    """Rounds in a thread of their own, for a process whose event loop serves people. Use as a context manager.

    Looks need not be quick there, but two rounds of one thread then wait for each other.
    """

    def __init__(self, *rounds: Round, name: str = "rounds", patience: float = 10.0) -> None:
        """`patience`: seconds `stop` waits for the look under way."""
        self._rounds, self._patience = rounds, patience
        self._stopping = Bell()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name=name, daemon=True)

    async def _run(self) -> None:
        stop = asyncio.Event()
        self._stopping.listen(stop)
        await run_rounds(self._rounds, stop)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.ring()
        if self._thread.ident is not None:
            self._thread.join(self._patience)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Running:
    """One round on its way."""

    def __init__(self, round: Round, stop: asyncio.Event) -> None:  # noqa: A002 - that is what it is
        self.round, self._stop = round, stop
        self.woken = asyncio.Event()
        self.status = _statuses[round.name] = Status(round.name, round.every)

    async def run(self) -> None:
        bell = self.round.bell
        if bell is not None:
            bell.listen(self.woken)
        try:
            if not self.round.at_once:
                await self._rest(self.round.every)
            while not self._stop.is_set():
                self.woken.clear()
                if bell is not None:
                    bell.silence()
                await self._rest(await self._look())
        finally:
            self.status.ended = True

    async def _look(self) -> float:
        """One look; returns the seconds to rest."""
        status, began = self.status, time.monotonic()
        status.last_look, status.looks = now(), status.looks + 1
        try:
            found = await self.round.work()
        except Exception as error:  # noqa: BLE001 - a process outlives a restart of its database
            return self._failed(error)
        finally:
            status.seconds = time.monotonic() - began
        status.last_success = now()
        if status.failures:
            log.info("a round goes well again", round=self.round.name, failures=status.failures)
            status.failures = 0
        if isinstance(found, After):
            return found.seconds
        return 0.0 if found else self.round.every

    def _failed(self, error: Exception) -> float:
        status = self.status
        kind = error.kind.code if isinstance(error, Problem) else type(error).__name__
        status.failures += 1
        if status.failures == 1 or kind != status.last_error:
            log.warning("a round failed and is tried again", round=self.round.name, error=kind, at=_place(error))
        status.last_error = kind
        longest = max(self.round.every, self.round.longest_pause)
        return min(longest, self.round.every * 2.0 ** min(status.failures - 1, 20))

    async def _rest(self, seconds: float) -> None:
        """Until news, the end, or `seconds` have passed."""
        self.status.due = time.monotonic() + seconds
        if self._stop.is_set() or seconds <= 0:
            await asyncio.sleep(0)  # a look that never waits must not keep others from theirs
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.woken.wait()
        if self.woken.is_set() and self.round.gather and not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.round.gather):
                    await self._stop.wait()


def _place(error: Exception) -> str:
    """Where it was raised, `file.py:line`. Its text stays out of the log: a database quotes people's data in it."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
