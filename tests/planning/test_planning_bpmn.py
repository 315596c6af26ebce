"""The BPMN that leaves the house: right by the standard's structure, complete, and laid out without collisions."""

from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from plan_world import World, worlds

from onething.catalog.models import City, LifeEvent
from onething.catalog.service import find_event, load_city
from onething.planning.models import Plan
from onething.planning.schedule import CircleError
from onething.planning.service import make_plan, to_bpmn

M = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
NODES = {"startEvent", "endEvent", "serviceTask", "userTask", "parallelGateway"}


class Diagram:
    """A parsed file with the look-ups the standard's rules need."""

    def __init__(self, text: str) -> None:
        self.root = ET.fromstring(text)
        process = self.root.find(f"{M}process")
        assert process is not None
        self.nodes = {e.get("id", ""): e for e in process if e.tag.removeprefix(M) in NODES}
        self.flows = {e.get("id", ""): e for e in process.iter(f"{M}sequenceFlow")}
        self.lanes = {e.get("id", ""): e for e in process.iter(f"{M}lane")}
        self.shapes = {e.get("bpmnElement", ""): _box(e) for e in self.root.iter(f"{DI}BPMNShape")}
        self.edges = {e.get("bpmnElement", ""): e.findall(f"{DD}waypoint") for e in self.root.iter(f"{DI}BPMNEdge")}


def _box(shape: Any) -> tuple[float, float, float, float]:
    bounds = shape.find(f"{DC}Bounds")
    x, y, w, h = (float(bounds.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, x + w, y + h


def check_structure(text: str) -> Diagram:
    """Rules of BPMN 2.0.2, clauses 8–12, as far as they touch what we write."""
    found = Diagram(text)
    ids = [element.get("id") for element in found.root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), "ids are unique"
    incoming: dict[str, list[str]] = {node: [] for node in found.nodes}
    outgoing: dict[str, list[str]] = {node: [] for node in found.nodes}
    for flow, element in found.flows.items():
        outgoing[element.get("sourceRef", "")].append(flow)
        incoming[element.get("targetRef", "")].append(flow)
    for node, element in found.nodes.items():
        kind = element.tag.removeprefix(M)
        order = [part.tag.removeprefix(M) for part in element]
        assert order == sorted(order, key=("documentation", "incoming", "outgoing").index)
        assert [part.text for part in element.findall(f"{M}incoming")] == incoming[node]
        assert [part.text for part in element.findall(f"{M}outgoing")] == outgoing[node]
        assert bool(incoming[node]) == (kind != "startEvent")
        assert bool(outgoing[node]) == (kind != "endEvent")
        if kind != "parallelGateway":
            assert len(incoming[node]) <= 1, "several tokens would start a task several times"
            assert len(outgoing[node]) <= 1
    members = [ref.text for lane in found.lanes.values() for ref in lane.findall(f"{M}flowNodeRef")]
    assert sorted(map(str, members)) == sorted(found.nodes), "every node is in exactly one lane"
    assert set(found.shapes) == {"pool", *found.lanes, *found.nodes}
    assert set(found.edges) == set(found.flows)
    return found


def check_layout(found: Diagram) -> None:
    """Nodes inside their lanes and apart from each other; edges end on the shapes that they join."""
    for lane, element in found.lanes.items():
        x1, y1, x2, y2 = found.shapes[lane]
        for ref in element.findall(f"{M}flowNodeRef"):
            a, b, c, d = found.shapes[str(ref.text)]
            assert x1 < a < c < x2
            assert y1 < b < d < y2
    boxes = [found.shapes[node] for node in found.nodes]
    for index, (a, b, c, d) in enumerate(boxes):
        for e, f, g, h in boxes[index + 1 :]:
            assert c < e or g < a or d < f or h < b, "two nodes overlap"
    for flow, points in found.edges.items():
        source = found.shapes[found.flows[flow].get("sourceRef", "")]
        target = found.shapes[found.flows[flow].get("targetRef", "")]
        assert float(points[0].get("x", 0)) == source[2]
        assert float(points[-1].get("x", 0)) == target[0]
        assert float(points[0].get("x", 0)) < float(points[-1].get("x", 0)), "time runs to the right"
        ways = [(float(point.get("x", 0)), float(point.get("y", 0))) for point in points]
        for (x1, y1), (x2, y2) in pairwise(ways):
            for node in found.nodes:
                a, b, c, d = found.shapes[node]
                apart = max(x1, x2) <= a or c <= min(x1, x2) or max(y1, y2) <= b or d <= min(y1, y2)
                assert apart, f"{flow} runs through {node}"


@pytest.fixture(scope="module")
def newborn() -> tuple[City, LifeEvent, Plan]:
    city = load_city(Path(__file__).parents[2] / "cities" / "shanghai")
    event = find_event(city, "newborn")
    return city, event, make_plan(city, event, {})


def test_the_newborn_plan_is_sound_bpmn(newborn: tuple[City, LifeEvent, Plan]) -> None:
    city, event, plan = newborn
    found = check_structure(to_bpmn(plan, city, event))
    check_layout(found)
    assert len(found.lanes) == 1 + 8
    tasks = [node for node in found.nodes.values() if node.tag in (f"{M}serviceTask", f"{M}userTask")]
    assert len(tasks) == len(plan.tasks) + 1
    assert {node.get("name") for node in tasks} >= {service.name.zh for service in event.services}
    officers = [node.get("name") for node in tasks if node.tag == f"{M}userTask"]
    assert officers == ["一次填报", "低保家庭增加家庭成员"]


def test_the_flow_keeps_every_dependency(newborn: tuple[City, LifeEvent, Plan]) -> None:
    city, event, plan = newborn
    found = Diagram(to_bpmn(plan, city, event))
    follows: dict[str, set[str]] = {node: set() for node in found.nodes}
    for flow in found.flows.values():
        follows[flow.get("sourceRef", "")].add(flow.get("targetRef", ""))

    def reaches(node: str, target: str) -> bool:
        return node == target or any(reaches(after, target) for after in follows[node])

    for task in plan.tasks:
        for before in task.after:
            assert reaches(f"n_{before.replace(':', '_')}", f"n_{task.id.replace(':', '_')}")


def test_english_names_on_request(newborn: tuple[City, LifeEvent, Plan]) -> None:
    city, event, plan = newborn
    text = to_bpmn(plan, city, event, "en")
    assert "Household registration of the child" in text
    assert "File once" in text


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_any_plan_is_sound_bpmn(world: World) -> None:
    try:
        plan = make_plan(world.city, world.event, world.facts, **world.kwargs())
    except CircleError:
        return
    check_layout(check_structure(to_bpmn(plan, world.city, world.event)))
