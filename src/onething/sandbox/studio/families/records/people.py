"""People, places, numbers and days that do not exist: valid check digits, divisions of the whole country, rare names."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Any

from onething.core.identifiers import citizen_id_check_digit, uscc_check_character
from onething.core.plain_yaml import load_yaml

Record = dict[str, str]
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    return load_yaml(
        files("onething.sandbox.studio.families.records").joinpath("words.yaml").read_text(encoding="utf-8")
    )


@dataclass(frozen=True)
class Place:
    code: str
    province: str
    city: str
    district: str
    short: str
    city_short: str

    @property
    def whole(self) -> str:
        return self.province + self.city + self.district

    @property
    def town(self) -> str:
        """The city, or the municipality itself."""
        return self.city or self.province

    @property
    def own(self) -> str:
        """As agencies of the district write themselves: 杭州市西湖区, 上海市徐汇区."""
        return self.town + self.district


def place(rng: random.Random, code: str = "") -> Place:
    """A division; `code` may be the beginning of one (54 for Tibet)."""
    found = [row for row in words()["places"] if row[0].startswith(code)]
    return Place(*rng.choice(found))


def pick(rng: random.Random, name: str) -> Any:
    return rng.choice(words()[name])


def digits(rng: random.Random, count: int) -> str:
    return "".join(str(rng.randrange(10)) for _ in range(count))


def day(rng: random.Random, first: int, last: int) -> date:
    """A day from the first of January of `first` to the last of December of `last` (never 29 February)."""
    start = date(first, 1, 1)
    found = start + timedelta(days=rng.randrange((date(last, 12, 31) - start).days))
    return found.replace(day=28) if (found.month, found.day) == (2, 29) else found


def after(rng: random.Random, start: date, low: int, high: int) -> date:
    found = start + timedelta(days=rng.randrange(low, high))
    return found.replace(day=28) if (found.month, found.day) == (2, 29) else found


def years(start: date, count: int) -> date:
    return start.replace(year=start.year + count)


def name(rng: random.Random, sex: str, ethnicity: str = "汉", surname: str = "") -> str:
    if ethnicity in words()["others"]:
        return rng.choice(words()["others"][ethnicity][sex])
    family = surname or (pick(rng, "rare") if rng.random() < 0.22 else pick(rng, "surnames"))
    return family + pick(rng, sex)


def citizen_id(rng: random.Random, born: date, sex: str, code: str) -> str:
    order = rng.randrange(1, 499) * 2 + (1 if sex == "male" else 0)
    first = f"{code}{born:%Y%m%d}{order:03d}"
    return first + citizen_id_check_digit(first)


def credit_code(rng: random.Random, code: str, head: str = "91") -> str:
    first = f"{head}{code}" + "MA" + "".join(rng.choice(_USCC) for _ in range(7))
    return first + uscc_check_character(first)


def address(rng: random.Random, where: Place, long: bool = False) -> str:
    """A street, an estate or a village; `long` fills three to four lines of a card."""
    road, estate = pick(rng, "roads"), pick(rng, "estates")
    number = f"{rng.randrange(1, 999)}号"
    room = f"{rng.randrange(1, 30)}栋{rng.randrange(1, 5)}单元{rng.randrange(101, 3305)}室"
    if long:
        return f"{where.whole}{pick(rng, 'towns').replace('镇', '街道')}{road}{number}{estate}二期{rng.choice('东南西北')}区{room}"
    shape = rng.random()
    if shape < 0.25:
        return f"{where.whole}{pick(rng, 'towns')}{pick(rng, 'villages')}{rng.choice('一二三四五六')}组{rng.randrange(1, 200)}号"
    if shape < 0.6:
        return f"{where.whole}{road}{number}{estate}{room}"
    if shape < 0.8:
        return f"{where.whole}{road}{rng.randrange(1, 99)}弄{rng.randrange(1, 40)}号{rng.randrange(101, 2804)}室"
    return f"{where.whole}{road}{number}附{rng.randrange(1, 30)}号"


def person(rng: random.Random, sex: str = "", low: int = 1950, high: int = 2007, code: str = "", ethnicity: str = "") -> dict[str, Any]:  # fmt: skip
    """name, sex, birth (date), id_number, ethnicity, place, address."""
    sex = sex or rng.choice(("male", "female"))
    where, born = place(rng, code), day(rng, low, high)
    people = ethnicity or pick(rng, "ethnicities")
    return {
        "name": name(rng, sex, people), "sex": sex, "birth": born, "place": where, "ethnicity": people,
        "id_number": citizen_id(rng, born, sex, where.code), "address": address(rng, where),
    }  # fmt: skip


def money(rng: random.Random, low: int, high: int, step: int = 1) -> str:
    return f"{rng.randrange(low, high, step)}.00"


def phone(rng: random.Random) -> str:
    return f"1{rng.choice(('38', '59', '77', '86', '33'))}{digits(rng, 8)}"


def landline(rng: random.Random) -> str:
    return f"0{rng.randrange(310, 999)}-{digits(rng, 7)}"


def bureau(where: Place) -> str:
    """The police that issues cards of a division."""
    if where.district.endswith(("县", "市")):
        return f"{where.district}公安局"
    return f"{where.town}公安局{where.district.removesuffix('区')}分局"
