"""Nouns of the exchange: a call to an agency and its answer, both in the common vocabulary."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the library of databases is not loaded for a noun
    from onething.core.faults import Report


class Outcome(StrEnum):
    OK = "ok"
    NOT_FOUND = "not_found"
    """The agency works and has no such record."""
    REFUSED = "refused"
    """The agency understood and said no; `reason` says why. Asking again does not help."""
    UNAVAILABLE = "unavailable"
    """Down, too slow, or the breaker is open: worth asking later (`retry_after` seconds)."""
    NONSENSE = "nonsense"
    """An answer that is not one: wrong shape, wrong type, a different person. Never used as data."""
    FAULT = "fault"
    """Ours or the city package's: a value that cannot be sent, an adapter that broke, a code that is in no map, a right that is
    not configured. Nobody refused anything; an operator sees it, and asking again helps once it is mended."""


DONE_BEFORE = "done_before"
"""Code of a good answer that tells of an effect of an earlier order, not of this one."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked. `operation` is `agency.operation`; `params` are our names."""

    operation: str
    params: dict[str, Any]
    purpose: str
    """Service or step it is for; goes into the access log."""
    ground: str
    """Consent reference or article of law that allows it."""
    law: str = field(default="", kw_only=True)
    """On what people other than `subject_id` may be asked about: the article of law, or the reference of their own consent."""
    matter: str = field(default="", kw_only=True)
    """The filing or case that it belongs to, where there is no `case_id` yet."""
    key: str
    """Idempotency key: the same key never has two effects."""
    case_id: str | None = None
    subject_id: str | None = None
    actor: str = "system"
    deadline: float | None = None
    """Seconds for all attempts together; the settings decide when None."""


OF_ANOTHER = "other:"
"""Begins what was looked at (`agency.operation`) in the log of who asked, where the data was of somebody else alone."""
NO_LAW = "another"
"""The ground on which somebody was asked about in another's filing where the city package names no law for it."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the message log is to know of one conversation; opaque to those who carry it from `Exchange.converse` to
    `save_notes`."""

    message: dict[str, Any]
    access: dict[str, Any] | None = None
    """The look at a person's data that it was."""
    proof: dict[str, Any] | None = None
    """Of a signed answer."""
    about: frozenset[str] = frozenset()
    """Citizen ids in the question and its answer; never written down, people are found by them."""
    law: str = ""
    """On what others than the one in whose matter it was asked are asked about."""
    matter: str = ""
    faults: "tuple[Report, ...]" = ()
    """What an operator has to mend on our side."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `data` is in our names and types (dates ISO, money as text), checked against the evidence type."""

    outcome: Outcome
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    reason: str = ""
    """Their words for a refusal, or what was wrong with a nonsense answer (no personal data)."""
    code: str = ""
    attempts: int = 1
    elapsed_ms: float = 0.0
    at: datetime | None = None
    message_id: str = ""
    retry_after: float | None = None
    unknown: tuple[str, ...] = ()
    """Fields that the agency gave in a way that no map of the city package knows: not among `data`, and reported."""
    note: Note | None = field(default=None, repr=False, compare=False)
    """Not in the message log yet: whoever uses the answer saves it together with what comes of it (`save_notes`)."""

    @property
    def ok(self) -> bool:
        return self.outcome is Outcome.OK
