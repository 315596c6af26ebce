"""Any carrier that Apprise knows, by its address in `ONETHING_SMS_URL`; `{to}` marks the place of the number.

`clicksend://user:key/{to}`; without the mark the number is added as the last step of the path. Apprise has no
idempotency key: after a crash between sending and noting it, such a carrier may deliver one message twice.
"""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import apprise

from onething.notices.channels import Receipt
from onething.notices.models import State
from onething.notices.settings import NoticesSettings


def with_number(address: str, to: str) -> str:
    """The carrier's address with the number in its place."""
    if "{to}" in address:
        return address.replace("{to}", to)
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{to}"))


class AppriseChannel:
    def __init__(self, address: str) -> None:
        self._address = address

    async def send(self, to: str, text: str, key: str) -> Receipt:  # noqa: ARG002 - Apprise has no place for a key
        carrier: Any = apprise.Apprise()
        if not carrier.add(with_number(self._address, to)):
            return Receipt(State.NOT_CONFIGURED, "bad_address")
        taken = await carrier.async_notify(body=text, body_format=apprise.NotifyFormat.TEXT)
        return Receipt(State.SENT) if taken else Receipt(State.DUE, "carrier_refused")

    async def aclose(self) -> None:
        """Nothing to give back."""


def make(settings: NoticesSettings) -> AppriseChannel:
    return AppriseChannel(settings.sms_url or "")
