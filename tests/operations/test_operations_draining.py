"""A worker that is asked to stop in the middle of its work: it ends by itself, nothing is done twice, nothing is lost. A web server that is
asked to stop: streams end politely, what was asked is answered."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from bench.casework_rig import ROOT, rig
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from tests.conftest import free_port

from onething.casework.tables import SegmentRow, WorkerRow
from onething.core.clock import now
from onething.core.processes import closing
from onething.host.supervision import Server
from onething.web.pages.case import case as case_page
from operations.test_operations_under_load import slow_agencies

CASES = 10


@pytest.mark.fault
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.xdist_group("casework_faults")
@pytest.mark.postgres
@pytest.mark.parametrize("drain_seconds", ["120", "0"], ids=["finishes", "hands over"])
def test_a_worker_stopped_mid_load_ends_with_0_and_the_other_does_the_rest_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, drain_seconds: str
) -> None:
    monkeypatch.setenv("ONETHING_DRAIN_SECONDS", drain_seconds)
    with rig(births=CASES, url=postgres_url, people=200, lease=3.0) as made:
        slow_agencies(made, 300)
        made.start_worker("w0", places=4)
        made.open_next(CASES)
        assert made.wait_until_held("w0", 4, 60), made.state()
        began = time.monotonic()
        made.workers["w0"].send_signal(signal.SIGTERM)
        assert made.workers["w0"].wait(150) == 0, made.state()
        took = time.monotonic() - began
        with made.db.reading() as session:
            lease = session.get_one(WorkerRow, "w0").lease_until
            held = session.scalar(
                select(func.count()).where(SegmentRow.worker_id == "w0", SegmentRow.state == "claimed")
            )
        assert lease <= now(), "its lease is given back"
        assert made.finished() < CASES, "it claimed nothing more"
        if drain_seconds == "120":
            assert held == 0, "what it had it has finished"
        print(f"drained in {took:.1f} s, {held} stretches handed over, {made.finished()} of {CASES} cases finished")
        made.start_worker("w1", places=8)
        assert made.wait_until_finished(CASES, 240), made.state()
        assert made.outcomes() == {"done": CASES}
        assert made.doubled_effects() == 0
        assert made.doubled_events() == 0
        assert made.effects() == CASES * 10


@pytest.mark.slow
def test_a_worker_is_drained_by_name_from_another_terminal() -> None:
    with rig(births=1, on_postgres=False, people=200, lease=3.0) as made:
        made.start_worker("w0")
        command = [sys.executable, "-c", "from onething.host.cli import main; main()", "worker", "--id"]

        def drain(name: str) -> "subprocess.CompletedProcess[str]":
            import os

            environment = os.environ | made.environment
            return subprocess.run([*command, name, "drain"], env=environment, capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)  # fmt: skip

        done = drain("w0")
        assert (done.returncode, made.workers["w0"].wait(90)) == (0, 0), done.stderr
        assert drain("w0").returncode == 3
        assert drain("nobody").returncode == 3


# -- a web server


@pytest.fixture(autouse=True)
def _open_again() -> Any:
    yield
    closing.reopen()


def test_a_server_that_ends_closes_streams_politely_and_answers_what_was_asked() -> None:
    heard = {"/stream": threading.Event(), "/slow": threading.Event()}

    async def stream(_request: Request) -> StreamingResponse:
        heard["/stream"].set()

        async def pieces() -> AsyncIterator[str]:
            while not closing.closing():
                yield ": still here\n\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(pieces(), media_type="text/event-stream")

    async def slow(_request: Request) -> PlainTextResponse:
        heard["/slow"].set()
        await asyncio.sleep(1.0)
        return PlainTextResponse("done")

    port = free_port()
    routes = [Route("/stream", stream), Route("/slow", slow)]
    server = Server(
        uvicorn.Config(Starlette(routes=routes), port=port, log_level="error", timeout_graceful_shutdown=10)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    told: dict[str, str] = {}

    def read(path: str) -> None:
        told[path] = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=20).text

    readers = [threading.Thread(target=read, args=(path,)) for path in ("/stream", "/slow")]
    for each in readers:
        each.start()
    assert all(each.wait(20) for each in heard.values())
    server.handle_exit(signal.SIGTERM, None)
    for each in [*readers, thread]:
        each.join(20)
    assert not thread.is_alive()
    assert told["/slow"] == "done"
    assert told["/stream"].startswith(": still here")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/slow")


def test_the_stream_of_a_case_ends_when_the_process_is_told_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_page, "_newest", lambda _case, _token: 0)
    monkeypatch.setattr(case_page, "LOOK_EVERY", 0.01)

    class Page:
        session = None

        class request:  # noqa: N801 - as the page has it
            @staticmethod
            async def is_disconnected() -> bool:
                return False

    async def read() -> list[str]:
        pieces: list[str] = []
        page: Any = Page()
        async for piece in case_page._changes(page, "case_1", 0):
            pieces.append(piece)
            asyncio.get_running_loop().call_later(0.2, closing.close)
        return pieces

    with contextlib.suppress(TimeoutError):
        assert asyncio.run(asyncio.wait_for(read(), 20))[0].startswith("retry")
        return
    raise AssertionError("the stream went on")
