"""Contents of invoices, tickets and statements, and of cards of banks and insurances."""

import random
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from onething.sandbox.studio.families.records.people import (
    Record,
    address,
    credit_code,
    day,
    digits,
    landline,
    name,
    person,
    pick,
    place,
    years,
)
from onething.sandbox.studio.families.records.trade import company

Choices = Mapping[str, Any]
_CENT = Decimal("0.01")


def luhn(first: str) -> str:
    """A card number with its check digit."""
    total = 0
    for i, digit in enumerate(reversed(first)):
        double = int(digit) * (2 if i % 2 == 0 else 1)
        total += double - 9 if double > 9 else double
    return first + str(-total % 10)


def vat_invoice(rng: random.Random, with_: Choices) -> Record:
    form = with_.get("form", "electronic")
    first, last = with_.get("years", (2022, 2025) if form == "electronic" else (2014, 2023))
    buyer_at, seller_at, on = place(rng), place(rng, with_.get("code", "")), day(rng, first, last)
    sign = -1 if with_.get("red") else 1
    count, lines, amount, tax = rng.randrange(1, with_.get("lines", 3) + 1), {}, Decimal(0), Decimal(0)
    rate = rng.choice((Decimal("0.13"), Decimal("0.06"), Decimal("0.09"), Decimal("0.01"), Decimal("0.03")))
    for number in range(1, count + 1):
        quantity, price = rng.choice((1, 1, 2, 3, 10, 25)), Decimal(rng.randrange(2000, 480000)) / 100
        net = (quantity * price).quantize(_CENT) * sign
        gross_tax = (net * rate).quantize(_CENT)
        amount, tax = amount + net, tax + gross_tax
        lines |= {
            f"_goods_{number}": pick(rng, "goods"), f"_spec_{number}": rng.choice(("", "A4 70g", "T14", "500ml", "HX-200")), f"_unit_{number}": rng.choice(("项", "台", "箱", "次", "份")),
            f"_quantity_{number}": str(quantity * sign), f"_price_{number}": f"{price:.2f}", f"_net_{number}": f"{net:.2f}", f"_rate_{number}": f"{rate * 100:.0f}%", f"_tax_{number}": f"{gross_tax:.2f}",
        }  # fmt: skip
    private = with_.get("private")
    buyer = person(rng, low=1960, high=2003)
    number = f"{on.year % 100}{seller_at.code[:2]}2{digits(rng, 15)}" if form == "electronic" else digits(rng, 8)
    total = amount + tax
    return {
        "invoice_number": number, "invoice_code": "" if form == "electronic" else f"0{seller_at.code[:4]}{on.year % 100:02d}00{rng.randrange(111, 999)}" if rng.random() < 0.5 else f"{seller_at.code[:4]}{on.year % 100:02d}{rng.randrange(1000, 9999)}",
        "issued_on": on.isoformat(), "buyer_name": buyer["name"] if private else company(rng, buyer_at), "buyer_code": "" if private else credit_code(rng, buyer_at.code),
        "seller_name": company(rng, seller_at, with_.get("seller", "company")), "seller_code": credit_code(rng, seller_at.code), "amount": f"{amount:.2f}", "tax": f"{tax:.2f}",
        "total": f"{total:.2f}", "total_words": f"{total:.2f}", "_goods_count": str(count), "_check": digits(rng, 20), "_machine": digits(rng, 12), "_issuer": name(rng, "female"), "_checker": name(rng, "male"),
        "_payee": name(rng, "female"), "_buyer_where": f"{address(rng, buyer_at)} {landline(rng)}", "_seller_where": f"{address(rng, seller_at)} {landline(rng)}",
        "_buyer_bank": f"{pick(rng, 'banks')}{buyer_at.town.removesuffix('市')}分行 {digits(rng, 17)}", "_seller_bank": f"{pick(rng, 'banks')}{seller_at.town.removesuffix('市')}支行 {digits(rng, 19)}", "_none": "",
        "_cipher": "".join(rng.choice("0123456789<>+-*/") for _ in range(84)), "_province": seller_at.province.removesuffix("省").removesuffix("自治区").removesuffix("市"),
        "_town": seller_at.town, "remark": rng.choice(("", "", f"合同编号{on.year}-{digits(rng, 4)}")), "_red": f"对应正数发票代码:{digits(rng, 12)}号码:{digits(rng, 8)}", "_red_number": digits(rng, 20),
        "_red_list": f"红字发票信息确认单编号：{digits(rng, 20)}", **lines,
    }  # fmt: skip


def bank_card(rng: random.Random, with_: Choices) -> Record:
    bank = with_.get("bank") or pick(rng, "banks")
    credit = with_.get("credit")
    first = rng.choice(("6222", "6217", "6228", "6214", "6226")) + digits(rng, 14)
    if credit:
        first = rng.choice(("6259", "6250", "4392", "5187")) + digits(rng, 11)
    who = person(rng)
    return {
        "bank": bank, "card_number": luhn(first), "valid_thru": f"{rng.randrange(1, 13):02d}/{rng.randrange(26, 38)}", "holder_name": f"{rng.choice(('WANG', 'LI', 'SHE', 'OUYANG', 'TONG', 'QIN'))} {rng.choice(('JIANJUN', 'XIULAN', 'CHONG', 'ZHE', 'YAQI'))}",
        "_since": f"{rng.randrange(16, 25)}", "_cvv": digits(rng, 3), "_none": "", "_name": who["name"],
    }  # fmt: skip


def social_security_card(rng: random.Random, with_: Choices) -> Record:
    who, on = person(rng, code=with_.get("code", "")), day(rng, 2012, 2025)
    return {
        "name": who["name"], "id_number": who["id_number"], "card_number": rng.choice((f"{rng.choice('ABCDG')}{digits(rng, 8)}", f"{rng.choice('ABCDG')}{digits(rng, 7)}X")), "issued_on": on.isoformat(),
        "valid_until": years(on, 10).isoformat(), "bank": pick(rng, "banks"), "bank_card_number": luhn("6231" + digits(rng, 14)), "_province": who["place"].province, "_city": who["place"].town,
        "sex": who["sex"], "birth_date": who["birth"].isoformat(), "_none": "", "ethnicity": who["ethnicity"],
    }  # fmt: skip


def bank_statement(rng: random.Random, with_: Choices) -> Record:
    who, where, start = person(rng, low=1960, high=2003), place(rng), day(rng, 2022, 2026)
    bank = pick(rng, "banks")
    balance, when, lines = Decimal(rng.randrange(50000, 9000000)) / 100, start, dict[str, str]()
    opening, into, out = balance, Decimal(0), Decimal(0)
    count = with_.get("lines", 10)
    for number in range(1, count + 1):
        when += timedelta(days=rng.randrange(0, 8))
        moved = Decimal(rng.randrange(500, 800000)) / 100
        positive = rng.random() < 0.45 or moved > balance
        balance += moved if positive else -moved
        into, out = (into + moved, out) if positive else (into, out + moved)
        lines |= {
            f"_on_{number}": when.isoformat(), f"_what_{number}": rng.choice(("工资", "代发", "利息") if positive else ("消费", "转账", "快捷支付", "房贷还款", "水电费")),
            f"_move_{number}": f"{moved if positive else -moved:.2f}", f"_in_{number}": f"{moved:.2f}" if positive else "", f"_out_{number}": "" if positive else f"{moved:.2f}", f"_left_{number}": f"{balance:.2f}",
            f"_party_{number}": rng.choice((name(rng, "male"), company(rng, where), "财付通-微信支付", "支付宝（中国）网络技术有限公司")), f"_n_{number}": str(number), f"_time_{number}": f"{rng.randrange(7, 22):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}",
        }  # fmt: skip
    return {
        "bank": bank, "holder_name": who["name"], "id_number": who["id_number"], "account_number": luhn("6217" + digits(rng, 14)), "period_from": start.isoformat(), "period_until": when.isoformat(),
        "opening_balance": f"{opening:.2f}", "closing_balance": f"{balance:.2f}", "total_in": f"{into:.2f}", "total_out": f"{out:.2f}", "issued_on": (when + timedelta(days=2)).isoformat(), "currency": "人民币",
        "_lines_count": str(count), "_branch": f"{bank}{where.town.removesuffix('市')}{where.district.removesuffix('区')}支行", "_none": "", "_page": "1/1", "_number": digits(rng, 16), "_code": digits(rng, 8), **lines,
    }  # fmt: skip


def train_ticket(rng: random.Random, with_: Choices) -> Record:
    who, on = person(rng, low=1955, high=2006), day(rng, *with_.get("years", (2018, 2025)))
    (a, a_en), (b, b_en) = rng.sample([(s[0], s[1]) for s in _stations()], 2)
    seat_class = rng.choice(("二等座", "一等座", "商务座", "新空调硬座", "新空调硬卧"))
    fare = f"{rng.randrange(30, 1100)}.{rng.choice(('00', '50'))}"
    return {
        "ticket_number": f"{rng.choice('ABCDEFGHJKLMNPQRSTUVWXYZ')}{digits(rng, 6)}", "from_station": a, "to_station": b, "train": f"{rng.choice('KZT' if '空调' in seat_class else 'GDC')}{rng.randrange(1, 9000)}",
        "departs_at": f"{on}T{rng.randrange(6, 23):02d}:{rng.randrange(60):02d}", "fare": fare, "seat": f"{rng.randrange(1, 17):02d}车{rng.randrange(1, 20):02d}{rng.choice('ABCDF')}号",
        "seat_class": seat_class, "passenger_name": who["name"], "passenger_id_number": f"{who['id_number'][:10]}****{who['id_number'][14:]}",
        "invoice_number": f"{on.year % 100}{who['place'].code[:2]}9{digits(rng, 15)}", "issued_on": (on + timedelta(days=3)).isoformat(), "buyer_name": company(rng, who["place"]), "buyer_code": credit_code(rng, who["place"].code),
        "_a_en": a_en, "_b_en": b_en, "_long": digits(rng, 21), "_e_ticket": digits(rng, 21), "_gate": f"检票口{rng.randrange(1, 25)}{rng.choice('AB')}", "_none": "", "_sold": f"{a}售",
    }  # fmt: skip


def _stations() -> list[list[str]]:
    from onething.sandbox.studio.families.records.people import words

    return words()["stations"]


def taxi_receipt(rng: random.Random, _: Choices) -> Record:
    where, on = place(rng), day(rng, 2015, 2025)
    hour, minute = rng.randrange(5, 23), rng.randrange(0, 40)
    distance = rng.randrange(20, 380) / 10
    fare = f"{8 + distance * 2.4:.2f}"
    return {
        "invoice_code": f"1{where.code[:4]}{digits(rng, 7)}", "invoice_number": digits(rng, 8), "plate": f"{where.short}{rng.choice('ABCE')}·{rng.choice('TXD')}{digits(rng, 4)}", "issued_on": on.isoformat(),
        "from_time": f"{hour:02d}:{minute:02d}", "to_time": f"{hour:02d}:{minute + rng.randrange(5, 19):02d}", "distance_km": f"{distance:.1f}", "unit_price": f"{rng.choice((1.8, 2.0, 2.3, 2.4)):.2f}", "waiting": f"00:{rng.randrange(0, 14):02d}:{rng.randrange(60):02d}",
        "amount": fare, "_card": digits(rng, 6), "_company": f"{where.town}出租汽车有限公司", "_tel": landline(rng), "_surcharge": rng.choice(("0.00", "1.00")), "_none": "", "_town": where.town, "_province": where.province,
        "_licence": digits(rng, 6), "_date": on.isoformat(),
    }  # fmt: skip
