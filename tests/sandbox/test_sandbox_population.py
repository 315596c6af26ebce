"""The people of the sandbox: many, plausible, consistent with themselves, and the same every time."""

import hashlib
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.identifiers import parse_citizen_id, parse_uscc
from onething.core.persons.numbers import parse_person_number
from onething.core.phones import parse_any_phone
from onething.sandbox.population.generate import generate
from onething.sandbox.population.numbers import luhn_check_digit, luhn_holds
from onething.sandbox.population.people import Population
from onething.sandbox.population.personas import table

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def city() -> Population:
    return generate(20_000, 1, DAY)


@pytest.mark.slow
def test_there_are_enough_people_and_births(city: Population) -> None:
    assert len(city.people) >= 20_000
    assert len(city.births) >= 1_500
    assert sum(birth.plain for birth in city.births) >= 1_300
    assert len({birth.certificate_number for birth in city.births}) == len(city.births)


def test_every_number_is_valid_and_nobody_shares_an_id(city: Population) -> None:
    for person in city.people:
        if person.from_abroad:
            number = parse_person_number(person.id_number, DAY)
            assert (number.text, number.sex or person.sex, number.birth_date or person.born) == (
                person.id_number, person.sex, person.born
            )  # fmt: skip
        else:
            identity = parse_citizen_id(person.id_number, on=DAY)
            assert (identity.sex, identity.birth_date, identity.region_known) == (person.sex, person.born, True)
        assert not person.phone or parse_any_phone(person.phone) == person.phone
        assert not person.account or luhn_holds(person.account.number)
        assert not person.employer or parse_uscc(person.employer.uscc)
    assert len({person.id_number for person in city.people}) == len(city.people)


def test_families_fit_together(city: Population) -> None:
    homes = {m.person.id_number: h for h in city.households for m in h.members}
    assert len(homes) == sum(len(h.members) for h in city.households), "one person, one household"
    for home in city.households:
        assert sum(member.relation == "户主" for member in home.members) == 1
        assert home.address.startswith("上海市")
    for birth in city.births:
        age = (birth.born_at.date() - birth.mother.born).days / 365.25
        assert birth.mother.sex == "female"
        assert 18 <= age <= 45
        assert birth.born_at.date() <= birth.issued_on <= DAY
    couples = {(m.husband_id, m.wife_id) for m in city.marriages if m.status == "valid"}
    for birth in city.births:
        if birth.plain:
            assert birth.father
            assert (birth.father.id_number, birth.mother.id_number) in couples
            assert homes[birth.father.id_number] is homes[birth.mother.id_number]


def test_names_follow_the_country(city: Population) -> None:
    surnames = Counter(person.name[0] for person in city.people)
    assert {name for name, _ in surnames.most_common(3)} == {"王", "李", "张"}
    assert 0.04 < surnames["王"] / len(city.people) < 0.12
    assert len({person.name for person in city.people}) > 8_000


def _fingerprint(city: Population) -> str:
    text = "|".join(f"{p.id_number}{p.name}{p.phone}{p.wage_fen}" for p in city.people)
    text += "|".join(f"{b.certificate_number}{b.child_name}{b.born_at}{b.weight_g}" for b in city.births)
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.slow
def test_another_process_makes_the_same_city() -> None:
    script = (
        "from datetime import date; from onething.sandbox.population.generate import generate; "
        "import sys; sys.path.insert(0, 'tests/sandbox'); from test_sandbox_population import _fingerprint; "
        "print(_fingerprint(generate(2000, 7, date(2026, 11, 23))))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert found == _fingerprint(generate(2000, 7, DAY))
    assert found != _fingerprint(generate(2000, 8, DAY))


def test_personas_and_grown_ups_stay_the_same_from_day_to_day() -> None:
    today, later = generate(500, 3, DAY), generate(500, 3, date(2026, 12, 31))
    assert [p.id_number for p in today.people] == [p.id_number for p in later.people]
    names = {entry["id"] for entry in table()}
    assert {person.persona for person in later.people if person.persona} == names
    assert all(0 <= (date(2026, 12, 31) - b.born_at.date()).days <= 28 for b in later.births)


def test_more_births_than_people_ask_for_are_possible() -> None:
    city = generate(100, 1, DAY, births=500)
    assert len(city.births) >= 500


@given(st.text("0123456789", min_size=11, max_size=18))
def test_any_digits_become_an_account_that_holds(digits: str) -> None:
    number = digits + luhn_check_digit(digits)
    assert luhn_holds(number)
    wrong = str((int(number[-1]) + 1) % 10)
    assert not luhn_holds(number[:-1] + wrong)
