"""Nouns of the gateways: question and answer as they are signed. Nothing in them is optional by accident."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from onething.exchange.models import Outcome
from onething.exchange.wire import strict_json

Member = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Opaque = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_:.\-]{1,120}$")]
Nonce = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{22,64}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^sha-256=:[A-Za-z0-9+/]{43}=:$")]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")


class MessageError(ValueError):
    """A signed body that is not a message. Names the field, never the value."""


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    v: Literal[1] = 1
    id: Opaque
    at: str
    sender: Annotated[Member, Field(alias="from")]
    to: Member
    nonce: Nonce

    @field_validator("at")
    @classmethod
    def _aware(cls, text: str) -> str:
        if not _MOMENT.fullmatch(text):
            raise ValueError("a moment with its offset")
        datetime.fromisoformat(text)
        return text

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.at)

    def encode(self) -> bytes:
        return self.model_dump_json(by_alias=True).encode()


class Question(_Message):
    """What one member asks another, why, and what allows it."""

    operation: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=121)]
    params: Annotated[dict[str, Any], Field(max_length=100)]
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    """Service, step or partner's purpose it is for."""
    ground: Annotated[str, StringConstraints(max_length=500)] = ""
    """Article of law that allows it."""
    consent: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{0,60}$")] = ""
    """Reference of the consent that allows it."""
    case: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{0,60}$")] = ""
    key: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    """Idempotency key: the same key from the same member never has two effects."""

    @model_validator(mode="after")
    def _allowed(self) -> "Question":
        if not self.ground.strip() and not self.consent:
            raise ValueError("ground or consent")
        return self


M = TypeVar("M", bound=_Message)


class SignedReply(_Message):
    """What came back, bound to the question's digest. `data` is in the common vocabulary."""

    question: Digest
    outcome: Literal["ok", "not_found", "refused", "unavailable", "nonsense", "fault"]
    data: dict[str, Any] = Field(default_factory=dict[str, Any])
    reason: Annotated[str, StringConstraints(max_length=400)] = ""
    code: Annotated[str, StringConstraints(max_length=60)] = ""
    retry_after: float | None = Field(default=None, ge=0, le=86_400)

    @property
    def result(self) -> Outcome:
        return Outcome(self.outcome)


def parse_question(body: bytes) -> Question:
    """Raises `MessageError`."""
    return _parse(Question, body)


def parse_reply(body: bytes) -> SignedReply:
    """Raises `MessageError`."""
    return _parse(SignedReply, body)


def _parse(kind: type[M], body: bytes) -> M:
    try:
        return kind.model_validate(strict_json.loads(body))
    except strict_json.UnsafeJsonError as error:
        raise MessageError(str(error)) from None
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in each["loc"][:1]) or "whole" for each in error.errors()})
        raise MessageError(f"not as agreed: {', '.join(places)[:200]}") from None
