"""Dates and periods in text, in every common way of writing; a day that does not exist is a doubt, never a date."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from onething.core.i18n import texts_of
from onething.documents.text.models import Day, Doubt, Period, Source
from onething.documents.text.vocabulary import vocabulary
from onething.documents.text.writing import NUMERAL, number_of

say = texts_of(__name__)

_N = f"[0-9{NUMERAL}]"
_DATE = re.compile(
    rf"(?<![0-9])(?P<y>\d{{4}}|[{NUMERAL}]{{4}})\s?年\s?(?P<m>{_N}{{1,3}})\s?月(?:\s?(?P<d>{_N}{{1,3}})\s?[日号])?"
    r"|(?<![0-9.])(?P<y2>\d{4})(?P<s>[-./])(?P<m2>\d{1,2})(?P=s)(?P<d2>\d{1,2})(?![0-9.])"
)
_JOIN = re.compile(r"^\s*(?:起)?\s*(?:至|到|-{1,2}|~|〜)\s*$")
_LENGTH = re.compile(
    rf"(?<![0-9{NUMERAL}年月第])(?P<n>{_N}{{1,4}})\s?(?:个)?\s?(?P<u>年半|年|月|天|日)(?!\s?(?:{_N}|初|底|份|度|级|龄|报))"
)
_SAID = re.compile(r"(?:期|共|共计|为期|期限|租期|有效|满|合计|长达|任期|年限)[^,。;,;\n]{0,8}$|^.{0,1}$")
_LUNAR = re.compile(
    rf"(?:农历|阴历|旧历|夏历)[^,。;\n]{{0,12}}?$|[{'甲乙丙丁戊己庚辛壬癸'}][{'子丑寅卯辰巳午未申酉戌亥'}]年"
)
_LUNAR_DAY = re.compile(
    rf"(?:农历|阴历|旧历|夏历)?\s?(?:(?:\d{{4}}|[{NUMERAL}]{{4}}|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥])\s?年\s?)?"
    rf"(?:闰?(?:正|冬|腊|[{NUMERAL}]{{1,2}})月\s?(?:初[{NUMERAL}]|廿[{NUMERAL}]|(?:除夕)))"
)
FIRST, LAST = 1850, 2200


def find_times(text: str, source: Source = "rules") -> Iterator[Day | Period | Doubt]:
    """Dates, periods and doubts of evened text."""
    days = list(_days(text, source))
    yield from days
    good = [day for day in days if isinstance(day, Day)]
    spans = [period for first, second in pairwise(good) if (period := _span(text, first, second, source))]
    lengths = list(_lengths(text, source))
    for span in spans:
        near = next((p for p in lengths if p.months and abs(p.start - span.end) <= 14 and not re.search(r"[。;\n]", text[span.end : p.start])), None)  # fmt: skip
        if near is not None:
            lengths.remove(near)
        yield from _checked(span, near, source)
    yield from (_from_start(text, length, good) for length in lengths)


def _days(text: str, source: Source) -> Iterator[Day | Doubt]:
    lunar = [match.span() for match in _LUNAR_DAY.finditer(text)]
    for start, end in lunar:
        yield Doubt(
            text=text[start:end], start=start, end=end, source=source, code="lunar_date", what=say("time.lunar")
        )
    for match in _DATE.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in lunar):
            continue
        if _LUNAR.search(text[max(0, match.start() - 16) : match.start()]):
            spot = {"text": match[0], "start": match.start(), "end": match.end(), "source": source}
            yield Doubt(**spot, code="lunar_date", what=say("time.lunar"))
            continue
        year, month, day = match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"]
        numbers = [number_of(part) if part else None for part in (year, month, day)]
        spot: dict[str, Any] = {"text": match[0], "start": match.start(), "end": match.end(), "source": source}
        value = iso(numbers[0], numbers[1], numbers[2], day is not None)
        if value is None:
            yield Doubt(**spot, code="no_such_day", what=say("time.no_such_day"))
        else:
            yield Day(**spot, value=value, about=_about(text[max(0, match.start() - 12) : match.start()], text[match.end() : match.end() + 8]))  # fmt: skip


def iso(year: int | None, month: int | None, day: int | None, with_day: bool) -> str | None:
    """`2026-11-03`, `2026-11`, or None when it is no date."""
    if year is None or month is None or not FIRST <= year <= LAST or not 1 <= month <= 12:
        return None
    if not with_day:
        return f"{year:04d}-{month:02d}"
    if day is None or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _about(before: str, after: str) -> str | None:
    before, after = re.split(r"[,。;,;、\n]", before)[-1], re.split(r"[,。;,;、\n]", after)[0]
    return next((code for word, code in vocabulary().dates.items() if word in before or after.lstrip().startswith(word)), None)  # fmt: skip


def _span(text: str, first: Day, second: Day, source: Source) -> Period | None:
    if not _JOIN.match(text[first.end : second.start]):
        return None
    ends = re.match(r"\s?(?:止|日止)", text[second.end :])
    end = second.end + (ends.end() if ends else 0)
    start = first.start - 1 if text[max(0, first.start - 1) : first.start] in {"自", "从"} else first.start
    return Period(text=text[start:end], start=start, end=end, source=source, begins=first.value, ends=second.value)


def _checked(span: Period, length: Period | None, source: Source) -> Iterator[Period | Doubt]:
    begins, ends = span.begins or "", span.ends or ""
    spot: dict[str, Any] = {"text": span.text, "start": span.start, "end": span.end, "source": source}
    if ends < begins:
        yield Doubt(**spot, code="period_backwards", what=say("time.backwards"))
        return
    months = whole_months(begins, ends)
    if length is not None and length.months is not None and months is not None and months != length.months:
        yield Doubt(**spot, code="period_length", what=say("time.length_differs"))
    yield span.model_copy(update={"months": months})


def whole_months(begins: str, ends: str) -> int | None:
    """Full months from the first to the last day, both included (also where the last day is named a day later)."""
    if len(begins) == 7 or len(ends) == 7:
        return (int(ends[:4]) - int(begins[:4])) * 12 + int(ends[5:7]) - int(begins[5:7]) + 1
    first = date.fromisoformat(begins)
    for last in (date.fromisoformat(ends) + timedelta(days=1), date.fromisoformat(ends)):
        months = (last.year - first.year) * 12 + last.month - first.month
        if last.day == first.day or (last.day == 1 and months and first.day == 1):
            return months
    return None


def _lengths(text: str, source: Source) -> Iterator[Period]:
    for match in _LENGTH.finditer(text):
        count, unit = number_of(match["n"]), match["u"]
        between = text[match.start() : match.end()]
        if (
            count is None
            or not 0 < count <= 9999
            or (unit == "年" and count > 100)
            or (unit == "月" and "个" not in between)
        ):
            continue
        before = text[max(0, match.start() - 12) : match.start()]
        if unit == "日" or (
            not _SAID.search(before) and not re.match(r"[期的租,,。;;)]|内|以上|$|\n", text[match.end() :])
        ):
            continue
        months = {"年": count * 12, "年半": count * 12 + 6, "月": count}.get(unit)
        yield Period(text=between, start=match.start(), end=match.end(), source=source, months=months, days=count if unit == "天" else None)  # fmt: skip


def _from_start(text: str, length: Period, days: list[Day]) -> Period:
    """`自…起三年`: the end follows from the start."""
    for day in days:
        gap = text[day.end : length.start]
        if 0 <= length.start - day.end <= 10 and re.match(r"\s?起", gap) and len(day.value) == 10 and length.months:
            first = date.fromisoformat(day.value)
            months = first.month - 1 + length.months
            year, month = first.year + months // 12, months % 12 + 1
            if year > LAST:
                return length
            last = date(year, month, min(first.day, calendar.monthrange(year, month)[1])) - timedelta(days=1)
            return length.model_copy(update={"begins": day.value, "ends": last.isoformat(), "start": day.start, "text": text[day.start : length.end]})  # fmt: skip
    return length
