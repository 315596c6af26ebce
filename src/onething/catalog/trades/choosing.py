"""The scope of business as the registrar prints it: standard phrases and nothing else, chosen by the founder.

Her own words lead to phrases that she may choose; they never stand for one by themselves.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from onething.catalog.model.trades import Trade, TradeBook
from onething.catalog.models import City
from onething.catalog.trades.guide import guide
from onething.catalog.trades.scope import map_scope
from onething.core.i18n import Text

JOINED = "；"
MOST = 6
"""Phrases that are proposed for one piece of somebody's own words."""
_PARTS = re.compile(r"[;；。\n\r]+")


@dataclass(frozen=True, slots=True)
class PhraseChoice:
    """A standard phrase that may be chosen: `of` the words that led to it, empty for what her trade proposes."""

    text: str
    chosen: bool
    permits: tuple[Text, ...] = ()
    """To be applied for afterwards."""
    together: tuple[Text, ...] = ()
    """Brought about together with the licence."""
    of: str = ""


@dataclass(frozen=True, slots=True)
class PhraseOffer:
    """`own`: words that are no standard phrase; while there are any, the scope cannot be registered."""

    choices: tuple[PhraseChoice, ...]
    own: tuple[str, ...]
    led: tuple[str, ...] = ()
    """Those of `own` that some phrase may mean, ticked already or not."""


def standard_parts(book: TradeBook, text: str) -> tuple[list[str], list[str]]:
    """(standard phrases as the catalogue writes them, pieces that are none), each once and in order.

    Between phrases stands a semicolon, a full stop or a line break; a phrase may itself hold 、 and brackets.
    """
    known = {_same(phrase.text): phrase.text for phrase in book.phrases}
    pieces = [part.strip() for part in _PARTS.split(text) if part.strip()]
    standard = [known[_same(piece)] for piece in pieces if _same(piece) in known]
    return list(dict.fromkeys(standard)), list(dict.fromkeys(piece for piece in pieces if _same(piece) not in known))


def _same(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def proposed(book: TradeBook, own: str) -> list[str]:
    """Standard phrases that somebody's own words may mean, the surest first, at most `MOST`."""
    answer = guide(book, own)
    found = list(answer.phrases)
    found += [each.phrase.text for each in map_scope(book, own) if each.phrase is not None and each.how != "likely"]
    found += [text for part in answer.unclear for trade in part.near for text in trade.phrases]
    found += [each.phrase.text for each in map_scope(book, own) if each.phrase is not None]
    return list(dict.fromkeys(found))[:MOST]


def phrase_offer(book: TradeBook, text: str, trade: Trade | None, together: Collection[str] = ()) -> PhraseOffer:
    """What is chosen already, then what her own words may mean, then what her main trade proposes.

    `together`: permits (ids) that the city brings about with the licence.
    """
    standard, own = standard_parts(book, text)
    chosen = set(standard)
    offered: dict[str, str] = dict.fromkeys(standard, "")
    meant = {words: proposed(book, words) for words in own}
    for words, found in meant.items():
        for phrase in found:
            offered.setdefault(phrase, words)
    for phrase in trade.phrases if trade else ():
        offered.setdefault(phrase, "")
    return PhraseOffer(
        tuple(_choice(book, each, each in chosen, of, together) for each, of in offered.items()),
        tuple(own),
        tuple(words for words, found in meant.items() if found),
    )


def _choice(book: TradeBook, text: str, chosen: bool, of: str, together: Collection[str]) -> PhraseChoice:
    phrase = book.phrase(text)
    asked = [permit for name in (phrase.permits if phrase else ()) if (permit := book.permit(name)) is not None]
    return PhraseChoice(
        text, chosen, tuple(each.name for each in asked if each.id not in together),
        tuple(each.name for each in asked if each.id in together), of,
    )  # fmt: skip


def joined(parts: Iterable[str]) -> str:
    """Pieces as one scope."""
    return JOINED.join(dict.fromkeys(part.strip() for part in parts if part.strip()))


def brought_about(city: City) -> set[str]:
    """Permits that a service of one of the city's life events brings about, so that nobody has to apply for them."""
    return {each.for_permit for event in city.life_events for each in event.services if each.for_permit}
