"""What refusing one registry does to a plan, told before the choice: pure, from the plan with it and the plan without it."""

from dataclasses import dataclass

from onething.planning.models import Ask, Plan
from onething.planning.reasons import REFUSED_BY_PEOPLE, Cause, Why


@dataclass(frozen=True, slots=True)
class Consequence:
    """What changes when one operation is not asked. `nothing` when the plan goes on as it would have."""

    operation: str
    lost: tuple[str, ...] = ()
    """Services that fall away, by id."""
    asks: tuple[Ask, ...] = ()
    """Papers and answers that the applicant gives instead."""
    officer: tuple[str, ...] = ()
    """Services that would have gone by themselves and that an officer decides then."""
    stops: bool = False
    """No service is left: the filing cannot be gone on with."""

    @property
    def nothing(self) -> bool:
        return not (self.lost or self.asks or self.officer or self.stops)


def consequence(operation: str, with_it: Plan, without: Plan) -> Consequence:
    """The difference between the plan that asks `operation` and the one that does not."""
    left, known = set(without.services), {(ask.kind, ask.slot, ask.field) for ask in with_it.asks}
    modes = {task.service: task.mode for task in with_it.tasks}
    return Consequence(
        operation,
        lost=tuple(service for service in with_it.services if service not in left),
        asks=tuple(ask for ask in without.asks if (ask.kind, ask.slot, ask.field) not in known),
        officer=tuple(
            task.service
            for task in without.tasks
            if task.service and task.mode == "officer" and modes.get(task.service, "officer") != "officer"
        ),
        stops=bool(with_it.services) and not left,
    )


def refused_behind(plan: Plan, name: str) -> Why | None:
    """The refusal (declined, or not allowed by the person asked about) that took a service or slot out of the plan, through
    whatever it needed; None when it was something else."""
    return next((why for why in roots_of(plan, name) if why.cause in REFUSED_BY_PEOPLE), None)


def roots_of(plan: Plan, name: str) -> list[Why]:
    """Why a service or slot is not in the plan, traced back through what it needed to what nothing else explains."""
    todo, seen = [name], set[str]()
    found: list[Why] = []
    while todo:
        one = todo.pop(0)
        if one in seen:
            continue
        seen.add(one)
        for why in (*plan.left_out.get(one, ()), *plan.unreachable.get(one, ())):
            if why.cause is Cause.NEEDS:
                todo += why.about
            else:
                found.append(why)
    return found
