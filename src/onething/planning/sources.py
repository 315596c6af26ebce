"""Where each piece of evidence could come from, given what is known, what is down and what a registry did not have."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from onething.catalog.models import (
    City,
    FromFacts,
    FromQuestions,
    FromRegistry,
    FromSignatures,
    FromSignIn,
    FromUpload,
    LifeEvent,
    OperationRef,
    Service,
    Slot,
)
from onething.planning.conditions import evaluate, holds, names_of, slots_of, while_awaited
from onething.planning.reasons import REFUSED_BY_PEOPLE, Cause, Why

Reason = Literal["only_you_know", "registry_down", "not_on_record", "declined", "not_allowed"]


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything a plan is made from. `failed` holds task ids; `absent` slots (or `slot#source index`)."""

    city: City
    event: LifeEvent
    facts: Mapping[str, Mapping[str, Any]]
    as_of: date
    down: Collection[str] = ()
    failed: Collection[str] = ()
    absent: Collection[str] = ()
    leave_out: Collection[str] = ()
    declined: Collection[str] = ()
    """Operations that the applicant does not want to be asked."""
    not_allowed: Collection[str] = ()
    """`slot#source index` of sources that wait for the consent of the person asked about."""
    done: Collection[str] = ()
    durations: Mapping[str, float] = field(default_factory=dict[str, float])

    def holds(self, condition: str | None) -> bool | None:
        """As `conditions.holds`; but while evidence is still to come, nobody can say whether a fact of it "is defined"."""
        told = None if condition is None else while_awaited(condition, self.pending)
        return None if condition is not None and told is None else holds(told, self.facts, self.as_of)

    def pending(self, slot: str) -> bool:
        """Neither known nor certainly missing."""
        found = self.event.slot(slot)
        if found is None or slot in self.absent or self.known(slot):
            return False
        return found.when is None or holds(found.when, self.facts, self.as_of) is not False

    def known(self, slot: str) -> bool:
        return any(value is not None for value in self.facts.get(slot, {}).values())


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to fill a slot. `inputs` are slots that must be filled before."""

    kind: Literal["fetch", "service", "upload", "answer", "sign_in", "derive"]
    index: int
    inputs: frozenset[str] = frozenset()
    service: Service | None = None
    operation: str | None = None
    hours: float = 0.0
    held: bool = False
    """Its agency is down and nothing else can fill the slot: it waits."""
    reason: Reason = "only_you_know"
    fields: tuple[str, ...] = ()
    document_type: str | None = None


@dataclass(slots=True)
class Choices:
    """The ways that are open for one slot, best first, and why the others are not."""

    open: list[Candidate] = field(default_factory=list[Candidate])
    closed: list[Why] = field(default_factory=list[Why])
    absent: bool = False
    """A registry said that there is no such record, and that settles it."""


def is_filled(situation: Situation, slot: Slot) -> bool:
    """Whether nothing more is needed for a slot. Questions must all be answered; other evidence is whole or not there. Where only
    answers are known of a slot that a registry would have filled, the rest is still to be asked."""
    asked = [source for source in slot.sources if isinstance(source, FromQuestions)]
    answered = {name for name, value in situation.facts.get(slot.id, {}).items() if value is not None}
    if asked and (
        len(asked) == len(slot.sources) or (answered and answered <= {name for source in asked for name in source.ask})
    ):
        return not any(missing_answers(situation, slot, source) for source in asked)
    return situation.known(slot.id)


def missing_answers(situation: Situation, slot: Slot, source: FromQuestions) -> tuple[str, ...]:
    """Fields still to be asked: required, applying here, and not answered yet."""
    kind = situation.city.type_of(slot)
    known = situation.facts.get(slot.id, {})
    questions = {question.field: question for question in situation.event.questions}
    out: list[str] = []
    for name in source.ask:
        spec, question = kind.field(name) if kind else None, questions.get(f"{slot.id}.{name}")
        applies = question is None or situation.holds(question.when) is not False
        if applies and known.get(name) is None and (spec is None or spec.required):
            out.append(name)
    return tuple(out)


def choices_for(situation: Situation, slot: Slot) -> Choices:
    """All open ways for a slot that is not filled. A source whose agency is down comes last, and only waits."""
    out = Choices()
    held: list[Candidate] = []
    reason: Reason = "only_you_know"
    for index, source in enumerate(slot.sources):
        if situation.holds(source.when) is False:
            out.closed.append(Why(Cause.WHEN, (str(source.when),)))
        elif isinstance(source, FromRegistry):
            candidate = Candidate(
                "fetch", index, _reads(source), operation=source.registry, hours=_hours(situation, slot, source)
            )
            why = _closed(situation, slot, index, source)
            if why is None:
                out.open.append(candidate)
                continue
            out.closed.append(why)
            reason = _reason(why)
            if why.cause is Cause.DOWN:
                held.append(Candidate("fetch", index, candidate.inputs, None, source.registry, candidate.hours, True))
            elif why.cause is Cause.NOT_ON_RECORD and slot.may_be_absent:
                out.absent = True
        elif isinstance(source, FromUpload):
            out.open.append(Candidate("upload", index, reason=reason, document_type=source.upload))
        elif isinstance(source, FromQuestions):
            out.open.append(Candidate("answer", index, reason=reason, fields=missing_answers(situation, slot, source)))
        elif isinstance(source, FromSignIn | FromSignatures):
            out.open.append(Candidate("sign_in", index))
        else:
            out.open.append(Candidate("derive", index, _derives(source)))
    out.open += list(_given_by(situation, slot)) + held
    return out


def _reason(why: Why) -> Reason:
    """Why the applicant is asked instead, from why the registry is not."""
    if why.cause in REFUSED_BY_PEOPLE:
        return "declined" if why.cause is Cause.DECLINED else "not_allowed"
    if why.cause is Cause.NOT_ON_RECORD:
        return "not_on_record"
    return "registry_down" if why.cause in (Cause.DOWN, Cause.FAILED) else "only_you_know"


def _given_by(situation: Situation, slot: Slot) -> Iterator[Candidate]:
    for service in situation.event.services:
        if slot.id in service.outputs:
            yield Candidate("service", len(slot.sources), service=service)


def _closed(situation: Situation, slot: Slot, index: int, source: FromRegistry) -> Why | None:
    """Why a registry cannot be asked now, or None when it can."""
    if source.registry in situation.declined:
        return Why(Cause.DECLINED, (source.registry,))
    if f"{slot.id}#{index}" in situation.not_allowed:
        return Why(Cause.NOT_ALLOWED, (source.registry,))
    if slot.id in situation.absent or f"{slot.id}#{index}" in situation.absent:
        return Why(Cause.NOT_ON_RECORD, (source.registry,))
    if f"fetch:{slot.id}" in situation.failed or f"fetch:{slot.id}#{index}" in situation.failed:
        return Why(Cause.FAILED, (source.registry,))
    for text in source.with_.values():
        settled = all(situation.known(name) for name in slots_of(text))
        if settled and evaluate(text, situation.facts, situation.as_of) is None:
            return Why(Cause.NOT_KNOWN, tuple(sorted(names_of(text))))
    agency = OperationRef.parse(source.registry).agency
    if agency in situation.down or source.registry in situation.down:
        return Why(Cause.DOWN, (agency,))
    return None


def _hours(situation: Situation, slot: Slot, source: FromRegistry) -> float:
    durations = situation.durations
    return durations.get(f"fetch:{slot.id}", durations.get(source.registry, source.hours))


def _reads(source: FromRegistry) -> frozenset[str]:
    return frozenset(slot for text in source.with_.values() for slot in slots_of(text))


def _derives(source: FromFacts) -> frozenset[str]:
    return frozenset(name.partition(".")[0] for name in source.reads)
