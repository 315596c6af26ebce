"""Several small web servers in one process of the sandbox."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Generator

import uvicorn


class Quiet(uvicorn.Server):
    """One of several in a process: the signals are the process's own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def listen(port: int) -> socket.socket:
    """A socket that listens on the loopback address; 0: on any free port."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(256)
    return listener


async def until_orphaned(stop: asyncio.Event) -> None:
    """Set `stop` at the end of standard input, which is the end of whoever started this process."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    stop.set()
