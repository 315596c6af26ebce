"""Where a filing stands: its facts, the plan made from them, and the review. Worked out once per request, never stored."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from onething.casework.service import Earlier, going_on_from
from onething.catalog.models import City, FromRegistry, LifeEvent, OperationRef
from onething.catalog.service import find_event, get_city
from onething.core.clock import today
from onething.core.i18n import Text, texts_of
from onething.documents.service import document_types
from onething.intake.consents.consents import consent_states
from onething.intake.consents.others import not_allowed
from onething.intake.filing.facts import Gathered, certain, document_problems, still_missing
from onething.intake.filing.reopened import done_otherwise, reopened
from onething.intake.filing.standing import Fallen, standing
from onething.intake.store import Filing
from onething.intake.tables import ConsentRow, RegistryAnswerRow
from onething.planning.models import Facts, Plan
from onething.planning.service import (
    Cause,
    Consequence,
    consequence,
    explain,
    holds_so_far,
    make_plan,
    refused_behind,
    roots_of,
    unasked,
)
from onething.review.models import Fact, Finding, Origin, Review
from onething.review.service import event_map, merge_facts, review_filing, review_rules, settle_facts

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
    not_allowed: tuple[str, ...]
    """`slot#source index` of what waits for the consent of the person asked about."""
    fallen: tuple[Fallen, ...] = ()
    """Answers that count no longer, because what they were made from has changed."""
    earlier: str = ""
    """Her earlier case of the same thing, from which this one would go on."""

    @property
    def unasked(self) -> frozenset[str]:
        """Slots, and fields as `slot.field`, that checks cannot judge by yet."""
        return _open(self.city, self.event, self.plan, self.facts, self.fallen)


@lru_cache(maxsize=1)
def readable() -> dict[str, frozenset[str]]:
    """Document type → fields that a photograph of it can give; those the evidence requires are asked when unread."""
    return {kind.id: frozenset(spec.name for spec in kind.fields) for kind in document_types()}


def city_and_event(filing: Filing) -> tuple[City, LifeEvent]:
    city = get_city()
    return city, find_event(city, filing.row.life_event)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A filing as far as its plan: what everything else is worked out from. `filing` has only the answers that stand."""

    filing: Filing
    gathered: Gathered
    settled: tuple[Fact, ...]
    facts: Facts
    counted: Facts
    plan: Plan
    absent: tuple[str, ...]
    not_allowed: tuple[str, ...]
    fallen: tuple[Fallen, ...]
    earlier: Earlier | None


def situation_of(filing: Filing, down: Collection[str] = ()) -> Situation:
    """`down`: agencies that the exchange refuses to call now."""
    city, event = city_and_event(filing)
    now = _planned(city, event, filing, down)
    filing, plan, states = now.filing, now.plan, consent_states(filing)
    declined = frozenset(operation for operation, given in states.items() if given is False)
    asked = {ask.document_type: ask.slot for ask in plan.asks if ask.kind == "upload" and ask.document_type}
    problems = still_missing(city, event, filing, now.facts, document_problems(filing, now.gathered.placed, asked))
    review = review_filing(
        city, event, now.settled, plan, today(), problems,
        rules=review_rules(city, event), readable=readable(), reserved=filing.reserved, unasked=_open(city, event, plan, now.facts, now.fallen),
    )  # fmt: skip
    again = [*reopened(city, event, plan, now.fallen), *done_otherwise(city, event, now.earlier, now.facts)]
    blocking = [*again, *_consents_missing(city, plan, states), *_nothing_left(city, event, plan)]
    review = _with(review, blocking, list(_fell_away(city, event, plan)))
    return Situation(
        city, event, filing, now.gathered, now.settled, now.facts, now.counted, plan, review, now.absent, declined,
        now.not_allowed, now.fallen, now.earlier.case_id if now.earlier else "",
    )  # fmt: skip


def _open(city: City, event: LifeEvent, plan: Plan, facts: Facts, fallen: Iterable[Fallen]) -> frozenset[str]:
    """Slots of which nothing is known yet: no agency was asked about them, or she has still to fill them. Of those that are
    filled in part, the fields (`slot.field`) that she has still to fill, or to look at again."""
    specs = event_map(city, event).specs
    slots = unasked(event, plan, facts) | {ask.slot for ask in plan.asks if not facts.get(ask.slot)}
    wanted = {(ask.slot, ask.field) for ask in plan.asks if ask.field is not None}
    missing = {place for place in wanted if (spec := specs.get(place)) is not None and spec.required}
    again = {(each.slot, each.field) for each in fallen if each.asked_again}
    return slots | {
        f"{slot}.{field}"
        for slot, field in missing | again
        if slot not in slots and facts.get(slot, {}).get(field) is None
    }


def only_choices(city: City, event: LifeEvent, facts: Facts) -> Iterator[Fact]:
    """What need not be asked: a required choice of which, as things stand, one option alone applies. While evidence on which an
    option rests is still to come, nothing is said of it."""
    specs, day = event_map(city, event).specs, today()
    for question in event.questions:
        slot, _, field = question.field.partition(".")
        spec = specs.get((slot, field))
        if spec is None or not spec.required or len(question.options) < 2 or facts.get(slot, {}).get(field) is not None:
            continue
        if holds_so_far(city, event, question.when, facts, day) is not True and question.when is not None:
            continue
        told = [
            (each, True if each.when is None else holds_so_far(city, event, each.when, facts, day))
            for each in question.options
        ]
        open_ones = [each for each, holds in told if holds]
        if len(open_ones) == 1 and all(holds is not None for _, holds in told):
            origin = Origin(kind="derived", ref=question.field, how="only_choice")
            yield Fact(slot=slot, field=field, value=open_ones[0].value, origin=origin)


def _planned(city: City, event: LifeEvent, filing: Filing, down: Collection[str]) -> _Planned:
    stands = standing(city, event, filing)
    filing, gathered = stands.filing, stands.gathered
    settled = settle_facts(city, event, gathered.facts)
    facts = merge_facts(settled)
    preset = tuple(only_choices(city, event, facts))
    settled = (*settled, *preset)
    facts = merge_facts(settled)
    earlier = going_on_from(filing.earlier, city, event, facts)
    facts = facts | earlier.facts if earlier else facts
    closed = _closed(city, event, filing, gathered, down)
    plan, counted = _plan(city, event, filing, facts, settled, closed, earlier)
    return _Planned(
        filing, gathered, settled, facts, counted, plan, closed.absent, closed.not_allowed, stands.fallen, earlier
    )


def if_declined(situation: Situation, operation: str, down: Collection[str] = ()) -> tuple[Consequence, bool]:
    """What refusing `operation` does to this filing, all else as it was decided; and whether agreeing would have it asked at
    all. Worked out as the filing itself is, from its rows as they would stand then."""
    city, event = situation.city, situation.event
    with_it = _planned(city, event, _decided(situation.filing, operation, given=True), down).plan
    without = _planned(city, event, _decided(situation.filing, operation, given=False), down).plan
    asks = any(task.kind == "fetch" and task.operation == operation for task in with_it.tasks)
    return consequence(operation, with_it, without), asks


def _decided(filing: Filing, operation: str, *, given: bool) -> Filing:
    """The filing as it would be had she agreed or refused; with a refusal goes what the registry had answered."""
    at = filing.row.updated_at
    row = ConsentRow(operation=operation, person="", given_at=at if given else None, withdrawn_at=None if given else at)
    kept = [each for each in filing.registry if given or each.operation != operation]
    return replace(filing, consents=[*filing.consents, row], registry=kept)


@dataclass(frozen=True, slots=True)
class _Closed:
    """Sources that cannot give anything now: no record there, refused, silent for the moment; or not to be asked, because the
    applicant declined or the person asked about has not allowed it."""

    absent: tuple[str, ...]
    failed: tuple[str, ...]
    down: frozenset[str]
    declined: frozenset[str]
    not_allowed: tuple[str, ...]


def _closed(city: City, event: LifeEvent, filing: Filing, gathered: Gathered, down: Collection[str]) -> _Closed:
    by_outcome: dict[str, list[RegistryAnswerRow]] = {}
    for row in gathered.registry:
        by_outcome.setdefault(row.outcome, []).append(row)
    absent = tuple(f"{row.slot}#{row.source_index}" for row in by_outcome.get("not_found", ()))
    failed = tuple(f"fetch:{row.slot}#{row.source_index}" for row in by_outcome.get("refused", ()))
    silent = [row.operation for outcome in ("unavailable", "nonsense", "fault") for row in by_outcome.get(outcome, ())]
    declined = frozenset(operation for operation, given in consent_states(filing).items() if given is False)
    waiting = not_allowed(city, event, filing, certain(city, event, gathered.facts), today())
    return _Closed(absent, failed, frozenset([*down, *silent]), declined, waiting)


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
            city, event, counted, absent=closed.absent, failed=closed.failed, down=closed.down, declined=closed.declined,
            not_allowed=closed.not_allowed, leave_out=filing.row.leave_out, done=earlier.done if earlier else (), as_of=today(),
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


def _fell_away(city: City, event: LifeEvent, plan: Plan) -> Iterator[Finding]:
    """What is not done because an agency may not be asked: the services by name, once for each refusal. It blocks nothing."""
    if not plan.services:
        return
    lost: dict[tuple[Cause, str], list[Text]] = {}
    for service in event.services:
        why = refused_behind(plan, service.id)
        if why is not None:
            lost.setdefault((why.cause, why.about[0]), []).append(service.name)
    for (cause, operation), services in lost.items():
        names = _names(city, operation) | {"services": Text.joined(services)}
        kind = "declined" if cause is Cause.DECLINED else "not_allowed"
        yield Finding(
            code=f"consent_{kind}", group="note", about=operation,
            what=say(f"consent.{kind}.what", **names), todo=say(f"consent.{kind}.todo"),
        )  # fmt: skip


def _nothing_left(city: City, event: LifeEvent, plan: Plan) -> Iterator[Finding]:
    """A plan of no service at all cannot be gone on with; each reason is said once."""
    if plan.services or not event.services:
        return
    reasons: dict[str, Text] = {}
    for service in event.services:
        refused = refused_behind(plan, service.id)
        if refused is not None:
            kind = "declined" if refused.cause is Cause.DECLINED else "not_allowed"
            told = say(f"nothing_left.{kind}", **_names(city, refused.about[0]))
        else:
            told = explain(city, event, roots_of(plan, service.id))
        reasons.setdefault(told.zh, told)
    because = Text(zh="".join(each.zh for each in reasons.values()), en=" ".join(each.en for each in reasons.values()))
    yield Finding(
        code="nothing_left",
        group="fix_now",
        what=say("nothing_left.what", because=because),
        todo=say("nothing_left.todo"),
    )


def _with(review: Review, blocking: list[Finding], notes: list[Finding]) -> Review:
    """What is asked again is not also said to be missing."""
    if not blocking and not notes:
        return review
    again = {(finding.slot, finding.field) for finding in blocking if finding.code == "asked_again"}
    first = [
        finding
        for finding in review.findings
        if finding.group == "fix_now"
        and not (finding.code == "missing_answer" and (finding.slot, finding.field) in again)
    ]
    rest = [finding for finding in review.findings if finding.group != "fix_now"]
    may_submit = review.may_submit and not blocking
    return review.model_copy(update={"findings": (*first, *blocking, *rest, *notes), "may_submit": may_submit})
