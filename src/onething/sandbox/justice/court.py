"""The sandbox court: takes a package and the notary's certificate, believes neither, and rules whether the evidence is admitted.

Its own check: the package again, with its own fingerprints and its own run of the verifier; the notary's signature by the
key the court knows; that the certificate is of this very package; and the notary itself, asked whether it stands by it.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, File, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from onething.sandbox.justice.book import Book, genuine
from onething.trust.court import verify


def make_app(folder: Path, *, root: str, notary_url: str, notary_key: str, tsa: str | None = None, node: str | None = None) -> FastAPI:  # fmt: skip
    """The court over its folder, with what it knows of the platform's root and of the notary."""
    book = Book(folder, "沙盒人民法院")
    app = FastAPI(title="沙盒人民法院", docs_url=None, redoc_url=None, openapi_url=None)

    def examine(content: bytes, act: dict[str, Any]) -> list[dict[str, Any]]:
        found = verify.check(content, root, tsa=tsa, node=node)
        digest, number = hashlib.sha256(content).hexdigest(), str(act.get("number", ""))
        steps = [{"step": f"package:{one['step']}", "ok": one["ok"], "note": one["note"]} for one in found.steps]
        steps.append({"step": "notary:signature", "ok": genuine(act, notary_key), "note": "公证处签名"})
        same = act.get("package") == digest and act.get("about") == found.about.get("id")
        steps.append({"step": "notary:same_package", "ok": same, "note": "公证书所指即本文件包"})
        try:
            answer = httpx.get(f"{notary_url.rstrip('/')}/certificates/{number}", timeout=10)
            stands = answer.status_code == 200 and answer.json() == act
        except (httpx.HTTPError, ValueError):
            stands = None
        steps.append(
            {"step": "notary:stands_by_it", "ok": stands, "note": "已向公证处核实" if stands else "公证处未确认"}
        )
        return steps

    @app.post("/evidence")
    async def admit(package: UploadFile = File(), certificate: UploadFile = File()) -> Response:
        content = await package.read()
        try:
            act: Any = json.loads(await certificate.read())
        except ValueError:
            act = None
        if not isinstance(act, dict):
            return JSONResponse({"admitted": False, "failed": "notary:form", "steps": []}, 422)
        steps = await run_in_threadpool(examine, content, act)
        failed = next((one["step"] for one in steps if one["ok"] is False), "")
        asked = next(one["ok"] for one in steps if one["step"] == "notary:stands_by_it")
        if failed or asked is None:
            return JSONResponse({"admitted": False, "failed": failed or "notary:stands_by_it", "steps": steps}, 422)
        told = {"kind": "ruling-on-evidence", "admitted": True, "notarial": act["number"], "steps": steps}
        return JSONResponse(await run_in_threadpool(book.write, hashlib.sha256(content).hexdigest(), told), 201)

    @app.get("/key")
    async def key() -> Response:
        return Response(book.key, media_type="text/plain")

    _ = admit, key
    return app
