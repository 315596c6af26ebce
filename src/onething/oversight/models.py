"""Nouns of this room."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Act:
    """Something that an official or an operator did."""

    seq: int
    at: datetime
    who: str
    """`officer:police:u_8f3…`, `admin:-:u_1`, or `os:alice` for a command."""
    via: str
    what: str
    on: tuple[str, ...]
    options: tuple[str, ...]
    whence: str
    outcome: str
    code: int
