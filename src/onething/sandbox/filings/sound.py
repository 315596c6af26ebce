"""A sound filing: everything as the law and the registers want it, on one day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from pypinyin import lazy_pinyin

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红梅建国志宏文辉力健凯晨宇轩梓涵思远嘉琪雨欣浩然子墨"
SYLLABLES = "云帆海岳星辰启航鼎盛瑞丰博雅卓越恒通嘉禾锦程远景拓疆翰林泓毅凌霄朗润汇智沐阳景行乐章蓝图岩松竹溪涧鹿鸣鹤舞麦穗青禾晴川雁归珂玥璟瑜霖沛泽渊澄湛湖畔渡桥帛绫缎杉柏榆桐椿槐柚橙莓荔棠芷蔚葵菁萱蕊菡霁霞虹霓晖曜旻昀昊晟煜炜烁焱焕燊铭锐钧锴镒铠铎"
ROADS = (
    "深南大道",
    "滨河大道",
    "科技南路",
    "创业一路",
    "宝安大道",
    "龙岗大道",
    "人民南路",
    "红荔路",
    "福华三路",
    "前海路",
)
DISTRICTS = ("南山区", "福田区", "罗湖区", "宝安区", "龙岗区", "龙华区", "坪山区", "光明区")
TRADES = (
    # id, trade word, division, main phrase, another phrase of it, whether a permit follows
    ("software", "软件", "I65", "软件开发", "信息技术咨询服务", False),
    ("software", "信息科技", "I65", "软件开发", "软件销售", False),
    ("ai", "人工智能", "I65", "人工智能应用软件开发", "软件开发", False),
    ("electronics", "电子科技", "C39", "电子元器件制造", "电子产品销售", False),
    ("restaurant", "餐饮管理", "H62", "餐饮服务", "食品销售", True),
    ("bubble_tea", "饮品", "H62", "餐饮服务", "食品销售", True),
    ("clothes", "服饰", "F52", "服装服饰零售", "鞋帽零售", False),
    ("e_commerce", "电子商务", "F52", "互联网销售（除销售需要许可的商品）", "日用百货销售", False),
    ("trade", "国际贸易", "F51", "货物进出口", "国内贸易代理", True),
    ("consulting", "企业管理咨询", "L72", "企业管理咨询", "市场营销策划", False),
    ("advertising", "广告传媒", "L72", "广告设计、代理", "广告制作", False),
    ("hair", "美发", "O80", "理发服务", "生活美容服务", True),
    ("hotel", "酒店管理", "H61", "旅馆经营（住宿服务）", "餐饮服务", True),
    ("freight", "物流", "G54", "道路货物运输（不含危险货物）", "国内货物运输代理", True),
    ("cleaning", "清洁服务", "O81", "建筑物清洁服务", "洗车服务", False),
    ("property", "物业管理", "K70", "物业管理", "非居住房地产租赁", False),
    ("pharmacy", "医药", "F52", "药品零售", "第二类医疗器械销售", True),
    ("decoration", "装饰工程", "E50", "住宅室内装饰装修", "建筑材料销售", True),
    ("design", "工业设计", "M74", "专业设计服务", "图文设计制作", False),
    ("garment", "制衣", "C18", "服装制造", "服装服饰批发", False),
    ("mould", "模具", "C35", "模具制造", "五金产品制造", False),
    ("lighting", "照明", "C38", "照明器具制造", "电池制造", False),
    (
        "tech_service",
        "生物科技",
        "M75",
        "技术服务、技术开发、技术咨询、技术交流、技术转让、技术推广",
        "软件开发",
        False,
    ),
    ("research", "机器人", "M73", "智能机器人的研发", "工程和技术研究和试验发展", False),
)


@dataclass
class Drawn:
    """A filing as facts, what has to come of each check that does not pass, and which fault was planted ("" none)."""

    facts: dict[str, dict[str, Any]]
    expected: dict[str, str] = field(default_factory=dict[str, str])
    fault: str = ""
    trade: tuple[Any, ...] = ()
    mark: str = ""
    announces: bool = False
    """Whether a permit has to be had after the licence, by the wording of the scope alone."""


class Register:
    """Names already taken. Knows by itself whether a mark is far from all of its division, in writing and in sound."""

    def __init__(self, count: int, dice: Random) -> None:
        self.names: list[str] = []
        self.marks: list[tuple[str, tuple[Any, ...]]] = []
        self._patterns: dict[str, set[tuple[str, ...]]] = {}
        while len(self.names) < count:
            trade, mark = dice.choice(TRADES), draw_mark(dice)
            self.names.append(
                f"深圳市{mark}{trade[1]}有限公司" if dice.random() < 0.5 else f"深圳{mark}{trade[1]}有限公司"
            )
            self.marks.append((mark, trade))
            self._patterns.setdefault(trade[2], set()).update(_patterns(mark))

    def far(self, mark: str, division: str) -> bool:
        """Whether no mark of the division shares all but one character or syllable with it."""
        return not (_patterns(mark) & self._patterns.get(division, set()))


def _patterns(mark: str) -> set[tuple[str, ...]]:
    """The mark with one place left open, one place left out, and as it stands: written and sounded."""
    made: set[tuple[str, ...]] = set()
    for kind, units in (("w", list(mark)), ("s", lazy_pinyin(mark))):
        made.add((kind, *units))
        for place in range(len(units)):
            made.add((kind, *units[:place], "?", *units[place + 1 :]))
            if len(units) > 2:
                made.add((kind, *units[:place], *units[place + 1 :]))
    return made


def draw_mark(dice: Random) -> str:
    return "".join(dice.sample(SYLLABLES, dice.choice((2, 3, 3, 3, 4))))


def number(dice: Random, born: date) -> str:
    """A citizen id with its check digit, worked out here after GB 11643."""
    body = f"{dice.choice(('440305', '440304', '430102', '420106', '360102'))}{born:%Y%m%d}{dice.randrange(1000):03d}"
    total = sum(
        int(digit) * weight
        for digit, weight in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    return body + "10X98765432"[total % 11]


def person(dice: Random, day: date) -> dict[str, Any]:
    born = day - timedelta(days=dice.randrange(20 * 366, 65 * 365))
    name = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, dice.choice((1, 2, 2))))
    return {"name": name, "id_number": number(dice, born), "phone": f"13{dice.randrange(10**9):09d}"}


def sound_filing(dice: Random, register: Register, day: date) -> Drawn:
    trade = dice.choice(TRADES)
    mark = draw_mark(dice)
    while not register.far(mark, trade[2]):
        mark = draw_mark(dice)
    founders = [person(dice, day) for _ in range(dice.choice((1, 1, 2, 2, 3, 5)))]
    others = [person(dice, day) for _ in range(dice.choice((0, 1, 1)))]
    for row in founders:
        days = dice.randrange(30, 5 * 365 - 5)
        row |= {
            "amount": str(dice.randrange(1, 400) * 10_000),
            "pay_by": str(day + timedelta(days=days)),
            "pay_form": "cash",
        }
    capital = sum(int(row["amount"]) for row in founders)
    head = founders[0]["id_number"]
    finance = (others or founders)[0]["id_number"]
    posts = {"representative": head, "director": head, "manager": head, "finance": finance}
    if len(founders) > 1:
        posts["supervisor"] = founders[1]["id_number"]
        if posts["supervisor"] == posts["finance"]:
            posts["finance"] = head
    drawn = Drawn({}, trade=trade, mark=mark)
    drawn.facts = {
        "founders": {"people": founders}, "others": {"people": others}, "posts": posts,
        "representative": {"name": founders[0]["name"]},
        "company": {"mark": mark, "trade": trade[0], "trade_word": trade[1], "capital": str(capital), "foreign_capital": dice.random() < 0.05, "staff": "3", "fund_rate": "5%"},
        "name": {"full": f"深圳{mark}{trade[1]}有限公司"}, "scope": {"text": word_scope(trade, dice)},
    }  # fmt: skip
    drawn.announces = trade[5]
    _registers(drawn, dice, day)
    drawn.facts["articles"] = {"text": write_articles(drawn.facts)}
    return drawn


def word_scope(trade: tuple[Any, ...], dice: Random) -> str:
    """One standard phrase or two, split by the marks that people use."""
    phrases: list[str] = [trade[3], trade[4]] if dice.random() < 0.8 else [trade[3]]
    return dice.choice((";", ";", "；", "。", "\n")).join(phrases)


def _registers(drawn: Drawn, dice: Random, day: date) -> None:
    """What the agencies say about these people and this place."""
    facts = drawn.facts
    founders, everybody = facts["founders"]["people"], facts["founders"]["people"] + facts["others"]["people"]
    address = f"深圳市{dice.choice(DISTRICTS)}{dice.choice(ROADS)}{dice.randrange(1, 900)}号{dice.randrange(1, 30)}栋{dice.randrange(101, 2900)}室"
    shared = dice.random() < 0.1
    facts["residents"] = {
        "people": [
            {
                "name": p["name"],
                "id_number": p["id_number"],
                "status": "active",
                "valid_until": dice.choice(("长期", str(day + timedelta(days=900)))),
            }
            for p in everybody
        ]
    }
    facts["enforcement"] = {
        "people": [{"name": p["name"], "id_number": p["id_number"], "listed": False} for p in everybody]
    }
    facts["conduct"] = {"people": [{"id_number": p["id_number"], "barred": False} for p in everybody]}
    facts["signatures"] = {
        "people": [
            {
                "name": p["name"],
                "id_number": p["id_number"],
                "state": "signed",
                "face": round(dice.uniform(0.72, 0.99), 3),
                "live": round(dice.uniform(0.75, 0.99), 3),
            }
            for p in founders
        ]
    }
    facts["place"] = {
        "address": address,
        "code": f"4403{dice.randrange(10**12):012d}",
        "use": dice.choice(("office", "office", "shop", "factory")),
        "area": str(dice.randrange(20, 900)),
        "companies": dice.randrange(40, 900) if shared else dice.randrange(0, 9),
        "shared": shared,
    }
    facts["premises"] = {
        "address": _as_people_write(address, dice),
        "title": "lease",
        "title_number": f"深房租{dice.randrange(10**8):08d}",
    }
    if dice.random() < 0.75:
        facts["lease"] = {
            "number": facts["premises"]["title_number"],
            "address": address,
            "landlord_name": "深圳某物业有限公司",
            "landlord_is_owner": True,
            "tenant_name": founders[0]["name"],
            "tenant_id_number": founders[0]["id_number"],
            "starts_on": str(day - timedelta(days=dice.randrange(0, 300))),
            "ends_on": str(day + timedelta(days=dice.randrange(60, 1500))),
            "status": "valid",
        }
    else:
        facts["premises"] |= {"title": "own", "title_number": f"粤(2021)深圳市不动产权第{dice.randrange(10**7):07d}号"}
        facts["deed"] = {
            "number": facts["premises"]["title_number"],
            "address": address,
            "owner_name": founders[0]["name"],
            "owner_id_number": founders[0]["id_number"],
            "status": "valid",
        }


def _as_people_write(address: str, dice: Random) -> str:
    """The same place in another hand."""
    roll = dice.random()
    if roll < 0.2:
        return "广东省" + address
    if roll < 0.3:
        return address.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return address


def write_articles(facts: dict[str, dict[str, Any]]) -> str:
    """Articles in a form of its own: headings in other words and order than any template of a city."""
    company, people = facts["company"], facts["founders"]["people"]
    lines = [f"{p['name']},认缴出资{int(p['amount']):,}元,货币,出资日期{p['pay_by']};" for p in people]
    return "\n".join([
        f"章程\n本公司名称{facts['name']['full']},住所{facts['premises']['address']}。", f"经营范围:{facts['scope']['text']}。",
        f"注册资本为人民币{int(company['capital']):,}元。", "股东姓名、出资额、出资方式和出资日期:", *lines,
        "股东会、董事、监事、经理的产生办法、职权与议事规则从公司法。", f"法定代表人由{facts['representative']['name']}担任,由股东会选举产生和变更。", "其他事项从法律。",
    ])  # fmt: skip
