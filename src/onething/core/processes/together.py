"""What several callers write, in one transaction: what arrives while a commit is under way, or within a few milliseconds,
shares the next one. Nothing is lost by it: each caller waits for the commit, and what fails is tried again alone."""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

Entry = TypeVar("Entry")
Result = TypeVar("Result")
LEAST, EACH, MOST = 0.01, 0.004, 0.06
"""Seconds that a commit waits for more: so many, and so many more for each that is coming, at most so many."""
CROWD, CROWDED = 40.0, 0.15
"""From so many entries a second on, a commit waits so many seconds, whoever is coming: a commit has its price however little it
carries, so that one who commits each at once falls behind, and then everybody waits far longer."""


@dataclass(slots=True)
class _Waiting(Generic[Entry, Result]):
    entry: Entry
    saved: "asyncio.Future[Result]"


class Together(Generic[Entry, Result]):
    """One queue of one event loop. `save` writes a batch in one transaction, in a thread, one batch after the other."""

    def __init__(
        self,
        save: Callable[[Sequence[Entry]], list[Result]],
        coming: Callable[[], int] = lambda: 0,
        failed: Callable[[Entry], None] = lambda _entry: None,
    ) -> None:
        """`coming`: how many more are being worked on, so that a commit waits for nothing when there is nobody to wait for.
        `failed` is told of an entry that could not be saved alone either, after its transaction was rolled back."""
        self._save, self._coming, self._failed = save, coming, failed
        self._waiting: list[_Waiting[Entry, Result]] = []
        self._flusher: asyncio.Task[None] | None = None
        self._all_here = asyncio.Event()
        self._came, self._rate, self._counted_at = 0, 0.0, time.monotonic()

    async def add(self, entry: Entry) -> Result:
        """Returns when it is committed. Raises what kept it from being saved."""
        waiting = _Waiting(entry, cast("asyncio.Future[Result]", asyncio.get_running_loop().create_future()))
        self._waiting.append(waiting)
        self._came += 1
        if not self._coming():
            self._all_here.set()
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.ensure_future(self._flush())
        return await waiting.saved

    async def _flush(self) -> None:
        while self._waiting:
            await self._gather()
            batch, self._waiting = self._waiting, []
            try:
                outcomes = await asyncio.to_thread(self._commit, [each.entry for each in batch])
            except BaseException:  # the process is ending: nobody must wait for what will not come
                for each in batch:
                    each.saved.cancel()
                raise
            for each, outcome in zip(batch, outcomes, strict=True):
                if each.saved.done():
                    continue
                if isinstance(outcome, BaseException):
                    each.saved.set_exception(outcome)
                else:
                    each.saved.set_result(outcome)

    def _crowded(self) -> bool:
        """Whether entries come close together, by a mean over about a second."""
        moment = time.monotonic()
        passed, self._counted_at = max(moment - self._counted_at, 1e-3), moment
        share = math.exp(-passed)
        self._rate = self._rate * share + (1 - share) * self._came / passed
        self._came = 0
        return self._rate > CROWD

    async def _gather(self) -> None:
        if self._crowded():
            await asyncio.sleep(CROWDED)
            return
        self._all_here.clear()
        if coming := self._coming():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(MOST, LEAST + EACH * coming)):
                    await self._all_here.wait()

    def _commit(self, batch: Sequence[Entry]) -> list[Result | BaseException]:
        try:
            return list(self._save(batch))
        except Exception as error:  # noqa: BLE001 - one bad entry must not spoil the others
            if len(batch) == 1:
                self._failed(batch[0])
                return [error]
        return [outcome for entry in batch for outcome in self._commit([entry])]
