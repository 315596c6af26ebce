"""A saying cut into words that mean something and what is left over: the cheapest cut, in time linear in its length.

Chinese writes no spaces, so every cut is tried at once: what no word explains costs most, few long words cost less than
many short ones (茶馆 is not 茶 and 馆).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from onething.catalog.trades.lexicon import Lexicon, Sense

UNKNOWN, WORD, SINGLE = 5.0, 1.0, 0.6
_NUMERAL = "0-9一二三四五六七八九十百千万两几半多"
_AMOUNT = re.compile(
    rf"(?:距离|距|离)[^,。;!?\s]{{1,8}}?[{_NUMERAL}]{{1,8}}(?:公里|千米|米|里地|站路?)(?:远|之外|以外)?"
    rf"|[{_NUMERAL}]{{1,8}}(?:平方米|平米|平方|平|来平|个人|个|家|间|张|台|辆|块钱|块|元|万|层楼|层|楼|号|点|年|名|位|样|种|米|公里)(?:的|左右|多)?"
    r"|\d{1,4} ?(?:m2|sqm|square met(?:er|re)s|metres|meters|km)"
)
_STOPS = {"。": "end", "!": "end", "?": "end", "\n": "end", ",": "comma", ";": "comma", ":": "comma", "、": "list", "+": "list", "&": "list", "/": "list", ".": "end", "…": "comma"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word: where it stands, what it may mean. `stop` for punctuation: end, comma or list. Neither: unknown."""

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...] = ()
    stop: str = ""

    @property
    def unknown(self) -> bool:
        return not self.senses and not self.stop

    def sense(self, *kinds: str) -> str | None:
        """What it stands for in the first of these kinds that it has; None when in none."""
        return next((value for wanted in kinds for kind, value in self.senses if kind == wanted), None)


def normal(text: str) -> str:
    """One way of writing: full-width as half-width, no case; every character stays one character, in its place."""
    return "".join(map(_one, text))


def _one(char: str) -> str:
    if char in "\n\r":
        return "\n"
    same = char if char in _STOPS else unicodedata.normalize("NFKC", char).casefold().replace("’", "'")
    return same if len(same) == 1 else char


def segment(lexicon: Lexicon, said: str) -> list[Token]:
    """The words of a saying that `normal` has written, in order; spaces left out."""
    cost, back = [0.0] + [float("inf")] * len(said), list[Token | None]([None]) * (len(said) + 1)
    for at in range(len(said)):
        if cost[at] == float("inf"):
            continue
        for token in _from(lexicon, said, at):
            total = cost[at] + _price(token)
            if total < cost[token.end]:
                cost[token.end], back[token.end] = total, token
    found: list[Token] = []
    at = len(said)
    while at and (token := back[at]) is not None:
        found.append(token)
        at = token.start
    return [token for token in reversed(found) if not token.text.isspace() or token.stop]


def _price(token: Token) -> float:
    if token.stop or token.text.isspace():
        return 0.0
    if token.unknown:
        return UNKNOWN
    return WORD + (SINGLE if len(token.text) == 1 else 0.0)


def _from(lexicon: Lexicon, said: str, at: int) -> list[Token]:
    """Every word that may begin here."""
    char = said[at]
    if (stop := _STOPS.get(char)) or char.isspace():
        parts = char == " " and _han(said, at - 1) and _han(said, at + 1)  # 美术培训 少儿画画
        return [Token(at, at + 1, char, stop="list" if parts else stop or "")]
    found = [
        Token(at, end, said[at:end], senses)
        for length in lexicon.lengths.get(char, ())
        if at + length <= len(said)
        and (senses := lexicon.senses.get(said[at : at + length]))
        and (end := _whole(said, at, at + length))
    ]
    if amount := _AMOUNT.match(said, at):
        found.append(Token(at, amount.end(), amount[0], (("number", ""),)))
    end = at + 1
    while _latin(said, at) and end < len(said) and _latin(said, end):
        end += 1
    return [*found, Token(at, end, said[at:end])]


def _latin(said: str, at: int) -> bool:
    return 0 <= at < len(said) and said[at].isascii() and (said[at].isalnum() or said[at] == "'")


def _han(said: str, at: int) -> bool:
    return 0 <= at < len(said) and "\u4e00" <= said[at] <= "\u9fff"


def _whole(said: str, start: int, end: int) -> int:
    """Where a word ends, 0 when it is only a part of one: `app` is not in `apple`, but `shop` is in `shops`."""
    if not _latin(said, start):
        return end if not (_latin(said, end - 1) and _latin(said, end)) else 0
    if _latin(said, start - 1):
        return 0
    for tail in ("", "s", "es"):
        if said.startswith(tail, end) and not _latin(said, end + len(tail)):
            return end + len(tail)
    return 0


def spots_of(said: str, word: str) -> Iterator[int]:
    """Where a word stands in a saying that `normal` has written, English words as whole words."""
    wanted, at = normal(word.strip()), -1
    while wanted and (at := said.find(wanted, at + 1)) >= 0:
        if _whole(said, at, at + len(wanted)):
            yield at
