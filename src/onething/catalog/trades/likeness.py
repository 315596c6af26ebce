"""What words that were not understood may have meant: trades whose words are written or sound alike."""

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from onething.catalog.model.trades import Trade
from onething.catalog.trades.lexicon import Lexicon, trade_words
from onething.catalog.trades.segment import normal

LEAST = 60.0
LEAST_SOUND = 82.0
"""Syllables are few and alike by chance: only what sounds almost the same is a slip of the keyboard."""
MOST = 4
LONGEST = 24
"""Of a long part, how much is compared."""


def like(lexicon: Lexicon, said: str, hints: Iterable[str] = ()) -> tuple[Trade, ...]:
    """At most `MOST` trades: first those that something in the words names, then the most alike."""
    found = {key: None for key in hints if key in lexicon.trades}
    heard = normal(said)[:LONGEST]
    written, sounding = _names(lexicon)
    ranked: dict[str, float] = {}
    for word, score, _ in process.extract(heard, list(written), scorer=fuzz.ratio, score_cutoff=LEAST, limit=MOST * 2):
        ranked[written[word]] = max(ranked.get(written[word], 0.0), score)
    if heard and not heard.isascii():
        sound = _sound(heard)
        for word, score, _ in process.extract(
            sound, list(sounding), scorer=fuzz.ratio, score_cutoff=LEAST_SOUND, limit=MOST * 2
        ):
            ranked[sounding[word]] = max(ranked.get(sounding[word], 0.0), score)
    for key in sorted(ranked, key=lambda each: -ranked[each]):
        found.setdefault(key)
    return tuple(lexicon.trades[key] for key in list(found)[:MOST])


@lru_cache(maxsize=8)
def _names(lexicon: Lexicon) -> tuple[dict[str, str], dict[str, str]]:
    """Word → trade, and sound → trade; the first one that has it."""
    written: dict[str, str] = {}
    for key, trade in lexicon.trades.items():
        for word in trade_words(trade):
            if len(word) > 1:
                written.setdefault(normal(word), key)
    for (act, goods), keys in lexicon.deals.items():
        for word in next((each.words for each in lexicon.book.goods if each.id == goods), ()):
            if act == "sell" and len(word) > 1:
                written.setdefault(normal(word) if word.isascii() else f"卖{normal(word)}", keys[0])
    return written, {_sound(word): key for word, key in written.items() if not word.isascii()}


def _sound(word: str) -> str:
    """Syllables without tone."""
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a second to load: only where something is unclear

    return " ".join(lazy_pinyin(word, style=Style.NORMAL))
