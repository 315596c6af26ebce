"""Everything in one text: each finder runs over the evened text, overlaps are settled, a model may add."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from onething.documents.text.addresses import find_addresses
from onething.documents.text.divisions import Divisions, load_divisions
from onething.documents.text.ids import find_ids
from onething.documents.text.models import Amount, Day, Doubt, Found, Identifier, Period, Understanding
from onething.documents.text.money import find_amounts
from onething.documents.text.parties import find_parties
from onething.documents.text.purposes import find_purposes
from onething.documents.text.times import find_times
from onething.documents.text.writing import even

LONGEST = 200_000
"""Characters; longer texts are read up to here."""


def read_text(text: str, *, divisions: Divisions | None = None, on: date | None = None) -> Understanding:
    """Facts of a text by rules. `on` bounds birth dates in ids. Never raises for what the text says."""
    flat = even(text[:LONGEST])
    numbers = list(find_ids(flat, on))
    ids = tuple(each for each in numbers if isinstance(each, Identifier))
    taken = _hidden(flat, ids)
    money, times = list(find_amounts(taken)), list(find_times(taken))
    return ordered(
        text,
        parties=find_parties(flat, ids),
        ids=ids,
        addresses=_apart(find_addresses(flat, divisions or load_divisions())),
        amounts=[each for each in money if isinstance(each, Amount)],
        dates=[each for each in times if isinstance(each, Day)],
        periods=[each for each in times if isinstance(each, Period)],
        purposes=find_purposes(flat),
        doubts=[each for each in (*numbers, *money, *times) if isinstance(each, Doubt)],
    )


def _hidden(text: str, ids: Iterable[Identifier]) -> str:
    """The text without its ids, in which figures would be found: same length."""
    out = list(text)
    for found in ids:
        out[found.start : found.end] = "#" * (found.end - found.start)
    return "".join(out)


def _apart(found: Iterable[Any]) -> list[Any]:
    kept: list[Any] = []
    for each in found:
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return kept


def ordered(text: str, **found: Iterable[Found]) -> Understanding:
    """Findings in the order of the text, with the words as they stand there."""
    lists = {
        name: tuple(each.model_copy(update={"text": text[each.start : each.end]}) for each in sorted(items, key=lambda each: (each.start, each.end)))
        for name, items in found.items()
    }  # fmt: skip
    return Understanding.model_validate(lists)
