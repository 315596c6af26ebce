"""The city as columns, in order of time: what registries would hand over."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onething.sandbox.enterprise.city import NEVER, YEAR, City, Company, sound_city
from onething.sandbox.enterprise.schemes import EARLIER, LATER, plant

Ints = NDArray[np.int64]


@dataclass
class History:
    """`relations` rows are (company, kind, other, role, since, share in ten-thousandths); kinds and roles are words' places below."""

    city: City
    relations: Ints
    tested_from: int
    """Companies from this minute on come with schemes that were not seen before."""

    @property
    def companies(self) -> list[Company]:
        return self.city.companies


KINDS = ("company", "person", "address", "phone", "agent", "home")
ROLES = (
    "representative",
    "holder",
    "director",
    "supervisor",
    "finance",
    "registered_at",
    "reached_by",
    "filed_by",
    "home_of_representative",
)


def make_history(companies: int = 300_000, years: int = 10, shells: float = 0.0035, seed: int = 7) -> History:
    """`companies` in all; about `shells` of them are planted, the later schemes all within the last year."""
    city = sound_city(companies, years, seed)
    last = (years - 1) * YEAR
    before = round(companies * shells / 14)
    after = max(3, round(companies * shells / 14 / 9))
    plant(city, EARLIER, before, 3 * YEAR, last, seed + 1)
    plant(city, LATER, after, last, last + YEAR, seed + 2)
    return History(city, _relations(city), last)


def _relations(city: City) -> Ints:
    rows: list[tuple[int, int, int, int, int, int]] = []
    place = {id(company): number for number, company in enumerate(city.companies)}
    for number, c in enumerate(city.companies):
        rows.append((number, 1, c.representative, 0, c.at, 0))
        rows += [(number, 1, person, 1, c.at, round(share * 10_000)) for person, share in c.holders]
        rows += [(number, 0, held_by, 1, c.at, round(share * 10_000)) for held_by, share in c.company_holders]
        rows += [
            (number, 1, person, role, c.at, 0) for role, person in ((2, c.director), (3, c.supervisor), (4, c.finance))
        ]
        rows += [(number, 2, c.address, 5, c.at, 0), (number, 3, c.phone, 6, c.at, 0)]
        if c.agent >= 0:
            rows.append((number, 4, c.agent, 7, c.at, 0))
        rows.append((number, 5, city.home[c.representative], 8, c.at, 0))
    for company, held in city.later:
        # The company that holds is the other end: a share of `number` belongs to it from then on.
        rows += [
            (held_place, 0, place[id(company)], 1, since, round(share * 10_000)) for since, held_place, share in held
        ]
    return np.array(rows, np.int64)


__all__ = ["KINDS", "NEVER", "ROLES", "History", "make_history"]
