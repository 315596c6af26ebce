"""How certificates go: how many are not provable yet, by how far they have come."""

from sqlalchemy import func, select

from onething.core.processes.health import Figure
from onething.core.processes.process import Process
from onething.trust.chain.tables import TransactionRow
from onething.trust.credentials.tables import CredentialRow


def figures(process: Process) -> list[Figure]:
    """Certificates and chain transactions by stage."""
    with process.db.reading() as session:
        stages = session.execute(select(CredentialRow.stage, func.count()).group_by(CredentialRow.stage)).all()
        calls = session.execute(select(TransactionRow.status, func.count()).group_by(TransactionRow.status)).all()
    return [
        *(
            Figure("certificates", "Certificates by stage of their proof", count, {"stage": stage})
            for stage, count in stages
        ),
        *(
            Figure("chain_transactions", "Calls to the contracts by state", count, {"state": state})
            for state, count in calls
        ),
    ]
