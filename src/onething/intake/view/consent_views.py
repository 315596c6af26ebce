"""What is put to the applicant: each question that would really be asked, whom it is about, and what refusing it does."""

from collections.abc import Collection, Iterable, Iterator

from onething.catalog.models import City, EvidenceType, FromRegistry, LifeEvent, OperationRef, Slot
from onething.core.clock import today
from onething.core.i18n import Text
from onething.intake.consents.consents import askable, is_separate, text_version
from onething.intake.consents.others import Concerned, concerned, holds, own_consent
from onething.intake.filing.facts import certain
from onething.intake.filing.situation import Situation, if_declined
from onething.intake.models import ConsentView, OwnConsentView, Refusing
from onething.intake.tables import ConsentRow
from onething.planning.service import Consequence


def consent_views(situation: Situation, *, refusing: bool = False, down: Collection[str] = ()) -> Iterator[ConsentView]:
    """Operations that the plan would ask, and those already decided that may still be asked or have answered: a tick that
    asks nothing is not shown. `refusing`: with what each refusal does to the plan, worked out from it."""
    city, event, filing = situation.city, situation.event, situation.filing
    latest = {row.operation: row for row in filing.consents if not row.person}
    wanted = {task.operation for task in situation.plan.tasks if task.kind == "fetch"}
    answered = {row.operation for row in situation.gathered.registry}
    others = _others(situation)
    for operation, slots in askable(event).items():
        row = latest.get(operation)
        if operation not in wanted and row is None:
            continue
        effect: tuple[Consequence, bool] | None = None
        if operation not in wanted | answered:
            if holds(row):
                continue  # agreed, and there is nothing left to ask
            effect = if_declined(situation, operation, down)
            if not effect[1]:
                continue
        if refusing and effect is None:
            effect = if_declined(situation, operation, down)
        used = tuple(slot for slot in slots if slot.id not in situation.plan.left_out) or slots
        about = [each for each in others if each.operation == operation]
        told = refusing_words(city, event, effect[0]) if refusing and effect else None
        yield _view(situation, operation, used, row, about, told)


def _others(situation: Situation) -> list[Concerned]:
    known = certain(situation.city, situation.event, situation.gathered.facts)
    return list(concerned(situation.city, situation.event, situation.filing, known, today()))


def _view(
    situation: Situation,
    operation: str,
    slots: tuple[Slot, ...],
    row: ConsentRow | None,
    about: list[Concerned],
    refusing: Refusing | None,
) -> ConsentView:
    city, event = situation.city, situation.event
    ref, found = OperationRef.parse(operation), city.operation(operation)
    kind = city.evidence_type(slots[0].type)
    source = next(s for s in slots[0].sources if isinstance(s, FromRegistry) and s.registry == operation)
    state = "needed" if row is None else "given" if holds(row) else "declined"
    return ConsentView(
        operation=operation,
        agency=ref.agency,
        agency_name=city.label_of(ref.agency),
        evidence=_evidence(city, operation, kind),
        fields=tuple(spec.name for spec in kind.fields) if kind else (),
        about=_roles(event, slots),
        purpose=_purpose(event, slots),
        ground=source.ground or (found.ground if found else None),
        separate=is_separate(city, event, operation),
        text_version=text_version(city, event, operation, kind),
        state=state,
        given_at=row.given_at if row and state == "given" else None,
        slots=tuple(slot.id for slot in slots),
        others=_roles(event, [each.slot for each in about]) if about else None,
        others_count=len({each.id_number for each in about}),
        others_law=next((each.law for each in about if each.law), None),
        refusing=refusing,
    )


def _roles(event: LifeEvent, slots: Iterable[Slot]) -> Text:
    return Text.joined(dict.fromkeys(event.roles[slot.of] for slot in slots if slot.of in event.roles))


def _evidence(city: City, operation: str, kind: EvidenceType | None) -> Text:
    found = city.operation(operation)
    return kind.name if kind else found.name if found else Text.same(OperationRef.parse(operation).name)


def _purpose(event: LifeEvent, slots: Iterable[Slot]) -> Text:
    """The services that need it, by name."""
    ids = {slot.id for slot in slots}
    services = [service.name for service in event.services if ids & set(service.requires)]
    return Text.joined(services) if services else event.name


def refusing_words(city: City, event: LifeEvent, effect: Consequence) -> Refusing:
    """A consequence by names: services, papers and questions as the applicant knows them."""
    names = {service.id: service.name for service in event.services}
    texts = {question.field: question.ask for question in event.questions}
    return Refusing(
        lost=tuple(names[service] for service in effect.lost),
        papers=tuple(_slot_name(city, event, ask.slot) for ask in effect.asks if ask.kind == "upload"),
        answers=tuple(
            texts.get(f"{ask.slot}.{ask.field}") or _slot_name(city, event, ask.slot)
            for ask in effect.asks
            if ask.kind == "answer"
        ),
        officer=tuple(names[service] for service in effect.officer),
        stops=effect.stops,
        nothing=effect.nothing,
    )


def _slot_name(city: City, event: LifeEvent, slot_id: str) -> Text:
    slot = event.slot(slot_id)
    return city.slot_label(slot) if slot else Text.same(slot_id)


def own_consent_views(situation: Situation) -> Iterator[OwnConsentView]:
    """What only somebody else may allow, with how far that is. Nothing of a slot that this filing has no use for."""
    city, event = situation.city, situation.event
    for each in _others(situation):
        if each.law is not None or _useless(situation, each):
            continue
        row = own_consent(situation.filing, each.operation, each.id_number)
        kind = city.type_of(each.slot)
        yield OwnConsentView(
            operation=each.operation,
            slot=each.slot.id,
            agency_name=city.label_of(OperationRef.parse(each.operation).agency),
            evidence=_evidence(city, each.operation, kind),
            who=_roles(event, [each.slot]),
            state="not_asked" if row is None else _state(row),
        )


def _useless(situation: Situation, each: Concerned) -> bool:
    """Filled by an agency already, or not needed here; what a person may still allow is no reason to leave it out."""
    causes = situation.plan.left_out.get(each.slot.id, ())
    return bool(causes) and not any(why.cause == "not_allowed" for why in causes)


def _state(row: ConsentRow) -> str:
    if row.withdrawn_at is not None:
        return "declined"
    return "given" if row.given_at is not None else "asked"
