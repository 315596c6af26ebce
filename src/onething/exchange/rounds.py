"""What every worker does for the exchange: stored orders are sent on, and what was kept only for a time is forgotten."""

import asyncio

from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.process import Process
from onething.core.rounds import Round, run_rounds
from onething.core.settings import settings_of
from onething.exchange.robots.service import forget_pictures
from onething.exchange.service import Exchange, ForwardRounds, forget_orders
from onething.exchange.settings import ExchangeSettings


def exchange_of(process: Process) -> Exchange:
    """The one exchange of a process: its breakers and connections are shared by cases and stored orders."""

    def make() -> Exchange:
        made = Exchange(get_city(), process.db)
        made.may_send = lambda: process.may_act()
        return made

    return process.share(Exchange, make)


def forwarding(process: Process) -> ForwardRounds:
    """Orders for agencies that were away go on by themselves once these are back."""
    return ForwardRounds(process.db, exchange_of(process).ask, may_send=lambda: process.may_act())


class Forgetting:
    """Once an hour: pictures of robots and what became of orders are not kept for ever."""

    def __init__(self, db: Database, keep_days: int, every: float = 3600.0) -> None:
        self._db, self._keep_days, self._every = db, keep_days, every

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. What could not be forgotten is forgotten the next time."""
        await run_rounds([Round("forgetting", self._every, self._look, at_once=False)], stop)

    async def _look(self) -> None:
        await asyncio.to_thread(forget_pictures, self._db, self._keep_days)
        await asyncio.to_thread(forget_orders, self._db, self._keep_days)


def forgetting(process: Process) -> Forgetting:
    """Kept for as many days as the settings say."""
    return Forgetting(process.db, settings_of(ExchangeSettings).keep_days)
