"""Do two values mean the same? Names with rare or variant characters, companies with their suffixes, addresses part by part,
sums and days: a score and a reason that can be told to a person.
"""

import re
import unicodedata
from collections.abc import Callable

from rapidfuzz import fuzz

from onething.core.i18n import Text
from onething.core.variants import CANONICAL
from onething.documents.fields.amounts import written_amount
from onething.documents.text.address_likeness import compare_spots, spot_of
from onething.documents.text.divisions import Divisions, bare, load_divisions
from onething.documents.text.models import Day, Likeness
from onething.documents.text.times import find_times
from onething.documents.text.vocabulary import vocabulary
from onething.documents.text.writing import even


def say(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


REASONS = {
    "equal": say("两处一样。", "Both are the same."),
    "width": say("只是全角半角、空格或标点不同。", "They differ only in width, spaces or punctuation."),
    "variant_characters": say("只是繁体、异体字不同。", "They differ only in traditional or variant characters."),
    "rare_character_missing": say("有一处的生僻字没能写出来,其余都一样。", "One side could not write a rare character; the rest is the same."),
    "dots": say("只是姓名中的间隔点不同。", "They differ only in the dot between the parts of the name."),
    "latin_spelling": say("只是拉丁字母姓名的顺序、连字符或重音不同。", "They differ only in the order of the names, hyphens or accents."),
    "given_name_left_out": say("一处少写了一个名字,其余都一样。", "One side leaves a given name out; the rest is the same."),
    "other_script": say("一处是中文姓名,一处是外文姓名,比不出来。", "One is a Chinese name and one in Latin letters, so nobody can tell."),
    "suffix": say("只是公司类型的写法不同。", "They differ only in how the legal form is written."),
    "place_in_name": say("只是名称里地名的写法或位置不同。", "They differ only in how or where the place stands in the name."),
    "short_name": say("一处像是另一处的简称,但不能认定是同一家。", "One looks short for the other; that they are the same cannot be told."),
    "spelling": say("只是写法不同,地址的各部分都一致。", "Only the spelling differs; every part of the address agrees."),
    "left_out": say("一处少写了几部分,写了的部分都一致。", "One side leaves parts out; what both say agrees."),
    "numbers_differ": say("号码不同:{left}和{right}。", "The numbers differ: {left} and {right}."),
    "place_differs": say("地名不同:{left}和{right}。", "The places differ: {left} and {right}."),
    "different": say("两处不一样。", "They are different."),
    "not_readable": say("有一处看不懂,比不出来。", "One side cannot be understood, so nobody can tell."),
}  # fmt: skip
_DOTS = re.compile(r"[··•・‧∙.．]")
_UNKNOWN = re.compile(r"[□■??*_○◯〓\ufffd\ue000-\uf8ff]|[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{2,7}")
_IDS = re.compile(r"[⿰-⿻].{2,5}")


def _told(code: str, same: bool | None, score: float, **values: str) -> Likeness:
    return Likeness(same=same, score=round(score, 3), code=code, reason=REASONS[code].fill(**values))


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).strip()


# -- names --------------------------------------------------------------------------------------------------------


def same_name(left: str, right: str) -> Likeness:
    """Two personal names. A character that one side could not write (□, ?, pinyin, private use) may be any character."""
    if left == right and left:
        return _told("equal", True, 1.0)
    a, b = (_DOTS.sub("·", _tight(name)).casefold() for name in (left, right))
    if not a or not b:
        return _told("not_readable", None, 0.0)
    if a == b:
        return _told("width", True, 1.0)
    latin = _latin_words(left), _latin_words(right)
    if latin[0] and latin[1]:
        return _same_latin_name(latin[0], latin[1], fuzz.ratio(a, b) / 100)
    if (latin[0] and _HAN.fullmatch(b)) or (latin[1] and _HAN.fullmatch(a)):
        return _told("other_script", None, 0.5)
    if a.translate(CANONICAL) == b.translate(CANONICAL):
        return _told("variant_characters", True, 0.95)
    if a.replace("·", "") == b.replace("·", ""):
        return _told("dots", True, 0.95)
    if _fits(a, b) or _fits(b, a):
        return _told("rare_character_missing", None, 0.8)
    return _told("different", False, fuzz.ratio(a, b) / 100 * 0.7)


_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+")
_APART = re.compile(r"[\s\-‐‑–—·.,/]+")
_APOSTROPHES = re.compile(r"['’‘`´ʼʻ]")


def _latin_words(name: str) -> list[str]:
    """The words of a name in Latin letters as a machine readable zone knows them: capitals without accents, no apostrophes, hyphens as
    blanks (ICAO Doc 9303-3, 4.6). Empty for a name in another script, and for one word in small letters: pinyin for a character."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    for letter, written in (
        ("ß", "SS"),
        ("Æ", "AE"),
        ("æ", "AE"),
        ("Ø", "O"),
        ("ø", "O"),
        ("Ł", "L"),
        ("ł", "L"),
        ("Đ", "D"),
        ("đ", "D"),
        ("ı", "I"),
    ):
        plain = plain.replace(letter, written)
    words = [word for word in _APART.split(_APOSTROPHES.sub("", plain)) if word]
    if (
        not words
        or not all(word.isascii() and word.isalpha() for word in words)
        or (len(words) == 1 and words[0].islower())
    ):
        return []
    return [word.upper() for word in words]


def _same_latin_name(left: list[str], right: list[str], likeness: float) -> Likeness:
    """Family name first or last, hyphens and accents or none: the same name. A given name that one side leaves out: not to be told."""
    if "".join(left) == "".join(right) or sorted(left) == sorted(right):
        return _told("latin_spelling", True, 0.95)
    few, many = sorted((set(left), set(right)), key=len)
    if len(few) >= 2 and few < many:
        return _told("given_name_left_out", None, 0.8)
    return _told("different", False, likeness * 0.7)


def _fits(torn: str, whole: str) -> bool:
    """Whether `torn` is `whole` with characters it could not write: at least one other character must agree."""
    if re.fullmatch(r"[a-z·' -]+", torn):
        return False  # a name in Latin letters is no torn Chinese name
    parts = [part.translate(CANONICAL) for part in _UNKNOWN.split(_IDS.sub("□", torn))]
    if len(parts) < 2 or not any(parts):
        return False
    pattern = ".".join(map(re.escape, parts))
    return re.fullmatch(pattern, whole.translate(CANONICAL)) is not None


# -- organisations ------------------------------------------------------------------------------------------------

_FORMS = (
    ("股份有限公司", "G"), ("股份公司", "G"), ("有限责任公司", "L"), ("有限公司", "L"), ("责任有限公司", "L"), ("个人独资企业", "S"),
    ("(有限合伙)", "P"), ("(普通合伙)", "P"), ("(特殊普通合伙)", "P"), ("有限合伙企业", "P"), ("合伙企业", "P"),
)  # fmt: skip


def same_organisation(left: str, right: str, divisions: Divisions | None = None) -> Likeness:
    """Two names of organisations: brackets, width, legal form and the place in the name may be written otherwise."""
    if left == right and left:
        return _told("equal", True, 1.0)
    a, b = _tight(left), _tight(right)
    if not a or not b:
        return _told("not_readable", None, 0.0)
    if a == b:
        return _told("width", True, 1.0)
    a, b = a.translate(CANONICAL), b.translate(CANONICAL)
    if a == b:
        return _told("variant_characters", True, 0.97)
    (core_a, form_a), (core_b, form_b) = _without_form(a), _without_form(b)
    if core_a == core_b:
        if form_a == form_b:
            return _told("suffix", True, 0.96)
        return _told("short_name", None, 0.8) if not (form_a and form_b) else _told("different", False, 0.6)
    places = divisions or load_divisions()
    name_a, name_b = _without_place(core_a, places), _without_place(core_b, places)
    if name_a[0] == name_b[0] and form_a == form_b:
        known = name_a[1] and name_b[1]
        if known and name_a[1] == name_b[1]:
            return _told("place_in_name", True, 0.93)
        return _told("different", False, 0.6) if known else _told("short_name", None, 0.75)
    if len(min(core_a, core_b, key=len)) >= 2 and (core_a in core_b or core_b in core_a):
        return _told("short_name", None, 0.7)
    return _told("different", False, fuzz.ratio(a, b) / 100 * 0.7)


def _without_form(name: str) -> tuple[str, str]:
    for words, code in _FORMS:
        if name.endswith(words):
            return name.removesuffix(words), code
    end = next((end for end in vocabulary().organisation_ends if name.endswith(end) and end != "公司"), "")
    return (name.removesuffix("公司"), "") if name.endswith("公司") else (name, end)


def _without_place(core: str, places: Divisions) -> tuple[str, str]:
    """`上海市星河信息` and `星河信息(上海)` → (`星河信息`, `上海`)."""
    inner = re.search(r"\(([\u4e00-\u9fff]{2,6})\)", core)
    if inner and any(places.known(inner[1] + end) for end in ("", "市", "省", "区", "县")):
        return core.replace(inner[0], ""), bare(inner[1])
    for length in range(8, 1, -1):
        head = core[:length]
        if len(core) - length >= 2 and any(places.known(head + end) for end in ("", "市", "省")):
            return core[length:], bare(head)
    return core, ""


# -- addresses ----------------------------------------------------------------------------------------------------


def same_address(left: str, right: str, divisions: Divisions | None = None) -> Likeness:
    """Two addresses, token by token. Other numbers, roads or places make them different; what one side leaves out, or what
    nobody can take apart, leaves it open."""
    if left == right and left.strip():
        return _told("equal", True, 1.0)
    if _tight(left) == _tight(right) != "":
        return _told("width", True, 1.0)
    places = divisions or load_divisions()
    a, b = spot_of(left, places), spot_of(right, places)
    if a is None or b is None or not (a.tells and b.tells):
        return _told("not_readable", None, fuzz.ratio(_tight(left), _tight(right)) / 100 * 0.7)
    found = compare_spots(a, b)
    if found.same is False:
        return _told(
            "place_differs" if found.place else "numbers_differ", False, 0.3, left=found.left, right=found.right
        )
    if not found.gaps and found.same:
        return _told("spelling", True, 1.0)
    return _told("left_out", found.same, 0.9 if found.same else 0.6)


# -- sums and days ------------------------------------------------------------------------------------------------


def same_amount(left: str, right: str) -> Likeness:
    """Two sums of money, in figures, with 万, or in capitals."""
    a, b = written_amount(left), written_amount(right)
    if a is None or b is None:
        return _told("not_readable", None, 0.0)
    if a != b:
        return _told("numbers_differ", False, 0.0, left=f"{a:.2f}", right=f"{b:.2f}")
    return _told("equal" if left == right else "width", True, 1.0)


def same_day(left: str, right: str) -> Likeness:
    """Two dates in any way of writing; a month holds its days, but does not say which."""
    a, b = _day(left), _day(right)
    if a is None or b is None:
        return _told("not_readable", None, 0.0)
    if a == b:
        return _told("equal" if left == right else "width", True, 1.0)
    if len(a) != len(b) and (a.startswith(b) or b.startswith(a)):
        return _told("left_out", None, 0.8)
    return _told("numbers_differ", False, 0.0, left=a, right=b)


def _day(text: str) -> str | None:
    flat = even(text.strip())
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", flat)
    if compact:
        flat = "-".join(compact.groups())
    return next((found.value for found in find_times(flat) if isinstance(found, Day)), None)


_BY_KIND: dict[str, Callable[[str, str], Likeness]] = {
    "person_name": same_name, "name": same_name, "organisation": same_organisation, "address": same_address,
    "amount": same_amount, "money": same_amount, "date": same_day,
}  # fmt: skip


def same_meaning(kind: str, left: str, right: str) -> Likeness:
    """Compare by kind: `name`, `organisation`, `address`, `amount`, `date`; other kinds as plain text."""
    compare = _BY_KIND.get(kind)
    if compare is not None:
        return compare(left, right)
    a, b = _tight(left).casefold(), _tight(right).casefold()
    if a == b and a:
        return _told("equal" if left == right else "width", True, 1.0)
    if a and a.translate(CANONICAL) == b.translate(CANONICAL):
        return _told("variant_characters", True, 0.95)
    return _told("different", False, fuzz.ratio(a, b) / 100 * 0.7)
