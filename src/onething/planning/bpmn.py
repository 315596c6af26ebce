"""A plan as BPMN 2.0 XML with layout (OMG formal/2013-12-09, clause 12: diagram interchange), for any BPMN viewer."""

import re
from typing import Literal
from xml.etree import ElementTree as ET

from onething.catalog.models import City, LifeEvent
from onething.planning.flow import Flow, FlowNode, flow_of
from onething.planning.models import Plan

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
for _prefix, _uri in (("bpmn", MODEL), ("bpmndi", DI), ("dc", DC), ("di", DD)):
    ET.register_namespace(_prefix, _uri)

_TAGS = {
    "start": "startEvent",
    "filing": "userTask",
    "service": "serviceTask",
    "officer": "userTask",
    "gateway": "parallelGateway",
    "end": "endEvent",
}
_SIZES = {"start": (36, 36), "end": (36, 36), "gateway": (50, 50)}
_TASK = (120, 70)
_COLUMN, _ROW, _LEFT, _TOP, _HEAD = 170, 100, 60, 40, 30
"""Pixels: width of a rank, height of a row, margins, width of the pool's and of a lane's label."""


def to_bpmn(plan: Plan, city: City, event: LifeEvent, lang: Literal["zh", "en"] = "zh") -> str:
    """The XML text: one pool, a lane for the applicant and one for each agency, shapes and edges with positions."""
    flow = flow_of(plan, city, event, lang)
    root = ET.Element(
        f"{{{MODEL}}}definitions",
        {"id": "definitions", "targetNamespace": f"urn:onething:{city.id}:{event.id}", "exporter": "onething"},
    )
    collaboration = _child(root, MODEL, "collaboration", id="collaboration")
    _child(collaboration, MODEL, "participant", id="pool", name=event.name.get(lang), processRef="process")
    process = _child(root, MODEL, "process", id="process", isExecutable="false")
    _lanes(process, flow)
    _nodes(process, flow, plan)
    for index, (source, target) in enumerate(flow.edges):
        ends = {"sourceRef": _id(source), "targetRef": _id(target)}
        _child(process, MODEL, "sequenceFlow", id=f"flow_{index}", **ends)
    _diagram(root, flow)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _child(parent: ET.Element, namespace: str, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{namespace}}}{tag}", attributes)


def _id(name: str) -> str:
    """An XML id (NCName) for a node's name."""
    return "n_" + re.sub(r"[^A-Za-z0-9_.-]", "_", name)


def _lanes(process: ET.Element, flow: Flow) -> None:
    lanes = _child(process, MODEL, "laneSet", id="lanes")
    for lane, name in flow.lanes.items():
        element = _child(lanes, MODEL, "lane", id=f"lane_{lane}", name=name)
        for node in flow.nodes.values():
            if node.lane == lane:
                _child(element, MODEL, "flowNodeRef").text = _id(node.id)


def _nodes(process: ET.Element, flow: Flow, plan: Plan) -> None:
    for node in flow.nodes.values():
        element = _child(process, MODEL, _TAGS[node.kind], id=_id(node.id))
        if node.name:
            element.set("name", node.name)
        if node.kind == "gateway":
            element.set("gatewayDirection", "Converging" if node.id.startswith("join:") else "Diverging")
        task = plan.task(node.id)
        if task is not None:
            words = f"{task.operation or ''} · {task.hours:g} h"
            _child(element, MODEL, "documentation").text = words
        for index, (source, target) in enumerate(flow.edges):
            if target == node.id:
                _child(element, MODEL, "incoming").text = f"flow_{index}"
            if source == node.id:
                _child(element, MODEL, "outgoing").text = f"flow_{index}"
        # The schema wants all incoming before all outgoing.
        element[:] = sorted(element, key=lambda part: ("documentation", "incoming", "outgoing").index(_local(part)))


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


class _Places:
    """Where everything stands, in pixels."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.taken = {(node.lane, node.row, node.rank) for node in flow.nodes.values()}
        self.width = (1 + max(node.rank for node in flow.nodes.values())) * _COLUMN + 2 * _HEAD
        self.lane_top: dict[str, int] = {}
        top = _TOP
        for lane in flow.lanes:
            self.lane_top[lane] = top
            top += flow.rows(lane) * _ROW
        self.height = top - _TOP

    def box(self, node: FlowNode) -> tuple[int, int, int, int]:
        width, height = _SIZES.get(node.kind, _TASK)
        x = _LEFT + 2 * _HEAD + node.rank * _COLUMN + (_COLUMN - width) // 2
        y = self.lane_top[node.lane] + node.row * _ROW + (_ROW - height) // 2
        return x, y, width, height

    def way(self, source: FlowNode, target: FlowNode) -> list[tuple[int, int]]:
        """Out on the right, in on the left, turning in the gaps between columns; where a node stands in the way, the edge
        runs through the gutter below its row."""
        ax, ay, aw, ah = self.box(source)
        bx, by, _, bh = self.box(target)
        start, end = (ax + aw, ay + ah // 2), (bx, by + bh // 2)
        between = range(source.rank + 1, target.rank)
        blocked = any((source.lane, source.row, rank) in self.taken for rank in between)
        if start[1] == end[1] and not blocked:
            return [start, end]
        turn = _LEFT + 2 * _HEAD + target.rank * _COLUMN + 4
        if not blocked:
            return [start, (turn, start[1]), (turn, end[1]), end]
        leave = _LEFT + 2 * _HEAD + (source.rank + 1) * _COLUMN - 4
        gutter = self.lane_top[source.lane] + (source.row + 1) * _ROW - 6
        return [start, (leave, start[1]), (leave, gutter), (turn, gutter), (turn, end[1]), end]


def _diagram(root: ET.Element, flow: Flow) -> None:
    places = _Places(flow)
    diagram = _child(root, DI, "BPMNDiagram", id="diagram")
    plane = _child(diagram, DI, "BPMNPlane", id="plane", bpmnElement="collaboration")
    _shape(plane, "pool", (_LEFT, _TOP, places.width, places.height), isHorizontal="true")
    for lane in flow.lanes:
        box = (_LEFT + _HEAD, places.lane_top[lane], places.width - _HEAD, flow.rows(lane) * _ROW)
        _shape(plane, f"lane_{lane}", box, isHorizontal="true")
    for node in flow.nodes.values():
        _shape(plane, _id(node.id), places.box(node))
    for index, (source, target) in enumerate(flow.edges):
        edge = _child(plane, DI, "BPMNEdge", id=f"flow_{index}_di", bpmnElement=f"flow_{index}")
        for x, y in places.way(flow.nodes[source], flow.nodes[target]):
            _child(edge, DD, "waypoint", x=str(x), y=str(y))


def _shape(plane: ET.Element, element: str, box: tuple[int, int, int, int], **attributes: str) -> None:
    shape = _child(plane, DI, "BPMNShape", id=f"{element}_di", bpmnElement=element, **attributes)
    x, y, width, height = (str(part) for part in box)
    _child(shape, DC, "Bounds", x=x, y=y, width=width, height=height)
