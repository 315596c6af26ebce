"""A saying read: which trades it says are to be done, which not, and what of it was not understood.

Confidence is earned by reading all of it. A trade is claimed only where every word of its stretch is known and stands in an
order that means one thing; where a word is left over (电子烟 with only 电子 known), two things stand side by side (宠物奶茶),
a refusal may reach further than meant, or one thing may be several trades, nothing is claimed and the stretch is quoted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from onething.catalog.trades.lexicon import Lexicon
from onething.catalog.trades.segment import Token, normal, segment, spots_of

LONGEST = 2_000
"""Characters of a saying that are read."""
_SPECIFIC = {
    "wholesale",
    "make",
    "repair",
    "rent",
    "grow",
    "teach",
    "design",
    "install",
    "recycle",
    "broker",
    "deliver",
}
_WEIGHTLESS = {"fill", "join", "but", "not_not", "number", "place"}
_LIGHT = {"", "sell", "do"}
"""Acts under which a trade's own word means that trade: 卖奶茶, 做奶茶; 设计奶茶 does not."""


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


@dataclass(slots=True)
class _Stretch:
    """Words between two joints that speak of at most one thing."""

    tokens: list[Token] = field(default_factory=list[Token])
    item: Token | None = None
    act: str = ""
    after: str = ""
    refused: bool = False
    odd: bool = False
    adjoins: bool = False
    """Nothing stands between it and the stretch before."""
    clause: int = 0
    sentence: int = 0
    trades: tuple[str, ...] = ()
    unsaid: bool = False
    """What is to be done with the thing was not said."""

    @property
    def unknown(self) -> bool:
        return any(token.unknown for token in self.tokens)

    def has(self, kind: str) -> bool:
        return any(token.sense(kind) is not None and len(token.senses) == 1 for token in self.tokens)

    @property
    def said_act(self) -> str:
        """The act as said: what stands behind the thing decides, unless it is only a shop."""
        if self.after in _SPECIFIC or not self.act:
            return self.after
        return self.act


def read(lexicon: Lexicon, text: str) -> Reading:
    """Everything that a saying of any length means; never fails."""
    said = normal(text[:LONGEST])
    tokens = segment(lexicon, said)
    stretches = _Cutter(lexicon, tokens).stretches()
    _resolve(lexicon, stretches)
    return _Judge(lexicon, text, stretches, len(text) > LONGEST).reading()


class _Cutter:
    """Tokens → stretches, with the act and the refusal that hold in each."""

    def __init__(self, lexicon: Lexicon, tokens: list[Token]) -> None:
        self._lexicon, self._tokens = lexicon, tokens
        self._done: list[_Stretch] = []
        self._now = _Stretch()
        self._refused = self._doubtful = False
        self._clause = self._sentence = 0

    def stretches(self) -> list[_Stretch]:
        for token in self._tokens:
            self._take(token)
        self._close()
        return [each for each in self._done if each.tokens]

    def _close(self, adjoins: bool = False) -> None:
        self._done.append(self._now)
        self._now = _Stretch(
            refused=self._refused, odd=self._doubtful, adjoins=adjoins, clause=self._clause, sentence=self._sentence
        )

    def _take(self, token: Token) -> None:
        if token.stop:
            self._stop(token)
        elif token.sense("not") is not None:
            self._refuse(token)
        elif token.sense("besides") is not None:
            self._doubtful = self._now.odd = True
            self._now.tokens.append(token)
        elif token.sense("trade", "goods", "ban") is not None and not (self._now.item and token.sense("after")):
            self._thing(token)
        elif token.sense("before", "after") is not None and (self._now.item or token.sense("place") is None):
            self._act(token)
        elif token.sense("but") is not None and (self._refused or token.sense("fill") is None):
            self._turn(token)
        elif token.sense("join") is not None and token.sense("fill") is None:
            self._close()
            self._now.tokens.append(token)
        else:
            self._plain(token)

    def _stop(self, token: Token) -> None:
        if token.stop != "list":
            self._refused = self._doubtful = False
            self._clause += 1
            self._sentence += token.stop == "end"
        self._close()

    def _refuse(self, token: Token) -> None:
        if self._refused and not any(each.item for each in self._of_clause()):
            self._doubtful = True  # 没有什么不卖
        if self._now.item is not None or self._now.act:
            self._close(adjoins=True)
        self._refused = self._now.refused = True
        self._now.odd = self._now.odd or self._doubtful
        self._now.tokens.append(token)

    def _of_clause(self) -> Iterator[_Stretch]:
        yield self._now
        yield from (each for each in self._done if each.clause == self._clause)

    def _turn(self, token: Token) -> None:
        if self._refused:
            self._refused = False
            self._close()
        self._now.tokens.append(token)

    def _thing(self, token: Token) -> None:
        now = self._now
        if now.item is not None and (act := now.item.sense("after")):
            now.item, now.act = token, now.act or act  # online shop for cosmetics: the shop yields to what it sells
        elif now.item is not None:
            if not _alike(self._lexicon, now.item, token):
                now.odd = True  # two things side by side make a third that nobody knows
            elif token.sense("trade") is not None:
                now.item = token
        else:
            now.item = token
            if len(token.text) == 1 and now.tokens and now.tokens[-1].sense("before", "not", "join", "but") is None:
                now.odd = True
        now.tokens.append(token)

    def _act(self, token: Token) -> None:
        before, after = token.sense("before"), token.sense("after")
        now = self._now
        if now.item is not None and after is None:
            self._close(adjoins=True)
            now = self._now
        if now.item is None:
            now.act = before or now.act or (after if token.sense("plain") is None else "") or ""
        else:
            now.after = (after or "") if after in _SPECIFIC else now.after or after or ""
        now.tokens.append(token)

    def _plain(self, token: Token) -> None:
        now = self._now
        last = now.tokens[-1] if now.tokens else None
        if last is not None and last is now.item and len(last.text) == 1 and token.sense("plain") is None:
            now.odd = True  # 茶几: a thing of one character and then something else
        now.tokens.append(token)


def _alike(lexicon: Lexicon, one: Token, other: Token) -> bool:
    """Two words for one thing (花生瓜子, 小药店卖药): said together they are still that."""
    if len(one.text) == 1 or len(other.text) == 1:
        return False
    (goods, trades), (more, others) = _meant(one), _meant(other)
    dealt = {name for trade in trades | others for name in lexicon.trades[trade].goods}
    return bool(goods & more or trades & others or dealt & (goods | more))


def _meant(token: Token) -> tuple[set[str], set[str]]:
    """Goods and trades that a word names."""
    found: dict[str, set[str]] = {"goods": set(), "trade": set()}
    for kind, value in token.senses:
        if kind in found:
            found[kind].add(value)
    return found["goods"], found["trade"]


def _resolve(lexicon: Lexicon, stretches: list[_Stretch]) -> None:
    """Give every stretch the trades that it may mean: one is a claim, several are a question."""
    carried, sentence = "", -1
    for at, each in enumerate(stretches):
        if each.sentence != sentence:
            carried, sentence = "", each.sentence
        act = each.said_act or _later(stretches, at) or carried
        carried = each.act or _shop(lexicon, each) or carried
        if each.item is not None:
            each.trades = _trades(lexicon, each, act)
        elif (act := each.act) and not each.unknown and (last := _last_thing(stretches, at)) is not None:
            each.item, each.after = last.item, act  # 二手车销售，带维修
            each.trades = _trades(lexicon, each, act)
            if not last.said_act and len(last.trades) > 1 and len(each.trades) == 1:
                last.trades, last.unsaid = each.trades, False  # 鞋子也卖


def _shop(lexicon: Lexicon, each: _Stretch) -> str:
    """A shop or an eating place sells what is named after it: convenience store with cigarettes."""
    trade = lexicon.trades.get(each.item.sense("trade") or "") if each.item and not each.refused else None
    return "sell" if trade is not None and trade.gb[0] in "FH" else ""


def _later(stretches: list[_Stretch], at: int) -> str:
    """The act behind the last thing of a list (瓷砖、涂料批发), for one that has none itself."""
    for each in stretches[at + 1 :][:12]:
        if each.clause != stretches[at].clause or each.act:
            return ""
        if each.after:
            return each.after
    return ""


def _last_thing(stretches: list[_Stretch], at: int) -> _Stretch | None:
    """What an act without a thing of its own is done to."""
    for each in reversed(stretches[max(0, at - 4) : at]):
        if each.sentence == stretches[at].sentence and each.item is not None and not each.refused:
            return each
    return None


def _trades(lexicon: Lexicon, each: _Stretch, act: str) -> tuple[str, ...]:
    item = each.item
    if item is None:
        return ()
    goods = [value for kind, value in item.senses if kind == "goods"]
    own = tuple(value for kind, value in item.senses if kind == "trade")
    dealt = tuple(dict.fromkeys(trade for name in goods for trade in lexicon.deals.get((act, name), ())))
    if own and (each.said_act in _LIGHT or (act in _SPECIFIC and own_act(each) and not goods)):
        return own
    if own and not goods:
        goods = [name for trade in own for name in lexicon.trades[trade].goods]
        dealt = tuple(dict.fromkeys(trade for name in goods for trade in lexicon.deals.get((act, name), ())))
    if act:
        return dealt
    each.unsaid = not each.refused  # 水果: to sell, to sell wholesale or to grow?
    return tuple(dict.fromkeys(trade for (_, name), ids in lexicon.deals.items() if name in goods for trade in ids))


def own_act(each: _Stretch) -> bool:
    """A trade's own word with no act of another kind around it."""
    return each.act in _LIGHT and each.after in _LIGHT


class _Judge:
    """Stretches → what is claimed, declined, unclear and aside."""

    def __init__(self, lexicon: Lexicon, text: str, stretches: list[_Stretch], cut: bool) -> None:
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
        for each in self._stretches:
            if (ban := self._ban(each)) is not None:
                bans[ban] = None
                continue
            verdict = self._verdict(each)
            if verdict == "claim":
                claims.setdefault(each.trades[0], Claim(each.trades[0], self._said(each)))
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
            bare = each.item is None and not each.unknown and each.tokens[0].sense("not") is not None
            if bare and each.adjoins:
                before.refused, before.unsaid = True, False
            elif bare and any(token.text.startswith("不") and len(token.text) > 1 for token in each.tokens):
                before.odd = before.odd or before.item is not None

    def _ban(self, each: _Stretch) -> str | None:
        if each.refused or each.clause in self._past:
            return None
        return next((ban for token in each.tokens if (ban := token.sense("ban")) is not None), None)

    def _verdict(self, each: _Stretch) -> str:
        doubtful = each.unknown or each.odd or each.unsaid
        if each.clause in self._past:
            return "aside"
        if each.item is not None:
            if each.refused:
                return "unclear" if doubtful else "declined"
            told = each.has("story")
            return "unclear" if doubtful or told or len(each.trades) != 1 else "claim"
        if each.unknown:
            return "aside" if each.has("story") or each.refused else "unclear"
        if each.refused:
            return "aside"
        return "unclear" if each.act or each.odd else "nothing"

    def _said(self, each: _Stretch) -> str:
        return self._text[each.tokens[0].start : each.tokens[-1].end].strip()

    def _part(self, each: _Stretch) -> Part:
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


def _word(each: _Stretch) -> str:
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
