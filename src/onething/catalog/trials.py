"""The filings of a package's sandbox, tried: by the part `catalog.trials` of the room that can play a city's agencies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from onething.catalog.errors import NO_TRIALS
from onething.catalog.models import City, SandboxFiling
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load

PARTS = "catalog.trials"
"""A function `(city, ids of filings) -> Iterator[dict]`; each dict says how one went."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How one filing went. `faults`: in what it went otherwise than its author expects."""

    filing: SandboxFiling
    outcome: str
    services: dict[str, str]
    facts: dict[str, dict[str, Any]]
    asked: tuple[str, ...]
    reasons: tuple[Text, ...]
    messages: tuple[str, ...]
    certificates: int
    seconds: float
    faults: tuple[Text, ...]


def filings_of(city: City, event_id: str | None = None, names: Sequence[str] = ()) -> list[SandboxFiling]:
    """The filings of a city, or of one of its life events, or those named."""
    return [
        each
        for each in city.sandbox.filings
        if (event_id is None or each.life_event == event_id) and (not names or each.id in names)
    ]


def try_filings(city: City, filings: Sequence[SandboxFiling]) -> Iterator[Tried]:
    """Files each as its person would and follows it to its end. Raises `Problem(NO_TRIALS)` where no room can play the agencies."""
    parts = list(parts_of(PARTS).values())
    if not parts:
        raise Problem(NO_TRIALS)
    known = {each.id: each for each in filings}
    for went in load(parts[0])(city, list(known)):
        yield Tried(
            known[went["filing"]], went["outcome"], went["services"], went["facts"], tuple(went["asked"]),
            tuple(Text(**each) for each in went["reasons"]), tuple(went["messages"]),
            went["certificates"], went["seconds"], tuple(Text(**each) for each in went["faults"]),
        )  # fmt: skip
