"""How filings go: photographs that wait to be read."""

from sqlalchemy import func, select

from onething.core.clock import now
from onething.core.processes.health import Figure
from onething.core.processes.process import Process
from onething.intake.states import UNREAD
from onething.intake.tables import DocumentRow


def figures(process: Process) -> list[Figure]:
    """Documents not read yet, and for how long the oldest has waited."""
    with process.db.reading() as session:
        waiting, oldest = session.execute(
            select(func.count(), func.min(DocumentRow.added_at)).where(DocumentRow.state.in_(UNREAD))
        ).one()
    waits = max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0
    return [
        Figure("documents_unread", "Photographs that wait to be read", waiting),
        Figure("documents_oldest_seconds", "For how long the oldest of them has waited", waits),
    ]
