"""A family and what the sign-in, the photographed certificate, five registries and the parents themselves say of it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

SURNAMES = "王李张刘陈杨赵黄周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁"
GIVEN = "子涵欣怡浩宇梓轩思远嘉乐雨桐俊杰诗涵奕辰若曦明哲静雯志强丽华建平海燕晓东"
HOSPITALS = ("上海市第一妇婴保健院", "复旦大学附属妇产科医院", "上海市长宁区妇幼保健院")
ROADS = ("浦东新区世纪大道", "黄浦区中山南路", "徐汇区漕溪路", "静安区北京西路", "杨浦区四平路")


@dataclass
class Said:
    """`said[slot][field] = value` of one source of facts."""

    paper: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    registries: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    answers: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    sign_in: dict[str, Any] = field(default_factory=dict[str, Any])
    uncertain: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """Read, but not vouched for."""
    fault: str = ""
    wants: tuple[str, ...] = ()
    """Groups of which one must hold a finding about the fault: `fix_now`, `officer` …"""


def number(dice: Random, born: date, male: bool) -> str:
    """A citizen id, its check digit worked out here after GB 11643."""
    serial = dice.randrange(0, 500) * 2 + male
    body = f"{dice.choice(('310101', '310104', '320102', '330106', '340104'))}{born:%Y%m%d}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, weights, strict=True)) % 11]


def family(dice: Random, today: date) -> Said:
    born = datetime.combine(today - timedelta(days=dice.randrange(4, 25)), datetime.min.time()) + timedelta(
        minutes=dice.randrange(1440)
    )
    mother_born, father_born = (today - timedelta(days=dice.randrange(21 * 366, 43 * 365)) for _ in range(2))
    mother, father = (_name(dice) for _ in range(2))
    child = dice.choice((mother, father))[0] + "".join(dice.sample(GIVEN, 2))
    mother_id, father_id = number(dice, mother_born, False), number(dice, father_born, True)
    address = f"上海市{dice.choice(ROADS)}{dice.randrange(1, 900)}号{dice.randrange(1, 40)}室"
    hospital = dice.choice(HOSPITALS)
    paper = {
        "certificate_number": f"S31{dice.randrange(10**7):07d}", "child_name": child, "child_sex": dice.choice(("male", "female")),
        "born_at": born.isoformat(timespec="minutes"), "gestation_weeks": dice.randrange(36, 42), "weight_g": dice.randrange(2500, 4200),
        "length_cm": dice.randrange(46, 54), "hospital": hospital, "birth_address": "上海市浦东新区", "mother_name": mother,
        "mother_id_number": mother_id, "father_name": father, "father_id_number": father_id,
        "issued_on": (born.date() + timedelta(days=3)).isoformat(), "issuer": hospital,
    }  # fmt: skip
    said = Said(paper={"birth_certificate": paper})
    said.sign_in = {"name": mother, "id_number": mother_id, "phone": f"138{dice.randrange(10**8):08d}"}
    said.registries = {
        "birth_record": {**paper, "status": "valid"},
        "mother_id": _card(mother, mother_id, "female", mother_born, address, today),
        "father_id": _card(father, father_id, "male", father_born, address, today),
        "marriage": {"certificate_number": f"J{dice.randrange(10**8)}", "husband_name": father, "husband_id_number": father_id, "wife_name": mother, "wife_id_number": mother_id, "registered_on": (today - timedelta(days=1500)).isoformat(), "authority": "黄浦区民政局", "status": "valid"},
        "mother_household": {"household_number": f"H{dice.randrange(10**7)}", "household_type": "family", "head_name": mother, "head_id_number": mother_id, "address": address, "division": "310101", "member_count": 3, "relation": "户主"},
        "payout_account": {"bank": "工商银行", "account_number": "6222000000000000004", "account_name": mother, "status": "active"},
        "mother_insurance": {"insurance_number": f"I{dice.randrange(10**6)}", "scheme": "employee", "status": "active", "months_paid": 60, "employer": "某公司", "last_paid_month": f"{today:%Y-%m}"},
    }  # fmt: skip
    said.answers = {
        "choices": {"household_of": "mother", "home_address": address, "pay_premium": True},
        "deduction_choice": {"share": "100"},
    }
    return said


def _name(dice: Random) -> str:
    return dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2, 2))))


def _card(name: str, id_number: str, sex: str, born: date, address: str, today: date) -> dict[str, Any]:
    return {
        "id_number": id_number, "name": name, "sex": sex, "ethnicity": "汉", "birth_date": born.isoformat(), "address": address,
        "division": "310101", "valid_from": (today - timedelta(days=3000)).isoformat(), "valid_until": (today + timedelta(days=3000)).isoformat(),
        "issuer": "上海市公安局", "status": "active",
    }  # fmt: skip
