"""What is still asked of the applicant, what agencies will be asked instead, and what an officer will look at."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from onething.catalog.models import FromUpload
from onething.planning.models import Ask
from onething.planning.service import Cause, Why, holds
from onething.review import words
from onething.review.context import Context, finding
from onething.review.merge import UNCERTAIN, rank
from onething.review.models import DocumentProblem, Finding

_DOCUMENT_WORDS = {
    "only_you_know": words.MISSING_DOCUMENT,
    "registry_down": words.MISSING_BECAUSE_DOWN,
    "not_on_record": words.MISSING_NOT_ON_RECORD,
    "declined": words.MISSING_DECLINED,
    "not_allowed": words.MISSING_NOT_ALLOWED,
}


def check_completeness(context: Context, readable: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """`readable`: document type → fields a photograph of it can give."""
    for ask in context.plan.asks:
        yield _asked(context, ask)
    for slot in context.where.types:
        if context.in_use(slot) and slot not in context.asked_slots and slot not in context.fetched_slots:
            yield from _unread(context, slot, readable)
    yield from _uncertain(context)
    yield from _elsewhere(context)
    for problem in context.problems:
        yield _document(context, problem)


def _asked(context: Context, ask: Ask) -> Finding:
    if ask.kind == "upload":
        values = {"document": context.slot_name(ask.slot)}
        return finding("missing_document", "fix_now", _DOCUMENT_WORDS[ask.reason], values, slot=ask.slot)
    values = {"field": context.field_name((ask.slot, ask.field or ""))}
    return finding("missing_answer", "fix_now", words.MISSING_ANSWER, values, slot=ask.slot, field=ask.field)


def _unread(context: Context, slot: str, readable: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Required fields that a photograph should have given and did not, when no registry fills the slot."""
    given = {place[1]: fact for place, fact in context.best.items() if place[0] == slot}
    if not given or any(fact.origin.kind not in {"upload", "answer"} for fact in given.values()):
        return
    types = [source.upload for source in context.where.slots[slot].sources if isinstance(source, FromUpload)]
    fields = {field for kind in types for field in readable.get(kind, ())}
    for spec in context.where.types[slot].fields:
        if spec.required and spec.id in fields and spec.id not in given:
            values = {"document": context.slot_name(slot), "field": spec.name}
            yield finding("missing_field", "fix_now", words.MISSING_FIELD, values, slot=slot, field=spec.id)


def _uncertain(context: Context) -> Iterator[Finding]:
    """A value nobody has confirmed is put to the applicant, never used in silence."""
    for place, fact in context.best.items():
        spec = context.spec(place)
        if rank(fact) != UNCERTAIN or spec is None or not context.in_use(place[0]):
            continue
        if place[0] in context.fetched_slots:
            continue  # the registry will say it
        shown = spec.codes.get(str(fact.value), fact.value)
        values = {"document": context.slot_name(place[0]), "field": spec.name, "value": shown}
        yield finding(
            "confirm_value", "fix_now" if spec.required else "note", words.CONFIRM, values,
            slot=place[0], field=place[1], evidence=(fact.origin,), values=(str(fact.value),),
        )  # fmt: skip


def _elsewhere(context: Context) -> Iterator[Finding]:
    for task in context.plan.tasks:
        if task.kind == "fetch" and task.slot is not None:
            values = {"document": context.slot_name(task.slot), "agency": context.agency_name(task.agency)}
            sentences = words.ASK_LATER if task.held else words.ASK_AGENCY
            yield finding("will_be_asked", "ask_agency", sentences, values, slot=task.slot)
        elif task.mode == "officer" and task.service is not None:
            service = context.where.event.service(task.service)
            told = service is None or holds(service.when, context.derived, context.as_of) is True
            if task.conditional or not told:
                continue  # whether it is part of the case at all is not known yet
            name = service.name if service else task.service
            values = {"service": name, "agency": context.agency_name(task.agency)}
            grounds = service.grounds if service else ()
            yield finding("officer_task", "officer", words.OFFICER_TASK, values, about=task.id, grounds=grounds)
    wanted = _required(context)
    for slot, why in context.plan.unreachable.items():
        if slot in wanted:
            yield from _unreachable(context, slot, why)


def _required(context: Context) -> set[str]:
    """Slots that the services of this case cannot do without."""
    services = [service for service in context.where.event.services if service.id not in context.plan.left_out]
    return {slot for service in services for slot in service.requires}


def _unreachable(context: Context, slot: str, why: Sequence[Why]) -> Iterator[Finding]:
    """A record that an agency does not have is most often a number read or typed wrong: that can be mended now. What
    only waits for something else that is missing is not said again."""
    causes = {each.cause for each in why}
    if Cause.NOT_ON_RECORD in causes and not causes & {Cause.DOWN, Cause.FAILED}:
        operation = next(each.about[0] for each in why if each.cause is Cause.NOT_ON_RECORD)
        values = {"document": context.slot_name(slot), "agency": context.agency_name(operation)}
        yield finding("not_on_record", "fix_now", words.NOT_ON_RECORD, values, slot=slot, about=operation)
    elif not causes <= {Cause.NEEDS, Cause.NOT_KNOWN}:
        yield finding("unreachable", "officer", words.UNREACHABLE, {"document": context.slot_name(slot)}, slot=slot)


def _document(context: Context, about: DocumentProblem) -> Finding:
    """What the reader said about a photograph: it blocks only while that document is needed and not had otherwise.

    A paper whose code and print differ is looked at by an officer where the city's evidence type can say so to its rules.
    """
    problem = about.problem
    needed = about.slot is not None and about.slot in context.asked_slots
    judged = problem.code == "code_disagrees" and (about.slot or "", "print_differs") in context.where.specs
    return Finding(
        code=f"document_{problem.code}",
        group="fix_now" if needed and problem.severity == "error" else "officer" if judged else "note",
        slot=about.slot,
        field=problem.field,
        what=problem.what,
        todo=problem.todo,
        about=about.document,
    )
