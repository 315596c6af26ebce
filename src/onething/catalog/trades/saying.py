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
_BARE = {"不", "没", "非", "别", "无", "not", "no"}
"""Refusals that say nothing by themselves: what follows them must be an act or a thing (差不多, 不一定 refuse nothing)."""
_AND = {"和", "及", "以及", "与", "and", "or", "或"}
"""Words that join nouns to one phrase; 加, 还有, 兼 join plans."""
_NESTING = {"teach", "broker"}
"""Acts that take the act before them for their object: 维修培训 teaches and repairs nothing."""
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
    deed: bool = False
    """`act` was said by a verb (销售), not by a mere 做 or 主营."""
    deed_after: bool = False
    """`after` was said by a verb (销售), not by a shop."""
    more: list[str] = field(default_factory=list[str])
    """Further acts said to be done to the same thing (生产、销售玩具)."""
    refused: bool = False
    odd: bool = False
    adjoins: bool = False
    """Nothing stands between it and the stretch before."""
    listed: bool = False
    """Stands in one list with the stretch before (A、B和C), which may be one phrase."""
    led: bool = False
    """A verb before it says what is done with it, so that it does not hang on what stands behind it."""
    clause: int = 0
    sentence: int = 0
    trades: tuple[str, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    """The trades of the further acts."""
    unsaid: bool = False
    """What is to be done with the thing was not said."""

    @property
    def unknown(self) -> bool:
        return any(token.unknown or token.sense("opaque") is not None for token in self.tokens)

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
        self._bare = False
        """The last token was a refusal that says nothing by itself."""
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
        if self._bare and token.sense("before", "after", "trade", "goods", "ban", "place", "fill") is None:
            self._doubtful = self._now.odd = True
        self._bare = token.text in _BARE
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
            self._now.listed = token.text in _AND
            self._now.tokens.append(token)
        else:
            self._plain(token)

    def _stop(self, token: Token) -> None:
        if token.stop != "list":
            self._refused = self._doubtful = False
            self._clause += 1
            self._sentence += token.stop == "end"
        self._close()
        self._now.listed = token.stop == "list"

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
            now.led = any(each.sense("opening") is not None for each in now.tokens)
            if len(token.text) == 1 and now.tokens and now.tokens[-1].sense("before", "not", "join", "but") is None:
                now.odd = True
        if _stands_in(now.tokens):
            now.odd = True  # 在酒店旁边, a bar in a hotel: a place, or one more plan?
        now.tokens.append(token)

    def _act(self, token: Token) -> None:
        before, after = token.sense("before"), token.sense("after")
        now = self._now
        if now.item is not None and after is None:
            self._close(adjoins=True)
            now = self._now
        if now.item is None:
            _act_before(now, token, before or now.act or (after if token.sense("plain") is None else "") or "")
        else:
            _act_behind(now, token, after or "")
        now.tokens.append(token)

    def _plain(self, token: Token) -> None:
        now = self._now
        last = now.tokens[-1] if now.tokens else None
        if last is not None and last is now.item and len(last.text) == 1 and token.sense("plain") is None:
            now.odd = True  # 茶几: a thing of one character and then something else
        if last is not None and last is now.item and token.sense("behind") is not None and last.sense("trade"):
            now.odd = True  # 超市里, 酒店旁边
        now.tokens.append(token)


def _act_before(now: _Stretch, token: Token, act: str) -> None:
    """An act before its thing: the last one said, and every other that was said by a verb (生产销售玩具)."""
    deed = token.sense("deed") is not None
    if deed and now.deed and act != now.act:
        now.more.append(now.act)
    now.act, now.deed = act, deed or (now.deed and act == now.act)


def _act_behind(now: _Stretch, token: Token, after: str) -> None:
    """An act behind its thing: several verbs are several acts (维修销售), but 维修店 is one and 维修培训 another thing."""
    deed = token.sense("deed") is not None
    for earlier, said in ((now.after, now.deed_after), (now.act, now.deed)):
        if not earlier or earlier == after or not deed:
            continue
        if after in _NESTING or earlier in _NESTING or {earlier, after} == {"sell", "wholesale"}:
            now.odd = True
        elif said or earlier == "sell":
            now.more += [earlier, after]
    if after in _SPECIFIC or not now.after or (deed and not now.deed_after):
        now.after, now.deed_after = after, deed


def _stands_in(tokens: list[Token]) -> bool:
    """Whether what comes next is said to be a place: right behind 在, 去, in, next to (and an article)."""
    for token in reversed(tokens):
        if token.sense("within") is not None:
            return True
        if token.text not in {"a", "an", "the", "my", "our"}:
            return False
    return False


def _alike(lexicon: Lexicon, one: Token, other: Token) -> bool:
    """Two words for one thing (花生瓜子, 小药店卖药): said together they are still that."""
    if len(one.text) == 1 or len(other.text) == 1:
        return False
    (goods, trades), (more, others) = _meant(one), _meant(other)
    return bool(
        goods & more or trades & others or _goods_of(lexicon, trades) & more or _goods_of(lexicon, others) & goods
    )


def _goods_of(lexicon: Lexicon, trades: set[str]) -> set[str]:
    return {name for trade in trades for name in lexicon.trades[trade].goods}


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
        each.led = bool(each.act or each.led or (carried and not each.after and act == carried))
        carried = (not each.refused and each.act) or _shop(lexicon, each) or carried
        if each.item is not None:
            each.trades = _trades(lexicon, each, act)
            each.others = tuple(_dealt(lexicon, each, other) for other in dict.fromkeys(each.more) if other != act)
        elif (act := each.act) and not each.unknown and (last := _thing_meant(stretches, at)) is not None:
            each.item, each.after = last.item, act  # 二手车销售，带维修; 生产、销售玩具
            each.odd = each.odd or last.odd or last.unknown
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


def _thing_meant(stretches: list[_Stretch], at: int) -> _Stretch | None:
    """What an act without a thing of its own is done to: that of the next in its list, or the last one named."""
    for each in stretches[at + 1 :]:
        if not each.listed or each.clause != stretches[at].clause:
            break
        if each.item is not None:
            return each
    for each in reversed(stretches[max(0, at - 4) : at]):
        if each.sentence == stretches[at].sentence and each.item is not None and not each.refused:
            return each
    return None


def _trades(lexicon: Lexicon, each: _Stretch, act: str) -> tuple[str, ...]:
    item = each.item
    if item is None:
        return ()
    goods, own = _named(item)
    if own and not goods and each.after in _SPECIFIC:
        each.odd = True  # 家具店安装: the shop as well, or only that?
    if each.deed_after and each.after == "sell" and any(lexicon.trades[trade].gb[:1] not in "ACFH" for trade in own):
        each.odd = True  # 手机维修销售: a service and a sale of what it serves
    if own and (each.said_act in _LIGHT or (act in _SPECIFIC and own_act(each) and not goods)):
        return own
    if act:
        return _dealt(lexicon, each, act)
    each.unsaid = not each.refused  # 水果: to sell, to sell wholesale or to grow?
    return tuple(dict.fromkeys(trade for (_, name), ids in lexicon.deals.items() if name in goods for trade in ids))


def _named(item: Token) -> tuple[list[str], tuple[str, ...]]:
    """(goods, trades) that a word names."""
    return [value for kind, value in item.senses if kind == "goods"], tuple(
        value for kind, value in item.senses if kind == "trade"
    )


def _dealt(lexicon: Lexicon, each: _Stretch, act: str) -> tuple[str, ...]:
    """The trades that doing this to the thing is; a trade's own word stands for what the trade deals with."""
    goods, own = _named(each.item) if each.item else ([], ())
    if own and act in _LIGHT:
        return own
    goods = goods or [name for trade in own for name in lexicon.trades[trade].goods]
    return tuple(dict.fromkeys(trade for name in goods for trade in lexicon.deals.get((act, name), ())))


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
            bare = each.item is None and not each.unknown and each.tokens[0].sense("not") is not None
            if bare and each.adjoins:
                before.refused, before.unsaid = True, False
            elif bare and any(token.text.startswith("不") and len(token.text) > 1 for token in each.tokens):
                before.odd = before.odd or before.item is not None

    def _ban(self, each: _Stretch) -> str | None:
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

    def _verdict(self, each: _Stretch) -> str:
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
