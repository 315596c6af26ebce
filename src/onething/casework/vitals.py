"""How casework goes: whether workers live, what waits for them, what waits for officers."""

from sqlalchemy import func, select, text

from onething.casework.states import SegmentState, TaskStatus
from onething.casework.tables import HELD, CaseRow, SegmentRow, TaskRow, WorkerRow
from onething.core.clock import now
from onething.core.i18n import Text
from onething.core.processes.health import Check, Figure
from onething.core.processes.process import Process
from onething.core.processes.public_status import Condition, PublicService


def checks(process: Process) -> list[Check]:
    """Whether anybody carries out cases. Pages work without, so this is told and does not close the portal."""
    with process.db.reading() as session:
        alive = session.scalar(select(func.count()).where(WorkerRow.lease_until > now())) or 0
    return [Check("workers", alive > 0, f"{alive} alive", needed=False)]


def figures(process: Process) -> list[Figure]:
    """Backlogs in numbers; every one is a count over an index."""
    at = now()
    with process.db.reading() as session:
        alive = session.scalar(select(func.count()).where(WorkerRow.lease_until > at)) or 0
        due, oldest = session.execute(
            select(func.count(), func.min(SegmentRow.run_at)).where(
                SegmentRow.state == SegmentState.READY, SegmentRow.run_at <= at
            )
        ).one()
        running = session.scalar(select(func.count()).where(SegmentRow.state == SegmentState.CLAIMED)) or 0
        held = (
            session.scalar(
                select(func.count()).select_from(TaskRow).where(text(HELD), TaskRow.status == TaskStatus.WAITING)
            )
            or 0
        )
        unfinished = session.scalar(select(func.count()).where(CaseRow.finished_at.is_(None))) or 0
    waits = max(0.0, (at - oldest).total_seconds()) if oldest else 0.0
    return [
        Figure("workers", "Workers whose lease runs", alive),
        Figure("segments_waiting", "Stretches of work that no worker has taken yet", due),
        Figure("segments_oldest_seconds", "For how long the oldest of them has waited", waits),
        Figure("segments_running", "Stretches of work under way", running),
        Figure("certificates_held", "Tasks that wait because their certificate would not say what it certifies", held),
        Figure("cases_open", "Cases that are not finished", unfinished),
    ]


LATE_SECONDS = 120.0


def services(process: Process) -> list[PublicService]:
    """Whether cases are carried out."""
    told = {each.name: each.value for each in figures(process)}
    away, slow = not told["workers"], told["segments_oldest_seconds"] > LATE_SECONDS
    condition = Condition.AWAY if away else Condition.SLOW if slow else Condition.WORKS
    later = Text(zh="可以照常提交，办理会晚一些开始。", en="You can submit as always; work on it begins later.")
    return [PublicService(Text(zh="事项办理", en="Work on cases"), condition, later if away or slow else None)]
