"""Ten years of sound companies: owners with one company and with forty, towers, incubators, book-keepers, families, migrants.

Much of it looks like a scheme and is none: incubators with thousands of companies, an agent's quarter-end bursts, a village whose people
open restaurants together, funds that hold shares in hundreds, owners who failed once and begin again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

DAY = 1_440
YEAR = 365 * DAY
NEVER = np.iinfo(np.int32).max
Ints = NDArray[np.int32]
LOCAL, PROVINCES = 44, (36, 43, 45, 42, 41, 51, 52, 34, 50, 61)
"""First two digits of the home division: the city's own province and those its people come from."""


@dataclass
class Company:
    """One registration. Persons, addresses, telephones and agents are numbers of their own kinds; agent -1 is none."""

    at: int
    representative: int
    holders: list[tuple[int, float]]
    company_holders: list[tuple[int, float]]
    director: int
    supervisor: int
    finance: int
    address: int
    phone: int
    agent: int
    capital: float
    watched: bool
    ended: int = NEVER
    revoked: bool = False
    scheme: str = ""


@dataclass
class City:
    """Everything, in the order of registration. `born` and `home` are by person."""

    companies: list[Company] = field(default_factory=list[Company])
    born: list[int] = field(default_factory=list[int])
    home: list[int] = field(default_factory=list[int])
    addresses: int = 0
    phones: int = 0
    shared: set[int] = field(default_factory=set[int])
    """Addresses declared to be shared."""
    agents: int = 0
    later: list[tuple[Company, list[tuple[int, int, float]]]] = field(
        default_factory=list[tuple[Company, list[tuple[int, int, float]]]]
    )
    """Holdings that a company took up after its registration: (at, place of the company held, share)."""

    def person(self, born: int, home: int) -> int:
        self.born.append(born)
        self.home.append(home)
        return len(self.born) - 1

    def address(self) -> int:
        self.addresses += 1
        return self.addresses - 1

    def phone(self) -> int:
        self.phones += 1
        return self.phones - 1


def sound_city(companies: int, years: int, seed: int) -> City:
    """`companies` sound ones over `years`; a few per cent end, some of them revoked for not reporting."""
    dice = np.random.default_rng(seed)
    city = City()
    maker = _Maker(city, dice, companies)
    span = years * YEAR
    moments = np.sort((span * dice.power(1.6, companies)).astype(np.int64))
    for moment in moments:
        city.companies.append(maker.company(int(moment)))
    return city


class _Maker:
    """Draws one company after the other from pools that were set up for a city of this size."""

    def __init__(self, city: City, dice: np.random.Generator, companies: int) -> None:
        self.city, self.dice = city, dice
        size = max(companies, 1_000)
        people = int(size * 1.15)
        home = np.where(dice.random(people) < 0.55, LOCAL, dice.choice(PROVINCES, people)) * 10_000
        home = home + dice.integers(1, 22, people) * 100 + dice.integers(1, 12, people)
        born = np.clip(dice.normal(1983, 10, people), 1945, 2004).astype(int)
        city.born, city.home = born.tolist(), home.tolist()
        self.busy = self._few(people, 1.1, 300)
        """Some people found again and again: a draw from a long-tailed pool."""
        self.people = iter(dice.permutation(people).tolist())
        self.incubators = [city.address() for _ in range(max(3, size // 6_000))]
        city.shared = set(self.incubators[: max(2, len(self.incubators) * 9 // 10)])
        self.towers = [city.address() for _ in range(max(20, size // 40))]
        city.agents = max(20, size // 150)
        self.agent_draw = self._few(city.agents, 1.0, 8)
        self.agent_phone = {agent: city.phone() for agent in range(city.agents) if dice.random() < 0.3}
        self.funds: list[int] = []
        self.phone_of: dict[int, int] = {}
        self.address_of: dict[int, int] = {}
        self.villages = [
            PROVINCES[i % len(PROVINCES)] * 10_000 + 100 * (i + 1) + 5 for i in range(max(4, size // 20_000))
        ]

    def _few(self, count: int, exponent: float, flat: int) -> Iterator[int]:
        weight = 1.0 / np.arange(flat, flat + count) ** exponent
        order = self.dice.permutation(count)
        while True:
            yield from order[self.dice.choice(count, 20_000, p=weight / weight.sum())].tolist()

    def company(self, at: int) -> Company:
        dice, city = self.dice, self.city
        owner = self._owner(at)
        agent = next(self.agent_draw) if dice.random() < 0.55 else -1
        holders, funds = self._holders(owner)
        trusted = [person for person, _ in holders if person != owner]
        representative = owner if dice.random() < 0.88 or not trusted else trusted[0]
        ended, revoked = self._end(at)
        company = Company(
            at, representative, holders, funds,
            director=representative if dice.random() < 0.8 else self._fresh(),
            supervisor=trusted[0] if trusted and dice.random() < 0.5 else self._fresh(),
            finance=self._fresh() if dice.random() < 0.4 else owner,
            address=self._where(owner), phone=self._phone(owner, agent), agent=agent,
            capital=float(10 ** dice.normal(5.9, 0.6)), watched=bool(dice.random() < 0.22), ended=ended, revoked=revoked,
        )  # fmt: skip
        if dice.random() < 0.002 and len(self.funds) < 200:
            self.funds.append(len(city.companies))
        return company

    def _owner(self, at: int) -> int:
        """A newcomer, somebody who has founded before, or one of a village that came together last season."""
        roll = self.dice.random()
        if roll < 0.22:
            return next(self.busy)
        if roll < 0.26:
            village = self.villages[(at // (60 * DAY)) % len(self.villages)]
            return self.city.person(int(self.dice.integers(1965, 2003)), village)
        return self._fresh()

    def _fresh(self) -> int:
        found = next(self.people, None)
        if found is None:
            home = (LOCAL if self.dice.random() < 0.55 else int(self.dice.choice(PROVINCES))) * 10_000
            return self.city.person(
                int(np.clip(self.dice.normal(1985, 10), 1945, 2005)), home + int(self.dice.integers(100, 2_200))
            )
        return found

    def _holders(self, owner: int) -> tuple[list[tuple[int, float]], list[tuple[int, float]]]:
        dice = self.dice
        roll = dice.random()
        if roll < 0.5:
            return [(owner, 1.0)], []
        if roll < 0.94 or not self.funds:
            others = [self._fresh() for _ in range(int(dice.integers(1, 4)))]
            mine = float(dice.uniform(0.34, 0.8))
            return [(owner, mine), *((each, (1 - mine) / len(others)) for each in others)], []
        share = float(dice.uniform(0.05, 0.6))
        return [(owner, 1 - share)], [(int(dice.choice(self.funds)), share)]

    def _where(self, owner: int) -> int:
        roll = self.dice.random()
        if owner in self.address_of and roll < 0.5:
            return self.address_of[owner]
        if roll < 0.16:
            return int(self.dice.choice(self.incubators))
        if roll < 0.4:
            return int(self.dice.choice(self.towers))
        self.address_of[owner] = self.city.address()
        return self.address_of[owner]

    def _phone(self, owner: int, agent: int) -> int:
        if agent in self.agent_phone and self.dice.random() < 0.5:
            return self.agent_phone[agent]
        return self.phone_of.setdefault(owner, self.city.phone())

    def _end(self, at: int) -> tuple[int, bool]:
        """About a quarter end within ten years; an eighth of those is revoked, mostly for not reporting."""
        life = int(self.dice.exponential(14 * YEAR)) + 60 * DAY
        return (at + life, bool(self.dice.random() < 0.12)) if life < 12 * YEAR else (NEVER, False)
