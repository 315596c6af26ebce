"""What the graph of trades says is needed, made part of the case: a service `for_permit` gets its condition from the graph.

The graph stays the only place where it is written which phrases and trades need which permit.
"""

import json
import unicodedata

from onething.catalog.model.trades import TradeBook
from onething.catalog.models import City, LifeEvent, Service


def with_permit_tasks(city: City) -> City:
    """The city, each service `for_permit` with the condition under which the graph asks for that permit."""
    if not any(service.for_permit for event in city.life_events for service in event.services):
        return city
    return city.model_copy(update={"life_events": tuple(_event(city.trades, event) for event in city.life_events)})


def _event(book: TradeBook, event: LifeEvent) -> LifeEvent:
    return event.model_copy(update={"services": tuple(_service(book, event, each) for each in event.services)})


def _service(book: TradeBook, event: LifeEvent, service: Service) -> Service:
    wanted = event.permit_reminders
    if service.for_permit is None or wanted is None:
        return service
    condition = permit_condition(book, service.for_permit, wanted.scope)
    return service.model_copy(update={"when": f"({condition}) and ({service.when})" if service.when else condition})


def permit_condition(book: TradeBook, permit: str, scope: str) -> str:
    """Whether the scope as chosen (standard phrases; `scope` is an expression for it) needs a permit, in the rule language.

    Before there is a scope it is not: nobody is told of offices and days that most companies never meet.
    What the graph asks for because of a trade or a place, and not because of a phrase, is not done unasked: it stays a reminder.
    """
    phrases = [each.text for each in book.phrases if permit in each.permits]
    written = [*phrases, *(plain for each in phrases if (plain := unicodedata.normalize("NFKC", each)) not in phrases)]
    split = r'"\s*[;；。\n\r]+\s*"'
    some = (
        f"some part in split({scope}, {split}) satisfies list contains({json.dumps(written, ensure_ascii=False)}, part)"
    )
    return f"if is defined({scope}) then ({some}) else false"
