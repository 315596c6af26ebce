"""The door of planning: make a plan, compare it with the old way, say what is next, draw it. All pure."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from onething.catalog.models import City, LifeEvent
from onething.core import clock
from onething.planning.bpmn import to_bpmn
from onething.planning.conditions import evaluate, holds, resolve_params
from onething.planning.derive import with_derived
from onething.planning.explain import explain
from onething.planning.models import Plan
from onething.planning.old_way import old_way
from onething.planning.outlook import Outlook, matches, outlook, outlooks
from onething.planning.plan import plan_of
from onething.planning.reasons import Cause, Why, to_text
from onething.planning.schedule import CircleError
from onething.planning.sources import Situation

__all__ = [
    "Cause",
    "CircleError",
    "Outlook",
    "Why",
    "evaluate",
    "explain",
    "holds",
    "make_plan",
    "matches",
    "old_way",
    "outlook",
    "outlooks",
    "resolve_params",
    "to_bpmn",
    "to_text",
    "with_derived",
]


def make_plan(
    city: City,
    event: LifeEvent,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    down: Collection[str] = (),
    failed: Collection[str] = (),
    absent: Collection[str] = (),
    leave_out: Collection[str] = (),
    done: Collection[str] = (),
    durations: Mapping[str, float] | None = None,
    as_of: date | None = None,
) -> Plan:
    """The plan from what is known now. Call it again whenever something changed.

    `facts`: slot → field → plain value. `down`: agencies, or `agency.operation`s, that do not answer. `failed`: task ids
    that gave up. `absent`: slots a registry has no record for (`slot#1` for one source only). `leave_out`: optional
    services the applicant does not want. `done`: task ids finished, for services whose outputs are not among the facts.
    `durations`: hours by task id, service id or `agency.operation`, refining the catalog's predictions.
    Raises `CircleError` when services wait for each other.
    """
    day = as_of or clock.today()
    situation = Situation(
        city, event, with_derived(event, facts, day), day, down, failed, absent, leave_out, done, durations or {}
    )
    return plan_of(situation)
