"""Whether payees open, by a sample."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.processes.health import Check
from onething.payments.payees import opened
from onething.payments.tables import OrderRow
from onething.trust.sealing.service import try_some


def check(session: Session) -> list[Check]:
    """With the key store that is here."""
    return [try_some("payees", session, select(OrderRow), OrderRow.id, lambda row: opened(session, [row[0]]))]
