"""What holds for every plan, whatever a city writes into its package."""

from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plan_world import World, ancestors, next_tasks, worlds

from onething.catalog.models import FromFacts, FromSignIn, Slot
from onething.planning.models import Plan
from onething.planning.schedule import CircleError, Node, schedule
from onething.planning.service import Cause, Why, make_plan

SOME = settings(max_examples=150, deadline=None)


def _plan(world: World, **changes: Any) -> Plan:
    """The plan, or no example when services of this world wait for each other."""
    try:
        return make_plan(world.city, world.event, world.facts, **{**world.kwargs(), **changes})
    except CircleError:
        assume(False)
        raise


# graphs of tasks


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Node]:
    names = [f"t{index}" for index in range(draw(st.integers(1, 9)))]
    return {
        name: Node(
            frozenset(draw(st.lists(st.sampled_from(names[:index]), max_size=3)) if index else []),
            draw(st.sampled_from([0.0, 1.0, 2.0, 5.0])),
            draw(st.none() | st.integers(1, 30)),
        )
        for index, name in enumerate(names)
    }


@pytest.mark.slow
@given(graphs())
@SOME
def test_the_critical_path_is_the_longest_way(nodes: dict[str, Node]) -> None:
    found = schedule(nodes)

    @cache
    def longest(task: str) -> float:
        return nodes[task].hours + max((longest(before) for before in nodes[task].after), default=0.0)

    assert found.hours == max(longest(task) for task in nodes)
    assert sum(nodes[task].hours for task in found.critical_path) == found.hours
    for before, task in pairwise(found.critical_path):
        assert before in nodes[task].after
    assert all(found.slack[task] == 0 for task in found.critical_path)


@pytest.mark.slow
@given(graphs())
@SOME
def test_starts_are_the_earliest_possible_and_slack_is_real(nodes: dict[str, Node]) -> None:
    found = schedule(nodes)
    assert sorted(found.order) == sorted(nodes)
    for task, node in nodes.items():
        assert found.start[task] == max((found.start[b] + nodes[b].hours for b in node.after), default=0.0)
        assert all(found.order.index(before) < found.order.index(task) for before in node.after)
        later = {**nodes, task: Node(node.after, node.hours + found.slack[task], node.due)}
        assert schedule(later).hours == found.hours


@pytest.mark.slow
@given(graphs(), st.data())
@SOME
def test_a_circle_is_never_accepted(nodes: dict[str, Node], data: st.DataObject) -> None:
    first = data.draw(st.sampled_from(sorted(nodes)))
    behind = {first}
    for name, node in nodes.items():
        if node.after & behind:
            behind.add(name)
    last = data.draw(st.sampled_from(sorted(behind)))
    broken = {**nodes, first: Node(nodes[first].after | {last}, nodes[first].hours)}
    try:
        schedule(broken)
    except CircleError as error:
        circle = error.members
        assert circle[0] == circle[-1]
        assert all(before in broken[task].after for before, task in pairwise(circle))
    else:
        raise AssertionError("a circle was scheduled")


# plans


def _given_at_start(world: World, plan: Plan, slot: Slot) -> bool:
    """Known, asked for, or there by signing in."""
    asked = {slot for ask in plan.asks for slot in (ask.slot, *ask.also)}
    signed_in = any(isinstance(source, FromSignIn) for source in slot.sources)
    return slot.id in plan.filled or slot.id in asked or signed_in


def _can_be_had(world: World, plan: Plan, slot_id: str, tasks: set[str], seen: frozenset[str] = frozenset()) -> bool:
    slot = world.event.slot(slot_id)
    assert slot is not None
    if _given_at_start(world, plan, slot) or slot_id in plan.left_out:
        return True
    if any(slot_id in task.gives for task in plan.tasks if task.id in tasks):
        return True
    derived = [source for source in slot.sources if isinstance(source, FromFacts)]
    inputs = [{text.partition(".")[0] for text in source.derive.values()} for source in derived]
    return slot_id not in seen and any(
        all(_can_be_had(world, plan, name, tasks, seen | {slot_id}) for name in names) for names in inputs
    )


@pytest.mark.slow
@given(worlds())
@SOME
def test_what_a_task_needs_is_there_before_it_starts(world: World) -> None:
    plan = _plan(world)
    ids = [task.id for task in plan.tasks]
    for task in plan.tasks:
        assert all(ids.index(before) < ids.index(task.id) for before in task.after)
        before = ancestors(plan, task.id)
        service = world.event.service(task.service or "")
        needs = set(task.needs) | (set(service.requires) if service else set())
        for slot in needs:
            assert _can_be_had(world, plan, slot, before), (task.id, slot)


@pytest.mark.slow
@given(worlds())
@SOME
def test_nothing_is_asked_twice_and_nothing_known_is_asked(world: World) -> None:
    plan = _plan(world)
    asked = [(ask.kind, ask.slot, ask.field) for ask in plan.asks]
    assert len(asked) == len(set(asked))
    uploads = [(ask.document_type, world.event.slot(ask.slot).of) for ask in plan.asks if ask.kind == "upload"]  # type: ignore[union-attr]
    assert len(uploads) == len(set(uploads))
    for ask in plan.asks:
        assert ask.slot not in plan.filled
        assert f"fetch:{ask.slot}" not in {task.id for task in plan.tasks}


@pytest.mark.slow
@given(worlds())
@SOME
def test_no_service_is_dropped_silently(world: World) -> None:
    plan = _plan(world)
    for service in world.event.services:
        places = [
            plan.task(f"service:{service.id}") is not None,
            service.id in plan.left_out,
            service.id in plan.unreachable,
            all(slot in plan.filled for slot in service.outputs),
        ]
        assert sum(places) == 1, (service.id, plan)
        if service.id in plan.unreachable or service.id in plan.left_out:
            assert (plan.unreachable | plan.left_out)[service.id]
        if service.id in plan.left_out and plan.left_out[service.id] == (Why(Cause.LEFT_OUT),):
            assert service.optional


@pytest.mark.slow
@given(worlds(), st.sampled_from(["a", "b", "c"]))
@SOME
def test_an_agency_that_is_down_only_delays(world: World, agency: str) -> None:
    before = _plan(world, down=[])
    after = _plan(world, down=[agency])
    assert {t.id for t in before.tasks if t.kind == "service"} <= {t.id for t in after.tasks if t.kind == "service"}
    for task in after.tasks:
        assert task.held == (task.agency == agency or (task.operation or "").startswith(f"{agency}."))


@pytest.mark.slow
@given(worlds(circles=False))
@SOME
def test_carrying_the_plan_out_finishes_every_task(world: World) -> None:
    plan = _plan(world, down=[])
    done: set[str] = set()
    while ready := next_tasks(plan, done):
        keys = [(-task.remaining, task.due_working_days or 10**6) for task in ready]
        assert keys == sorted(keys)
        done.add(ready[0].id)
    assert done == {task.id for task in plan.tasks}


@pytest.mark.slow
@given(worlds(circles=False))
@SOME
def test_planning_again_after_each_step_comes_to_the_same_end(world: World) -> None:
    plan = _plan(world, down=[])
    known = {slot: dict(fields) for slot, fields in world.facts.items()}
    wanted = {task.id for task in plan.tasks if task.kind == "service" and not task.conditional}
    seen: set[str] = set()
    for _ in range(20):
        ready = next_tasks(make_plan(world.city, world.event, known, **{**world.kwargs(), "down": []}))
        if not ready:
            break
        seen.add(ready[0].id)
        for slot in ready[0].gives:
            known[slot] = {"f": 3}
    dropped = make_plan(world.city, world.event, known, **{**world.kwargs(), "down": []})
    assert wanted <= seen | {f"service:{name}" for name in dropped.left_out | dropped.unreachable}


@pytest.mark.slow
@given(worlds())
@SOME
def test_a_plan_survives_being_written_down(world: World) -> None:
    plan = _plan(world)
    assert Plan.model_validate_json(plan.model_dump_json()) == plan
    assert plan == _plan(world)
