"""Contents of papers of a home: property certificates, leases, sales, deed tax, bills of power, water and management."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from onething.sandbox.studio.families.records.people import (
    Record,
    address,
    after,
    credit_code,
    day,
    digits,
    landline,
    money,
    name,
    person,
    phone,
    pick,
    place,
    years,
)
from onething.sandbox.studio.families.records.trade import company

Choices = Mapping[str, Any]


def _owners(rng: random.Random, with_: Choices) -> tuple[list[dict[str, Any]], str, str]:
    """Owners, how they own together, and shares as 姓名 share、… (empty where none are stated)."""
    count = with_.get("owners", rng.choice((1, 1, 2, 2)))
    owners = [person(rng, low=1950, high=2002) for _ in range(count)]
    if count == 1:
        return owners, "单独所有", ""
    if rng.random() < 0.5 and not with_.get("shares"):
        return owners, "共同共有", ""
    if count == 2:
        one = rng.choice((1, 10, 30, 40, 50, 60, 99))
        parts = [one, 100 - one]
    else:
        parts = [40, 30, 30]
    return owners, "按份共有", "、".join(f"{o['name']}{p}%" for o, p in zip(owners, parts, strict=True))


def property_certificate(rng: random.Random, with_: Choices) -> Record:
    old = with_.get("old")
    first, last = with_.get("years", (1998, 2014) if old else (2015, 2025))
    owners, together, shares = _owners(rng, with_)
    where, on = place(rng, with_.get("code", "")), day(rng, first, last)
    area = rng.randrange(3800, 26000) / 100
    inner = round(area * rng.uniform(0.76, 0.88), 2)
    floors = rng.choice((6, 7, 11, 18, 26, 33))
    floor = rng.randrange(1, floors + 1)
    if old:
        number = rng.choice(
            (
                f"{where.town.removesuffix('市')}房权证{where.district.removesuffix('区')}字第{digits(rng, 7)}号",
                f"房地权证{where.short}字({on.year})第{digits(rng, 6)}号",
                f"{where.town.removesuffix('市')}房权证字第{digits(rng, 8)}号",
            )
        )
    else:
        number = f"{where.short}({on.year}){where.own if not where.city else where.district if where.district.endswith(('县', '市')) else where.city}不动产权第{digits(rng, 7)}号"
    use = rng.choice(("住宅", "城镇住宅用地/成套住宅", "城镇住宅用地/住宅", "商务金融用地/办公", "成套住宅"))
    out = {
        "certificate_number": number, "owner_name": "、".join(o["name"] for o in owners), "co_ownership": together, "owner_shares": shares,
        "address": address(rng, where, long=rng.random() < 0.25), "unit_number": f"{where.code}{digits(rng, 6)}GB{digits(rng, 5)}F{digits(rng, 8)}",
        "right_type": "国有建设用地使用权/房屋所有权", "nature": rng.choice(("出让/商品房", "出让/市场化商品房", "划拨/房改房", "出让/存量商品房", "划拨/经济适用住房")),
        "use": use, "area": f"{area:.2f}", "inner_area": f"{inner:.2f}", "shared_area": f"{area - inner:.2f}", "land_area": f"{area / floors * 1.3:.2f}",
        "registered_on": on.isoformat(), "term_from": years(on, -5).isoformat(), "term_until": years(on, 65).isoformat(), "structure": rng.choice(("钢筋混凝土结构", "混合结构", "钢混", "砖混")),
        "floors": str(floors), "floor": str(floor), "authority": f"{where.own}{rng.choice(('自然资源和规划局', '不动产登记中心', '自然资源局')) if not old else '房产管理局'}",
        "_serial": f"NO.{rng.choice('DJ')}{where.code[:2]}{digits(rng, 9)}", "_book": digits(rng, 11), "_none": "", "_case": f"{on.year}{digits(rng, 8)}", "_built": str(on.year - 3),
        "_ids": "、".join(o["id_number"] for o in owners), "_province": where.province, "_city": where.town, "_district": where.district,
        "owner_id_number": "、".join(o["id_number"] for o in owners), "nature_of_house": rng.choice(("商品房", "房改房", "自建房", "经济适用房", "私有房产")), "_houses": f"{rng.randrange(1, 40)}", "_room": str(rng.randrange(101, 3304)),
        "_two": "1" if len(owners) > 1 else "", "_one": "1" if len(owners) == 1 else "", "_shares": "1" if shares else "", "_unshared": "" if shares else "1",
    }  # fmt: skip
    parts = shares.split("、") if shares else [""] * len(owners)
    for number_, (owner, part) in enumerate(zip(owners, parts, strict=True), 1):
        out |= {
            f"_owner_{number_}": owner["name"],
            f"_owner_id_{number_}": owner["id_number"],
            f"_part_{number_}": part.removeprefix(owner["name"]),
        }
    return out


def lease_contract(rng: random.Random, with_: Choices) -> Record:
    owner, tenant, where = (
        person(rng, low=1950, high=1998),
        person(rng, low=1975, high=2005),
        place(rng, with_.get("code", "")),
    )
    start = day(rng, 2017, 2026)
    length = rng.choice((1, 1, 1, 2, 3, 5))
    until = years(start, length) - timedelta(days=1)
    rent = money(rng, 700, 16000, 50)
    firm = with_.get("firm")
    out = {
        "landlord_name": owner["name"], "landlord_id_number": owner["id_number"], "tenant_name": tenant["name"], "tenant_id_number": tenant["id_number"],
        "address": address(rng, where), "area": f"{rng.randrange(1800, 16000) / 100:g}", "lease_from": start.isoformat(), "lease_until": until.isoformat(),
        "monthly_rent": rent, "monthly_rent_words": rent, "deposit": f"{float(rent) * rng.choice((1, 1, 2, 3)):.2f}", "signed_on": (start - timedelta(days=rng.randrange(1, 20))).isoformat(),
        "yearly_rent": f"{float(rent) * 12:.2f}", "quarterly_rent": f"{float(rent) * 3:.2f}", "_months": str(length * 12), "_years": str(length), "_none": "",
        "landlord_phone": phone(rng), "tenant_phone": phone(rng), "_number": f"{where.short}租{start.year}{digits(rng, 7)}", "_account": f"62{digits(rng, 17)}",
        "_bank": pick(rng, "banks"), "_certificate": f"{where.short}(2019){where.own}不动产权第{digits(rng, 7)}号", "_agent": company(rng, where), "_use": rng.choice(("居住", "商业经营", "办公", "仓储")),
        "_floors": str(rng.randrange(6, 33)), "_water": digits(rng, 4), "_power": digits(rng, 5), "_people": str(rng.randrange(1, 5)), "_owner_home": address(rng, place(rng)),
        "use": rng.choice(("居住", "商业经营", "办公")),
    }  # fmt: skip
    if firm:
        out |= {
            "tenant_name": company(rng, where),
            "tenant_id_number": credit_code(rng, where.code),
            "_person": tenant["name"],
        }
    return out


def sale_contract(rng: random.Random, _: Choices) -> Record:
    seller, buyer, where = person(rng, low=1950, high=1995), person(rng, low=1970, high=2002), place(rng)
    on = day(rng, 2016, 2025)
    price = f"{rng.randrange(30, 900)}{rng.choice(('0000', '5000', '8800'))}.00"
    return {
        "contract_number": rng.choice((f"{on.year}{digits(rng, 8)}", f"{where.short}房买字{on.year}第{digits(rng, 6)}号")), "seller_name": seller["name"], "seller_id_number": seller["id_number"],
        "buyer_name": buyer["name"], "buyer_id_number": buyer["id_number"], "address": address(rng, where), "area": f"{rng.randrange(4000, 22000) / 100:.2f}",
        "certificate_number": f"{where.short}({rng.randrange(2015, on.year + 1)}){where.district if where.district.endswith(('县', '市')) else where.town}不动产权第{digits(rng, 7)}号",
        "price": price, "price_words": price, "signed_on": on.isoformat(), "_none": "", "_first": f"{float(price) * 0.3:.2f}", "_earnest": "50000.00", "_tel_a": phone(rng), "_tel_b": phone(rng),
        "_agent": company(rng, where), "_inner": f"{rng.randrange(4000, 9000) / 100:.2f}", "_floors": str(rng.randrange(6, 33)), "_structure": "钢混", "_use": "住宅", "unit_price": f"{float(price) / 100:.2f}",
        "handed_over_on": after(rng, on, 30, 120).isoformat(), "_home_a": address(rng, place(rng)), "_home_b": address(rng, place(rng)), "_developer": company(rng, where), "_developer_code": credit_code(rng, where.code),
    }  # fmt: skip


def deed_tax_receipt(rng: random.Random, _: Choices) -> Record:
    who, where, on = person(rng, low=1955, high=2000), place(rng), day(rng, 2016, 2025)
    base = rng.randrange(200000, 6000000)
    amount = f"{base * rng.choice((0.01, 0.015, 0.02, 0.03)):.2f}"
    return {
        "receipt_number": f"3{where.code[:2]}0{digits(rng, 14)}", "issued_on": on.isoformat(), "tax_authority": f"国家税务总局{where.own}税务局", "taxpayer_name": who["name"],
        "taxpayer_id_number": who["id_number"], "amount": amount, "amount_words": amount, "paid_on": on.isoformat(), "_base": f"{base}.00", "_none": "", "_clerk": name(rng, "female"),
        "_voucher": digits(rng, 18), "_address": address(rng, where), "_area": f"{rng.randrange(5000, 18000) / 100:.2f}", "_rate": "0.015", "_stamp": f"{base * 0.0005:.2f}",
        "_total": f"{float(amount) + 5:.2f}", "_office": f"国家税务总局{where.own}税务局第一税务所",
    }  # fmt: skip


def utility_bill(rng: random.Random, with_: Choices) -> Record:
    who, where, on = person(rng, low=1945, high=2000), place(rng, with_.get("code", "")), day(rng, 2019, 2026)
    what = with_.get("what", "power")
    used, before = rng.randrange(40, 900), rng.randrange(1000, 30000)
    price = {"power": 0.56, "water": 3.35, "gas": 2.9, "management": 2.2}[what]
    if what in ("water", "gas"):
        used //= 15
        used += 1
    area = rng.randrange(4500, 18000) / 100
    quantity = f"{area:.2f}" if what == "management" else str(used)
    months = 3 if what == "management" else 1
    steps = (min(used, 200) * price, max(0, used - 200) * (price + 0.05))
    amount = (
        f"{float(quantity) * price * months:.2f}"
        if what != "power"
        else f"{round(steps[0], 2) + round(steps[1], 2):.2f}"
    )
    start = on.replace(day=1) - timedelta(days=31 * months)
    start = start.replace(day=1)
    town = where.town.removesuffix("市")
    provider = {
        "power": rng.choice((f"国网{where.province.removesuffix('省')}省电力有限公司{where.town}供电公司" if where.province.endswith("省") else f"国网{town}供电公司", f"{where.province}电网有限责任公司{town}供电局")),
        "water": f"{where.town}自来水有限公司", "gas": f"{where.town}燃气集团有限公司", "management": f"{where.town}{pick(rng, 'marks')}物业服务有限公司",
    }[what]  # fmt: skip
    return {
        "account_number": digits(rng, rng.choice((8, 10, 13))).replace("0", "5", 1), "customer_name": who["name"], "address": address(rng, where), "period_from": start.isoformat(),
        "period_until": (on.replace(day=1) - timedelta(days=1)).isoformat(), "quantity": quantity, "amount": amount, "amount_words": amount, "issued_on": on.isoformat(),
        "due_on": after(rng, on, 8, 30).isoformat(), "provider": provider, "unit_price": f"{price:.4f}", "_before": str(before), "_now": str(before + used), "_factor": "1", "_meter": digits(rng, 12),
        "_none": "", "_tel": "95598" if what == "power" else landline(rng), "_clerk": name(rng, "female"), "_number": f"{on.year}{digits(rng, 8)}", "_balance": f"{rng.randrange(0, 20000) / 100:.2f}", "_area": f"{area:.2f}",
        "_fee": f"{rng.randrange(500, 4000) / 100:.2f}", "_house": f"{rng.randrange(1, 30)}栋{rng.randrange(1, 4)}单元{rng.randrange(101, 2804)}", "_first": str(min(used, 200)), "_second": str(max(0, used - 200)),
        "_first_amount": f"{steps[0]:.2f}", "_second_amount": f"{steps[1]:.2f}", "_estate": pick(rng, "estates"), "_class": rng.choice(("居民生活用电", "城镇居民生活用电", "乡村居民生活用电")),
    }  # fmt: skip
