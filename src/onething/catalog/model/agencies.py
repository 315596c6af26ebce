"""Nouns of the catalog about agencies: who they are, how their systems are reached, what they can be asked to do."""

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from onething.catalog.model.kinds import (
    AdapterName,
    Address,
    AnswerTest,
    CodeName,
    DocumentName,
    EvidenceName,
    FieldName,
    FormatName,
    Free,
    Number,
    OwnOperation,
    ParameterName,
    TheirPath,
    Theirs,
)
from onething.core.i18n import Text

Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class LegalGround(Model):
    """Where in law something stands. `article` as cited: 第七条, 第十二条第二款."""

    title: Free
    article: Free = ""
    url: Address = ""


NO_UNDO = "none"
"""`undo: none`: it cannot be taken back, and everybody knows."""


class Example(Model):
    """One exchange of messages with the agency, recorded or agreed: the maps of the operation are tried on it, and mocks answer by it."""

    with_: dict[ParameterName, Any] = Field(default_factory=dict[str, Any], alias="with")
    """What is asked, in our words."""
    sends: dict[TheirPath, Any] | None = None
    """The message that goes out for it, in their names (dotted paths, or nested); not compared when left out."""
    status: int = Field(default=200, ge=100, le=599)
    """HTTP status of their answer."""
    answer: Any = None
    """Their answer, as it comes."""
    outcome: Literal["ok", "not_found", "refused"] = "ok"
    """What it means."""
    gives: dict[FieldName, Any] | None = None
    """What a good answer says in our words; not compared when left out."""


class Operation(Model):
    """One thing an agency's system can be asked to do, with the map between its names and ours.

    `request` maps their field → ours (`"gmsfhm": "id_number"`); `response` maps ours → their path
    (`"name": "data.xm"`). `formats` names converters per our field (`date:%Y%m%d`, `codes:sex`, `fen`).
    """

    id: Slug
    name: Text
    kind: Literal["query", "perform", "undo"] = "query"
    method: Literal["GET", "POST", "PUT", "DELETE"] = "POST"
    path: Free
    request: dict[TheirPath, ParameterName] = Field(default_factory=dict[str, str])
    response: dict[FieldName, TheirPath] = Field(default_factory=dict[str, str])
    formats: dict[FieldName, FormatName] = Field(default_factory=dict[str, str])
    gives: EvidenceName | None = None
    """The evidence type that a good answer is."""
    asked_in: dict[ParameterName, tuple[FieldName, ...]] = Field(default_factory=dict[str, tuple[Slug, ...]])
    """Parameter → fields of the answer of which one must hold it, else the answer is about somebody else
    (a marriage: `id_number: [husband_id_number, wife_id_number]`). Same names are always compared."""
    form_of: DocumentName | None = None
    """For `query`: the answer is this document type as the agency printed it, for laying a photograph over it: `picture`
    (base64 of a PNG, JPEG or PDF) and `places` (field → left, top, right, bottom in its pixels)."""
    undo: OwnOperation | None = None
    """For `perform`: the operation that compensates it; `none`: it cannot be taken back, and that is meant."""
    already: tuple[Theirs, ...] = ()
    """For `perform`: their codes that say it was done before. Such an answer that brings the result, as a good one does, leads on
    with it; without the result it is the refusal that it says it is."""
    timeout: float | None = Field(default=None, gt=0)
    ground: LegalGround | None = None
    examples: tuple[Example, ...] = ()
    """Messages as they go over the wire; `catalog check` tries the maps on them."""

    @property
    def undone_by(self) -> str | None:
        """The operation of the same agency that takes it back; None where nothing does."""
        return None if self.undo == NO_UNDO else self.undo


class OperationRef(NamedTuple):
    """`agency.operation`, as services, sources and consents name an operation."""

    agency: str
    name: str

    @classmethod
    def parse(cls, text: str) -> "OperationRef":
        """From `agency.operation`; an agency alone has an empty `name`."""
        agency, _, name = text.partition(".")
        return cls(agency, name)

    def __str__(self) -> str:
        return f"{self.agency}.{self.name}"


class CodeMap(Model):
    """Their code → ours, for example {"1": "male", "2": "female"}."""

    id: Slug
    values: dict[Theirs, CodeName]


class RefusalWords(Model):
    """What one of their codes for a refusal means, in words for the applicant."""

    code: Theirs
    """Their code, as it stands where `gateway.code` points."""
    text: Text
    """Why, as the applicant reads it in messages, on the page and in the written decision: half a sentence without a full stop."""
    mend: Text | None = None
    """What she can change before she applies again."""
    about: ParameterName | None = None
    """The parameter of ours on which it turns: where to look and mend."""


class Gateway(Model):
    """How an agency's system is reached. `adapter` names a part in `exchange/contrib`."""

    adapter: AdapterName = "rest"
    url: Address
    ok: AnswerTest = ""
    """Where their answer says that all is well, e.g. `code == 0`; empty: the HTTP status decides."""
    not_found: AnswerTest = ""
    """Where it says that there is no such record; tried before `ok`. HTTP 404 always means that."""
    code: TheirPath = ""
    """Path of their error code, e.g. `head.code`."""
    reason: TheirPath = ""
    """Path of their words for a refusal, e.g. `head.msg`."""
    not_taken: tuple[Theirs, ...] = ()
    """Their codes that say the message was not right (a missing or malformed field, a serial number used twice), rather than
    that the application is refused. What the applicant herself gave wrong is told her; anything else is an operator's."""
    idempotency: Free = "header:Idempotency-Key"
    options: dict[Free, Free] = Field(default_factory=dict[str, str])
    """What only this adapter needs: `wsdl` and `binding` of `soap`; docs/exchange.md lists them."""


class Agency(Model):
    """A department (CPSV-AP Public Organisation)."""

    id: Slug
    name: Text
    short: Text
    level: Text | None = None
    uscc: Number = ""
    phone: Number = ""
    gateway: Gateway
    codes: tuple[CodeMap, ...] = ()
    operations: tuple[Operation, ...] = ()
    refusals: tuple[RefusalWords, ...] = ()
    """Their codes for refusals in words for the applicant. A code without a line here is told in the agency's own words,
    where those are words for people."""

    def refusal(self, code: str) -> RefusalWords | None:
        return next((each for each in self.refusals if each.code == code), None)

    def operation(self, operation_id: str) -> Operation | None:
        return next((op for op in self.operations if op.id == operation_id), None)
