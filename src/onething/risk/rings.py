"""Rings of holdings: companies that, through others, hold shares of themselves.

Company Law art. 141 forbids a listed company's subsidiary to hold its shares; elsewhere a ring is lawful but empties
capital of its meaning. Strongly connected components of the graph of holdings, by SciPy.
"""

from dataclasses import dataclass

import numpy as np

from onething.risk.graph import NEVER, Ints, RelationGraph, holdings


@dataclass(frozen=True, slots=True)
class Rings:
    """For each node the ring it is in: `label` (-1 for none), and per ring its size and when it was closed."""

    label: Ints
    size: Ints
    closed: Ints
    """Minutes; a ring exists from its last holding on."""

    def size_at(self, node: int, moment: int) -> int:
        """Companies in the node's ring, 0 when it was in none before `moment`."""
        label = self.label[node]
        return int(self.size[label]) if label >= 0 and self.closed[label] < moment else 0


def find_rings(graph: RelationGraph) -> Rings:
    """All rings of today's relations. A ring that was closed and opened again counts: its trace is why it is looked at."""
    # not above: SciPy takes half a second to load, and most processes look for no rings
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    held = holdings(graph)
    count = len(graph.nodes)
    matrix = csr_array((np.ones(len(held), np.int8), (held.other, held.company)), shape=(count, count))
    _, component = connected_components(matrix, directed=True, connection="strong")
    sizes = np.bincount(component, minlength=1)
    within = component[held.company] == component[held.other]
    ringed = np.flatnonzero(sizes > 1)
    number = np.full(len(sizes), -1, np.int32)
    number[ringed] = np.arange(len(ringed), dtype=np.int32)
    closed = np.full(len(ringed), -NEVER, np.int32)
    inner = within & (sizes[component[held.company]] > 1)
    np.maximum.at(closed, number[component[held.company[inner]]], held.since[inner])
    return Rings(number[component].astype(np.int32), sizes[ringed].astype(np.int32), closed)
