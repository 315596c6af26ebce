"""The twelve agencies of Hangzhou as feeds of changes over HTTP: `python -m onething.sandbox.companies.feeds [COUNT] [PORT]`.

`GET /feed/{agency}?after=&limit=` tells what changed since a cursor. `POST /report/{agency}` has an agency note new figures of a
company (`uscc`, `as_of`, dimensions), as its clerk would; `POST /_control {"outage": true}` has all of them fall silent. What is
noted lives in memory: after a restart the feeds begin anew, and readers notice by the cursor.
"""

import asyncio
import secrets
import socket
import sys
from collections import defaultdict
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI, Request, Response

from onething.core.clock import today
from onething.core.whole import whole
from onething.policy.fulfilment.service import policy_folder
from onething.sandbox.companies.generate import deliveries
from onething.subjects.profiles import service
from onething.subjects.profiles.models import ProfileSpec

_JSON = "application/json"


def make_app(spec: ProfileSpec, count: int = 0) -> FastAPI:
    """Feeds of every agency of `spec`, beginning with `count` companies."""
    epoch = secrets.token_hex(4)
    kept: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for source, rows in deliveries(spec, count) if count else ():
        kept[source] += rows
    board = {"outage": False}
    app = FastAPI(title="沙盒：十二个部门的企业数据", docs_url=None, redoc_url=None)

    @app.get("/feed/{source}")
    async def feed(source: str, after: str = "", limit: int = 500) -> Response:
        if board["outage"]:
            return Response(b"<h1>503</h1>", 503, media_type="text/html")
        if source not in spec.sources:
            return Response(b'{"error":"no such agency"}', 404, media_type=_JSON)
        era, _, place = after.rpartition(":")
        start = whole(place, 0) if era == epoch else 0
        rows = kept[source][start : start + max(1, min(limit, 5000))]
        return Response(orjson.dumps({"rows": rows, "next": f"{epoch}:{start + len(rows)}"}, default=str), media_type=_JSON)  # fmt: skip

    @app.post("/report/{source}")
    async def report(source: str, request: Request) -> Response:
        line = orjson.loads(await request.body())
        if source not in spec.sources or not isinstance(line, dict) or not line.get("uscc"):
            return Response(b'{"error":"an agency of the city, and uscc, are needed"}', 422, media_type=_JSON)
        kept[source].append({"as_of": today().isoformat(), **line})
        return Response(b"{}", media_type=_JSON)

    @app.post("/_control")
    async def control(request: Request) -> Response:
        board.update(orjson.loads(await request.body() or b"{}"))
        return Response(orjson.dumps(board), media_type=_JSON)

    @app.get("/healthz")
    async def healthz() -> Response:
        return Response(b'{"service":"company-feeds","status":"ok"}', media_type=_JSON)

    return app


def main() -> None:
    """Alone, beside a product; prints its address, ends with standard input."""
    count, port = (int(sys.argv[n]) if len(sys.argv) > n else 0 for n in (1, 2))
    app = make_app(service.load_spec(policy_folder()), count)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)  # noqa: T201
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))

    async def serve() -> None:
        gone = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await asyncio.wait([gone, serving], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving

    asyncio.run(serve())


if __name__ == "__main__":
    main()
