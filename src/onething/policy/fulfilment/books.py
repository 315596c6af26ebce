"""The clauses of a city on a day, with what officials have approved since, compiled once and kept until one changes."""

import threading
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from onething.core import events
from onething.policy.events import PolicyClauseLive
from onething.policy.knowledge import store
from onething.policy.matching.clauses import ClauseBook, load_clauses, make_book
from onething.policy.models import Clause, Relation
from onething.policy.whose import policy_folder

__all__ = ["CityBooks", "policy_folder"]


class CityBooks:
    """`of(session, day)`. Looks for newly approved clauses at each call, by one index read."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()
        self._kept: dict[date, tuple[tuple[object, ...], ClauseBook]] = {}

    def of(self, session: Session, day: date) -> ClauseBook:
        """The book of a day. Raises `Problem(BAD_CLAUSES)`."""
        package, links = load_clauses(self._folder)
        approved = events.last_of_type(session, PolicyClauseLive)
        related = len(store.relations(session)) if approved else 0
        mark = (id(package), approved, related)
        with self._lock:
            kept = self._kept.get(day)
            if kept is not None and kept[0] == mark:
                return kept[1]
        book = make_book(*_together(session, day, package, links) if approved else (package, day, links))
        with self._lock:
            if len(self._kept) > 16:
                self._kept.clear()
            self._kept[day] = (mark, book)
        return book


def _together(session: Session, day: date, package: tuple[Clause, ...], links: tuple[Relation, ...]) -> tuple[tuple[Clause, ...], date, tuple[Relation, ...]]:  # fmt: skip
    """An approved clause takes the place of the package's of the same id; its versions are counted on from the package's."""
    found = {each.id: each for each in package}
    for each in store.live_clauses(session, day):
        before = found.get(each.id)
        found[each.id] = each if before is None else each.model_copy(update={"version": before.version + each.version})
    return tuple(found.values()), day, (*links, *store.relations(session))
