"""Nouns of notices: a message to a person, and what a carrier says of it."""

from dataclasses import dataclass
from datetime import datetime

from onething.notices.states import State


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
