"""What casework must not go live with."""

from onething.casework.errors import UNFIT_NO_WORKER
from onething.casework.vitals import checks
from onething.core.errors import Problem
from onething.core.processes.process import Process
from onething.core.processes.production import Shortcoming


def check(process: Process) -> list[Shortcoming]:
    """Whether anybody carries out cases; told only, because somebody has to start first."""
    alive = all(each.ok for each in checks(process) if each.name == "workers")
    return [] if alive else [Shortcoming(Problem(UNFIT_NO_WORKER), fatal=False)]
