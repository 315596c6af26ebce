"""Checks a whole package: every name that refers to something is followed, and references to nothing are reported.

Runs on a `City` whose shape is already valid (`loader.build`). Each part of the check is a small generator of `Finding`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from onething.catalog.checking.certificate_check import check_form
from onething.catalog.checking.event_check import check_event
from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.checking.known_names import twice
from onething.catalog.checking.partner_check import check_partners
from onething.catalog.checking.review_checks import check_trades
from onething.catalog.loading.mistakes import CatalogProblem
from onething.catalog.loading.source import Located, show_path
from onething.catalog.models import Agency, City, EvidenceType, Operation


def problems_of(city: City, whole: Located, root: Path) -> list[CatalogProblem]:
    """Every problem of a well-formed package, in the order of files and lines."""
    return located(_all(city, root), whole)


def located(findings: Iterable[Finding], whole: Located) -> list[CatalogProblem]:
    """Findings with the files and lines they stand on."""
    out: list[CatalogProblem] = []
    for finding in findings:
        mark = whole.mark(finding.path)
        inside = mark.path + tuple(
            part for part in finding.path[len(finding.path) - _depth_below(whole, finding.path) :]
        )
        out.append(
            CatalogProblem(
                mark.file, mark.line, mark.column, show_path(inside), finding.what, finding.suggestion, finding.severity
            )
        )
    return sorted(out, key=lambda problem: (problem.severity, problem.file, problem.line, problem.column))


def _depth_below(whole: Located, path: Where) -> int:
    """How many last parts of a path have no mark of their own (a model default the file does not write)."""
    for end in range(len(path), -1, -1):
        if path[:end] in whole.marks:
            return len(path) - end
    return len(path)


def _all(city: City, root: Path) -> Iterator[Finding]:
    yield from twice([(("agencies", index), agency.id) for index, agency in enumerate(city.agencies)])
    yield from twice([(("evidence_types", index), kind.id) for index, kind in enumerate(city.evidence_types)])
    yield from twice([(("life_events", index), event.id) for index, event in enumerate(city.life_events)])
    for index, agency in enumerate(city.agencies):
        yield from _agency(city, agency, ("agencies", index))
    for index, kind in enumerate(city.evidence_types):
        yield from _evidence_type(city, kind, ("evidence_types", index), root)
    yield from _refusal(city)
    yield from check_partners(city)
    yield from check_trades(city)
    for index, event in enumerate(city.life_events):
        yield from check_event(city, event, ("life_events", index), root)


def _refusal(city: City) -> Iterator[Finding]:
    kind = city.evidence_type(city.refusal) if city.refusal else None
    if city.refusal and kind is None:
        yield unknown(("refusal",), "材料类型", "evidence type", city.refusal, (k.id for k in city.evidence_types))
    if kind is not None and kind.certificate is None:
        yield Finding.error(
            ("refusal",), f"“{kind.id}”没有证照版式(certificate),无法出具书面决定。",
            f'"{kind.id}" has no `certificate` form, so no decision can be written.',
        )  # fmt: skip


def _agency(city: City, agency: Agency, at: Where) -> Iterator[Finding]:
    yield from twice([((*at, "operations", index), op.id) for index, op in enumerate(agency.operations)])
    maps = {code.id for code in agency.codes}
    for index, op in enumerate(agency.operations):
        here = (*at, "operations", index)
        yield from _undo(agency, op, here)
        kind = city.evidence_type(op.gives) if op.gives else None
        if op.gives and kind is None:
            yield unknown((*here, "gives"), "材料类型", "evidence type", op.gives, (k.id for k in city.evidence_types))
        if kind is not None:
            known = [spec.id for spec in kind.fields]
            for name in op.response:
                if name not in known:
                    yield unknown((*here, "response", name), f"“{kind.id}”的字段", f'field of "{kind.id}"', name, known)
        for name, form in op.formats.items():
            if form.startswith("codes:") and form[6:] not in maps:
                yield unknown((*here, "formats", name), "代码表", "code map", form[6:], maps)


def _undo(agency: Agency, op: Operation, here: Where) -> Iterator[Finding]:
    if op.kind == "perform" and op.undo is None:
        yield Finding.warning(
            here,
            f"“{op.id}”没有写怎样撤回(undo),后面的步骤失败时无法恢复原状。",
            f'"{op.id}" has no undo: when a later step fails, it cannot be taken back.',
        )
    if op.undo is None:
        return
    undo = agency.operation(op.undo)
    if undo is None:
        yield unknown((*here, "undo"), "操作", "operation", op.undo, (other.id for other in agency.operations))
    elif undo.kind != "undo":
        yield Finding.error(
            (*here, "undo"), f"“{op.undo}”不是撤回操作(kind: undo)。", f'"{op.undo}" is not of kind "undo".'
        )


def _evidence_type(city: City, kind: EvidenceType, at: Where, root: Path) -> Iterator[Finding]:
    yield from twice([((*at, "fields", index), spec.id) for index, spec in enumerate(kind.fields)])
    for index, spec in enumerate(kind.fields):
        if (spec.type == "rows") != bool(spec.fields):
            yield Finding.error(
                (*at, "fields", index),
                f"字段“{spec.id}”:重复组(type: rows)要列出 fields,其他类型不要列。",
                f'Field "{spec.id}": type "rows" needs its fields, and no other type has any.',
            )
        if (spec.type == "code") != bool(spec.codes):
            yield Finding.error(
                (*at, "fields", index),
                f"字段“{spec.id}”：代码型(type: code)要列出 codes，其他类型不要列。",
                f'Field "{spec.id}": type "code" needs its codes, and no other type has any.',
            )
    known = {f"{agency.id}.{op.id}" for agency, op in city.operations()}
    for index, name in enumerate(kind.held_by):
        if name not in known:
            yield unknown((*at, "held_by", index), "操作", "operation", name, known)
    yield from check_form(city, kind, (*at, "certificate"), root)
