"""The check of a life event's checks, and of the city's industry-access graph."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter

from onething.catalog.checking.findings import Finding, Where, strange, unknown
from onething.catalog.checking.known_names import Names, twice
from onething.catalog.checking.shapes import ANY, Fields, Shape
from onething.catalog.model.checks import Find
from onething.catalog.model.trades import TradeBook
from onething.catalog.models import Check, City, ComponentNames
from onething.core.i18n import LANGS, Text
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load

PLACE = re.compile(r"\{([^{}]+)\}")


def check_checks(names: Names, at: Where) -> Iterator[Finding]:
    """Every expression of a check reads facts that exist, or what its component found."""
    event = names.event
    yield from twice([((*at, "checks", i), check.id) for i, check in enumerate(event.checks)])
    numbers: dict[int, str] = {}
    for index, check in enumerate(event.checks):
        here = (*at, "checks", index)
        other = numbers.setdefault(check.number, check.id)
        if other != check.id:
            yield Finding.fault(
                (*here, "number"),
                f"“{other}”和“{check.id}”的序号都是 {check.number}。",
                f'"{other}" and "{check.id}" both have the number {check.number}.',
            )
        yield from _one(names, check, here)


def _one(names: Names, check: Check, here: Where) -> Iterator[Finding]:
    component = _components().get(check.find.component) if check.find else None
    more: dict[str, Shape] = {}
    if check.find is not None:
        more["found"] = Fields(dict.fromkeys(component.finds, ANY), "found") if component else ANY
        yield from _find(names, check.find, component, (*here, "find"))
    for part in ("when", "refuse_when", "refer_when", "pending_when", "note_when"):
        yield from names.condition(getattr(check, part), (*here, part), more)
    for part in ("text", "mend", "ask"):
        words = getattr(check, part)
        if words is not None:
            yield from told(names, words, (*here, part), more)
    if check.field is not None:
        yield from names.fact(check.field, (*here, "field"))


def told(names: Names, words: Text, at: Where, more: Mapping[str, Shape]) -> Iterator[Finding]:
    """A sentence with `{expression}` places: each can be worked out, none is left open, and both languages have as many."""
    places = {lang: PLACE.findall(words.get(lang)) for lang in LANGS}
    for lang in LANGS:
        rest = PLACE.sub("", words.get(lang))
        if "{" in rest or "}" in rest:
            yield Finding.fault(
                (*at, lang), "大括号没有成对，或里面是空的。", "A brace without its other half, or with nothing inside."
            )
    for text in dict.fromkeys(text for each in places.values() for text in each):
        yield from names.expression(text, at, more=more)
    if len(places["zh"]) != len(places["en"]):
        yield Finding(
            at,
            Text(
                zh="中文和英文里 {…} 的个数不一样。",
                en="The Chinese and the English have different numbers of `{…}` places.",
            ),
            None,
            "warning",
        )


def _find(names: Names, find: Find, component: ComponentNames | None, at: Where) -> Iterator[Finding]:
    known = _components()
    if known and find.component not in known:
        yield strange((*at, "component"), "核验组件", "component", find.component, sorted(known))
    for name, text in find.with_.items():
        yield from names.expression(text, (*at, "with", name))
    reserved = [each.fact for each in names.event.reserves]
    for name, fact in find.reserved.items():
        if fact not in reserved:
            yield strange((*at, "reserved", name), "保留值(reserves)", "reserved value", fact, reserved)
    if component is not None:
        for part, given, takes in (
            ("with", find.with_, component.takes),
            ("reserved", find.reserved, component.takes),
            ("options", find.options, component.options),
        ):
            for name in given:
                if name not in takes:
                    yield strange(
                        (*at, part, name), f"“{find.component}”的参数", f'parameter of "{find.component}"', name, takes
                    )


@cache
def _components() -> Mapping[str, ComponentNames | None]:
    """The components of the rooms that are on, by name, with what they say of themselves."""
    return {name: names for ref in parts_of("catalog.components").values() for name, names in load(ref)().items()}


def check_trades(city: City) -> Iterator[Finding]:
    """Every edge of the industry-access graph leads somewhere."""
    whole = city.trades
    known = {
        "permit": {each.id for each in whole.permits},
        "circumstance": {each.id for each in whole.circumstances},
        "phrase": {each.text for each in whole.phrases},
        "trade": {each.id for each in whole.trades},
        "goods": {each.id for each in whole.goods},
    }
    for number, book in enumerate(city.trade_books):
        at: Where = ("trade_books", number)
        for kind, name, path in _edges(book):
            if name not in known[kind]:
                yield unknown((*at, *path), _KINDS[kind], kind, name, known[kind])
    yield from _waiting_permits(whole, city.trade_books)


def _waiting_permits(whole: TradeBook, books: Sequence[TradeBook]) -> Iterator[Finding]:
    """Permits that wait for each other, also from one file to another."""
    after = {permit.id: [each for each in permit.after if whole.permit(each)] for permit in whole.permits}
    try:
        TopologicalSorter(after).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        places = (
            (n, i) for n, book in enumerate(books) for i, each in enumerate(book.permits) if each.id == error.args[1][0]
        )
        number, index = next(places)
        yield Finding.fault(
            ("trade_books", number, "permits", index, "after"),
            f"这些许可互相等待:{circle}。",
            f"These permits wait for each other: {circle}.",
        )


_KINDS = {"permit": "许可", "circumstance": "情形", "phrase": "规范表述", "trade": "行业", "goods": "货品"}


def _edges(book: TradeBook) -> Iterator[tuple[str, str, Where]]:
    """(kind of node, its name, where it is named) for everything that points at a node."""
    for i, phrase in enumerate(book.phrases):
        for j, name in enumerate(phrase.permits):
            yield "permit", name, ("phrases", i, "permits", j)
    for i, permit in enumerate(book.permits):
        for j, name in enumerate(permit.after):
            yield "permit", name, ("permits", i, "after", j)
    yield from _edges_of_trades(book)
    for i, barrier in enumerate(book.barriers):
        for kind, part in (
            ("trade", "trades"),
            ("phrase", "phrases"),
            ("circumstance", "when"),
            ("circumstance", "also"),
        ):
            for j, name in enumerate(getattr(barrier, part)):
                yield kind, name, ("barriers", i, part, j)


def _edges_of_trades(book: TradeBook) -> Iterator[tuple[str, str, Where]]:
    for i, trade in enumerate(book.trades):
        for j, text in enumerate(trade.phrases):
            yield "phrase", text, ("trades", i, "phrases", j)
        for j, name in enumerate(trade.goods):
            yield "goods", name, ("trades", i, "goods", j)
        for j, needed in enumerate(trade.permits):
            yield "permit", needed.permit, ("trades", i, "permits", j, "permit")
            for k, name in enumerate(needed.when):
                yield "circumstance", name, ("trades", i, "permits", j, "when", k)
