"""Text in one width without moving a character, so that spots in it are spots in what was given."""

import re
import unicodedata

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "零〇○一二三四五六七八九十百千两"


def even(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, one space for every kind of blank; always as long as `text`."""
    return "".join(_even(char) for char in text)


def _even(char: str) -> str:
    if char.isspace() and char != "\n":
        return " "
    if char in "—–―‐‑−":
        return "-"
    simple = unicodedata.normalize("NFKC", char)
    return simple if len(simple) == 1 else char


def number_of(text: str) -> int | None:
    """`12`, `十二`, `一百零五`, `二〇二六` as a number below 100,000; None for anything else."""
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return int(text)
    if not text or any(char not in NUMERAL for char in text):
        return None
    if not set(text) & set(_TENS):
        return int("".join(str(_DIGITS[char]) for char in text)) if len(text) <= 9 else None
    total, digit, last = 0, None, 10_000
    for char in text:
        if char in _TENS:
            if _TENS[char] >= last:
                return None
            total, last = total + (1 if digit is None else digit) * _TENS[char], _TENS[char]
            digit = None
        elif digit:
            return None
        else:
            digit = _DIGITS[char]
    return total + (digit or 0)


_BEFORE_UNIT = re.compile(rf"[{NUMERAL}]+(?=号|弄|室|楼|层|栋|幢|座|单元|支弄|组|队)")


def arabic(text: str) -> str:
    """Numerals before the units of an address as digits: `二十三号` → `23号`."""

    def digits(match: re.Match[str]) -> str:
        value = number_of(match[0])
        return match[0] if value is None else str(value)

    return _BEFORE_UNIT.sub(digits, text)
