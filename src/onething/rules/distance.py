"""One condition short: which, and by how much (employees 27 of 30)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from onething.core.i18n import Text, texts_of
from onething.rules.expression import Atoms, Tree
from onething.rules.feel import operators as o
from onething.rules.feel import syntax as s
from onething.rules.feel.compile import Compiler
from onething.rules.feel.showing import show
from onething.rules.feel.values import to_decimal
from onething.rules.wording import source_text

say = texts_of(__name__)

_COMPILER = Compiler()
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The one false condition. `distance` is what is lacking (a number, or days for dates), None when not measurable."""

    condition: str
    name: str
    value: Any
    wanted: Any
    op: str
    distance: Decimal | None

    @property
    def text(self) -> Text:
        if self.distance is None:
            return say("one_short.plain", condition=self.condition)
        has, needs, gap = show(self.value), show(self.wanted), show(self.distance)
        return say("one_short.measured", name=self.name, has=has, op=self.op, needs=needs, gap=gap)

    def as_dict(self) -> dict[str, Any]:
        return {
            "condition": self.condition, "name": self.name, "value": None if self.value is None else show(self.value),
            "wanted": None if self.wanted is None else show(self.wanted), "op": self.op,
            "distance": None if self.distance is None else show(self.distance), "text": self.text.model_dump(),
        }  # fmt: skip


def near_miss(atoms: Atoms, values: list[Any], scope: dict[str, Any], text: str) -> NearMiss | None:
    """The atom whose turning true alone would make the false condition true; None when there is none or several unknowns."""
    pivots = [
        number
        for number, value in enumerate(values)
        if isinstance(value, bool) and atoms.combine([*values[:number], not value, *values[number + 1 :]]) is True
    ]
    if not pivots:
        return None
    measured = [_measure(atoms.nodes[n], flipped=_negated(atoms.tree, n), scope=scope, text=text) for n in pivots]
    return min(measured, key=lambda each: (each.distance is None, each.distance or Decimal(0)))


def _negated(tree: Tree, number: int, inside: bool = False) -> bool:
    """Whether an atom stands under an odd number of `not`s."""
    if isinstance(tree, int):
        return inside and tree == number
    kind, parts = tree
    return any(_negated(part, number, inside != (kind == "not")) for part in parts)


def _measure(node: s.Node, *, flipped: bool, scope: dict[str, Any], text: str) -> NearMiss:
    words = source_text(node, text)
    if isinstance(node, s.Between):
        return _outside(node, scope, words)
    if isinstance(node, s.Compare) and not flipped:
        left, op, right = node.left, node.op, node.right
        if isinstance(left, s.Literal) or (s.path_of(left) is None and s.path_of(right) is not None):
            left, op, right = right, _FLIP[op], left
        has, needs = _run(left, scope), _run(right, scope)
        return NearMiss(words, source_text(left, text), has, needs, op, gap(has, needs))
    return NearMiss(words, ".".join(s.path_of(node) or ()), None, None, "", None)


def _outside(node: s.Between, scope: dict[str, Any], words: str) -> NearMiss:
    has, low, high = _run(node.value, scope), _run(node.low, scope), _run(node.high, scope)
    below = o.less(has, low) is True
    limit = low if below else high
    name = ".".join(s.path_of(node.value) or ()) or words
    return NearMiss(words, name, has, limit, ">=" if below else "<=", gap(has, limit))


def _run(node: s.Node, scope: dict[str, Any]) -> Any:
    return _COMPILER.compile(node)(scope)


def gap(has: Any, needs: Any) -> Decimal | None:
    """The absolute difference of two numbers, or of two dates in days."""
    both = o.pair(has, needs)
    if both is None:
        return None
    a, b = to_decimal(both[0]), to_decimal(both[1])
    if a is not None and b is not None and not isinstance(both[0], bool):
        return abs(a - b)
    if isinstance(both[0], date) and isinstance(both[1], date):
        difference = o.arithmetic("-", both[0], both[1], strict=False)
        return None if difference is None else Decimal(abs(difference).days)
    return None
