"""Do partners and access rights point at what exists, and is no field promised that an answer does not have?"""

from collections.abc import Iterator

from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.checking.known_names import twice
from onething.catalog.models import Ask, City


def check_partners(city: City) -> Iterator[Finding]:
    yield from twice([(("partners", index), partner.id) for index, partner in enumerate(city.partners)])
    agencies = {agency.id for agency in city.agencies}
    for index, partner in enumerate(city.partners):
        if partner.id in agencies or partner.id == "platform":
            yield Finding.error(
                ("partners", index), f"“{partner.id}”已是部门的名字。", f'"{partner.id}" is already an agency.'
            )
        for number, purpose in enumerate(partner.purposes):
            for place, ask in enumerate(purpose.asks):
                yield from _ask(city, ask, ("partners", index, "purposes", number, "asks", place))
    known = {f"{agency.id}.{op.id}" for agency, op in city.operations()} | {f"{agency}.*" for agency in agencies}
    for index, right in enumerate(city.rights):
        for place, name in enumerate(right.operations):
            if name not in known:
                yield unknown(("rights", index, "operations", place), "操作", "operation", name, known)
        if right.who not in agencies | {"platform"}:
            yield unknown(("rights", index, "who"), "成员", "member", right.who, agencies | {"platform"})


def _ask(city: City, ask: Ask, at: Where) -> Iterator[Finding]:
    operations = {f"{agency.id}.{op.id}": op for agency, op in city.operations()}
    operation = operations.get(ask.operation)
    if operation is None:
        yield unknown((*at, "operation"), "操作", "operation", ask.operation, operations)
        return
    if operation.kind != "query":
        yield Finding.error((*at, "operation"), "合作机构只能查询。", "A partner may only ask, not order.")
    kind = city.evidence_type(operation.gives) if operation.gives else None
    names = [spec.id for spec in kind.fields] if kind else list(operation.response)
    for place, name in enumerate(ask.fields):
        if name not in names:
            yield unknown((*at, "fields", place), "字段", "field", name, names)
    if ask.person not in operation.request.values():
        yield unknown((*at, "person"), "参数", "parameter", ask.person, operation.request.values())
