"""A stretch of a saying: words between two joints that speak of at most one thing, and the acts said to be done to it."""

from dataclasses import dataclass, field

from onething.catalog.trades.segment import Token

SPECIFIC = {
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
"""Acts that are a trade of their own, whatever the thing: more than selling it or making a little of it."""
_NESTING = {"teach", "broker"}
"""Acts that take the act before them for their object: 维修培训 teaches and repairs nothing."""


@dataclass(slots=True)
class Stretch:
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
        if self.after in SPECIFIC or not self.act:
            return self.after
        return self.act


def act_before(now: Stretch, token: Token, act: str) -> None:
    """An act before its thing: the last one said, and every other that was said by a verb (生产销售玩具)."""
    deed = token.sense("deed") is not None
    if deed and now.deed and act != now.act:
        now.more.append(now.act)
    now.act, now.deed = act, deed or (now.deed and act == now.act)


def act_behind(now: Stretch, token: Token, after: str) -> None:
    """An act behind its thing: several verbs are several acts (维修销售), but 维修店 is one and 维修培训 another thing."""
    deed = token.sense("deed") is not None
    for earlier, said in ((now.after, now.deed_after), (now.act, now.deed)):
        if not earlier or earlier == after or not deed:
            continue
        if after in _NESTING or earlier in _NESTING or {earlier, after} == {"sell", "wholesale"}:
            now.odd = True
        elif said or earlier == "sell":
            now.more += [earlier, after]
    if after in SPECIFIC or not now.after or (deed and not now.deed_after):
        now.after, now.deed_after = after, deed
