"""What messages must not go live with."""

from onething.core.errors import Problem
from onething.core.processes.process import Process
from onething.core.processes.production import Shortcoming
from onething.core.settings import settings_of
from onething.notices import errors
from onething.notices.settings import NoticesSettings


def check(process: Process) -> list[Shortcoming]:  # noqa: ARG001 - the same for every process
    """Whether anything carries messages to people."""
    settings = settings_of(NoticesSettings)
    if settings.sms_sandbox_url and settings.sms_channel in {"", "sandbox"} and not settings.sms_url:
        return [Shortcoming(Problem(errors.UNFIT_SANDBOX))]
    return [] if settings.sms_channel or settings.sms_url else [Shortcoming(Problem(errors.UNFIT_CARRIER))]
