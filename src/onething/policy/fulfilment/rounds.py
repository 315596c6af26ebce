"""What every worker does for policies: matching, sweeping, paying, reconciling."""

from onething.core.processes.process import Process
from onething.policy.fulfilment.running import BenefitRounds, make_desk


def benefits(process: Process) -> BenefitRounds | None:
    """None where the city has no company profiles."""
    desk = make_desk(process.db)
    return BenefitRounds(desk) if desk is not None else None
