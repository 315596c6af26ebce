"""Why something is left out of a plan or cannot be had: a cause and what it is about, kept in plans as one line of text."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer


class Cause(StrEnum):
    WHEN = "when"
    """A condition says that it is not needed; about: the condition."""
    NOT_ON_RECORD = "not_on_record"
    """About: the slot, or the operation that found nothing."""
    LEFT_OUT = "left_out_by_applicant"
    NEEDS = "needs"
    """About: the slot or service that must come first and cannot be had."""
    DOWN = "down"
    """About: the agency."""
    FAILED = "failed"
    """About: the operation that gave no result; of a service: nothing."""
    DECLINED = "declined"
    """About: the operation that the applicant does not want to be asked."""
    NOT_ALLOWED = "not_allowed"
    """About: the operation that only the person asked about may allow, who has not."""
    NOT_KNOWN = "not_known"
    """About: the fields without which nobody can be asked."""
    CIRCLE = "circle"
    NO_SOURCE = "no_source"


REFUSED_BY_PEOPLE = frozenset({Cause.DECLINED, Cause.NOT_ALLOWED})
"""Causes that a person decided: what has no other way falls away, and nobody waits for it."""


@dataclass(frozen=True, slots=True)
class Why:
    """One cause."""

    cause: Cause
    about: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.cause}: {', '.join(self.about)}" if self.about else str(self.cause)


_NEXT = re.compile("; (?=(?:" + "|".join(Cause) + ")(?:[:;]|$))")


def to_text(reasons: tuple[Why, ...]) -> str:
    """As plans and work items keep it: `not_on_record: civil.birth; needs: father`."""
    return "; ".join(map(str, reasons))


def from_text(text: str) -> tuple[Why, ...]:
    """Back from `to_text`. Raises `ValueError` for a cause that is unknown."""
    return tuple(_one(part) for part in _NEXT.split(text) if part)


def _one(part: str) -> Why:
    name, _, rest = part.partition(": ")
    cause = Cause(name)
    return Why(cause, (rest,) if cause is Cause.WHEN else tuple(rest.split(", ")) if rest else ())


def _read(value: Any) -> Any:
    return from_text(value) if isinstance(value, str) else value


Reasons = Annotated[tuple[Why, ...], BeforeValidator(_read), PlainSerializer(to_text, return_type=str)]
"""All causes, the one that weighs most first."""
