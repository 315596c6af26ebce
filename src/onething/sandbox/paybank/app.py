"""The bank over HTTP. `POST /_control` turns its knobs, as with every sandbox service; `/_receive` has money come in."""

import asyncio
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import orjson
import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import ValidationError

from onething.core.errors import Problem
from onething.payments.service import read_pain001, write_camt053
from onething.sandbox.agencies.app import CutResponse, until_gone
from onething.sandbox.agencies.knobs import Switchboard
from onething.sandbox.paybank.ledger import BankLedger

ACCOUNT = "3301000000000001"
_JSON = "application/json"


class _Twice:
    """Whether the statement tells every line twice, and whether payments stay pending until asked about."""

    lines = False
    pending = False


def make_app(database: Path) -> FastAPI:
    """The bank over its database file."""
    ledger, board, twice = BankLedger(str(database)), Switchboard(), _Twice()
    app = FastAPI(title="沙盒代理银行", docs_url=None, redoc_url=None)

    @app.post("/iso20022/pain.001")
    async def initiate(request: Request) -> Response:
        raw, knobs = await request.body(), board.knobs
        await board.wait()
        if knobs.outage or board.hit(knobs.error_rate):
            return Response(b"<h1>503</h1>", 503, media_type="text/html")
        if board.hit(knobs.hang_rate):
            await until_gone(request)
            return Response(status_code=499)
        try:
            _, instructions = read_pain001(raw)
        except Problem as problem:
            return Response(orjson.dumps({"error": problem.kind.code}), 422, media_type=_JSON)
        answers = ledger.take(instructions, pending=twice.pending)
        if board.hit(knobs.duplicate_rate):
            answers = ledger.take(instructions, pending=twice.pending)
            await asyncio.sleep(knobs.late_ms / 1000)
        body = orjson.dumps({"statuses": answers})
        return CutResponse(body, 200, media_type=_JSON) if board.hit(knobs.lost_rate) else Response(body, media_type=_JSON)  # fmt: skip

    @app.post("/payments/status")
    async def status(request: Request) -> Response:
        wanted = orjson.loads(await request.body())["end_to_end"]
        if board.knobs.outage or board.hit(board.knobs.error_rate):
            return Response(b"<h1>503</h1>", 503, media_type="text/html")
        return Response(orjson.dumps({"statuses": ledger.ask([str(each) for each in wanted])}), media_type=_JSON)

    @app.get("/iso20022/camt.053")
    async def statement(day: str) -> Response:
        entries = ledger.statement(day)
        content = write_camt053(f"S{day}", entries, ACCOUNT, 10**14, datetime.now(UTC))
        if twice.lines:  # the same booking told twice, as happens when two channels deliver one statement
            head, _, tail = content.partition(b"<Ntry>")
            middle, _, end = (b"<Ntry>" + tail).rpartition(b"</Stmt>")
            content = head + middle + middle + b"</Stmt>" + end if tail else content
        return Response(content, media_type="application/xml")

    _add_house(app, ledger, board, twice)
    return app


def _add_house(app: FastAPI, ledger: BankLedger, board: Switchboard, twice: _Twice) -> None:
    @app.post("/_control")
    async def control(request: Request) -> Response:
        changes = orjson.loads(await request.body() or b"{}")
        twice.lines = bool(changes.pop("double_lines", twice.lines))
        twice.pending = bool(changes.pop("pending", twice.pending))
        try:
            knobs = board.turn(changes)
        except ValidationError as error:
            return Response(orjson.dumps({"error": str(error)}), 422, media_type=_JSON)
        return Response(knobs.model_dump_json(), media_type=_JSON)

    @app.post("/_receive")
    async def receive(request: Request) -> Response:
        entry = orjson.loads(await request.body())
        ledger.receive(entry["reference"], entry.get("end_to_end", ""), int(entry["fen"]), entry.get("info", ""))
        return Response(b"{}", media_type=_JSON)

    @app.get("/_effects")
    async def effects() -> Response:
        return Response(orjson.dumps(ledger.effects()), media_type=_JSON)

    @app.get("/healthz")
    async def healthz() -> Response:
        return Response(b'{"service":"paybank","status":"ok"}', media_type=_JSON)


def main() -> None:
    """`python -m onething.sandbox.paybank.app DATABASE [PORT]`: alone, for tests; prints its address, ends with standard input."""
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(256)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201
    config = uvicorn.Config(make_app(Path(sys.argv[1])), log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)

    async def serve() -> None:
        gone = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await asyncio.wait([gone, serving], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving

    asyncio.run(serve())


if __name__ == "__main__":
    main()
