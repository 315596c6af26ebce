"""What happens to signatures and consents that a filing needs from other people. The stream is the filing's id."""

from dataclasses import dataclass

from onething.core.events import STREAM, Concerns, EventData, ObjectType, Passing, Withheld, declare


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureEvent(EventData):
    CONCERNS = (Concerns(STREAM, ObjectType.FILING, "happened to"), Concerns("subject_id", ObjectType.PERSON, "told"))

    subject_id: str
    """Opaque id of the person who is told: who is invited, else who invited."""
    life_event: str
    """Code of the life event, as in the city package."""
    reference: Withheld[str]
    """Empty: a filing has no number yet."""
    path: Withheld[str]
    """The page that the message leads to."""


@declare("signature.invited", zh="请一位签名人确认", en="Somebody was asked to sign")
class SignatureInvited(SignatureEvent):
    code: Passing[str]
    """The one-time code of the message, six digits; worth nothing without the person's own sign-in."""


@declare("signature.given", zh="一位签名人确认了", en="Somebody who was asked has signed")
class SignatureGiven(SignatureEvent):
    pass


@declare("signature.declined", zh="一位签名人没有同意", en="Somebody who was asked did not agree")
class SignatureDeclined(SignatureEvent):
    pass


@declare("consent.asked", zh="请本人同意向部门查询", en="Somebody was asked to allow an agency to be asked about them")
class ConsentAsked(SignatureEvent):
    pass


@declare(
    "consent.answered", zh="本人答复了是否同意查询", en="Somebody answered whether an agency may be asked about them"
)
class ConsentAnswered(SignatureEvent):
    outcome: str | None = None
    """`given` or `declined`; None in events from before it was told."""


EVENTS = (SignatureInvited, SignatureGiven, SignatureDeclined, ConsentAsked, ConsentAnswered)
