"""No carrier: warns once and leaves the messages marked, so that they can be sent when there is one."""

from onething.core.logs import get_logger
from onething.notices.channels import Receipt
from onething.notices.models import State
from onething.notices.settings import NoticesSettings

log = get_logger(__name__)


class NullChannel:
    def __init__(self) -> None:
        self._warned = False

    async def send(self, to: str, text: str, key: str) -> Receipt:  # noqa: ARG002 - the contract's names
        if not self._warned:
            log.warning("no SMS carrier is configured; messages stay in the outbox", setting="ONETHING_SMS_URL")
            self._warned = True
        return Receipt(State.NOT_CONFIGURED)

    async def aclose(self) -> None:
        """Nothing to give back."""


def make(_settings: NoticesSettings) -> NullChannel:
    return NullChannel()
