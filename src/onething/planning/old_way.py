"""What the same event asked of people before, computed from what the catalog says of each service."""

from onething.catalog.models import City, LifeEvent
from onething.planning.models import Effort


def old_way(city: City, event: LifeEvent) -> Effort:
    """One service after the other, each with its own form.

    Documents are counted once (people kept the same originals), fields each time they were written, visits and elapsed
    hours are added up, because each office wanted the outcome of the one before. `city` is part of the signature so that
    a city may one day bring measured figures of its own. Services that only some scopes of business ask for (`for_permit`) are left
    out: the figures are those of everybody.
    """
    del city
    ways = [service.old_way for service in event.services if service.for_permit is None]
    return Effort(
        documents=len({document for way in ways for document in way.documents}),
        fields=sum(len(way.fields) for way in ways),
        visits=sum(way.visits for way in ways),
        hours=sum(way.hours for way in ways),
    )
