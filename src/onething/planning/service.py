"""The door of planning: make a plan, compare it with the old way, say what is next, draw it. All pure.

A plan:
`make_plan`: what is known now → tasks with what they wait for; `CircleError` for tasks that wait for each other.
`old_way`: the effort of one service after the other, each with its own form.
`consequence`: what a plan does without one registry, against the plan with it.
`refused_behind`: the operation, refused by a person, because of which a service or slot fell away; None for other reasons.
`roots_of`: why a service or slot is not in the plan, traced back through what it needed.
`duration_words`: hours as people say them, the same on every page, in messages and in commands.
`to_bpmn`: the plan as BPMN 2.0 XML: one pool, a lane for the applicant and each agency, with positions.

Why not:
`explain`: the sentence for one entry of what was left out or cannot be reached (the first reason).
`to_text`: reasons as plans and work items keep them.

Expressions over facts:
`evaluate`: the value of an expression, None when it cannot be told.
`holds`: whether a condition holds; no condition always does; None when it cannot be told.
`holds_so_far`: the same while evidence is still to come: whether a fact "is defined" nobody can say then.
`resolve_params`: parameter → expression becomes parameter → value, None when unknown.
`with_derived`: the same facts with every derived field that can be told; what is known is never replaced.

What a derived thing stands on:
`question_mark`: tells two questions to an agency apart without keeping what was asked.
`questions_of`: what every registry of the event would be asked from these facts, as marks.
`order_marks`: what a service would be ordered to do from these facts, parameter by parameter.
`basis_mark`: of what an answer was made from.
`unasked`: slots of which no agency has answered the question as it would be asked now.

Pages of life events:
`outlooks`: every life event of the city as its page describes it.
`outlook`: one of them, computed once per version of the package; None for an unknown id.
`matches`: whether every word occurs in what the event says about itself, in either language.

Nouns: `Cause`, `Consequence`, `Why` (one cause with what it names), `CircleError`.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from onething.catalog.models import City, LifeEvent
from onething.core import clock
from onething.planning.bpmn import to_bpmn
from onething.planning.conditions import evaluate, holds, resolve_params
from onething.planning.consequences import Consequence, consequence, refused_behind, roots_of
from onething.planning.derive import with_derived
from onething.planning.effort import duration_words
from onething.planning.explain import explain
from onething.planning.models import Plan
from onething.planning.old_way import old_way
from onething.planning.outlook import matches, outlook, outlooks
from onething.planning.plan import plan_of
from onething.planning.provenance import basis_mark, order_marks, question_mark, questions_of, unasked
from onething.planning.reasons import Cause, Why, to_text
from onething.planning.schedule import CircleError
from onething.planning.sources import Situation

__all__ = [
    "Cause",
    "CircleError",
    "Consequence",
    "Why",
    "basis_mark",
    "consequence",
    "duration_words",
    "evaluate",
    "explain",
    "holds",
    "holds_so_far",
    "make_plan",
    "matches",
    "old_way",
    "order_marks",
    "outlook",
    "outlooks",
    "question_mark",
    "questions_of",
    "refused_behind",
    "resolve_params",
    "roots_of",
    "to_bpmn",
    "to_text",
    "unasked",
    "with_derived",
]


def holds_so_far(
    city: City, event: LifeEvent, condition: str | None, facts: Mapping[str, Mapping[str, Any]], as_of: date
) -> bool | None:
    """Whether a condition holds, None also while what it asks for ("is defined") may still come."""
    return Situation(city, event, facts, as_of).holds(condition)


def make_plan(
    city: City,
    event: LifeEvent,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    down: Collection[str] = (),
    failed: Collection[str] = (),
    absent: Collection[str] = (),
    leave_out: Collection[str] = (),
    declined: Collection[str] = (),
    not_allowed: Collection[str] = (),
    done: Collection[str] = (),
    durations: Mapping[str, float] | None = None,
    as_of: date | None = None,
) -> Plan:
    """The plan from what is known now. Call it again whenever something changed.

    `facts`: slot → field → plain value. `down`: agencies, or `agency.operation`s, that do not answer. `failed`: task ids
    that gave up. `absent`: slots a registry has no record for (`slot#1` for one source only). `leave_out`: optional
    services the applicant does not want. `declined`: operations that she does not want to be asked, `not_allowed`: sources
    (`slot#1`) that only the person asked about may allow: what has no other way falls away with its services. `done`: task ids finished, for services whose outputs are not among the facts.
    `durations`: hours by task id, service id or `agency.operation`, refining the catalog's predictions.
    Raises `CircleError` when services wait for each other.
    """
    day = as_of or clock.today()
    situation = Situation(
        city, event, with_derived(event, facts, day), day, down, failed, absent, leave_out, declined, not_allowed, done, durations or {}
    )  # fmt: skip
    return plan_of(situation)
