"""Which subscriptions hear of what happens now, looked up once every `HEARD_SECONDS` and kept in between.

So an installation without any pays nothing per event. A change made in this process counts at once, one made elsewhere
within that time.
"""

import time
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from onething.webhooks.states import SubscriptionState
from onething.webhooks.tables import SubscriptionRow

HEARD_SECONDS = 2.0
_known: "WeakKeyDictionary[Any, tuple[float, tuple[Hearing, ...]]]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Hearing:
    """What of a subscription decides whether an event is for it."""

    id: str
    types: tuple[str, ...]
    agency: str | None

    def names(self, event_type: str) -> bool:
        """Whether it wants events of this type."""
        return any(
            each in ("*", event_type) or (each.endswith(".*") and event_type.startswith(each[:-1]))
            for each in self.types
        )


def hearing(session: Session) -> tuple[Hearing, ...]:
    """All that are told of anything."""
    engine: Any = session.get_bind().engine
    until, known = _known.get(engine, (0.0, ()))
    if time.monotonic() >= until:
        columns = (SubscriptionRow.id, SubscriptionRow.types, SubscriptionRow.agency)
        rows = session.execute(select(*columns).where(SubscriptionRow.state == SubscriptionState.ACTIVE))
        known = tuple(Hearing(row.id, tuple(row.types), row.agency) for row in rows)
        _known[engine] = (time.monotonic() + HEARD_SECONDS, known)
    return known


def _forget(_session: Session | None = None) -> None:
    _known.clear()


def changed(session: Session) -> None:
    """This transaction changes subscriptions: look them up anew, in it and after it."""
    _forget()
    event.listen(session, "after_commit", _forget, once=True)
    event.listen(session, "after_rollback", _forget, once=True)
