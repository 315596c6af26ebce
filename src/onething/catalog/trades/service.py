"""The door of trades: what somebody who wants to open a shop needs, and free wording mapped to a business scope.

Asking:
`guide`: a question in a person's own words → a `Guide`: the trades it surely means, their permits and circumstances, what
    is forbidden, and (`Unclear`) every part that was not understood with trades that are near.
`follow_ups`: what a founded company still has to obtain, in order, by the scope on its licence; prior permits left
    out.

The scope of business, as it is printed:
`standard_parts`: (standard phrases as the catalogue writes them, pieces that are none) of a scope.
`phrase_offer`: a `PhraseOffer`: every phrase that may be chosen (`PhraseChoice`), those that are, and her own words that are none.
`proposed`: standard phrases that somebody's own words may mean, the surest first.
`joined`: pieces as one scope.
`map_scope`: each piece of a free wording with the standard phrase that it means and how sure that is.
`brought_about`: permits that services of the city's life events bring about, so that nobody has to apply for them.

Nouns: `LONGEST` (characters of a question that are read), `Permit` (a permission or a filing), `Phrase` (a standard phrase with its class),
`SURE` (from this likeness on a phrase is sure), `Trade` (a line of business).
"""

from onething.catalog.model.trades import Permit, Phrase, Trade
from onething.catalog.trades.choosing import (
    PhraseChoice,
    PhraseOffer,
    brought_about,
    joined,
    phrase_offer,
    proposed,
    standard_parts,
)
from onething.catalog.trades.guide import Guide, Unclear, follow_ups, guide
from onething.catalog.trades.saying import LONGEST
from onething.catalog.trades.scope import SURE, map_scope

__all__ = [
    "LONGEST",
    "SURE",
    "Guide",
    "Permit",
    "Phrase",
    "PhraseChoice",
    "PhraseOffer",
    "Trade",
    "Unclear",
    "brought_about",
    "follow_ups",
    "guide",
    "joined",
    "map_scope",
    "phrase_offer",
    "proposed",
    "standard_parts",
]
