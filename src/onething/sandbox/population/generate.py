"""Draw a population: households of usual shapes until there are enough people, then births for young couples.

Grown-ups do not depend on the day (their ages are counted from a fixed census day), so ids stay the same all year; only
newborns, pregnancies and paid months follow `as_of`. 20,000 people take about two seconds.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from onething.sandbox.population import names, numbers, places
from onething.sandbox.population.births import add_birth
from onething.sandbox.population.draw import Weighted, stream
from onething.sandbox.population.people import Account, Employer, Household, Marriage, Member, Person, Population
from onething.sandbox.population.personas import add_personas

CENSUS = date(2026, 1, 1)

_shapes: Weighted[str] = Weighted(
    [("single", 16), ("couple", 17), ("family1", 32), ("family2", 9), ("three_generations", 15), ("elderly", 9), ("single_parent", 2)]
)  # fmt: skip


class _Maker:
    """Makes people, households and marriages; keeps ids unique."""

    def __init__(self, city: Population) -> None:
        self.city = city
        self.ids = {person.id_number for person in city.people}
        rng = stream(city.seed, "employers")
        self.employers = [
            Employer(places.employer_name(rng, where), numbers.company_code(rng, where.code))
            for where in (places.district(rng) for _ in range(400))
        ]
        self.households = 0

    def person(self, rng: Random, sex: str, age: int, family_name: str, division: str) -> Person:
        """Somebody of about `age` on census day; one adult in four was first registered in another province."""
        born = CENSUS - timedelta(days=int(age * 365.25) + rng.randrange(365))
        moved = age >= 18 and rng.random() < 0.25
        code = rng.choice(places.OTHER_PROVINCES) if moved else division
        number = ""
        while not number or number in self.ids:
            serial = rng.randrange(1, 499) * 2 + (1 if sex == "male" else 0)
            number = places.citizen_id(code, born.strftime("%Y%m%d"), serial)
        self.ids.add(number)
        name = family_name + names.given_name(rng, sex, born.year)
        person = Person(number, name, sex, born, names.ethnicity(rng))
        if age >= 18:
            self._adult(rng, person, age)
        self.city.people.append(person)
        return person

    def _adult(self, rng: Random, person: Person, age: int) -> None:
        person.phone = numbers.phone(rng)
        bank, prefix = rng.choice(places.BANKS)
        person.account = Account(bank, numbers.bank_account(rng, prefix))
        if age < 60 and rng.random() < (0.88 if age >= 22 else 0.2):
            self.employ(rng, person, age)
        elif rng.random() < 0.03:
            person.scheme = "none"

    def employ(self, rng: Random, person: Person, age: int) -> None:
        person.employer = rng.choice(self.employers)
        person.months_paid = rng.randrange(3, max(4, min((age - 20) * 12, 240)))
        person.employed_since = CENSUS - timedelta(days=31 * rng.randrange(2, person.months_paid + 1))
        person.wage_fen = int(min(max(rng.lognormvariate(9.15, 0.45), 2_800), 90_000)) * 100
        person.scheme = "employee"

    def household(self, rng: Random, kind: str = "family") -> Household:
        where = places.district(rng)
        self.households += 1
        address = places.address(rng, where)
        if kind == "collective":
            address = f"上海市{where.name}{rng.choice(where.subdistricts)}{rng.choice(where.roads)}{rng.randrange(10, 900)}号（人才集体户）"
        home = Household(f"{where.code}{1_000_000 + self.households}", kind, address, where.code)
        self.city.households.append(home)
        return home

    def marry(self, rng: Random, husband: Person, wife: Person, on: date, where: str) -> None:
        number = f"J{where}-{on.year}-{100_000 + len(self.city.marriages)}"
        authority = f"上海市{places.BY_CODE[where].name}民政局"
        status = "valid" if rng.random() < 0.985 else "dissolved"
        self.city.marriages.append(
            Marriage(number, husband.name, husband.id_number, wife.name, wife.id_number, on, authority, status)
        )

    def couple(self, rng: Random, home: Household, age: int) -> tuple[Person, Person]:
        """A married couple in one household; he is the head."""
        husband = self.person(rng, "male", age + rng.randrange(-1, 5), names.surname(rng), home.division)
        wife = self.person(rng, "female", age, names.surname(rng), home.division)
        home.members += [Member(husband, "户主"), Member(wife, "妻")]
        self.marry(
            rng, husband, wife, CENSUS - timedelta(days=rng.randrange(200, 200 + max(1, age - 22) * 300)), home.division
        )
        return husband, wife

    def child(self, rng: Random, home: Household, father: Person, age: int) -> Person:
        sex = rng.choice(("male", "female"))
        child = self.person(rng, sex, age, family_name(father), home.division)
        home.members.append(Member(child, "子" if sex == "male" else "女"))
        return child


def family_name(person: Person) -> str:
    """The family name of a full name."""
    return person.name[:2] if person.name[:2] in {"欧阳", "上官", "司徒", "诸葛"} else person.name[0]


def _single(make: _Maker, rng: Random) -> Household:
    home = make.household(rng, "collective" if rng.random() < 0.1 else "family")
    person = make.person(rng, rng.choice(("male", "female")), rng.randrange(20, 85), names.surname(rng), home.division)
    home.members.append(Member(person, "户主"))
    return home


def _couple(make: _Maker, rng: Random, ages: tuple[int, int] = (24, 60)) -> Household:
    home = make.household(rng)
    make.couple(rng, home, rng.randrange(*ages))
    return home


def _family(make: _Maker, rng: Random, children: int = 1, ages: tuple[int, int] = (28, 52)) -> Household:
    home = make.household(rng)
    age = rng.randrange(*ages)
    father, _ = make.couple(rng, home, age)
    for _ in range(children):
        make.child(rng, home, father, rng.randrange(1, max(2, min(24, age - 23))))
    return home


def _three_generations(make: _Maker, rng: Random) -> Household:
    home = make.household(rng)
    age = rng.randrange(28, 50)
    grandfather, _ = make.couple(rng, home, age + rng.randrange(23, 31))
    father = make.person(rng, "male", age, family_name(grandfather), home.division)
    mother = make.person(rng, "female", age, names.surname(rng), home.division)
    home.members += [Member(father, "子"), Member(mother, "其他亲属")]
    make.marry(rng, father, mother, CENSUS - timedelta(days=rng.randrange(200, 3600)), home.division)
    make.child(rng, home, father, rng.randrange(1, max(2, age - 24)))
    home.members[-1].relation = "其他亲属"
    return home


def _single_parent(make: _Maker, rng: Random) -> Household:
    home = make.household(rng)
    age = rng.randrange(26, 50)
    parent = make.person(rng, rng.choice(("male", "female")), age, names.surname(rng), home.division)
    home.members.append(Member(parent, "户主"))
    make.child(rng, home, parent, rng.randrange(1, max(2, age - 23)))
    return home


_MAKERS: dict[str, Callable[[_Maker, Random], Household]] = {
    "single": _single,
    "couple": _couple,
    "family1": _family,
    "family2": lambda make, rng: _family(make, rng, 2),
    "three_generations": _three_generations,
    "elderly": lambda make, rng: _couple(make, rng, (60, 88)),
    "single_parent": _single_parent,
}


def _expecting(make: _Maker, rng: Random, index: int) -> None:
    """A young family with a newborn whose paper certificate waits to be registered."""
    plain = index % 20 < 17
    home = _family(make, rng, 1, (26, 41)) if rng.random() < 0.3 else _couple(make, rng, (23, 40))
    father, mother = home.members[0].person, home.members[1].person
    marriage = make.city.marriages[-1]
    if plain:
        marriage.status = "valid"
        if mother.employer is None:
            make.employ(rng, mother, (CENSUS - mother.born).days // 365)
    elif index % 20 == 17:
        father.resident = False
        home.members[0:2] = [Member(mother, "户主")]
    elif index % 20 == 18:
        make.city.marriages.pop()
    else:
        home.kind = "collective"
    add_birth(make.city, rng, index, mother, father, family_name(father), plain=plain)


def default_births(people: int) -> int:
    """How many certificates wait when nobody says: one for every twelve people, at least forty."""
    return max(40, people // 12)


def generate(people: int, seed: int, as_of: date, births: int | None = None) -> Population:
    """At least `people` people; the same for the same arguments. Births come with their families, personas with theirs."""
    city = Population(seed, as_of)
    add_personas(city)
    make = _Maker(city)
    for index in range(default_births(people) if births is None else births):
        _expecting(make, stream(seed, "birth", index), index)
    index = 0
    while len(city.people) < people:
        rng = stream(seed, "household", index)
        home = _MAKERS[_shapes.draw(rng)](make, rng)
        if rng.random() < 0.012:
            home.low_income = "minimum_living" if rng.random() < 0.7 else "low_income"
            home.assistance_number = f"DB{home.number}"
        index += 1
    return city
