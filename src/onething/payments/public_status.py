"""How payments go, as the public may know it."""

from datetime import timedelta

from sqlalchemy import func, select

from onething.core.clock import now
from onething.core.i18n import Text
from onething.core.processes.process import Process
from onething.core.processes.public_status import Condition, PublicService
from onething.payments.states import OrderState
from onething.payments.tables import OrderRow

LATE = timedelta(hours=1)


def services(process: Process) -> list[PublicService]:
    """Whether money that is due goes out."""
    with process.db.reading() as session:
        oldest = session.scalar(
            select(func.min(OrderRow.created_at)).where(OrderRow.state.in_([OrderState.RESERVED, OrderState.SENDING]), OrderRow.due_at < now() - LATE)
        )  # fmt: skip
    slow = oldest is not None
    said = Text(zh="款项会晚一些到账，不用重新申请。", en="Money arrives later than usual; you need not apply again.")
    name = Text(zh="资金拨付", en="Payments")
    return [PublicService(name, Condition.SLOW if slow else Condition.WORKS, said if slow else None)]
