"""What a process tells the supervisor that started it: that it is ready, that it is alive, that it is stopping.

Under systemd (`Type=notify`, `WatchdogSec=`) a process whose event loop stands still is stopped and started again. Everywhere
else there is nobody to tell, and nothing is done.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from types import FrameType

import uvicorn

from onething.core.processes import closing
from onething.core.whole import whole

NOTIFY, WATCHDOG = "NOTIFY_SOCKET", "WATCHDOG_USEC"


def tell(state: str) -> bool:
    """Send one line of sd_notify(3), for example `READY=1`; False when nobody listens."""
    address = os.environ.get(NOTIFY, "")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, contextlib.suppress(OSError):
        line.connect("\0" + address[1:] if address.startswith("@") else address)
        line.sendall(state.encode())
        return True
    return False


def pause() -> float | None:
    """Seconds between two signs of life: half of what the supervisor waits; None when it does not watch."""
    given = whole(os.environ.get(WATCHDOG, ""), 0)
    return given / 2_000_000 if given > 0 else None


async def _alive(every: float) -> None:
    while True:
        tell("WATCHDOG=1")
        await asyncio.sleep(every)


@contextlib.asynccontextmanager
async def supervised() -> AsyncIterator[None]:
    """Ready inside, stopping afterwards, and alive in between as often as the supervisor wants."""
    every = pause()
    beating = asyncio.create_task(_alive(every)) if every else None
    tell("READY=1")
    try:
        yield
    finally:
        tell("STOPPING=1")
        if beating is not None:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating


class Server(uvicorn.Server):
    """A web server that is ready once it listens. Asked to end, it takes no new connection, has streams of events end themselves, and
    finishes what was asked."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        closing.close()
        super().handle_exit(sig, frame)

    async def main_loop(self) -> None:
        async with supervised():
            await super().main_loop()
