"""Random life events for property tests: any mixture of sources, services and conditions, circles included."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from onething.catalog.models import City, LifeEvent
from onething.planning.models import Plan, PlannedTask
from onething.planning.schedule import urgency

AGENCIES = ("a", "b", "c")


def text(word: str) -> dict[str, str]:
    return {"zh": word, "en": word}


@dataclass
class World:
    """One situation to plan for."""

    city: City
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    down: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    leave_out: list[str] = field(default_factory=list)

    @property
    def event(self) -> LifeEvent:
        return self.city.life_events[0]

    def kwargs(self) -> dict[str, Any]:
        return {"down": self.down, "absent": self.absent, "failed": self.failed, "leave_out": self.leave_out}


def _source(draw: st.DrawFn, slots: list[str], acyclic_below: int | None) -> dict[str, Any]:
    kind = draw(st.sampled_from(["registry", "registry", "upload", "ask", "sign_in", "derive"]))
    others = slots[:acyclic_below] if acyclic_below is not None else slots
    reads = f"{draw(st.sampled_from(others))}.f" if others else None
    if kind == "registry" and reads:
        return {"registry": f"{draw(st.sampled_from(AGENCIES))}.q", "with": {"x": reads}, "hours": draw(hours)}
    if kind == "derive" and reads:
        return {"derive": {"f": reads}}
    if kind == "ask":
        return {"ask": ["f"]}
    return {"sign_in": True} if kind == "sign_in" else {"upload": "paper"}


hours = st.sampled_from([0.0, 0.5, 1.0, 2.5, 8.0])


@st.composite
def worlds(draw: st.DrawFn, *, circles: bool = True) -> World:
    """Slots s0…, services v0… with outputs o0…; without `circles`, everything only looks at what was made before it."""
    count = draw(st.integers(1, 6))
    services_count = draw(st.integers(1, 5))
    slots: list[dict[str, Any]] = []
    names = [f"s{i}" for i in range(count)]
    outputs = [f"o{i}" for i in range(services_count)]
    everything = names + outputs
    for index, name in enumerate(names):
        pool = everything if circles else names
        below = None if circles else index
        sources = [_source(draw, pool, below) for _ in range(draw(st.integers(1, 3)))]
        slot = {"id": name, "type": "t", "of": "me", "sources": sources, "may_be_absent": draw(st.booleans())}
        if draw(st.integers(0, 5)) == 0:
            slot["when"] = f"{draw(st.sampled_from(names))}.f = 1"
        slots.append(slot)
    slots += [{"id": name, "type": "t", "of": "me"} for name in outputs]
    services = [_service(draw, index, names, outputs, circles=circles) for index in range(services_count)]
    city = City.model_validate({
        "id": "town", "name": text("t"), "division": "0", "version": "v", "folder": Path(),
        "agencies": [{"id": a, "name": text(a), "short": text(a), "gateway": {"url": "http://x"}} for a in AGENCIES],
        "evidence_types": [{"id": "t", "name": text("t"), "fields": [{"id": "f", "name": text("f")}]}],
        "life_events": [{
            "id": "e", "name": text("e"), "summary": text("e"), "who": text("e"), "roles": {"me": text("me")},
            "slots": slots, "services": services, "paper": [], "lead_agency": "a",
        }],
    })  # fmt: skip
    some = lambda items: draw(st.lists(st.sampled_from(items), unique=True, max_size=2))  # noqa: E731
    return World(
        city,
        facts={name: {"f": draw(st.sampled_from([1, 2]))} for name in some(names)},
        down=some(list(AGENCIES)),
        absent=some(names),
        failed=some([f"fetch:{n}" for n in names] + [f"service:v{i}" for i in range(services_count)]),
        leave_out=some([f"v{i}" for i in range(services_count)]),
    )


def _service(draw: st.DrawFn, index: int, names: list[str], outputs: list[str], *, circles: bool) -> dict[str, Any]:
    pool = names + (outputs if circles else outputs[:index])
    pool = [name for name in pool if name != outputs[index]]
    agency = draw(st.sampled_from(AGENCIES))
    service: dict[str, Any] = {
        "id": f"v{index}", "name": text(f"v{index}"), "description": text("d"), "agency": agency,
        "requires": draw(st.lists(st.sampled_from(pool), unique=True, max_size=3)), "outputs": [outputs[index]],
        "optional": draw(st.booleans()), "working_days": draw(st.integers(1, 20)), "promised_hours": 24,
        "predicted_hours": draw(hours), "officer_hours": draw(hours), "grounds": [], "handling": {"operation": f"{agency}.p"},
        "old_way": {"documents": [], "fields": [], "visits": 1, "hours": 1},
    }  # fmt: skip
    if draw(st.integers(0, 3)) == 0:
        service["when"] = f"{draw(st.sampled_from(names))}.f = 1"
    if draw(st.integers(0, 3)) == 0:
        service["handling"]["officer_when"] = f"{draw(st.sampled_from(pool))}.f = 2"
    if draw(st.integers(0, 4)) == 0 and index:
        service["needs_before"] = [f"v{draw(st.integers(0, index - 1))}"]
    return service


def ancestors(plan: Plan, task_id: str) -> set[str]:
    """All tasks that come before one."""
    out: set[str] = set()
    todo = [task_id]
    while todo:
        task = plan.task(todo.pop())
        assert task is not None
        todo += [before for before in task.after if before not in out]
        out |= set(task.after)
    return out


def next_tasks(plan: Plan, done: Collection[str] = (), running: Collection[str] = ()) -> list[PlannedTask]:
    """Tasks whose inputs all exist and that are not held up, most urgent first: by remaining path, then legal deadline."""
    ready = [
        task
        for task in plan.tasks
        if task.id not in {*done, *running} and not task.held and all(before in done for before in task.after)
    ]
    return sorted(ready, key=lambda task: urgency(task.id, task.remaining, task.due_working_days))
