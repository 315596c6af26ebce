"""Item definitions: whether a value has its declared type, with the singleton-list coercions of DMN 10.3.2.9.4."""

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from onething.rules.dmn.xml import attribute, child, children, local, text
from onething.rules.expression import Expression, compile_cell
from onething.rules.feel.errors import FeelError
from onething.rules.feel.guards import is_context, is_list
from onething.rules.feel.types import instance_of
from onething.rules.feel.values import Fn

_BASE = {
    "number", "string", "boolean", "date", "time", "date and time", "dateTime", "days and time duration", "dayTimeDuration",
    "years and months duration", "yearMonthDuration", "Any", "context", "list", "function",
}  # fmt: skip
MISFIT = object()
"""What `fit` gives for a value that does not belong to the type."""


@dataclass(slots=True)
class ItemType:
    """A named type: another type's name, or components; perhaps a list; perhaps only some values."""

    base: str = ""
    components: dict[str, "ItemType"] = field(default_factory=lambda: dict[str, ItemType]())
    is_list: bool = False
    allowed: Expression | None = None
    function: bool = False


def read_item(element: Element) -> ItemType:
    """An `itemDefinition` or `itemComponent`."""
    reference = child(element, "typeRef")
    base = _plain(text(reference)) if reference is not None else ""
    allowed = child(element, "allowedValues", "typeConstraint")
    expression: Expression | None = None
    if allowed is not None and text(allowed):
        try:
            expression = compile_cell(text(allowed), strict=True)
        except FeelError:
            expression = None
    parts = {attribute(each, "name"): read_item(each) for each in children(element, "itemComponent")}
    is_list = attribute(element, "isCollection") == "true"
    function = any(local(each) == "functionItem" for each in element)
    return ItemType(base, parts, is_list, expression, function)


def _plain(name: str) -> str:
    return name.rpartition("feel:")[2].strip() if name.startswith("feel:") else name.strip()


class Types:
    """The types of one model."""

    def __init__(self, definitions: dict[str, ItemType]) -> None:
        self.definitions = definitions

    def fit(self, value: Any, name: str, depth: int = 0) -> Any:
        """The value as the named type, coerced if need be, or `MISFIT`."""
        name = _plain(name)
        if not name or value is None or name == "Any" or depth > 20:
            return value
        item = self.definitions.get(name)
        if item is not None:
            return self._fit_item(value, item, depth)
        if name not in _BASE and not name.startswith(("list<", "context<", "function<", "range<")):
            return value
        if name != "list" and is_list(value) and len(value) == 1 and not name.startswith("list<"):
            value = value[0]
        return value if value is None or instance_of(value, name) else MISFIT

    def belongs(self, value: Any, kind: str) -> bool:
        """`instance of` with the model's own types: no coercion."""
        head, _, rest = kind.partition("<")
        if head.strip() == "list" and rest.rpartition(">")[0].strip() in self.definitions:
            inner = rest.rpartition(">")[0].strip()
            return is_list(value) and all(self.belongs(each, inner) for each in value)
        item = self.definitions.get(kind.strip())
        if item is None:
            return instance_of(value, kind)
        if value is None or (item.is_list and not is_list(value)):
            return False
        return self.fit(value, kind) is not MISFIT

    def _fit_item(self, value: Any, item: ItemType, depth: int) -> Any:
        if item.function:
            return value if isinstance(value, Fn) else MISFIT
        if item.is_list:
            items: list[Any] = value if is_list(value) else [value]
            fitted = [self._fit_one(each, item, depth) for each in items]
            return MISFIT if any(each is MISFIT for each in fitted) else fitted
        if is_list(value) and len(value) == 1 and not self._is_list(item.base):
            value = value[0]
        return self._fit_one(value, item, depth)

    def _is_list(self, name: str) -> bool:
        inner = self.definitions.get(name)
        return name.startswith("list") or (inner is not None and inner.is_list)

    def _fit_one(self, value: Any, item: ItemType, depth: int) -> Any:
        if value is None:
            return None
        if item.components:
            if not is_context(value):
                return MISFIT
            made: dict[str, Any] = dict(value)
            for name, part in item.components.items():
                if name in made:
                    made[name] = self._fit_item(made[name], part, depth + 1)
                    if made[name] is MISFIT:
                        return MISFIT
                else:
                    return MISFIT
            value = made
        elif item.base:
            value = self.fit(value, item.base, depth + 1)
        if value is MISFIT or item.allowed is None:
            return value
        return value if item.allowed.run({"?": value}) is True else MISFIT
