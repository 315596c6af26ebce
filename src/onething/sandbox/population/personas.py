"""Personas: the table in `personas.yaml` made into people, households, marriages and births."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from onething.core.persons.numbers import parse_person_number
from onething.sandbox.population import numbers
from onething.sandbox.population.draw import stream
from onething.sandbox.population.people import Account, Birth, Employer, Household, Marriage, Member, Person, Population
from onething.sandbox.population.places import BANKS, HOSPITALS


@lru_cache(maxsize=1)
def table() -> list[dict[str, Any]]:
    """The personas as written."""
    return yaml.safe_load((Path(__file__).parent / "personas.yaml").read_text(encoding="utf-8"))


def _person(persona: str, entry: dict[str, Any], as_of: date) -> Person:
    identity = parse_person_number(entry["id_number"])
    rng = stream(0, "persona", identity.text)
    bank, prefix = rng.choice(BANKS)
    account = entry.get("bank") or [bank, numbers.bank_account(rng, prefix)]
    months = int(entry.get("months", 0))
    name = entry.get("employer")
    return Person(
        id_number=identity.text,
        name=entry["name"],
        sex=identity.sex or entry["sex"],
        born=identity.birth_date or entry["born"],
        phone=entry["phone"],
        resident=entry.get("resident", "nationality" not in entry),
        nationality=entry.get("nationality", ""),
        employer=Employer(name, numbers.company_code(stream(0, "persona-employer", name), "310115")) if name else None,
        employed_since=as_of - timedelta(days=31 * months) if name else None,
        wage_fen=int(entry.get("wage", 0)) * 100,
        scheme=entry.get("scheme", "employee" if name else "resident"),
        months_paid=months,
        account=Account(account[0], account[1]),
        persona=persona,
    )


def _marriage(entry: dict[str, Any], mother: Person, father: Person) -> Marriage:
    return Marriage(
        number=entry["number"],
        husband_name=entry.get("husband_name", father.name),
        husband_id=father.id_number,
        wife_name=entry.get("wife_name", mother.name),
        wife_id=mother.id_number,
        registered_on=entry["date"],
        authority=entry["authority"],
    )


def _birth(persona: str, entry: dict[str, Any], mother: Person, father: Person | None, as_of: date) -> Birth:
    hospital, _, place = HOSPITALS[entry["hospital"]]
    born_on = as_of - timedelta(days=entry["days"])
    delivery = entry.get("delivery", "normal")
    return Birth(
        certificate_number=entry["certificate"],
        child_name=entry["name"],
        child_sex=entry["sex"],
        born_at=datetime.combine(born_on, time.fromisoformat(entry["at"])),
        weeks=entry["weeks"],
        weight_g=entry["weight"],
        length_cm=entry["length"],
        hospital=hospital,
        place=f"上海市{place}",
        mother=mother,
        father=father,
        issued_on=min(born_on + timedelta(days=2), as_of),
        delivery=delivery,
        cost_fen=1_286_400 if delivery == "caesarean" else 684_250,
        plain=persona == "happy_mother",
        persona=persona,
        paper=dict(entry.get("paper", {})),
    )


def _household(entry: dict[str, Any], mother: Person, father: Person | None) -> Household:
    """Of those of the two who are in the household register."""
    home = entry["household"]
    head_is_mother = home["head"] == "mother"
    collective = home.get("kind") == "collective"
    household = Household(home["number"], home.get("kind", "family"), home["address"], home["division"])
    adults = [(mother, "户主" if head_is_mother else "妻")] if not mother.from_abroad else []
    if father and father.resident:
        adults.insert(0, (father, "夫" if head_is_mother else "户主"))
    for person, relation in adults:
        household.members.append(Member(person, "非亲属" if collective and relation != "户主" else relation))
    relief = entry.get("low_income", {})
    household.low_income, household.assistance_number = relief.get("level", ""), relief.get("number", "")
    return household


def add_personas(city: Population) -> None:
    """Put every persona into the population."""
    for entry in table():
        mother = _person(entry["id"], entry["mother"], city.as_of)
        father = _person(entry["id"], entry["father"], city.as_of) if "father" in entry else None
        if "household" in entry:
            city.households.append(_household(entry, mother, father))
        city.people += [mother, *([father] if father else [])]
        if father and "married" in entry:
            city.marriages.append(_marriage(entry["married"], mother, father))
        city.births += [_birth(entry["id"], child, mother, father, city.as_of) for child in entry["children"]]
