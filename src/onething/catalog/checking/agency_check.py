"""The check of one agency: its operations, what they take and give, its lists of codes, how a step is taken back."""

import re
from collections.abc import Iterator

from onething.catalog.checking.findings import Finding, Where, strange, unknown
from onething.catalog.checking.known_names import twice
from onething.catalog.model.agencies import NO_UNDO
from onething.catalog.models import Agency, City, CodeMap, EvidenceType, Operation

_IN_PATH = re.compile(r"\{([\w.\-]+)\}")


def check_agency(city: City, agency: Agency, at: Where) -> Iterator[Finding]:
    """Everything that can be wrong with an agency but for what only the exchange knows (formats, adapters, conditions)."""
    yield from twice([((*at, "operations", index), op.id) for index, op in enumerate(agency.operations)])
    yield from twice([((*at, "codes", index), code.id) for index, code in enumerate(agency.codes)])
    yield from twice([((*at, "refusals", index), each.code) for index, each in enumerate(agency.refusals)])
    taken = {name for op in agency.operations for name in op.request.values()}
    for index, each in enumerate(agency.refusals):
        if each.about is not None and each.about not in taken:
            yield strange((*at, "refusals", index, "about"), "参数", "parameter of an operation", each.about, taken)
    for index, op in enumerate(agency.operations):
        here = (*at, "operations", index)
        yield from _undo(agency, op, here)
        yield from _gives(city, op, here)
        yield from _names(op, here)
        yield from _codes(city, agency, op, here)


def _gives(city: City, op: Operation, at: Where) -> Iterator[Finding]:
    kind = city.evidence_type(op.gives) if op.gives else None
    if op.gives and kind is None:
        yield unknown((*at, "gives"), "材料类型", "evidence type", op.gives, (k.id for k in city.evidence_types))
    if kind is None:
        return
    known = [spec.id for spec in kind.fields]
    for name in op.response:
        if name not in known:
            yield unknown((*at, "response", name), f"“{kind.id}”的字段", f'field of "{kind.id}"', name, known)
    for spec in kind.fields:
        if spec.required and op.response and spec.id not in op.response:
            yield Finding.fault(
                (*at, "response"), f"“{kind.id}”必填“{spec.id}”，但应答(response)里没有它。",
                f'"{kind.id}" requires "{spec.id}", and the answer (`response`) does not have it.',
            )  # fmt: skip


def _names(op: Operation, at: Where) -> Iterator[Finding]:
    takes = [name for name in op.request.values() if not name.startswith("=")]
    both = [*op.response, *takes]
    for name in op.formats:
        if name not in both:
            yield strange((*at, "formats", name), "字段或参数", "field or parameter of this operation", name, both)
    for name, fields in op.asked_in.items():
        if name not in takes:
            yield strange((*at, "asked_in", name), "参数", "parameter", name, takes)
        for index, field in enumerate(fields):
            if field not in op.response:
                yield strange((*at, "asked_in", name, index), "应答的字段", "field of the answer", field, op.response)
    for name in _IN_PATH.findall(op.path):
        if name not in op.request:
            yield strange((*at, "path"), "请求字段", "field of the request", name, op.request)
    if op.kind != "perform" and op.already:
        yield Finding.fault(
            (*at, "already"),
            "只有办理类操作(kind: perform)才有 already。",
            "Only operations of kind `perform` have `already`.",
        )


def _codes(city: City, agency: Agency, op: Operation, at: Where) -> Iterator[Finding]:
    """Code maps that are named exist, and what they say is among the codes of the field."""
    maps = {code.id: code for code in agency.codes}
    kind = city.evidence_type(op.gives) if op.gives else None
    for name, form in op.formats.items():
        for step in form.split("|"):
            word, _, argument = step.strip().partition(":")
            if word != "codes":
                continue
            if argument not in maps:
                yield unknown((*at, "formats", name), "代码表", "code map", argument, maps)
            elif name in op.response:
                yield from _outside(agency, maps[argument], kind, name, at)


def _outside(agency: Agency, codes: CodeMap, kind: EvidenceType | None, name: str, at: Where) -> Iterator[Finding]:
    spec = kind.field(name) if kind else None
    if spec is None or spec.type != "code":
        return
    place = agency.codes.index(codes)
    for theirs, ours in codes.values.items():
        if ours not in spec.codes:
            path = (*at[:2], "codes", place, "values", theirs)
            yield strange(path, f"“{name}”的代码", f'code of "{name}"', ours, spec.codes)


def _undo(agency: Agency, op: Operation, here: Where) -> Iterator[Finding]:
    if op.kind == "perform" and op.undo is None:
        yield Finding.warning(
            here,
            f"“{op.id}”没有写怎样撤回(undo),后面的步骤失败时无法恢复原状；不能撤回的，请写 undo: none。",
            f'"{op.id}" has no undo: when a later step fails, it cannot be taken back. If it cannot be undone, say `undo: none`.',
        )
    if op.undo is None or op.undo == NO_UNDO:
        return
    if op.kind != "perform":
        yield Finding.fault(
            (*here, "undo"),
            "只有办理类操作(kind: perform)才有撤回(undo)。",
            "Only operations of kind `perform` have an `undo`.",
        )
    undo = agency.operation(op.undo)
    if undo is None:
        yield unknown((*here, "undo"), "操作", "operation", op.undo, (other.id for other in agency.operations))
        return
    if undo.kind != "undo":
        yield Finding.error(
            (*here, "undo"), f"“{op.undo}”不是撤回操作(kind: undo)。", f'"{op.undo}" is not of kind "undo".'
        )
    there = {*op.response, *op.request.values()}
    for name in undo.request.values():
        if not name.startswith("=") and name not in there:
            place = agency.operations.index(undo)
            theirs = next(key for key, ours in undo.request.items() if ours == name)
            yield strange(
                (*here[:2], "operations", place, "request", theirs),
                f"“{op.id}”里可用来撤回的值",
                f'value of "{op.id}" to undo it by',
                name,
                there,
            )
