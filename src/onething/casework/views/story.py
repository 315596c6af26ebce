"""The timeline of a case as people read it: newest first, look-ups at registries gathered into one line."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from onething.casework.events import (
    CaseRefused,
    CaseWithdrawing,
    CaseWithdrawn,
    CertificateReplaced,
    CertificateRevoked,
    CertificateSuspended,
    DeadlineMissed,
    DeadlineNear,
    RefusalIssued,
    SupplementRequested,
    TaskBlocked,
    TaskDone,
    TaskFailed,
    TaskReferred,
    TaskStarted,
    TaskUndone,
    TaskWaiting,
)
from onething.casework.models import Kind, TimelineEntry, Told
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)
TURNS = {SupplementRequested.NAME}
TROUBLE = {
    TaskFailed.NAME, TaskBlocked.NAME, CaseRefused.NAME, DeadlineMissed.NAME, CertificateSuspended.NAME, CertificateRevoked.NAME,
}  # fmt: skip
QUIET = {
    TaskStarted.NAME, TaskWaiting.NAME, TaskReferred.NAME, TaskUndone.NAME, CaseWithdrawing.NAME, CaseWithdrawn.NAME,
    DeadlineNear.NAME, RefusalIssued.NAME, CertificateReplaced.NAME,
}  # fmt: skip
BAD_OUTCOMES = {"partly_done", "refused", "refuse"}
"""Of a case's end and of an officer's decision: never told with a tick."""


def kind_of(entry: TimelineEntry) -> Kind:
    if entry.type in TURNS:
        return "turn"
    if entry.type in TROUBLE or entry.outcome in BAD_OUTCOMES:
        return "bad"
    return "plain" if entry.type in QUIET or entry.outcome == "ask_supplement" else "good"


def story(timeline: Sequence[TimelineEntry], actors: Mapping[str, Text] | None = None) -> list[Told]:
    """The entries as sentences. `actors` (actor → words) adds who did each, for officials, to whom the citizen is the
    applicant; without it nobody is named and the citizen is "you"."""
    told: list[Told] = []
    for look_ups, group in groupby(reversed(timeline), key=_is_look_up):
        entries = list(group)
        if look_ups and len(entries) > 1:
            told.append(Told(entries[0].at, say("looked_up", n=len(entries)), "good"))
        else:
            told += [
                Told(
                    each.at,
                    _words(each, actors is not None),
                    kind_of(each),
                    actors.get(each.actor) if actors else None,
                )
                for each in entries
            ]
    return told


def _words(entry: TimelineEntry, official: bool) -> Text:
    return (
        say(f"timeline_official.{entry.type}") if official and f"timeline_official.{entry.type}" in say else entry.words
    )


def _is_look_up(entry: TimelineEntry) -> bool:
    return entry.type == TaskDone.NAME and (entry.task or "").startswith("fetch:")
