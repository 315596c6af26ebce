"""The timeline of a case as people read it: newest first, look-ups at registries gathered into one line."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from onething.casework.models import TimelineEntry
from onething.web.http.page import Page
from onething.web.http.parts import Happening

TURNS = {"supplement.requested"}
TROUBLE = {"task.failed", "case.refused", "deadline.missed"}
QUIET = {"task.started", "task.waiting", "task.referred", "case.withdrawing", "deadline.near"}


def kind_of(entry_type: str) -> Any:
    if entry_type in TURNS:
        return "turn"
    if entry_type in TROUBLE:
        return "bad"
    return "plain" if entry_type in QUIET else "good"


def _is_look_up(entry: TimelineEntry) -> bool:
    return entry.type == "task.done" and (entry.task or "").startswith("fetch:")


def story(page: Page, timeline: Sequence[TimelineEntry], actors: dict[str, str] | None = None) -> list[Happening]:
    """The entries as happenings. `actors` (actor → words) adds who did each; without it nobody is named."""
    told: list[Happening] = []
    for look_ups, group in groupby(reversed(timeline), key=_is_look_up):
        entries = list(group)
        if look_ups and len(entries) > 1:
            told.append(_gathered(page, entries))
        else:
            told += _each(page, entries, actors)
    return told


def _each(page: Page, entries: Iterable[TimelineEntry], actors: dict[str, str] | None) -> list[Happening]:
    return [
        Happening(entry.at, page.say(entry.words), kind_of(entry.type), actors.get(entry.actor) if actors else None)
        for entry in entries
    ]


def _gathered(page: Page, entries: Sequence[TimelineEntry]) -> Happening:
    return Happening(entries[0].at, page.t("case.looked_up", n=len(entries)), "good")
