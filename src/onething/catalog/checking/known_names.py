"""The names that exist in one life event, and checks of whatever points at them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from onething.catalog.checking.expressions import Fault, faults_of_value, kind_of, never_holds, read_expression
from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.checking.shapes import ANY, Scalar, Shape, of_type
from onething.catalog.models import City, FieldSpec, LifeEvent, Operation, Slot
from onething.core.errors import Problem
from onething.rules.service import RuleError, load_rules

_SENT = {"fen": "number", "int": "number", "number": "number", "date": "date", "datetime": "date", "bool": "bool"}
"""Format → kind of value that it can send."""


def twice(items: list[tuple[Where, str]]) -> Iterator[Finding]:
    """Ids that are used more than once."""
    counts = Counter(name for _, name in items)
    seen: set[str] = set()
    for path, name in items:
        if counts[name] > 1 and name in seen:
            yield Finding.error((*path, "id"), f"编号“{name}”用了两次。", f'The id "{name}" is used twice.')
        seen.add(name)


def located_fault(fault: Fault, at: Where) -> Finding:
    return Finding(at, fault.what, fault.suggestion, fatal=fault.fatal)


class Names:
    """What may be named inside one life event."""

    def __init__(self, city: City, event: LifeEvent) -> None:
        self.city, self.event = city, event

    @cached_property
    def slots(self) -> dict[str, Slot]:
        return {slot.id: slot for slot in self.event.slots}

    @cached_property
    def operations(self) -> dict[str, Operation]:
        return {f"{agency.id}.{op.id}": op for agency, op in self.city.operations()}

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """What expressions may read: every slot with the fields of its type."""
        return {
            slot.id: of_type(kind, slot.id) if (kind := self.city.type_of(slot)) else ANY for slot in self.event.slots
        }

    def field(self, name: str) -> FieldSpec | None:
        """The specification behind `slot.field`."""
        slot_id, _, field_id = name.partition(".")
        slot = self.slots.get(slot_id)
        kind = self.city.type_of(slot)
        return kind.field(field_id) if kind else None

    def fact(self, name: str, at: Where) -> Iterator[Finding]:
        """`name` must be `slot.field`."""
        slot_id, _, field_id = name.partition(".")
        slot = self.slots.get(slot_id)
        if slot is None:
            yield unknown(at, "材料位", "slot", slot_id, self.slots)
            return
        kind = self.city.type_of(slot)
        if kind is not None and field_id and kind.field(field_id.partition(".")[0]) is None:
            yield unknown(
                at, f"“{slot_id}”的字段", f'field of "{slot_id}"', field_id, (spec.id for spec in kind.fields)
            )

    def expression(
        self, text: str | None, at: Where, wanted: Shape | None = None, more: Mapping[str, Shape] | None = None
    ) -> Iterator[Finding]:
        """An expression must be understood, everything it reads must exist, and it must give what is `wanted` here."""
        if text is None:
            return
        found = read_expression(text, {**self.shapes, **(more or {})})
        yield from (located_fault(fault, at) for fault in found.faults)
        if wanted is not None:
            yield from (located_fault(fault, at) for fault in faults_of_value(found, wanted))

    def condition(self, text: str | None, at: Where, more: Mapping[str, Shape] | None = None) -> Iterator[Finding]:
        """An expression that is true or false, and not always the latter."""
        if text is None:
            return
        names = {**self.shapes, **(more or {})}
        found = read_expression(text, names)
        yield from (located_fault(fault, at) for fault in found.faults)
        if found.faults:
            return
        if kind_of(found.shape) not in ("bool", "any"):
            yield Finding.fault(
                at,
                f"这里要一个结果为“是/否”的条件，“{text}”不是。",
                f'A condition (true or false) is wanted here, and "{text}" is none.',
            )
        elif never_holds(text):
            yield Finding.fault(
                at,
                "这个条件永远不会成立，请改正或删去这一段。",
                "This condition can never hold: correct it, or leave out what depends on it.",
            )

    def call(self, name: str, params: Mapping[str, str], kind: str, at: Where, params_at: Where) -> Iterator[Finding]:
        """A call must name an operation of the right kind and give exactly the parameters it takes."""
        operation = self.operations.get(name)
        if operation is None:
            yield unknown(at, "部门操作", "operation", name, self.operations)
        elif operation.kind != kind:
            yield Finding.error(
                at,
                f"“{name}”的种类是 {operation.kind},这里要 {kind}。",
                f'"{name}" is of kind {operation.kind}, not {kind}.',
            )
        takes = {name for name in operation.request.values() if not name.startswith("=")} if operation else set(params)
        for param, text in params.items():
            yield from self.expression(text, (*params_at, param), self._sent_as(name, param))
            yield from self._sayable(name, param, text, (*params_at, param))
            if param not in takes:
                yield unknown((*params_at, param), f"“{name}”的参数", f'parameter of "{name}"', param, takes)
        for param in sorted(takes - set(params)):
            yield Finding.error(
                params_at, f"“{name}”还要参数“{param}”。", f'"{name}" also needs the parameter "{param}".'
            )

    def _sent_as(self, name: str, param: str) -> Shape | None:
        """What a parameter must be, by the format in which it is sent."""
        operation = self.operations.get(name)
        word = operation.formats.get(param, "").split("|")[-1].partition(":")[0].strip() if operation else ""
        return Scalar(_SENT[word]) if word in _SENT else None

    def _sayable(self, name: str, param: str, text: str, at: Where) -> Iterator[Finding]:
        """Every code that may be sent has a word of theirs."""
        operation, agency = self.operations.get(name), self.city.agency(name.partition(".")[0])
        word, _, table = operation.formats.get(param, "").partition(":") if operation else ("", "", "")
        codes = next((each for each in agency.codes if each.id == table), None) if agency and word == "codes" else None
        shape = read_expression(text, self.shapes).shape if codes else None
        if codes is None or not isinstance(shape, Scalar):
            return
        for code in shape.codes or ([shape.literal] if shape.literal is not None else []):
            if code not in codes.values.values():
                yield Finding.fault(
                    at,
                    f"“{code}”在“{agency.id if agency else ''}”的代码表“{table}”里没有对应的代码，这样的办件送不出去。",
                    f'The code map "{table}" has no word for "{code}": such a case could not be sent.',
                )

    def rules_file(self, ref: str | None, at: Where, root: Path, kinds: tuple[str, ...]) -> Iterator[Finding]:
        """`file#ruleset`, with the file beside the life event."""
        if ref is None:
            return
        folder = root / self.event.id
        file, _, name = ref.partition("#")
        if not (folder / file).is_file():
            known = [path.relative_to(folder).as_posix() for path in folder.glob("rules/*")]
            yield unknown(at, "规则文件", "rules file", file, known)
            return
        try:
            found = load_rules(folder / file, name or None)
        except RuleError as error:
            yield Finding.error(at, f"规则文件有误：{error}", f"The rules cannot be used: {error}")
            return
        except Problem as problem:
            what = problem.what
            yield Finding.error(at, f"规则文件有误：{what.zh}", f"The rules cannot be used: {what.en}")
            return
        if found.kind not in kinds:
            yield Finding.fault(
                at,
                f"“{ref}”是 {found.kind} 规则，这里要 {'、'.join(kinds)}。",
                f'"{ref}" holds {found.kind} rules; here {" or ".join(kinds)} are wanted.',
            )
