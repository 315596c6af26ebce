"""The check of a life event's checks, and of the city's industry-access graph."""

import re
from collections.abc import Iterator

from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.checking.known_names import Names, twice
from onething.catalog.model.conditions import names_in
from onething.catalog.model.trades import TradeBook
from onething.catalog.models import City

PLACE = re.compile(r"\{([^{}]+)\}")


def check_checks(names: Names, at: Where) -> Iterator[Finding]:
    """Every expression of a check reads facts that exist, or what its component found."""
    event = names.event
    yield from twice([((*at, "checks", i), check.id) for i, check in enumerate(event.checks)])
    for index, check in enumerate(event.checks):
        here = (*at, "checks", index)
        found = check.find is not None
        for part in ("when", "refuse_when", "refer_when", "note_when"):
            yield from _expression(names, getattr(check, part), (*here, part), found=found)
        for name, text in (check.find.with_ if check.find else {}).items():
            yield from names.expression(text, (*here, "find", "with", name))
        for part in ("text", "mend", "ask"):
            words = getattr(check, part)
            for place in PLACE.findall(words.zh + words.en) if words else ():
                yield from _expression(names, place, (*here, part), found=found)
        if check.field is not None:
            yield from names.fact(check.field, (*here, "field"))


def _expression(names: Names, text: str | None, at: Where, *, found: bool) -> Iterator[Finding]:
    if text is None:
        return
    try:
        read = names_in(text)
    except ValueError as error:
        yield Finding.error(at, f"读不懂这个条件:{error}。", f"This expression cannot be understood: {error}.")
        return
    for name in sorted(read):
        if not (found and name.partition(".")[0] == "found"):
            yield from names.fact(name, at)


def check_trades(city: City) -> Iterator[Finding]:
    """Every edge of the industry-access graph leads somewhere."""
    for number, book in enumerate(city.trade_books):
        at: Where = ("trade_books", number)
        known = {
            "permit": {each.id for each in book.permits},
            "circumstance": {each.id for each in book.circumstances},
            "phrase": {each.text for each in book.phrases},
            "trade": {each.id for each in book.trades},
        }
        for kind, name, path in _edges(book):
            if name not in known[kind]:
                yield unknown((*at, *path), _KINDS[kind], kind, name, known[kind])


_KINDS = {"permit": "许可", "circumstance": "情形", "phrase": "规范表述", "trade": "行业"}


def _edges(book: TradeBook) -> Iterator[tuple[str, str, Where]]:
    """(kind of node, its name, where it is named) for everything that points at a node."""
    for i, phrase in enumerate(book.phrases):
        for j, name in enumerate(phrase.permits):
            yield "permit", name, ("phrases", i, "permits", j)
    for i, permit in enumerate(book.permits):
        for j, name in enumerate(permit.after):
            yield "permit", name, ("permits", i, "after", j)
    for i, trade in enumerate(book.trades):
        for j, text in enumerate(trade.phrases):
            yield "phrase", text, ("trades", i, "phrases", j)
        for j, needed in enumerate(trade.permits):
            yield "permit", needed.permit, ("trades", i, "permits", j, "permit")
            for k, name in enumerate(needed.when):
                yield "circumstance", name, ("trades", i, "permits", j, "when", k)
    for i, barrier in enumerate(book.barriers):
        for kind, part in (
            ("trade", "trades"),
            ("phrase", "phrases"),
            ("circumstance", "when"),
            ("circumstance", "also"),
        ):
            for j, name in enumerate(getattr(barrier, part)):
                yield kind, name, ("barriers", i, part, j)
