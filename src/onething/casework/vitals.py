"""How casework goes: whether workers live, what waits for them, what waits for officers."""

from sqlalchemy import func, select, text

from onething.casework.states import SegmentState, TaskStatus
from onething.casework.tables import HELD, CaseRow, SegmentRow, TaskRow, WorkerRow
from onething.core.clock import now
from onething.core.processes.health import Check, Figure
from onething.core.processes.process import Process


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
