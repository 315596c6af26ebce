"""Made-up contents for documents: names, valid citizen ids, addresses, dates, seeded. Nobody in here exists."""

import random
from datetime import date, timedelta

from onething.core.identifiers import citizen_id_check_digit

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
GIVEN_MALE = (
    "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢阳建国志新宏图远博文轩昊然子墨一诺梓睿瑞霖景行"
)
GIVEN_FEMALE = (
    "芳娜敏静丽艳娟霞秀英玲桂兰洁梅琳雪婷慧莹晶妍茜秋珊莎黛青倩云燕彩春菊凤巧雅芝玉萍红娥芬岚菲欣怡梓涵雨桐诗琪可馨思语"
)
ETHNICITIES = ("汉",) * 12 + ("回", "满", "维吾尔", "苗", "土家", "壮", "蒙古", "藏")
DISTRICTS = {
    "310101": "黄浦区", "310104": "徐汇区", "310105": "长宁区", "310106": "静安区", "310107": "普陀区", "310109": "虹口区",
    "310110": "杨浦区", "310112": "闵行区", "310113": "宝山区", "310114": "嘉定区", "310115": "浦东新区", "310116": "金山区",
    "310117": "松江区", "310118": "青浦区", "310120": "奉贤区", "310151": "崇明区",
}  # fmt: skip
ROADS = [
    "世纪大道",
    "张杨路",
    "漕溪北路",
    "淮海中路",
    "南京西路",
    "四平路",
    "五角场路",
    "江苏路",
    "长寿路",
    "曹杨路",
    "七莘路",
    "沪闵路",
    "牡丹江路",
    "塔城路",
    "金海路",
    "人民北路",
    "青松路",
    "望园路",
    "花山路",
    "锦绣路",
    "零陵路",
    "肇嘉浜路",
    "陕西北路",
    "大连路",
    "控江路",
    "政立路",
    "浦电路",
    "东方路",
    "杨高南路",
    "川沙路",
]
ESTATES = [
    "锦绣花园",
    "阳光家园",
    "东方名苑",
    "绿地新城",
    "金桥新村",
    "康城小区",
    "明珠公寓",
    "梅园新村",
    "曲阳新村",
    "田林小区",
]
HOSPITALS = [
    "上海市浦东新区妇幼保健院",
    "上海市第一妇婴保健院",
    "复旦大学附属妇产科医院",
    "上海市长宁区妇幼保健院",
    "上海市闵行区中心医院",
    "上海交通大学医学院附属仁济医院",
    "上海市嘉定区妇幼保健院",
    "上海市松江区中心医院",
]
RELATIONS = ("户主", "妻", "夫", "长子", "次子", "长女", "次女", "父亲", "母亲", "儿媳", "女婿", "孙子", "外孙女")


def name(rng: random.Random, sex: str) -> str:
    given = GIVEN_MALE if sex == "male" else GIVEN_FEMALE
    return rng.choice(SURNAMES) + "".join(rng.choice(given) for _ in range(rng.choice((1, 2, 2, 2))))


def day(rng: random.Random, start: date, end: date) -> date:
    return start + timedelta(days=rng.randrange((end - start).days))


def id_number(rng: random.Random, born: date, sex: str, division: str | None = None) -> str:
    """A valid citizen id of a person who does not exist."""
    order = rng.randrange(1, 499) * 2 + (1 if sex == "male" else 0)
    first = f"{division or rng.choice(list(DISTRICTS))}{born:%Y%m%d}{order:03d}"
    return first + citizen_id_check_digit(first)


def address(rng: random.Random, division: str) -> str:
    where = f"上海市{DISTRICTS[division]}{rng.choice(ROADS)}{rng.randrange(1, 2400)}"
    if rng.random() < 0.6:
        return f"{where}弄{rng.randrange(1, 90)}号{rng.randrange(101, 2804)}室"
    return f"{where}号{rng.choice(ESTATES)}{rng.randrange(1, 40)}幢{rng.randrange(101, 1804)}室"


def person(rng: random.Random, sex: str, start: date, end: date) -> dict[str, str]:
    """Somebody born between two days: name, sex, birth_date, division, ethnicity, address, id_number."""
    division = rng.choice(list(DISTRICTS))
    born = day(rng, start, end)
    return {
        "name": name(rng, sex), "sex": sex, "birth_date": born.isoformat(), "division": division,
        "ethnicity": rng.choice(ETHNICITIES), "address": address(rng, division),
        "id_number": id_number(rng, born, sex, division),
    }  # fmt: skip


def _id_card_front(rng: random.Random) -> dict[str, str]:
    who = person(rng, rng.choice(("male", "female")), date(1950, 1, 1), date(2008, 1, 1))
    return {key: who[key] for key in ("name", "sex", "ethnicity", "birth_date", "address", "id_number")}


def _id_card_back(rng: random.Random) -> dict[str, str]:
    start = day(rng, date(2010, 1, 1), date(2026, 1, 1))
    years = rng.choice((5, 10, 20, 20, 0))
    if start.month == 2 and start.day == 29:
        start += timedelta(days=1)
    until = start.replace(year=start.year + years).isoformat() if years else "long"
    district = rng.choice(list(DISTRICTS.values()))
    return {
        "issuer": f"上海市公安局{district.removesuffix('新区').removesuffix('区')}分局",
        "valid_from": start.isoformat(),
        "valid_until": until,
    }


def _birth_certificate(rng: random.Random) -> dict[str, str]:
    division = rng.choice(list(DISTRICTS))
    mother = person(rng, "female", date(1985, 1, 1), date(2003, 1, 1))
    father = person(rng, "male", date(1982, 1, 1), date(2002, 1, 1))
    sex = rng.choice(("male", "female"))
    born = day(rng, date(2026, 9, 1), date(2026, 11, 20))
    hospital = rng.choice(HOSPITALS)
    surname = rng.choice((father, father, mother))["name"][0]
    return {
        "certificate_number": f"{rng.choice('TUVW')}{division[:2]}{rng.randrange(10**7):07d}",
        "child_name": surname + name(rng, sex)[1:], "child_sex": sex,
        "born_at": f"{born}T{rng.randrange(24):02d}:{rng.randrange(60):02d}",
        "gestation_weeks": str(rng.randrange(36, 42)), "weight_g": str(rng.randrange(2400, 4300, 10)),
        "length_cm": str(rng.randrange(46, 54)), "hospital": hospital, "birth_address": f"上海市{DISTRICTS[division]}",
        "mother_name": mother["name"], "mother_id_number": mother["id_number"], "mother_address": mother["address"],
        "father_name": father["name"], "father_id_number": father["id_number"], "father_address": father["address"],
        "issued_on": (born + timedelta(days=rng.randrange(1, 4))).isoformat(), "issuer": hospital,
    }  # fmt: skip


def _household_page(rng: random.Random) -> dict[str, str]:
    who = person(rng, rng.choice(("male", "female")), date(1945, 1, 1), date(2026, 6, 1))
    fields = {key: who[key] for key in ("name", "sex", "ethnicity", "birth_date", "id_number")}
    fields["relation"] = rng.choice(RELATIONS)
    if rng.random() < 0.5:
        fields["household_number"] = f"{who['division']}{rng.randrange(10**6):06d}"
        fields["address"] = who["address"]
    return fields


def _marriage_certificate(rng: random.Random) -> dict[str, str]:
    husband = person(rng, "male", date(1975, 1, 1), date(2003, 1, 1))
    wife = person(rng, "female", date(1976, 1, 1), date(2004, 1, 1))
    on = day(rng, date(2012, 1, 1), date(2026, 10, 1))
    division = rng.choice(list(DISTRICTS))
    return {
        "certificate_number": f"J{division}-{on.year}-{rng.randrange(10**6):06d}",
        "registered_on": on.isoformat(), "holder_name": rng.choice((husband, wife))["name"],
        "husband_name": husband["name"], "husband_id_number": husband["id_number"],
        "wife_name": wife["name"], "wife_id_number": wife["id_number"],
        "authority": f"上海市{DISTRICTS[division]}民政局婚姻登记处",
    }  # fmt: skip


MAKERS = {
    "birth_certificate": _birth_certificate,
    "id_card_front": _id_card_front,
    "id_card_back": _id_card_back,
    "household_page": _household_page,
    "marriage_certificate": _marriage_certificate,
}
