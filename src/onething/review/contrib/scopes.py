"""Business scope: free wording mapped to standard phrases, their classes, permits and the negative list."""

from typing import Any

from onething.catalog.trades.service import Permit, Phrase, Trade, brought_about, map_scope, proposed, standard_parts
from onething.review.checking.registry import Given, component


@component(
    "scope",
    takes="text trade",
    finds="pieces phrases standard unmapped proposed classes trade_class fits main_fits prior later together prior_ids negative limited",
)
def scope(given: Given) -> dict[str, Any]:
    """`text`, `trade` (id of the city's trades): its standard phrases, and what follows from them.

    What is no standard phrase word for word is `unmapped`, however like one it is: the licence prints the text as it stands.
    `together` are permits that a service of the city brings about with the licence, `later` those that people apply for afterwards.
    `proposed` are phrases that such words may mean. Classes and permits are of those too, so that one answer tells all.
    """
    book = given.city.trades
    text = given.text("text")
    standard, own = standard_parts(book, text)
    mapped = map_scope(book, text)
    phrases = [each.phrase for each in mapped if each.phrase is not None]
    permits = [
        p for name in dict.fromkeys(n for ph in phrases for n in ph.permits) if (p := book.permit(name)) is not None
    ]
    together = [permit for permit in permits if permit.id in brought_about(given.city)]
    trade = book.trade(given.text("trade"))
    classes = sorted({phrase.gb for phrase in phrases})
    return {
        "pieces": [{"given": m.given, "phrase": m.phrase.text if m.phrase else "", "how": m.how, "score": round(m.score, 1)} for m in mapped],
        "phrases": list(dict.fromkeys(phrase.text for phrase in phrases)),
        "standard": standard, "unmapped": own,
        "proposed": list(dict.fromkeys(phrase for words in own[:10] for phrase in proposed(book, words)[:3])),
        "classes": classes,
        "trade_class": trade.gb if trade else "",
        "fits": trade is not None and any(_of(trade, phrase) for phrase in phrases),
        "main_fits": trade is not None and bool(phrases) and _of(trade, phrases[0]),
        "prior": _named(permits, "prior"), "later": [name for name in _named(permits, "later", "filing") if name not in _named(together, "later", "filing")],
        "together": _named(together, "later", "filing"),
        "prior_ids": [permit.id for permit in permits if permit.kind == "prior"],
        "negative": [p.text for p in phrases if p.restricted_foreign is not None and p.foreign == "prohibited"],
        "limited": [p.text for p in phrases if p.restricted_foreign is not None and p.foreign == "limited"],
    }  # fmt: skip


def _named(permits: list[Permit], *kinds: str) -> list[str]:
    return [permit.name.zh for permit in permits if permit.kind in kinds]


def _of(trade: Trade, phrase: Phrase) -> bool:
    """Whether a phrase says this trade: one of its own (食品销售 is retail's and wholesale's alike), or one of the same division."""
    return phrase.text in trade.phrases or _akin(trade.gb, phrase.gb)


def _akin(one: str, other: str) -> bool:
    """The same division (letter and two digits) of GB/T 4754, or the whole category where only its letter is given."""
    return one[:1] == other[:1] and (len(one) < 3 or len(other) < 3 or one[:3] == other[:3])
