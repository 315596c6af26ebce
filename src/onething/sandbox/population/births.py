"""Newborns: plausible weights, weeks and hours, and the hospital bill."""

from datetime import datetime, time, timedelta
from random import Random

from onething.sandbox.population import names, places
from onething.sandbox.population.draw import Weighted
from onething.sandbox.population.people import Birth, Person, Population

_weeks: Weighted[int] = Weighted([(36, 3), (37, 8), (38, 20), (39, 34), (40, 25), (41, 10)])
_deliveries: Weighted[str] = Weighted([("normal", 60), ("assisted", 4), ("caesarean", 36)])
_COST = {"normal": (5_200, 8_800), "assisted": (6_800, 10_500), "caesarean": (10_800, 16_900)}


def _weight(rng: Random, weeks: int) -> int:
    return int(min(max(rng.gauss(3300 + (weeks - 39) * 150, 330), 1900), 4700)) // 10 * 10


def add_birth(
    city: Population, rng: Random, index: int, mother: Person, father: Person, family: str, *, plain: bool
) -> None:
    """A birth within the last four weeks; the certificate is issued two days later."""
    sex = "male" if rng.random() < 0.524 else "female"
    weeks, delivery = _weeks.draw(rng), _deliveries.draw(rng)
    hospital, _, place = rng.choice(places.HOSPITALS)
    born_on = city.as_of - timedelta(days=rng.randrange(2, 28))
    weight = _weight(rng, weeks)
    low, high = _COST[delivery]
    city.births.append(
        Birth(
            certificate_number=f"X{310_100_000 + index}",
            child_name=family + names.given_name(rng, sex, 2020),
            child_sex=sex,
            born_at=datetime.combine(born_on, time(rng.randrange(24), rng.randrange(60))),
            weeks=weeks,
            weight_g=weight,
            length_cm=round(50 + (weight - 3300) / 250),
            hospital=hospital,
            place=f"上海市{place}",
            mother=mother,
            father=father,
            issued_on=min(born_on + timedelta(days=2), city.as_of),
            delivery=delivery,
            cost_fen=rng.randrange(low * 100, high * 100),
            plain=plain,
        )
    )
