"""Questions to the industry-access graph: "a bubble-tea shop near a school: what do I need, from whom, in what order?" """

from collections.abc import Collection
from dataclasses import dataclass
from graphlib import TopologicalSorter

from rapidfuzz import fuzz

from onething.catalog.trades import Circumstance, Permit, Trade, TradeBook
from onething.core.i18n import Text


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


def trades_meant(book: TradeBook, question: str) -> list[Trade]:
    """Trades that the words name, the best first; [] when none."""
    said = question.casefold()
    scored: list[tuple[float, Trade]] = []
    for trade in book.trades:
        names = [*trade.words, trade.name.zh, trade.name.en.casefold(), *trade.name_words]
        hits = [len(word) for word in names if word and word.casefold() in said]
        near = max((fuzz.partial_ratio(word.casefold(), said) for word in names if len(word) > 2), default=0.0)
        score = 100.0 + max(hits) if hits else near
        if score >= 75:
            scored.append((score, trade))
    if any(score >= 100 for score, _ in scored):  # somebody who named a trade is not offered what merely looks alike
        scored = [pair for pair in scored if pair[0] >= 100]
    return [trade for _, trade in sorted(scored, key=lambda pair: -pair[0])]


def circumstances_meant(book: TradeBook, question: str) -> list[Circumstance]:
    said = question.casefold()
    return [each for each in book.circumstances if any(word.casefold() in said for word in each.words)]


def guide(book: TradeBook, question: str) -> Guide | None:
    """Everything there is to say about a question in a person's own words; None when no trade is understood."""
    meant = trades_meant(book, question)
    if not meant:
        return None
    trade, found = meant[0], circumstances_meant(book, question)
    needs = needed(book, trade, {each.id for each in found})
    before = tuple(need for need in needs if need.permit.kind == "prior")
    after = tuple(need for need in needs if need.permit.kind != "prior")
    return Guide(trade, tuple(found), trade.phrases, before, after, tuple(meant[1:4]))


def needed(book: TradeBook, trade: Trade, circumstances: Collection[str]) -> list[Need]:
    """Permits of a trade under the circumstances, each after those it rests on."""
    reasons: dict[str, list[Text]] = {}
    for text in trade.phrases:
        phrase = book.phrase(text)
        for permit_id in phrase.permits if phrase else ():
            reasons.setdefault(permit_id, []).append(Text(zh=f"经营范围含“{text}”", en=f"the scope includes “{text}”"))
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
                name = permit.name if permit else Text(zh=before, en=before)
                reasons[before] = [Text(zh=f"办“{name.zh}”要先有", en=f"needed for “{name.en}”")]
                todo.append(before)
    graph: dict[str, list[str]] = {}
    for permit_id in reasons:
        permit = book.permit(permit_id)
        graph[permit_id] = [before for before in permit.after if before in reasons] if permit else []
    order = TopologicalSorter(graph).static_order()
    return [Need(permit, tuple(reasons[name])) for name in order if (permit := book.permit(name)) is not None]
