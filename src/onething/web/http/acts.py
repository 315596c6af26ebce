"""Every change that an official makes through a page or the API goes into the log of operators' acts, and every look that she was refused."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onething.core import logs
from onething.core.access import Principal, Role
from onething.core.db import get_database
from onething.oversight import service as oversight
from onething.web.http import csrf

log = logs.get_logger("web")
FORBIDDEN = 403


class Acts:
    """ASGI middleware: once an unsafe request of an official is answered, and before she reads the answer, it is recorded; a safe one
    where it was refused for want of a right. What she did stands either way; a record that cannot be written is an error in the
    process's own log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def watched(message: Message) -> None:
            looks = scope["method"] in csrf.SAFE and message.get("status") != FORBIDDEN
            if message["type"] == "http.response.start" and not looks:
                principal = acting(scope)
                if principal is not None and principal.role not in {Role.CITIZEN, Role.SYSTEM}:
                    status = (scope.get("state") or {}).get("refused") or message["status"]
                    await run_in_threadpool(_record, scope, principal, status)
            await send(message)

        await self.app(scope, receive, watched)


def acting(scope: Scope) -> Principal | None:
    """Who a request was found to come from, once somebody has looked."""
    state: dict[str, Any] = scope.get("state") or {}
    page = state.get("page")
    return state.get("principal") or (page.principal if page is not None else None)


def _record(scope: Scope, principal: Principal, status: int) -> None:
    route = getattr(scope.get("route"), "path", "")
    parameters: dict[str, Any] = scope.get("path_params") or {}
    try:
        with get_database().transaction() as session:
            oversight.record(
                session, principal.actor, "api" if scope["root_path"] else "page", f"{scope['method']} {scope['root_path']}{route}",
                on=[str(value) for value in parameters.values()], whence=str((scope.get("client") or ("",))[0]), code=status,
            )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - what was done stands; that it could not be recorded is an alarm
        log.error("an act could not be recorded", route=route, trace=logs.trace_of(error))
