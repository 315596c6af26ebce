"""What was stored before it lay sealed is sealed when a worker starts, some hundred rows at a time; the next start goes on.

A room that has such rows names them behind the last it was shown, and seals the ones it is given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from onething.casework import names
from onething.core.db import Database
from onething.core.logs import get_logger
from onething.payments import payees
from onething.subjects import accounts, sealing

log = get_logger("casework.sealing_up")


@dataclass(frozen=True, slots=True)
class LiesOpen:
    """One kind of rows: `find` gives the next ids behind one, in order, and none at the end."""

    what: str
    find: Callable[[Session, str], list[str]]
    seal: Callable[[Session, Sequence[str]], None]


KINDS = (
    LiesOpen("names on cases", names.open_ones, names.seal_open_ones),
    LiesOpen("people and phones of companies", sealing.open_ones, sealing.seal_open_ones),
    LiesOpen("accounts of companies", accounts.open_ones, accounts.seal_open_ones),
    LiesOpen("payees of orders", payees.open_ones, payees.seal_open_ones),
)


def seal_up(db: Database, stopped: Callable[[], bool], kinds: Sequence[LiesOpen] = KINDS) -> None:
    """Until nothing lies open or `stopped` says so. What fails of one kind is logged and does not keep the others open."""
    for kind in kinds:
        try:
            _seal_kind(db, stopped, kind)
        except Exception as error:  # noqa: BLE001 - the next start goes on with it
            log.warning("could not be sealed", what=kind.what, error=type(error).__name__)


def _seal_kind(db: Database, stopped: Callable[[], bool], kind: LiesOpen) -> None:
    last = ""
    while not stopped():
        with db.reading() as session:
            found = kind.find(session, last)
        if not found:
            return
        with db.transaction() as session:
            kind.seal(session, found)
        last = found[-1]
