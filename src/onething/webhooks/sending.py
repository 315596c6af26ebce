"""Carries due messages to their receivers. Any number of senders may run, in any number of processes.

At least once: a sender that dies between sending and noting it leaves the message due, and another sends it again under the
same `webhook-id`, by which the receiver knows it.
"""

import asyncio
import time
from collections.abc import Sequence

import httpx

from onething import __version__
from onething.core.db import Database
from onething.core.processes.rounds import Round
from onething.core.settings import settings_of
from onething.webhooks import outbox, signing, wake
from onething.webhooks.addresses import RefusedAddressError, networks, resolved
from onething.webhooks.message import body
from onething.webhooks.outbox import Claimed, Receipt
from onething.webhooks.settings import WebhooksSettings

GONE = 410


class Sender:
    """Sends what is due, the moment it is due."""

    def __init__(self, db: Database, *, poll: float = 1.0, at_once: int = 32, batch: int = 100) -> None:
        self._db, self._poll, self._batch = db, poll, batch
        self._places = at_once
        self._bell = wake.new_bell()

    def round(self) -> Round:
        """Sends when this process has news, and looks every `poll` seconds for news from others."""
        return Round("webhooks.send", self._poll, self.send_due, self._bell)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set."""
        await self.round().run(stop)

    async def send_due(self) -> int:
        """Send what is due now, up to one batch; returns how many were tried."""
        claimed = await asyncio.to_thread(self._claim)
        if not claimed:
            return 0
        places = asyncio.Semaphore(self._places)
        settings = settings_of(WebhooksSettings)
        async with httpx.AsyncClient(trust_env=False, timeout=settings.webhooks_timeout_seconds) as client:

            async def one(message: Claimed) -> tuple[Claimed, Receipt]:
                async with places:
                    receipt = await send(client, message, settings)
                    await asyncio.to_thread(self._settle, (message, receipt))
                    return message, receipt

            await asyncio.gather(*[one(message) for message in claimed])
        return len(claimed)

    def _claim(self) -> Sequence[Claimed]:
        with self._db.reading() as session:
            if not outbox.anything_due(session):
                return ()
        with self._db.transaction() as session:
            return outbox.claim(session, self._batch)

    def _settle(self, result: tuple[Claimed, Receipt]) -> None:
        with self._db.transaction() as session:
            outbox.settle(session, [result])


async def send(client: httpx.AsyncClient, message: Claimed, settings: WebhooksSettings) -> Receipt:
    """One attempt; whatever goes wrong, the message stays due."""
    if message.happened is None:
        return Receipt(False, code="event_gone")
    if not message.secrets:
        return Receipt(False, code="secret_unreadable")
    try:
        async with asyncio.timeout(settings.webhooks_timeout_seconds):
            target = await resolved(message.url, networks(settings.webhooks_networks))
            content = body(message.happened, with_data=message.with_data)
            headers = {
                "host": target.authority, "content-type": "application/json", "user-agent": f"onething/{__version__}",
                **signing.headers(message.secrets, message.id, int(time.time()), content),
            }  # fmt: skip
            request = client.build_request(
                "POST", target.url, content=content, headers=headers, extensions={"sni_hostname": target.host}
            )
            answer = await client.send(request, stream=True)  # what the receiver says beyond its status is not read
            await answer.aclose()
    except RefusedAddressError:
        return Receipt(False, code="refused_address")
    except (TimeoutError, httpx.TimeoutException):
        return Receipt(False, code="timeout")
    except (OSError, httpx.HTTPError, ValueError) as error:
        return Receipt(False, code=f"connection:{type(error).__name__}")
    if answer.is_success:
        return Receipt(True, answer.status_code)
    return Receipt(False, answer.status_code, "status", gone=answer.status_code == GONE)
