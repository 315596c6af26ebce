"""Encrypts rows stored before their column was sealed: when a worker starts, some hundred rows at a time; the next start goes on.

Each room says of its own rows which lie open and how they are sealed.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, SQLORMExpression

from onething.core.db import Database
from onething.core.logs import get_logger
from onething.trust.sealing.owners import key_store
from onething.trust.sealing.sealed_values import MARK
from onething.trust.sealing.subject_keys import SubjectSealer

log = get_logger("trust.sealing_up")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LiesOpen:
    """One kind of rows with text ids. `seal` gets the ids of some that lie open, and leaves none of them so."""

    what: str
    ids: SQLORMExpression[str]
    where: ColumnElement[bool]
    seal: Callable[[Session, Sequence[str]], None]

    def next(self, session: Session, after: str = "") -> list[str]:
        """Ids of some behind `after`, in order; none at the end."""
        query = select(self.ids).where(self.where, self.ids > after)
        return list(session.scalars(query.order_by(self.ids).limit(_AT_ONCE)))


def lies_open(column: SQLORMExpression[Any]) -> ColumnElement[bool]:
    """The column holds something that is not sealed."""
    return column.not_like(f"{MARK}%")


def who_can_be_sealed(session: Session, owners: Collection[str]) -> set[str]:
    """Those who were not erased; keys are made where there are none."""
    return set(SubjectSealer(key_store()).keys_of(session, set(owners), make=True, skip_erased=True))


def seal_up(db: Database, kinds: Sequence[LiesOpen], stopped: Callable[[], bool] = lambda: False) -> None:
    """Until nothing lies open or `stopped` says so. What fails of one kind is logged and does not keep the others open."""
    for kind in kinds:
        try:
            _seal_kind(db, kind, stopped)
        except Exception as error:  # noqa: BLE001 - the next start goes on with it
            log.warning("could not be sealed", what=kind.what, error=type(error).__name__)


def _seal_kind(db: Database, kind: LiesOpen, stopped: Callable[[], bool]) -> None:
    last = ""
    while not stopped():
        with db.reading() as session:
            found = kind.next(session, last)
        if not found:
            return
        with db.transaction() as session:
            kind.seal(session, found)
        last = found[-1]
