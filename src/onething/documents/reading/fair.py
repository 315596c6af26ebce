"""Seats that are shared fairly: whoever brings twenty files waits behind whoever brings one.

Each person has a line of her own, and the lines take turns. Where there are several seats, nobody takes the last free one while
holding all the others: a file that is slow to read holds up its owner, and the next person is read at once.
"""

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")
_Work = tuple["Future[Any]", Callable[[], Any]]


class FairSeats:
    """`seats` threads that do what is submitted, by turns of the owners."""

    def __init__(self, seats: int, name: str) -> None:
        self._lines: OrderedDict[str, deque[_Work]] = OrderedDict()
        self._held: Counter[str] = Counter()
        self._most = max(1, seats - 1)
        self._change = threading.Condition()
        self._closed = False
        self._threads = [threading.Thread(target=self._serve, name=f"{name}-{n}", daemon=True) for n in range(seats)]
        for thread in self._threads:
            thread.start()

    def submit(self, owner: str, work: Callable[[], Result]) -> "Future[Result]":
        """Queue `work` behind what the same owner has queued. RuntimeError after `close`."""
        future: Future[Result] = Future()
        with self._change:
            if self._closed:
                raise RuntimeError("closed")
            self._lines.setdefault(owner, deque()).append((future, work))
            self._change.notify()
        return future

    def close(self) -> None:
        """Finish what is being done, cancel what waits."""
        with self._change:
            self._closed = True
            waiting = [future for line in self._lines.values() for future, _ in line]
            self._lines.clear()
            self._change.notify_all()
        for future in waiting:
            future.cancel()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while (taken := self._next()) is not None:
            owner, (future, work) = taken
            try:
                if future.set_running_or_notify_cancel():
                    _do(future, work)
            finally:
                with self._change:
                    self._held[owner] -= 1
                    if self._held[owner] <= 0:
                        del self._held[owner]
                    self._change.notify_all()

    def _next(self) -> tuple[str, _Work] | None:
        with self._change:
            while True:
                owner = next((each for each in self._lines if self._held[each] < self._most), None)
                if owner is not None:
                    break
                if self._closed:
                    return None
                self._change.wait()
            line = self._lines.pop(owner)
            work = line.popleft()
            if line:
                self._lines[owner] = line  # to the end: the others come first
            self._held[owner] += 1
            return owner, work


def _do(future: "Future[Any]", work: Callable[[], Any]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 - whoever waits for the result is told, whatever it was
        future.set_exception(error)
