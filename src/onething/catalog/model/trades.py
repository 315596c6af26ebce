"""Trades, scope phrases, permits and the circumstances that call for them: the industry-access graph of a city, as data.

Nodes: trades, phrases of the business scope, permits, authorities (agency names), circumstances. Edges: a trade *is
described by* phrases and *needs* permits, a permit *is given by* an authority, *comes after* other permits and *holds
under* circumstances. After 市场监管总局《经营范围登记规范表述目录》 and the lists of 先照后证 / 先证后照 matters.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from onething.catalog.model.agencies import LegalGround, Model, Slug
from onething.catalog.model.kinds import CircumstanceName, Free, GoodsName, Number, PermitName, PhraseName, TradeName
from onething.core.i18n import Text


class Circumstance(Model):
    """Something about a place or a way of trading that changes what is needed ("near a school")."""

    id: Slug
    name: Text
    words: tuple[Free, ...]
    """How people say it, in either language."""
    about: Literal["place", "thing"] = "place"
    """`thing`: its words name what is sold or made (卖酒), so they are read as such and not passed over as a place or a way."""
    advice: Text | None = None
    ground: LegalGround | None = None


class Permit(Model):
    """A permission or a filing. `prior`: before the licence (先证后照); `later`: after it, before the business starts."""

    id: Slug
    name: Text
    kind: Literal["prior", "later", "filing"]
    authority: Text
    ground: LegalGround
    needs: tuple[Text, ...] = ()
    """Conditions and papers, each in one line."""
    after: tuple[PermitName, ...] = ()
    """Permits that must be there first."""
    working_days: int | None = Field(default=None, ge=0)


class Phrase(Model):
    """A standard wording of the business scope, with the class of GB/T 4754-2017 it belongs to."""

    text: Free
    gb: Number
    permits: tuple[PermitName, ...] = ()
    words: tuple[Free, ...] = ()
    """Everyday wordings that mean it."""
    restricted_foreign: LegalGround | None = None
    """On the negative list for foreign investment: the entry."""
    foreign: Literal["prohibited", "limited"] = "prohibited"
    """For an entry of the negative list: no foreign investment at all, or only with a cap or a Chinese partner."""


class Needed(Model):
    permit: PermitName
    when: tuple[CircumstanceName, ...] = ()
    """Circumstances, of which one must hold; none: always."""


Act = Literal[
    "sell", "wholesale", "make", "do", "repair", "rent", "grow", "teach", "design", "install", "recycle", "broker", "deliver",
]  # fmt: skip
"""What somebody does with things. `do` is the light verb (做蛋糕): making a little of it and selling that."""


class Goods(Model):
    """Things that several trades deal with, each by its act: fruit is sold, sold wholesale, grown."""

    id: Slug
    words: tuple[Free, ...]
    """What people call them, in either language."""


class Trade(Model):
    """A line of business as people call it."""

    id: Slug
    name: Text
    words: tuple[Free, ...] = ()
    """Words that by themselves mean this trade, in either language."""
    acts: tuple[Act, ...] = ()
    """What is done to `goods`: doing one of these to one of them is this trade (卖水果, 水果店, 水果零售)."""
    goods: tuple[GoodsName, ...] = ()
    """Things that it deals with, by `acts`."""
    gb: Number
    """Letter and division, group or class of GB/T 4754-2017."""
    name_words: tuple[Free, ...] = ()
    """What a company of this trade may call its trade in its name (行业或经营特点)."""
    phrases: tuple[PhraseName, ...] = ()
    permits: tuple[Needed, ...] = ()


class Barrier(Model):
    """What the law does not allow (`forbids`), or allows only so, for trades or phrases under circumstances."""

    trades: tuple[TradeName, ...] = ()
    phrases: tuple[PhraseName, ...] = ()
    when: tuple[CircumstanceName, ...] = ()
    """Circumstances, of which one must hold; none: always."""
    also: tuple[CircumstanceName, ...] = ()
    """Further circumstances, of which one must hold as well."""
    forbids: bool = True
    text: Text
    ground: LegalGround


class Ban(Model):
    """What nobody may do for a living, wherever and with whatever permit."""

    id: Slug
    name: Text
    words: tuple[Free, ...]
    """How people say it, in either language."""
    text: Text
    """What the law says of it, in a sentence."""
    ground: LegalGround


class TradeBook(Model):
    """The whole graph of a city, or the part of it that stands in one file."""

    circumstances: tuple[Circumstance, ...] = ()
    permits: tuple[Permit, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    trades: tuple[Trade, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    goods: tuple[Goods, ...] = ()
    bans: tuple[Ban, ...] = ()

    @classmethod
    def joined(cls, books: "Iterable[TradeBook]") -> "TradeBook":
        """One graph out of the files of a city, in their order."""
        parts = list(books)
        return cls(**{name: tuple(each for part in parts for each in getattr(part, name)) for name in cls.model_fields})

    def permit(self, permit_id: str) -> Permit | None:
        return next((each for each in self.permits if each.id == permit_id), None)

    def trade(self, trade_id: str) -> Trade | None:
        return next((each for each in self.trades if each.id == trade_id), None)

    def phrase(self, text: str) -> Phrase | None:
        return next((each for each in self.phrases if each.text == text), None)
