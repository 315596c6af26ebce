"""Nouns of intake: a filing as its pages need it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from onething.catalog.models import LegalGround
from onething.catalog.trades.service import PhraseOffer
from onething.core.i18n import Lang, Text
from onething.intake.states import DocumentState, FilingStatus
from onething.planning.models import Effort, Facts, Plan, PlanEffort
from onething.review.models import Finding, Origin, Review


@dataclass(frozen=True, slots=True)
class FilingSummary:
    """A line of the citizen's list of filings."""

    id: str
    life_event: str
    name: Text
    status: FilingStatus
    version: int
    created_at: datetime
    updated_at: datetime
    case_id: str | None = None
    case_reference: str | None = None


@dataclass(frozen=True, slots=True)
class ReadFieldView:
    """One field on one document: what counts now, what was read there, and where on the page."""

    slot: str | None
    field: str
    """Our field id when the document belongs to a slot, else the paper's."""
    name: Text
    type: str
    value: Any
    shown: str
    certain: bool
    corrected: bool
    read: str
    confidence: float
    box: tuple[float, float, float, float] | None
    page: int
    corrections: tuple[dict[str, Any], ...]
    message: Text | None = None
    """What is wrong with it, to stand beside the field."""
    sure: bool = True
    """The reader itself was certain; `certain` is about the value that counts."""
    shown_en: str = ""
    mended: str = ""
    """Why the reader took another value than it saw; empty where it says what the picture says."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    id: str
    digest: str
    filename: str
    media_type: str
    state: DocumentState
    type: str | None
    type_name: Text | None
    slot: str | None
    slot_name: Text | None
    fields: tuple[ReadFieldView, ...]
    problems: tuple[dict[str, Any], ...]
    """`{code, what: Text, todo: Text, field, severity}`."""
    preview: str | None
    added_at: datetime
    unused: bool = False
    """Read, but this event has no place for such a paper."""
    page: int = 0
    """Of the uploaded file."""
    codes: tuple[dict[str, Any], ...] = ()
    """`documents.models.ReadCode` as JSON: what QR and bar codes on the page say."""
    seals: tuple[dict[str, Any], ...] = ()
    whose: tuple[tuple[str, Text], ...] = ()
    """When nobody can tell whose it is: the slots to choose from."""


@dataclass(frozen=True, slots=True)
class DocumentAsk:
    """A photograph that is wanted, or one that may be added."""

    slot: str
    document_type: str
    name: Text
    reason: Literal["only_you_know", "registry_down", "not_on_record", "declined", "not_allowed", "optional"]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question: `name` is the form field, `slot.field`."""

    name: str
    slot: str
    field: str
    page: str
    ask: Text
    help: Text | None
    type: str
    options: tuple[tuple[str, Text], ...]
    value: Any
    prefill: Any
    """Proposed answer, worked out from facts; counts only once she sends it."""
    required: bool
    answered: bool
    message: Text | None
    asked_again: bool = False
    """It was answered, and what the answer was made from has changed; `message` says so."""
    phrases: PhraseOffer | None = None
    """For a scope of business: the standard phrases to choose from, and her own words that are none."""

    @property
    def wanted(self) -> bool:
        """The filing waits for it: it must be answered, or looked at once more."""
        return self.required or self.asked_again

    @property
    def is_open(self) -> bool:
        return self.wanted and not self.answered


@dataclass(frozen=True, slots=True)
class Refusing:
    """What it does to this filing when she refuses one question, worked out from the plan before she chooses."""

    lost: tuple[Text, ...]
    """Services that fall away."""
    papers: tuple[Text, ...]
    """What she uploads instead."""
    answers: tuple[Text, ...]
    """What she answers instead."""
    officer: tuple[Text, ...]
    """Services that an officer decides then, instead of going by themselves."""
    stops: bool
    """Nothing is left that could be done: the filing cannot be submitted."""
    nothing: bool
    """It makes no difference."""


@dataclass(frozen=True, slots=True)
class OwnConsentView:
    """A question about somebody else that only she may allow; her answer comes from her own account."""

    operation: str
    slot: str
    agency_name: Text
    evidence: Text
    who: Text
    state: str
    """not_asked, asked, given or declined."""


@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """What a person is asked to allow about herself, for somebody else's filing. `inviter` is masked."""

    id: str
    inviter: str
    life_event: Text
    agency_name: Text
    evidence: Text
    fields: tuple[Text, ...]
    ground: LegalGround | None
    asked_at: datetime
    state: Literal["asked", "given", "declined"]
    open: bool
    """She can still change it: the filing is not submitted yet."""


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A registry that would be asked instead of her."""

    operation: str
    agency: str
    agency_name: Text
    evidence: Text
    fields: tuple[Text, ...]
    about: Text
    purpose: Text
    ground: LegalGround | None
    separate: bool
    text_version: str
    state: Literal["needed", "given", "declined"]
    given_at: datetime | None
    slots: tuple[str, ...]
    others: Text | None = None
    """Who else is asked about, by role; her tick is no consent of theirs."""
    others_count: int = 0
    others_law: LegalGround | None = None
    """The law on which they may be asked about; None where they allowed it themselves."""
    refusing: Refusing | None = None
    """What refusing does; None where it was not worked out."""


@dataclass(frozen=True, slots=True)
class RegistryView:
    """How asking one registry went."""

    slot: str
    name: Text
    operation: str
    agency_name: Text
    outcome: Literal["ok", "not_found", "refused", "unavailable", "nonsense", "waiting"]
    at: datetime | None
    words: Text


@dataclass(frozen=True, slots=True)
class FactView:
    slot: str
    slot_name: Text
    field: str
    name: Text
    value: Any
    shown: str
    origin: Origin
    said: Text
    """Where it came from, in words: read from your photo, asked of the police on …"""
    shown_en: str = ""
    masked: bool = False
    """Somebody else's, from an agency, and not what the applicant gave herself: it is used and not shown to her."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the task list."""

    id: Literal["documents", "agencies", "answers", "sign", "check"]
    name: Text
    done: int
    total: int
    state: Literal["todo", "started", "done", "empty"]
    """`empty`: nothing to do here as things stand; it is not done, and nothing waits for it."""


@dataclass(frozen=True, slots=True)
class FilingView:
    """Everything that the pages of one filing show."""

    summary: FilingSummary
    lang: Lang
    steps: tuple[Step, ...]
    documents: tuple[DocumentView, ...]
    wanted: tuple[DocumentAsk, ...]
    welcome: tuple[DocumentAsk, ...]
    reading: int
    """Documents not read yet."""
    facts: tuple[FactView, ...]
    questions: tuple[QuestionView, ...]
    consents: tuple[ConsentView, ...]
    registries: tuple[RegistryView, ...]
    asking: bool
    review: Review
    fix_now: tuple[Finding, ...]
    ask_agency: tuple[Finding, ...]
    officer: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    plan: Plan
    effort: PlanEffort
    old_way: Effort
    optional_services: tuple[tuple[str, Text, bool], ...]
    """(service, its name, left out?)."""
    may_submit: bool
    own_consents: tuple[OwnConsentView, ...] = ()
    """What only somebody else may allow."""
    earlier: str = ""
    """Her earlier case of the same thing, of which something was not done."""


@dataclass(frozen=True, slots=True)
class FieldMessage:
    code: str
    what: Text
    todo: Text


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save. Everything sent is kept, also what is wrong; `messages` stand beside the fields."""

    version: int
    messages: dict[str, FieldMessage] = field(default_factory=dict[str, FieldMessage])
    overwritten: dict[str, Any] = field(default_factory=dict[str, Any])
    """Fields that another tab had changed since `base_version`, with the value it had given them."""
    elsewhere: dict[str, Any] = field(default_factory=dict[str, Any])
    """Fields not sent now that another tab changed since `base_version`, with their values."""
    refused: tuple[str, ...] = ()
    """Names that are no field the applicant may fill."""


@dataclass(frozen=True, slots=True)
class PrefillResult:
    """`asked` registries; `outcomes` by slot; `busy` when another tab is asking at this moment."""

    asked: int
    outcomes: dict[str, str]
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Submitted:
    filing_id: str
    case_id: str
    reference: str
    already_there: bool


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Answer to a filing in one call: a case, or what must be put right first."""

    filing_id: str
    review: Review
    submitted: Submitted | None
    messages: dict[str, FieldMessage]
    refused: tuple[str, ...]
    facts: Facts
