"""Nouns of understanding text. Every finding knows its spot: `start` and `end` are positions in the text as given."""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from onething.core.i18n import Text

IdKind = Literal["citizen_id", "uscc", "phone", "bank_card", "property_certificate"]
Source = Literal["rules", "model"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Found(_Model):
    """What all findings share: the words as written and where they stand."""

    text: str
    start: int
    end: int
    source: Source = "rules"


class Identifier(Found):
    """A number whose check digits hold. `value` is normal form."""

    kind: IdKind
    value: str


class Party(Found):
    """A person or organisation. `role` is a stable word (`lessor`, `buyer`, `applicant` …), None when the text gives none."""

    name: str
    kind: Literal["person", "organisation"]
    role: str | None = None
    ids: tuple[str, ...] = ()
    """Values of the identifiers that the text gives this party."""


class AddressParts(_Model):
    """An address taken apart; digits are ASCII, each part without its unit word where that is only a unit."""

    province: str = ""
    city: str = ""
    district: str = ""
    street: str = ""
    """Street office or town: 街道, 镇, 乡."""
    village: str = ""
    road: str = ""
    lane: str = ""
    number: str = ""
    estate: str = ""
    """Named compound or building: 锦绣花园."""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""

    def filled(self) -> dict[str, str]:
        return {name: value for name, value in self.model_dump().items() if value}


class Address(Found):
    parts: AddressParts
    normal: str
    """One spelling for every way of writing it."""


class Amount(Found):
    """Money in yuan. `about` is a stable word (`rent`, `deposit`, `price`, `income` …), `per` what it is paid for."""

    yuan: Decimal
    about: str | None = None
    per: Literal["month", "year", "day"] | None = None
    capitals: str | None = None
    """The same sum written out beside it."""


class Day(Found):
    """A date, or a month (`2026-11`) where the text gives no day."""

    value: str
    about: str | None = None


class Period(Found):
    """A span of time: both ends included, or only its length in months or days."""

    begins: str | None = None
    ends: str | None = None
    months: int | None = None
    days: int | None = None


class Purpose(Found):
    """What something is for. `code` is of a closed list, None when the words fit none."""

    words: str
    code: str | None = None


class Doubt(Found):
    """Something that looks like a fact and cannot be one, or two facts that disagree. Stable `code`, words for people."""

    code: str
    what: Text


class Understanding(_Model):
    """Everything found in one text, in the order it stands there."""

    parties: tuple[Party, ...] = ()
    ids: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    amounts: tuple[Amount, ...] = ()
    dates: tuple[Day, ...] = ()
    periods: tuple[Period, ...] = ()
    purposes: tuple[Purpose, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class Likeness(_Model):
    """Two values compared by meaning. `same` is None when nobody can tell from the writing alone."""

    same: bool | None
    score: float
    """0 nothing in common … 1 the same."""
    code: str
    """Stable: `equal`, `variant_characters`, `rare_character_missing`, `suffix`, `left_out`, `numbers_differ` …"""
    reason: Text
