"""Who and what there is in the sandbox Shenzhen: people, addresses, leases and deeds; the same for the same arguments.

The first people are *personas*, each good for one thing to show; the rest are plain. Nobody exists.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from onething.core import clock
from onething.core.identifiers import citizen_id_check_digit
from onething.core.persons.numbers import as_person_number
from onething.sandbox.population.names import given_name, surname


@dataclass(frozen=True, slots=True)
class Townsman:
    sub: str
    id_number: str
    name: str
    sex: str
    phone: str
    persona: str = ""
    status: str = "active"
    valid_until: str = "2038-05-01"
    debtor: str = ""
    """Number of the enforcement case; empty: not on the list."""
    barred: str = ""
    barred_until: str = ""
    born: date | None = None
    """Of those whose number does not tell it."""

    @property
    def birth_date(self) -> date:
        found = as_person_number(self.id_number)
        return (found.birth_date if found else None) or self.born or date(1985, 1, 1)


@dataclass(frozen=True, slots=True)
class Place:
    address: str
    code: str
    use: str = "10"
    area: int = 80
    companies: int = 0
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    number: str
    address: str
    landlord: str
    tenant: str
    tenant_id: str
    starts: date
    ends: date
    rightful: bool = True
    status: str = "1"


@dataclass(frozen=True, slots=True)
class Deed:
    number: str
    address: str
    owner: str
    owner_id: str
    status: str = "1"


@dataclass(slots=True)
class Town:
    people: list[Townsman] = field(default_factory=list[Townsman])
    places: list[Place] = field(default_factory=list[Place])
    leases: list[Lease] = field(default_factory=list[Lease])
    deeds: list[Deed] = field(default_factory=list[Deed])

    def persona(self, name: str) -> Townsman:
        """Raises KeyError."""
        found = next((each for each in self.people if each.persona == name), None)
        if found is None:
            raise KeyError(name)
        return found


STREETS = (
    "福田区福华一路", "福田区深南大道", "南山区科苑路", "南山区学府路", "罗湖区人民南路", "宝安区新湖路", "龙华区民治大道", "龙岗区龙翔大道",
    "福田区彩田路", "南山区海德三道", "前海路", "宝安区宝源路",
)  # fmt: skip

PERSONAS = (
    # persona, name, sex, status, debtor, barred
    ("founder", "林晓雯", "female", "active", "", ""),
    ("partner", "陈志远", "male", "active", "", ""),
    ("debtor", "赵启明", "male", "active", "(2024)粤03执1203号", ""),
    ("barred", "孙立群", "male", "active", "", "担任破产清算公司的法定代表人并负有个人责任，自清算完结之日起未满三年"),
    ("dead", "钱福生", "male", "deceased", "", ""),
)


FROM_ABROAD = (
    ("sz_abroad_1", "PASSPORT:USA:C03005988", "Anne-Marie O\'Neil", "female", "+12025550143", "passport", date(1986, 4, 12)),
    ("sz_abroad_2", "HK_MACAO_PERMIT:H08291374", "陈嘉敏", "female", "+85291234567", "hong_kong", date(1990, 9, 3)),
    ("sz_abroad_3", "830000198807152410", "林柏宏", "male", "13900009903", "taiwan", None),
    ("sz_abroad_4", "PERMANENT_RESIDENCE:944276197911080018", "Müller Hans-Jürgen", "male", "13900009904", "resident_foreigner", date(1979, 11, 8)),
)  # fmt: skip
"""People without a resident identity card, behind everybody else of the town: sub, number, name, sex, phone, persona, birth date."""


def town(people: int = 400, seed: int = 1) -> Town:
    """A town of so many people, each with an office of their own and a lease of it."""
    rng, made = Random(seed), Town()
    for serial in range(people):
        made.people.append(_person(rng, serial, seed))
    made.people += [
        Townsman(sub, number, name, sex, phone, persona, born=born)
        for sub, number, name, sex, phone, persona, born in FROM_ABROAD
    ]
    for serial, person in enumerate(made.people):
        where = f"深圳市{STREETS[serial % len(STREETS)]}{100 + serial}号云汇大厦{1 + serial % 20}层{serial:04d}室"
        made.places.append(Place(where, f"4403{serial:015d}", companies=serial % 3))
        starts = clock.today() - timedelta(days=40)
        made.leases.append(
            Lease(f"深房租{serial:08d}", where, "深圳市汇业物业管理有限公司", person.name, person.id_number, starts, starts + timedelta(days=730))
        )  # fmt: skip
    _odd_places(made)
    return made


def _odd_places(made: Town) -> None:
    """What the checks are there for: a flat, a school, an illegal building, a crowded office, an incubator, a forged lease."""
    founder = made.persona("founder")
    today = clock.today()
    for number, (what, use, companies, shared) in enumerate(
        (("花园3栋2单元502房", "40", 0, False), ("实验学校", "50", 0, False), ("旧村12巷9号", "99", 0, False),
         ("大厦20层2001室", "10", 60, False), ("创业孵化园A座101室", "10", 900, True))
    ):  # fmt: skip
        where = f"深圳市福田区彩田路{900 + number}号{what}"
        made.places.append(Place(where, f"4403{900_000 + number:015d}", use, 80, companies, shared))
        made.leases.append(Lease(f"深房租9{number:07d}", where, "深圳市汇业物业管理有限公司", founder.name, founder.id_number, today, today + timedelta(days=365)))  # fmt: skip
    # The forged one: registered, but the landlord has nothing to do with the owner.
    where = made.places[0].address
    made.leases.append(Lease("深房租66666666", where, "某某公寓管理部", founder.name, founder.id_number, today, today + timedelta(days=365), rightful=False))  # fmt: skip
    made.deeds.append(Deed("粤2024深圳市不动产权第0000001号", where, founder.name, founder.id_number))


def _id(serial: int, female: bool = False) -> str:
    born = date(1972, 1, 1) + timedelta(days=(serial * 37) % 10_000)
    area = ("440303", "440304", "440305", "440306", "440307")[serial % 5]
    first17 = f"{area}{born:%Y%m%d}{(serial // 5) % 490 * 2 + (0 if female else 1):03d}"
    return first17 + citizen_id_check_digit(first17)


def _person(rng: Random, serial: int, seed: int) -> Townsman:
    phone = f"139{seed % 10}{serial:07d}"
    if serial < len(PERSONAS):
        persona, name, sex, status, debtor, barred = PERSONAS[serial]
        until = f"{clock.today() + timedelta(days=400):%Y-%m-%d}" if barred else ""
        return Townsman(f"sz_{serial:06d}", _id(serial, sex == "female"), name, sex, phone, persona, status, debtor=debtor, barred=barred, barred_until=until)  # fmt: skip
    female = rng.random() < 0.5
    name = surname(rng) + given_name(rng, "female" if female else "male", 1980)
    return Townsman(f"sz_{serial:06d}", _id(serial, female), name, "female" if female else "male", phone)
