"""The check of one life event: slots and their sources, questions, services, paper documents, order without circles."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from onething.catalog.checking.derive_check import check_derive
from onething.catalog.checking.findings import Finding, Where, unknown
from onething.catalog.checking.known_names import Names, twice
from onething.catalog.checking.questions_check import check_questions
from onething.catalog.checking.reach_check import check_reach
from onething.catalog.checking.review_checks import check_checks
from onething.catalog.checking.rules_check import check_rules
from onething.catalog.checking.service_check import check_service
from onething.catalog.model.conditions import slots_in
from onething.catalog.models import (
    City,
    EvidenceType,
    FromFacts,
    FromQuestions,
    FromRegistry,
    FromSignatures,
    FromUpload,
    LifeEvent,
    Slot,
    Source,
)


def check_event(city: City, event: LifeEvent, at: Where, root: Path) -> Iterator[Finding]:
    """Everything that can be wrong with one life event once its shape is valid."""
    names = Names(city, event)
    yield from twice(
        [((*at, "slots", i), slot.id) for i, slot in enumerate(event.slots)]
        + [((*at, "services", i), service.id) for i, service in enumerate(event.services)]
    )
    yield from twice([((*at, "paper", i), paper.id) for i, paper in enumerate(event.paper)])
    for index, slot in enumerate(event.slots):
        yield from _slot(names, slot, (*at, "slots", index))
    yield from _asked_twice(event, at)
    yield from check_questions(names, at, root)
    for index, service in enumerate(event.services):
        yield from check_service(names, service, (*at, "services", index), root)
    yield from check_checks(names, at)
    yield from check_rules(names, at, root)
    yield from check_reach(names, at)
    yield from _refusal(names)
    yield from _whole(names, at, root)
    yield from _order(event, at)


def _slot(names: Names, slot: Slot, at: Where) -> Iterator[Finding]:
    kind = names.city.type_of(slot)
    if kind is None:
        yield unknown((*at, "type"), "材料类型", "evidence type", slot.type, (k.id for k in names.city.evidence_types))
        return
    if slot.of not in names.event.roles:
        yield unknown((*at, "of"), "角色", "role", slot.of, names.event.roles)
    for index, other in enumerate(slot.cross_check):
        if other not in names.slots:
            yield unknown((*at, "cross_check", index), "材料位", "slot", other, names.slots)
        else:
            yield from _comparable(kind, names.city.type_of(names.slots[other]), (*at, "cross_check", index))
    yield from names.condition(slot.when, (*at, "when"))
    for index, source in enumerate(slot.sources):
        here = (*at, "sources", index)
        yield from names.condition(source.when, (*here, "when"))
        yield from _source(names, kind, source, here)
    givers = [service.id for service in names.event.services if slot.id in service.outputs]
    if not slot.sources and not givers:
        yield Finding.error(
            at,
            f"材料位“{slot.id}”没有来源，也没有事项产生它。",
            f'Nothing fills the slot "{slot.id}": it has no source and no service gives it.',
        )
    if len(givers) > 1:
        both = "、".join(givers)
        yield Finding.error(
            at, f"“{slot.id}”由几个事项同时产生:{both}。", f'"{slot.id}" is given by several services: {both}.'
        )


def _comparable(kind: EvidenceType, other: EvidenceType | None, at: Where) -> Iterator[Finding]:
    """Fields of one name that are laid side by side are of one type and have the same codes."""
    for spec in kind.fields:
        there = other.field(spec.id) if other else None
        if other is None or there is None:
            continue
        if there.type != spec.type:
            yield Finding.fault(
                at, f"“{spec.id}”在“{kind.id}”里是 {spec.type}，在“{other.id}”里是 {there.type}，比不了。",
                f'"{spec.id}" is {spec.type} in "{kind.id}" and {there.type} in "{other.id}": they cannot be compared.',
            )  # fmt: skip
        for code in sorted(spec.codes.keys() ^ there.codes.keys()):
            yield Finding.fault(
                at, f"“{spec.id}”的代码“{code}”只在“{kind.id}”和“{other.id}”之一里有，比出来总是不一致。",
                f'The code "{code}" of "{spec.id}" is in only one of "{kind.id}" and "{other.id}": they would never agree.',
            )  # fmt: skip


def _asked_twice(event: LifeEvent, at: Where) -> Iterator[Finding]:
    """The same evidence about the same person has one place, or it would be asked for twice."""
    first: dict[tuple[str, str], str] = {}
    for index, slot in enumerate(event.slots):
        other = first.setdefault((slot.type, slot.of), slot.id)
        if other != slot.id:
            yield Finding.error(
                (*at, "slots", index),
                f"“{slot.id}”和“{other}”是同一个人的同一种材料，会问两次，请合并。",
                f'"{slot.id}" and "{other}" are the same evidence about the same person: it would be asked twice.',
            )


def _source(names: Names, kind: EvidenceType, source: Source, at: Where) -> Iterator[Finding]:
    [spec.id for spec in kind.fields]
    if isinstance(source, FromRegistry):
        yield from names.call(source.registry, source.with_, "query", (*at, "registry"), (*at, "with"))
        operation = names.operations.get(source.registry)
        if operation and operation.gives and operation.gives != kind.id:
            yield Finding.error(
                (*at, "registry"),
                f"“{source.registry}”给出的是“{operation.gives}”，这里要“{kind.id}”。",
                f'"{source.registry}" gives "{operation.gives}", but this slot holds "{kind.id}".',
            )
    elif isinstance(source, FromUpload):
        if source.upload != kind.document_type and source.upload not in kind.from_document:
            yield Finding.error(
                (*at, "upload"),
                f"“{kind.id}”的上传类型(document_type)是“{kind.document_type}”。",
                f'An upload of "{kind.id}" is read as "{kind.document_type}".',
                kind.document_type,
            )
    elif isinstance(source, FromQuestions):
        yield from _asked(names, kind, source, at)
    elif isinstance(source, FromFacts):
        yield from check_derive(names, kind, source, at)
    elif isinstance(source, FromSignatures):
        yield from _signatures(names, source, at)


def _asked(names: Names, kind: EvidenceType, source: FromQuestions, at: Where) -> Iterator[Finding]:
    fields = [spec.id for spec in kind.fields]
    asked = {question.field for question in names.event.questions}
    slot_id = names.event.slots[int(at[-3])].id
    for index, name in enumerate(source.ask):
        if name not in fields:
            yield unknown((*at, "ask", index), f"“{kind.id}”的字段", f'field of "{kind.id}"', name, fields)
        elif f"{slot_id}.{name}" not in asked:
            yield Finding.error(
                (*at, "ask", index),
                f"要问“{slot_id}.{name}”，但 questions 里没有写怎么问。",
                f'"{slot_id}.{name}" is asked, but no question says how.',
            )


def _signatures(names: Names, source: FromSignatures, at: Where) -> Iterator[Finding]:
    yield from names.fact(source.signed_by, (*at, "signed_by"))
    for index, name in enumerate(source.covers):
        if name not in names.slots:
            yield unknown((*at, "covers", index), "材料位", "slot", name, names.slots)


def _whole(names: Names, at: Where, root: Path) -> Iterator[Finding]:
    event = names.event
    agencies = [agency.id for agency in names.city.agencies]
    if event.lead_agency not in agencies:
        yield unknown((*at, "lead_agency"), "部门", "agency", event.lead_agency, agencies)
    for index, name in enumerate(event.one_per):
        yield from names.fact(name, (*at, "one_per", index))
    if event.risk is not None:
        for name in type(event.risk).model_fields:
            yield from names.expression(getattr(event.risk, name), (*at, "risk", name))
    for index, reminder in enumerate(event.reminders):
        yield from names.condition(reminder.when, (*at, "reminders", index, "when"))
    for name in ("scope", "trade") if event.permit_reminders is not None else ():
        yield from names.expression(getattr(event.permit_reminders, name), (*at, "permit_reminders", name))
    for index, reserve in enumerate(event.reserves):
        yield from names.fact(reserve.fact, (*at, "reserves", index, "fact"))
    if event.told_apart_by:
        yield from names.fact(event.told_apart_by, (*at, "told_apart_by"))
    yield from names.rules_file(event.review, (*at, "review"), root, ("review",))
    used = {document for service in event.services for document in service.old_way.documents}
    for index, paper in enumerate(event.paper):
        if paper.replaced_by is not None and paper.replaced_by not in names.slots:
            yield unknown((*at, "paper", index, "replaced_by"), "材料位", "slot", paper.replaced_by, names.slots)
        if paper.id not in used:
            yield Finding.warning(
                (*at, "paper", index),
                f"没有事项要过纸质材料“{paper.id}”。",
                f'No service used to ask for the paper document "{paper.id}".',
            )


def _refusal(names: Names) -> Iterator[Finding]:
    """The written decision of a refusal takes values from whatever case is refused."""
    for index, kind in enumerate(names.city.evidence_types):
        if kind.id == names.city.refusal and kind.certificate is not None:
            for name, text in kind.certificate.with_.items():
                for finding in names.expression(text, ("evidence_types", index, "certificate", "with", name)):
                    zh, en = finding.what.zh, finding.what.en
                    event = names.event.id
                    yield Finding.fault(
                        finding.path,
                        f"“{event}”这件事的不予办理决定书写不出“{name}”：{zh}",
                        f'The written refusal of "{event}" cannot say "{name}": {en}',
                        finding.suggestion,
                    )


def _order(event: LifeEvent, at: Where) -> Iterator[Finding]:
    """Services must not wait for each other in a circle."""
    giver = {slot: service.id for service in event.services for slot in service.outputs}
    waits: dict[str, set[str]] = {}
    for service in event.services:
        try:
            reads = {slot for text in service.handling.with_.values() for slot in slots_in(text)}
        except ValueError:
            reads = set[str]()
        waits[service.id] = {giver[slot] for slot in reads | set(service.requires) if slot in giver}
        waits[service.id] |= {before for before in service.needs_before if event.service(before)}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        index = next(i for i, service in enumerate(event.services) if service.id == error.args[1][0])
        yield Finding.error(
            (*at, "services", index, "requires"),
            f"这些事项互相等待，谁也开始不了:{circle}。",
            f"These services wait for each other, so none can start: {circle}.",
        )
