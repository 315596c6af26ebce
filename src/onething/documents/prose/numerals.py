"""Chinese and Arabic numbers as law texts write them: 第二十一条, 百分之一百一十, 万分之五, 1万元, 半年, 二〇二四年."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "○": 0, "壹": 1, "贰": 2, "叁": 3}
UNITS = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "亿": 100_000_000}
CHINESE = "〇○零一二三四五六七八九十百千两"
NUMERAL = rf"(?:[0-9０-９]+|[{CHINESE}]+)"
"""A whole number in a label."""
_WIDE = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")
AMOUNT = r"(?:[0-9０-９][0-9０-９,，]*(?:[.．][0-9０-９]+)?[百千]?[万亿]?|[〇零一二三四五六七八九十百千两]+[万亿]?[〇零一二三四五六七八九十百千]*万?|半)"
"""A number in a sentence."""
_SHARE = re.compile(rf"(百|千|万)分之({AMOUNT})(?:点([〇零一二三四五六七八九]+))?")


def number(text: str) -> int:
    """`二十一` → 21, `12` → 12. Raises ValueError for what is no whole number."""
    text = text.translate(_WIDE)
    if text.isdecimal() and text.isascii():
        return int(text)
    total, section, digit, seen = 0, 0, 0, False
    if not text or any(c not in DIGITS and c not in UNITS and c not in LARGE for c in text):
        raise ValueError(text)
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    for c in text:
        if c in LARGE:
            total, section, digit = (total + section + digit) * LARGE[c], 0, 0
        elif c in UNITS:
            section, digit = section + (digit if seen or digit else 1) * UNITS[c], 0
        else:
            digit = DIGITS[c]
        seen = c in DIGITS and DIGITS[c] > 0
    return total + section + digit


def amount(text: str) -> Decimal:
    """A number in a sentence, `1万` → 10000, `半` → 0.5. Raises ValueError."""
    text = text.translate(_WIDE).replace(",", "")
    if text == "半":
        return Decimal("0.5")
    scale = Decimal(1)
    if text[:1].isdecimal():
        while text and text[-1] in "百千万亿":
            scale *= UNITS.get(text[-1], 0) or LARGE[text[-1]]
            text = text[:-1]
        try:
            return Decimal(text) * scale
        except InvalidOperation:
            raise ValueError(text) from None
    return Decimal(number(text))


def share(text: str) -> Decimal | None:
    """Per cent: `百分之一百一十` → 110, `万分之五` → 0.05, `3.5%` → 3.5; None when it is no share."""
    found = _SHARE.fullmatch(text)
    if found:
        value = amount(found[2])
        if found[3]:
            value += Decimal("0." + "".join(str(DIGITS[c]) for c in found[3]))
        return value / {"百": 1, "千": 10, "万": 100}[found[1]]
    plain = re.fullmatch(r"([0-9０-９]+(?:[.．][0-9０-９]+)?)[%％]", text)
    return Decimal(plain[1].translate(_WIDE)) if plain else None


_DATE = re.compile(rf"([0-9０-９〇○零一二三四五六七八九]{{4}})\s*年\s*({NUMERAL})\s*月\s*({NUMERAL})\s*日")


def dates(text: str) -> list[tuple[date, int, int]]:
    """Every full date of a text with where it stands."""
    found: list[tuple[date, int, int]] = []
    for match in _DATE.finditer(text):
        try:
            found.append((date(number(match[1]), number(match[2]), number(match[3])), match.start(), match.end()))
        except ValueError:
            continue
    return found


def ordinal(value: int) -> str:
    """12 → 十二, for labels up to 9999."""
    digits = "零一二三四五六七八九"
    if value < 20 and value >= 10:
        return "十" + (digits[value - 10] if value > 10 else "")
    out, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            out += ("零" if zero and out else "") + digits[digit] + name
            zero = False
        else:
            zero = True
    return out or "零"
