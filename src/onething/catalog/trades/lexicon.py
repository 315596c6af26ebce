"""Which words mean something in a saying, and what: those around a trade (`language.yaml`) and the city's own.

A word may have several senses (安装 before a thing or behind it); where it stands decides.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Literal, cast

import yaml

from onething.catalog.model.trades import Phrase, Trade, TradeBook
from onething.core.i18n import texts_of

say = texts_of(__name__)

Kind = Literal[
    "before", "after", "plain", "not", "not_not", "but", "besides", "join", "fill", "past", "story",
    "deed", "within", "behind", "asking", "opening", "opaque",
    "trade", "goods", "ban", "place", "number",
]  # fmt: skip
Sense = tuple[Kind, str]
"""Kind and what it stands for: the act, the id of trade, goods or ban; empty where the kind says all."""


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Everything a book's sayings are read with. Two are never compared; each belongs to one book."""

    book: TradeBook
    senses: dict[str, tuple[Sense, ...]]
    lengths: dict[str, tuple[int, ...]]
    """First character → lengths of the words that begin with it, the longest first."""
    trades: dict[str, Trade]
    """Trades by id, and by `phrase:…` the lines of business that only a phrase describes."""
    deals: dict[tuple[str, str], tuple[str, ...]]
    """(act, goods) → ids of the trades that this is."""


def trade_words(trade: Trade) -> Iterator[str]:
    """What by itself means the trade: its words and its name."""
    yield from (*trade.words, trade.name.zh, trade.name.en)


def phrase_trades(book: TradeBook) -> Iterator[Trade]:
    """Lines of business that have no name of their own: a standard phrase that no trade uses."""
    used = {text for trade in book.trades for text in trade.phrases}
    for phrase in book.phrases:
        if phrase.text not in used:
            yield _of(phrase)


def _of(phrase: Phrase) -> Trade:
    name = say("trades.phrase", text=phrase.text)
    return Trade(id="phrase", name=name, words=(phrase.text, *phrase.words), gb=phrase.gb, phrases=(phrase.text,))


@cache
def _language() -> dict[str, tuple[Sense, ...]]:
    """Words of the language itself."""
    raw = (Path(__file__).parent / "language.yaml").read_text("utf-8")
    found: dict[str, list[Sense]] = {}
    for kind, said in cast("dict[Kind, list[str] | dict[str, list[str]]]", yaml.safe_load(raw)).items():
        for value, words in said.items() if isinstance(said, dict) else (("", said),):
            for word in words:
                found.setdefault(plain(word), []).append((kind, value))
    return {word: tuple(dict.fromkeys(senses)) for word, senses in found.items()}


def plain(word: str) -> str:
    """A word as sayings are compared: no case, straight apostrophes."""
    return word.strip().casefold().replace("’", "'")


_MADE: dict[int, Lexicon] = {}
_MOST = 8


def lexicon_of(book: TradeBook) -> Lexicon:
    """The lexicon of a book, made once for as long as the book is the same one."""
    found = _MADE.get(id(book))
    if found is None or found.book is not book:
        if len(_MADE) >= _MOST:
            _MADE.clear()
        found = _MADE[id(book)] = _make(book)
    return found


def _make(book: TradeBook) -> Lexicon:
    language = _language()
    senses: dict[str, list[Sense]] = {word: list(each) for word, each in language.items()}

    def add(kind: Kind, value: str, words: Iterator[str] | tuple[str, ...]) -> None:
        for word in filter(None, map(plain, words)):
            if (kind, value) not in (known := senses.setdefault(word, [])):
                known.append((kind, value))

    trades = {each.id: each for each in book.trades}
    for trade in book.trades:
        add("trade", trade.id, trade.words)
        add("trade", trade.id, (word for word in trade_words(trade) if plain(word) not in language))
    for trade in phrase_trades(book):
        key = f"phrase:{trade.phrases[0]}"
        trades[key] = trade
        add("trade", key, trade.words)
    for goods in book.goods:
        add("goods", goods.id, goods.words)
    for ban in book.bans:
        add("ban", ban.id, ban.words)
    for circumstance in book.circumstances:
        if circumstance.about == "place":  # what is sold is read as goods, not passed over as a place
            add("place", circumstance.id, circumstance.words)
    return Lexicon(
        book, {word: tuple(each) for word, each in senses.items()},
        _lengths(senses),
        trades, _deals(book),
    )  # fmt: skip


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[0], set()).add(len(word))
    return {first: tuple(sorted(each, reverse=True)) for first, each in found.items()}


def _deals(book: TradeBook) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for trade in book.trades:
        for deal in product(trade.acts, trade.goods):
            found.setdefault(deal, []).append(trade.id)
    return {deal: tuple(each) for deal, each in found.items()}
