"""Nouns of casework: a submission becomes a case; a case has tasks, work items and certificates."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from random import random
from typing import Any, Literal

from onething.casework.states import OPEN_TASKS, CaseStatus, CertificateStatus, TaskStatus
from onething.core.i18n import Text
from onething.planning.models import Facts


class ItemKind(StrEnum):
    DECIDE = "decide"
    ROBOT = "robot"
    SUPPLEMENT = "supplement"


OUR_FAULT = "our_fault"
"""Code of a task that waits because of a fault of ours or of the city package: an operator's, nobody else's."""
JUDGED_ANEW = "judged_anew"
"""Code of a planned task that had been judged, or was waiting to be, when a fact it rests on changed."""
DecisionKind = Literal["approve", "refuse", "ask_supplement"]


@dataclass(frozen=True, slots=True)
class Submission:
    """A filing, complete and consented. `key` makes submitting twice the same as submitting once."""

    key: str
    city: str
    life_event: str
    subject_id: str
    facts: Facts
    origins: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Slot → where it came from: `{"kind": "upload" | "answer" | "registry" | "sign_in", "document": digest, …}`."""
    consents: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    """Operations that the applicant does not want to be asked: never asked, whatever the plan becomes."""
    not_allowed: tuple[str, ...] = ()
    """`slot#source index` of sources that the person asked about has not allowed."""
    """Registry operations the applicant agreed to have asked."""
    documents: tuple[dict[str, Any], ...] = ()
    """Uploaded files: `{"digest", "type", "filename", "slot"}`."""
    leave_out: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    """Slots that registries had no record of while the filing was prepared."""
    channel: str = "web"
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class CaseRef:
    id: str
    reference: str
    status: CaseStatus
    submitted_at: datetime
    already_there: bool = False
    """The submission had been received before; this is the case it opened then."""


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A line of a list."""

    id: str
    reference: str
    life_event: str
    name: Text
    applicant: str
    """Masked for everybody but the applicant."""
    status: CaseStatus
    submitted_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    about: str = ""
    """What tells it apart from others of the same person: the child's name. Only in her own list."""
    your_turn: bool = False
    """It waits for what its applicant was asked for. Only in her own list."""


@dataclass(frozen=True, slots=True)
class TaskView:
    id: str
    kind: Literal["fetch", "service"]
    name: Text
    agency: str
    agency_name: Text
    service: str | None
    slot: str | None
    status: TaskStatus
    code: str
    state: Text
    """Where it stands, in words; what was skipped says whether it is not needed or cannot be done."""
    explanation: Text | None
    """What it waits for or why it ended, in plain words."""
    after: tuple[str, ...]
    attempts: int
    started_at: datetime | None
    finished_at: datetime | None
    due_at: datetime | None
    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    seq: int
    at: datetime
    type: str
    words: Text
    actor: str
    task: str | None = None
    outcome: str = ""
    """How a case ended, or what an officer decided; empty for events of one kind only."""


Kind = Literal["good", "turn", "bad", "plain"]
"""How a line of a story reads: well, your turn, badly, or as a matter of course."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a story about a case or a certificate."""

    at: datetime
    text: Text
    kind: Kind = "good"
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Prediction:
    """When the case is expected to be finished, between `earliest` and `latest`; None while nobody can say."""

    earliest: datetime | None
    latest: datetime | None
    words: Text


@dataclass(frozen=True, slots=True)
class CertificateView:
    id: str
    number: str
    code: str
    evidence_type: str
    title: Text
    agency: str
    issued_at: datetime
    valid_until: datetime | None
    status: CertificateStatus
    case_id: str
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    """Its content; filled only where one certificate is opened."""


@dataclass(frozen=True, slots=True)
class AskView:
    """One thing the applicant is asked for in a supplement."""

    kind: str
    slot: str
    field: str | None
    document_type: str | None
    name: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class SupplementView:
    id: str
    version: int
    opened_at: datetime
    due_at: datetime
    message: Text
    asks: tuple[AskView, ...]
    agency: str


@dataclass(frozen=True, slots=True)
class AccessView:
    at: datetime
    actor: str
    what: str
    ground: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    slot: str
    name: Text
    data: dict[str, Any]
    origin: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class WayOut:
    """What can be done against a refusal, where, and until when."""

    name: Text
    to: Text
    until: date
    ground: str
    how: Text | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a service that was carried out has given: each field in words. Certificates stand by themselves."""

    service: str
    name: Text
    agency: Text
    told: tuple[tuple[Text, Text], ...]
    """(name of the field, its value)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A service that was refused: by whom and why, what hangs on it, and what its applicant can do."""

    service: str
    name: Text
    agency: Text
    phone: str
    reasons: tuple[Text, ...]
    mends: tuple[Text, ...]
    """What to change before applying again, where the rule or check says so."""
    decision: str | None
    """Id of the written decision, a certificate; None in a city that writes none."""
    held_up: tuple[Text, ...]
    """Services that cannot be done because of it."""
    ways_out: tuple[WayOut, ...]
    field: str | None = None
    """`slot.field` of the applicant's on which it turns, where the agency named it."""


@dataclass(frozen=True, slots=True)
class CaseView:
    """All that the page of a case shows."""

    summary: CaseSummary
    tasks: tuple[TaskView, ...]
    timeline: tuple[TimelineEntry, ...]
    last_seq: int
    prediction: Prediction
    certificates: tuple[CertificateView, ...]
    supplement: SupplementView | None
    looked: tuple[AccessView, ...]
    reasons: tuple[Text, ...]
    documents: tuple[dict[str, Any], ...]
    may_withdraw: bool
    refused: tuple[Refused, ...] = ()
    given: tuple[Given, ...] = ()
    """For the applicant: what came of each service that issued no certificate of it."""
    may_file_again: bool = False
    """It is over, something was not done, and filing it once more goes on from what was done."""
    follows: str | None = None
    """Reference of the earlier case whose refused part this one files again."""


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What an officer wants to see. `agency` is only heeded for those who may see all."""

    agency: str | None = None
    kind: ItemKind | None = None
    life_event: str | None = None
    service: str | None = None
    mine: bool = False
    late: bool = False
    decided: bool = False
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class InboxItem:
    id: str
    case_id: str
    reference: str
    applicant: str
    kind: ItemKind
    life_event: str
    service: str
    name: Text
    agency: str
    opened_at: datetime
    due_at: datetime
    late: bool
    assignee: str | None
    code: str
    decision: str | None
    version: int
    supplemented: bool = False
    """It is back with what the applicant was asked for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What needs judgement: the words, the ground in law, the facts it rests on."""

    code: str
    words: Text
    ground: str = ""
    facts: tuple[str, ...] = ()
    trace: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class WorkItemView:
    """The four things an officer needs: findings, evidence with origins, law, history."""

    item: InboxItem
    findings: tuple[Finding, ...]
    evidence: tuple[EvidenceView, ...]
    law: tuple[dict[str, str], ...]
    history: tuple[TimelineEntry, ...]
    case: CaseSummary
    documents: tuple[dict[str, Any], ...]
    subject_id: str = ""
    """Whose case it is, for the log of what is asked of agencies about her."""
    reason: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(slots=True)
class TaskResult:
    """What became of one attempt at a task; the recorder turns it into rows and events in one transaction."""

    task_id: str
    status: TaskStatus
    code: str = ""
    facts: Facts = field(default_factory=Facts)
    result: dict[str, Any] = field(default_factory=dict[str, Any])
    origin: dict[str, Any] = field(default_factory=dict[str, Any])
    started_at: datetime | None = None
    retry_at: datetime | None = None
    refer: ItemKind | None = None
    """Open a work item of this kind."""
    checked: dict[str, Any] | None = None
    """The run of checks that decided, to be kept (a row of `check_run`)."""
    from_statuses: tuple[TaskStatus, ...] = OPEN_TASKS


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient casework is with agencies in trouble."""

    backoff: tuple[float, ...] = (5.0, 15.0, 60.0, 120.0, 300.0)
    """Seconds until an agency that is down is asked again, by attempt."""
    nonsense_pause: float = 1.0
    nonsense_attempts: int = 3
    """After so many answers that are none, another source is used or an officer looks."""
    ask_after: int = 3
    """Attempts at a registry that is down before the applicant is asked instead."""
    incomplete_pause: float = 3600.0
    """Seconds until a certificate that would not say what it certifies is tried again."""
    fault_pause: float = 3600.0
    """Seconds until a task that a fault of ours holds up is tried again by itself; an operator may have it tried at once."""
    started_after: float = 1.0
    """Seconds after which a task that is still at work is shown as begun."""

    def wait(self, attempt: int, floor: float | None = None) -> float:
        """Seconds before the next attempt, with a fifth of jitter so that cases do not return in step."""
        base = self.backoff[min(max(attempt, 1), len(self.backoff)) - 1]
        return max(base, floor or 0.0) * (0.9 + 0.2 * random())
