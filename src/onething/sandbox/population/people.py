"""Nouns of the synthetic city. Dates are `date`, moments naive on a Chinese clock, amounts integer fen."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True)
class Employer:
    name: str
    uscc: str


@dataclass(slots=True)
class Account:
    bank: str
    number: str


@dataclass(slots=True)
class Person:
    id_number: str
    name: str
    sex: str
    """male | female"""
    born: date
    ethnicity: str = "汉"
    phone: str = ""
    resident: bool = True
    """False: registered in another province or nowhere in the country, unknown to the city's household register."""
    nationality: str = ""
    """Three letters, of those who have no resident identity card; what `id_number` is of says its spelling."""
    employer: Employer | None = None
    employed_since: date | None = None
    wage_fen: int = 0
    """Average monthly wage."""
    scheme: str = "resident"
    """Medical insurance: employee | resident | none."""
    months_paid: int = 0
    account: Account | None = None
    persona: str = ""

    @property
    def from_abroad(self) -> bool:
        """Whether she has another paper than a resident identity card."""
        return bool(self.nationality)


@dataclass(slots=True)
class Member:
    person: Person
    relation: str
    """To the head of the household, as GB/T 4761 words it: 户主, 妻, 子 …"""


@dataclass(slots=True)
class Household:
    number: str
    kind: str
    """family | collective"""
    address: str
    division: str
    members: list[Member] = field(default_factory=list)
    low_income: str = ""
    """Level of social assistance: minimum_living | low_income; empty for most."""
    assistance_number: str = ""


@dataclass(slots=True)
class Marriage:
    number: str
    husband_name: str
    husband_id: str
    wife_name: str
    wife_id: str
    registered_on: date
    authority: str
    status: str = "valid"


@dataclass(slots=True)
class Birth:
    """A paper certificate waiting to be registered, as the health commission has it on record."""

    certificate_number: str
    child_name: str
    child_sex: str
    born_at: datetime
    weeks: int
    weight_g: int
    length_cm: int
    hospital: str
    place: str
    mother: Person
    father: Person | None
    issued_on: date
    delivery: str = "normal"
    cost_fen: int = 0
    plain: bool = True
    """Married, both residents, everything on record: the case that runs by itself."""
    persona: str = ""
    paper: dict[str, str] = field(default_factory=dict)
    """What the paper says where it differs from the record, by field name."""


@dataclass(slots=True)
class Population:
    """Everything the agencies are filled from."""

    seed: int
    as_of: date
    people: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    marriages: list[Marriage] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
