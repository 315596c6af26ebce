"""What lies one and two steps from a company to be: companies that share a person, a telephone or an address with it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onething.risk.graph import Ints, RelationGraph
from onething.risk.hubs import linking, linking_ends, never_links
from onething.risk.models import PERSONAL_ROLES, Filing, Role
from onething.risk.rings import Rings, find_rings

FIRST, SECOND = 150, 1_500
"""At most so many companies are looked at one and two steps away, the most recent ones: bounds the time of a filing."""


@dataclass(slots=True)
class Known:
    """A graph with what is worked out once for all filings."""

    graph: RelationGraph
    fixed: NDArray[np.bool_]
    rings: Rings

    @classmethod
    def of(cls, graph: RelationGraph) -> "Known":
        return cls(graph, never_links(graph), find_rings(graph))


@dataclass(slots=True)
class Surroundings:
    """Companies near a filing, as known at its moment."""

    first: Ints
    """One step away, distinct."""
    second: Ints
    """Two steps away and not nearer, distinct."""
    by_person: Ints
    """Of `first`, those that share a person."""
    rotation: float
    """Share of the filing's persons who hold another role in a company one step away than here."""
    ring: int
    """Companies in the largest ring of holdings among its corporate holders and the companies near them."""
    ends: int
    """Distinct persons, telephones and addresses that hold the companies of `first` together."""


def look_around(known: Known, filing: Filing) -> Surroundings:
    graph, moment = known.graph, filing.moment
    people = sorted({m.entity for m in filing.members if m.entity >= 0})
    people = [node for node in people if linking(graph, known.fixed, node, moment)]
    places = [n for n in (*filing.phones, filing.address) if linking(graph, known.fixed, n, moment)]
    by_person = _newest(graph, people, moment, FIRST)
    first = np.union1d(by_person, _newest(graph, places, moment, FIRST))[-FIRST:].astype(np.int32)
    members = graph.members_of(first, moment)
    ends = linking_ends(graph, known.fixed, members, moment)
    second = np.setdiff1d(_newest(graph, ends, moment, SECOND), first).astype(np.int32)
    return Surroundings(first, second, by_person, _rotation(graph, filing, people), _ring(known, filing), len(ends))


def _newest(graph: RelationGraph, nodes: list[int], moment: int, limit: int) -> Ints:
    """Distinct companies at the nodes, the last `limit` of them to come."""
    if not nodes:
        return np.empty(0, np.int32)
    parts = [graph.known_of(node, moment) for node in nodes]
    companies = np.concatenate([graph.of_other.company[part] for part in parts])
    if len(companies) > limit:
        since = np.concatenate([graph.of_other.since[part] for part in parts])
        companies = companies[np.argsort(since, kind="stable")[-limit:]]
    return np.unique(companies)


def _rotation(graph: RelationGraph, filing: Filing, people: list[int]) -> float:
    """Nominees change seats: today's supervisor signs for the next company."""
    here = {node: {int(m.role) for m in filing.members if m.entity == node} for node in people}
    everybody = len({m.entity for m in filing.members if m.entity >= 0}) or 1
    changed = 0
    for node, roles in here.items():
        part = graph.known_of(node, filing.moment)
        changed += any(int(role) in PERSONAL_ROLES and int(role) not in roles for role in graph.of_other.role[part])
    return changed / everybody


def _ring(known: Known, filing: Filing) -> int:
    """Rings reached from corporate holders, and from the companies of which persons here are in charge."""
    graph, moment = known.graph, filing.moment
    reached = {m.entity for m in filing.members if m.entity >= 0 and m.role is Role.HOLDER}
    for node in {m.entity for m in filing.members if m.entity >= 0}:
        if linking(graph, known.fixed, node, moment):
            reached.update(int(company) for company in graph.companies_at(node, moment))
    return max((known.rings.size_at(node, moment) for node in reached), default=0)
