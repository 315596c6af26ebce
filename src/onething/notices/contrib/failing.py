"""A carrier that never takes a message over. For tests and drills."""

from onething.notices.channels import Receipt
from onething.notices.settings import NoticesSettings


class FailingChannel:
    def __init__(self) -> None:
        self.keys: list[str] = []

    async def send(self, to: str, text: str, key: str) -> Receipt:  # noqa: ARG002 - the contract's names
        self.keys.append(key)
        raise ConnectionError("the carrier is down")

    async def aclose(self) -> None:
        self.keys.clear()


def make(_settings: NoticesSettings) -> FailingChannel:
    return FailingChannel()
