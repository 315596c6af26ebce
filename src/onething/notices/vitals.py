"""How notices go: what waits in the outbox."""

from sqlalchemy import func, select

from onething.core.clock import now
from onething.core.i18n import Text
from onething.core.processes.health import Figure
from onething.core.processes.process import Process
from onething.core.processes.public_status import Condition, PublicService
from onething.notices.models import State
from onething.notices.tables import NoticeRow


def figures(process: Process) -> list[Figure]:
    """Messages that are due, and for how long the oldest has been."""
    at = now()
    with process.db.reading() as session:
        due, oldest = session.execute(
            select(func.count(), func.min(NoticeRow.due_at)).where(NoticeRow.state == State.DUE, NoticeRow.due_at <= at)
        ).one()
    waits = max(0.0, (at - oldest).total_seconds()) if oldest else 0.0
    return [
        Figure("notices_due", "Messages that wait to be sent", due),
        Figure("notices_oldest_seconds", "For how long the oldest of them has been due", waits),
    ]


LATE_SECONDS = 300.0


def services(process: Process) -> list[PublicService]:
    """Whether messages go out."""
    (oldest,) = [each.value for each in figures(process) if each.name == "notices_oldest_seconds"]
    late = Text(
        zh="短信会晚一些到，进度可在办件页面查看。", en="Messages arrive late; your case page shows how it goes."
    )
    slow = oldest > LATE_SECONDS
    name = Text(zh="短信通知", en="Text messages")
    return [PublicService(name, Condition.SLOW if slow else Condition.WORKS, late if slow else None)]
