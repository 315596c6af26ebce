"""Schemes of shell companies. Those of `EARLIER` are what a model may learn from; those of `LATER` it has never seen.

Each plants a handful to a few dozen companies that will be found out and revoked within the year after, so that the first victims
of a scheme give the later ones away, as in life.
"""

from collections.abc import Callable

import numpy as np

from onething.sandbox.enterprise.city import DAY, LOCAL, PROVINCES, City, Company

Scheme = Callable[[City, np.random.Generator, int], list[Company]]


def _shell(city: City, dice: np.random.Generator, at: int, scheme: str, **given: object) -> Company:
    """A shell with usual values for what the scheme does not say; found out 60–330 days later."""
    person = given.get("representative")
    owner = person if isinstance(person, int) else _nominee(city, dice)
    values: dict[str, object] = {
        "representative": owner, "holders": [(owner, 1.0)], "company_holders": [], "director": owner, "supervisor": _nominee(city, dice),
        "finance": owner, "address": city.address(), "phone": city.phone(), "agent": int(dice.integers(0, city.agents)),
        "capital": float(10 ** dice.normal(6.3, 0.5)), "watched": bool(dice.random() < 0.75),
        "ended": at + int(dice.integers(60, 330)) * DAY, "revoked": True, "scheme": scheme,
    }  # fmt: skip
    return Company(at, **(values | given))  # type: ignore[arg-type]


def _nominee(city: City, dice: np.random.Generator, home: int | None = None, young: bool = False) -> int:
    born = (
        int(dice.integers(2003, 2007))
        if young
        else int(dice.choice([dice.integers(1948, 1960), dice.integers(1980, 2006)]))
    )
    place = home if home is not None else int(dice.choice(PROVINCES)) * 10_000 + int(dice.integers(100, 2_200))
    return city.person(born, place)


def address_mill(city: City, dice: np.random.Generator, at: int) -> list[Company]:
    """One undeclared address, one agent, a few weeks, a company every day or two."""
    address, agent, phone = city.address(), int(dice.integers(0, city.agents)), city.phone()
    count = int(dice.integers(8, 35))
    steps = np.cumsum(dice.exponential(1.6 * DAY, count)).astype(int)
    return [_shell(city, dice, at + int(s), "address_mill", address=address, agent=agent, phone=phone if dice.random() < 0.6 else city.phone()) for s in steps]  # fmt: skip


def nominee_farm(city: City, dice: np.random.Generator, at: int) -> list[Company]:
    """People hired in one far county, each at the head of one or two companies; two telephones for all."""
    home = int(dice.choice(PROVINCES)) * 10_000 + int(dice.integers(100, 2_200))
    phones, agent = [city.phone(), city.phone()], int(dice.integers(0, city.agents))
    companies: list[Company] = []
    for _ in range(int(dice.integers(6, 20))):
        person = _nominee(city, dice, home)
        for _ in range(int(dice.integers(1, 3))):
            moment = at + int(dice.integers(0, 45)) * DAY + int(dice.integers(0, DAY))
            companies.append(
                _shell(
                    city,
                    dice,
                    moment,
                    "nominee_farm",
                    representative=person,
                    phone=int(dice.choice(phones)),
                    agent=agent,
                )
            )
    return companies


def phoenix(city: City, dice: np.random.Generator, at: int) -> list[Company]:
    """One owner whose companies are revoked founds the next ones, with the same people in the posts."""
    owner, helper = _nominee(city, dice), _nominee(city, dice)
    steps = np.cumsum(dice.integers(25, 120, int(dice.integers(4, 9)))) * DAY
    return [_shell(city, dice, at + int(s), "phoenix", representative=owner, holders=[(owner, 0.9), (helper, 0.1)], supervisor=helper) for s in steps]  # fmt: skip


def holding_ring(city: City, dice: np.random.Generator, at: int) -> list[Company]:
    """Three to six companies come to hold each other; then they found new ones at scattered addresses."""
    base = len(city.companies)
    ring = [
        _shell(city, dice, at + i * 5 * DAY, "holding_ring", ended=at + 420 * DAY)
        for i in range(int(dice.integers(3, 7)))
    ]
    city.later += [(ring[i], [(at + (60 + i) * DAY, base + (i + 1) % len(ring), 0.6)]) for i in range(len(ring))]
    for step in range(int(dice.integers(4, 10))):
        moment = at + (70 + step * 11) * DAY + int(dice.integers(0, DAY))
        holder = base + int(dice.integers(0, len(ring)))
        person = _nominee(city, dice)
        ring.append(_shell(city, dice, moment, "holding_ring", representative=person, holders=[(person, 0.1)], company_holders=[(holder, 0.9)]))  # fmt: skip
    return ring


def carousel(city: City, dice: np.random.Generator, at: int) -> list[Company]:
    """A dozen people change seats: today's supervisor signs for the next company; no address or agent is used twice."""
    people = [_nominee(city, dice) for _ in range(int(dice.integers(6, 12)))]
    phones = [city.phone() for _ in range(4)]
    companies: list[Company] = []
    for step in range(int(dice.integers(10, 24))):
        seats = [people[(step * k + k) % len(people)] for k in (1, 2, 3)]
        moment = at + step * 9 * DAY + int(dice.integers(0, 3 * DAY))
        companies.append(_shell(city, dice, moment, "carousel", representative=seats[0], holders=[(seats[0], 0.5), (seats[1], 0.5)],
                                supervisor=seats[2], finance=seats[1], phone=phones[(step * 3) % 4]))  # fmt: skip
    return companies


def hidden_drip(city: City, dice: np.random.Generator, at: int) -> list[Company]:
    """Students of the city at the head, at an incubator's address among a thousand others, one a week, one chain of book-keepers."""
    address = int(dice.choice(sorted(city.shared)))
    agent, finance = int(dice.integers(0, city.agents)), _nominee(city, dice, LOCAL * 10_000 + 305)
    companies: list[Company] = []
    for step in range(int(dice.integers(10, 25))):
        student = _nominee(city, dice, LOCAL * 10_000 + int(dice.integers(100, 2_200)), young=True)
        moment = at + step * 7 * DAY + int(dice.integers(0, 2 * DAY))
        companies.append(_shell(city, dice, moment, "hidden_drip", representative=student, address=address, agent=agent, finance=finance,
                                supervisor=companies[-1].representative if companies else finance))  # fmt: skip
    return companies


EARLIER: tuple[Scheme, ...] = (address_mill, nominee_farm, phoenix)
LATER: tuple[Scheme, ...] = (holding_ring, carousel, hidden_drip)


def plant(city: City, schemes: tuple[Scheme, ...], count: int, begin: int, end: int, seed: int) -> None:
    """`count` of the schemes, begun between two moments; what a scheme would still found after `end` is left out."""
    dice = np.random.default_rng(seed)
    for number in range(count):
        made = schemes[number % len(schemes)](city, dice, int(dice.integers(begin, end)))
        city.companies += [company for company in made if company.at < end]
