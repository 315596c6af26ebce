"""Where a filing stands: its facts, the plan made from them, and the review. Worked out once per request, never stored."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from onething.casework.service import Earlier, going_on_from
from onething.catalog.models import City, FromRegistry, LifeEvent, OperationRef
from onething.catalog.service import find_event, get_city
from onething.core.clock import today
from onething.core.i18n import Text, texts_of
from onething.documents.service import document_types
from onething.intake.consents.consents import consent_states
from onething.intake.filing.facts import Gathered, document_problems, gather
from onething.intake.store import Filing
from onething.intake.tables import RegistryAnswerRow
from onething.planning.models import Facts, Plan
from onething.planning.service import make_plan
from onething.review.models import Fact, Finding, Review
from onething.review.service import merge_facts, review_filing, review_rules, settle_facts

say = texts_of(__name__)


@dataclass(frozen=True, slots=True)
class Situation:
    city: City
    event: LifeEvent
    filing: Filing
    gathered: Gathered
    settled: tuple[Fact, ...]
    """All facts, uncertain readings settled where possible."""
    facts: Facts
    """Merged values of everything."""
    counted: Facts
    """What the plan counts: without photographs and answers of slots that a registry can still fill better."""
    plan: Plan
    review: Review
    absent: tuple[str, ...]
    declined: frozenset[str]


@lru_cache(maxsize=1)
def readable() -> dict[str, frozenset[str]]:
    """Document type → fields that a photograph of it can give; those the evidence requires are asked when unread."""
    return {kind.id: frozenset(spec.name for spec in kind.fields) for kind in document_types()}


def city_and_event(filing: Filing) -> tuple[City, LifeEvent]:
    city = get_city()
    return city, find_event(city, filing.row.life_event)


def situation_of(filing: Filing, down: Collection[str] = ()) -> Situation:
    """`down`: agencies that the exchange refuses to call now."""
    city, event = city_and_event(filing)
    gathered = gather(city, event, filing)
    settled = settle_facts(city, event, gathered.facts)
    states = consent_states(filing)
    declined = frozenset(operation for operation, given in states.items() if given is False)
    closed = _closed(event, gathered, declined, down)
    facts = merge_facts(settled)
    earlier = going_on_from(filing.earlier, city, event, facts)
    facts = facts | earlier.facts if earlier else facts
    plan, counted = _plan(city, event, filing, facts, settled, closed, earlier)
    asked = {ask.document_type: ask.slot for ask in plan.asks if ask.kind == "upload" and ask.document_type}
    review = review_filing(
        city, event, settled, plan, today(), document_problems(filing, gathered.placed, asked),
        rules=review_rules(city, event), readable=readable(), reserved=filing.reserved,
    )  # fmt: skip
    review = _with(review, [*_consents_missing(city, plan, states), *_declined_without(city, event, plan, declined)])
    return Situation(city, event, filing, gathered, settled, facts, counted, plan, review, closed.absent, declined)


@dataclass(frozen=True, slots=True)
class _Closed:
    """Sources that cannot give anything now: no record there, not allowed or refused, silent for the moment."""

    absent: tuple[str, ...]
    failed: tuple[str, ...]
    down: frozenset[str]


def _closed(event: LifeEvent, gathered: Gathered, declined: Collection[str], down: Collection[str]) -> _Closed:
    by_outcome: dict[str, list[RegistryAnswerRow]] = {}
    for row in gathered.registry:
        by_outcome.setdefault(row.outcome, []).append(row)
    absent = tuple(f"{row.slot}#{row.source_index}" for row in by_outcome.get("not_found", ()))
    failed = [f"fetch:{row.slot}#{row.source_index}" for row in by_outcome.get("refused", ())]
    for slot in event.slots:
        for index, source in enumerate(slot.sources):
            if isinstance(source, FromRegistry) and source.registry in declined:
                failed.append(f"fetch:{slot.id}#{index}")
    silent = [row.operation for outcome in ("unavailable", "nonsense", "fault") for row in by_outcome.get(outcome, ())]
    return _Closed(absent, tuple(failed), frozenset([*down, *silent]))


def _plan(
    city: City,
    event: LifeEvent,
    filing: Filing,
    facts: Facts,
    settled: Collection[Fact],
    closed: _Closed,
    earlier: Earlier | None,
) -> tuple[Plan, Facts]:
    """The plan, and the facts it counts on. What an earlier case has done is not planned again.

    A registry beats a photograph: while a registry that stands first may still answer, what the applicant uploaded or
    typed for that slot is kept back, so that it is asked; once it cannot, her paper counts and nothing is asked twice.
    """
    official = {fact.slot for fact in settled if fact.origin.kind in {"registry", "sign_in", "issued"}}
    held_back = {
        slot.id for slot in event.slots
        if slot.sources and isinstance(slot.sources[0], FromRegistry) and slot.id in facts and slot.id not in official
        and slot.id not in (earlier.facts if earlier else ())
    }  # fmt: skip
    while True:
        counted = {slot: fields for slot, fields in facts.items() if slot not in held_back}
        plan = make_plan(
            city, event, counted, absent=closed.absent, failed=closed.failed, down=closed.down,
            leave_out=filing.row.leave_out, done=earlier.done if earlier else (), as_of=today(),
        )  # fmt: skip
        asked = {ask.slot for ask in plan.asks} | set(plan.unreachable) | _waiting(plan)
        if not asked & held_back:
            return plan, counted
        held_back -= asked


def _waiting(plan: Plan) -> set[str]:
    return {task.slot for task in plan.tasks if task.held and task.slot is not None}


def _names(city: City, operation: str) -> dict[str, Text]:
    found = city.operation(operation)
    kind = city.evidence_type(found.gives) if found and found.gives else None
    evidence = kind.name if kind else found.name if found else Text.same(operation)
    return {"agency": city.label_of(OperationRef.parse(operation).agency), "evidence": evidence}


def _consents_missing(city: City, plan: Plan, states: dict[str, bool]) -> Iterator[Finding]:
    for operation in dict.fromkeys(task.operation for task in plan.tasks if task.kind == "fetch" and task.operation):
        if operation not in states:
            names = _names(city, operation)
            yield Finding(
                code="consent_needed", group="fix_now", about=operation,
                what=say("consent.needed.what", **names), todo=say("consent.needed.todo"),
            )  # fmt: skip


def _declined_without(city: City, event: LifeEvent, plan: Plan, declined: Collection[str]) -> Iterator[Finding]:
    """A registry was declined and nothing else can fill the slot."""
    for slot_id in plan.unreachable:
        slot = event.slot(slot_id)
        for source in slot.sources if slot else ():
            if isinstance(source, FromRegistry) and source.registry in declined:
                names = _names(city, source.registry)
                yield Finding(
                    code="consent_declined", group="fix_now", slot=slot_id, about=source.registry,
                    what=say("consent.declined.what", **names), todo=say("consent.declined.todo"),
                )  # fmt: skip


def _with(review: Review, more: list[Finding]) -> Review:
    if not more:
        return review
    blocking = [finding for finding in review.findings if finding.group == "fix_now"]
    rest = [finding for finding in review.findings if finding.group != "fix_now"]
    return review.model_copy(update={"findings": (*blocking, *more, *rest), "may_submit": False})
