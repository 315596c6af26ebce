"""What every worker does for notices: what is due in the outbox goes out."""

from onething.core.processes.process import Process
from onething.notices.channels import Channel, make_channel
from onething.notices.service import Sender


def sending(process: Process) -> Sender:
    """The sender over the channel that the settings name."""
    return Sender(process.db, process.share(Channel, make_channel))  # type: ignore[type-abstract]
