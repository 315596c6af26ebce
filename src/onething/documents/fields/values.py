"""From characters read to a value in normal form, one small parser a kind, each noting what it mended.

Confusions are those the reader really makes (0/O/D, 1/I/l, 8/B …); they are only undone where the place allows one
class of characters, never by taste.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from rapidfuzz.distance import Levenshtein

from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id, parse_uscc
from onething.core.persons.numbers import as_person_number
from onething.documents.fields.amounts import NUMERALS, from_chinese, from_figures, normal
from onething.documents.fields.document_types import FieldSpec
from onething.documents.models import Correction, Reason

_LOOKS_LIKE = {"0": "OoDQ〇○口", "1": "Il|i!", "2": "Zz", "5": "Ss", "6": "Gb", "8": "B", "9": "gq", "7": "T"}
TO_DIGIT = str.maketrans({char: digit for digit, chars in _LOOKS_LIKE.items() for char in chars})
TO_LETTER = str.maketrans({"0": "O", "1": "I", "2": "Z", "5": "S", "8": "B", "(": "J", "」": "J", "丁": "T"})

PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
"""One-character names of provinces, as on number plates and certificates."""
CONFUSED = (
    "日曰", "末未", "己已巳", "土士", "人入", "干千于", "大太犬", "天夫", "戊戌戍", "浦埔", "徐馀", "沙莎", "泾径", "桥挢",
    "沪户泸护", "粤奥", "冀翼", "渝榆", "赣籁", "鄂颚", "琼凉", "豫像", "闽阀", "皖晥",
)  # fmt: skip
"""Characters the reader really takes for each other."""
_TWINS = {char: frozenset(group) - {char} for group in CONFUSED for char in group}


def twins(char: str) -> frozenset[str]:
    """What a character may have been."""
    return _TWINS.get(char, frozenset())


NATIONS = (
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
)
"""The 56 nationalities of GB/T 3304."""
_CJK = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"


@dataclass(frozen=True, slots=True)
class Parsed:
    """`value` None: nothing usable. `checked`: a check digit or a closed list vouches for it."""

    value: str | None
    checked: bool = False
    corrections: tuple[Correction, ...] = ()
    fault: str | None = None
    """Stable code of what is wrong, for a problem: `checksum`, `date`, `pattern`, `range` …"""


def clean(text: str) -> str:
    """Full-width to half-width, no spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def digits(text: str) -> str:
    return text.translate(TO_DIGIT)


def _mended(before: str, after: str, reason: Reason) -> tuple[Correction, ...]:
    return (Correction(before=before, after=after, reason=reason),) if before != after else ()


def _text(text: str, _spec: FieldSpec) -> Parsed:
    return Parsed(text or None)


_LATIN_NAME = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f .'’\-]+")


def _person_name(text: str, spec: FieldSpec) -> Parsed:
    """A Chinese name without blanks; one in Latin letters with its blanks, hyphens and apostrophes; several joined by 、."""
    if spec.many and re.search(r"[、,，;；/]", text):
        alone = spec.model_copy(update={"many": False})
        names = [_person_name(part, alone) for part in re.split(r"[、,，;；/]", text) if part.strip()]
        known = [name.value for name in names if name.value]
        return Parsed("、".join(known) or None, fault=next((name.fault for name in names if name.fault), None))
    if _LATIN_NAME.fullmatch(text.strip()):
        return Parsed(re.sub(r"\s+", " ", text.replace("’", "'")).strip())
    if re.search(r"(?:公司|企业|商店|经营部|合作社|中心|医院|学校|大学|事务所)$|合伙\)$", text.strip()):
        return _organisation(text, spec)
    after = re.sub(rf"[^{_CJK}·A-Za-z]", "", text.replace("•", "·").replace(".", "·"))
    return Parsed(after or None, fault=None if len(after) >= 2 else "pattern")


def _written(text: str, _spec: FieldSpec) -> Parsed:
    """Addresses and organisations: Chinese characters, letters, digits and a few signs."""
    after = re.sub(rf"[^{_CJK}A-Za-z0-9()\-—#、·]", "", text.replace("（", "(").replace("）", ")"))
    return Parsed(after or None, fault=None if len(after) >= 2 else "pattern")


def _organisation(text: str, spec: FieldSpec) -> Parsed:
    return _written(re.sub(r"[-—_.、·]+$|^[-—_.、·:]+", "", text), spec)


def _citizen_id(text: str, _spec: FieldSpec) -> Parsed:
    """A citizen id; also the number of another paper where only that can be meant (H08291374). Of a passport the number alone, in doubt:
    whose it is, and who issued it, does not stand in it."""
    raw = re.sub(r"[^0-9A-Za-z]", "", text)
    if re.fullmatch(r"[A-Za-z]{1,3}[0-9]{6,12}", raw, re.ASCII):
        other = as_person_number(raw)
        return Parsed(other.number if other else raw.upper(), fault=None if other else "length")
    tail = raw[17:18].upper()
    fixed = digits(raw[:17]).upper() + (tail if tail == "X" else digits(raw[17:18])) + raw[18:].upper()
    raw = raw.upper()
    try:
        number = parse_citizen_id(fixed).number
    except InvalidIdentifierError as error:
        company = _company_code(raw, _spec) if len(raw) == 18 and re.search(r"[A-Z]", raw[2:17]) else None
        if company is not None and company.checked:
            return company
        return Parsed(fixed or None, fault=error.fault.value, corrections=_mended(raw, fixed, "confusion"))
    return Parsed(number, checked=True, corrections=_mended(raw, number, "confusion"))


def parse_date(text: str) -> date | None:
    """A day as printed: 2026年11月1日, 2026.11.01, 20261101; None if it is no day."""
    text = digits(re.sub(r"[年月日曰号.\-/—、,::]+", "-", text))
    match = re.search(r"(\d{4})\D*?-\D*?(\d{1,2})\D*?-\D*?(\d{1,2})(?!\d)", text) or re.search(
        r"(\d{4})\D*(\d{2})\D*(\d{2})(?!\d)", text
    )
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return day if 1880 <= day.year <= 2200 else None


def _date(text: str, _spec: FieldSpec) -> Parsed:
    day = parse_date(text)
    if day is None:
        month = re.fullmatch(r"(\d{4})年(\d{1,2})月", digits(text))
        if month is not None and 1 <= int(month[2]) <= 12:
            return Parsed(f"{month[1]}-{int(month[2]):02d}")
        return Parsed(None, fault="date")
    undone = text.replace("曰", "日")
    undone = undone if re.search(r"[年月日]", undone) and digits(undone) == undone else digits(undone)
    return Parsed(day.isoformat(), corrections=_mended(text, undone, "confusion"))


def _date_or_long(text: str, spec: FieldSpec) -> Parsed:
    return Parsed("long") if "长" in text or "期" in text else _date(text, spec)


def _moment(text: str, _spec: FieldSpec) -> Parsed:
    """`2026年11月01日08时15分` → `2026-11-01T08:15`, local time."""
    head, _, rest = text.partition("日") if "日" in text else (text, "", "")
    day = parse_date(head if rest else text)
    clock = re.search(r"(\d{1,2})[时點点:](\d{1,2})", digits(rest))
    if day is None:
        return Parsed(None, fault="date")
    if clock is not None and (int(clock[1]), int(clock[2])) == (
        24,
        0,
    ):  # the end of a day is the next one's 00:00 (GB/T 7408)
        return Parsed(f"{(day + timedelta(days=1)).isoformat()}T00:00")
    if clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        return Parsed(day.isoformat(), fault="time")
    return Parsed(f"{day.isoformat()}T{int(clock[1]):02d}:{int(clock[2]):02d}")


def _sex(text: str, _spec: FieldSpec) -> Parsed:
    found = {sex for char, sex in (("男", "male"), ("女", "female")) if char in text}
    return Parsed(found.pop(), checked=text in {"男", "女"}) if len(found) == 1 else Parsed(None, fault="pattern")


def nearest(text: str, words: Mapping[str, str], *, open_: bool = False) -> Parsed:
    """The one word of a closed list that is meant: itself, or the only one a single character away.

    A word that only stands inside a longer wording is not meant: 自然人投资或控股的法人独资 is not 自然人投资或控股. `open_`: only the word itself.
    """
    if text in words:
        return Parsed(words[text], checked=True)
    inside = [word for word in words if len(word) >= 2 and word in text and len(text) - len(word) <= 1 + len(word) // 8]
    if inside and not open_:
        best = max(inside, key=len)
        return Parsed(words[best], corrections=_mended(text, best, "vocabulary"))
    close = [w for w in words if len(w) >= 2 and len(w) == len(text) and Levenshtein.distance(w, text) == 1]
    if len(close) > 1:  # of several, the one whose character is easily taken for the one that was read
        close = [w for w in close if all(a == b or b in twins(a) for a, b in zip(text, w, strict=True))]
    if open_:
        return Parsed(None)
    if len(close) == 1:
        return Parsed(words[close[0]], corrections=_mended(text, close[0], "vocabulary"))
    return Parsed(None, fault="vocabulary")


def _ethnicity(text: str, _spec: FieldSpec) -> Parsed:
    return nearest(re.sub(rf"[^{_CJK}]", "", text).removesuffix("族"), {nation: nation for nation in NATIONS})


def _word(text: str, spec: FieldSpec) -> Parsed:
    head = text if spec.open else re.split(r"[:：,，;；(（]", text.lstrip(":：,，;；(（"))[0]
    found = nearest(re.sub(rf"[^{_CJK}]", "", head), spec.words, open_=spec.open)
    if found.value is None and spec.open:
        after = re.sub(rf"[^{_CJK}()、]", "", text.replace("（", "(").replace("）", ")"))
        return Parsed(after or None, fault=None if len(after) >= 1 else "pattern")
    return found


def _number(text: str, spec: FieldSpec) -> Parsed:
    match = re.search(r"\d+(?:\.\d+)?", digits(text))
    if match is None:
        return Parsed(None, fault="pattern")
    number = float(match[0])
    value = str(int(number)) if number == int(number) else str(number)
    if (spec.low is not None and number < spec.low) or (spec.high is not None and number > spec.high):
        return Parsed(value, fault="range")
    return Parsed(value, corrections=_mended(match[0], value, "format") if match[0] != value else ())


def _code(text: str, spec: FieldSpec) -> Parsed:
    raw = re.sub(r"[—–_~]", "-", text)
    if spec.like is not None and len(re.sub(rf"[^0-9A-Za-z\-()/」丁{_CJK}]", "", raw)) not in {
        len(shape) for shape in spec.shapes
    }:
        whole = re.search(spec.like, re.sub(r"[（]", "(", raw).replace("）", ")"))
        if whole is not None:
            number = re.sub(r"(?<=[0-9])[OoIlB]|[OoIlB](?=[0-9])", lambda m: digits(m[0]), whole[0])
            return Parsed(number, corrections=_mended(whole[0], number, "confusion"))
        return Parsed(raw.upper() or None, fault="pattern")
    chinese = any(char in "?%" or "\u3400" <= char <= "\u9fff" for shape in spec.shapes for char in shape)
    raw = re.sub(rf"[^0-9A-Za-z\-()/」丁{_CJK if chinese else ''}]", "", raw)
    fitted = [_fit(raw, shape) for shape in spec.shapes if len(shape) == len(raw)]
    best = min(fitted, key=lambda pair: pair[1], default=None)
    if best is None:
        return Parsed(raw.upper() or None, fault="pattern")
    out, misfits = best
    return Parsed(out, corrections=_mended(raw, out, "confusion"), fault="pattern" if misfits else None)


def _fit(raw: str, shape: str) -> tuple[str, int]:
    """`raw` with confusions undone where `shape` allows one class of characters, and how many places still do not fit."""
    out, misfits = "", 0
    for char, place in zip(raw, shape, strict=True):
        if place == "9":
            out += digits(char)
            misfits += not ("0" <= out[-1] <= "9")
        elif place == "A":
            out += char.translate(TO_LETTER).upper()
            misfits += not ("A" <= out[-1] <= "Z")
        elif place == "%":
            twin = next((p for p in _TWINS.get(char, "") if p in PROVINCES), char)
            out += char if char in PROVINCES else twin
            misfits += out[-1] not in PROVINCES
        elif place == "?":
            out += char
            misfits += not re.match(f"[{_CJK}]", char)
        else:
            out += place
            misfits += "\u3400" <= place <= "\u9fff" and char != place
    return out, misfits if misfits > 1 or not _may_be_form(raw, out) else 0


def _may_be_form(raw: str, out: str) -> bool:
    """One printed Chinese character of the form itself misread is undone; a digit or letter that is none stays wrong."""
    return sum("\u3400" <= b <= "\u9fff" and a != b for a, b in zip(raw, out, strict=True)) == 1


def _company_code(text: str, _spec: FieldSpec) -> Parsed:
    """Unified social credit code (GB 32100): no I, O, S, V, Z, so that what looks like a digit is one."""
    raw = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    fixed = raw.translate(str.maketrans("IOSZ", "1052"))
    fixed = fixed[:2] + digits(fixed[2:8]) + fixed[8:]
    try:
        code = parse_uscc(fixed)
    except InvalidIdentifierError as error:
        return Parsed(fixed or None, fault=error.fault.value, corrections=_mended(raw, fixed, "confusion"))
    return Parsed(code, checked=True, corrections=_mended(raw, code, "confusion"))


def luhn(number: str) -> bool:
    """Whether a bank card number passes its check digit (ISO/IEC 7812-1, annex B)."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _bank_card(text: str, _spec: FieldSpec) -> Parsed:
    """16 to 19 digits. The check digit catches one wrong digit, but only nine in ten of two: a second reading must agree."""
    raw = re.sub(r"[^0-9A-Za-z]", "", text)
    number = digits(raw)
    mended = _mended(raw, number, "confusion")
    if not re.fullmatch(r"[0-9]+", number) or not 16 <= len(number) <= 19:
        return Parsed(number or None, fault="length", corrections=mended)
    return Parsed(number, corrections=mended, fault=None if luhn(number) else "checksum")


def _amount(text: str, spec: FieldSpec) -> Parsed:
    body = re.sub(r"(?<=[\d,.])[OoDlI|](?=[\d,.]|$)", lambda m: digits(m[0]), text)
    value = from_figures(body)
    if value is None:
        return Parsed(text or None, fault="amount")
    out = spec.low is not None and value < Decimal(str(spec.low))
    out = out or (spec.high is not None and value > Decimal(str(spec.high)))
    return Parsed(normal(value), corrections=_mended(text, body, "confusion"), fault="range" if out else None)


def _amount_words(text: str, _spec: FieldSpec) -> Parsed:
    text = text.removesuffix("人民币")
    raw = "".join(char for char in re.sub(r"^.*?人民币", "", text) if char in NUMERALS or "\u3400" <= char <= "\u9fff")
    value = from_chinese(raw)
    if value is None:
        value = from_figures(re.sub(r"人民币|整|[¥￥]", "", text))
    return Parsed(normal(value)) if value is not None else Parsed(raw or None, fault="amount")


def _decimal(text: str, spec: FieldSpec) -> Parsed:
    match = re.search(r"\d+(?:\.\d+)?", re.sub(r"[,,。·](?=\d)", ".", digits(text)))
    if match is None:
        return Parsed(None, fault="pattern")
    value = float(match[0])
    outside = (spec.low is not None and value < spec.low) or (spec.high is not None and value > spec.high)
    return Parsed(match[0], fault="range" if outside else None)


PARSERS: dict[str, Callable[[str, FieldSpec], Parsed]] = {
    "text": _text, "person_name": _person_name, "address": _written, "organisation": _organisation,
    "citizen_id": _citizen_id, "date": _date, "date_or_long": _date_or_long, "moment": _moment, "sex": _sex,
    "ethnicity": _ethnicity, "number": _number, "decimal": _decimal, "code": _code, "word": _word,
    "company_code": _company_code, "bank_card": _bank_card, "amount": _amount, "amount_words": _amount_words,
}  # fmt: skip


SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时"
    "傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支"
    "柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀甄曲封储靳段富巫乌焦巴弓牧山谷车侯班仰秋仲伊宫宁仇栾祖武符刘景詹束龙叶司黎薄印白怀蒲从索"
    "赖卓蔺屠蒙池乔胥闻党翟谭贡姬申冉郦雍桑桂牛寿边燕冀尚农温庄晏柴瞿阎连习容向古易慎戈廖庾终居衡步都耿满匡寇广沃蔚越师巩聂晁敖冷辛阚那简饶曾沙丰关查游肖闫佟代付覃"
    "涂欧岳佘靖佀鞠苟商牟原苑占由兰隋阳相初晋苑肇尉宇战丛楚仝门展种巨鹿宿来曲慕仓铁次矫宛戎智么谯"
)
"""Common Chinese family names (after 百家姓 and census lists); only ever used to weigh readings that differ."""


def plausible(value: str, spec: FieldSpec) -> float:
    """Weight of a reading among others: a name that begins with no known family name counts for less."""
    if spec.kind == "person_name" and len(value) <= 4 and "·" not in value and value[:1] not in SURNAMES:
        return 0.6
    return 1.0


def parse(text: str, spec: FieldSpec) -> Parsed:
    """The value a text stands for, by the field's kind."""
    latin = unicodedata.normalize("NFKC", text).strip(" \t\n:;,*|_")
    keeps_blanks = spec.kind == "person_name" and _LATIN_NAME.fullmatch(latin) is not None
    text = latin if keeps_blanks else clean(text).strip(":：;；,，。'\"“”*|_")
    if spec.pick is not None:
        match = re.search(spec.pick, text)
        if match is None:
            return Parsed(None, fault="pattern")
        text = match[1]
    if spec.drop is not None:
        text = re.sub(spec.drop, "", text)
    return PARSERS[spec.kind](text, spec)
