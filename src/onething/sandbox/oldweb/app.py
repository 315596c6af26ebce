"""The old system as a service: sign-in with a session that runs out, frames, drafts, submission; and knobs to spoil its day."""

import asyncio
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from onething.sandbox.oldweb import pages
from onething.sandbox.oldweb.store import Store
from onething.sandbox.oldweb.systems import System


@dataclass(slots=True)
class Knobs:
    """`POST /_control` sets them."""

    latency_ms: int = 0
    session_s: float = 600.0
    """Seconds after which a session has run out, whatever was done in it."""
    maintenance: bool = False
    new_labels: bool = False
    die_after_save: bool = False
    """The next save is committed, and then the process is gone."""
    spoil: str = ""
    """A field that this system garbles when it is saved."""


@dataclass(slots=True)
class Desk:
    system: System
    store: Store
    knobs: Knobs = field(default_factory=Knobs)
    sessions: dict[str, tuple[float, bool]] = field(default_factory=dict[str, tuple[float, bool]])
    """Cookie → when it was made, and whether the notice was shown."""


def make_app(system: System, database: Path, password: str = "sandbox") -> FastAPI:  # noqa: S107 - a sandbox's own
    """The service over its database file; the account is `robot` with `password`."""
    desk = Desk(system, Store(database))
    app = FastAPI(title=system.title, docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        path = request.url.path
        if path.startswith("/_") or path == "/healthz":
            return await go_on(request)
        await asyncio.sleep(desk.knobs.latency_ms / 1000)
        if desk.knobs.maintenance:
            return HTMLResponse(pages.plain("系统维护中，请于今日 06:00 以后访问"))
        made = desk.sessions.get(request.cookies.get("ASPSESSIONID", ""))
        if path not in ("/", "/login.asp") and (made is None or time.monotonic() - made[0] > desk.knobs.session_s):
            return HTMLResponse(pages.plain("会话超时，请重新登录"))
        return await go_on(request)

    _add_doors(app, desk, password)
    _add_work(app, desk)
    _add_house(app, desk)
    return app


def _add_doors(app: FastAPI, desk: Desk, password: str) -> None:
    @app.get("/")
    @app.get("/login.asp")
    async def door() -> Response:
        return HTMLResponse(pages.login(desk.system))

    @app.post("/login.asp")
    async def enter(request: Request) -> Response:
        form = await request.form()
        if form.get("yhm") != "robot" or form.get("mm") != password:
            return HTMLResponse(pages.login(desk.system, "用户名或密码错误"))
        session = secrets.token_hex(8)
        desk.sessions[session] = (time.monotonic(), False)
        answer = RedirectResponse("/main.asp", 302)
        answer.set_cookie("ASPSESSIONID", session)
        return answer

    @app.get("/main.asp")
    async def main() -> Response:
        return HTMLResponse(pages.frameset(desk.system))

    @app.get("/menu.asp")
    async def menu() -> Response:
        return HTMLResponse(pages.menu(desk.system))

    @app.get("/top.asp")
    @app.get("/welcome.asp")
    async def top() -> Response:
        return HTMLResponse(pages.plain(desk.system.title))


def _add_work(app: FastAPI, desk: Desk) -> None:
    system, store, knobs = desk.system, desk.store, desk.knobs

    @app.get("/new.asp")
    async def new(request: Request) -> Response:
        cookie = request.cookies.get("ASPSESSIONID", "")
        made, told = desk.sessions[cookie]
        desk.sessions[cookie] = (made, True)
        return HTMLResponse(pages.form(system, system.new_labels if knobs.new_labels else {}, notice=not told))

    @app.post("/save.asp")
    async def save(request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        body: dict[str, str] = {}
        for each in system.fields:
            if each.kind == "date_parts":
                body[each.name] = "-".join(form.get(f"{each.name}_{part}", "") for part in "YMD")
            else:
                body[each.name] = form.get(each.name, "").strip()
        if knobs.spoil:
            body[knobs.spoil] = body.get(knobs.spoil, "")[:-1]
        missing = [each.label for each in system.fields if not body[each.name].strip("-")]
        if missing:
            return HTMLResponse(pages.plain(f"保存失败：{missing[0]}不能为空"))
        store.save(body)
        if knobs.die_after_save:
            os._exit(1)
        return HTMLResponse(pages.plain("保存成功，请到查询中提交"))

    @app.get("/search.asp")
    async def search(gjz: str = "") -> Response:
        return HTMLResponse(pages.search(store.search(gjz), gjz))

    @app.get("/record.asp")
    async def record(id: int) -> Response:  # noqa: A002 - its own name
        found = store.get(id)
        return HTMLResponse(pages.record(system, found) if found else pages.plain("没有记录"))

    @app.post("/submit.asp")
    async def submit(request: Request) -> Response:
        number = store.submit(int(str((await request.form()).get("id", 0))), system.prefix)
        return HTMLResponse(pages.plain(f"提交成功 {number}"))


def _add_house(app: FastAPI, desk: Desk) -> None:
    @app.post("/_control")
    async def control(request: Request) -> dict[str, Any]:
        for name, value in (await request.json()).items():
            if not hasattr(desk.knobs, name):
                return {"error": f"no knob {name}"}
            setattr(desk.knobs, name, value)
        return {"ok": True}

    @app.get("/_records")
    async def records() -> dict[str, Any]:
        return {"records": desk.store.all()}

    @app.get("/healthz")
    async def healthz() -> dict[str, bool]:
        return {"ok": True}


def main() -> None:
    """`python -m onething.sandbox.oldweb.app SYSTEM PORT DATABASE`, on loopback."""
    import sys

    import uvicorn

    from onething.sandbox.oldweb.systems import SYSTEMS

    system, port, database = sys.argv[1:4]
    uvicorn.run(make_app(SYSTEMS[system], Path(database)), host="127.0.0.1", port=int(port), log_level="warning")


if __name__ == "__main__":
    main()
