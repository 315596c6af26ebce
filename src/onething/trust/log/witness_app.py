"""The witness over HTTP: `POST /add-checkpoint` as C2SP tlog-witness has it, `GET /seen/<origin>` for monitors.

`POST /add-recovery` takes the operator's signed word that a log was lost in part (`recovery`); no part of tlog-witness.
"""

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from onething.trust.log.notes import MOST_BYTES
from onething.trust.log.witness import Witness, WitnessRefusal
from onething.trust.log.witness_requests import parse_request


async def _body(request: Request) -> bytes | None:
    """None when it is longer than any note."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def make_app(witness: Witness) -> FastAPI:
    """The ASGI application of one witness."""
    app = FastAPI(title=f"onething witness {witness.name}", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/add-checkpoint")
    async def add_checkpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response("too long\n", 413, media_type="text/plain")
        try:
            old, proof, note = parse_request(body)
            signature = await run_in_threadpool(witness.add_checkpoint, old, proof, note)
        except WitnessRefusal as refusal:
            if refusal.status == 409:
                return Response(f"{refusal.size}\n", 409, media_type="text/x.tlog.size")
            return Response(refusal.why + "\n", refusal.status, media_type="text/plain")
        return Response(signature.line(), 200, media_type="text/plain")

    @app.post("/add-recovery")
    async def add_recovery(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response("too long\n", 413, media_type="text/plain")
        try:
            await run_in_threadpool(witness.add_recovery, body)
        except WitnessRefusal as refusal:
            return Response(refusal.why + "\n", refusal.status, media_type="text/plain")
        return Response("kept\n", 200, media_type="text/plain")

    @app.get("/seen/{origin:path}")
    async def seen(origin: str) -> Response:
        found = await run_in_threadpool(witness.seen, origin)
        return Response(status_code=404) if found is None else Response(found.note, 200, media_type="text/plain")

    @app.get("/recovery/{origin:path}")
    async def recovery(origin: str) -> Response:
        found = await run_in_threadpool(witness.statement, origin)
        return Response(status_code=404) if found is None else Response(found, 200, media_type="text/plain")

    @app.get("/key")
    async def key() -> Response:
        return Response(witness.key.vkey() + "\n", 200, media_type="text/plain")

    @app.get("/healthz")
    async def healthz() -> Response:
        return Response("ok\n", 200, media_type="text/plain")

    _ = add_checkpoint, add_recovery, seen, recovery, key, healthz
    return app
