"""A company name taken apart: administrative division, mark, trade, form (企业名称登记管理规定 第六条).

Names come as people type them: full-width letters, traditional characters, look-alike letters, spaces. `clean` gives the
written form used for comparing; `faults` lists what may not stand in a name at all (同 第八条: standard Chinese characters).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

FORMS = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "普通合伙企业", "有限合伙企业", "合伙企业", "分公司",
    "特殊普通合伙", "普通合伙", "有限合伙", "个人独资企业", "集团", "工作室", "经营部", "商行", "中心", "厂", "店", "社", "部", "行",
)  # fmt: skip
"""Longest first where one ends another."""

_BRACKETS = re.compile(r"[()（）〔〕\[\]【】]")
_NOT_NAME = re.compile(r"[\s·•・.。,，、;；:：'\"“”‘’!！?？\-_—~*&@#/\\|+=<>《》]+")
HOMOGLYPHS = str.maketrans({
    "А": "A", "В": "B", "С": "C", "Е": "E", "Н": "H", "К": "K", "М": "M", "О": "O", "Р": "P", "Т": "T", "Х": "X", "У": "Y",
    "а": "a", "с": "c", "е": "e", "о": "o", "р": "p", "х": "x", "у": "y", "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H",
    "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P", "Τ": "T", "Χ": "X", "〇": "零", "ニ": "二", "ロ": "口", "エ": "工",
    "カ": "力", "夕": "夕", "タ": "夕", "ト": "卜", "ハ": "八", "ー": "一", "⼀": "一", "⼆": "二", "⼤": "大", "⼩": "小",
})  # fmt: skip
"""Letters of other scripts that look like Latin letters or Chinese characters."""

USUAL = frozenset("玥璟旻燊珺喆堃昇祎翀赟瑄芃沄滢韫烜垚")
"""Characters of 通用规范汉字表 beyond GB 2312 that stand in many names; an officer need not look at them."""


@dataclass(frozen=True, slots=True)
class Parts:
    """`mark` is what tells one company from another; empty parts are "" where the name does not have them."""

    region: str
    mark: str
    trade: str
    form: str

    @property
    def core(self) -> str:
        return self.mark


def clean(name: str) -> str:
    """The name in one width and script, simplified, without spaces and punctuation; brackets are kept out as well."""
    from onething.subjects.names.variants import SIMPLE

    text = unicodedata.normalize("NFKC", name).translate(HOMOGLYPHS).translate(SIMPLE)
    return _NOT_NAME.sub("", _BRACKETS.sub("", text)).upper()


def faults(name: str) -> list[tuple[str, str]]:
    """What may not stand in a name: (kind, character). Kinds: emoji, foreign_letter, digit, symbol, rare.

    `rare` are characters beyond GB 2312 that companies do not commonly use (traditional forms among them): they may be
    right, but many systems cannot show them and 通用规范汉字表 may not hold them, so a person should look.
    """
    found: list[tuple[str, str]] = []
    for char in unicodedata.normalize("NFC", name):
        code, kind = ord(char), unicodedata.category(char)
        if 0x3400 <= code <= 0x4DBF or 0x4E00 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF:
            if char not in USUAL and not char.encode("gb2312", "ignore"):
                found.append(("rare", char))
        elif char in "()（）·" or char.isspace():
            continue
        elif kind.startswith("S") or 0x1F000 <= code <= 0x1FAFF or code in (0x200D, 0xFE0F):
            found.append(("emoji" if code >= 0x2600 else "symbol", char))
        elif kind == "Nd":
            found.append(("digit", char))
        elif kind.startswith("L"):
            found.append(("foreign_letter", char))
        else:
            found.append(("symbol", char))
    return found


def split(name: str, regions: Sequence[str], trades: Sequence[str]) -> Parts:
    """Parts of a full name. `regions` and `trades` are the words of the city, longest first.

    The trade is the longest trade word before the form; a name without any is all mark.
    """
    text = clean(name)
    region = next((word for word in regions if text.startswith(word)), "")
    rest = text[len(region) :]
    if not region:
        inner = next((word for word in regions if len(word) > 1 and word in rest), "")
        region, rest = inner, rest.replace(inner, "", 1) if inner else rest
    form = next((word for word in FORMS if rest.endswith(word) and len(word) < len(rest)), "")
    rest = rest[: len(rest) - len(form)]
    trade = next((word for word in trades if rest.endswith(word) and len(rest) > len(word)), "")
    return Parts(region, rest[: len(rest) - len(trade)] if trade else rest, trade, form)
