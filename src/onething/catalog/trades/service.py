"""The door of trades: what somebody who wants to open a shop needs, and free wording mapped to a business scope."""

from onething.catalog.model.trades import Permit, TradeBook
from onething.catalog.trades.guide import Guide, Need, follow_ups, guide
from onething.catalog.trades.scope import SURE, Mapped, map_scope

__all__ = [
    "SURE",
    "Guide",
    "Mapped",
    "Need",
    "Permit",
    "TradeBook",
    "follow_ups",
    "guide",
    "map_scope",
]
