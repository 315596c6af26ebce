"""Wakes this process's senders the moment a transaction with a message in it is saved."""

from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.orm import Session

from onething.core.processes.rounds import Bell

_bells: WeakSet[Bell] = WeakSet()
_FLAG = "onething_webhooks_wake"


def new_bell() -> Bell:
    """Rung whenever a message may be due, for as long as somebody holds it."""
    bell = Bell()
    _bells.add(bell)
    return bell


def _ring(_session: Session) -> None:
    for bell in list(_bells):
        bell.ring()


def after_commit(session: Session) -> None:
    """Ring when this session's transaction is saved; before that there would be nothing to see."""
    if not session.info.get(_FLAG):
        session.info[_FLAG] = True
        event.listen(session, "after_commit", _ring)
