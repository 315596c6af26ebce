"""What a derived thing was made from: a mark of its inputs, so that anybody can tell whether they are still the same.

What an agency answered stands on the question it was asked; an answer that was proposed stands on the proposal; a
correction stands on the paper. Whoever uses such a thing compares its mark with the mark of what stands there now, and
lets it fall when the two differ. A mark keeps nothing of what it was made from.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from onething.catalog.models import FromRegistry, LifeEvent, Service
from onething.core.db import dump_json
from onething.core.private import keyed_hash
from onething.planning.conditions import resolve_params
from onething.planning.models import Facts, Plan
from onething.planning.reasons import REFUSED_BY_PEOPLE, Cause, Why


def question_mark(operation: str, params: Mapping[str, Any]) -> str:
    """Tells two questions to an agency apart without keeping what was asked."""
    return keyed_hash("asked", dump_json([operation, sorted((name, str(value)) for name, value in params.items())]))


def basis_mark(kind: str, value: Any) -> str:
    """Of what an answer was made from: the proposal she took, the paper she corrected, the record she put in its place."""
    return keyed_hash("basis", dump_json([kind, value]))


def questions_of(event: LifeEvent, facts: Mapping[str, Mapping[str, Any]], day: date) -> dict[tuple[str, int], str]:
    """(slot, number of its source) → mark of what its registry would be asked from these facts. Facts with those derived."""
    return {
        (slot.id, index): question_mark(source.registry, resolve_params(source.with_, facts, day))
        for slot in event.slots
        for index, source in enumerate(slot.sources)
        if isinstance(source, FromRegistry)
    }


def order_marks(service: Service, facts: Mapping[str, Mapping[str, Any]], day: date) -> dict[str, str]:
    """Parameter → mark of its value in the order that a service would be given from these facts; what is not known is left
    out. Facts with those derived."""
    operation = service.handling.operation or service.id
    values = resolve_params(service.handling.with_, facts, day)
    return {name: question_mark(operation, {name: value}) for name, value in values.items() if value is not None}


def unasked(event: LifeEvent, plan: Plan, facts: Facts) -> frozenset[str]:
    """Slots that a registry could fill and of which nobody has an answer to the question as it would be asked now: not
    asked yet, not allowed, silent. What a registry has no record of is not among them: that is an answer."""
    registries = {slot.id for slot in event.slots if any(isinstance(source, FromRegistry) for source in slot.sources)}
    planned = {task.slot for task in plan.tasks if task.kind == "fetch" and task.slot is not None}
    closed = {slot for slot, why in plan.unreachable.items() if slot in registries and not _not_on_record(why)}
    refused = {slot for slot, why in plan.left_out.items() if slot in registries and _by_people(why)}
    return frozenset(slot for slot in planned | closed | refused if not facts.get(slot))


def _not_on_record(why: Collection[Why]) -> bool:
    causes = {each.cause for each in why}
    return Cause.NOT_ON_RECORD in causes and not causes & {Cause.DOWN, Cause.FAILED, *REFUSED_BY_PEOPLE}


def _by_people(why: Collection[Why]) -> bool:
    return any(each.cause in REFUSED_BY_PEOPLE for each in why)
