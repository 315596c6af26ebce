"""People of a company: known to the register, qualified, signed, and in which posts those on a list stand.

Every component names people by their names only: what they found is shown, kept and replayed.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from onething.core.persons.numbers import as_person_number, masked_number
from onething.documents.text.service import same_name
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
    """The number of somebody's paper in its one spelling; what is none as it stands."""
    return spelled(row.get("id_number"))


def spelled(value: Any) -> str:
    text = str(value or "").strip().upper()
    found = as_person_number(text)
    return found.text if found else text


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
    """`asked` and `more` (rows with name and id_number) against `known`, the registers' rows, on `day`. A birth date that somebody
    without a citizen id gave must be the register's."""
    known = {number(row): row for row in rows(given.params.get("known"))}
    today = day_of(given.params.get("day"))
    found: dict[str, list[str]] = {"unknown": [], "other_name": [], "not_living": [], "expired": []}
    for row in [*rows(given.params.get("asked")), *rows(given.params.get("more"))]:
        entry = known.get(number(row))
        if entry is None or not _is_number(number(row)):
            found["unknown"].append(said(row))
        elif not _named_so(entry, row) or _born_otherwise(row, entry):
            found["other_name"].append(said(row))
        elif entry.get("status") != "active":
            found["not_living"].append(said(row))
        elif _over(entry.get("valid_until"), today):
            found["expired"].append(said(row))
    return {kind: list(dict.fromkeys(names)) for kind, names in found.items()}


def _is_number(text: str) -> bool:
    return as_person_number(text) is not None


def _named_so(entry: Row, row: Row) -> bool:
    """The same name; of one in Latin letters whichever name stands first."""
    found = same_name(str(entry.get("name") or ""), str(row.get("name") or ""))
    return found.same is True and found.code in {"equal", "width", "dots", "latin_spelling"}


def _born_otherwise(row: Row, entry: Row) -> bool:
    said_day, known_day = day_of(row.get("birth_date")), day_of(entry.get("birth_date"))
    return said_day is not None and known_day is not None and said_day != known_day


def _over(until: Any, today: date | None) -> bool:
    """A card valid for ever says `long` or 长期."""
    day = day_of(until) if until else None
    return day is not None and today is not None and day < today


@component(
    "posts_listed",
    takes="posts rows asked more day",
    finds="holding others complete children young ageless",
    options="flag",
)
def posts_listed(given: Given) -> dict[str, Any]:
    """Who of `rows` with the option `flag` set holds one of `posts` (post → id number); `complete`: all were asked about.

    Where a `day` is given, also which holders are too young on it: `children` under 16, `young` of 16 and 17 (民法典 第十八条). `ageless`: those
    whose number tells no birth date and who have given none.
    """
    flag = str(given.options.get("flag", "listed"))
    people = [*rows(given.params.get("asked")), *rows(given.params.get("more"))]
    asked, born = {number(row): said(row) for row in people}, {number(row): row for row in people}
    answered = {number(row): row for row in rows(given.params.get("rows"))}
    posts = cast("Mapping[str, Any]", given.params.get("posts") or {})
    holders = {spelled(value) for value in posts.values() if value}
    flagged = [who for who, row in answered.items() if row.get(flag) is True]
    told = {who: asked.get(who) or said(answered.get(who, {})) for who in flagged}
    today = day_of(given.params.get("day"))
    ages = {who: age_of(who, born.get(who, {}), today) for who in sorted(holders)} if today is not None else {}
    unclear = any(row.get(flag) is None for row in answered.values())
    return {
        "holding": [told[who] for who in flagged if who in holders],
        "others": [told[who] for who in flagged if who not in holders],
        "complete": bool(asked) and not unclear and set(asked) <= set(answered) and holders <= set(answered),
        "children": [
            asked.get(who) or masked_number(who) for who, age in ages.items() if age is not None and age < EARNING
        ],
        "young": [
            asked.get(who) or masked_number(who)
            for who, age in ages.items()
            if age is not None and EARNING <= age < ADULT
        ],
        "ageless": [asked.get(who) or masked_number(who) for who, age in ages.items() if age is None],
    }


@component(
    "shareholders",
    takes="people day",
    finds="count twice nothing minors ageless",
)
def shareholders(given: Given) -> dict[str, Any]:
    """`people` on `day`: how many, who is entered twice, contributes nothing, or is a minor; `ageless` as of `posts_listed`."""
    people, today = rows(given.params.get("people")), day_of(given.params.get("day"))
    ages = [(said(row), age_of(number(row), row, today)) for row in people] if today is not None else []
    twice = [who for who, times in Counter(number(row) for row in people).items() if times > 1]
    return {
        "count": len(people),
        "twice": list(dict.fromkeys(said(row) for row in people if number(row) in twice)),
        "nothing": [said(row) for row in people if (yuan(row.get("amount")) or Decimal(0)) <= 0],
        "minors": [who for who, age in ages if age is not None and age < ADULT],
        "ageless": [who for who, age in ages if age is None],
    }


def age_of(text: str, row: Row, today: date) -> int | None:
    """Full years, by the citizen id or else by the birth date of the row; None where neither tells it. What is no number at all
    counts as grown up: another check speaks of it."""
    found = as_person_number(text)
    if found is None:
        return ADULT
    born = found.birth_date or day_of(row.get("birth_date"))
    if born is None:
        return None
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
