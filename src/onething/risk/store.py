"""Rows in, graph out: relations are added once, the graph is rebuilt from them, and a process keeps one in memory.

The graph in memory takes up new relations at most every `REFRESH` seconds: merging costs about a second for a million.
"""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from onething.core.db import upsert
from onething.risk.graph import NEVER, Edges, Nodes, RelationGraph
from onething.risk.models import Kind, Role
from onething.risk.surroundings import Known
from onething.risk.tables import EntityRow, RelationRow

REFRESH = 30.0
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation to be stored, by entity keys (`graph.entity_key`)."""

    company: int
    other: int
    kind: Kind
    role: Role
    since: int
    share: float = 0.0


def add(session: Session, relations: Iterable[Relation]) -> None:
    """Store relations and the entities they name; what is there already stays as it is."""
    rows = list(relations)
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        entities = {r.company: int(Kind.COMPANY) for r in part} | {r.other: int(r.kind) for r in part}
        upsert(
            session,
            EntityRow,
            [{"key": key, "kind": kind, "revoked": False, "shared": False} for key, kind in sorted(entities.items())],
        )
        upsert(
            session,
            RelationRow,
            [
                {"company": r.company, "other": r.other, "role": int(r.role), "since": r.since, "share": r.share}
                for r in part
            ],
        )


def end_company(session: Session, key: int, moment: int, *, revoked: bool) -> None:
    """The company ended at `moment`; `revoked` when an authority ended it for cause."""
    row = session.get(EntityRow, key)
    if row is None:
        session.add(EntityRow(key=key, kind=int(Kind.COMPANY), ended=moment, revoked=revoked))
    else:
        row.ended, row.revoked = moment, revoked


def declare_shared(session: Session, keys: Sequence[int]) -> None:
    """Addresses an authority has declared to be shared; others that were, are no longer."""
    wanted = set(keys)
    for row in session.scalars(select(EntityRow).where(EntityRow.shared)):
        row.shared = row.key in wanted
    for key in wanted:
        row = session.get(EntityRow, key)
        if row is None:
            session.add(EntityRow(key=key, kind=int(Kind.ADDRESS), revoked=False, shared=True))
        else:
            row.shared = True


def build(session: Session) -> RelationGraph:
    """The graph of all rows: about two seconds for a million relations."""
    entities = _columns(session, "SELECT key, kind, ended, revoked, shared FROM risk_entity ORDER BY key", 5)
    ended = np.array([NEVER if value is None else value for value in entities[2]], np.int32)
    nodes = Nodes(
        np.array(entities[0], np.int64), np.array(entities[1], np.int8), ended,
        np.array(entities[3], np.bool_), np.array(entities[4], np.bool_),
    )  # fmt: skip
    relations = _columns(session, "SELECT company, other, role, since, until, share FROM risk_relation", 6)
    company, other = (
        np.searchsorted(nodes.key, np.array(column, np.int64)).astype(np.int32) for column in relations[:2]
    )
    until = np.array([NEVER if value is None else value for value in relations[4]], np.int32)
    edges = Edges(
        company, other, np.array(relations[2], np.int8), np.array(relations[3], np.int32), until,
        np.array(relations[5], np.float32),
    )  # fmt: skip
    return RelationGraph(nodes, edges)


def _columns(session: Session, query: str, count: int) -> list[list[Any]]:
    """Columns of a plain query: rows of a million objects would cost ten times as much."""
    rows = session.connection().execute(text(query)).fetchall()
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(count)]


@dataclass
class Memory:
    """The graph of this process, refreshed when relations were added."""

    known: Known | None = None
    state: tuple[Any, ...] = ()
    at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, session: Session) -> Known:
        with self.lock:
            if self.known is not None and time.monotonic() - self.at < REFRESH:
                return self.known
            state = _state(session)
            if self.known is None or state != self.state:
                self.known, self.state = Known.of(build(session)), state
            self.at = time.monotonic()
            return self.known

    def forget(self) -> None:
        """The next look is at the rows as they are then."""
        with self.lock:
            self.known, self.state = None, ()


def _state(session: Session) -> tuple[Any, ...]:
    relations = session.scalar(select(func.max(RelationRow.seq)))
    entities = session.execute(select(func.count(), func.sum(EntityRow.ended)).select_from(EntityRow)).one()
    return relations, *entities, session.scalar(select(func.count()).where(EntityRow.shared))
