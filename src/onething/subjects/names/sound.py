"""How a name sounds: one symbol per syllable, without tone and without what Mandarin speakers of the south confuse.

zh–z, ch–c, sh–s, n–l at the start; ng–n at the end. Two marks of one sound have the same string of symbols.
"""

from functools import lru_cache

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
_FIRST_SYMBOL = 0xE000
_symbols: dict[str, str] = {}


def plain_syllable(syllable: str) -> str:
    """A toneless syllable with confusable sounds made one."""
    for long, short in _INITIALS:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
    for long, short in _FINALS:
        if syllable.endswith(long):
            syllable = syllable[: -len(long)] + short
    return "l" + syllable[1:] if syllable.startswith("n") and len(syllable) > 1 else syllable


@lru_cache(maxsize=50_000)
def symbol(char: str) -> str:
    """One private-use character that stands for the char's syllable; letters and digits stand for themselves."""
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a second to load: only where a name is heard

    said = lazy_pinyin(char, style=Style.NORMAL, errors="ignore")
    if not said:
        return char
    syllable = plain_syllable(said[0])
    return _symbols.setdefault(syllable, chr(_FIRST_SYMBOL + len(_symbols)))


def sound(text: str) -> str:
    """The text as syllable symbols, one per character."""
    return "".join(map(symbol, text))
