"""Money in text: figures with 万 and 亿, capitals, what it is for and per what; figures beside capitals must agree."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from onething.core.i18n import texts_of
from onething.documents.fields.amounts import NUMERALS, from_chinese
from onething.documents.text.models import Amount, Doubt, Source
from onething.documents.text.vocabulary import vocabulary

say = texts_of(__name__)

_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_SCALE = "十万|百万|千万|百|千|万|亿"
_FIGURES = re.compile(
    r"(?P<minus>(?<![0-9])[-负])?\s{0,4}(?:(?P<sign>¥|RMB|CNY|人民币)\s{0,4}(?P<minus2>[-负])?)?\s{0,4}"
    r"(?P<number>(?<![0-9.])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,13})(?:\.[0-9]{1,4})?)[ ]{0,8}"
    rf"(?P<scale>{_SCALE})?(?P<more>(?:[0-9]{{1,4}}(?:千|百|万))*)\s{{0,8}}(?P<unit>元|圆|块)?"
)
_CAPITALS = re.compile(f"[{''.join(sorted(NUMERALS))}]{{2,40}}")
_PER: tuple[tuple[re.Pattern[str], Literal["month", "year", "day"]], ...] = (
    (re.compile(r"每个?月|月租|月收入|月薪|月均|/月|按月"), "month"),
    (re.compile(r"每年|年租|年收入|年薪|/年|按年"), "year"),
    (re.compile(r"每[天日]|日租|/[天日]|按[天日]"), "day"),
)
_BETWEEN = re.compile(r"^[\s(:,,、]*(?:人民币)?[\s(]*(?:大写|小写|即)?[\s):]*(?:人民币)?[\s(:¥¥]*$")
_MINUS = re.compile(r"(?:\(负数?\)|负数?)$")
MOST = Decimal(10) ** 14


def find_amounts(text: str, source: Source = "rules") -> Iterator[Amount | Doubt]:
    """Amounts of evened text in order; capitals beside figures become one amount, or a doubt when they differ."""
    found = sorted([*_figures(text, source), *_written(text, source)], key=lambda amount: amount.start)
    index = 0
    while index < len(found):
        amount, following = found[index], found[index + 1] if index + 1 < len(found) else None
        index += 1
        if following is not None and _pair(text, amount, following):
            words = next(each.text for each in (amount, following) if _is_capitals(each.text))
            start, end = amount.start, following.end
            if amount.yuan != following.yuan:
                yield Doubt(text=text[start:end], start=start, end=end, source=source, code="amounts_differ", what=say("amounts_differ"))  # fmt: skip
            else:
                yield amount.model_copy(update={"text": text[start:end], "end": end, "capitals": words, "per": amount.per or following.per})  # fmt: skip
            index += 1
            continue
        yield amount


def _is_capitals(words: str) -> bool:
    return not any(char.isdigit() and char.isascii() for char in words)


def _pair(text: str, first: Amount, second: Amount) -> bool:
    between = text[first.end : second.start]
    return (
        len(between) <= 14  # first: the pattern has four runs of blanks, which may share a long one in many ways
        and _is_capitals(first.text) != _is_capitals(second.text)
        and bool(_BETWEEN.match(between))
    )


def _figures(text: str, source: Source) -> Iterator[Amount]:
    for match in _FIGURES.finditer(text):
        scale, unit = match["scale"] or "", match["unit"]
        if not (unit or match["sign"]) and scale not in {"万", "亿", "百万", "千万", "十万"}:
            continue
        if not unit and not match["sign"] and not _money_words(text[max(0, match.start() - 12) : match.start()]):
            continue
        if not unit and re.match(r"[年月日号室弄平㎡人户]", text[match.end() : match.end() + 1]):
            continue
        yuan = _worth(match)
        if yuan is None:
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        if abs(yuan) <= MOST:
            yield _amount(text, start, match.start() + len(match[0].rstrip()), yuan, source)


def _worth(match: re.Match[str]) -> Decimal | None:
    """3万5千 is 35,000: each further scale is smaller than the one before it. None when they are out of order."""
    last = _SCALES[match["scale"] or ""]
    total = Decimal(match["number"].replace(",", "")) * last
    for number, scale in re.findall(r"([0-9]+)(千|百|万)", match["more"] or ""):
        if _SCALES[scale] >= last:
            return None
        last = _SCALES[scale]
        total += int(number) * last
    return -total if match["minus"] or match["minus2"] else total


def _written(text: str, source: Source) -> Iterator[Amount]:
    for match in _CAPITALS.finditer(text):
        words = match[0]
        if not re.search(r"[元圆圓角分]", words):
            continue
        yuan = from_chinese(words)
        minus = _MINUS.search(text[max(0, match.start() - 4) : match.start()])
        if yuan is not None and yuan <= MOST:
            start = match.start() - (len(minus[0]) if minus else 0)
            yield _amount(text, start, match.end(), -yuan if minus else yuan, source)


def _money_words(before: str) -> bool:
    return any(word in before for word in vocabulary().amounts)


def _amount(text: str, start: int, end: int, yuan: Decimal, source: Source) -> Amount:
    sentence = re.split(r"[,。;,;\n]", text[max(0, start - 30) : start])[-1]
    after = re.split(r"[,。;,;\n]", text[end : end + 8])[0]
    per: Literal["month", "year", "day"] | None = next(
        (unit for pattern, unit in _PER if pattern.search(sentence) or pattern.match(after.lstrip("整正)( "))), None
    )
    return Amount(text=text[start:end], start=start, end=end, source=source, yuan=yuan.quantize(Decimal("0.01")), about=_about(sentence), per=per)  # fmt: skip


def _about(sentence: str) -> str | None:
    """What the sum is: the last such word before it."""
    best: tuple[int, int, str] | None = None
    for word, code in vocabulary().amounts.items():
        at = sentence.rfind(word)
        if at >= 0 and (best is None or (at + len(word), len(word)) > best[:2]):
            best = (at + len(word), len(word), code)
    return best[2] if best else None
