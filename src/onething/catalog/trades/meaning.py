"""Stretches → the trades that each may mean: an act done to a thing, said here or carried from what stands around."""

from onething.catalog.trades.lexicon import Lexicon
from onething.catalog.trades.segment import Token
from onething.catalog.trades.stretch import SPECIFIC, Stretch

_LIGHT = {"", "sell", "do"}
"""Acts under which a trade's own word means that trade: 卖奶茶, 做奶茶; 设计奶茶 does not."""


def resolve(lexicon: Lexicon, stretches: list[Stretch]) -> None:
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


def _shop(lexicon: Lexicon, each: Stretch) -> str:
    """A shop or an eating place sells what is named after it: convenience store with cigarettes."""
    trade = lexicon.trades.get(each.item.sense("trade") or "") if each.item and not each.refused else None
    return "sell" if trade is not None and trade.gb[0] in "FH" else ""


def _later(stretches: list[Stretch], at: int) -> str:
    """The act behind the last thing of a list (瓷砖、涂料批发), for one that has none itself."""
    for each in stretches[at + 1 :][:12]:
        if each.clause != stretches[at].clause or each.act:
            return ""
        if each.after:
            return each.after
    return ""


def _thing_meant(stretches: list[Stretch], at: int) -> Stretch | None:
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


def _trades(lexicon: Lexicon, each: Stretch, act: str) -> tuple[str, ...]:
    item = each.item
    if item is None:
        return ()
    goods, own = _named(item)
    if own and not goods and each.after in SPECIFIC:
        each.odd = True  # 家具店安装: the shop as well, or only that?
    if each.deed_after and each.after == "sell" and any(lexicon.trades[trade].gb[:1] not in "ACFH" for trade in own):
        each.odd = True  # 手机维修销售: a service and a sale of what it serves
    if own and (each.said_act in _LIGHT or (act in SPECIFIC and own_act(each) and not goods)):
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


def _dealt(lexicon: Lexicon, each: Stretch, act: str) -> tuple[str, ...]:
    """The trades that doing this to the thing is; a trade's own word stands for what the trade deals with."""
    goods, own = _named(each.item) if each.item else ([], ())
    if own and act in _LIGHT:
        return own
    goods = goods or [name for trade in own for name in lexicon.trades[trade].goods]
    return tuple(dict.fromkeys(trade for name in goods for trade in lexicon.deals.get((act, name), ())))


def own_act(each: Stretch) -> bool:
    """A trade's own word with no act of another kind around it."""
    return each.act in _LIGHT and each.after in _LIGHT
