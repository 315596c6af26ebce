"""Nouns of notices: a message to a person, and what a carrier says of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    DUE = "due"
    """Waits for its first or next attempt."""
    SENT = "sent"
    """The carrier has taken it over (portal: it is there to be read)."""
    FAILED = "failed"
    """Given up; `code` says why. `onething notices send --again failed` tries once more."""
    NOT_CONFIGURED = "not_configured"
    """This installation has no carrier."""
    UNWANTED = "unwanted"
    """The person has no phone on record or wants no SMS any more."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its reader sees it."""

    id: str
    at: datetime
    event_type: str
    channel: str
    case_id: str
    reference: str
    text: str
    state: State
    attempts: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of messages, newest first; `number` starts at 1."""

    messages: tuple[Message, ...]
    number: int
    more: bool
