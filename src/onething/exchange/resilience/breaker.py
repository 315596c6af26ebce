"""A circuit breaker for one agency: after repeated failures calls are refused for a while, then a single trial call decides.

Closed: calls pass; `threshold` failures in a row open it. Open: calls are refused at once until `cool_down` seconds are
over. Half open: one probe passes; its success closes the breaker, its failure opens it again for twice as long, up to
`longest`. A probe that never reports frees its place after `probe_timeout` seconds. Used by threads and loops alike.
"""

import threading
import time
from collections.abc import Callable
from enum import StrEnum


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """See the module. `clock` gives monotonic seconds."""

    def __init__(
        self,
        *,
        threshold: int = 6,
        cool_down: float = 5.0,
        longest: float = 60.0,
        probe_timeout: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threshold, self._first, self._longest = threshold, cool_down, longest
        self._probe_timeout, self._clock = probe_timeout, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._cool_down = cool_down
        self._opened_at: float | None = None
        self._probing_since: float | None = None

    @property
    def state(self) -> State:
        if self._opened_at is None:
            return State.CLOSED
        return State.OPEN if self.wait() > 0 else State.HALF_OPEN

    def wait(self) -> float:
        """Seconds until a call has a chance; 0 when one may be tried now."""
        if self._opened_at is None:
            return 0.0
        return max(0.0, self._opened_at + self._cool_down - self._clock())

    def admit(self) -> bool:
        """May a call go out now? In half open only one at a time may."""
        if self._opened_at is None:
            return True
        with self._lock:
            now = self._clock()
            if self.wait() > 0:
                return False
            if self._probing_since is not None and now < self._probing_since + self._probe_timeout:
                return False
            self._probing_since = now
            return True

    def succeeded(self) -> None:
        """The agency answered, whatever it said."""
        if self._failures == 0 and self._opened_at is None:
            return
        with self._lock:
            self._failures, self._opened_at, self._probing_since = 0, None, None
            self._cool_down = self._first

    def failed(self) -> None:
        """The agency did not answer. Late failures of calls sent before it opened do not prolong the pause."""
        with self._lock:
            self._failures += 1
            if self._opened_at is None:
                if self._failures >= self._threshold:
                    self._opened_at = self._clock()
            elif self._probing_since is not None:
                self._probing_since = None
                self._opened_at = self._clock()
                self._cool_down = min(self._cool_down * 2, self._longest)

    def abandoned(self) -> None:
        """A call was cancelled before it learned anything; the probe's place is free again."""
        with self._lock:
            self._probing_since = None
