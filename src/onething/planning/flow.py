"""A plan as a flow of nodes and edges: filing, tasks, parallel gateways where ways part or meet, the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from onething.catalog.models import City, LifeEvent
from onething.core.i18n import Text, texts_of
from onething.planning.models import Plan, PlannedTask

say = texts_of(__name__)

APPLICANT = "applicant"
Kind = Literal["start", "filing", "service", "officer", "gateway", "end"]


@dataclass(frozen=True, slots=True)
class FlowNode:
    """`lane` is an agency id or `applicant`; `rank` counts steps from the start along the longest way."""

    id: str
    kind: Kind
    name: str
    lane: str
    rank: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class Flow:
    nodes: dict[str, FlowNode]
    edges: tuple[tuple[str, str], ...]
    lanes: dict[str, str]
    """Lane id → its name, the applicant first, then agencies in the order of their first task."""

    def rows(self, lane: str) -> int:
        return 1 + max((node.row for node in self.nodes.values() if node.lane == lane), default=0)


def reduced(after: Mapping[str, frozenset[str]]) -> dict[str, list[str]]:
    """Direct predecessors only: an edge that a longer way already implies is left out (transitive reduction)."""
    above: dict[str, set[str]] = {}
    for task in after:  # in a valid order
        above[task] = set(after[task]).union(*(above[before] for before in after[task]))
    return {task: sorted(b for b in before if not any(b in above[c] for c in before)) for task, before in after.items()}


def task_name(task: PlannedTask, city: City, event: LifeEvent) -> Text:
    """The words on a task: the service's name, or whose record is looked up."""
    service = event.service(task.service or "")
    if service is not None:
        return service.name
    slot = event.slot(task.slot or "")
    kind = city.type_of(slot)
    words = (slot.name if slot else None) or (kind.name if kind else Text.same(task.id))
    return say("look_up", name=words)


def flow_of(plan: Plan, city: City, event: LifeEvent, lang: Literal["zh", "en"]) -> Flow:
    """Lay the plan out by lane, rank and row."""
    before = reduced({task.id: frozenset(task.after) for task in plan.tasks})
    nodes = {
        "start": FlowNode("start", "start", "", APPLICANT),
        "filing": FlowNode("filing", "filing", "一次填报" if lang == "zh" else "File once", APPLICANT),
    }
    for task in plan.tasks:
        kind = "officer" if task.mode == "officer" else "service"
        nodes[task.id] = FlowNode(task.id, kind, task_name(task, city, event).get(lang), task.agency)
    nodes["end"] = FlowNode("end", "end", event.name.get(lang), APPLICANT)
    direct = [("start", "filing")]
    direct += [(one, task) for task, all_before in before.items() for one in all_before or ["filing"]]
    ends = [task for task in before if not any(task in others for others in before.values())] or ["filing"]
    direct += [(task, "end") for task in ends]
    edges = _with_gateways(nodes, direct)
    return Flow(_placed(nodes, edges), tuple(edges), _lanes(plan, city, lang))


def _lanes(plan: Plan, city: City, lang: Literal["zh", "en"]) -> dict[str, str]:
    lanes = {APPLICANT: "申请人" if lang == "zh" else "Applicant"}
    for task in plan.tasks:
        lanes.setdefault(task.agency, city.short_label_of(task.agency).get(lang))
    return lanes


def _with_gateways(nodes: dict[str, FlowNode], direct: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """BPMN starts a task for every token that arrives: where several ways meet, a parallel gateway must join them first."""
    outgoing: dict[str, int] = {}
    incoming: dict[str, int] = {}
    for source, target in direct:
        outgoing[source] = outgoing.get(source, 0) + 1
        incoming[target] = incoming.get(target, 0) + 1
    edges: list[tuple[str, str]] = []
    for node in list(nodes):
        if outgoing.get(node, 0) > 1:
            nodes[f"split:{node}"] = FlowNode(f"split:{node}", "gateway", "", nodes[node].lane)
            edges.append((node, f"split:{node}"))
        if incoming.get(node, 0) > 1:
            nodes[f"join:{node}"] = FlowNode(f"join:{node}", "gateway", "", nodes[node].lane)
            edges.append((f"join:{node}", node))
    for source, target in direct:
        first = f"split:{source}" if outgoing[source] > 1 else source
        last = f"join:{target}" if incoming[target] > 1 else target
        edges.append((first, last))
    return edges


def _placed(nodes: dict[str, FlowNode], edges: list[tuple[str, str]]) -> dict[str, FlowNode]:
    waiting = dict.fromkeys(nodes, 0)
    followers: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        waiting[target] += 1
        followers[source].append(target)
    rank = dict.fromkeys(nodes, 0)
    ready = [node for node, count in waiting.items() if not count]
    used: dict[tuple[str, int], int] = {}
    placed: dict[str, FlowNode] = {}
    while ready:
        node = nodes[ready.pop(0)]
        spot = (node.lane, rank[node.id])
        row = used.get(spot, 0)
        used[spot] = row + 1
        placed[node.id] = FlowNode(node.id, node.kind, node.name, node.lane, rank[node.id], row)
        for follower in followers[node.id]:
            rank[follower] = max(rank[follower], rank[node.id] + 1)
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    return placed
