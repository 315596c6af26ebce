"""Free wording of a business scope → standard phrases (《经营范围登记规范表述目录》), by words and likeness of characters."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from onething.catalog.model.trades import Phrase, TradeBook

_PARTS = re.compile(r"[;;。、,,\n\r]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_BRACKETS = re.compile(r"[((][^()()]*[))]?")
_NOISE = re.compile(
    r"^(一般|许可|一般经营项目|许可经营项目|项目|从事|经营|主营|兼营|提供|我们|我想|想|做|开|卖|办|[::])+"
)
_FIRST_MARK = 0xF0000
"""Of a plane for private use: in nobody's wording, since what is typed is cleaned of it."""
SURE = 85.0
LIKELY = 62.0


@dataclass(frozen=True, slots=True)
class Mapped:
    """One piece of the wording and the standard phrase that it means. `phrase` is None when none fits.

    `how`: standard (word for word) | words (an everyday word of it) | likely (most alike) | none.
    """

    given: str
    phrase: Phrase | None
    how: str
    score: float


def _plain(text: str) -> str:
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", text)).strip(" 。.")


def pieces(text: str) -> list[str]:
    """The single activities of a wording, in order, without what the law has put in brackets behind them."""
    parts = [
        _NOISE.sub("", _plain(part)).strip()
        for part in _PARTS.split(_BRACKETS.sub("", unicodedata.normalize("NFKC", text)))
    ]
    return [part for part in dict.fromkeys(parts) if part]


def map_scope(book: TradeBook, text: str) -> list[Mapped]:
    """Each piece of a free wording with the standard phrase it means. A phrase that itself holds 、 is found whole first."""
    marked, whole = _with_brackets(book, unicodedata.normalize("NFKC", text))
    rest = _BRACKETS.sub("", marked)
    found = [(rest.find(mark), Mapped(phrase.text, phrase, "standard", 100.0)) for mark, phrase in whole.items()]
    for phrase in sorted(book.phrases, key=lambda each: -len(each.text)):
        place = rest.find(phrase.text)
        if place >= 0 and _stands_alone(rest, place, len(phrase.text)):
            found.append((place, Mapped(phrase.text, phrase, "standard", 100.0)))
            rest = rest[:place] + "\n" * len(phrase.text) + rest[place + len(phrase.text) :]
    found += [(max(rest.find(piece), 0), _one(book, piece)) for piece in pieces(rest) if piece not in whole]
    return [mapped for _, mapped in sorted(found, key=lambda pair: pair[0])]


def _with_brackets(book: TradeBook, text: str) -> tuple[str, dict[str, Phrase]]:
    """Phrases whose brackets are part of them (食品销售（仅销售预包装食品） needs another permit than 食品销售): the text with a mark in
    the place of each, and what the marks stand for."""
    whole = dict[str, Phrase]()
    for phrase in sorted(book.phrases, key=lambda each: -len(each.text)):
        plain = unicodedata.normalize("NFKC", phrase.text)
        if not _BRACKETS.search(plain):
            continue
        place = text.find(plain)
        if place >= 0 and _stands_alone(text, place, len(plain)):
            mark = chr(_FIRST_MARK + len(whole))
            whole[mark] = phrase
            text = f"{text[:place]};{mark};{text[place + len(plain) :]}"
    return text, whole


def _stands_alone(text: str, place: int, length: int) -> bool:
    """A phrase inside a longer word is not that phrase: 食品销售 in 非食品销售."""
    before = text[place - 1] if place else ";"
    after = text[place + length] if place + length < len(text) else ";"
    return not _is_han(before) and not _is_han(after)


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


@lru_cache(maxsize=4096)
def _bare(word: str) -> str:
    """An everyday word as `pieces` leaves it: 卖电脑 and 电脑 are one."""
    return _NOISE.sub("", word) or word


def _one(book: TradeBook, piece: str) -> Mapped:
    best: Mapped = Mapped(piece, None, "none", 0.0)
    for phrase in book.phrases:
        for word in map(_bare, phrase.words):
            if word == piece or (len(word) >= 2 and word in piece):
                score = SURE + 14.0 * len(word) / len(piece)
                if score > best.score:
                    best = Mapped(piece, phrase, "words", score)
        score = fuzz.ratio(piece, _plain(phrase.text))
        if score > best.score and score >= LIKELY:
            best = Mapped(piece, phrase, "likely", score)
    return best
