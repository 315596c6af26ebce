"""Contents of papers of business: licences, permits, articles, resolutions, income, bank accounts of companies."""

import itertools
import random
from collections.abc import Mapping
from typing import Any

from onething.sandbox.studio.families.records.people import (
    Place,
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
    words,
    years,
)

Choices = Mapping[str, Any]
_KINDS = {
    "company": (
        "有限责任公司(自然人投资或控股)", "有限责任公司(自然人独资)", "其他有限责任公司", "有限责任公司(自然人投资或控股的法人独资)",
        "股份有限公司(非上市、自然人投资或控股)", "有限责任公司(国有独资)", "有限责任公司(外商投资、非独资)", "一人有限责任公司",
    ),
    "branch": ("有限责任公司分公司(自然人投资或控股)", "有限责任公司分公司(非自然人投资或控股的法人独资)", "股份有限公司分公司(上市)"),
    "partnership": ("有限合伙企业", "普通合伙企业", "特殊普通合伙企业"), "sole": ("个体工商户",), "individual": ("个人独资企业",),
    "farmers": ("农民专业合作社",),
}  # fmt: skip


def company(rng: random.Random, where: Place, variant: str = "company") -> str:
    """The name of an enterprise of this kind."""
    head = rng.choice((where.town, where.town.removesuffix("市"), where.own))
    mark, trade = pick(rng, "marks"), pick(rng, "trades")
    if variant == "sole":
        return where.own + mark + pick(rng, "shops") + rng.choice(("", "（个体工商户）"))
    if variant == "partnership":
        return f"{head}{mark}{rng.choice(('企业管理', '股权投资', '创业投资'))}合伙企业（有限合伙）"
    if variant == "branch":
        return f"{head}{mark}{trade}有限公司{rng.choice(('第一', '城南', where.district.removesuffix('区')))}分公司"
    if variant == "farmers":
        return f"{where.district}{mark}{rng.choice(('果蔬', '中药材', '水产养殖'))}种植农民专业合作社".replace(
            "水产养殖种植", "水产养殖"
        )
    if variant == "individual":
        return f"{head}{mark}{rng.choice(('设计事务所', '加工厂', '广告工作室'))}"
    shape = rng.random()
    if shape < 0.15:
        return f"{mark}（{where.town.removesuffix('市')}）{trade}有限公司"
    return f"{head}{mark}{trade}{rng.choice(('有限公司', '有限责任公司', '股份有限公司'))}"


def scope(rng: random.Random, low: int, high: int, style: str = "2019") -> str:
    items = rng.sample(words()["scopes"], rng.randrange(low, high))
    if style == "2014":
        return "；".join(items) + "。" + rng.choice(("", "（依法须经批准的项目，经相关部门批准后方可开展经营活动）"))
    text = f"一般项目：{'；'.join(items)}（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）。"
    if rng.random() < 0.4:
        allowed = "；".join(rng.sample(words()["permits"], rng.randrange(1, 4)))
        text += f"许可项目：{allowed}（依法须经批准的项目，经相关部门批准后方可开展经营活动，具体经营项目以相关部门批准文件或许可证件为准）。"
    return text


def business_licence(rng: random.Random, with_: Choices) -> Record:
    variant, form = with_.get("variant", "company"), str(with_.get("form", "2019"))
    where, who = place(rng, with_.get("code", "")), person(rng, low=1955, high=2002)
    first, last = with_.get("years", (2004, 2025))
    since = day(rng, first, last)
    issued = after(rng, since, 0, 700)
    head = "92" if variant == "sole" else "93" if variant == "farmers" else "91"
    low, high = with_.get("items", (3, 9))
    text = scope(rng, low, high, form)
    if variant == "sole" and rng.random() < 0.5:
        text = rng.choice(words()["permits"]) + "。"
    capital = rng.choice(
        (
            "100000.00",
            "500000.00",
            "1000000.00",
            "2000000.00",
            "5080000.00",
            "10000000.00",
            "120000000.00",
            "3000000.00",
        )
    )
    term = rng.choice(("long", years(since, rng.choice((20, 30, 50))).isoformat()))
    return {
        "code": credit_code(rng, where.code, head), "name": company(rng, where, variant), "kind": rng.choice(_KINDS[variant]),
        "legal_representative": who["name"], "scope": text, "registered_capital": capital, "established_on": since.isoformat(),
        "address": address(rng, where, long=rng.random() < 0.4), "valid_from": since.isoformat(), "valid_until": term,
        "composition": rng.choice(("个人经营", "家庭经营")), "authority": f"{where.own}{rng.choice(('市场监督管理局', '行政审批局')) if form == '2019' else '工商行政管理局' if since.year < 2016 else '市场监督管理局'}",
        "issued_on": issued.isoformat(), "_serial": f"{where.code}{digits(rng, 9)}", "_copy": f"{rng.randrange(1, 3)}-{rng.randrange(1, 5)}", "_none": "",
        "_register": f"{where.code}{digits(rng, 9)}", "_share": rng.choice(("", "")),
    }  # fmt: skip


def food_licence(rng: random.Random, with_: Choices) -> Record:
    variant = with_.get("variant", rng.choice(("company", "sole")))
    where, who = place(rng, with_.get("code", "")), person(rng, low=1960, high=2002)
    on = day(rng, 2016, 2025)
    home = address(rng, where, long=rng.random() < 0.3)
    form, code = rng.choice(
        (
            ("食品销售经营者", "1"),
            ("餐饮服务经营者", "2"),
            ("单位食堂", "3"),
            ("餐饮服务经营者（微型餐饮）", "2"),
            ("食品销售经营者（网络经营）", "1"),
        )
    )
    items = rng.sample(["预包装食品（含冷藏冷冻食品）销售", "散装食品（不含冷藏冷冻食品、含散装熟食）销售", "热食类食品制售", "冷食类食品制售", "糕点类食品制售（不含裱花蛋糕）",
                        "自制饮品制售", "特殊食品销售（保健食品、婴幼儿配方乳粉）", "生食类食品制售"], rng.randrange(1, 5))  # fmt: skip
    return {
        "name": company(rng, where, variant), "code": credit_code(rng, where.code, "92" if variant == "sole" else "91"),
        "legal_representative": who["name"], "address": home, "premises": home if rng.random() < 0.6 else address(rng, where),
        "business_form": form, "items": "；".join(items), "licence_number": f"JY{code}{where.code}{digits(rng, 7)}",
        "valid_until": after(rng, years(on, 5), 0, 1).isoformat(), "issued_on": on.isoformat(), "authority": f"{where.own}市场监督管理局",
        "supervisor": f"{where.district}市场监督管理局{pick(rng, 'towns').removesuffix('镇').removesuffix('乡')}监管所",
        "_signer": name(rng, "male"), "_tel": "12315", "_officer": f"{name(rng, 'male')}、{name(rng, 'female')}", "_none": "",
        "_masked": f"{who['id_number'][:10]}****{who['id_number'][14:]}", "valid_from": on.isoformat(),
    }  # fmt: skip


def account_permit(rng: random.Random, _: Choices) -> Record:
    where, who = place(rng), person(rng, low=1960, high=2000)
    bank = f"{pick(rng, 'banks')}股份有限公司{where.town.removesuffix('市')}{where.district.removesuffix('区').removesuffix('县')}支行"
    return {
        "approval_number": f"J{digits(rng, 13)}", "company_name": company(rng, where), "legal_representative": who["name"], "bank": bank,
        "account_number": digits(rng, rng.choice((15, 17, 19, 20))).replace("0", "3", 1), "issued_on": day(rng, 2008, 2024).isoformat(),
        "permit_number": f"{rng.randrange(1000, 9999)}-{digits(rng, 8)}", "account_kind": "基本存款账户", "_none": "",
        "authority": f"中国人民银行{where.town.removesuffix('市')}中心支行", "code": credit_code(rng, where.code), "_tel": landline(rng),
        "_address": address(rng, where), "_clerk": name(rng, "female"), "_bank_number": digits(rng, 12), "_id": who["id_number"],
    }  # fmt: skip


def articles_of_association(rng: random.Random, with_: Choices) -> Record:
    where, who = place(rng), person(rng, low=1960, high=2000)
    holders = [person(rng, low=1955, high=2001) for _ in range(with_.get("holders", rng.choice((1, 2, 3))))]
    capital = rng.randrange(1, 60) * 100000
    parts = _shares(rng, len(holders))
    out = {
        "company_name": company(rng, where), "address": address(rng, where), "scope": "、".join(s.split("、")[0] for s in rng.sample(words()["scopes"], 5)),
        "registered_capital": f"{capital}.00", "shareholder_name": "、".join(h["name"] for h in holders),
        "legal_representative": rng.choice((who, holders[0]))["name"], "signed_on": day(rng, 2014, 2025).isoformat(), "_none": "", "_holders_count": str(len(holders)),
        "_chair": name(rng, "male"), "_supervisor": name(rng, "female"), "meeting_on": day(rng, 2015, 2025).isoformat(), "code": credit_code(rng, where.code),
        "_room": f"公司{rng.choice(('会议室', '一楼会议室', '办公室'))}", "_number": f"{rng.randrange(2016, 2026)}年第{rng.randrange(1, 9)}次",
        "_to_name": name(rng, "male"), "_to_id": who["id_number"], "_new_address": address(rng, where),
    }  # fmt: skip
    for number, (holder, part) in enumerate(zip(holders, parts, strict=True), 1):
        out |= {
            f"_holder_{number}": holder["name"], f"_holder_id_{number}": holder["id_number"], f"_amount_{number}": f"{capital * part // 100}.00",
            f"_part_{number}": f"{part}%", f"_way_{number}": rng.choice(("货币", "货币", "实物", "知识产权")), f"_by_{number}": day(rng, 2030, 2050).isoformat(),
        }  # fmt: skip
    return out


def shareholder_resolution(rng: random.Random, with_: Choices) -> Record:
    out = articles_of_association(rng, {**with_, "holders": with_.get("holders", rng.choice((2, 3)))})
    return {
        **out,
        "new_legal_representative": name(rng, rng.choice(("male", "female"))),
        "decided_on": out["meeting_on"],
        "signed_on": out["meeting_on"],
    }


def _shares(rng: random.Random, count: int) -> list[int]:
    if count == 1:
        return [100]
    cuts = sorted(rng.sample(range(10, 100, 5), count - 1))
    edges = [0, *cuts, 100]
    return [b - a for a, b in itertools.pairwise(edges)]


def income_certificate(rng: random.Random, _: Choices) -> Record:
    who, where = person(rng, low=1965, high=2002), place(rng)
    monthly = money(rng, 3000, 38000, 50)
    return {
        "name": who["name"], "sex": who["sex"], "id_number": who["id_number"], "position": rng.choice(("工程师", "会计", "销售经理", "教师", "主管护师", "车间班组长", "副主任科员")),
        "employer": company(rng, where), "monthly_income": monthly, "monthly_income_words": monthly, "issued_on": day(rng, 2019, 2026).isoformat(),
        "since": day(rng, 2005, 2018).isoformat(), "yearly_income": f"{float(monthly) * 12:.2f}", "_tel": landline(rng), "_contact": name(rng, "female"),
        "_address": address(rng, where), "_code": credit_code(rng, where.code), "_department": rng.choice(("技术部", "财务部", "市场部", "行政人事部")), "_none": "",
        "_bank": pick(rng, "banks"), "_phone": phone(rng),
    }  # fmt: skip
