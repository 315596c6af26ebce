"""The sandbox notary: checks a package by itself, with the fingerprints it knows, and writes a notarial certificate.

It compares with the source, as a notary does: is the chain's node of the same opinion, is the root the one it was told by the
platform's operator in person. What it could not ask is in its certificate.
"""

import hashlib
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from onething.sandbox.justice.book import Book
from onething.trust.court import verify


def make_app(folder: Path, *, root: str, tsa: str | None = None, node: str | None = None) -> FastAPI:
    """The notary over its folder. `root`, `tsa`: fingerprints it knows; `node`: its own node of the chain."""
    book = Book(folder, "沙盒公证处")
    app = FastAPI(title="沙盒公证处", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/certificates")
    async def certify(request: Request) -> Response:
        package = await request.body()
        found = await run_in_threadpool(verify.check, package, root, tsa=tsa, node=node)
        if found.verdict != "genuine":
            return JSONResponse({"refused": found.failed, "steps": found.steps}, 422)
        digest = hashlib.sha256(package).hexdigest()
        told = {
            "kind": "notarial-certificate", "package": digest, "about": found.about["id"], "root": found.root,
            "steps": [{"step": one["step"], "ok": one["ok"]} for one in found.steps], "proven_at": found.about["proven_at"],
        }  # fmt: skip
        return JSONResponse(await run_in_threadpool(book.write, digest, told), 201)

    @app.get("/certificates/{number}")
    async def look(number: str) -> Response:
        found = await run_in_threadpool(book.find, number)
        return JSONResponse(found) if found else Response(status_code=404)

    @app.get("/key")
    async def key() -> Response:
        return Response(book.key, media_type="text/plain")

    _ = certify, look, key
    return app
