"""Do two values say the same thing? One comparator for the whole house (`documents.text`), by the catalog's types of fields.

Pure functions. A person may act on the answer, so it never guesses: what nobody can take apart is *undecided*, neither
agreement nor reproach.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from rapidfuzz import fuzz

from onething.core.characters import plain
from onething.core.clock import civil
from onething.core.identifiers import normalize
from onething.core.persons.numbers import as_person_number, same_person_number
from onething.core.variants import CANONICAL
from onething.documents.text.service import same_address, same_amount, same_name

__all__ = ["Same", "as_date", "as_moment", "compare", "compare_ids", "compare_names", "plain"]


class Same(IntEnum):
    """How alike two values are; larger is more alike."""

    DIFFERENT = 0
    UNDECIDED = 1
    """One side leaves something out or cannot be understood: nobody may conclude anything from it."""
    WRITTEN_OTHERWISE = 2
    """The same, written in two ways: worth a note, never a reproach."""
    SAME = 3


_PUNCTUATION = re.compile(r"[\s,，.。、;；:：()（）\[\]【】\"'“”‘’_·]+")


def compare_names(left: Any, right: Any) -> Same:
    """Two personal names; a character that one side could not write (□, ?, pinyin) leaves it undecided."""
    found = same_name(plain(left), plain(right))
    if found.same is None:
        return Same.UNDECIDED if plain(left) != plain(right) else Same.SAME
    if not found.same:
        return Same.DIFFERENT
    return Same.WRITTEN_OTHERWISE if found.code in {"variant_characters", "dots", "latin_spelling"} else Same.SAME


def compare_addresses(left: Any, right: Any) -> Same:
    """The same place? A left-out city or district in front does not matter; other numbers, roads and districts do."""
    if plain(left) == plain(right):
        return Same.SAME
    found = same_address(plain(left), plain(right))
    return Same.UNDECIDED if found.same is None else Same.SAME if found.same else Same.DIFFERENT


def as_date(value: Any) -> date | None:
    """The day of an ISO date or moment (in China); None for anything else, such as `长期`."""
    moment = as_moment(value)
    return moment.date() if moment else None


_MIDNIGHT = re.compile(r"^(\d{4}-\d{2}-\d{2})[T ]24:00(?::00(?:\.0+)?)?$", re.ASCII)


def as_moment(value: Any) -> datetime | None:
    """An ISO date or moment as naive China time; None for anything else. 24:00 is the next day's 00:00 (GB/T 7408)."""
    text = plain(value)
    end_of_day = _MIDNIGHT.match(text)
    try:
        moment = datetime.fromisoformat(end_of_day[1] if end_of_day else text)
        return moment + timedelta(days=1) if end_of_day else civil(moment)
    except (ValueError, OverflowError):
        return None


def compare_moments(left: Any, right: Any) -> Same:
    a, b = as_moment(left), as_moment(right)
    if a is None or b is None:
        return Same.SAME if plain(left) == plain(right) else Same.DIFFERENT
    if min(len(plain(left)), len(plain(right))) <= 10:
        return Same.SAME if a.date() == b.date() else Same.DIFFERENT
    return Same.SAME if a.replace(second=0, microsecond=0) == b.replace(second=0, microsecond=0) else Same.DIFFERENT


def compare_amounts(left: Any, right: Any) -> Same:
    """Two sums or numbers by value: `1,280` is 1280.00 and never 12.80; what is no number is compared as written."""
    found = same_amount(plain(left), plain(right))
    if found.same is None:
        return Same.SAME if plain(left) == plain(right) else Same.UNDECIDED
    return Same.SAME if found.same else Same.DIFFERENT


def compare_text(left: Any, right: Any) -> Same:
    a, b = _PUNCTUATION.sub("", plain(left)).casefold(), _PUNCTUATION.sub("", plain(right)).casefold()
    if a == b:
        return Same.SAME
    alike = a.translate(CANONICAL) == b.translate(CANONICAL) or (a and b and (a in b or b in a))
    return Same.WRITTEN_OTHERWISE if alike or fuzz.ratio(a, b) >= 90 else Same.DIFFERENT


def _compare_codes(left: Any, right: Any) -> Same:
    return Same.SAME if normalize(plain(left)) == normalize(plain(right)) else Same.DIFFERENT


def compare_person_numbers(left: Any, right: Any) -> Same:
    """An old number of 15 digits is the one of 18 that it became. A bare number beside one that says its paper (a photograph on which
    only the number was read) agrees where the numbers do: nothing says that it is another's."""
    a, b = plain(left), plain(right)
    if same_person_number(a, b):
        return Same.SAME
    first, second = as_person_number(a), as_person_number(b)
    if (first is None) is not (second is None):
        told, bare = (first, b) if first else (second, a)
        return Same.SAME if told is not None and told.number == normalize(bare) else Same.DIFFERENT
    return Same.DIFFERENT


_BY_TYPE: dict[str, Callable[[Any, Any], Same]] = {
    "name": compare_names,
    "address": compare_addresses,
    "date": compare_moments,
    "datetime": compare_moments,
    "money": compare_amounts,
    "number": compare_amounts,
    "citizen_id": compare_person_numbers,
    "person_id": compare_person_numbers,
    "uscc": _compare_codes,
    "phone": _compare_codes,
    "code": _compare_codes,
    "bool": _compare_codes,
    "bank_account": _compare_codes,
    "bank_card": _compare_codes,
}


def compare(field_type: str, left: Any, right: Any) -> Same:
    """Compare two plain JSON values of a catalog field type. Numbers of certificates are `text`: use `compare_ids`."""
    return _BY_TYPE.get(field_type, compare_text)(left, right)


compare_ids = _compare_codes
"""Numbers of documents and records: width, spaces, dashes and case do not matter, everything else does."""
