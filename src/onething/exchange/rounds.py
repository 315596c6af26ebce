"""What every worker does for the exchange: stored orders are sent on, and what was kept only for a time is forgotten."""

from onething.catalog.service import get_city
from onething.core.processes.process import Process
from onething.core.processes.rounds import Round, threaded
from onething.core.settings import settings_of
from onething.exchange.robots.service import forget_pictures
from onething.exchange.service import Exchange, forget_orders, forward_round
from onething.exchange.settings import ExchangeSettings


def exchange_of(process: Process) -> Exchange:
    """The one exchange of a process: its breakers and connections are shared by cases and stored orders."""

    def make() -> Exchange:
        made = Exchange(get_city(), process.db)
        made.may_send = lambda: process.may_act()
        return made

    return process.share(Exchange, make)


def forwarding(process: Process) -> Round:
    """Orders for agencies that were away go on by themselves once these are back."""
    return forward_round(process.db, exchange_of(process).ask, may_send=lambda: process.may_act())


def forgetting(process: Process) -> Round:
    """Once an hour: pictures of robots and what became of orders are kept for as many days as the settings say."""
    db, keep_days = process.db, settings_of(ExchangeSettings).keep_days

    def look() -> None:
        forget_pictures(db, keep_days)
        forget_orders(db, keep_days)

    return threaded("exchange.forget", 3600.0, look, at_once=False)
