"""The carrier and the handset in one: `POST /sms`, a page that shows messages live, JSON for tests, and knobs."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field, ValidationError

from onething.core import clock
from onething.core.i18n import negotiate
from onething.core.whole import whole
from onething.sandbox.agencies.app import until_gone
from onething.sandbox.agencies.desk import connect
from onething.sandbox.agencies.knobs import Switchboard
from onething.sandbox.pages import asset, page

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sms (id INTEGER PRIMARY KEY, receiver TEXT NOT NULL, text TEXT NOT NULL, at REAL NOT NULL, key TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS sms_receiver ON sms (receiver, id);
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, id INTEGER NOT NULL, receiver TEXT NOT NULL, text TEXT NOT NULL) WITHOUT ROWID;
"""
_SHOWN = 500


class Sms(BaseModel):
    """One message. The same key is delivered once, however often it is sent."""

    to: str = Field(pattern=r"^1[3-9][0-9]{9}$")
    text: str = Field(min_length=1, max_length=1000)
    idempotency_key: str = Field(min_length=1, max_length=200)


class Handset:
    """Messages in SQLite and the pages that wait for new ones."""

    def __init__(self, database: Path) -> None:
        self.db = connect(str(database))
        self.db.executescript(_SCHEMA)
        self.board = Switchboard()
        self.arrived = asyncio.Event()
        self.taken = 0

    def deliver(self, sms: Sms, times: int) -> tuple[int, bool]:
        """(message id, whether it was known). Raises ValueError when a key comes again with another message."""
        known = self.db.execute(
            "SELECT id, receiver, text FROM answer WHERE key = ?", (sms.idempotency_key,)
        ).fetchone()
        if known:
            if known[1:] != (sms.to, sms.text):
                raise ValueError("key reused")
            return known[0], True
        self.db.execute("BEGIN IMMEDIATE")
        number = 0
        for _ in range(times):
            row = (sms.to, sms.text, time.time(), sms.idempotency_key)
            number = (
                self.db.execute("INSERT INTO sms (receiver, text, at, key) VALUES (?, ?, ?, ?)", row).lastrowid or 0
            )
        self.db.execute("INSERT INTO answer VALUES (?, ?, ?, ?)", (sms.idempotency_key, number, sms.to, sms.text))
        self.db.execute("COMMIT")
        self.arrived.set()
        self.arrived = asyncio.Event()
        return number, False

    def messages(self, to: str | None, after: int = 0, limit: int = _SHOWN) -> list[dict[str, Any]]:
        """The newest `limit` messages after an id, oldest first."""
        columns = "SELECT id, receiver, text, at, key FROM sms "
        tail = "ORDER BY id DESC LIMIT ?"
        if to:
            rows = self.db.execute(columns + "WHERE receiver = ? AND id > ? " + tail, (to, after, limit)).fetchall()
        else:
            rows = self.db.execute(columns + "WHERE id > ? " + tail, (after, limit)).fetchall()
        return [_message(row) for row in reversed(rows)]

    def threads(self) -> list[dict[str, Any]]:
        rows = self.db.execute(
            "SELECT s.receiver, s.text, s.at, t.n FROM sms s JOIN (SELECT max(id) AS id, count(*) AS n FROM sms GROUP BY receiver) t "
            "USING (id) ORDER BY s.id DESC LIMIT 200"
        ).fetchall()
        return [{"to": row[0], "text": row[1], "shown": _shown(row[2]), "count": row[3]} for row in rows]


def _shown(at: float) -> str:
    return f"{clock.local(datetime.fromtimestamp(at, UTC)):%m-%d %H:%M:%S}"


def _message(row: tuple[Any, ...]) -> dict[str, Any]:
    at = datetime.fromtimestamp(row[3], UTC)
    return {
        "id": row[0], "to": row[1], "text": row[2], "at": at.isoformat(timespec="milliseconds"), "shown": _shown(row[3]),
        "idempotency_key": row[4],
    }  # fmt: skip


def make_app(database: Path) -> FastAPI:
    """The sandbox phone over its database file."""
    handset = Handset(database)
    app = FastAPI(title="沙盒手机", docs_url=None, redoc_url=None)
    _add_carrier(app, handset)
    _add_pages(app, handset)
    _add_house(app, handset)
    return app


def _add_carrier(app: FastAPI, handset: Handset) -> None:
    @app.post("/sms")
    async def send(sms: Sms, request: Request) -> Response:
        board, knobs = handset.board, handset.board.knobs
        handset.taken += 1
        times = 1
        if not board.quiet:
            await board.wait()
            if knobs.outage or board.hit(knobs.error_rate):
                return JSONResponse({"error": "carrier unavailable"}, 503, {"Retry-After": "1"})
            if board.hit(knobs.hang_rate):
                await until_gone(request)
                return Response(status_code=499)
            times = 2 if board.hit(knobs.duplicate_rate) else 1
        try:
            number, known = handset.deliver(sms, times)
        except ValueError:
            return JSONResponse({"error": "the idempotency key belongs to another message"}, 409)
        if not board.quiet:
            await asyncio.sleep(knobs.late_ms / 1000)
            if board.hit(knobs.lost_rate):
                return JSONResponse({"error": "gateway timeout"}, 504)
        return JSONResponse({"id": number, "known": known}, 202)

    @app.get("/messages")
    async def messages(request: Request) -> JSONResponse:
        query = request.query_params
        after, limit = query.get("after", "0"), query.get("limit", "")
        size = min(whole(limit, _SHOWN), 10_000)
        found = handset.messages(query.get("to"), whole(after, 0), size)
        return JSONResponse({"messages": found})


def _add_pages(app: FastAPI, handset: Handset) -> None:
    @app.get("/")
    async def show(request: Request) -> Response:
        to = request.query_params.get("to", "").strip()
        zh = (request.query_params.get("lang") or negotiate(request.headers.get("accept-language"))) == "zh"
        if to.isdigit() and len(to) == 11:
            return page("phone.html", zh=zh, to=to, messages=handset.messages(to))
        last = handset.db.execute("SELECT coalesce(max(id), 0) FROM sms").fetchone()[0]
        return page("threads.html", zh=zh, threads=handset.threads(), last=last)

    @app.get("/events")
    async def events(request: Request) -> StreamingResponse:
        query = request.query_params
        after = request.headers.get("last-event-id") or query.get("after", "0")
        stream = _follow(handset, query.get("to"), whole(after, 0))
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    @app.get("/style.css")
    async def style() -> Response:
        return asset("style.css", "text/css")

    @app.get("/phone.js")
    async def script() -> Response:
        return asset("phone.js", "text/javascript")


async def _follow(handset: Handset, to: str | None, after: int) -> AsyncIterator[bytes]:
    """Server-sent events: new messages, and a beat every 15 seconds so that dead connections are noticed."""
    yield b": connected\n\n"
    while True:
        arrived = handset.arrived
        for message in handset.messages(to, after):
            after = message["id"]
            yield b"id: %d\nevent: sms\ndata: %s\n\n" % (after, orjson.dumps(message))
        try:
            await asyncio.wait_for(arrived.wait(), 15)
        except TimeoutError:
            yield b": still here\n\n"


def _add_house(app: FastAPI, handset: Handset) -> None:
    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"service": "phone", "status": "ok"})

    @app.post("/_control")
    async def control(request: Request) -> JSONResponse:
        try:
            knobs = handset.board.turn(orjson.loads(await request.body() or b"{}"))
        except (orjson.JSONDecodeError, TypeError, ValidationError) as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse(knobs.model_dump())

    @app.get("/_effects")
    async def effects(request: Request) -> JSONResponse:
        key = request.query_params.get("key")
        if key:
            count = handset.db.execute("SELECT count(*) FROM sms WHERE key = ?", (key,)).fetchone()[0]
            return JSONResponse({"key": key, "count": count})
        total, keys = handset.db.execute("SELECT count(*), count(DISTINCT key) FROM sms").fetchone()
        return JSONResponse({"total": total, "doubled_keys": total - keys})

    @app.get("/_stats")
    async def stats() -> JSONResponse:
        total = handset.db.execute("SELECT count(*) FROM sms").fetchone()[0]
        return JSONResponse({"taken": handset.taken, "delivered": total, "cpu_seconds": round(time.process_time(), 3), "knobs": handset.board.knobs.model_dump()})  # fmt: skip
