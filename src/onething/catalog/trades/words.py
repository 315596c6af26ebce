"""What a person's words mean in the industry-access graph: which line of business, under which circumstances."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz import fuzz

from onething.catalog.model.trades import Circumstance, Phrase, Trade, TradeBook
from onething.core.i18n import texts_of

say = texts_of(__name__)

_NOT = re.compile(r"(不在|不是|不靠|没有|没|不|别|非|not|no|isn't|without)\s*(really|very|a|any)?\s*$")
_VERB = re.compile(r"^[开做办搞]")
LEAST = 88.0
SHORT = 4
"""English words up to this length count only as whole words: `app` is not in `apple`."""


@lru_cache(maxsize=8192)
def _pattern(word: str) -> re.Pattern[str]:
    text = word.casefold().strip()
    if not text.isascii():
        return re.compile(re.escape(text))
    end = r"(?:s|es|ing)?(?![a-z])" if len(text) <= SHORT else ""
    return re.compile(rf"(?<![a-z0-9]){re.escape(text)}{end}")


def _hit(words: Iterable[str], said: str) -> int:
    """Length of the longest of the words that was said; 0 when none."""
    return max((len(word) for word in words if word and _pattern(word).search(said)), default=0)


def circumstances_meant(book: TradeBook, question: str) -> list[Circumstance]:
    """Circumstances that are said to hold; "not near a school" is none."""
    said = question.casefold()
    return [each for each in book.circumstances if any(_holds(word, said) for word in each.words)]


def _holds(word: str, said: str) -> bool:
    return any(not _NOT.search(said[max(0, hit.start() - 12) : hit.start()]) for hit in _pattern(word).finditer(said))


def trades_meant(book: TradeBook, question: str) -> list[Trade]:
    """Trades that the words name, the best first; [] when none.

    What only says where or how ("opposite a kindergarten") is set aside first, unless nothing else was said.
    """
    said = question.casefold()
    rest = said
    for each in book.circumstances:
        for word in sorted(each.words, key=len, reverse=True):
            rest = _pattern(word).sub(" ", rest)
    named = _named(book, rest) or _named(book, said)
    if named:
        return named
    near = [(_near(trade, rest), trade) for trade in book.trades]
    return [trade for score, trade in sorted(near, key=lambda pair: -pair[0]) if score >= LEAST]


def _names(trade: Trade) -> list[str]:
    return [*trade.words, trade.name.zh, trade.name.en, *trade.name_words]


def _named(book: TradeBook, said: str) -> list[Trade]:
    found = [(_hit(_names(trade), said), 1, trade) for trade in book.trades]
    used = {text for trade in book.trades for text in trade.phrases}
    found += [  # lines of business that have no name of their own yet
        (_hit([phrase.text, *_said_as(phrase)], said), 0, _of(phrase))
        for phrase in book.phrases
        if phrase.text not in used
    ]
    return [trade for hit, _, trade in sorted(found, key=lambda each: (-each[0], -each[1])) if hit]


def _said_as(phrase: Phrase) -> Iterator[str]:
    """Everyday words of a phrase without their verb; who sells telephones need not say 卖手机, but 手机维修 is not it."""
    for word in phrase.words:
        if word.startswith("卖"):
            yield from (word, f"{word[1:]}店", f"{word[1:]}销售")
        else:
            yield _VERB.sub("", word)


def _of(phrase: Phrase) -> Trade:
    name = say("trades.phrase", text=phrase.text)
    return Trade(id="phrase", name=name, words=phrase.words, gb=phrase.gb, phrases=(phrase.text,))


def _near(trade: Trade, said: str) -> float:
    """Likeness of the longer names only: three letters are like anything."""
    names = [word.casefold() for word in _names(trade) if len(word) >= (6 if word.isascii() else 3)]
    return max((fuzz.partial_ratio(word, said) for word in names if len(word) <= len(said)), default=0.0)
