"""The web part of an agency: its operations as FastAPI routes, its knobs, and what tests may look at."""

import asyncio
import time
from pathlib import Path
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from pydantic import ValidationError

from onething.sandbox.agencies.desk import Clerk, Desk, Operation, connect

_KEY_HEADERS = ("idempotency-key", "x-serial-no")
JSON = "application/json"


def make_app(desk: Desk, database: Path) -> FastAPI:
    """The agency's service over its database file."""
    clerk = Clerk(desk, connect(str(database)))
    app = FastAPI(title=desk.name, docs_url=None, redoc_url=None)
    app.state.clerk = clerk
    for operation in desk.operations:
        _add_operation(app, clerk, operation)
    add_house(app, clerk)
    return app


def taken(clerk: Clerk, operation: Operation, raw: bytes, key: str) -> tuple[int, bytes]:
    """One request as it came → (HTTP status, answer)."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        envelope = clerk.desk.envelope
        status, answer = envelope.refused(envelope.bad_field, "请求体应为 JSON 对象", 400)
        return status, orjson.dumps(answer)
    return clerk.take(operation, body, key, orjson.dumps)


def _add_operation(app: FastAPI, clerk: Clerk, operation: Operation) -> None:
    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        headers = request.headers
        key = headers.get(_KEY_HEADERS[0]) or headers.get(_KEY_HEADERS[1]) or ""
        if clerk.board.quiet:
            status, answer = taken(clerk, operation, raw, key)
            return Response(answer, status, media_type=JSON)
        return await misbehave(clerk, operation, raw, key, request)

    endpoint.__name__ = operation.name
    app.add_api_route(operation.path, endpoint, methods=["POST"], response_model=None)


async def misbehave(clerk: Clerk, operation: Operation, raw: bytes, key: str, request: Request) -> Response:
    """The same with the knobs turned."""
    board, knobs = clerk.board, clerk.board.knobs
    await board.wait()
    if knobs.outage:
        return _down()
    if board.hit(knobs.hang_rate):
        clerk.counts["_hung"] += 1
        await until_gone(request)
        return Response(status_code=499)
    if board.hit(knobs.error_rate):
        clerk.counts["_error"] += 1
        return _down() if board.pick(2) else Response("java.lang.NullPointerException", 500, media_type="text/plain")
    status, answer = taken(clerk, operation, raw, key)
    if board.hit(knobs.duplicate_rate):
        clerk.counts["_duplicated"] += 1
        status, answer = taken(clerk, operation, raw, key)
        await asyncio.sleep(knobs.late_ms / 1000)
    if board.hit(knobs.lost_rate):
        clerk.counts["_lost"] += 1
        return CutResponse(answer, status, media_type=JSON)
    if board.hit(knobs.nonsense_rate):
        clerk.counts["_nonsense"] += 1
        return _nonsense(board.pick(4), answer)
    return Response(answer, status, media_type=JSON)


async def until_gone(request: Request) -> None:
    """Say nothing until the client has given up."""
    while not await request.is_disconnected():  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.05)


def _down() -> Response:
    return Response(
        b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", 503, media_type="text/html"
    )


class CutResponse(Response):
    """An answer whose line breaks half way: the promised length never arrives and the connection closes."""

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": bytes(self.body)[: len(self.body) // 2], "more_body": False})


def _scramble(value: Any) -> Any:
    """The right shape with wrong content: texts backwards, numbers negative."""
    if isinstance(value, dict):
        return {key: _scramble(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_scramble(item) for item in value]
    if isinstance(value, str):
        return value[::-1] if len(value) > 5 else value
    return value


def _nonsense(kind: int, answer: bytes) -> Response:
    if kind == 0:
        return Response("<!doctype html><title>登录</title>会话已过期，请重新登录", 200, media_type="text/html")
    if kind == 1:
        return Response(answer[: len(answer) // 2], 200, media_type=JSON)
    if kind == 2:
        return Response(b"{}", 200, media_type=JSON)
    return Response(orjson.dumps(_scramble(orjson.loads(answer))), 200, media_type=JSON)


def add_house(app: FastAPI, clerk: Clerk) -> None:
    """Routes that belong to the sandbox, not to the agency."""

    @app.get("/healthz")
    async def healthz() -> Response:
        return Response(orjson.dumps({"agency": clerk.desk.id, "status": "ok"}), media_type=JSON)

    @app.post("/_control")
    async def control(request: Request) -> Response:
        try:
            changes = orjson.loads(await request.body() or b"{}")
            knobs = clerk.board.turn(changes)
        except (orjson.JSONDecodeError, TypeError):
            return Response(b'{"error":"a JSON object of knobs is wanted"}', 422, media_type=JSON)
        except ValidationError as error:
            return Response(orjson.dumps({"error": str(error)}), 422, media_type=JSON)
        return Response(knobs.model_dump_json(), media_type=JSON)

    @app.get("/_effects")
    async def effects(request: Request) -> Response:
        return Response(orjson.dumps(clerk.effects(request.query_params.get("key"))), media_type=JSON)

    @app.get("/_stats")
    async def stats() -> Response:
        answer = {
            "agency": clerk.desk.id,
            "seconds": round(time.time() - clerk.started, 3),
            "cpu_seconds": round(time.process_time(), 3),
            "counts": dict(clerk.counts),
            "knobs": clerk.board.knobs.model_dump(),
        }
        return Response(orjson.dumps(answer), media_type=JSON)
