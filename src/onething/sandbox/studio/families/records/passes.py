"""Contents of papers a person carries or earns: passports, permits of residence and travel, licences, diplomas, cards."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

from onething.core.identifiers import citizen_id_check_digit
from onething.sandbox.studio.families.records.people import (
    Record,
    address,
    bureau,
    day,
    digits,
    landline,
    name,
    person,
    pick,
    place,
    years,
)

Choices = Mapping[str, Any]
_PINYIN = (
    ("佘", "SHE"),
    ("王", "WANG"),
    ("李", "LI"),
    ("仝", "TONG"),
    ("欧阳", "OUYANG"),
    ("覃", "QIN"),
    ("吕", "LYU"),
    ("张", "ZHANG"),
    ("逄", "PANG"),
    ("祁", "QI"),
)
_GIVEN = (
    ("建军", "JIANJUN", "male"),
    ("秀兰", "XIULAN", "female"),
    ("翀", "CHONG", "male"),
    ("雅琪", "YAQI", "female"),
    ("文博", "WENBO", "male"),
    ("海霞", "HAIXIA", "female"),
    ("喆", "ZHE", "male"),
    ("芷若", "ZHIRUO", "female"),
)
_WEIGHTS = (7, 3, 1)


def plain(province: str) -> str:
    """A province as papers for abroad write it: 浙江, 内蒙古, 广西."""
    return province[: 3 if province[:2] in ("内蒙", "黑龙") else 2]


def mrz_digit(text: str) -> str:
    """The check digit of ICAO 9303."""
    total = 0
    for i, letter in enumerate(text):
        value = 0 if letter == "<" else int(letter, 36)
        total += value * _WEIGHTS[i % 3]
    return str(total % 10)


def _romanised(rng: random.Random) -> tuple[str, str, str, str]:
    """Name in characters, surname and given name in letters, sex."""
    (family, family_en), (given, given_en, sex) = rng.choice(_PINYIN), rng.choice(_GIVEN)
    return family + given, family_en, given_en, sex


def passport(rng: random.Random, with_: Choices) -> Record:
    full, family, given, sex = _romanised(rng)
    born, on, where = day(rng, 1955, 2010), day(rng, 2013, 2025), place(rng)
    number, country, until = f"{rng.choice(('E', 'EA', 'EJ', 'EK'))}{digits(rng, 8)}"[:9], "CHN", years(on, 10)
    out: Record = {}
    if with_.get("foreign"):
        family, given, sex = pick(rng, "foreigners")
        nation, country, _ = pick(rng, "countries")
        number, full = f"{rng.choice('CGLNX')}{digits(rng, 8)}", f"{family} {given}"
        out = {"nationality": nation, "_nation": nation}
    line = f"{number.ljust(9, '<')}{mrz_digit(number.ljust(9, '<'))}{country}{born:%y%m%d}{mrz_digit(f'{born:%y%m%d}')}{'M' if sex == 'male' else 'F'}{until:%y%m%d}{mrz_digit(f'{until:%y%m%d}')}"
    first = f"P{'O' if country == 'CHN' else '<'}{country}{family}<<{given.replace(' ', '<')}".ljust(44, "<")[:44]
    line = line.ljust(42, "<")
    line += "0" + mrz_digit(line[0:10] + line[13:20] + line[21:43])
    return {
        "passport_number": number, "name": full, "name_latin": f"{family}, {given}", "surname_latin": family, "given_name_latin": given, "sex": sex, "nationality": "中国", "birth_date": born.isoformat(),
        "birth_place": plain(where.province), "issued_on": on.isoformat(), "valid_until": until.isoformat(),
        "issue_place": plain(where.province), "authority": "国家移民管理局" if on > date(2019, 5, 1) else "公安部出入境管理局", "country_code": country,
        "mrz": f"{first}{line[:44]}", "_mrz1": first, "_mrz2": line[:44], "_none": "", "_place_en": rng.choice(("ANHUI", "ZHEJIANG", "BEIJING", "SICHUAN")), "_nation": "中国", **out,
    }  # fmt: skip


def hmt_residence_permit(rng: random.Random, with_: Choices) -> Record:
    region = with_.get("region", rng.choice(("810000", "820000", "830000")))
    sex, born, where, on = rng.choice(("male", "female")), day(rng, 1955, 2008), place(rng), day(rng, 2018, 2025)
    first = f"{region}{born:%Y%m%d}{rng.randrange(1, 499) * 2 + (sex == 'male'):03d}"
    number = first + citizen_id_check_digit(first)
    pass_number = f"{'H' if region[1] == '1' else 'M'}{digits(rng, 8)}" if region != "830000" else digits(rng, 8)
    return {
        "name": name(rng, sex), "sex": sex, "birth_date": born.isoformat(), "address": address(rng, where, long=rng.random() < 0.3), "id_number": number, "issuer": bureau(where),
        "valid_from": on.isoformat(), "valid_until": years(on, 5).isoformat(), "travel_permit_number": pass_number, "issue_count": str(rng.randrange(1, 4)),
        "_title": "中华人民共和国台湾居民居住证" if region == "830000" else "中华人民共和国港澳居民居住证", "_none": "",
    }  # fmt: skip


def foreign_permanent_residence(rng: random.Random, with_: Choices) -> Record:
    family, given, sex = pick(rng, "foreigners")
    nation, code, numeric = pick(rng, "countries")
    born, where, on = day(rng, 1955, 2000), place(rng), day(rng, *with_.get("years", (2024, 2025)))
    first = f"9{where.code[:2]}{numeric}{born:%Y%m%d}{digits(rng, 3)}"
    new = first + citizen_id_check_digit(first)
    old = f"{code}{where.code[:2]}{digits(rng, 4)}{born:%y%m}{digits(rng, 2)}"[:15]
    return {
        "name": f"{family}, {given}", "name_chinese": rng.choice(("史密斯", "马克莱", "金民俊", "佐藤雪", "陈伟玲", "")), "sex": sex, "birth_date": born.isoformat(), "nationality": nation, "nationality_code": code,
        "card_number": old if with_.get("old") else new, "former_number": "" if with_.get("old") else old, "valid_from": on.isoformat(), "valid_until": years(on, 10).isoformat(),
        "issuer": "国家移民管理局" if on.year > 2018 else "中华人民共和国公安部", "_none": "", "_mrz": f"I<CHN{old}<<<<<<<<<<", "_mrz2": f"{born:%y%m%d}{'M' if sex == 'male' else 'F'}", "birth_place": nation,
    }  # fmt: skip


def travel_permit(rng: random.Random, with_: Choices) -> Record:
    what = with_.get("what", "to_hk")
    full, family, given, sex = _romanised(rng)
    born, where, on = day(rng, 1955, 2012), place(rng), day(rng, 2014, 2025)
    count = 5 if what in ("taiwan_home", "to_taiwan") else 10
    number = {
        "to_hk": f"C{rng.choice('ABCDEF0123')}{digits(rng, 7)}",
        "to_taiwan": f"L{digits(rng, 8)}",
        "hk_home": f"{rng.choice('HM')}{digits(rng, 8)}",
        "taiwan_home": digits(rng, 8),
        "one_way": f"L{digits(rng, 8)}",
    }[what]
    title = {
        "to_hk": "往来港澳通行证",
        "to_taiwan": "大陆居民往来台湾通行证",
        "hk_home": "港澳居民来往内地通行证",
        "taiwan_home": "台湾居民来往大陆通行证",
        "one_way": "前往港澳通行证",
    }[what]
    return {
        "permit_number": number, "name": full, "name_latin": f"{family}, {given}", "sex": sex, "birth_date": born.isoformat(), "birth_place": plain(where.province),
        "valid_from": on.isoformat(), "valid_until": years(on, count).isoformat(), "issue_place": plain(where.province),
        "issuer": "公安部出入境管理局" if on.year < 2019 else "中华人民共和国出入境管理局", "issued_on": on.isoformat(), "_title": title, "_none": "", "_count": f"{rng.randrange(1, 4):02d}", "_mrz": f"CS{number}<{born:%y%m%d}{'M' if sex == 'male' else 'F'}<<<<<<<<",
        "foreign_number": f"{rng.choice('ABCDKMRY')}{digits(rng, 6)}({rng.randrange(10)})", "_visa": rng.choice(("香港 探亲 一次", "澳门 个人旅游 一次", "香港 商务 多次")),
    }  # fmt: skip


def driving_licence(rng: random.Random, with_: Choices) -> Record:
    who, where = (
        person(rng, low=1955, high=2005, code=with_.get("code", ""), ethnicity=with_.get("ethnicity", "")),
        place(rng),
    )
    first = day(rng, who["birth"].year + 19, 2024)
    start = first if rng.random() < 0.5 else years(first, 6) if first.year < 2018 else first
    count = rng.choice((6, 10)) if start == first else 10
    police = f"{who['place'].province.removesuffix('省') + '省' if who['place'].province.endswith('省') else who['place'].province}{who['place'].city}公安局交通{rng.choice(('警察', '巡逻警察'))}支队"
    return {
        "licence_number": who["id_number"], "name": who["name"], "sex": who["sex"], "nationality": "中国", "address": who["address"], "birth_date": who["birth"].isoformat(), "first_issued_on": first.isoformat(),
        "vehicle_class": rng.choice(("C1", "C1", "C2", "B2", "A2", "C1E", "A1A2", "C1D")), "valid_from": start.isoformat(), "valid_until": years(start, count).isoformat(), "issuer": police,
        "file_number": f"{where.code[:4]}{digits(rng, 8)}", "record": rng.choice(("", "请于每个记分周期结束后三十日内接受审验。无记分的，免予本次审验。")), "_none": "", "_bar": f"*{digits(rng, 13)}*", "_points": "0", "_state": rng.choice(("正常", "正常", "逾期未审验")),
        "_term": f"{count}年",
    }  # fmt: skip


def residence_permit(rng: random.Random, with_: Choices) -> Record:
    who, where, on = person(rng, low=1960, high=2007), place(rng, with_.get("code", "")), day(rng, 2016, 2025)
    return {
        "name": who["name"], "sex": who["sex"], "ethnicity": who["ethnicity"], "birth_date": who["birth"].isoformat(), "id_number": who["id_number"], "residence_address": address(rng, where, long=rng.random() < 0.3),
        "home_address": who["address"], "issuer": bureau(where), "issued_on": on.isoformat(), "valid_until": years(on, rng.choice((1, 3, 5))).isoformat(), "_none": "", "_city": where.town, "_number": digits(rng, 14), "_tel": landline(rng),
        "valid_from": on.isoformat(), "_station": f"{where.district}{pick(rng, 'towns').removesuffix('镇').removesuffix('乡')}派出所", "permit_number": digits(rng, 12),
    }  # fmt: skip


def diploma(rng: random.Random, with_: Choices) -> Record:
    who = person(rng, low=1965, high=2003)
    done = date(
        rng.randrange(who["birth"].year + 21, who["birth"].year + 24), rng.choice((6, 7)), rng.choice((1, 15, 20, 30))
    )
    level, length = rng.choice(
        with_.get("levels", [("本科", "四"), ("专科", "三"), ("硕士研究生", "三"), ("专升本", "二")])
    )
    began = date(done.year - {"四": 4, "三": 3, "二": 2}[length], 9, 1)
    school = pick(rng, "schools")
    return {
        "name": who["name"], "sex": who["sex"], "birth_date": who["birth"].isoformat(), "school": school, "major": pick(rng, "majors"), "level": level, "study_form": rng.choice(("普通全日制", "全日制", "函授", "业余", "网络教育")),
        "entered_on": began.isoformat(), "graduated_on": done.isoformat(), "certificate_number": f"{rng.randrange(10001, 14999)}{1 if level == '本科' else 5}{done.year}{'06' if level == '专科' else '05'}{digits(rng, 6)}",
        "length": length, "president": name(rng, "male"), "id_number": who["id_number"], "degree": {"本科": "学士", "硕士研究生": "硕士"}.get(level, "学士"), "degree_field": rng.choice(("工学", "文学", "理学", "管理学", "医学")), "_none": "",
        "degree_number": f"{rng.randrange(10001, 14999)}4{done.year}{digits(rng, 6)}", "ethnicity": who["ethnicity"], "_chair": name(rng, "male"), "_code": "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(16)), "_place": who["place"].province,
        "_check": f"{digits(rng, 4)} {digits(rng, 4)} {digits(rng, 4)}", "_dean": name(rng, "female"),
    }  # fmt: skip


_DISABILITIES = (
    ("视力", "1"),
    ("听力", "2"),
    ("言语", "3"),
    ("肢体", "4"),
    ("智力", "5"),
    ("精神", "6"),
    ("多重", "7"),
)


def disability_card(rng: random.Random, _: Choices) -> Record:
    who, on = person(rng, low=1945, high=2015), day(rng, 2012, 2025)
    (kind, code), grade = rng.choice(_DISABILITIES), rng.randrange(1, 5)
    guardian = name(rng, "female")
    return {
        "name": who["name"], "sex": who["sex"], "ethnicity": who["ethnicity"], "birth_date": who["birth"].isoformat(), "card_number": f"{who['id_number']}{code}{grade}", "disability_kind": kind, "disability_grade": "一二三四"[grade - 1] + "级",
        "address": who["address"], "guardian_name": guardian, "guardian_phone": f"135{digits(rng, 8)}", "issued_on": on.isoformat(), "valid_until": years(on, 10).isoformat(), "issuer": f"{who['place'].own}残疾人联合会", "_none": "", "id_number": who["id_number"],
        "guardian_relation": rng.choice(("母亲", "配偶", "女儿", "父亲")), "_province": who["place"].province,
    }  # fmt: skip


def retirement_card(rng: random.Random, _: Choices) -> Record:
    who = person(rng, low=1940, high=1968)
    on = years(who["birth"], 60 if who["sex"] == "male" else rng.choice((50, 55)))
    began = years(who["birth"], rng.randrange(18, 25))
    employer = who["place"].town + pick(rng, "employers").removeprefix("市")
    return {
        "name": who["name"], "sex": who["sex"], "birth_date": who["birth"].isoformat(), "id_number": who["id_number"], "employer": employer, "position": rng.choice(("工人", "中学一级教师", "科员", "高级工程师", "主治医师", "车间主任")), "began_work_on": began.isoformat(),
        "retired_on": on.isoformat(), "years_of_service": str(on.year - began.year), "certificate_number": f"{who['place'].code[:4]}{on.year}{digits(rng, 5)}", "issuer": f"{who['place'].town}人力资源和社会保障局" if on.year > 2009 else f"{who['place'].town}劳动和社会保障局",
        "issued_on": on.isoformat(), "native_place": place(rng).whole, "monthly_pension": f"{rng.randrange(1800, 8900)}.{rng.randrange(10, 99)}", "ethnicity": who["ethnicity"], "home_address": who["address"], "_none": "", "_rate": "85%",
    }  # fmt: skip
