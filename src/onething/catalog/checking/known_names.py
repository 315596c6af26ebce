"""The names that exist in one life event, and checks of whatever points at them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.model.conditions import names_in
from onething.catalog.models import City, FieldSpec, LifeEvent, Operation, Slot
from onething.core.errors import Problem
from onething.rules.service import RuleError, load_rules


def twice(items: list[tuple[Where, str]]) -> Iterator[Finding]:
    """Ids that are used more than once."""
    counts = Counter(name for _, name in items)
    seen: set[str] = set()
    for path, name in items:
        if counts[name] > 1 and name in seen:
            yield Finding.error((*path, "id"), f"编号“{name}”用了两次。", f'The id "{name}" is used twice.')
        seen.add(name)


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

    def expression(self, text: str | None, at: Where) -> Iterator[Finding]:
        """An expression must be understood, and every fact it reads must exist."""
        if text is None:
            return
        try:
            names = names_in(text)
        except ValueError as error:
            yield Finding.error(at, f"读不懂这个条件:{error}。", f"This expression cannot be understood: {error}.")
            return
        for name in sorted(names):
            yield from self.fact(name, at)

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
            yield from self.expression(text, (*params_at, param))
            if param not in takes:
                yield unknown((*params_at, param), f"“{name}”的参数", f'parameter of "{name}"', param, takes)
        for param in sorted(takes - set(params)):
            yield Finding.error(
                params_at, f"“{name}”还要参数“{param}”。", f'"{name}" also needs the parameter "{param}".'
            )

    def rules_file(self, ref: str | None, at: Where, root: Path) -> Iterator[Finding]:
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
            rules = load_rules(folder / file, name or None)
        except RuleError as error:
            yield Finding.error(at, f"规则文件有误：{error}", f"The rules cannot be used: {error}")
            return
        except Problem as problem:
            what = problem.what
            yield Finding.error(at, f"规则文件有误：{what.zh}", f"The rules cannot be used: {what.en}")
            return
        for fact in sorted(rules.names):
            if "." in fact:
                yield from self.fact(fact, at)
