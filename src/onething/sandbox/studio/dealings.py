"""Made-up contents of papers about companies, homes, money and households; as `samples`, seeded, nobody exists."""

import random
from datetime import date, timedelta
from decimal import Decimal

from onething.core.identifiers import uscc_check_character
from onething.sandbox.studio.samples import DISTRICTS, HOSPITALS, address, day, id_number, name, person

Fields = dict[str, str]
TRADES = (
    "科技",
    "信息技术",
    "贸易",
    "餐饮管理",
    "文化传播",
    "建筑工程",
    "物流",
    "机械设备",
    "生物医药",
    "环境工程",
    "教育咨询",
    "食品",
)
BRANDS = (
    "明远",
    "华睿",
    "星海",
    "嘉禾",
    "鼎盛",
    "启航",
    "云帆",
    "瑞丰",
    "博雅",
    "天成",
    "浦江",
    "新程",
    "同创",
    "安达",
    "恒信",
    "蓝图",
)
SCOPES = (
    "技术服务", "技术开发", "技术咨询", "货物进出口", "会议及展览服务", "市场营销策划", "软件开发", "数据处理服务", "办公用品销售", "餐饮服务",
    "道路货物运输", "机械设备租赁", "物业管理", "广告设计、代理", "食品销售", "电子产品销售", "建筑材料销售", "教育咨询服务",
)  # fmt: skip
BANKS = (
    "中国工商银行",
    "中国农业银行",
    "中国银行",
    "中国建设银行",
    "交通银行",
    "招商银行",
    "上海浦东发展银行",
    "中国邮政储蓄银行",
)
BINS = ("622202", "622848", "621661", "621700", "622260", "621483", "622521", "621098")
POSITIONS = ("工程师", "会计", "销售经理", "产品经理", "教师", "护士", "行政主管", "设计师", "项目经理", "技术员")
LICENCE_KINDS = (
    "有限责任公司(自然人投资或控股)",
    "有限责任公司(自然人独资)",
    "个人独资企业",
    "股份有限公司(非上市)",
    "有限责任公司分公司",
)


def company(rng: random.Random, division: str) -> str:
    del division
    return f"上海{rng.choice(BRANDS)}{rng.choice(TRADES)}有限公司"


def company_code(rng: random.Random, division: str) -> str:
    """A valid unified social credit code of a company that does not exist."""
    body = "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(9))
    first = f"91{division}{body}"
    return first + uscc_check_character(first)


def bank_card_number(rng: random.Random, length: int = 19) -> str:
    """A number that passes the Luhn check."""
    first = rng.choice(BINS) + "".join(str(rng.randrange(10)) for _ in range(length - 7))
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(first))]
    return first + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def _money(amount: int | Decimal) -> str:
    return f"{Decimal(amount):.2f}"


def _division(rng: random.Random) -> str:
    return rng.choice(list(DISTRICTS))


def household_cover(rng: random.Random) -> Fields:
    division = _division(rng)
    return {
        "household_kind": rng.choice(("家庭户", "集体户", "居民家庭户", "非农业家庭户")),
        "head_name": name(rng, rng.choice(("male", "female"))),
        "household_number": f"{division}{rng.randrange(10**6):06d}",
        "address": address(rng, division),
        "issued_on": day(rng, date(2003, 1, 1), date(2026, 1, 1)).isoformat(),
    }


def residence_permit(rng: random.Random) -> Fields:
    who = person(rng, rng.choice(("male", "female")), date(1960, 1, 1), date(2005, 1, 1))
    division = _division(rng)
    on = day(rng, date(2022, 1, 1), date(2026, 10, 1))
    return {key: who[key] for key in ("name", "sex", "ethnicity", "birth_date", "id_number")} | {
        "residence_address": address(rng, division),
        "issuer": f"上海市公安局{DISTRICTS[division].removesuffix('新区').removesuffix('区')}分局",
        "issued_on": on.isoformat(),
        "valid_until": (on + timedelta(days=365)).isoformat(),
    }


def divorce_certificate(rng: random.Random) -> Fields:
    man = person(rng, "male", date(1970, 1, 1), date(1998, 1, 1))
    woman = person(rng, "female", date(1971, 1, 1), date(1999, 1, 1))
    on, division = day(rng, date(2012, 1, 1), date(2026, 10, 1)), _division(rng)
    return {
        "certificate_number": f"L{division}-{on.year}-{rng.randrange(10**6):06d}", "registered_on": on.isoformat(),
        "holder_name": rng.choice((man, woman))["name"], "man_name": man["name"], "man_id_number": man["id_number"],
        "woman_name": woman["name"], "woman_id_number": woman["id_number"],
        "authority": f"上海市{DISTRICTS[division]}民政局婚姻登记处",
    }  # fmt: skip


def business_licence(rng: random.Random) -> Fields:
    division = _division(rng)
    on = day(rng, date(2008, 1, 1), date(2026, 8, 1))
    return {
        "code": company_code(rng, division), "name": company(rng, division), "kind": rng.choice(LICENCE_KINDS),
        "legal_representative": name(rng, rng.choice(("male", "female"))),
        "scope": "、".join(rng.sample(SCOPES, rng.randrange(3, 7))),
        "registered_capital": _money(rng.choice((10, 50, 100, 200, 300, 500, 1000, 2000)) * 10_000),
        "established_on": on.isoformat(), "address": address(rng, division),
        "authority": f"上海市{DISTRICTS[division]}市场监督管理局",
        "issued_on": (on + timedelta(days=rng.randrange(0, 90))).isoformat(),
    }  # fmt: skip


def articles_of_association(rng: random.Random) -> Fields:
    division = _division(rng)
    capital = rng.choice((50, 100, 200, 300, 500, 1000)) * 10_000
    return {
        "company_name": company(rng, division), "address": address(rng, division),
        "scope": "、".join(rng.sample(SCOPES, 4)), "registered_capital": _money(capital),
        "shareholder_name": name(rng, "male"), "legal_representative": name(rng, "female"),
        "signed_on": day(rng, date(2015, 1, 1), date(2026, 10, 1)).isoformat(),
    }  # fmt: skip


def lease_contract(rng: random.Random) -> Fields:
    landlord = person(rng, "male", date(1955, 1, 1), date(1990, 1, 1))
    tenant = person(rng, "female", date(1985, 1, 1), date(2004, 1, 1))
    start = day(rng, date(2022, 1, 1), date(2026, 10, 1)).replace(day=1)
    rent = rng.randrange(18, 160) * 100 + rng.choice((0, 0, 50, 80))
    return {
        "landlord_name": landlord["name"], "landlord_id_number": landlord["id_number"], "tenant_name": tenant["name"],
        "tenant_id_number": tenant["id_number"], "address": address(rng, _division(rng)),
        "area": f"{rng.randrange(3000, 16000) / 100:.2f}", "lease_from": start.isoformat(),
        "lease_until": (start.replace(year=start.year + rng.choice((1, 2, 3))) - timedelta(days=1)).isoformat(),
        "monthly_rent": _money(rent), "monthly_rent_words": _money(rent), "deposit": _money(rent * rng.choice((1, 2))),
        "signed_on": (start - timedelta(days=rng.randrange(1, 20))).isoformat(),
    }  # fmt: skip


def vat_invoice(rng: random.Random) -> Fields:
    net = Decimal(rng.randrange(5_000, 900_000)) / 100
    tax = (net * Decimal(rng.choice(("0.06", "0.09", "0.13", "0.03")))).quantize(Decimal("0.01"))
    on = day(rng, date(2023, 1, 1), date(2026, 11, 1))
    buyer, seller = _division(rng), _division(rng)
    return {
        "invoice_number": f"{on:%y}31{rng.randrange(10**16):016d}", "issued_on": on.isoformat(),
        "buyer_name": company(rng, buyer), "buyer_code": company_code(rng, buyer), "seller_name": company(rng, seller),
        "seller_code": company_code(rng, seller), "amount": _money(net), "tax": _money(tax),
        "total": _money(net + tax), "total_words": _money(net + tax),
    }  # fmt: skip


def property_certificate(rng: random.Random) -> Fields:
    division = _division(rng)
    on = day(rng, date(2016, 6, 1), date(2026, 10, 1))
    unit = f"{division}{rng.randrange(1, 40):03d}{rng.randrange(1, 90):03d}GB{rng.randrange(10**5):05d}F{rng.randrange(10**4):04d}{rng.randrange(10**4):04d}"
    return {
        "certificate_number": f"沪({on.year}){DISTRICTS[division][0]}字不动产权第{rng.randrange(10**6):06d}号",
        "owner_name": name(rng, rng.choice(("male", "female"))), "co_ownership": rng.choice(("单独所有", "共同共有", "按份共有")),
        "address": address(rng, division), "unit_number": unit, "nature": rng.choice(("出让/商品房", "划拨/房改房", "出让/自建房")),
        "use": rng.choice(("城镇住宅用地/住宅", "住宅", "商业服务/商铺", "办公")),
        "area": f"{rng.randrange(3500, 26000) / 100:.2f}", "registered_on": on.isoformat(),
    }  # fmt: skip


def deed_tax_receipt(rng: random.Random) -> Fields:
    who = person(rng, rng.choice(("male", "female")), date(1960, 1, 1), date(2002, 1, 1))
    on = day(rng, date(2021, 9, 1), date(2026, 11, 1))
    amount = Decimal(rng.randrange(800_000, 12_000_000)) / 100
    return {
        "receipt_number": f"3310{rng.randrange(10**14):014d}", "issued_on": on.isoformat(),
        "tax_authority": f"国家税务总局上海市{DISTRICTS[_division(rng)]}税务局", "taxpayer_name": who["name"],
        "taxpayer_id_number": who["id_number"], "amount": _money(amount), "amount_words": _money(amount),
        "paid_on": (on - timedelta(days=rng.randrange(0, 3))).isoformat(),
    }  # fmt: skip


def sale_contract(rng: random.Random) -> Fields:
    seller = person(rng, "female", date(1955, 1, 1), date(1990, 1, 1))
    buyer = person(rng, "male", date(1975, 1, 1), date(2001, 1, 1))
    division = _division(rng)
    price = rng.randrange(150, 1800) * 10_000 + rng.choice((0, 0, 5_000, 8_800))
    on = day(rng, date(2021, 1, 1), date(2026, 10, 1))
    return {
        "contract_number": f"{on.year}{rng.randrange(10**8):08d}", "seller_name": seller["name"],
        "seller_id_number": seller["id_number"], "buyer_name": buyer["name"], "buyer_id_number": buyer["id_number"],
        "address": address(rng, division), "area": f"{rng.randrange(3500, 22000) / 100:.2f}",
        "certificate_number": f"沪({on.year - 3}){DISTRICTS[division][0]}字不动产权第{rng.randrange(10**6):06d}号",
        "price": _money(price), "price_words": _money(price), "signed_on": on.isoformat(),
    }  # fmt: skip


def bank_card(rng: random.Random) -> Fields:
    return {
        "bank": rng.choice(BANKS), "card_number": bank_card_number(rng),
        "valid_thru": f"{rng.randrange(1, 13):02d}/{rng.randrange(27, 36)}",
    }  # fmt: skip


def social_security_card(rng: random.Random) -> Fields:
    who = person(rng, rng.choice(("male", "female")), date(1950, 1, 1), date(2020, 1, 1))
    return {
        "name": who["name"], "id_number": who["id_number"],
        "card_number": f"{rng.choice('ABCDEFGHJK')}{rng.randrange(10**8):08d}",
        "issued_on": day(rng, date(2018, 1, 1), date(2026, 10, 1)).isoformat(),
    }  # fmt: skip


def income_certificate(rng: random.Random) -> Fields:
    who = person(rng, rng.choice(("male", "female")), date(1970, 1, 1), date(2003, 1, 1))
    income = rng.randrange(50, 600) * 100 + rng.choice((0, 0, 0, 35, 68))
    employer = rng.choice((company(rng, ""), rng.choice(HOSPITALS)))
    return {
        "name": who["name"], "id_number": who["id_number"], "position": rng.choice(POSITIONS), "employer": employer,
        "monthly_income": _money(income), "monthly_income_words": _money(income),
        "issued_on": day(rng, date(2024, 1, 1), date(2026, 11, 1)).isoformat(),
    }  # fmt: skip


MAKERS = {
    maker.__name__: maker
    for maker in (
        household_cover, residence_permit, divorce_certificate, business_licence, articles_of_association, lease_contract,
        vat_invoice, property_certificate, deed_tax_receipt, sale_contract, bank_card, social_security_card,
        income_certificate,
    )
}  # fmt: skip
__all__ = ["MAKERS", "bank_card_number", "company_code", "id_number"]
