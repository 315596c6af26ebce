"""Words → stretches: where one plan ends and the next begins, what a refusal reaches, what stands side by side."""

from collections.abc import Iterator

from onething.catalog.trades.lexicon import Lexicon
from onething.catalog.trades.segment import Token
from onething.catalog.trades.stretch import Stretch, act_before, act_behind

_BARE = {"不", "没", "非", "别", "无", "not", "no"}
"""Refusals that say nothing by themselves: what follows them must be an act or a thing (差不多, 不一定 refuse nothing)."""
_AND = {"和", "及", "以及", "与", "and", "or", "或"}
"""Words that join nouns to one phrase; 加, 还有, 兼 join plans."""


class Cutter:
    """Tokens → stretches, with the act and the refusal that hold in each."""

    def __init__(self, lexicon: Lexicon, tokens: list[Token]) -> None:
        self._lexicon, self._tokens = lexicon, tokens
        self._done: list[Stretch] = []
        self._now = Stretch()
        self._refused = self._doubtful = False
        self._bare = False
        """The last token was a refusal that says nothing by itself."""
        self._clause = self._sentence = 0

    def stretches(self) -> list[Stretch]:
        for token in self._tokens:
            self._take(token)
        self._close()
        return [each for each in self._done if each.tokens]

    def _close(self, adjoins: bool = False) -> None:
        self._done.append(self._now)
        self._now = Stretch(
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

    def _of_clause(self) -> Iterator[Stretch]:
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
            act_before(now, token, before or now.act or (after if token.sense("plain") is None else "") or "")
        else:
            act_behind(now, token, after or "")
        now.tokens.append(token)

    def _plain(self, token: Token) -> None:
        now = self._now
        last = now.tokens[-1] if now.tokens else None
        if last is not None and last is now.item and len(last.text) == 1 and token.sense("plain") is None:
            now.odd = True  # 茶几: a thing of one character and then something else
        if last is not None and last is now.item and token.sense("behind") is not None and last.sense("trade"):
            now.odd = True  # 超市里, 酒店旁边
        now.tokens.append(token)


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
