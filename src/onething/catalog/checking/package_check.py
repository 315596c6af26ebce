"""Checks a whole package: every name that refers to something is followed, and references to nothing are reported.

Runs on a `City` whose shape is already valid (`loader.build`). Each part of the check is a small generator of `Finding`.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from onething.catalog.checking.agency_check import check_agency
from onething.catalog.checking.certificate_check import check_form
from onething.catalog.checking.city_check import check_city
from onething.catalog.checking.event_check import check_event
from onething.catalog.checking.evidence_check import check_evidence, check_papers
from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.checking.known_names import twice
from onething.catalog.checking.partner_check import check_partners
from onething.catalog.checking.review_checks import check_trades
from onething.catalog.checking.sandbox_check import check_sandbox
from onething.catalog.loading.mistakes import CatalogProblem
from onething.catalog.loading.source import Located, show_path
from onething.catalog.models import City, EvidenceType
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load

PARTS = "catalog.checks"
"""Functions `(city, root) -> Iterator[Finding]` of rooms above: what only they know of what stands in a package."""


def problems_of(city: City, whole: Located, root: Path, *, rooms: bool = False) -> list[CatalogProblem]:
    """Every problem of a well-formed package, in the order of files and lines. `rooms`: the other rooms are asked as well."""
    found = list(_all(city, root))
    if rooms:
        found += check_papers(city)
        found += [each for ref in parts_of(PARTS).values() for each in load(ref)(city, root)]
    return located(_once(found), whole)


def _once(found: Iterable[Finding]) -> list[Finding]:
    """Each said once, by the part that says most surely whether the package can be served."""
    kept: dict[object, Finding] = {}
    for each in found:
        key = (each.path, each.what, each.file, each.line)
        if key not in kept or (each.fatal and not kept[key].fatal):
            kept[key] = each
    return list(kept.values())


def located(findings: Iterable[Finding], whole: Located) -> list[CatalogProblem]:
    """Findings with the files and lines they stand on."""
    out: list[CatalogProblem] = []
    for finding in findings:
        if finding.file:
            out.append(
                CatalogProblem(
                    finding.file,
                    finding.line or 1,
                    1,
                    _below(finding.path),
                    finding.what,
                    finding.suggestion,
                    finding.severity,
                    finding.fatal,
                )
            )
            continue
        mark = whole.mark(finding.path)
        inside = mark.path + tuple(
            part for part in finding.path[len(finding.path) - _depth_below(whole, finding.path) :]
        )
        out.append(
            CatalogProblem(
                mark.file,
                mark.line,
                mark.column,
                show_path(inside),
                finding.what,
                finding.suggestion,
                finding.severity,
                finding.fatal,
            )
        )
    return sorted(out, key=lambda problem: (problem.severity, problem.file, problem.line, problem.column))


def _below(path: Where) -> str:
    """What is meant inside a file that is no part of `City`: the name of the rule or the key."""
    return show_path(path[-1:]) if path else "."


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
        yield from check_agency(city, agency, ("agencies", index))
    for index, kind in enumerate(city.evidence_types):
        yield from _evidence_type(city, kind, ("evidence_types", index), root)
    yield from _refusal(city)
    yield from check_city(city)
    yield from check_partners(city)
    yield from check_trades(city)
    yield from check_sandbox(city)
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
    yield from check_evidence(city, kind, at)
    yield from check_form(city, kind, (*at, "certificate"), root)
