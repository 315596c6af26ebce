"""People of a company: known to the register, qualified, signed, and in which posts those on a list stand.

Every component names people by their names only: what they found is shown, kept and replayed.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id
from onething.review.checking.registry import Given, component

Row = Mapping[str, Any]
ADULT = 18
"""Years (民法典 第十七条)."""
EARNING = 16
"""From this age on those who live on their own work count as grown up (民法典 第十八条)."""


def rows(value: Any) -> list[Row]:
    """A repeating group, or nothing for anything else."""
    return [each for each in cast("list[Any]", value) if isinstance(each, Mapping)] if isinstance(value, list) else []


def said(row: Row) -> str:
    return str(row.get("name") or "(未填姓名)")


def number(row: Row) -> str:
    return str(row.get("id_number") or "").strip().upper()


def day_of(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def yuan(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


@component(
    "people_known",
    takes="asked more known day",
    finds="unknown other_name not_living expired",
)
def people_known(given: Given) -> dict[str, Any]:
    """`asked` and `more` (rows with name and id_number) against `known`, the register's rows, on `day`."""
    known = {number(row): row for row in rows(given.params.get("known"))}
    today = day_of(given.params.get("day"))
    found: dict[str, list[str]] = {"unknown": [], "other_name": [], "not_living": [], "expired": []}
    for row in [*rows(given.params.get("asked")), *rows(given.params.get("more"))]:
        entry = known.get(number(row))
        if entry is None or not _is_number(number(row)):
            found["unknown"].append(said(row))
        elif str(entry.get("name", "")).strip() != str(row.get("name", "")).strip():
            found["other_name"].append(said(row))
        elif entry.get("status") != "active":
            found["not_living"].append(said(row))
        elif _over(entry.get("valid_until"), today):
            found["expired"].append(said(row))
    return {kind: list(dict.fromkeys(names)) for kind, names in found.items()}


def _is_number(text: str) -> bool:
    try:
        parse_citizen_id(text)
    except InvalidIdentifierError:
        return False
    return True


def _over(until: Any, today: date | None) -> bool:
    """A card valid for ever says `long` or 长期."""
    day = day_of(until) if until else None
    return day is not None and today is not None and day < today


@component(
    "posts_listed",
    takes="posts rows asked more day",
    finds="holding others complete children young",
    options="flag",
)
def posts_listed(given: Given) -> dict[str, Any]:
    """Who of `rows` with the option `flag` set holds one of `posts` (post → id number); `complete`: all were asked about.

    Where a `day` is given, also which holders are too young on it: `children` under 16, `young` of 16 and 17 (民法典 第十八条).
    """
    flag = str(given.options.get("flag", "listed"))
    asked = {number(row): said(row) for row in [*rows(given.params.get("asked")), *rows(given.params.get("more"))]}
    answered = {number(row): row for row in rows(given.params.get("rows"))}
    posts = cast("Mapping[str, Any]", given.params.get("posts") or {})
    holders = {str(value).strip().upper() for value in posts.values() if value}
    flagged = [who for who, row in answered.items() if row.get(flag) is True]
    told = {who: asked.get(who) or said(answered.get(who, {})) for who in flagged}
    today = day_of(given.params.get("day"))
    ages = {who: _age(who, today) for who in sorted(holders)} if today is not None else {}
    unclear = any(row.get(flag) is None for row in answered.values())
    return {
        "holding": [told[who] for who in flagged if who in holders],
        "others": [told[who] for who in flagged if who not in holders],
        "complete": bool(asked) and not unclear and set(asked) <= set(answered) and holders <= set(answered),
        "children": [asked.get(who) or who for who, age in ages.items() if age < EARNING],
        "young": [asked.get(who) or who for who, age in ages.items() if EARNING <= age < ADULT],
    }


@component(
    "shareholders",
    takes="people day",
    finds="count twice nothing minors",
)
def shareholders(given: Given) -> dict[str, Any]:
    """`people` on `day`: how many, who is entered twice, contributes nothing, or is a minor."""
    people, today = rows(given.params.get("people")), day_of(given.params.get("day"))
    twice = [who for who, times in Counter(number(row) for row in people).items() if times > 1]
    return {
        "count": len(people),
        "twice": list(dict.fromkeys(said(row) for row in people if number(row) in twice)),
        "nothing": [said(row) for row in people if (yuan(row.get("amount")) or Decimal(0)) <= 0],
        "minors": [said(row) for row in people if today is not None and _age(number(row), today) < ADULT],
    }


def _age(text: str, today: date) -> int:
    """Full years; a number that is none counts as grown up: another check speaks of it."""
    try:
        born = parse_citizen_id(text).birth_date
    except InvalidIdentifierError:
        return ADULT
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@component(
    "all_signed",
    takes="people signatures",
    finds="missing asked",
)
def all_signed(given: Given) -> dict[str, Any]:
    """Who of `people` has no valid entry in `signatures`: not asked, not answered, declined, or changed after signing."""
    states = {number(row): row.get("state") for row in rows(given.params.get("signatures"))}
    people = rows(given.params.get("people"))
    return {"missing": [said(row) for row in people if states.get(number(row)) != "signed"], "asked": len(people)}


@component(
    "contributions",
    takes="people capital day",
    finds="capital undated too_late past",
    options="years",
)
def contributions(given: Given) -> dict[str, Any]:
    """When `people` pay in: later than the option `years` after `day`, before it, or without a date; and the `capital`."""
    today, people = day_of(given.params.get("day")), rows(given.params.get("people"))
    last = (
        today.replace(year=today.year + int(given.options.get("years", 5)), day=min(today.day, 28)) if today else None
    )
    if today is not None and last is not None and today.day > 28:
        last = _same_day(today, last.year)
    dated = [(said(row), day_of(row.get("pay_by")) if row.get("pay_by") else None) for row in people]
    return {
        "capital": float(yuan(given.params.get("capital")) or 0),
        "undated": [who for who, day in dated if day is None],
        "too_late": [who for who, day in dated if day is not None and last is not None and day > last],
        "past": [who for who, day in dated if day is not None and today is not None and day < today],
    }


def _same_day(today: date, year: int) -> date:
    """The 29th of February has no anniversary in most years: the term ends with the month (民法典 第二百零二条)."""
    try:
        return today.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
