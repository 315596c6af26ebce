"""Contents of papers of a person's life: cards, household book, birth, marriage, divorce, death."""

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from onething.sandbox.studio.families.records.people import (
    Record,
    address,
    after,
    bureau,
    citizen_id,
    day,
    digits,
    landline,
    name,
    person,
    pick,
    place,
    words,
    years,
)

Choices = Mapping[str, Any]
_RELATIONS = (
    "户主",
    "妻",
    "丈夫",
    "长子",
    "次子",
    "长女",
    "二女儿",
    "父亲",
    "母亲",
    "儿媳",
    "女婿",
    "孙子",
    "外孙女",
    "非亲属",
)


def id_card_front(rng: random.Random, with_: Choices) -> Record:
    who = person(rng, code=with_.get("code", ""), ethnicity=with_.get("ethnicity", ""))
    home = address(rng, who["place"], long=bool(with_.get("long")) or rng.random() < 0.3)
    return {
        "name": who["name"], "sex": who["sex"], "ethnicity": who["ethnicity"], "birth_date": who["birth"].isoformat(),
        "address": home, "id_number": who["id_number"],
    }  # fmt: skip


def id_card_back(rng: random.Random, with_: Choices) -> Record:
    start, where = day(rng, *with_.get("years", (2006, 2025))), place(rng, with_.get("code", ""))
    count = rng.choice((5, 10, 10, 20, 20, 0))
    if with_.get("temporary"):
        until = after(rng, start, 89, 93).isoformat()
        return {"issuer": bureau(where), "valid_from": start.isoformat(), "valid_until": until}
    return {
        "issuer": bureau(where), "valid_from": start.isoformat(),
        "valid_until": years(start, count).isoformat() if count else "long",
    }  # fmt: skip


def household_page(rng: random.Random, with_: Choices) -> Record:
    who = person(rng, low=1938, high=2025, code=with_.get("code", ""), ethnicity=with_.get("ethnicity", ""))
    where, origin = who["place"], place(rng)
    adult = who["birth"].year < 2003
    male = who["sex"] == "male"
    relations = [
        r
        for r in _RELATIONS
        if r in ("户主", "非亲属") or (r in ("丈夫", "长子", "次子", "父亲", "女婿", "孙子")) == male
    ]
    return {
        "name": who["name"], "relation": rng.choice(relations), "sex": who["sex"], "ethnicity": who["ethnicity"],
        "birth_date": who["birth"].isoformat(), "birth_place": where.whole, "native_place": origin.province + origin.town.replace(origin.province, ""),
        "id_number": who["id_number"], "height_cm": str(rng.randrange(150, 186)) if adult else "",
        "blood_type": rng.choice(("A", "B", "O", "AB", "")), "education": rng.choice(("初中", "高中", "大学本科", "大学专科", "小学", "硕士研究生")) if adult else "",
        "marital_status": rng.choice(("未婚", "初婚", "离婚", "有配偶", "丧偶")) if adult else "", "military_service": rng.choice(("未服兵役", "退出现役", "")) if adult else "",
        "occupation": pick(rng, "jobs") if adult else "", "employer": where.town + pick(rng, "employers") if adult and rng.random() < 0.6 else "",
        "former_name": name(rng, who["sex"], surname=who["name"][0]) if rng.random() < 0.15 else "",
        "religion": "", "moved_from": f"{day(rng, 1990, 2020).year}年由{origin.whole}迁入" if rng.random() < 0.5 else "",
        "registered_on": day(rng, 2005, 2025).isoformat(),
        "household_number": f"{where.code}{digits(rng, rng.choice((3, 6)))}", "address": address(rng, where),
        "_clerk": name(rng, "female"), "_member": f"{rng.randrange(1, 7):02d}", "_station": f"{where.district}{pick(rng, 'towns').removesuffix('镇').removesuffix('乡')}派出所",
        "_none": "",
    }  # fmt: skip


def household_cover(rng: random.Random, with_: Choices) -> Record:
    who = person(rng, low=1940, high=1998, code=with_.get("code", ""))
    where = who["place"]
    station = f"{bureau(where)}{pick(rng, 'towns').removesuffix('镇').removesuffix('乡')}派出所"
    return {
        "household_kind": rng.choice(("家庭户", "居民家庭户", "非农业家庭户口", "农业家庭户", "集体户", "城镇家庭户")),
        "head_name": who["name"], "household_number": f"{where.code}{digits(rng, rng.choice((3, 6)))}", "address": who["address"],
        "issued_on": day(rng, 2000, 2025).isoformat(), "authority": station, "_clerk": name(rng, "male"), "_none": "",
        "_province": where.province, "_village": f"{pick(rng, 'villages').removesuffix('村')}居委会", "_station": station,
    }  # fmt: skip


def birth_certificate(rng: random.Random, with_: Choices) -> Record:
    first, last = with_.get("years", (2019, 2025))
    mother = person(rng, "female", 1980, 2002, with_.get("code", ""))
    father = person(rng, "male", 1978, 2001)
    sex, born, where = rng.choice(("male", "female")), day(rng, first, last), mother["place"]
    hospital = where.own + pick(rng, "hospitals")
    surname = rng.choice((father, father, mother))["name"]
    surname = surname[:2] if surname[:2] in ("欧阳", "司马", "尉迟", "慕容") else surname[0]
    foreign = bool(with_.get("foreign")) and rng.random() < 0.7
    out = {
        "certificate_number": f"{rng.choice('RSTUVW')}{where.code[:2]}{digits(rng, 7)}", "child_name": name(rng, sex, surname=surname),
        "child_sex": sex, "born_at": f"{born}T{rng.randrange(24):02d}:{rng.randrange(60):02d}",
        "gestation_weeks": str(rng.randrange(36, 42)), "weight_g": str(rng.randrange(2300, 4500, 5)), "length_cm": str(rng.randrange(46, 55)),
        "health": rng.choice(("良好", "良好", "一般")), "hospital": hospital, "birth_address": where.province + where.city + where.district,
        "mother_name": mother["name"], "mother_age": str(born.year - mother["birth"].year), "mother_nationality": "中国",
        "mother_ethnicity": mother["ethnicity"], "mother_id_number": mother["id_number"], "mother_address": mother["address"],
        "father_name": father["name"], "father_age": str(born.year - father["birth"].year), "father_nationality": "中国",
        "father_ethnicity": father["ethnicity"], "father_id_number": father["id_number"], "father_address": father["address"],
        "issued_on": after(rng, born, 1, 30).isoformat(), "issuer": hospital,
        "_id_kind": "居民身份证", "_father_kind": "居民身份证", "_doctor": name(rng, "female"), "_clerk": name(rng, "female"), "_none": "",
        "_province": where.province, "_city": where.town, "_district": where.district, "_stub": f"{rng.randrange(1, 9999):06d}",
    }  # fmt: skip
    if foreign:
        country, _, _ = pick(rng, "countries")
        family, given, _ = rng.choice([row for row in words()["foreigners"] if row[2] == "male"])
        out |= {
            "father_name": f"{family} {given}",
            "father_nationality": country,
            "father_ethnicity": "",
            "_father_kind": "护照",
        }
        out["father_id_number"] = f"{rng.choice('CEGK')}{digits(rng, 8)}"
    return out


def marriage_certificate(rng: random.Random, with_: Choices) -> Record:
    first, last = with_.get("years", (2004, 2025))
    on = day(rng, first, last)
    he = person(rng, "male", on.year - 45, on.year - 23, with_.get("code", ""))
    she = person(rng, "female", on.year - 44, on.year - 21)
    where = he["place"]
    old = with_.get("old")
    number = f"J{where.code}-{on.year}-{digits(rng, 6)}"
    if old:
        number = f"{where.short}{where.city_short}结字第{on.year % 100:02d}{digits(rng, 5)}号"
    if with_.get("again"):
        number = "B" + number
    return {
        "certificate_number": number, "registered_on": on.isoformat(), "holder_name": rng.choice((he, she))["name"],
        "husband_name": he["name"], "husband_sex": "male", "husband_birth_date": he["birth"].isoformat(), "husband_id_number": he["id_number"],
        "husband_nationality": "中国", "wife_name": she["name"], "wife_sex": "female", "wife_birth_date": she["birth"].isoformat(),
        "wife_id_number": she["id_number"], "wife_nationality": "中国", "authority": f"{where.own}民政局" + rng.choice(("", "婚姻登记处")),
        "_clerk": name(rng, "female"), "_serial": f"No {digits(rng, 10)}", "_remark": "补发结婚证" if with_.get("again") else rng.choice(("", "", "初婚登记")),
        "_none": "", "_age_he": str(on.year - he["birth"].year), "_age_she": str(on.year - she["birth"].year),
    }  # fmt: skip


def divorce_certificate(rng: random.Random, with_: Choices) -> Record:
    was = marriage_certificate(rng, with_)
    number = was["certificate_number"].replace("J", "L").replace("结字", "离字")
    holder = "man" if was["holder_name"] == was["husband_name"] else "woman"
    out = {
        "certificate_number": number, "registered_on": was["registered_on"], "holder_name": was["holder_name"], "authority": was["authority"],
        "_clerk": was["_clerk"], "_serial": was["_serial"], "_none": "", "_remark": rng.choice(("", "双方自愿离婚")), "_holder": holder,
    }  # fmt: skip
    for mine, theirs in (("man", "husband"), ("woman", "wife")):
        for what in ("name", "sex", "birth_date", "id_number", "nationality"):
            out[f"{mine}_{what}"] = was[f"{theirs}_{what}"]
    out["holder_sex"] = "male" if holder == "man" else "female"
    return out


def death_certificate(rng: random.Random, with_: Choices) -> Record:
    who = person(rng, low=1925, high=1985, code=with_.get("code", ""))
    on, where = day(rng, 2014, 2025), who["place"]
    relative = person(rng, low=1955, high=2000)
    hospital = where.own + pick(rng, "hospitals")
    return {
        "certificate_number": f"{where.code}{on.year}{digits(rng, 6)}", "name": who["name"], "sex": who["sex"], "ethnicity": who["ethnicity"],
        "birth_date": who["birth"].isoformat(), "id_number": who["id_number"], "age": str(on.year - who["birth"].year - 1), "address": who["address"],
        "died_at": f"{on}T{rng.randrange(24):02d}:{rng.randrange(60):02d}", "place_of_death": rng.choice(("医疗卫生机构", "家中", "来院途中", "养老服务机构")),
        "cause_of_death": pick(rng, "diseases"), "issuer": hospital, "issued_on": (on + timedelta(days=rng.randrange(0, 4))).isoformat(),
        "marital_status": rng.choice(("已婚", "丧偶", "未婚")), "occupation": rng.choice(("退（离）休人员", "农民", "工人")),
        "education": rng.choice(("小学", "初中", "高中")), "relative_name": relative["name"], "relative_phone": f"139{digits(rng, 8)}",
        "_doctor": name(rng, "male"), "_tel": landline(rng), "_province": where.province, "_city": where.town, "_district": where.district, "_none": "",
        "_relation": rng.choice(("子女", "配偶", "兄弟")), "_relative_id": citizen_id(rng, relative["birth"], relative["sex"], where.code),
        "_station": f"{where.district}公安局城关派出所", "_town": pick(rng, "towns"),
    }  # fmt: skip
