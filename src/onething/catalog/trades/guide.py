"""Questions to the industry-access graph: "a bubble-tea shop near a school: what do I need, from whom, in what order?" """

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from onething.catalog.model.trades import Ban, Barrier, Circumstance, Permit, Trade, TradeBook
from onething.catalog.trades.lexicon import lexicon_of
from onething.catalog.trades.likeness import like
from onething.catalog.trades.saying import Reading, read
from onething.catalog.trades.scope import map_scope
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)

MOST_PARTS = 8
"""Parts that were not understood and are quoted; who says more at once is asked to say less."""


@dataclass(frozen=True, slots=True)
class Need:
    """A permit with the reason why it is needed here."""

    permit: Permit
    because: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that were not understood, and the trades that they may have meant, the nearest first."""

    said: str
    near: tuple[Trade, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """The answer: trades that were understood, circumstances, prior and later permits in order of obtaining.

    Nothing is claimed of what was not understood: `unclear` quotes it. `declined` is what the person said is not to be done.
    """

    trades: tuple[Trade, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    declined: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    """Told of the past or of somebody else, and not used."""
    bans: tuple[Ban, ...] = ()
    """What was said and nobody may do."""
    circumstances: tuple[Circumstance, ...] = ()
    before: tuple[Need, ...] = ()
    after: tuple[Need, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    """What the law does not allow here at all, or only under a condition; forbidden first."""
    cut: bool = False
    """The question was longer than is read."""

    @property
    def understood(self) -> bool:
        return bool(self.trades or self.bans)

    @property
    def whole(self) -> bool:
        """Everything that was said was understood: only then may it be said that nothing else is needed."""
        return bool(self.trades) and not self.unclear and not self.bans and not self.cut

    @property
    def unregistered(self) -> tuple[Trade, ...]:
        """Trades that no company is registered for (a stall, a law firm): no phrase of a scope describes them."""
        return tuple(trade for trade in self.trades if not trade.phrases)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Standard phrases of everything that was understood."""
        return tuple(dict.fromkeys(text for trade in self.trades for text in trade.phrases))

    @property
    def forbidden(self) -> bool:
        """The law does not allow this trade under these circumstances, whatever permits one has."""
        return bool(self.bans) or any(barrier.forbids for barrier in self.barriers)


def guide(book: TradeBook, question: str) -> Guide:
    """Everything there is to say about a question in a person's own words, of any length; it never fails."""
    lexicon = lexicon_of(book)
    reading = read(lexicon, question)
    trades = tuple(lexicon.trades[claim.trade] for claim in reading.claims)
    found = tuple(each for each in book.circumstances if each.id in reading.places)
    given = {each.id for each in found}
    needs = needed_of(book, trades, given)
    barriers: dict[int, Barrier] = {id(each): each for trade in trades for each in barriers_of(book, trade, given)}
    return Guide(
        trades, _unclear(book, reading), reading.declined, reading.aside,
        tuple(each for each in book.bans if each.id in reading.bans), found,
        tuple(need for need in needs if need.permit.kind == "prior"),
        tuple(need for need in needs if need.permit.kind != "prior"),
        tuple(sorted(barriers.values(), key=lambda each: not each.forbids)), reading.cut,
    )  # fmt: skip


def _unclear(book: TradeBook, reading: Reading) -> tuple[Unclear, ...]:
    lexicon = lexicon_of(book)
    return tuple(
        Unclear(part.said, like(lexicon, part.core or part.said, part.hints)) for part in reading.unclear[:MOST_PARTS]
    )


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
    held = set(read(lexicon_of(book), question).places)
    return [need for need in needed(book, whole, held) if need.permit.kind != "prior"]


def needed(book: TradeBook, trade: Trade, circumstances: Collection[str]) -> list[Need]:
    """Permits of a trade under the circumstances, each after those it rests on."""
    return needed_of(book, [trade], circumstances)


def needed_of(book: TradeBook, trades: Sequence[Trade], circumstances: Collection[str]) -> list[Need]:
    """Permits of several trades at one place, each once, after those it rests on."""
    reasons: dict[str, list[Text]] = {}
    for trade in trades:
        for text in trade.phrases:
            phrase = book.phrase(text)
            for permit_id in phrase.permits if phrase else ():
                _add(reasons, permit_id, say("trades.in_scope", text=text))
        for edge in trade.permits:
            held = [each for each in book.circumstances if each.id in edge.when and each.id in circumstances]
            for name in [each.name for each in held] or ([] if edge.when else [trade.name]):
                _add(reasons, edge.permit, name)
    return in_order(book, reasons)


def _add(reasons: dict[str, list[Text]], permit_id: str, because: Text) -> None:
    known = reasons.setdefault(permit_id, [])
    if because not in known:
        known.append(because)


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
