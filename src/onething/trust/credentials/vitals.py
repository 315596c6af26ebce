"""How certificates go: how many are not provable yet, by how far they have come."""

from sqlalchemy import func, select, text

from onething.core.clock import now
from onething.core.i18n import Text
from onething.core.processes.health import Figure
from onething.core.processes.process import Process
from onething.core.processes.public_status import Condition, PublicService
from onething.trust.chain.tables import TransactionRow
from onething.trust.credentials.tables import UNANCHORED, CredentialRow


def figures(process: Process) -> list[Figure]:
    """Certificates and chain transactions by stage."""
    with process.db.reading() as session:
        stages = session.execute(select(CredentialRow.stage, func.count()).group_by(CredentialRow.stage)).all()
        oldest = session.scalar(select(func.min(CredentialRow.created_at)).where(text(UNANCHORED)))
        calls = session.execute(select(TransactionRow.status, func.count()).group_by(TransactionRow.status)).all()
    behind = sum(count for stage, count in stages if stage in ("new", "signed", "logged"))
    waits = max(0.0, (now() - oldest).total_seconds()) if oldest else 0.0
    return [
        Figure("certificates_unproven", "Certificates that are issued and not provable yet", behind),
        Figure("certificates_unproven_oldest_seconds", "For how long the oldest of them has waited", waits),
        *(
            Figure("certificates", "Certificates by stage of their proof", count, {"stage": stage})
            for stage, count in stages
        ),
        *(
            Figure("chain_transactions", "Calls to the contracts by state", count, {"state": state})
            for state, count in calls
        ),
    ]


LATE_SECONDS = 3600.0


def services(process: Process) -> list[PublicService]:
    """Whether new certificates become provable. Certificates themselves are issued and valid either way."""
    told = {each.name: each.value for each in figures(process)}
    slow = told["certificates_unproven_oldest_seconds"] > LATE_SECONDS
    said = Text(zh="证照照常有效，公开存证会晚一些完成。", en="Certificates are valid as always; their public proof is made later than usual.")  # fmt: skip
    name = Text(zh="证照签发与核验", en="Certificates and their verification")
    return [PublicService(name, Condition.SLOW if slow else Condition.WORKS, said if slow else None)]
