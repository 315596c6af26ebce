"""Every certificate of a package drawn once with made-up values: does it compile, and does each value really stand on it?"""

from collections.abc import Iterator
from typing import Any

from onething.catalog.checking.findings import Finding, Where
from onething.catalog.checking.package_check import located
from onething.catalog.field_words import certificate_field
from onething.catalog.loading.mistakes import CatalogProblem
from onething.catalog.loading.source import Located
from onething.catalog.models import City, EvidenceType, FieldSpec
from onething.core.errors import Problem


def print_problems(city: City, whole: Located) -> list[CatalogProblem]:
    """What is wrong with the templates of a package that is well-formed otherwise. Takes a fifth of a second a certificate."""
    return located(_all(city), whole)


def _all(city: City) -> Iterator[Finding]:
    for index, kind in enumerate(city.evidence_types):
        if kind.certificate is not None:
            yield from _one(city, kind, ("evidence_types", index, "certificate", "template"))


def _one(city: City, kind: EvidenceType, at: Where) -> Iterator[Finding]:
    from onething.documents.service import (
        render_certificate,
        words_in,
    )  # typst and pdfium: only where a package is checked

    form = kind.certificate
    names = [*(form.with_ if form else ()), *(spec.id for spec in kind.fields)]
    samples = {name: sample(certificate_field(city, kind.id, name), number) for number, name in enumerate(names)}
    try:
        data = {name: value for name, (value, _) in samples.items()} | given(kind)
        text = words_in(render_certificate(city.folder / (form.template if form else ""), data))
    except (Problem, OSError) as problem:
        detail = problem.detail if isinstance(problem, Problem) else str(problem)
        yield Finding.error(
            at, f"证照“{kind.id}”画不出来：{detail}", f'The certificate "{kind.id}" cannot be drawn: {detail}'
        )
        return
    for name, (_, shown) in samples.items():
        if shown not in text and name not in (form.not_printed if form else ()):
            yield Finding.error(
                at,
                f"画出来的证照“{kind.id}”上找不到“{name}”的值：可能被遮住、截断或没有印。",
                f'The drawn certificate "{kind.id}" does not show the value of "{name}": covered, cut off or never printed.',
            )


def given(kind: EvidenceType) -> dict[str, Any]:
    """What the platform itself gives to a template."""
    title = kind.certificate.title.zh if kind.certificate else kind.id
    return {
        "certificate_title": title, "issuer": "示范机关", "number": "BH000001", "serial_number": "BH000001",
        "verification_code": "AAAA-BBBB-CCCC", "issued_at": "2026-01-02", "valid_until": "2036-01-02", "case_reference": "BJ000001",
        "verify_url": "http://example.invalid/verify/AAAA-BBBB-CCCC", "revoked": False, "specimen": False,
    }  # fmt: skip


def sample(spec: FieldSpec | None, number: int) -> tuple[Any, str]:
    """A made-up value of a field and how it reads in print; told from every other by its number."""
    match spec.type if spec else "text":
        case "date":
            return f"2{number:03d}-01-02", f"2{number:03d}年1月2日"
        case "datetime":
            return f"2{number:03d}-01-02T03:04", f"2{number:03d}年1月2日03:04"
        case "money":
            return f"70{number:02d}.50", f"7,0{number:02d}.50"
        case "number":
            return 9000 + number, f"{9000 + number}"
        case "code":
            code, words = next(iter(spec.codes.items())) if spec and spec.codes else (f"K{number:02d}Z", None)
            return code, words.zh if words else code
        case _:
            return f"甲{number:02d}乙", f"甲{number:02d}乙"
