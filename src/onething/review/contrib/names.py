"""Company names: composition, likeness to those on the register, words that may not be used."""

from typing import Any

from onething.catalog.models import City
from onething.review.checking.registry import Given, component
from onething.subjects.names.service import NameIndex, clean, faults, register_index, split


def trade_words(city: City) -> dict[str, str]:
    """Trade word of a name → division of GB/T 4754 (its letter and two digits), from the city's trades."""
    return {word: trade.gb[:3] for trade in city.trades.trades for word in trade.name_words}


def _regions(given: Given) -> tuple[str, ...]:
    return tuple(str(word) for word in given.options.get("regions", ()))


@component(
    "name_parts",
    takes="name mark trade",
    finds="region mark trade form mark_length faults kinds rare trade_known mark_is_region mark_is_trade",
    options="regions",
)
def name_parts(given: Given) -> dict[str, Any]:
    """`name`, `trade`: its parts, characters that may not stand in it, and whether the trade word fits the trade."""
    name, mark = given.text("name"), given.text("mark")
    words = trade_words(given.city)
    parts = split(name, sorted(_regions(given), key=len, reverse=True), sorted(words, key=len, reverse=True))
    bad = faults(name)
    kinds = sorted({kind for kind, _ in bad})
    plain_mark = clean(mark)
    return {
        "region": parts.region, "mark": plain_mark, "trade": parts.trade, "form": parts.form, "mark_length": len(plain_mark),
        "faults": [char for kind, char in bad if kind != "rare"], "kinds": kinds, "rare": [char for kind, char in bad if kind == "rare"],
        "trade_known": bool(parts.trade), "mark_is_region": plain_mark in _regions(given) or f"{plain_mark}市" in _regions(given),
        "mark_is_trade": plain_mark in words,
    }  # fmt: skip


@component(
    "name_likeness",
    takes="name pending",
    finds="pending nearest_name size nearest same like score sounded written contained other other_score",
    options="regions least",
)
def name_likeness(given: Given) -> dict[str, Any]:
    """`name`: the nearest names of the register. `size` 0 means that no copy of the register is here.

    `same`: the same mark in the same trade; `near`: so alike that the public would take one for the other. `pending`
    (names that other cases have reserved and the register does not show yet) counts as the register does.
    """
    index, least = _index(given), float(given.options.get("least", 0.7))
    waiting = [str(each) for each in given.params.get("pending") or ()]
    near = index.nearest(given.text("name"), least=least, most=20)
    near += index.among(given.text("name"), waiting, least=least, most=20)
    near.sort(key=lambda each: (-(each.score + (0.5 if each.same_trade else 0)), each.name))
    own = clean(given.text("name"))
    listed = [each.as_dict() for each in near[:5]]
    same = [each for each in near if clean(each.name) == own or (each.written == 1.0 and each.same_trade)]
    trade = [each for each in near if each.same_trade and each not in same]
    best = max(trade, key=lambda each: each.score, default=None)
    other = max((each for each in near if not each.same_trade), key=lambda each: each.score, default=None)
    nearest = same[0].name if same else best.name if best else ""
    return {
        "pending": nearest in waiting, "nearest_name": nearest, "size": len(index), "nearest": listed, "same": same[0].name if same else "", "like": best.name if best else "",
        "score": round(best.score, 4) if best else 0.0, "sounded": round(best.sounded, 4) if best else 0.0,
        "written": round(best.written, 4) if best else 0.0, "contained": best.contained if best else False,
        "other": other.name if other else "", "other_score": round(other.score, 4) if other else 0.0,
    }  # fmt: skip


def _index(given: Given) -> NameIndex:
    return register_index(given.city.id, _regions(given), trade_words(given.city))


@component(
    "forbidden_words",
    takes="text",
    finds="hits kinds",
    options="words",
)
def forbidden_words(given: Given) -> dict[str, Any]:
    """`text` against the option `words` (kind → words): which are in it. Look-alike and full-width letters are seen through."""
    text = clean(given.text("text"))
    table: dict[str, list[str]] = given.options.get("words", {})
    hits = [(kind, word) for kind, words in table.items() for word in words if clean(word) in text]
    return {"hits": [word for _, word in hits], "kinds": sorted({kind for kind, _ in hits})}
