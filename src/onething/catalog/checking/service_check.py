"""The check of one service: agency, evidence, how it is carried out, rules, the old way."""

from collections.abc import Iterator
from pathlib import Path

from onething.catalog.checking.findings import Finding, Where, strange, unknown
from onething.catalog.checking.known_names import Names
from onething.catalog.checking.shapes import of_field
from onething.catalog.model.conditions import slots_in
from onething.catalog.models import FromSignIn, OperationRef, Service


def check_service(names: Names, service: Service, at: Where, root: Path) -> Iterator[Finding]:
    """Everything that can be wrong with one service once its shape is valid."""
    agencies = [agency.id for agency in names.city.agencies]
    if service.agency not in agencies:
        yield unknown((*at, "agency"), "部门", "agency", service.agency, agencies)
    for part in ("requires", "outputs"):
        for index, slot in enumerate(getattr(service, part)):
            if slot not in names.slots:
                yield unknown((*at, part, index), "材料位", "slot", slot, names.slots)
    if not service.outputs:
        yield Finding.error(
            at,
            f"事项“{service.id}”没有产出(outputs),就看不出它办完了没有。",
            f'The service "{service.id}" has no outputs, so nobody could tell that it is done.',
        )
    yield from _certificates(names, service)
    yield from names.condition(service.when, (*at, "when"))
    yield from _permit(names, service, (*at, "for_permit"))
    yield from names.rules_file(service.rules, (*at, "rules"), root, ("decision", "table"))
    yield from _others(names, service, at)
    if service.handling.checks and not names.event.checks:
        yield Finding.fault(
            (*at, "handling", "checks"),
            "这里要先做核验（checks），但这件事没有 checks.yaml。",
            "Checks are to be made first, and the life event has no checks.yaml.",
        )
    paper = [document.id for document in names.event.paper]
    for index, document in enumerate(service.old_way.documents):
        if document not in paper:
            yield unknown((*at, "old_way", "documents", index), "纸质材料", "paper document", document, paper)
    yield from _handling(names, service, (*at, "handling"))


def _others(names: Names, service: Service, at: Where) -> Iterator[Finding]:
    """Services that are named by this one."""
    others = [other.id for other in names.event.services if other.id != service.id]
    for index, before in enumerate(service.needs_before):
        if before not in others:
            yield unknown((*at, "needs_before", index), "事项", "service", before, others)
    for index, other in enumerate(service.refusal_undoes):
        if other not in others:
            yield strange((*at, "refusal_undoes", index), "事项", "service", other, others)


def _gives(names: Names, service: Service, at: Where) -> Iterator[Finding]:
    """What the operation answers must be what the service puts into one of its slots."""
    operation = names.operations.get(service.handling.operation or "")
    kinds = [names.slots[slot].type for slot in service.outputs if slot in names.slots]
    if operation is not None and operation.gives and kinds and operation.gives not in kinds:
        yield Finding.fault(
            at, f"“{service.handling.operation}”给出的是“{operation.gives}”，本事项产出的是“{'、'.join(kinds)}”。",
            f'"{service.handling.operation}" gives "{operation.gives}", and this service puts out "{", ".join(kinds)}".',
        )  # fmt: skip


def _certificates(names: Names, service: Service) -> Iterator[Finding]:
    """What the template of a certificate takes from the case must be there in this life event."""
    for slot_id in service.outputs:
        kind = names.city.type_of(names.slots.get(slot_id))
        if kind is not None and kind.certificate is not None:
            place = names.city.evidence_types.index(kind)
            for name, text in kind.certificate.with_.items():
                yield from names.expression(text, ("evidence_types", place, "certificate", "with", name))


def _permit(names: Names, service: Service, at: Where) -> Iterator[Finding]:
    """The permit is one of the city's graph, and the life event says where scope and trade stand."""
    permits = [each.id for each in names.city.trades.permits]
    if service.for_permit is None:
        return
    if service.for_permit not in permits:
        yield unknown(at, "许可", "permit", service.for_permit, permits)
    if names.event.permit_reminders is None:
        yield Finding.error(
            at,
            "写了 for_permit，主题也要写 permit_reminders：经营范围和主营行业在哪里。",
            "With for_permit the life event needs permit_reminders too: where scope and main trade stand.",
        )


def _handling(names: Names, service: Service, at: Where) -> Iterator[Finding]:
    handling = service.handling
    if isinstance(handling.officer_when, str):
        yield from names.condition(handling.officer_when, (*at, "officer_when"))
    else:
        for index, referral in enumerate(handling.referrals):
            yield from names.condition(referral.when, (*at, "officer_when", index, "when"))
    if handling.mode == "robot" and not handling.robot:
        yield Finding.error(at, "由机器人办理(mode: robot)时要写 robot。", 'Mode "robot" must say which robot.')
    if handling.operation is None:
        yield from _by_itself(names, service, at)
        return
    yield from _gives(names, service, (*at, "operation"))
    yield from names.call(handling.operation, handling.with_, "perform", (*at, "operation"), (*at, "with"))
    if OperationRef.parse(handling.operation).agency != service.agency and handling.operation in names.operations:
        yield Finding.error(
            (*at, "operation"),
            f"“{handling.operation}”不是本事项部门“{service.agency}”的操作。",
            f'"{handling.operation}" does not belong to this service\'s agency "{service.agency}".',
        )
    yield from _required(names, service, at)


def _by_itself(names: Names, service: Service, at: Where) -> Iterator[Finding]:
    """A service without an operation: what it gives is worked out of what registers and rules say."""
    handling = service.handling
    if not handling.with_:
        if handling.mode == "automatic":
            yield Finding.error(
                at,
                "自动办理(mode: automatic)时要写调用哪个部门操作(operation)，或用 with 写出产出的每个字段从哪里来。",
                'Mode "automatic" must say which operation carries it out, or by `with` where each field that it gives comes from.',
            )
        return
    kinds = [kind for slot in service.outputs if (kind := names.city.type_of(names.slots.get(slot))) is not None]
    specs = {spec.id: spec for kind in kinds for spec in kind.fields}
    for name, text in handling.with_.items():
        if name not in specs:
            yield strange((*at, "with", name), "产出的字段", "field that this service gives", name, specs)
        yield from names.expression(text, (*at, "with", name), of_field(specs[name]) if name in specs else None)
    for name, spec in specs.items():
        if spec.required and name not in handling.with_:
            yield Finding.fault(
                (*at, "with"), f"必填的“{name}”没有写从哪里来。", f'"{name}" is required, and nothing says where it comes from.'
            )  # fmt: skip
    yield from _required(names, service, at)


def _required(names: Names, service: Service, at: Where) -> Iterator[Finding]:
    """What the parameters read is among what the service requires, so that it waits for it."""
    signed_in = {slot.id for slot in names.event.slots if any(isinstance(s, FromSignIn) for s in slot.sources)}
    for param, text in service.handling.with_.items():
        try:
            reads = slots_in(text)
        except ValueError:
            continue
        for slot in sorted(reads - set(service.requires) - signed_in):
            if slot in names.slots:
                yield Finding.error(
                    (*at, "with", param),
                    f"这里用到“{slot}”，请把它写进 requires。",
                    f'This reads "{slot}": list it under requires.',
                )
