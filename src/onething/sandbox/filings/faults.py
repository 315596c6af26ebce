"""One fault each: `plant` changes a sound filing and writes down which check has to say what."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from pypinyin import Style, pinyin

from onething.sandbox.filings.sound import SYLLABLES, TRADES, Drawn, Register, draw_mark, number, person, write_articles

Fault = Callable[[Drawn, Random, Register, date], dict[str, str]]


def _head(drawn: Drawn) -> dict[str, object]:
    return drawn.facts["residents"]["people"][0]


def unknown_person(d: Drawn, _r: Random, _g: Register, _day: date) -> dict[str, str]:
    d.facts["residents"]["people"] = d.facts["residents"]["people"][1:]
    return {"id_valid": "refuse"}


def other_name(d: Drawn, r: Random, _g: Register, day: date) -> dict[str, str]:
    _head(d)["name"] = person(r, day)["name"] + "甲"
    return {"id_valid": "refuse"}


def dead(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    _head(d)["status"] = r.choice(("deceased", "cancelled"))
    return {"id_valid": "refuse"}


def expired_card(d: Drawn, r: Random, _g: Register, day: date) -> dict[str, str]:
    _head(d)["valid_until"] = str(day - timedelta(days=r.randrange(1, 900)))
    return {"id_valid": "refuse"}


def other_face(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    bad = r.random() < 0.5
    r.choice(d.facts["signatures"]["people"])["face"] = round(r.uniform(0.02, 0.3) if bad else r.uniform(0.4, 0.57), 3)
    return {"face_matches": "refuse" if bad else "refer"}


def not_alive(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    bad = r.random() < 0.5
    r.choice(d.facts["signatures"]["people"])["live"] = round(
        r.uniform(0.02, 0.27) if bad else r.uniform(0.33, 0.47), 3
    )
    return {"liveness": "refuse" if bad else "refer"}


def debtor_in_post(d: Drawn, _r: Random, _g: Register, _day: date) -> dict[str, str]:
    d.facts["enforcement"]["people"][0]["listed"] = True
    return {"not_dishonest": "refuse"}


def list_not_asked(d: Drawn, _r: Random, _g: Register, _day: date) -> dict[str, str]:
    d.facts["enforcement"]["people"][0].pop("listed")
    return {"not_dishonest": "refer"}


def barred(d: Drawn, _r: Random, _g: Register, _day: date) -> dict[str, str]:
    d.facts["conduct"]["people"][0]["barred"] = True
    return {"not_barred": "refuse"}


def twice(d: Drawn, _r: Random, _g: Register, _day: date) -> dict[str, str]:
    people = d.facts["founders"]["people"]
    half = int(people[0]["amount"]) // 2
    people[0]["amount"] = str(int(people[0]["amount"]) - half)
    people.append({**people[0], "amount": str(half)})
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"shareholders_valid": "refuse"}


def minor(d: Drawn, r: Random, _g: Register, day: date) -> dict[str, str]:
    child = person(r, day) | {"amount": "10000", "pay_by": str(day + timedelta(days=400)), "pay_form": "cash"}
    child["id_number"] = number(r, day - timedelta(days=r.randrange(3 * 365, 17 * 365)))
    for slot, row in (("residents", {"name": child["name"], "status": "active", "valid_until": "长期"}), ("enforcement", {"listed": False}), ("conduct", {"barred": False})):  # fmt: skip
        d.facts[slot]["people"].append({"id_number": child["id_number"], "name": child["name"], **row})
    d.facts["signatures"]["people"].append(
        {"name": child["name"], "id_number": child["id_number"], "state": "signed", "face": 0.9, "live": 0.9}
    )
    d.facts["founders"]["people"].append(child)
    d.facts["company"]["capital"] = str(int(d.facts["company"]["capital"]) + 10_000)
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"shareholders_valid": "refer"}


def unsigned(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    rows = d.facts["signatures"]["people"]
    if r.random() < 0.3:
        rows.pop()
    else:
        r.choice(rows)["state"] = r.choice(("stale", "invited", "declined", "none"))
    return {"will_confirmed": "refuse"}


def supervisor_too(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    posts = d.facts["posts"]
    posts["supervisor"] = posts[r.choice(("director", "manager", "finance"))]
    return {"supervisor_apart": "refuse"}


def rename(d: Drawn, mark: str) -> None:
    d.facts["company"]["mark"] = mark
    d.facts["name"] = {"full": f"深圳{mark}{d.trade[1]}有限公司"}
    d.facts["articles"] = {"text": write_articles(d.facts)}


def bad_characters(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    odd = r.choice(("A", "x", "7", "９", "★", "🚀", "Ａ", "о", "-", "!", "&"))
    place = r.randrange(len(d.mark) + 1)
    rename(d, d.mark[:place] + odd + d.mark[place:])
    return {"name_composition": "refuse"}


def one_character(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    rename(d, r.choice(SYLLABLES))
    return {"name_composition": "refuse"}


def place_or_trade_as_mark(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    rename(d, r.choice(("北京", "上海", "广州", "广东")) if r.random() < 0.5 else r.choice(TRADES)[1])
    return {"name_composition": "refuse"}


def rare_or_long(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    """Lawful perhaps, but an officer looks: a rare character, or more characters than anybody remembers."""
    if r.random() < 0.5:
        rename(d, r.choice("龘靐犇猋骉麤龍華") + d.mark[1:])
    else:
        rename(d, "".join(r.sample(SYLLABLES, r.randrange(11, 15))))
    return {"name_composition": "refer"}


def same_name(d: Drawn, r: Random, g: Register, _day: date) -> dict[str, str]:
    taken = r.choice([mark for mark, trade in g.marks if trade[2] == d.trade[2]])
    rename(d, taken)
    return {"name_free": "refuse"}


_BY_SOUND: dict[str, list[str]] = {}
for _char in (
    SYLLABLES + "芸凡亥月兴沉齐杭顶圣蕊峰伯亚茁悦衡同家和进成原精托江汗宏益灵销浪闰会志木杨京形勒张兰吐言淞烛西"
):
    _BY_SOUND.setdefault(pinyin(_char, style=Style.NORMAL)[0][0], []).append(_char)


def same_sound(d: Drawn, r: Random, g: Register, _day: date) -> dict[str, str]:
    """A taken mark with one character changed for another of the same sound."""
    while True:
        mark = r.choice([each for each, trade in g.marks if trade[2] == d.trade[2]])
        place = r.randrange(len(mark))
        sound = pinyin(mark, style=Style.NORMAL)[place][0]
        others = [char for char in _BY_SOUND.get(sound, []) if char != mark[place]]
        if others:
            rename(d, mark[:place] + r.choice(others) + mark[place + 1 :])
            return {"name_free": "refuse"}


def inside_another(d: Drawn, r: Random, g: Register, _day: date) -> dict[str, str]:
    """A taken mark with a character added: an officer decides whether the public is misled."""
    while True:
        mark = r.choice([each for each, trade in g.marks if trade[2] == d.trade[2] and len(each) >= 3])
        longer = mark + r.choice([char for char in SYLLABLES if char not in mark])
        if not any(each == longer for each, _ in g.marks):
            rename(d, longer)
            return {"name_free": "refer"}


def forbidden(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    word = r.choice(
        ("国家级", "最佳", "美国", "共产党", "法轮", "赌博", "日本", "毛泽东", "解放军", "联合国", "世界第一", "官方")
    )
    rename(d, r.choice((word + d.mark[:2], d.mark[:2] + word)))
    return {"name_words": "refuse"}


def no_such_address(d: Drawn, _r: Random, _g: Register, _day: date) -> dict[str, str]:
    del d.facts["place"]
    return {"address_exists": "refuse", "address_use": "refer", "address_crowding": "refer"}


def other_address(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    """The register knows a place, but it is another than the one that is written."""
    d.facts["place"]["address"] = f"深圳市盐田区深盐路{r.randrange(901, 2000)}号{r.randrange(1, 90)}室"
    return {"address_exists": "refuse"}


def wrong_use(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    use = r.choice(("illegal", "school", "housing"))
    d.facts["place"]["use"] = use
    return {"address_use": "refer" if use == "housing" else "refuse"}


def crowded(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    d.facts["place"] |= {"companies": r.randrange(10, 300), "shared": False}
    return {"address_crowding": "refer"}


def bad_title(d: Drawn, r: Random, _g: Register, day: date) -> dict[str, str]:
    record = d.facts.get("lease") or d.facts["deed"]
    roll = r.randrange(6)
    if roll == 0:
        d.facts.pop("lease", None)
        d.facts.pop("deed", None)
    elif roll == 1:
        record["status"] = "void"
    elif roll == 2:
        stranger = person(r, day)
        record["tenant_id_number" if "tenant_id_number" in record else "owner_id_number"] = stranger["id_number"]
    elif roll == 3:
        record["address"] = f"深圳市盐田区深盐路{r.randrange(901, 2000)}号{r.randrange(1, 90)}室"
    elif "lease" in d.facts:
        record |= (
            {"ends_on": str(day - timedelta(days=r.randrange(1, 400)))} if roll == 4 else {"landlord_is_owner": False}
        )
    else:
        record["status"] = "seized"
        return {"title_valid": "refer"}
    return {"title_valid": "refuse"}


def no_phrase(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    d.facts["scope"]["text"] += ";" + r.choice(
        ("时光倒流体验", "捉鬼驱邪", "星座配对裁决", "赛博许愿池", "替人排忧", "梦境收购")
    )
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"scope_standard": "refuse"}


def own_words(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    """Everyday words, or more than the phrase: what may not be printed, however plain it is what is meant."""
    text = str(d.facts["scope"]["text"])
    said = r.choice((";卖水果", ";写软件", f";{d.trade[3]}等业务"))
    d.facts["scope"]["text"] = f"一般经营项目：{text}" if r.random() < 0.3 else text + said
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"scope_standard": "refuse"}


def other_trade(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    used = {d.trade[2][:1]}
    main = r.choice([trade for trade in TRADES if trade[2][:1] not in used])
    d.announces = main[5]
    d.facts["scope"]["text"] = main[3]
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"scope_class": "refuse"}


def prior_permit(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    d.facts["company"]["foreign_capital"] = False
    d.facts["scope"]["text"] += ";" + r.choice(
        ("融资担保业务", "典当业务", "学科类校外培训", "幼儿园办学", "商业银行业务", "小额贷款业务")
    )
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"prior_permits": "refuse"}


def foreign_negative(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    """Not open to foreigners at all, or only with a cap or a Chinese partner, which an officer looks at."""
    d.facts["company"]["foreign_capital"] = True
    phrase, permit, outcome = r.choice((
        ("广播电视节目制作经营", True, "refuse"), ("测绘服务", True, "refuse"), ("快递服务", True, "refuse"), ("稀土矿开采、选矿", False, "refuse"),
        ("烟草制品零售", True, "refuse"), ("医疗服务", True, "refer"), ("市场调查(不含涉外调查)", False, "refer"), ("第二类增值电信业务", True, "refer"),
    ))  # fmt: skip
    d.facts["scope"]["text"] += ";" + phrase
    d.announces = d.announces or permit
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"negative_list": outcome}


def paid_too_late(d: Drawn, r: Random, _g: Register, day: date) -> dict[str, str]:
    row = r.choice(d.facts["founders"]["people"])
    row["pay_by"] = str(day + timedelta(days=r.choice((r.randrange(5 * 366 + 1, 9000), -r.randrange(1, 400)))))
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"capital_schedule": "refuse"}


def nothing_or_undated(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    """A shareholder without a contribution, or without a date for it."""
    row, without = r.choice(d.facts["founders"]["people"]), r.random() < 0.5
    if without:
        d.facts["company"]["capital"] = str(int(d.facts["company"]["capital"]) - int(row["amount"]))
        row["amount"] = "0"
    else:
        row["pay_by"] = ""
    d.facts["articles"] = {"text": write_articles(d.facts)}
    if not without:
        return {"capital_schedule": "refuse"}
    nobody = int(d.facts["company"]["capital"]) == 0
    return {"shareholders_valid": "refuse"} | ({"capital_schedule": "refuse"} if nobody else {})


def too_rich(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    for row in d.facts["founders"]["people"]:
        row["amount"] = str(r.randrange(100_000, 900_000) * 10_000)
    d.facts["company"]["capital"] = str(sum(int(row["amount"]) for row in d.facts["founders"]["people"]))
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"capital_schedule": "refer"}


def articles_lacking(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    text = d.facts["articles"]["text"]
    word, to = r.choice(
        (("经营范围", "业务"), ("注册资本", "本钱"), ("法定代表人", "负责人"), ("职权与议事规则", "办法"))
    )
    d.facts["articles"]["text"] = text.replace(word, to)
    return {"articles_complete": "refuse"}


def articles_differ(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    text, people = d.facts["articles"]["text"], d.facts["founders"]["people"]
    roll = r.randrange(4)
    if roll == 0:
        text = text.replace(d.facts["name"]["full"], f"深圳{draw_mark(r)}{d.trade[1]}有限公司")
    elif roll == 1:
        text = text.replace(
            f"{int(d.facts['company']['capital']):,}元。", f"{int(d.facts['company']['capital']) + 10_000:,}元。"
        )
    elif roll == 2:
        text = text.replace(people[-1]["name"], "钱某某")
    else:
        text = text.replace(d.facts["premises"]["address"], "深圳市大鹏新区迎宾路1号")
    d.facts["articles"]["text"] = text
    return {"articles_complete": "refuse"}


def shares_wrong(d: Drawn, r: Random, _g: Register, _day: date) -> dict[str, str]:
    d.facts["company"]["capital"] = str(int(d.facts["company"]["capital"]) + r.choice((-1, 1, 5_000, 100_000)))
    d.facts["articles"] = {"text": write_articles(d.facts)}
    return {"shares_add_up": "refuse"}


FAULTS: tuple[Fault, ...] = (
    unknown_person, other_name, dead, expired_card, other_face, not_alive, debtor_in_post, list_not_asked, barred, twice, minor, unsigned,
    supervisor_too, bad_characters, one_character, rare_or_long, place_or_trade_as_mark, same_name, same_sound, inside_another, forbidden,
    no_such_address, other_address, wrong_use, crowded, bad_title, no_phrase, own_words, other_trade, prior_permit, foreign_negative, paid_too_late, nothing_or_undated, too_rich,
    articles_lacking, articles_differ, shares_wrong,
)  # fmt: skip
