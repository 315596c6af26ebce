"""The check of one evidence type: who holds it, what can be read from a photograph, what its fields may hold."""

from collections.abc import Iterator

from onething.catalog.checking.findings import Finding, Where, strange, unknown
from onething.catalog.checking.known_names import twice
from onething.catalog.models import City, EvidenceType, FieldSpec
from onething.documents.models import DocumentType


def check_evidence(city: City, kind: EvidenceType, at: Where) -> Iterator[Finding]:
    """Who holds it and what gives it; limits of its fields, also of those of its rows."""
    operations = {f"{agency.id}.{op.id}": op for agency, op in city.operations()}
    for index, name in enumerate(kind.held_by):
        if name not in operations:
            yield unknown((*at, "held_by", index), "操作", "operation", name, operations)
        elif operations[name].gives != kind.id:
            yield Finding.fault(
                (*at, "held_by", index), f"“{name}”给出的是“{operations[name].gives}”，不是“{kind.id}”。",
                f'"{name}" gives "{operations[name].gives}", not "{kind.id}".',
            )  # fmt: skip
    for index, spec in enumerate(kind.fields):
        yield from _field(spec, (*at, "fields", index))


def _field(spec: FieldSpec, at: Where) -> Iterator[Finding]:
    if spec.low is not None and spec.high is not None and spec.low > spec.high:
        yield Finding.fault((*at, "low"), "下限(low)大于上限(high)。", "`low` is above `high`.")
    if (spec.low is not None or spec.high is not None) and spec.type not in ("number", "money"):
        yield Finding.fault(
            (*at, "type"), "只有数字和金额才有 low、high。", "Only numbers and sums have `low` and `high`."
        )
    yield from twice([((*at, "fields", index), column.id) for index, column in enumerate(spec.fields)])
    for index, column in enumerate(spec.fields):
        here = (*at, "fields", index)
        if column.type == "rows":
            yield Finding.fault((*here, "type"), "重复组里不能再有重复组。", "Rows cannot hold rows.")
        if (column.type == "code") != bool(column.codes):
            yield Finding.fault(
                here, f"字段“{column.id}”：代码型(type: code)要列出 codes，其他类型不要列。",
                f'Field "{column.id}": type "code" needs its codes, and no other type has any.',
            )  # fmt: skip
        yield from _field(column, here)


def check_papers(city: City) -> Iterator[Finding]:
    """Papers of all types; asks the documents room, which is not loaded for it where a city is only served."""
    for index, kind in enumerate(city.evidence_types):
        yield from _documents(kind, ("evidence_types", index))
    yield from _printed(city)


def _printed(city: City) -> Iterator[Finding]:
    """Operations that answer with a paper as the agency printed it name a paper that can be read."""
    printed = [
        (("agencies", index, "operations", number, "form_of"), op.form_of)
        for index, agency in enumerate(city.agencies)
        for number, op in enumerate(agency.operations)
        if op.form_of is not None
    ]
    if printed:
        from onething.documents.service import document_types

        papers = [paper.id for paper in document_types()]
        for at, name in printed:
            if name not in papers:
                yield strange(at, "可识读的材料", "kind of paper that can be read", name, papers)


def _documents(kind: EvidenceType, at: Where) -> Iterator[Finding]:
    """Papers that the reader knows, and the fields that it finds on them."""
    if kind.document_type is None and not kind.from_document:
        return
    from onething.documents.service import document_types  # many types of paper: only for packages that photograph any

    papers = {paper.id: paper for paper in document_types()}
    if kind.document_type is not None and kind.document_type not in papers:
        yield strange(
            (*at, "document_type"), "可识读的材料", "kind of paper that can be read", kind.document_type, papers
        )
    for name, fields in kind.from_document.items():
        paper = papers.get(name)
        if paper is None:
            yield strange((*at, "from_document", name), "可识读的材料", "kind of paper that can be read", name, papers)
            continue
        yield from _read_from(kind, paper, fields, (*at, "from_document", name))


def _read_from(kind: EvidenceType, paper: DocumentType, fields: dict[str, str], at: Where) -> Iterator[Finding]:
    ours, theirs = [spec.id for spec in kind.fields], [field.name for field in paper.fields]
    for name, there in fields.items():
        if name not in ours:
            yield strange((*at, name), f"“{kind.id}”的字段", f'field of "{kind.id}"', name, ours)
        if there not in theirs:
            yield strange((*at, name), f"“{paper.id}”上的字段", f'field on "{paper.id}"', there, theirs)
