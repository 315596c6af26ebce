"""Wakes this process's senders the moment a transaction with a message in it is saved."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

_sleepers: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}
_FLAG = "onething_notices_wake"


@contextmanager
def listening() -> Generator[asyncio.Event]:
    """Inside the block the event given is set whenever a message may be due; for the running loop."""
    bell = asyncio.Event()
    _sleepers[bell] = asyncio.get_running_loop()
    try:
        yield bell
    finally:
        del _sleepers[bell]


def ring() -> None:
    """Wake all senders of this process; may be called from any thread."""
    for bell, loop in list(_sleepers.items()):
        if not loop.is_closed():
            loop.call_soon_threadsafe(bell.set)


def _ring(_session: Session) -> None:
    ring()


def after_commit(session: Session) -> None:
    """Ring when this session's transaction is saved; before that there would be nothing to see."""
    if session.info.get(_FLAG):
        return
    session.info[_FLAG] = True
    event.listen(session, "after_commit", _ring)
