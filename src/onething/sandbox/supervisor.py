"""Runs the sandbox: one process for each agency, the identity provider and the phone, under one parent.

The parent imports what all of them need once, opens every listening socket, then forks: starting ten services costs one
import, ports are never lost to somebody else, and a crashed child gets its socket back. Children end with the parent,
however it ends.
"""

import contextlib
import gc
import http.client
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from onething.core import clock, tracing_export
from onething.core.processes.process import settle_in
from onething.core.processes.tracing_asgi import Tracing
from onething.core.settings import get_settings
from onething.sandbox import registers as store
from onething.sandbox.agencies.registry import DESKS

IDENTITY, PHONE = "identity", "phone"
PORTS = {IDENTITY: 0, PHONE: 1} | {agency: 10 + n for n, agency in enumerate(DESKS)}
"""Service → distance from the base port."""
_MAX_RESTARTS = 5


@dataclass
class Options:
    """What `onething sandbox up` was asked for. `base_port` 0 takes any free ports."""

    people: int = 20_000
    seed: int = 1
    births: int | None = None
    folder: Path | None = None
    base_port: int = 8100
    with_parent: bool = False
    """End when standard input ends: for sandboxes started by tests, whose parent may be killed."""
    only: tuple[str, ...] = ()
    """Start these services only; all when empty."""


@dataclass
class Running:
    """A started sandbox as the parent sees it."""

    sockets: dict[str, socket.socket]
    run: Path
    options: Options
    pids: dict[int, str] = field(default_factory=dict)
    restarts: int = 0

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{self.sockets[service].getsockname()[1]}"

    def card(self) -> dict[str, Any]:
        """What a client needs to know, as JSON."""
        return {
            "pid": os.getpid(),
            "people": self.options.people,
            "seed": self.options.seed,
            "folder": str(self.run),
            "issuer": self.url(IDENTITY) if IDENTITY in self.sockets else "",
            "phone_url": self.url(PHONE) if PHONE in self.sockets else "",
            "gateways": {agency: self.url(agency) for agency in DESKS if agency in self.sockets},
        }


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(512)
    return listener


def _open_sockets(options: Options) -> dict[str, socket.socket]:
    """Every socket, or a plain word about the port that is taken."""
    found: dict[str, socket.socket] = {}
    for service, distance in PORTS.items():
        if options.only and service not in options.only:
            continue
        port = options.base_port + distance if options.base_port else 0
        try:
            found[service] = _listen(port)
        except OSError:
            for listener in found.values():
                listener.close()
            raise PortTakenError(port, service) from None
    return found


class PortTakenError(Exception):
    """A port that something else listens on."""

    def __init__(self, port: int, service: str) -> None:
        super().__init__(
            f"端口 {port}({service})已被占用；请停掉占用它的程序，或用 --base-port 换一个起始端口。 "
            f"Port {port} ({service}) is taken: stop what uses it, or choose another --base-port."
        )


def make_service(service: str, running: Running) -> Any:
    """The ASGI application of one service."""
    if service == IDENTITY:
        from onething.sandbox.identity.app import make_app as make_identity

        return make_identity(running.run / store.DIRECTORY, running.url(IDENTITY), running.run.parent)
    if service == PHONE:
        from onething.sandbox.phone.app import make_app as make_phone

        return make_phone(running.run / "phone.db")
    from onething.sandbox.agencies.app import make_app as make_agency

    return make_agency(DESKS[service], running.run / f"{service}.db")


def _traced(service: str, running: Running) -> Any:
    """The service, going on under the correlation id of who asks; its spans go where the product's go."""
    tracing_export.begin(f"sandbox-{service}", get_settings())
    return Tracing(make_service(service, running))


def _serve(service: str, running: Running, lifeline: int) -> None:
    """Child: serve until told to stop or until the parent is gone."""
    import asyncio

    import uvicorn
    import uvloop

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    config = uvicorn.Config(
        _traced(service, running), loop="uvloop", http="httptools", ws="none", access_log=False,
        log_level="critical", lifespan="off", timeout_keep_alive=75, timeout_graceful_shutdown=1, server_header=False,
    )  # fmt: skip
    server = uvicorn.Server(config)
    settle_in()

    async def main() -> None:
        asyncio.get_running_loop().add_reader(lifeline, lambda: os._exit(0))
        await server.serve(sockets=[running.sockets[service]])

    uvloop.run(main())


def _fork(service: str, running: Running, lifeline: tuple[int, int]) -> None:
    pid = os.fork()
    if pid:
        running.pids[pid] = service
        return
    code = 0
    try:
        os.close(lifeline[1])
        for name, listener in running.sockets.items():
            if name != service:
                listener.close()
        _serve(service, running, lifeline[0])
    except BaseException as error:  # noqa: BLE001 - a child says why and ends; it must never return into the parent's code
        print(f"{service}: {error!r}", file=sys.stderr, flush=True)  # noqa: T201
        code = 1
    finally:
        sys.stderr.flush()
        os._exit(code)


def _healthy(listener: socket.socket) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1], timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _await_all(running: Running, say: Callable[[str], None]) -> None:
    for service, listener in running.sockets.items():
        for _ in range(100):
            if _healthy(listener):
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"{service} does not answer")
        say(f"{service} {running.url(service)}")


def _preload() -> None:
    """Import once, before forking, what every child needs."""
    import fastapi  # noqa: F401
    import uvicorn.protocols.http.httptools_impl  # noqa: F401
    import uvloop  # noqa: F401

    import onething.sandbox.agencies.app
    import onething.sandbox.identity.app
    import onething.sandbox.phone.app  # noqa: F401


class _Stop(Exception):  # noqa: N818 - a signal, not an error
    pass


def _raise_stop(_number: int, _frame: Any) -> None:
    raise _Stop


def _watch(running: Running, lifeline: tuple[int, int], say: Callable[[str], None]) -> None:
    """Until stopped: raise the dead, or give up when they keep dying."""
    while running.pids:
        if running.options.with_parent and not _parent_lives():
            return
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if not pid:
            time.sleep(0.2)
            continue
        service = running.pids.pop(pid, None)
        if service is None:
            continue
        running.restarts += 1
        if running.restarts > _MAX_RESTARTS:
            raise RuntimeError(f"{service} keeps ending")
        say(f"{service} 意外停止，重新启动 · ended unexpectedly, starting it again")
        _fork(service, running, lifeline)


def _parent_lives() -> bool:
    import select

    readable, _, _ = select.select([0], [], [], 0)
    return not readable or bool(os.read(0, 4096))


def _stop_children(running: Running) -> None:
    for pid in running.pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + 5
    while running.pids and time.monotonic() < until:
        for pid in list(running.pids):
            with contextlib.suppress(ChildProcessError):
                if not os.waitpid(pid, os.WNOHANG)[0]:
                    continue
            running.pids.pop(pid)
        time.sleep(0.02)
    for pid in running.pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def run(options: Options, say: Callable[[str], None], ready: Callable[[dict[str, Any]], None]) -> None:
    """Start everything, call `ready` with the card, stay until Ctrl-C, SIGTERM or the end of the parent."""
    keep = options.folder is not None
    folder = options.folder or Path(tempfile.mkdtemp(prefix="onething-sandbox-"))
    sockets = _open_sockets(options)
    running = Running(sockets, folder / f"run-{os.getpid()}", options)
    lifeline = os.pipe()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _raise_stop)
    try:
        _forget_dead_runs(folder)
        entry = store.prepared(folder / "cities", options.people, options.seed, clock.today(), options.births, say)
        store.copy_for_run(entry, running.run)
        _preload()
        gc.collect()
        gc.freeze()
        for service in sockets:
            _fork(service, running, lifeline)
        _await_all(running, say)
        ready(running.card())
        _watch(running, lifeline, say)
    except _Stop:
        say("正在停止 · stopping")
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        _stop_children(running)
        shutil.rmtree(running.run if keep else folder, ignore_errors=True)


def _forget_dead_runs(folder: Path) -> None:
    """Folders of runs that were killed."""
    for path in folder.glob("run-*"):
        pid = path.name.removeprefix("run-")
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(path, ignore_errors=True)


def main() -> None:
    """`python -m onething.sandbox.supervisor '<options as JSON>'`: the quick way for tests, without the command line's imports."""
    raw = orjson.loads(sys.argv[1])
    raw["folder"] = Path(raw["folder"]) if raw.get("folder") else None
    raw["only"] = tuple(raw.get("only", ()))
    run(
        Options(**raw),
        lambda text: print(text, file=sys.stderr, flush=True),  # noqa: T201
        lambda card: print(orjson.dumps(card).decode(), flush=True),  # noqa: T201
    )


if __name__ == "__main__":
    main()
