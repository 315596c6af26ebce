"""Who does something now that two processes must not do at once: a row with a holder and an end."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from onething.core.clock import now
from onething.core.db import Database
from onething.trust.chain.tables import ChainLeaseRow


def take_lease(db: Database, name: str, holder: str, lasting: timedelta) -> bool:
    """Take or renew a lease; False while somebody else has it. A holder that dies loses it when it ends."""
    at = now()
    try:
        with db.transaction() as session:
            row = session.get(ChainLeaseRow, name, with_for_update=True)
            if row is None:
                session.add(ChainLeaseRow(account=name, holder=holder, until=at + lasting))
            elif row.holder == holder or row.until < at:
                row.holder, row.until = holder, at + lasting
            else:
                return False
    except IntegrityError:
        return False
    return True
