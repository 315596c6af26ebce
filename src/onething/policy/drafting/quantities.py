"""Numbers in a clause: limits on facts (满十五年, 不足五年, 六十周岁以上), time limits (自…之日起三十日内), amounts and shares."""

import re
from collections.abc import Iterator
from decimal import Decimal

from onething.documents.prose.service import AMOUNT, amount, dates, share
from onething.policy.drafting.models import Condition, Operator, Quantity

_UNIT = r"(?:个工作日|工作日|周岁|个自然月|自然月|个月|年度|小时|分钟|万元|亿元|元|年|月|日|天|岁|倍|人|户|家|件|项|次|平方米|吨|%)"
_SHARE = rf"(?:[百千万]分之{AMOUNT}(?:点[〇零一二三四五六七八九]+)?|[0-9０-９]+(?:[.．][0-9０-９]+)?[%％‰])"
_GROUPED = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"
"""5,000万元: groups of three, which no comma between clauses makes."""
_VALUE = rf"(?:{_SHARE}|{_GROUPED}{_UNIT}|{AMOUNT}{_UNIT}|[0-9０-９]+(?:[.．][0-9０-９]+)?[万亿]|{AMOUNT}(?:万|亿)|{AMOUNT}(?=[至到~-]{AMOUNT}{_UNIT}))"
_BEFORE: tuple[tuple[str, Operator], ...] = (
    ("不得低于", ">="), ("不得少于", ">="), ("不低于", ">="), ("不少于", ">="), ("不得超过", "<="), ("不得高于", "<="), ("不得多于", "<="),
    ("不超过", "<="), ("不高于", "<="), ("未超过", "<="), ("未逾", "<="), ("不足", "<"), ("未满", "<"), ("不满", "<"), ("少于", "<"), ("低于", "<"),
    ("超过", ">"), ("高于", ">"), ("多于", ">"), ("大于", ">"), ("小于", "<"), ("逾", ">"), ("至少", ">="), ("达到", ">="), ("累计满", ">="),
    ("满", ">="), ("最长为", "<="), ("最高为", "<="), ("最多为", "<="), ("为", "="), ("等于", "="),
)  # fmt: skip
_AFTER: dict[str, Operator] = {"以上": ">=", "及以上": ">=", "以下": "<=", "及以下": "<=", "以内": "<=", "以外": ">"}
"""民法典 第一千二百五十九条: 以上、以下、以内、届满 include the number; 不满、超过、以外 do not."""
_COUNTED = r"(?:[（(]含(?:本数|本级)?[）)])?"
"""500万元（含）以上: it only says what 以上 means anyway."""
_LIMIT = re.compile(
    rf"(?P<before>{'|'.join(word for word, _ in _BEFORE)})?\s*(?P<low>{_VALUE})(?:(?P<to>[至到—~-])(?P<high>{_VALUE}))?{_COUNTED}(?P<after>(?:及)?以[上下内外])?{_COUNTED}"
)
_WITHIN = re.compile(
    rf"(?:(?:自|从|于)(?P<since>[^，。；：]{{1,40}}?)(?:之日)?起|在?(?P<after>[^，。；：自在]{{2,24}}?)(?:之日)?(?P<rel>[前后])|在|于)?"
    rf"(?P<value>{AMOUNT})(?P<unit>个工作日|工作日|个月|小时|年|月|日|天)(?:以)?内"
)
_FORCE = re.compile(r"自(?P<day>.{6,16}?日)起(?:施行|执行|实施|生效)")
_UNITS = {"个工作日": "工作日", "个月": "月", "个自然月": "月", "自然月": "月", "天": "日", "岁": "周岁", "年度": "年", "万元": "元", "亿元": "元", "％": "%"}  # fmt: skip
_SCALES = {"万元": 10_000, "亿元": 100_000_000}


_APART = re.compile(r"(不得低于|不低于|不得超过|不超过|不得高于)[^，。；：]{1,24}的$")
"""不得低于上一年度月平均工资的5%: the comparing word stands before what it is a share of."""


def value_of(text: str, *, bare: bool = False) -> tuple[Decimal, str] | None:
    """A value with its unit; `bare` takes a number without one too. `1万元` → (10000, 元), `百分之三` → (3, %), `半年` → (6, 月), `50万` → (500000, "")."""
    text = text.strip()
    if per_mille := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)‰", text):
        return Decimal(per_mille[1]) / 10, "%"
    if re.match(_GROUPED, text):
        text = text.replace(",", "")
    said = share(text)
    if said is not None:
        return said, "%"
    found = re.fullmatch(rf"({AMOUNT})({_UNIT})?", text)
    try:
        if found is None or (found[2] is None and not bare and not re.search(r"[万亿]$", text)):
            return None
        unit, value = found[2] or "", amount(found[1])
    except ValueError:
        return None
    if unit == "年" and found[1] == "半":
        return Decimal(6), "月"
    return value * _SCALES.get(unit, 1), _UNITS.get(unit, unit)


def limits(text: str) -> Iterator[tuple[Operator, Decimal, str, int, int]]:
    """Every comparison that a text makes: operator, value, unit, and where it stands."""
    for match in _LIMIT.finditer(text):
        low = value_of(match["low"], bare=bool(match["high"]))
        if low is None or _is_part_of_date(text, match.start(), match.end()):
            continue
        after = match["after"]
        if match["high"]:
            high = value_of(match["high"])
            if high is None:
                continue
            yield ">=", low[0], high[1] or low[1], match.start(), match.end()
            yield "<=", high[0], high[1] or low[1], match.start(), match.end()
            continue
        op: Operator = _AFTER[after] if after else dict(_BEFORE).get(match["before"] or "", "=")
        if not after and not match["before"] and (apart := _APART.search(text[: match.start()])):
            op = dict(_BEFORE)[apart[1]]
        yield op, low[0], low[1], match.start(), match.end()


def _is_part_of_date(text: str, start: int, end: int) -> bool:
    return any(a <= start < b or a < end <= b for _, a, b in dates(text))


_JOINS = re.compile(r"^(?:以及|并且|而且|或者|和|及|或|且|并|、)")


def number_conditions(text: str, offset: int) -> list[Condition]:
    """Limits on facts in a condition's text. The fact is named by the words before the number, or by its unit."""
    found: list[Condition] = []
    name, before = "", 0
    for op, value, unit, start, end in limits(text):
        explicit = op != "=" or re.search(r"(?:为|等于)$", text[:start])
        if not explicit or (unit in ("次", "项", "件", "家", "户") and op == "="):
            continue
        words = _JOINS.sub("", text[before:start].rsplit("，", 1)[-1])
        before = end
        words = re.sub(r"^.*?(?:的|并|且|和)(?=[^的]{2,}$)", "", words) if len(words) > 14 else words
        name = _fact(words, unit) or name
        found.append(Condition(kind="number", text=text[start:end], fact=name, op=op, value=value, unit=_unit(unit, name), span=(offset + start, offset + end)))  # fmt: skip
    return found


def _fact(words: str, unit: str) -> str:
    if unit == "周岁":
        return "年龄"
    words = re.sub(r"[，、；：。（）()“”\s]", "", words)
    words = re.sub(r"^(?:对于?|在|其|且|并且?|但|的)", "", words)
    words = re.sub(r"(?:累计)?(?:满|达到?|在|已|约)$", "", words)
    return "" if not words or any(c in "满足" and words == c for c in words) else words[-16:]


def _unit(unit: str, name: str) -> str:
    return "人" if not unit and "人口" in name else unit


def consequences(text: str, offset: int) -> list[Quantity]:
    """Time limits, amounts, shares and days in what follows."""
    found: list[Quantity] = []
    taken: list[tuple[int, int]] = []
    for match in _FORCE.finditer(text):
        for day, _, _ in dates(match["day"]):
            found.append(Quantity(kind="date", text=match[0], op=">=", day=day, span=(offset + match.start(), offset + match.end())))  # fmt: skip
            taken.append((match.start(), match.end()))
    for match in _WITHIN.finditer(text):
        quantity = _within(match, offset)
        if quantity is not None:
            found.append(quantity)
            taken.append((match.start(), match.end()))
    for op, value, unit, start, end in limits(text):
        if any(a <= start < b for a, b in taken) or (op == "=" and not _counts(text, start, unit)):
            continue
        found.append(Quantity(kind="quantity", text=text[start:end], op=op, value=value, unit=unit, span=(offset + start, offset + end)))  # fmt: skip
    return sorted(found, key=lambda each: each.span)


def _counts(text: str, start: int, unit: str) -> bool:
    """A plain number counts when something is so much: 公示期为二十日, 加收万分之五, 一次性补贴5万元; not 两个以上, 一项."""
    return unit in ("%", "元") or bool(re.search(r"(?:为|延长|给予|补贴|奖励|发给|收取|按照[^，]*)$", text[: start + 1])) or (unit in ("年", "月", "日", "工作日") and text[start] == "为")  # fmt: skip


def _within(match: re.Match[str], offset: int) -> Quantity | None:
    value = value_of(match["value"] + match["unit"])
    if value is None:
        return None
    since = match["since"] or ""
    if since:
        since += "之日" if "之日起" in match[0] else ""
    elif match["after"]:
        since = match["after"] + ("之日" if "之日" + match["rel"] in match[0] else "") + match["rel"]
    return Quantity(kind="within", text=match[0], op="<=", value=value[0], unit=value[1], since=since, span=(offset + match.start(), offset + match.end()))  # fmt: skip
