"""The relation graph: companies and what they have in common, in columns, each relation with the time it was valid.

A company's relations and an entity's companies are two slices of two sorted arrays (compressed sparse rows), so what
was known at a moment is a slice and a comparison, whatever the size. Truth stays in the database's rows; this is rebuilt nightly and
during the day takes up what was added (`store`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onething.core.private import keyed_hash
from onething.risk.models import Kind, Role

Ints = NDArray[np.int32]
NEVER = np.iinfo(np.int32).max
"""`until` of a relation that is still valid; `ended` of a company that lives."""
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
YEAR = 525_600
DAY = 1_440


def minutes(moment: datetime) -> int:
    """Minutes since 2000-01-01 UTC: 32 bits last until the year 6000."""
    return int((moment - _EPOCH).total_seconds() // 60)


def entity_key(kind: Kind, value: str) -> int:
    """63 bits that stand for an id number, telephone, address code …: keyed, so nobody can try numbers against the file."""
    return int(keyed_hash(f"risk:{int(kind)}", value)[:16], 16) >> 1  # positive in a signed 64-bit column


@dataclass(slots=True)
class Edges:
    """Relations as columns of equal length; `company` and `other` are node numbers."""

    company: Ints
    other: Ints
    role: NDArray[np.int8]
    since: Ints
    until: Ints
    share: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.company)

    def take(self, order: NDArray[Any]) -> "Edges":
        return Edges(*(getattr(self, name)[order] for name in self.__slots__))


@dataclass(slots=True)
class Nodes:
    """Entities as columns. Attributes that a kind does not have are 0 or NaN."""

    key: NDArray[np.int64]
    """Sorted: a node's number is its place here."""
    kind: NDArray[np.int8]
    ended: Ints
    """Companies: when they ended, or `NEVER`."""
    revoked: NDArray[np.bool_]
    """Companies: whether they were ended by an authority for cause, not by themselves."""
    shared: NDArray[np.bool_]
    """Addresses an authority has declared to be shared (incubator, cluster registration)."""

    def __len__(self) -> int:
        return len(self.key)


class RelationGraph:
    """Nodes, relations and both directions of looking them up."""

    def __init__(self, nodes: Nodes, edges: Edges) -> None:
        self.nodes = nodes
        by_other = edges.take(np.lexsort((edges.since, edges.other)))
        by_company = edges.take(np.lexsort((edges.since, edges.company)))
        self._others, self._companies = by_other, by_company
        self._other_start = np.searchsorted(by_other.other, np.arange(len(nodes) + 1)).astype(np.int64)
        self._company_start = np.searchsorted(by_company.company, np.arange(len(nodes) + 1)).astype(np.int64)

    @property
    def edges(self) -> Edges:
        """All relations, ordered by company and time."""
        return self._companies

    def find(self, keys: Iterable[int]) -> Ints:
        """Node numbers of entity keys, -1 for those never seen."""
        wanted = np.fromiter(keys, np.int64)
        if len(self.nodes) == 0:
            return np.full(len(wanted), -1, np.int32)
        place = np.minimum(np.searchsorted(self.nodes.key, wanted), len(self.nodes) - 1)
        return np.where(self.nodes.key[place] == wanted, place, -1).astype(np.int32)

    def known_of(self, node: int, moment: int) -> slice:
        """The slice of `of_other` that holds the node's companies known before `moment`, oldest first."""
        start, end = self._other_start[node], self._other_start[node + 1]
        return slice(start, start + int(np.searchsorted(self._others.since[start:end], moment)))

    def between(self, node: int, after: int, before: int) -> int:
        """How many companies came to the node from `after` on and before `before`."""
        start, end = self._other_start[node], self._other_start[node + 1]
        first, last = np.searchsorted(self._others.since[start:end], (after, before))
        return int(last - first)

    @property
    def of_other(self) -> Edges:
        """Relations ordered by entity and time: what `known_of` is a slice of."""
        return self._others

    def companies_at(self, node: int, moment: int) -> Ints:
        """Companies the node belonged to at some time before `moment`; repeated when in several roles."""
        return self._others.company[self.known_of(node, moment)]

    def degree(self, node: int, moment: int) -> int:
        part = self.known_of(node, moment)
        return part.stop - part.start

    def members_of(self, companies: Ints, moment: int) -> Edges:
        """All relations of the companies that were known before `moment`."""
        starts, ends = self._company_start[companies], self._company_start[companies + 1]
        counts = ends - starts
        offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(counts)[:-1])), counts) if len(counts) else starts
        rows = np.arange(int(counts.sum()), dtype=np.int64) + offsets
        rows = rows[self._companies.since[rows] < moment]
        return self._companies.take(rows)

    def began(self, companies: Ints) -> Ints:
        """Minutes at which each company's first relation began: its registration. 0 for a company without relations."""
        starts = self._company_start[companies]
        bare = starts == self._company_start[companies + 1]
        return np.where(bare, 0, self._companies.since[np.minimum(starts, len(self._companies) - 1)]).astype(np.int32)

    def alive(self, companies: Ints, moment: int) -> NDArray[np.bool_]:
        return self.nodes.ended[companies] >= moment

    def revoked(self, companies: Ints, moment: int) -> NDArray[np.bool_]:
        """Ended for cause, and known to be so before `moment`."""
        return self.nodes.revoked[companies] & (self.nodes.ended[companies] < moment)

    def save(self, path: Path) -> None:
        """One uncompressed `.npz`; written beside and renamed, so a reader never sees half of it."""
        columns = {f"node_{name}": getattr(self.nodes, name) for name in Nodes.__slots__}
        columns |= {f"edge_{name}": getattr(self._companies, name) for name in Edges.__slots__}
        unfinished = path.with_suffix(".part.npz")
        np.savez(unfinished, **columns)
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "RelationGraph":
        with np.load(path, allow_pickle=False) as file:
            nodes = Nodes(*(file[f"node_{name}"] for name in Nodes.__slots__))
            edges = Edges(*(file[f"edge_{name}"] for name in Edges.__slots__))
        return cls(nodes, edges)


def holdings(graph: RelationGraph) -> Edges:
    """Relations in which a company holds a share of a company."""
    edges = graph.edges
    held = (edges.role == Role.HOLDER) & (graph.nodes.kind[edges.other] == Kind.COMPANY)
    return edges.take(np.flatnonzero(held))
