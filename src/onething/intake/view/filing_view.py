"""Everything the pages of a filing show, in one piece: built from one look at the rows, with one plan and one review."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy.orm import Session

from onething.catalog.models import FromQuestions, FromUpload, OperationRef, Question
from onething.catalog.service import SPACED, shown
from onething.core import clock
from onething.core.access import Principal
from onething.core.i18n import Text, texts_of
from onething.documents.service import document_type
from onething.intake.filing.answers import fillable, messages_for
from onething.intake.filing.proposals import choices, phrases, proposal
from onething.intake.filing.reopened import words_of
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.models import (
    ConsentView,
    DocumentAsk,
    DocumentView,
    FactView,
    FilingSummary,
    FilingView,
    QuestionView,
    RegistryView,
    Step,
)
from onething.intake.signing.group_signing import signing_of
from onething.intake.states import UNREAD, DocumentState, FilingStatus, SignatureState
from onething.intake.store import load
from onething.intake.tables import FilingRow
from onething.intake.view.consent_views import consent_views, own_consent_views
from onething.intake.view.document_view import document_views
from onething.intake.view.origin_words import outcome_words, said
from onething.intake.view.others_data import privacy_of
from onething.planning.service import evaluate, holds, old_way, with_derived
from onething.review.models import Origin
from onething.review.service import best_facts, event_map

say = texts_of(__name__)


def filing_view(
    session: Session, principal: Principal, filing_id: str, *, down: Collection[str] = (), refusing: bool = False
) -> FilingView:
    """The whole filing for its pages. `down`: agencies the exchange does not call now (`Exchange.down_agencies()`); `refusing`:
    with what each refusal of a question would do."""
    return view_of(situation_of(load(session, principal, filing_id), down), down, refusing=refusing)


def view_of(situation: Situation, down: Collection[str] = (), *, refusing: bool = False) -> FilingView:
    row, plan, review = situation.filing.row, situation.plan, situation.review
    documents = tuple(document_views(situation))
    questions = tuple(_questions(situation))
    wanted, welcome = tuple(_wanted(situation)), tuple(_welcome(situation))
    consents = tuple(consent_views(situation, refusing=refusing, down=down))
    reading = sum(document.state in UNREAD for document in documents)
    may_submit = row.status == FilingStatus.DRAFT and review.may_submit and not reading
    return FilingView(
        summary=summary_of(row, situation.event.name),
        lang="en" if row.lang == "en" else "zh",
        steps=tuple(_steps(situation, documents, wanted, questions, consents)),
        documents=documents,
        wanted=wanted,
        welcome=welcome,
        reading=reading,
        facts=tuple(_facts(situation)),
        questions=questions,
        consents=consents,
        registries=tuple(_registries(situation)),
        asking=row.asking_until is not None and row.asking_until > clock.now(),
        review=review,
        fix_now=review.group("fix_now"),
        ask_agency=review.group("ask_agency"),
        officer=review.group("officer"),
        notes=review.group("note"),
        plan=plan,
        effort=plan.effort,
        old_way=old_way(situation.city, situation.event),
        optional_services=tuple(
            (service.id, service.name, service.id in row.leave_out)
            for service in situation.event.services
            if service.optional
        ),
        may_submit=may_submit,
        own_consents=tuple(own_consent_views(situation)),
        earlier=situation.earlier,
    )


def summary_of(row: FilingRow, name: Text) -> FilingSummary:
    return FilingSummary(
        row.id,
        row.life_event,
        name,
        FilingStatus(row.status),
        row.version,
        row.created_at,
        row.updated_at,
        row.case_id,
        row.case_reference,
    )


def _document_name(kind: str) -> Text:
    found = document_type(kind)
    return found.name if found else Text.same(kind)


def _wanted(situation: Situation) -> Iterator[DocumentAsk]:
    for ask in situation.plan.asks:
        if ask.kind == "upload" and ask.document_type:
            slot = situation.event.slot(ask.slot)
            name = slot.name if slot is not None and slot.name else _document_name(ask.document_type)
            yield DocumentAsk(ask.slot, ask.document_type, name, ask.reason)


def _welcome(situation: Situation) -> Iterator[DocumentAsk]:
    """Photographs nobody asks for, but that may be added: they settle doubts when a registry is down or wrong."""
    placed = set(situation.gathered.placed.slots.values())
    asked = {ask.slot for ask in situation.plan.asks}
    for slot in situation.event.slots:
        if slot.id in placed | asked or slot.id in situation.plan.left_out:
            continue
        for source in slot.sources:
            if isinstance(source, FromUpload):
                yield DocumentAsk(slot.id, source.upload, slot.name or _document_name(source.upload), "optional")


def _facts(situation: Situation) -> Iterator[FactView]:
    where = event_map(situation.city, situation.event)
    facts = best_facts(situation.settled)
    privacy = privacy_of(situation, facts)
    for slot in situation.event.slots:
        kind = where.types.get(slot.id)
        for spec in kind.fields if kind else ():
            fact = facts.get((slot.id, spec.id))
            if fact is not None:
                name = slot.name or (kind.name if kind else Text.same(slot.id))
                origin: Origin = fact.origin
                words = said(situation.city, origin)
                value = privacy.seen(slot.id, fact)
                masked = value is None
                read = say("masked") if masked else shown(spec, value, SPACED)
                yield FactView(slot.id, name, spec.id, spec.name, value, read.zh, origin, words, read.en, masked)


def _questions(situation: Situation) -> Iterator[QuestionView]:
    """Every question that applies here, answered or not: answers stay changeable until submission."""
    today = clock.today()
    facts = with_derived(situation.event, situation.facts, today)
    typed = {f"{row.slot}.{row.field}": row.value for row in situation.filing.answers if row.value is not None}
    asked = {f"{ask.slot}.{ask.field}" for ask in situation.plan.asks if ask.kind == "answer"}
    specs = fillable(situation.city, situation.event)
    messages = {
        name: each.what for name, each in messages_for(specs, {n: v for n, v in typed.items() if n in specs}).items()
    }
    again = {f"{each.slot}.{each.field}": each for each in situation.fallen if each.asked_again}
    for name, each in again.items():
        what, todo = words_of(situation.city, situation.event, each)
        messages[name] = Text(zh=what.zh + todo.zh, en=f"{what.en} {todo.en}")
    texts = {question.field: question for question in situation.event.questions}
    preset = {(fact.slot, fact.field) for fact in situation.settled if fact.origin.how == "only_choice"}
    for slot in situation.event.slots:
        for source in slot.sources:
            if not isinstance(source, FromQuestions) or not _is_open(situation, slot.id, source, asked, typed):
                continue
            for field in source.ask:
                name = f"{slot.id}.{field}"
                question = texts.get(name) or Question(field=name, ask=specs[name].name)
                if holds(question.when, facts, today) is False or (slot.id, field) in preset:
                    continue
                message = messages.get(name)
                prefill = None if name in typed else proposal(situation.city, situation.event, question, facts)
                yield QuestionView(
                    name=name, slot=slot.id, field=field, page=question.page, ask=question.ask,
                    help=question.help or specs[name].help, type=specs[name].type,
                    options=tuple(_options(situation, question, facts)), value=typed.get(name),
                    prefill=prefill, required=specs[name].required,
                    answered=name in typed and message is None, message=message, asked_again=name in again,
                    phrases=phrases(situation.city, question, facts, typed.get(name, prefill)),
                )  # fmt: skip


def _is_open(
    situation: Situation, slot: str, source: FromQuestions, asked: Collection[str], typed: Collection[str]
) -> bool:
    """A slot whose questions are the way it is filled: still asked, or answered and not superseded by a registry."""
    if slot in situation.plan.left_out:
        return False
    names = {f"{slot}.{field}" for field in source.ask}
    if names & set(asked):
        return True
    first = situation.event.slot(slot)
    alone = first is not None and isinstance(first.sources[0], FromQuestions)
    return alone or (bool(names & set(typed)) and slot in situation.counted)


def _options(situation: Situation, question: Question, facts: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Text]]:
    today = clock.today()
    for option in question.options:
        if holds(option.when, facts, today) is not False:
            yield option.value, option.name
    listed = evaluate(question.options_from, facts, today) if question.options_from else None
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and item.get("value") is not None:
            label = item.get("label", item["value"])
            words = Text(**label) if isinstance(label, dict) and {"zh", "en"} == set(label) else None
            yield str(item["value"]), words or Text.same(label)
    yield from choices(situation.city, question, facts)
    if not question.options and listed is None:
        slot, _, field = question.field.partition(".")
        spec = event_map(situation.city, situation.event).specs.get((slot, field))
        yield from spec.codes.items() if spec else ()


def _registries(situation: Situation) -> Iterator[RegistryView]:
    for row in situation.gathered.registry:
        slot = situation.event.slot(row.slot)
        kind = situation.city.type_of(slot)
        name = (slot.name if slot else None) or (kind.name if kind else Text.same(row.slot))
        agency_name = situation.city.label_of(OperationRef.parse(row.operation).agency)
        outcome: Any = row.outcome
        words = outcome_words(row.outcome, agency_name, name)
        yield RegistryView(row.slot, name, row.operation, agency_name, outcome, row.at, words)


def _steps(
    situation: Situation,
    documents: tuple[DocumentView, ...],
    wanted: tuple[DocumentAsk, ...],
    questions: tuple[QuestionView, ...],
    consents: tuple[ConsentView, ...],
) -> Iterator[Step]:
    read = sum(document.state is DocumentState.READ for document in documents)
    waiting = {task.operation for task in situation.plan.tasks if task.kind == "fetch" and not task.held}
    decided = sum(
        consent.state == "declined" or (consent.state == "given" and consent.operation not in waiting)
        for consent in consents
    )
    needed = [question for question in questions if question.wanted]
    answered = sum(question.answered for question in needed)
    fix = len(situation.review.group("fix_now"))
    event = situation.event
    agencies = _step("agencies", say("step.agencies"), decided, len(consents))
    if any(isinstance(source, FromUpload) for slot in event.slots for source in slot.sources):
        yield _step("documents", say("step.documents"), read, len(documents) + len(wanted))
    if not event.pages:
        yield agencies
    yield _step("answers", say("step.answers"), answered, len(needed))
    if event.pages:  # a guided form says first whom agencies are asked about
        yield agencies
    signing = signing_of(situation)
    if signing is not None:
        signed = sum(each.state == SignatureState.SIGNED for each in signing.people)
        yield _step("sign", say("step.sign"), signed, max(len(signing.people), 1))
    ready = situation.review.may_submit
    yield Step(
        "check",
        say("step.check"),
        int(ready),
        1,
        "done" if ready else "started" if fix else "todo",
    )


def _step(step: Any, name: Text, done: int, total: int) -> Step:
    state = "empty" if not total else "done" if done >= total else "started" if done else "todo"
    return Step(step, name, done, total, state)
