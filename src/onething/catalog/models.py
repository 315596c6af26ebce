"""Nouns of the catalog, after CPSV-AP 3.1 (services, life events, outputs) and CCCEV 2 (requirements, evidence).

A city package is YAML; these models are its schema. Every piece that law demands carries its legal ground.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import Discriminator, Field, Tag, model_validator

from onething.catalog.model.agencies import Agency, LegalGround, Model, Operation, Slug
from onething.catalog.model.agencies import CodeMap as CodeMap
from onething.catalog.model.agencies import Example as Example
from onething.catalog.model.agencies import Gateway as Gateway
from onething.catalog.model.agencies import OperationRef as OperationRef
from onething.catalog.model.checks import Check
from onething.catalog.model.checks import ComponentNames as ComponentNames
from onething.catalog.model.kinds import (
    AgencyName,
    CodeName,
    Condition,
    DocumentName,
    EventFile,
    EventName,
    EvidenceName,
    Expression,
    FactName,
    FieldName,
    Free,
    Message,
    Number,
    NumberPattern,
    OperationName,
    PackageFile,
    PageName,
    PaperField,
    PaperName,
    ParameterName,
    PermitName,
    RoleName,
    RulesName,
    ServiceName,
    SlotName,
    Theirs,
    ValueName,
)
from onething.catalog.model.number_pattern import DEFAULT as NUMBER
from onething.catalog.model.partners import AccessRight, Partner
from onething.catalog.model.partners import Ask as Ask
from onething.catalog.model.partners import Purpose as Purpose
from onething.catalog.model.remedies import Remedy as Remedy
from onething.catalog.model.sandbox import Expected as Expected
from onething.catalog.model.sandbox import Mock as Mock
from onething.catalog.model.sandbox import MockAgency as MockAgency
from onething.catalog.model.sandbox import MockRefusal as MockRefusal
from onething.catalog.model.sandbox import Sandbox as Sandbox
from onething.catalog.model.sandbox import SandboxFiling as SandboxFiling
from onething.catalog.model.sandbox import SandboxOfficial as SandboxOfficial
from onething.catalog.model.sandbox import SandboxPerson as SandboxPerson
from onething.catalog.model.trades import TradeBook
from onething.core.clock import WorkingCalendar
from onething.core.i18n import Text, texts_of
from onething.core.persons.numbers import PersonDocument
from onething.rules.models import Parameter, RuleSetSpec, Table
from onething.rules.service import RuleSet, compile_expression

say = texts_of(__name__)

FieldType = Literal[
    "text",
    "name",
    "date",
    "datetime",
    "citizen_id",
    "person_id",
    "uscc",
    "phone",
    "money",
    "number",
    "code",
    "address",
    "bool",
    "bank_account",
    "bank_card",
    "rows",
]


PERSON_NUMBERS = frozenset({"citizen_id", "person_id"})
"""Types of fields that hold the number of a person: her citizen id alone, or that of any paper by which people are known."""


class FieldSpec(Model):
    """One field of an evidence type. `codes` lists the values of a `code` field with their words."""

    id: Slug
    name: Text
    type: FieldType = "text"
    codes: dict[Theirs, Text] = Field(default_factory=dict[str, Text])
    required: bool = True
    help: Text | None = None
    example: Free = ""
    fields: tuple["FieldSpec", ...] = ()
    """What one row of a `rows` field holds: a repeating group such as the founders of a company."""
    most: int = Field(default=50, ge=1, le=200)
    """Rows there may be."""
    longest: int = Field(default=500, ge=1, le=50_000)
    """Characters a text may have."""
    accepts: tuple[PersonDocument, ...] = ()
    """Of a `person_id`: the papers whose numbers are taken here, in the order in which they are offered; none named: all of them."""
    low: float | None = None
    high: float | None = None
    """Between which a number can be right: a newborn of 36 grams is a slip of the keyboard."""

    to_the_door: bool = False
    """Of an `address`: somebody is to be found there, so a city or district alone is not enough."""

    @property
    def names_person(self) -> bool:
        """Whether its value is the number by which a person is known."""
        return self.type in PERSON_NUMBERS

    @property
    def papers(self) -> tuple[PersonDocument, ...]:
        """The papers whose numbers this field takes; none for a field of another type."""
        if self.type == "citizen_id":
            return (PersonDocument.CITIZEN_ID, PersonDocument.RESIDENCE_PERMIT)
        return (self.accepts or tuple(PersonDocument)) if self.type == "person_id" else ()

    def column(self, field_id: str) -> "FieldSpec | None":
        return next((spec for spec in self.fields if spec.id == field_id), None)


class CertificateForm(Model):
    """How an evidence type looks when this system issues it: a typst template and the words on its seal."""

    template: PackageFile
    """File inside the city package."""
    title: Text
    valid_years: int | None = Field(default=None, ge=1)
    with_: dict[Free, Expression] = Field(default_factory=dict[str, str], alias="with")
    """What the template shows beside the evidence's own fields: its name for it → expression over the case's facts."""
    number: NumberPattern = NUMBER
    """How its number is made: words and places in braces. `{name}` is a value of the certificate (the agency's own number), `{division}`
    the city's code, `{year}` and `{date}` (eight digits) those of issue, `{serial:7}` a running number of so many digits at least,
    `{check:mod37}` and `{check:mod11}` a check character over what stands before it (GB/T 17710)."""
    holder: ValueName | None = None
    """The value that says for whom, or for which company, it is; it names files and is told to whoever checks one."""
    may_be_empty: tuple[ValueName, ...] = ()
    """Values that may be missing on a certificate; so may fields, and values taken from fields, that are not required. Any other that
    is empty stops the certificate."""
    not_printed: tuple[ValueName, ...] = ()
    """Values that are signed with it and stand on no paper: for other uses."""


class EvidenceType(Model):
    """A kind of document or record (CCCEV EvidenceType), whoever holds it and however it arrives."""

    id: Slug
    name: Text
    fields: tuple[FieldSpec, ...]
    held_by: tuple[OperationName, ...] = ()
    """Registry operations that can answer it, as `agency.operation`."""
    document_type: DocumentName | None = None
    """What `documents` calls a photograph of it; None when it cannot be uploaded."""
    from_document: dict[DocumentName, dict[FieldName, PaperField]] = Field(default_factory=dict[str, dict[str, str]])
    """Document type → our field → the field of the paper, for papers that give some of this evidence under other names
    (the back of a card: `id_card_back: {valid_until: valid_until}`). Unlisted types are read by the same names."""
    certificate: CertificateForm | None = None
    catalogue_code: Number = ""
    """Code in the national e-licence catalogue (GB/T 36901 family), where it has one."""

    def field(self, field_id: str) -> FieldSpec | None:
        return next((spec for spec in self.fields if spec.id == field_id), None)


class FromRegistry(Model):
    """Ask `agency.operation`; `with` maps its parameters to facts (`id_number: mother_id.id_number`)."""

    registry: OperationName
    with_: dict[ParameterName, Expression] = Field(alias="with")
    hours: float = Field(default=0.001, ge=0)
    ground: LegalGround | None = None
    about_others: Literal["law", "own_consent"] = "law"
    """On what somebody other than the applicant may be asked about here: the law that `ground` names (she is told of it), or
    nothing but her own consent. Without any ground it is her own consent."""
    when: Condition | None = None
    """Condition (rule language) under which this source applies."""


class FromUpload(Model):
    """The applicant photographs it."""

    upload: DocumentName
    """Document type to read it as."""
    when: Condition | None = None


class FromQuestions(Model):
    """The applicant answers; every field listed is one question."""

    ask: tuple[FieldName, ...]
    when: Condition | None = None


class FromSignIn(Model):
    """Known from the sign-in (OIDC claims)."""

    sign_in: Literal[True]
    when: Condition | None = None


class FromFacts(Model):
    """Worked out from other facts; field → expression of the rule language.

    Expressions name parameters by their key, and what the table yields as `table`: its one output, or `table.output` of several.
    """

    derive: dict[FieldName, Expression]
    parameters: dict[Free, Parameter] = Field(default_factory=dict[str, Parameter])
    """Numbers and texts that law sets and changes, each version with the days on which it is in force."""
    table: Table | None = None
    """A decision table over the facts and the parameters."""
    when: Condition | None = None

    @cached_property
    def ruleset(self) -> RuleSet | None:
        """The table, ready to be decided by. Raises `RuleError` (which the check tells) for one that cannot be read."""
        if self.table is None:
            return None
        spec = RuleSetSpec(id="derive", kind="table", table=self.table, parameters=self.parameters)
        return RuleSet(spec)

    @cached_property
    def reads(self) -> frozenset[str]:
        """Dotted names of the facts that it is worked out from. Raises ValueError for an expression that is none, `RuleError`."""
        names = {name for text in self.derive.values() for name in compile_expression(text.strip()).names}
        names |= self.ruleset.names if self.ruleset is not None else set()
        return frozenset(name for name in names if name.partition(".")[0] not in {*self.parameters, "table"})


class FromSignatures(Model):
    """Signed by everybody in a repeating group (rows with name, id_number and phone), each on their own device.

    The slot's `people` rows say who has signed; a signature counts while the facts of `covers` are as they were signed.
    """

    signed_by: FactName
    """`slot.field` of the rows."""
    covers: tuple[SlotName, ...]
    """Slots that are shown and signed."""
    agree: Text
    """What a signatory says by signing."""
    ground: LegalGround | None = None
    when: Condition | None = None


SOURCE_KINDS = {
    "registry": FromRegistry,
    "upload": FromUpload,
    "ask": FromQuestions,
    "sign_in": FromSignIn,
    "derive": FromFacts,
    "signed_by": FromSignatures,
}


def _source_kind(value: Any) -> str | None:
    """The word by which a source says what it is, so that a mistake in one is not reported against all five."""
    if isinstance(value, Mapping):
        keys = cast("Mapping[str, Any]", value)
        return next((kind for kind in SOURCE_KINDS if kind in keys), None)
    return next((kind for kind, model in SOURCE_KINDS.items() if isinstance(value, model)), None)


Source = Annotated[
    Annotated[FromRegistry, Tag("registry")]
    | Annotated[FromUpload, Tag("upload")]
    | Annotated[FromQuestions, Tag("ask")]
    | Annotated[FromSignIn, Tag("sign_in")]
    | Annotated[FromFacts, Tag("derive")]
    | Annotated[FromSignatures, Tag("signed_by")],
    Discriminator(_source_kind),
]


class Slot(Model):
    """A place for one piece of evidence in a life event: of which type, about whom, and where it may come from.

    `sources` stand in order of preference; the first that applies and works is used, the next when it fails.
    A slot with no source is filled by the service whose `outputs` names it.
    """

    id: Slug
    type: EvidenceName
    of: RoleName
    """Whom it is about: applicant, mother, father, child, company …"""
    name: Text | None = None
    sources: tuple[Source, ...] = ()
    when: Condition | None = None
    """Only needed when this condition holds; unknown counts as needed."""
    may_be_absent: bool = False
    """"No such record" is an answer here: nobody is asked for it again, and a service that requires it is not part of
    the case (no low-income file → no low-income update)."""
    cross_check: tuple[SlotName, ...] = ()
    """Slots whose same-named fields must agree with this one."""


class Referral(Model):
    """A circumstance that needs an officer's judgement: `when` holds, or cannot be told from what is known."""

    when: Condition
    why: Text
    """What she has to judge, in one sentence; shown to her, never to the applicant."""
    ground: LegalGround | None = None


class Handling(Model):
    """How a service is carried out and when a human must look."""

    mode: Literal["automatic", "officer", "robot"] = "automatic"
    operation: OperationName | None = None
    """`agency.operation` called to carry it out, with parameters from facts. Without one nobody is asked: what registers have answered
    and the rules allow is the result."""
    with_: dict[ParameterName, Expression] = Field(default_factory=dict[str, str], alias="with")
    checks: bool = False
    """First run the life event's checks: one that refuses refuses the service, one that refers brings an officer."""
    officer_when: Condition | tuple[Referral, ...] | None = None
    """In automatic mode: refer to an officer when one of these holds or cannot be told. A bare condition says no why."""
    robot: AgencyName | None = None

    @property
    def referrals(self) -> tuple[Referral, ...]:
        """`officer_when`, however it was written."""
        if isinstance(self.officer_when, str):
            return (Referral(when=self.officer_when, why=say("special")),)
        return self.officer_when or ()

    @property
    def refer_when(self) -> str | None:
        """All referrals as one condition; None when there is none."""
        return " or ".join(f"({each.when})" for each in self.referrals) or None


class OldWay(Model):
    """What this service asked of people before: the base of every comparison."""

    documents: tuple[PaperName, ...]
    fields: tuple[Free, ...]
    visits: int = Field(ge=0)
    hours: float = Field(ge=0)
    """Elapsed clock hours from filing to outcome, including queues."""


class Service(Model):
    """A public service of one agency (CPSV-AP PublicService)."""

    id: Slug
    name: Text
    agency: AgencyName
    description: Text
    requires: tuple[SlotName, ...]
    """Slots that must be filled before it can start."""
    outputs: tuple[SlotName, ...] = ()
    """Slots it fills."""
    when: Condition | None = None
    """Only part of the case when this holds (e.g. low-income household)."""
    optional: bool = False
    """The applicant may leave it out."""
    for_permit: PermitName | None = None
    """A permit or filing of the city's industry-access graph that this service brings about: it is part of the case exactly where
    the graph says that a phrase of the scope needs it (`permit_reminders` says where the scope stands). `when` may narrow it."""
    rules: RulesName | None = None
    """Decision rules, as `file#ruleset`."""
    handling: Handling = Handling()
    working_days: int = Field(ge=0)
    """Legal time limit (法定时限)."""
    promised_hours: float = Field(ge=0)
    """What the city promises (承诺时限)."""
    predicted_hours: float = Field(ge=0)
    """What is expected when it runs by itself; refined from the event log."""
    officer_hours: float = Field(default=4.0, ge=0)
    """What is expected when an officer looks."""
    grounds: tuple[LegalGround, ...]
    old_way: OldWay
    fee: Text | None = None
    visits: int = Field(default=0, ge=0)
    """Times somebody must still come in person, also on the new way."""
    needs_before: tuple[ServiceName, ...] = ()
    """Services that must come first although no evidence passes between them (kept rare; data decides the order)."""
    refusal_undoes: tuple[ServiceName, ...] = ()
    """Services already carried out that are taken back when this one is refused, because they make no sense without it."""


class PaperDocument(Model):
    """A document that people used to bring, and the slot that replaces it."""

    id: Slug
    name: Text
    replaced_by: SlotName | None = None


class Option(Model):
    value: CodeName
    name: Text
    when: Condition | None = None


class Question(Model):
    """How one asked field is put to a person: `field` is `slot.field`."""

    field: FactName
    ask: Text
    help: Text | None = None
    options: tuple[Option, ...] = ()
    options_from: Expression | None = None
    """An expression giving a list of {value, label}, for choices that depend on facts."""
    options_of: Literal["trades", "trade_words"] | None = None
    """Choices from the city's trades; words of the trade that was chosen in the same slot's `trade`."""
    default: Expression | None = None
    """Expression; shown as the prefilled answer."""
    default_of: Literal["phrases"] | None = None
    """Proposed from the city's trades: the standard phrases of the trade that was chosen."""
    draft: EventFile | None = None
    """A text file of the life event's folder with `{expression}` places: the proposed answer, once all of them are known."""
    when: Condition | None = None
    page: PageName = "answers"


class Reserve(Model):
    """A value that only one case of the city may have: taken when a case opens, given back when it ends without success."""

    fact: FactName
    name: Text
    taken: Text
    mend: Text
    compare_days: int = Field(default=0, ge=0)
    """For how many days checks of other cases may compare theirs with it, until the register's own copy shows it. Only a
    value that is public anyway, such as a company's name: it is then kept readable. 0: a keyed hash is all that is kept."""


class RiskFacts(Model):
    """Where a filing says what the relation graph of the risk room needs; expressions over the facts."""

    company: Expression
    """What the company is known by once it is registered, e.g. `licence.uscc`."""
    people: Expression
    """List of {number, role, share, corporate}; roles: representative, holder, director, supervisor, finance."""
    address: Expression | None = None
    phones: Expression | None = None
    """A list."""
    agent: Expression | None = None
    trade: Expression | None = None
    """GB/T 4754 class."""
    capital: Expression | None = None


class Due(Model):
    """A day counted from the one on which a case was finished: so many days after, or a day of a month that comes after it."""

    days: int | None = Field(default=None, ge=0)
    months: int = Field(default=0, ge=0)
    """So many calendar months later …"""
    years: int = Field(default=0, ge=0)
    """… or so many calendar years later, then in `month` …"""
    month: int | None = Field(default=None, ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    """… on this day of the month."""
    working: bool = False
    """On a rest day it moves to the next working day."""

    @model_validator(mode="after")
    def _told(self) -> "Due":
        if (self.days is None) == (self.day is None):
            raise ValueError("a due day is either `days` after, or a `day` of a month")
        return self


class Reminder(Model):
    """Something that comes due after a case was finished, of which the applicant is reminded in time."""

    id: Slug
    name: Text
    todo: Text
    authority: Text
    ground: LegalGround
    due: Due
    before_days: int = Field(default=7, ge=0)
    """How many days before it is due the message goes out."""
    when: Condition | None = None


class PermitReminders(Model):
    """The permits that the industry-access graph says are still needed become reminders too, in their order."""

    scope: Expression
    trade: Expression
    first_days: int = Field(default=14, ge=0)
    """When the first is worth beginning; each further one follows once those before it can be there."""


class LifeEvent(Model):
    """A bundle of services that people experience as one thing (CPSV-AP LifeEvent / BusinessEvent)."""

    id: Slug
    name: Text
    summary: Text
    who: Text
    keywords: tuple[Free, ...] = ()
    """What people say when they look for it, in both languages: 上户口, 生孩子, baby. The search finds it by these."""
    roles: dict[str, Text]
    slots: tuple[Slot, ...]
    questions: tuple[Question, ...] = ()
    pages: dict[Slug, Text] = Field(default_factory=dict[str, Text])
    """Pages of a guided form, in their order: questions that name one of them stand on it together."""
    services: tuple[Service, ...]
    paper: tuple[PaperDocument, ...]
    review: RulesName | None = None
    """Review rules, as `file#ruleset`."""
    checks: tuple[Check, ...] = ()
    """From `checks.yaml` beside the life event."""
    check_seconds: float = Field(default=1.5, gt=0)
    """Time budget of all checks together, while a person waits for the answer."""
    check_patience_seconds: float = Field(default=30.0, ge=0)
    """How much longer a case waits for checks that a busy machine has not finished, before an officer is asked."""
    risk: RiskFacts | None = None
    """Looked at after all checks have passed; may bring an officer, never refuses."""
    told_apart_by: FactName = ""
    """The fact that tells one person's filings of this event apart in her lists: the child's name, the company's."""
    one_per: tuple[FactName, ...] = ()
    """Facts that make two filings the same case (duplicates are refused), e.g. `birth_certificate.certificate_number`."""
    reserves: tuple[Reserve, ...] = ()
    lead_agency: AgencyName
    notices: dict[EventName, Message] = Field(default_factory=dict[str, Text])
    """SMS texts by event type, overriding the common ones."""
    reminders: tuple[Reminder, ...] = ()
    """What comes due once the case is finished."""
    permit_reminders: PermitReminders | None = None
    valid_from: date | None = None

    def slot(self, slot_id: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.id == slot_id), None)

    def service(self, service_id: str) -> Service | None:
        return next((service for service in self.services if service.id == service_id), None)


class Contact(Model):
    """Where people turn who want to ask somebody: the city's line, when it answers, and where its counters are."""

    hotline: Number
    hours: Text
    counters: Text


class City(Model):
    """A city package, whole and checked."""

    id: Slug
    name: Text
    division: Number
    contact: Contact | None = None
    """Shown on every page of a filing and a case; without it people are sent to the agencies' own phones."""
    holidays: frozenset[date] = frozenset()
    """Working days on which nobody works, as published for each year."""
    workdays: frozenset[date] = frozenset()
    """Saturdays and Sundays that are worked instead (调休上班)."""
    agencies: tuple[Agency, ...]
    evidence_types: tuple[EvidenceType, ...]
    life_events: tuple[LifeEvent, ...]
    partners: tuple[Partner, ...] = ()
    """From `partners/*.yaml`."""
    refusal: EvidenceName | None = None
    """Evidence type of the written decision with which a service is refused; None: refusals are told on the page only."""
    remedies: tuple[Remedy, ...] = ()
    """Told to everybody who was refused something, on the page of the case."""
    help_phone: Number = ""
    """Whom anybody may call about a case, beside the agency in charge: 12345."""
    rights: tuple[AccessRight, ...] = ()
    """From `rights.yaml`: who may ask what beyond the platform's own life events; see `exchange/gateway/rights.py`."""
    trade_books: tuple[TradeBook, ...] = ()
    """The industry-access graph, from `trades.yaml` and `trades/*.yaml`."""
    sandbox: Sandbox = Field(default=Sandbox(), exclude=True)
    """From `sandbox/*.yaml`: whom and what the city is tried with. Nothing of it is served."""
    version: Number
    """SHA-256 of the package's files, shortened; a case remembers the version it was filed under."""
    folder: Path = Field(default=Path(), exclude=True)
    """Where the package was loaded from; templates and rules are found under it."""

    @cached_property
    def trades(self) -> TradeBook:
        """The city's industry-access graph; empty when it has none."""
        return TradeBook.joined(self.trade_books)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """How the city counts working days."""
        return WorkingCalendar(self.holidays, self.workdays)

    def agency(self, agency_id: str) -> Agency | None:
        return next((agency for agency in self.agencies if agency.id == agency_id), None)

    def label_of(self, agency_id: str) -> Text:
        """The agency's name; for one that the package does not have (any more), its id."""
        agency = self.agency(agency_id)
        return agency.name if agency else Text.same(agency_id)

    def short_label_of(self, agency_id: str) -> Text:
        """The agency's short name; for one that the package does not have (any more), its id."""
        agency = self.agency(agency_id)
        return agency.short if agency else Text.same(agency_id)

    def operation(self, reference: str) -> Operation | None:
        """What `agency.operation` stands for; None when the package does not have it."""
        ref = OperationRef.parse(reference)
        agency = self.agency(ref.agency)
        return agency.operation(ref.name) if agency else None

    def partner(self, partner_id: str) -> Partner | None:
        return next((partner for partner in self.partners if partner.id == partner_id), None)

    def evidence_type(self, type_id: str) -> EvidenceType | None:
        return next((kind for kind in self.evidence_types if kind.id == type_id), None)

    def type_of(self, slot: Slot | None) -> EvidenceType | None:
        """The evidence type that goes into a slot; None where there is no slot."""
        return self.evidence_type(slot.type) if slot else None

    def slot_label(self, slot: Slot) -> Text:
        """What the slot is called: by itself, else by its evidence type."""
        kind = self.type_of(slot)
        return slot.name or (kind.name if kind else Text.same(slot.id))

    def life_event(self, event_id: str) -> LifeEvent | None:
        return next((event for event in self.life_events if event.id == event_id), None)

    def operations(self) -> Iterator[tuple[Agency, Operation]]:
        for agency in self.agencies:
            for operation in agency.operations:
                yield agency, operation
