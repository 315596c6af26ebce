"""Hubs: entities that many unrelated companies share for good reasons, and through which nothing must be concluded.

An incubator's address, a book-keeping office's telephone or a fund as shareholder link thousands of companies. What an
authority has declared is a hub at once; otherwise an entity is one when it has more companies than its kind's limit.
What is a hub still has indicators of its own (crowding, bursts, share revoked): a mill cannot hide by growing.
"""

import numpy as np
from numpy.typing import NDArray

from onething.risk.graph import Edges, RelationGraph
from onething.risk.models import Kind

LIMITS: dict[Kind, int] = {Kind.PERSON: 60, Kind.ADDRESS: 30, Kind.PHONE: 30, Kind.COMPANY: 40}
"""Companies above which an entity links nothing. Homes and agents never link."""


def never_links(graph: RelationGraph) -> NDArray[np.bool_]:
    """Per node whether it is a hub by kind or declaration, at any time."""
    kinds = graph.nodes.kind
    return (kinds == Kind.AGENT) | (kinds == Kind.HOME) | graph.nodes.shared


def linking(graph: RelationGraph, fixed: NDArray[np.bool_], node: int, moment: int) -> bool:
    """Whether companies at the node say something about each other, as far as was known at `moment`."""
    if node < 0 or fixed[node]:
        return False
    return graph.degree(node, moment) <= LIMITS[Kind(int(graph.nodes.kind[node]))]


def linking_ends(graph: RelationGraph, fixed: NDArray[np.bool_], members: Edges, moment: int) -> list[int]:
    """The distinct entities of these relations that link."""
    ends = np.unique(members.other[~fixed[members.other]])
    return [int(node) for node in ends if linking(graph, fixed, int(node), moment)]
