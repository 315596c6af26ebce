"""The OMG conformance kit: run every test case of a folder and count what passes, fails and is declared unsupported."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from onething.rules.dmn.model import Model
from onething.rules.dmn.xml import UnsupportedError, attribute, child, children, local, read
from onething.rules.errors import RuleError
from onething.rules.feel import operators as o
from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.showing import show
from onething.rules.feel.temporal import parse_date, parse_datetime, parse_duration, parse_time
from onething.rules.feel.values import NUMBERS, is_number, to_decimal

TOLERANCE = Decimal("1e-8")


@dataclass(slots=True)
class LevelCount:
    passed: int = 0
    failed: int = 0
    unsupported: int = 0

    def as_dict(self) -> dict[str, int]:
        return {"passed": self.passed, "failed": self.failed, "unsupported": self.unsupported}


@dataclass(slots=True)
class TckReport:
    """Counts per level and what failed or is unsupported, case by case."""

    levels: dict[str, LevelCount] = field(default_factory=dict[str, LevelCount])
    failures: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    unsupported: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def as_dict(self) -> dict[str, Any]:
        levels = {level: count.as_dict() for level, count in sorted(self.levels.items())}
        return {"levels": levels, "failures": self.failures, "unsupported": self.unsupported}


def run_tck(folder: Path) -> TckReport:
    """Run a kit unpacked at `folder` (its `TestCases`, or any folder above or below)."""
    report = TckReport()
    for path in sorted(folder.rglob("*.xml")):
        try:
            root = read(path)
        except RuleError:
            continue
        if local(root) == "testCases":
            _run_file(path, root, report)
    return report


def _level(path: Path, root: Element) -> str:
    for part in path.parts:
        if part.startswith("compliance-level-"):
            return part.removeprefix("compliance-level-")
        if part == "non-compliant":
            return part
    labels = [(each.text or "") for each in root.iter() if local(each) == "label"]
    return next((label[-1] for label in labels if label.startswith("Compliance Level")), "?")


def _run_file(path: Path, root: Element, report: TckReport) -> None:
    count = report.levels.setdefault(_level(path, root), LevelCount())
    name_element = child(root, "modelName")
    model_path = path.parent / ((name_element.text or "").strip() if name_element is not None else "")
    model: Model | None = None
    broken = ""
    try:
        model = Model(model_path)
    except (RuleError, RecursionError) as error:
        broken = str(error)
    for case in children(root, "testCase"):
        failure = broken
        try:
            if model is not None:
                failure = _run_case(model, case)
        except UnsupportedError as error:
            count.unsupported += 1
            report.unsupported.append({"test": f"{path.parent.name}/{attribute(case, 'id')}", "why": str(error)})
            continue
        except (RecursionError, KeyError) as error:
            failure = f"{type(error).__name__}: {error}"
        if failure:
            count.failed += 1
            report.failures.append({"test": f"{path.parent.name}/{attribute(case, 'id')}", "why": failure[:300]})
        else:
            count.passed += 1


def _run_case(model: Model, case: Element) -> str:
    """Empty when every result node is as expected."""
    inputs: dict[str, Any] = {}
    for node in children(case, "inputNode"):
        inputs[attribute(node, "name")] = read_value(node)
    kind, invocable = attribute(case, "type", "decision"), attribute(case, "invocableName")
    if kind == "bkm":
        raise UnsupportedError("invoking a business knowledge model from outside")
    for node in children(case, "resultNode"):
        name = attribute(node, "name")
        if kind == "decisionService" and invocable:
            outputs = model.service(invocable, inputs)
            got = outputs.get(name, outputs if name not in outputs and len(outputs) != 1 else next(iter(outputs.values()), None))  # fmt: skip
        else:
            got = model.evaluate(name, inputs)
        expected_element = child(node, "expected")
        expected = read_value(expected_element) if expected_element is not None else None
        if attribute(node, "errorResult") == "true":
            # FEEL reports errors by null.
            if got is not None:
                return f"{name}: expected an error, got {show(got)}"
        elif not same(got, expected):
            return f"{name}: expected {show(expected)}, got {show(got)}"
    return ""


def read_value(element: Element) -> Any:
    """A value as the kit writes it: `value`, `component`s or `list`."""
    if any(local(each) == "component" for each in element):
        return {attribute(each, "name"): read_value(each) for each in children(element, "component")}
    listed = child(element, "list")
    if listed is not None:
        return None if attribute(listed, "nil") == "true" else [read_value(item) for item in children(listed, "item")]
    value = child(element, "value")
    if value is None or attribute(value, "nil") == "true":
        return None
    return _scalar(attribute(value, "type").rpartition(":")[2], value.text or "")


def _scalar(kind: str, text: str) -> Any:
    match kind:
        case "boolean":
            return text.strip() == "true"
        case "decimal" | "double" | "integer" | "float" | "int" | "long":
            return NUMBERS.create_decimal(text.strip())
        case "date":
            return parse_date(text.strip())
        case "time":
            return parse_time(text.strip())
        case "dateTime":
            return parse_datetime(text.strip())
        case "duration" | "dayTimeDuration" | "yearMonthDuration":
            return parse_duration(text.strip())
        case _:
            return text


def same(got: Any, expected: Any) -> bool:
    """Equality as the kit means it: numbers within 1e-8."""
    if got is None or expected is None:
        return got is expected
    if is_number(got) and is_number(expected):
        a, b = to_decimal(got) or Decimal(0), to_decimal(expected) or Decimal(0)
        return abs(a - b) <= TOLERANCE * max(abs(b), Decimal(1))
    if is_context(got) and is_context(expected):
        return got.keys() == expected.keys() and all(same(got[key], expected[key]) for key in expected)
    if is_list(got) and is_list(expected):
        return len(got) == len(expected) and all(same(a, b) for a, b in zip(got, expected, strict=True))
    if isinstance(got, bool) or isinstance(expected, bool):
        return got is expected
    return o.equal_strict(got, expected) is True
