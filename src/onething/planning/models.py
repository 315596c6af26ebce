"""Nouns of planning: a plan is a graph of tasks whose edges are pieces of evidence."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from onething.planning.reasons import Reasons

Facts = dict[str, dict[str, Any]]
"""What is known: slot → field → value, plain JSON values (dates as ISO text, money as text)."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class PlannedTask(_Model):
    """One piece of work of one agency: fetch an evidence from its registry, or carry out one service."""

    id: str
    """`fetch:<slot>` or `service:<service>`."""
    kind: Literal["fetch", "service"]
    agency: str
    service: str | None = None
    slot: str | None = None
    operation: str | None = None
    source_index: int = 0
    """For fetches: which of the slot's sources was chosen."""
    needs: tuple[str, ...]
    """Slots that must be filled first."""
    gives: tuple[str, ...]
    after: tuple[str, ...]
    """Task ids that fill those slots (derived from `needs` and from `needs_before`)."""
    mode: Literal["automatic", "officer", "robot"] = "automatic"
    hours: float
    slack: float = 0.0
    start: float = 0.0
    """Predicted start, hours after submission."""
    due_working_days: int | None = None
    remaining: float = 0.0
    """Predicted hours from the start of this task to the end of the longest path behind it."""
    conditional: bool = False
    """It is not certain yet that it applies: its condition cannot be told, or what it requires may not be on record."""
    held: bool = False
    """Its agency is down now and nothing else can give this: it waits, and is not dropped."""


class Ask(_Model):
    """Something only the applicant can give: an upload or an answered field."""

    kind: Literal["upload", "answer"]
    slot: str
    field: str | None = None
    document_type: str | None = None
    reason: Literal["only_you_know", "registry_down", "not_on_record", "declined", "not_allowed"] = "only_you_know"
    also: tuple[str, ...] = ()
    """Other slots that the same paper of the same person fills, so that it is asked for once."""


class Effort(_Model):
    """What a way of doing things costs the applicant."""

    documents: int
    fields: int
    visits: int
    hours: float


class PlanEffort(Effort):
    """`hours`: as it usually goes; what would only perhaps be an officer's is not in it."""

    width: int
    """Most services at work at one time."""
    critical_path: tuple[str, ...]
    services: int = 0
    """Services that are carried out."""
    at_once: int = 0
    """Of them, those that wait for no other service."""
    longest: float = 0.0
    """Hours when everything applies that may, and an officer looks at what may be an officer's."""


class Plan(_Model):
    """How one case will be carried out, from what is known now."""

    life_event: str
    city: str
    catalog_version: str
    tasks: tuple[PlannedTask, ...]
    """In a valid order; among tasks that are ready together, most urgent first."""
    asks: tuple[Ask, ...]
    filled: tuple[str, ...]
    """Slots already known."""
    left_out: dict[str, Reasons]
    """Services and slots not needed here → why. `planning.service.explain` puts it into words."""
    unreachable: dict[str, Reasons]
    """Slots that no source can fill now, and services that therefore cannot start → why."""
    effort: PlanEffort

    @property
    def services(self) -> tuple[str, ...]:
        """What will be carried out, by id."""
        return tuple(task.service for task in self.tasks if task.service is not None)

    def task(self, task_id: str) -> PlannedTask | None:
        return next((task for task in self.tasks if task.id == task_id), None)
