"""What happens to the picture of a company (the stream is `company:` and its id), and whom somebody else's filing concerns."""

from onething.core.events import STREAM, Concerns, EventData, ObjectType, Withheld, declare

_COMPANY = Concerns(STREAM, ObjectType.COMPANY, "happened to", prefix="company:")
_DISPUTE = Concerns("dispute", ObjectType.DISPUTE, "is about")


@declare("profile.changed", zh="企业画像有变化", en="The picture of a company changed", concerns=(_COMPANY,))
class ProfileChanged(EventData):
    company: str
    """Opaque id of the company, as in the stream."""
    dimensions: tuple[str, ...]
    """Codes of the dimensions whose values changed; the values are not told."""
    new: bool
    """Whether nothing was known of the company before."""


@declare(
    "profile.disputed",
    zh="企业对画像提出异议",
    en="A company said that a value is wrong",
    concerns=(_COMPANY, _DISPUTE),
)
class ProfileDisputed(EventData):
    dispute: str
    """Opaque id of the dispute."""
    dimension: str
    """Code of the dimension."""


@declare(
    "profile.dispute_answered", zh="部门答复了企业的异议", en="The agency answered a company's dispute",
    concerns=(_COMPANY, _DISPUTE),
)  # fmt: skip
class ProfileDisputeAnswered(EventData):
    subject_id: Withheld[str]
    """Opaque id of the company, which is told."""
    dispute: str
    """Opaque id of the dispute."""
    path: Withheld[str]
    """The page that the message leads to."""


@declare(
    "person.concerned",
    zh="别人的申报查询或用到了一位居民的信息",
    en="Somebody else's filing or case concerns a person",
    concerns=(Concerns(STREAM, ObjectType.PERSON, "is told", prefix="person:"),),
)
class PersonConcerned(EventData):
    """The stream is `person:` and the person's id; the one who acts is in whose filing or case it was."""

    subject_id: str
    """Opaque id of the person, who is told."""
    path: Withheld[str]
    """The page that the message leads to."""


EVENTS = (PersonConcerned, ProfileChanged, ProfileDisputed, ProfileDisputeAnswered)
