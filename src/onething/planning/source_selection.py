"""Choosing one source for every piece of evidence, so that the choices together form no circle.

A slot takes its best open source whose inputs can themselves be had. Slots wait for their favourite as long as anything
else moves; only when all wait for each other does one take its second best. What remains cannot be had, and says why.
"""

from dataclasses import dataclass
from typing import Literal

from onething.catalog.models import Check, FromSignatures, FromSignIn, LifeEvent, Service, Slot
from onething.planning.conditions import slots_of
from onething.planning.reasons import REFUSED_BY_PEOPLE, Cause, Why
from onething.planning.schedule import CircleError
from onething.planning.sources import Candidate, Choices, Situation, choices_for, is_filled

State = Literal["filled", "chosen", "unneeded", "absent", "out", "unreachable"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a slot or service, and why."""

    state: State
    choice: Candidate | None = None
    why: tuple[Why, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether what depends on it may go ahead; a slot that is not needed here holds nobody up."""
        return self.state in ("filled", "chosen", "unneeded")


def hard_inputs(service: Service) -> frozenset[str]:
    """Slots without which a service cannot start."""
    return frozenset(service.requires).union(*(slots_of(text) for text in service.handling.with_.values()))


def soft_inputs(service: Service, event: LifeEvent) -> frozenset[str]:
    """Slots its conditions look at: waited for, but their absence is an answer too."""
    read = slots_of(service.when) | slots_of(service.handling.refer_when)
    if service.handling.checks:
        read = read.union(*map(_read_by, event.checks)) - {"found", *service.outputs}
    return read - hard_inputs(service)


def _read_by(check: Check) -> frozenset[str]:
    texts = [check.when, check.refuse_when, check.refer_when, check.pending_when, check.note_when]
    texts += list(check.find.with_.values()) if check.find else []
    return frozenset[str]().union(*map(slots_of, texts))


_Inputs = dict[str, frozenset[str]]
_inputs: dict[int, tuple[LifeEvent, _Inputs, _Inputs]] = {}
"""Of the life events in use, by identity: they never change once they are loaded."""


def _inputs_of(event: LifeEvent) -> tuple[_Inputs, _Inputs]:
    """Hard and soft inputs of each service; worked out once for a loaded life event."""
    found = _inputs.get(id(event))
    if found is None or found[0] is not event:
        if len(_inputs) > 64:
            _inputs.clear()
        hard = {service.id: hard_inputs(service) for service in event.services}
        soft = {service.id: soft_inputs(service, event) for service in event.services}
        found = _inputs[id(event)] = (event, hard, soft)
    return found[1], found[2]


class Settlement:
    """One run of the choosing. Read `slots` and `services` afterwards."""

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.hard, self.soft = _inputs_of(situation.event)
        self.slots: dict[str, Settled] = {}
        self.services: dict[str, Settled] = {}
        self.unseen: dict[str, frozenset[str]] = {}
        """Service → slots its conditions look at, but which only come after it."""
        self._open: dict[str, Choices] = {}
        self._waiting: dict[str, Service] = {}
        for slot in situation.event.slots:
            self._first_look(slot)
        for service in situation.event.services:
            self._first_look_service(service)
        self._run()

    def _first_look(self, slot: Slot) -> None:
        if is_filled(self.situation, slot) or any(
            isinstance(source, FromSignIn | FromSignatures) for source in slot.sources
        ):
            self.slots[slot.id] = Settled("filled")
        elif self.situation.holds(slot.when) is False:
            self.slots[slot.id] = Settled("unneeded", why=(Why(Cause.WHEN, (str(slot.when),)),))
        else:
            choices = choices_for(self.situation, slot)
            if choices.absent:
                self.slots[slot.id] = Settled("absent", why=(Why(Cause.NOT_ON_RECORD, (slot.id,)),))
            else:
                self._open[slot.id] = choices

    def _first_look_service(self, service: Service) -> None:
        now = self.situation
        done = f"service:{service.id}" in now.done or (
            bool(service.outputs) and all(now.known(slot) for slot in service.outputs)
        )
        if done:
            self.services[service.id] = Settled("filled")
        elif service.optional and service.id in now.leave_out:
            self.services[service.id] = Settled("out", why=(Why(Cause.LEFT_OUT),))
        elif (held := now.holds(service.when)) is False or (held is None and service.for_permit):
            self.services[service.id] = Settled("out", why=(Why(Cause.WHEN, (str(service.when),)),))
        elif f"service:{service.id}" in now.failed:
            self.services[service.id] = Settled("unreachable", why=(Why(Cause.FAILED),))
        else:
            self._waiting[service.id] = service

    def _run(self) -> None:
        while self._open or self._waiting:
            moved = [self._try_slot(slot) for slot in list(self._open)]
            moved += [self._try_service(service) for service in list(self._waiting.values())]
            if any(moved) or self._second_best() or self._go_without_conditions():
                continue
            if self._waiting:
                raise CircleError(sorted(self._waiting))
            for slot in list(self._open):
                self.slots[slot] = Settled("unreachable", why=(Why(Cause.CIRCLE),))
                del self._open[slot]

    def _possible(self, slot: str) -> list[Candidate]:
        return [candidate for candidate in self._open[slot].open if not self._blocked(candidate)]

    def _blocked(self, candidate: Candidate) -> str | None:
        """The input (or service) because of which this way is closed for good."""
        if candidate.service is not None:
            found = self.services.get(candidate.service.id)
            return candidate.service.id if found is not None and not found.usable else None
        return next((name for name in sorted(candidate.inputs) if self._bad(name)), None)

    def _bad(self, slot: str) -> bool:
        found = self.slots.get(slot)
        return found is not None and (not found.usable or found.state == "unneeded")

    def _ready(self, candidate: Candidate) -> bool:
        if candidate.service is not None:
            return candidate.service.id in self.services
        return all(name in self.slots for name in candidate.inputs)

    def _try_slot(self, slot: str) -> bool:
        possible = self._possible(slot)
        if possible and not self._ready(possible[0]):
            return False
        self._settle(slot, possible[0] if possible else None)
        return True

    def _settle(self, slot: str, choice: Candidate | None) -> None:
        choices = self._open.pop(slot)
        if choice is not None:
            self.slots[slot] = Settled("chosen", choice)
            return
        blocked = [(candidate, self._blocked(candidate)) for candidate in choices.open]
        reasons = [*choices.closed, *(Why(Cause.NEEDS, (name,)) for _, name in blocked if name)]
        refused = any(why.cause in REFUSED_BY_PEOPLE for why in choices.closed)
        reasons.sort(key=lambda why: why.cause not in REFUSED_BY_PEOPLE)
        out = refused or (bool(blocked) and all(self._fell_away(candidate) for candidate, _ in blocked))
        self.slots[slot] = Settled("out" if out else "unreachable", why=tuple(reasons) or (Why(Cause.NO_SOURCE),))

    def _fell_away(self, candidate: Candidate) -> bool:
        """This way is closed because what it builds on is left out, and not because something is wrong."""
        if candidate.service is not None:
            return self.services[candidate.service.id].state == "out"
        return any(name in self.slots and self.slots[name].state == "out" for name in candidate.inputs)

    def _try_service(self, service: Service) -> bool:
        hard = sorted(self.hard[service.id], key=lambda name: (self._matters(name), name))
        for name in hard:
            found = self.slots.get(name)
            if found is not None and not found.usable:
                self._drop(service, name, found)
                return True
        for before in service.needs_before:
            found = self.services.get(before)
            if found is not None and found.state == "unreachable":
                self.services[service.id] = Settled("unreachable", why=(Why(Cause.NEEDS, (before,)),))
                del self._waiting[service.id]
                return True
        if all(name in self.slots for name in (*hard, *self.soft[service.id])) and all(
            before in self.services for before in service.needs_before
        ):
            self.services[service.id] = Settled("chosen")
            del self._waiting[service.id]
            return True
        return False

    def _matters(self, slot: str) -> bool:
        """False sorts first: what is not on record makes a service needless, whatever else it would have lacked."""
        found = self.slots.get(slot)
        return found is None or found.state not in ("absent", "out")

    def _drop(self, service: Service, name: str, found: Settled) -> None:
        """A service whose evidence is not on record, or comes from a service that is left out, is not part of the case."""
        needs = (Why(Cause.NEEDS, (name,)),)
        if found.state in ("absent", "out"):
            plain = found.state == "absent" or any(why.cause in REFUSED_BY_PEOPLE for why in found.why)
            self.services[service.id] = Settled("out", why=found.why if plain else needs)
        else:
            self.services[service.id] = Settled("unreachable", why=needs)
        del self._waiting[service.id]

    def _second_best(self) -> bool:
        """All wait for each other: the slot nearest to its favourite takes the best source that it can have now."""
        options = [
            (rank, slot, candidate)
            for slot in self._open
            for rank, candidate in enumerate(self._possible(slot))
            if self._ready(candidate)
        ]
        if not options:
            return False
        _, slot, candidate = min(options, key=lambda option: option[:2])
        self._settle(slot, candidate)
        return True

    def _go_without_conditions(self) -> bool:
        """A service whose condition looks at what only comes after it goes ahead without looking."""
        for service in self._waiting.values():
            if all(name in self.slots for name in self.hard[service.id]) and all(
                before in self.services for before in service.needs_before
            ):
                self.services[service.id] = Settled("chosen")
                self.unseen[service.id] = frozenset(self.soft[service.id] - self.slots.keys())
                del self._waiting[service.id]
                return True
        return False
