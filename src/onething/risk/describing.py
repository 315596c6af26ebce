"""From a filing's facts to the keyed hashes of a company to be founded; nowhere else do people's id numbers enter this room."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from onething.core.clock import CHINA
from onething.core.persons.numbers import PersonDocument, as_person_number
from onething.risk.declared import RiskPolicy
from onething.risk.graph import YEAR, Ints, entity_key, minutes
from onething.risk.models import Filing, Kind, Member, Role
from onething.risk.store import Relation

Find = Callable[[Iterable[int]], Ints]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a post or a share. `number` is a citizen id or, with `corporate`, a company's credit code."""

    number: str
    role: Role
    share: float = 0.0
    corporate: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """What a filing says. `company` is its credit code once it has one, else the id of its filing."""

    company: str
    moment: int
    people: Sequence[Person]
    province: str
    """First two digits of the city's division code."""
    address: str = ""
    phones: Sequence[str] = ()
    agent: str = ""
    trade: str = ""
    capital: float | None = None

    @property
    def key(self) -> int:
        return entity_key(Kind.COMPANY, self.company)

    @property
    def home(self) -> str:
        """Home division of the legal representative, six digits; empty when not known, as of whoever has no citizen id."""
        found = next((p.number for p in self.people if p.role is Role.REPRESENTATIVE and not p.corporate), "")
        number = as_person_number(found)
        return number.number[:6] if number and number.document is PersonDocument.CITIZEN_ID else ""

    def seen_by(self, find: Find, policy: RiskPolicy) -> Filing:
        """The filing with node numbers of a graph in place of what identifies."""
        keys = [self._person_key(person) for person in self.people]
        others = [
            *self._key(Kind.ADDRESS, self.address),
            *self._key(Kind.AGENT, self.agent),
            *self._key(Kind.HOME, self.home),
        ]
        nodes = find([*keys, *others, *(entity_key(Kind.PHONE, phone) for phone in self.phones)]).tolist()
        members = tuple(self._member(person, node) for person, node in zip(self.people, nodes, strict=False))
        rest = iter(nodes[len(keys) :])
        address = next(rest) if self.address else -1
        agent = next(rest) if self.agent else -2
        home = next(rest) if self.home else -1
        return Filing(self.moment, members, address, tuple(rest), agent, home, self.capital, policy.watches(self.trade))

    def relations(self) -> list[Relation]:
        """What the graph learns when the company is registered."""
        key = self.key
        found = [
            Relation(
                key, self._person_key(p), Kind.COMPANY if p.corporate else Kind.PERSON, p.role, self.moment, p.share
            )
            for p in self.people
        ]
        places = [(Kind.ADDRESS, self.address, Role.REGISTERED_AT), (Kind.AGENT, self.agent, Role.FILED_BY)]
        places += [
            (Kind.HOME, self.home, Role.HOME_OF_REPRESENTATIVE),
            *((Kind.PHONE, p, Role.REACHED_BY) for p in self.phones),
        ]
        return found + [
            Relation(key, entity_key(kind, value), kind, role, self.moment) for kind, value, role in places if value
        ]

    def _member(self, person: Person, node: int) -> Member:
        if person.corporate:
            return Member(node, person.role, person.share, corporate=True)
        number = as_person_number(person.number)
        born = number.birth_date if number else None
        if (
            number is None or born is None or number.document is not PersonDocument.CITIZEN_ID
        ):  # a passport: nothing is known of age and home
            return Member(node, person.role, person.share)
        age = (self.moment - minutes(datetime(born.year, born.month, born.day, tzinfo=CHINA))) / YEAR
        return Member(node, person.role, person.share, age, from_afar=person.number[:2] != self.province)

    @staticmethod
    def _person_key(person: Person) -> int:
        return entity_key(Kind.COMPANY if person.corporate else Kind.PERSON, person.number)

    @staticmethod
    def _key(kind: Kind, value: str) -> list[int]:
        return [entity_key(kind, value)] if value else []
