"""Arithmetic on a graph of tasks: order, predicted start, slack, critical path. Knows nothing of the catalog."""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class CircleError(ValueError):
    """Tasks that wait for each other, so that none can start; `members` names them."""

    def __init__(self, members: Sequence[str]) -> None:
        super().__init__("in a circle: " + " → ".join(members))
        self.members = tuple(members)


@dataclass(frozen=True, slots=True)
class Node:
    """One task: ids of those that come before, predicted hours, legal limit in working days (None: no limit)."""

    after: frozenset[str]
    hours: float
    due: int | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """All times in hours from the start, as if every task began the moment its inputs exist."""

    order: tuple[str, ...]
    start: dict[str, float]
    remaining: dict[str, float]
    """Longest way from the start of this task to the end of everything that waits for it."""
    slack: dict[str, float]
    hours: float
    critical_path: tuple[str, ...]


NO_LIMIT = 10**6


def urgency(task: str, remaining: float, due: int | None) -> tuple[float, int, str]:
    """Sort key among ready tasks: the longest remaining path first, then the nearest legal deadline, then the name."""
    return (-remaining, NO_LIMIT if due is None else due, task)


def schedule(nodes: Mapping[str, Node]) -> Schedule:
    """Plan the graph. `after` may only name nodes of the graph. Raises `CircleError`."""
    followers: dict[str, list[str]] = {task: [] for task in nodes}
    for task, node in nodes.items():
        for before in node.after:
            followers[before].append(task)
    remaining = _remaining(nodes, followers)
    start: dict[str, float] = {}
    order: list[str] = []
    waiting = {task: len(node.after) for task, node in nodes.items()}
    ready = [(urgency(task, remaining[task], nodes[task].due), task) for task, count in waiting.items() if not count]
    heapq.heapify(ready)
    while ready:
        _, task = heapq.heappop(ready)
        start[task] = max((start[before] + nodes[before].hours for before in nodes[task].after), default=0.0)
        order.append(task)
        for follower in followers[task]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (urgency(follower, remaining[follower], nodes[follower].due), follower))
    total = max((start[task] + nodes[task].hours for task in nodes), default=0.0)
    return Schedule(
        order=tuple(order),
        start=start,
        remaining=remaining,
        slack={task: max(0.0, total - start[task] - remaining[task]) for task in nodes},
        hours=total,
        critical_path=_critical_path(nodes, followers, start, remaining),
    )


def _remaining(nodes: Mapping[str, Node], followers: Mapping[str, list[str]]) -> dict[str, float]:
    """Longest path to the end from each task, computed from the end backwards."""
    left = {task: len(followers[task]) for task in nodes}
    out: dict[str, float] = {}
    stack = [task for task, count in left.items() if not count]
    while stack:
        task = stack.pop()
        out[task] = nodes[task].hours + max((out[follower] for follower in followers[task]), default=0.0)
        for before in nodes[task].after:
            left[before] -= 1
            if not left[before]:
                stack.append(before)
    if len(out) < len(nodes):
        raise CircleError(_circle({task: nodes[task].after for task in nodes if task not in out}))
    return out


def _circle(rest: Mapping[str, frozenset[str]]) -> list[str]:
    """One circle among tasks that were never reached from the end: each has a follower that is in `rest` too."""
    follower = {before: task for task in sorted(rest) for before in sorted(rest[task]) if before in rest}
    seen: list[str] = []
    task = min(follower)
    while task not in seen:
        seen.append(task)
        task = follower[task]
    return [*seen[seen.index(task) :], task]


def _critical_path(
    nodes: Mapping[str, Node],
    followers: Mapping[str, list[str]],
    start: Mapping[str, float],
    remaining: Mapping[str, float],
) -> tuple[str, ...]:
    """Follow the longest remaining path from the start; among equals the first by name."""
    first = [task for task, node in nodes.items() if not node.after]
    path: list[str] = []
    while first:
        task = min(first, key=lambda name: (-remaining[name], start[name], name))
        path.append(task)
        first = followers[task]
    return tuple(path)
