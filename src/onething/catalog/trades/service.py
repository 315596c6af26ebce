"""The door of trades: what somebody who wants to open a shop needs, and free wording mapped to a business scope.

Asking:
`guide`: a question in a person's own words → the trade, its permits and circumstances; None when no trade is
    understood.
`follow_ups`: what a founded company still has to obtain, in order, by the scope on its licence; prior permits left
    out.
`map_scope`: each piece of a free wording with the standard phrase that it means and how sure that is.

Nouns: `Permit` (a permission or a filing), `SURE` (from this likeness on a phrase is sure).
"""

from onething.catalog.model.trades import Permit
from onething.catalog.trades.guide import follow_ups, guide
from onething.catalog.trades.scope import SURE, map_scope

__all__ = [
    "SURE",
    "Permit",
    "follow_ups",
    "guide",
    "map_scope",
]
