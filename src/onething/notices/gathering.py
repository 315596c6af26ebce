"""What is done at one time is one text message: a phone buzzes once, and the page lists each."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, func, select, tuple_, update
from sqlalchemy.orm import Session

from onething.core import clock
from onething.notices.models import State
from onething.notices.states import NOTICE
from onething.notices.tables import NoticeRow

GATHERED = "gathered"
"""The code of a message that another speaks for: it is read on the page alone."""


class Waiting(Protocol):
    """A message that is being written."""

    waits: timedelta
    speaks_for: int
    gathered: bool

    @property
    def by_sms(self) -> bool: ...

    @property
    def event_id(self) -> str: ...

    @property
    def key(self) -> tuple[str, str]:
        """Person and case."""
        ...


def gather(session: Session, drafts: Sequence[Waiting]) -> None:
    """Let each new message speak for those of its person and case that still wait, in the outbox or among these: they are told
    on the page alone from now on, as the newest says it all. What a sender has already taken up goes out."""
    keys = {each.key for each in drafts if each.by_sms}
    spoken = _taken_over(session, keys, {each.event_id for each in drafts}) if keys else {}
    waiting: dict[tuple[str, str], Waiting] = {}
    for each in drafts:
        if not each.by_sms:
            continue
        if before := waiting.pop(each.key, None):
            before.gathered = True
        each.speaks_for = spoken.pop(each.key, 0)
        if each.waits:
            waiting[each.key] = each
            spoken[each.key] = each.speaks_for + 1


def _taken_over(session: Session, keys: set[tuple[str, str]], being_told: set[str]) -> dict[tuple[str, str], int]:
    """Person and case → how many things a message speaks for that joins those waiting there; only where some wait."""
    whose = tuple_(NoticeRow.subject_id, NoticeRow.stream)
    waits: list[Any] = [
        whose.in_(keys),
        NoticeRow.channel == "sms",
        NoticeRow.state == State.DUE,
        NoticeRow.attempts == 0,
        NoticeRow.due_at > clock.now(),
        NoticeRow.event_id.not_in(being_told),  # an event that is told once more speaks not for itself
    ]
    found = [
        tuple(row) for row in session.execute(select(NoticeRow.subject_id, NoticeRow.stream).where(*waits).distinct())
    ]
    if not found:
        return {}
    NOTICE.check(State.DUE, State.SENT)
    session.execute(
        update(NoticeRow).where(*waits).values(channel="portal", state=State.SENT, sent_at=clock.now(), code=GATHERED)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return {(subject, stream): _told(session, subject, stream) for subject, stream in found}


def _told(session: Session, subject_id: str, stream: str) -> int:
    """How many things were gathered since the last message that went out to her about this case."""
    case: tuple[ColumnElement[bool], ...] = (NoticeRow.subject_id == subject_id, NoticeRow.stream == stream)
    last = session.scalar(select(func.max(NoticeRow.created_at)).where(*case, NoticeRow.channel == "sms"))
    told = select(func.count()).where(*case, NoticeRow.code == GATHERED)
    if last is not None:
        told = told.where(NoticeRow.created_at > last)
    return int(session.scalar(told) or 0)
