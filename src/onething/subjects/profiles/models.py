"""Nouns of company profiles: dimensions as the city declares them, what agencies reported, and the picture that results."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from onething.core.clock import local
from onething.core.i18n import Text
from onething.subjects.profiles.states import DisputeState

DimensionType = Literal["integer", "number", "money", "bool", "date", "text", "enum"]
PREFIX = "company."
"""How rules name a dimension: `company.employees`."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Model):
    """One value of an enumeration."""

    code: str
    zh: str
    en: str
    tile: tuple[int, int] | None = None
    """Column and row on a tile map, for values that are places; counted from 0 at the top left."""


class Ground(Model):
    """The law by which the agency holds and shares this."""

    title: str
    article: str = ""


class Dimension(Model):
    """One thing that is known of companies."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
    type: DimensionType
    name: Text
    unit: str = ""
    fresh_days: int | None = None
    """How long after its date a value may be relied on; None for ever."""
    values: tuple[Option, ...] = ()
    also: tuple[str, ...] = ()
    """Further agencies that report it. Where they differ from the source, the value is contradictory: nobody guesses."""
    source: str = ""
    ground: Ground | None = None

    @property
    def path(self) -> str:
        return PREFIX + self.id

    def option(self, code: Any) -> Option | None:
        return next((each for each in self.values if each.code == code), None)


class SourceFile(Model):
    """`cities/<city>/profile/<source>.yaml`."""

    source: str
    ground: Ground
    dimensions: tuple[Dimension, ...]


@dataclass(frozen=True)
class ProfileSpec:
    """All dimensions of a city."""

    dimensions: tuple[Dimension, ...]

    @cached_property
    def by_id(self) -> dict[str, Dimension]:
        return {each.id: each for each in self.dimensions}

    def of_source(self, source: str) -> dict[str, Dimension]:
        """What an agency may report."""
        return {each.id: each for each in self.dimensions if source == each.source or source in each.also}

    @property
    def sources(self) -> list[str]:
        return sorted({each.source for each in self.dimensions})


Status = Literal["ok", "late", "missing", "contradictory"]


@dataclass(frozen=True, slots=True)
class Reported:
    """One value as one agency gave it."""

    value: Any
    source: str
    as_of: date
    received_at: datetime
    delivery_id: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A dimension of one company: what may be relied on, and everything that was said."""

    dimension: Dimension
    status: Status
    value: Any
    """None unless the status is `ok`."""
    shown: Any
    """The latest value of the source, even if it is late or contradicted."""
    said: tuple[Reported, ...] = ()
    """The latest of each agency, its own source first."""

    @property
    def newest(self) -> Reported | None:
        return self.said[0] if self.said else None


@dataclass(frozen=True, slots=True)
class Profile:
    """One company as the city knows it."""

    subject_id: str
    values: tuple[Value, ...]
    version: int = 0
    changed_at: datetime | None = None

    def facts(self) -> dict[str, Any]:
        """What rules are given: `{"company": {dimension: value}}`, only values that may be relied on."""
        return {"company": {each.dimension.id: each.value for each in self.values if each.value is not None}}

    def counts(self) -> dict[Status, int]:
        found: dict[Status, int] = {"ok": 0, "late": 0, "missing": 0, "contradictory": 0}
        for each in self.values:
            found[each.status] += 1
        return found


@dataclass(frozen=True, slots=True)
class Report:
    """What one agency said of one company as of one day."""

    source: str
    as_of: date
    received_at: datetime
    data: dict[str, Any]
    delivery_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken in. `why` names the column, never the value."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a delivery did."""

    delivery_id: str
    rows: int
    refused: tuple[Refused, ...]
    changed: tuple[str, ...]
    """Companies whose picture is another one now."""
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Dispute:
    """A company says that a value is wrong."""

    id: str
    subject_id: str
    dimension: str
    source: str
    claimed: str
    text: str
    state: DisputeState
    opened_at: datetime
    answer: str
    answered_at: datetime | None


def read_value(dimension: Dimension, raw: Any) -> Any:
    """A reported value in the form it is stored in (numbers, ISO dates, codes); None for nothing. Raises ValueError."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    match dimension.type:
        case "integer":
            number = Decimal(str(raw))
            if number != number.to_integral_value() or abs(number) >= 2**53:
                raise ValueError("not a whole number")
            return int(number)
        case "number" | "money":
            return _number(raw)
        case "bool":
            return _flag(raw)
        case "date":
            return ((local(raw) if raw.tzinfo else raw).date() if isinstance(raw, datetime) else raw if isinstance(raw, date) else date.fromisoformat(str(raw)[:10])).isoformat()  # fmt: skip
        case "enum":
            if dimension.option(str(raw)) is None:
                raise ValueError("not one of the listed codes")
            return str(raw)
        case _:
            return str(raw).strip()


def _number(raw: Any) -> int | float:
    """Also as people write it: 1,000,000, 100万, 一百万. Raises ValueError for what is no number."""
    try:
        number: Decimal | None = Decimal(str(raw).replace(",", ""))
    except InvalidOperation:
        from onething.documents.text.service import written_amount  # heavy, and rarely needed

        number = written_amount(str(raw))
    if number is None or not number.is_finite() or abs(number) >= 10**15:
        raise ValueError("not a number")
    return int(number) if number == number.to_integral_value() else float(number)


_FLAGS = {"true": True, "1": True, "是": True, "y": True, "yes": True, "false": False, "0": False, "否": False, "n": False, "no": False}  # fmt: skip


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    found = _FLAGS.get(str(raw).strip().lower())
    if found is None:
        raise ValueError("neither yes nor no")
    return found


def as_fact(dimension: Dimension, stored: Any) -> Any:
    """A stored value as rules see it: Decimal for fractions, date for dates."""
    if stored is None:
        return None
    if dimension.type == "date":
        return date.fromisoformat(stored)
    return Decimal(str(stored)) if isinstance(stored, float) else stored


def as_facts(spec: ProfileSpec, stored: dict[str, Any]) -> dict[str, Any]:
    """The facts of a `company_profile` row."""
    known = spec.by_id
    return {"company": {name: as_fact(known[name], value) for name, value in stored.items() if name in known}}


def names_of(dimensions: Iterable[Dimension]) -> list[str]:
    return [each.path for each in dimensions]
