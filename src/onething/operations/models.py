"""Nouns of operations: what a backup consists of, and what was done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

FORMAT = "onething-backup/1"
MANIFEST, SIGNATURE = "MANIFEST.json", "MANIFEST.sig"
Told = Callable[[str, int, int], None]
"""Progress: what is being done, bytes done, bytes in all (0 while unknown)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself; signed by the operator's root key."""

    version: str
    revision: str
    """Of the database."""
    made_at: datetime
    """The instant whose state it holds."""
    city: str
    database: str
    """`sqlite` or `postgresql`."""
    lookup: str
    """A keyed hash of nothing: tells whether the lookup key is the same."""
    logs: tuple[dict[str, Any], ...]
    """Transparency logs: origin, size, root of the published checkpoint, as they were at the instant."""
    sealed: dict[str, str]
    """Folder → under what its keys are sealed."""
    left_out: tuple[str, ...]
    parts: tuple[Part, ...] = field(default=(), repr=False)

    @property
    def size(self) -> int:
        return sum(part.bytes for part in self.parts)


@dataclass(frozen=True, slots=True)
class Done:
    """A backup that was made or restored."""

    place: Path
    manifest: Manifest
    seconds: float
    warnings: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
