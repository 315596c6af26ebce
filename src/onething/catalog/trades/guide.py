"""Questions to the industry-access graph: "a bubble-tea shop near a school: what do I need, from whom, in what order?" """

from collections.abc import Collection
from dataclasses import dataclass
from graphlib import TopologicalSorter

from onething.catalog.model.trades import Barrier, Circumstance, Permit, Trade, TradeBook
from onething.catalog.trades.scope import map_scope
from onething.catalog.trades.words import circumstances_meant, trades_meant
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)


@dataclass(frozen=True, slots=True)
class Need:
    """A permit with the reason why it is needed here."""

    permit: Permit
    because: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The answer: the trade that was understood, the circumstances, prior and later permits in order of obtaining."""

    trade: Trade
    circumstances: tuple[Circumstance, ...]
    phrases: tuple[str, ...]
    before: tuple[Need, ...]
    after: tuple[Need, ...]
    others: tuple[Trade, ...]
    """Other trades that the words may have meant."""
    barriers: tuple[Barrier, ...] = ()
    """What the law does not allow here at all, or only under a condition; forbidden first."""

    @property
    def forbidden(self) -> bool:
        """The law does not allow this trade under these circumstances, whatever permits one has."""
        return any(barrier.forbids for barrier in self.barriers)


def guide(book: TradeBook, question: str) -> Guide | None:
    """Everything there is to say about a question in a person's own words; None when no trade is understood."""
    meant = trades_meant(book, question)
    if not meant:
        return None
    trade, found = meant[0], circumstances_meant(book, question)
    needs = needed(book, trade, {each.id for each in found})
    before = tuple(need for need in needs if need.permit.kind == "prior")
    after = tuple(need for need in needs if need.permit.kind != "prior")
    barriers = barriers_of(book, trade, {each.id for each in found})
    return Guide(trade, tuple(found), trade.phrases, before, after, tuple(meant[1:4]), tuple(barriers))


def barriers_of(book: TradeBook, trade: Trade, circumstances: Collection[str]) -> list[Barrier]:
    """What stands against a trade under the circumstances, its own barriers and those of its phrases, forbidden first."""
    met = [each for each in book.barriers if trade.id in each.trades or set(each.phrases) & set(trade.phrases)]
    given = set(circumstances)
    holding = [each for each in met if all(not asked or set(asked) & given for asked in (each.when, each.also))]
    return sorted(holding, key=lambda each: not each.forbids)


def follow_ups(book: TradeBook, scope_text: str, trade_id: str = "", question: str = "") -> list[Need]:
    """What a founded company still has to obtain, in order: by the scope on its licence, its trade and circumstances.

    `question` may hold anything that says where and how ("直播卖货, 学校旁边"). Permits that came before the licence
    are there already and left out.
    """
    phrases = [each.phrase.text for each in map_scope(book, scope_text) if each.phrase is not None]
    trade = book.trade(trade_id) or Trade(id="scope", name=Text.same(scope_text), words=(), gb="")
    whole = trade.model_copy(update={"phrases": tuple(dict.fromkeys(phrases or trade.phrases))})
    held = {each.id for each in circumstances_meant(book, question)}
    return [need for need in needed(book, whole, held) if need.permit.kind != "prior"]


def needed(book: TradeBook, trade: Trade, circumstances: Collection[str]) -> list[Need]:
    """Permits of a trade under the circumstances, each after those it rests on."""
    reasons: dict[str, list[Text]] = {}
    for text in trade.phrases:
        phrase = book.phrase(text)
        for permit_id in phrase.permits if phrase else ():
            reasons.setdefault(permit_id, []).append(say("trades.in_scope", text=text))
    for edge in trade.permits:
        held = [each for each in book.circumstances if each.id in edge.when and each.id in circumstances]
        if not edge.when or held:
            words = [each.name for each in held] or [trade.name]
            reasons.setdefault(edge.permit, []).extend(words)
    return in_order(book, reasons)


def in_order(book: TradeBook, reasons: dict[str, list[Text]]) -> list[Need]:
    """Permits sorted so that what comes first is first; those that something else rests on are added."""
    todo = list(reasons)
    while todo:
        permit = book.permit(todo.pop())
        for before in permit.after if permit else ():
            if before not in reasons:
                name = permit.name if permit else Text.same(before)
                reasons[before] = [say("trades.needed_for", name=name)]
                todo.append(before)
    graph: dict[str, list[str]] = {}
    for permit_id in reasons:
        permit = book.permit(permit_id)
        graph[permit_id] = [before for before in permit.after if before in reasons] if permit else []
    order = TopologicalSorter(graph).static_order()
    return [Need(permit, tuple(reasons[name])) for name in order if (permit := book.permit(name)) is not None]
