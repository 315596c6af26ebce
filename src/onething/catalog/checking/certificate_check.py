"""The check of a certificate's form: template, values, number, holder. Quick; drawing it is another check's (`certificate_prints`)."""

from collections.abc import Iterator
from pathlib import Path

from onething.catalog.certificate_values import GIVEN
from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.model.number_pattern import KNOWN, values_in
from onething.catalog.models import City, EvidenceType
from onething.catalog.template_values import values_printed_by


def check_form(city: City, kind: EvidenceType, at: Where, root: Path) -> Iterator[Finding]:
    """Everything that would make a certificate of this kind say less, or other, than was certified."""
    form = kind.certificate
    if form is None:
        return
    if not (root / form.template).is_file():
        files = [path.relative_to(root).as_posix() for path in root.rglob("*.typ")]
        yield unknown((*at, "template"), "模板文件", "template file", form.template, files)
        return
    known = {*form.with_, *(spec.id for spec in kind.fields)}
    yield from _number(form.number, known, (*at, "number"))
    for part in ("may_be_empty", "not_printed"):
        for index, name in enumerate(getattr(form, part)):
            if name not in known:
                yield unknown((*at, part, index), "证照内容", "value of the certificate", name, known)
    if form.holder is not None and form.holder not in known:
        yield unknown((*at, "holder"), "证照内容", "value of the certificate", form.holder, known)
    if form.holder is None and _is_issued(city, kind):
        yield Finding.error(
            at,
            f"“{kind.id}”没有写发给谁（holder）：查验和文件名都要说出持证人。",
            f'"{kind.id}" does not say for whom it is (`holder`): checks and file names name it.',
        )
    yield from _template(kind, known, (*at, "template"), root)


def _is_issued(city: City, kind: EvidenceType) -> bool:
    given = {slot for event in city.life_events for service in event.services for slot in service.outputs}
    slots = {slot.type for event in city.life_events for slot in event.slots if slot.id in given}
    return kind.id in slots or kind.id == city.refusal


def _number(pattern: str, known: set[str], at: Where) -> Iterator[Finding]:
    try:
        names = values_in(pattern)
    except ValueError as error:
        yield Finding.error(
            at, f"证照编号的写法看不懂：{error}。", f"This pattern of a number cannot be understood: {error}."
        )
        return
    for name in names:
        if name not in known:
            yield unknown(at, "证照内容", "value of the certificate", name, known | KNOWN)


def _template(kind: EvidenceType, known: set[str], at: Where, root: Path) -> Iterator[Finding]:
    form = kind.certificate
    printed = values_printed_by(root / form.template) if form else ()
    for name in printed:
        if name not in known | GIVEN:
            yield unknown(at, "证照内容", "value of the certificate", name, known)
    for name in sorted(known):
        if form and name not in printed and name not in form.not_printed:
            yield Finding.error(
                at,
                f"模板上没有“{name}”：证照签了它就要印出来，或者写进 not_printed。",
                f'The template prints no "{name}": what is signed stands on it, or is listed under `not_printed`.',
            )
