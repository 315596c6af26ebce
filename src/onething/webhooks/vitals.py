"""How webhooks go: what waits, what was given up, which receivers fail."""

from sqlalchemy import func, select

from onething.core.clock import now
from onething.core.processes.health import Figure
from onething.core.processes.process import Process
from onething.webhooks.states import DeliveryState, SubscriptionState
from onething.webhooks.tables import DeliveryRow, SubscriptionRow


def figures(process: Process) -> list[Figure]:
    """Messages that are due and for how long the oldest has been, those given up, and receivers that fail now."""
    at = now()
    with process.db.reading() as session:
        told = select(SubscriptionRow.id).where(SubscriptionRow.state == SubscriptionState.ACTIVE)
        due = select(func.count(), func.min(DeliveryRow.due_at)).where(DeliveryRow.subscription_id.in_(told))
        waiting, oldest = session.execute(
            due.where(DeliveryRow.state == DeliveryState.DUE, DeliveryRow.due_at <= at)
        ).one()
        dead = session.scalar(select(func.count()).where(DeliveryRow.state == DeliveryState.DEAD)) or 0
        failing = session.scalar(select(func.count()).where(SubscriptionRow.failures > 0)) or 0
    waits = max(0.0, (at - oldest).total_seconds()) if oldest else 0.0
    return [
        Figure("webhooks_due", "Messages to other systems that wait to be sent", waiting),
        Figure("webhooks_oldest_seconds", "For how long the oldest of them has been due", waits),
        Figure("webhooks_dead", "Messages that were given up and wait for a person", dead),
        Figure("webhooks_failing", "Receivers whose last attempt failed", failing),
    ]
