"""How long to wait before asking again: exponential back-off with full jitter, never shorter than the agency wishes."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds. Full jitter (a uniform share of the exponential step) keeps many callers from returning together."""

    first: float = 0.15
    longest: float = 5.0
    uniform: Callable[[float, float], float] = random.uniform

    def wait(self, attempt: int, asked: float | None = None) -> float:
        """The pause after failed attempt number `attempt` (from 1); `asked` is the agency's Retry-After."""
        step = min(self.longest, self.first * 2 ** (attempt - 1))
        return self.uniform(0, step) + (asked or 0.0)
