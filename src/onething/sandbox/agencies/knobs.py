"""Knobs that make a service misbehave the way real ones do: slow, down, wrong, late, twice, or silent."""

import asyncio
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Rate = float


class Knobs(BaseModel):
    """Set by `POST /_control`; what is left out keeps its value. Rates are shares of requests, 0–1."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    latency_ms: float = Field(default=0, ge=0, le=600_000)
    jitter_ms: float = Field(default=0, ge=0, le=600_000)
    """Added at random, 0 … jitter."""
    error_rate: float = Field(default=0, ge=0, le=1)
    """Answers HTTP 500 or 503 before doing anything."""
    outage: bool = False
    """Answers HTTP 503 to everything."""
    nonsense_rate: float = Field(default=0, ge=0, le=1)
    """Does its work, then answers something that is not an answer."""
    duplicate_rate: float = Field(default=0, ge=0, le=1)
    """Takes the request twice, as a message bus that delivers at least once, and answers `late_ms` late."""
    late_ms: float = Field(default=0, ge=0, le=600_000)
    lost_rate: float = Field(default=0, ge=0, le=1)
    """Does its work, then the line breaks in the middle of the answer."""
    hang_rate: float = Field(default=0, ge=0, le=1)
    """Never answers and does nothing."""
    seed: int = 1


class Switchboard:
    """The knobs of one process and the dice they throw."""

    def __init__(self) -> None:
        self.knobs = Knobs()
        self.quiet = True
        """True while every knob rests, so that the usual request pays nothing."""
        self._dice = Random(1)

    def turn(self, changes: dict[str, Any]) -> Knobs:
        """Apply changes; raises pydantic's ValidationError for unknown or impossible ones, changing nothing."""
        self.knobs = Knobs.model_validate({**self.knobs.model_dump(), **changes})
        self._dice = Random(self.knobs.seed)
        self.quiet = self.knobs == Knobs(seed=self.knobs.seed)
        return self.knobs

    def hit(self, rate: Rate) -> bool:
        return rate > 0 and self._dice.random() < rate

    def pick(self, count: int) -> int:
        return self._dice.randrange(count)

    async def wait(self) -> None:
        """Latency and jitter."""
        delay = self.knobs.latency_ms + self._dice.random() * self.knobs.jitter_ms
        if delay:
            await asyncio.sleep(delay / 1000)
