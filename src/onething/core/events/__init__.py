"""The append-only event log, and the types of events that may stand in it. Timelines, notices and exports are derived from it alone.

Each room declares its types in its `events.py` (`declaring.py` says how). What is appended is checked against its
declaration; what is read is brought to the newest version of its type. A room that wants to act on an event in the same
transaction (for example to put an SMS into the outbox) subscribes; so an event and its consequences are saved together or
not at all.
"""

from onething.core.events.declaring import (
    STREAM,
    BadEventError,
    Concerns,
    EventData,
    Passing,
    Withheld,
    declaration,
    declare,
)
from onething.core.events.log import (
    SYSTEM,
    Event,
    Later,
    Subscriber,
    actors,
    acts,
    append,
    append_many,
    by_ids,
    gathered,
    last_of_type,
    last_seq,
    of_stream,
    of_type,
    since,
    stream_concerning,
    subscribe,
    subscribe_to_groups,
)
from onething.core.events.looks import OTHER, Access, FoundAccess, accesses_to, lookers, record_access, search_accesses
from onething.core.events.objects import ISSUED, ObjectType

__all__ = [
    "ISSUED",
    "OTHER",
    "STREAM",
    "SYSTEM",
    "Access",
    "BadEventError",
    "Concerns",
    "Event",
    "EventData",
    "FoundAccess",
    "Later",
    "ObjectType",
    "Passing",
    "Subscriber",
    "Withheld",
    "accesses_to",
    "actors",
    "acts",
    "append",
    "append_many",
    "by_ids",
    "declaration",
    "declare",
    "gathered",
    "last_of_type",
    "last_seq",
    "lookers",
    "of_stream",
    "of_type",
    "record_access",
    "search_accesses",
    "since",
    "stream_concerning",
    "subscribe",
    "subscribe_to_groups",
]
