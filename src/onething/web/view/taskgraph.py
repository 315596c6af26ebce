"""A case's tasks laid out for its page: one lane an agency, one column a step, arrows where evidence passes.

Everything is in rem, so that the drawing grows with the type; the same list, without arrows, is the view on a phone and
for screen readers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onething.casework.models import OPEN_TASKS, TaskStatus, TaskView
from onething.core.i18n import Text

NODE_WIDTH, NODE_HEIGHT = 11.5, 4.5
GAP_X, GAP_Y, PAD = 2.0, 1.0, 0.5

COLUMNS = 7
"""As many as `case.css` has classes for; a longer chain is drawn in the last column."""

KINDS = {
    TaskStatus.PLANNED: ("wait", "hourglass"),
    TaskStatus.RUNNING: ("running", "clock"),
    TaskStatus.WAITING: ("running", "pause"),
    TaskStatus.DONE: ("done", "check"),
    TaskStatus.REFUSED: ("bad", "cross"),
    TaskStatus.SKIPPED: ("wait", "arrow-right"),
    TaskStatus.UNDOING: ("running", "undo"),
    TaskStatus.UNDONE: ("wait", "undo"),
}


@dataclass(frozen=True, slots=True)
class Node:
    view: TaskView
    column: int
    sub: int
    """Row within its lane, for tasks of one agency that run at the same time."""
    kind: str
    icon: str


@dataclass(frozen=True, slots=True)
class Lane:
    name: Text
    tasks: tuple[Node, ...]

    @property
    def rows(self) -> int:
        return max((task.sub for task in self.tasks), default=0) + 1

    @property
    def height(self) -> float:
        return self.rows * NODE_HEIGHT + (self.rows - 1) * GAP_Y + 2 * PAD


@dataclass(frozen=True, slots=True)
class Edge:
    path: str
    done: bool


@dataclass(frozen=True, slots=True)
class Graph:
    width: float
    height: float
    columns: int
    edges: tuple[Edge, ...]


def _before(tasks: Sequence[TaskView]) -> dict[str, set[str]]:
    """Service task → the service tasks it waits for, seen through the fetches between them."""
    views = {task.id: task for task in tasks}

    def through(task: TaskView, seen: frozenset[str]) -> set[str]:
        found: set[str] = set()
        for name in task.after:
            other = views.get(name)
            if other is None or name in seen:
                continue
            found |= {name} if other.kind == "service" else through(other, seen | {name})
        return found

    return {task.id: through(task, frozenset({task.id})) for task in tasks if task.kind == "service"}


def at_work(tasks: Sequence[TaskView]) -> tuple[tuple[Text, ...], int]:
    """Agencies whose services are being carried out now, and how many services have still to wait for those."""
    before, views = _before(tasks), {task.id: task for task in tasks}
    todo = [
        task for task in tasks if task.kind == "service" and task.status in (TaskStatus.PLANNED, TaskStatus.RUNNING)
    ]
    later = {task.id for task in todo if any(views[name].status in OPEN_TASKS for name in before[task.id])}
    now = {task.agency: task.agency_name for task in todo if task.id not in later}
    return tuple(now.values()), len(later)


def _columns(before: dict[str, set[str]]) -> dict[str, int]:
    """The longest way to each task."""
    found: dict[str, int] = {}

    def column(name: str) -> int:
        if name not in found:
            found[name] = 0
            found[name] = max((column(other) + 1 for other in before[name]), default=0)
        return found[name]

    for name in before:
        column(name)
    return found


def _direct(before: dict[str, set[str]]) -> Iterable[tuple[str, str]]:
    """Edges that are not already said by a longer way."""
    reach: dict[str, set[str]] = {}

    def all_before(name: str) -> set[str]:
        if name not in reach:
            reach[name] = set()
            reach[name] = before[name] | {far for near in before[name] for far in all_before(near)}
        return reach[name]

    for name, sources in before.items():
        for source in sources:
            if not any(source in all_before(other) for other in sources - {source}):
                yield source, name


def lay_out(tasks: Sequence[TaskView], order: Sequence[str] = ()) -> tuple[tuple[Lane, ...], Graph]:
    """Lanes and arrows of a case. `order` lists agencies in the order of the city; others follow."""
    before = _before(tasks)
    columns = _columns(before)
    by_agency: dict[str, list[TaskView]] = {agency: [] for agency in order}
    for task in tasks:
        if task.kind == "service":
            by_agency.setdefault(task.agency, []).append(task)
    busy = {agency: views for agency, views in by_agency.items() if views}
    first = {agency: min(columns[view.id] for view in views) for agency, views in busy.items()}
    lanes = tuple(_lane(busy[agency], columns) for agency in sorted(busy, key=lambda agency: first[agency]))
    return lanes, _graph(lanes, before)


def _lane(views: list[TaskView], columns: dict[str, int]) -> Lane:
    used: dict[int, int] = {}
    nodes: list[Node] = []
    for view in sorted(views, key=lambda view: columns[view.id]):
        column = min(columns[view.id], COLUMNS - 1)
        kind, icon = KINDS[view.status]
        if view.status is TaskStatus.WAITING and view.code.startswith("supplement"):
            kind, icon = "turn", "pen"
        if view.code == "needs_refused":
            kind, icon = "bad", "cross"
        nodes.append(Node(view, column, used.get(column, 0), kind, icon))
        used[column] = used.get(column, 0) + 1
    return Lane(views[0].agency_name, tuple(nodes))


def _graph(lanes: Sequence[Lane], before: dict[str, set[str]]) -> Graph:
    spots: dict[str, tuple[float, float]] = {}
    done: set[str] = set()
    top = 0.0
    for lane in lanes:
        for node in lane.tasks:
            x = node.column * (NODE_WIDTH + GAP_X)
            y = top + PAD + node.sub * (NODE_HEIGHT + GAP_Y) + NODE_HEIGHT / 2
            spots[node.view.id] = (x, y)
            if node.view.status is TaskStatus.DONE:
                done.add(node.view.id)
        top += lane.height
    columns = max((node.column for lane in lanes for node in lane.tasks), default=0) + 1
    edges = tuple(
        Edge(_path(spots[source], spots[target]), source in done)
        for source, target in _direct(before)
        if spots[source][0] < spots[target][0]
    )
    return Graph(columns * (NODE_WIDTH + GAP_X) - GAP_X, round(top, 2), columns, edges)


def _path(source: tuple[float, float], target: tuple[float, float]) -> str:
    x1, y1, x2, y2 = source[0] + NODE_WIDTH, source[1], target[0] - 0.1, target[1]
    middle = x2 - GAP_X / 2
    return f"M{x1:.2f} {y1:.2f}H{middle - 0.6:.2f}C{middle:.2f} {y1:.2f} {middle:.2f} {y2:.2f} {middle + 0.6:.2f} {y2:.2f}H{x2:.2f}"
