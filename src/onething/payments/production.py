"""What payments must not go live with."""

from onething.core.errors import Problem
from onething.core.processes.process import Process
from onething.core.processes.production import Shortcoming
from onething.core.settings import settings_of
from onething.payments import errors
from onething.payments.settings import PaymentsSettings


def check(process: Process) -> list[Shortcoming]:  # noqa: ARG001 - the same for every process
    """Whether a bank is set, and asked over TLS. Cities without benefits need none."""
    address = settings_of(PaymentsSettings).bank_url
    if not address:
        return [Shortcoming(Problem(errors.UNFIT_BANK), fatal=False)]
    return [] if address.startswith("https://") else [Shortcoming(Problem(errors.UNFIT_PLAIN_BANK))]
