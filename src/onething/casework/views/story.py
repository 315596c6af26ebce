"""The timeline of a case as people read it: newest first, look-ups at registries gathered into one line."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from onething.casework.events import (
    CaseRefused,
    CaseWithdrawing,
    DeadlineMissed,
    DeadlineNear,
    SupplementRequested,
    TaskDone,
    TaskFailed,
    TaskReferred,
    TaskStarted,
    TaskWaiting,
)
from onething.casework.models import Kind, TimelineEntry, Told
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)
TURNS = {SupplementRequested.NAME}
TROUBLE = {TaskFailed.NAME, CaseRefused.NAME, DeadlineMissed.NAME}
QUIET = {TaskStarted.NAME, TaskWaiting.NAME, TaskReferred.NAME, CaseWithdrawing.NAME, DeadlineNear.NAME}


def kind_of(entry_type: str) -> Kind:
    if entry_type in TURNS:
        return "turn"
    if entry_type in TROUBLE:
        return "bad"
    return "plain" if entry_type in QUIET else "good"


def story(timeline: Sequence[TimelineEntry], actors: Mapping[str, Text] | None = None) -> list[Told]:
    """The entries as sentences. `actors` (actor → words) adds who did each; without it nobody is named."""
    told: list[Told] = []
    for look_ups, group in groupby(reversed(timeline), key=_is_look_up):
        entries = list(group)
        if look_ups and len(entries) > 1:
            told.append(Told(entries[0].at, say("looked_up", n=len(entries)), "good"))
        else:
            told += [
                Told(each.at, each.words, kind_of(each.type), actors.get(each.actor) if actors else None)
                for each in entries
            ]
    return told


def _is_look_up(entry: TimelineEntry) -> bool:
    return entry.type == TaskDone.NAME and (entry.task or "").startswith("fetch:")
