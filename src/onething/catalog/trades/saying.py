"""A saying read: which trades it says are to be done, which not, and what of it was not understood.

Confidence is earned by reading all of it. A trade is claimed only where every word of its stretch is known and stands in an
order that means one thing; where a word is left over (电子烟 with only 电子 known), two things stand side by side (宠物奶茶),
a refusal may reach further than meant, or one thing may be several trades, nothing is claimed and the stretch is quoted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onething.catalog.trades.cutting import Cutter
from onething.catalog.trades.lexicon import Lexicon
from onething.catalog.trades.meaning import resolve
from onething.catalog.trades.segment import Token, normal, segment, spots_of
from onething.catalog.trades.stretch import Stretch

LONGEST = 2_000
"""Characters of a saying that are read."""
_WEIGHTLESS = {"fill", "join", "but", "not_not", "number", "place"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A trade (key of the lexicon) and the words that said so."""

    trade: str
    said: str


@dataclass(frozen=True, slots=True)
class Part:
    """Words that were not understood, where they stand, and trades (keys) that something in them names."""

    said: str
    start: int
    end: int
    hints: tuple[str, ...] = ()
    core: str = ""
    """The words without those at either end that say nothing about a trade."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`declined`: what is not to be done, in the person's words. `aside`: told of the past or of somebody else, not used."""

    claims: tuple[Claim, ...] = ()
    declined: tuple[str, ...] = ()
    unclear: tuple[Part, ...] = ()
    aside: tuple[str, ...] = ()
    bans: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    """Circumstances that are said to hold."""
    cut: bool = False
    """Longer than `LONGEST`; the rest was not read."""


def read(lexicon: Lexicon, text: str) -> Reading:
    """Everything that a saying of any length means; never fails."""
    said = normal(text[:LONGEST])
    tokens = segment(lexicon, said)
    stretches = Cutter(lexicon, tokens).stretches()
    resolve(lexicon, stretches)
    return _Judge(lexicon, text, stretches, len(text) > LONGEST).reading()


class _Judge:
    """Stretches → what is claimed, declined, unclear and aside."""

    def __init__(self, lexicon: Lexicon, text: str, stretches: list[Stretch], cut: bool) -> None:
        self._lexicon, self._text, self._stretches, self._cut = lexicon, text, stretches, cut
        self._said_plain = normal(text[:LONGEST])
        self._past = {each.clause for each in stretches if each.has("past")}

    def reading(self) -> Reading:
        self._refuse_backwards()
        claims: dict[str, Claim] = {}
        declined: dict[str, None] = {}
        refused: set[str] = set()
        words: dict[str, str] = {}
        unclear: list[Part] = []
        aside: list[str] = []
        bans: dict[str, None] = {}
        for each, verdict in zip(self._stretches, self._verdicts(), strict=True):
            if (ban := self._ban(each)) is not None:
                bans[ban] = None
            elif verdict == "claim":
                for (trade,) in (each.trades, *each.others):
                    claims.setdefault(trade, Claim(trade, self._said(each)))
                words[_word(each)] = each.trades[0]
            elif verdict == "declined":
                declined[self._said(each)] = None
                refused.add(_word(each))
            elif verdict == "unclear":
                unclear.append(self._part(each))
            elif verdict == "aside":
                aside.append(self._said(each))
        for trade in {words[word] for word in refused & words.keys()}:  # said to be done and not to be done
            said = claims.pop(trade).said
            at = self._text.find(said)
            unclear.append(Part(said, at, at + len(said), (trade,)))
        return Reading(
            tuple(claims.values()), tuple(declined), tuple(_merged(unclear, self._text)), tuple(aside), tuple(bans),
            tuple(self._places()), self._cut,
        )  # fmt: skip

    def _refuse_backwards(self) -> None:
        """手机整机不卖: a refusal with nothing behind it refuses what stands right before it."""
        for before, each in zip(self._stretches, self._stretches[1:], strict=False):
            bare = each.item is None and each.tokens[0].sense("not") is not None and _empty(each.tokens[1:])
            if bare and each.adjoins:
                before.refused, before.unsaid = True, False
            elif bare and any(token.text.startswith("不") and len(token.text) > 1 for token in each.tokens):
                before.odd = before.odd or before.item is not None

    def _ban(self, each: Stretch) -> str | None:
        if each.refused or each.clause in self._past:
            return None
        return next((ban for token in each.tokens if (ban := token.sense("ban")) is not None), None)

    def _verdicts(self) -> list[str]:
        """What is made of each stretch. A list is one phrase: where a member was not understood, none is claimed that hangs on it."""
        found = [self._verdict(each) for each in self._stretches]
        start = 0
        for at in range(1, len(found) + 1):
            if at < len(found) and self._stretches[at].listed:
                continue
            if "unclear" in found[start:at]:
                for place in range(start, at):
                    if found[place] == "claim" and not self._stretches[place].led:
                        found[place] = "unclear"
            start = at
        return found

    def _verdict(self, each: Stretch) -> str:
        doubtful = each.unknown or each.odd or each.unsaid
        if each.clause in self._past:
            return "aside"
        if each.item is not None:
            if each.refused:
                return "unclear" if doubtful else "declined"
            told = each.has("story") or each.has("asking")
            one = all(len(trades) == 1 for trades in (each.trades, *each.others))
            return "unclear" if doubtful or told or not one else "claim"
        if each.unknown:
            return "aside" if each.has("story") or each.refused else "unclear"
        if each.refused:
            return "aside"
        return "unclear" if each.act or each.odd else "nothing"

    def _said(self, each: Stretch) -> str:
        return self._text[each.tokens[0].start : each.tokens[-1].end].strip()

    def _part(self, each: Stretch) -> Part:
        hints = list(each.trades)
        for token in each.tokens:
            hints += [value for kind, value in token.senses if kind == "trade"]
        heavy = [token for token in each.tokens if not {kind for kind, _ in token.senses} & _WEIGHTLESS] or each.tokens
        core = self._text[heavy[0].start : heavy[-1].end].strip()
        return Part(self._said(each), each.tokens[0].start, each.tokens[-1].end, tuple(dict.fromkeys(hints)), core)

    def _places(self) -> Iterable[str]:
        """Circumstances whose words are said, outside of every refusal and of what is past."""
        gone = [
            (each.tokens[0].start, each.tokens[-1].end)
            for each in self._stretches
            if each.refused or each.clause in self._past
        ]
        for circumstance in self._lexicon.book.circumstances:
            spots = (spot for word in circumstance.words for spot in spots_of(self._said_plain, word))
            if any(not any(start <= spot < end for start, end in gone) for spot in spots):
                yield circumstance.id


def _empty(tokens: list[Token]) -> bool:
    """Nothing behind a refusal that it could refuse: 不卖, 不卖了, but not 不做外卖."""
    return all(
        token.sense("not") is not None or token.text in {"了", "的", "啊", "吧", "any", "more"} for token in tokens
    )


def _word(each: Stretch) -> str:
    return each.item.text if each.item else ""


def _merged(parts: list[Part], text: str) -> Iterator[Part]:
    """Neighbours in one quotation: who reads it sees her own words, not crumbs."""
    found: list[Part] = []
    for part in sorted(parts, key=lambda each: each.start):
        if found and 0 <= part.start - found[-1].end <= 1 and text[found[-1].end : part.start].strip(",，、") == "":
            last = found.pop()
            part = Part(
                text[last.start : part.end].strip(), last.start, part.end, tuple(dict.fromkeys(last.hints + part.hints)),
                f"{last.core}{part.core}",
            )  # fmt: skip
        found.append(part)
    yield from found
