"""Failures as RFC 9457 JSON in both languages: the same whether the API is mounted under the portal or runs by itself."""

import secrets
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onething.core import logs
from onething.core.errors import BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND, TOO_MANY, UNEXPECTED, Problem, define
from onething.core.i18n import Text
from onething.core.tracing import correlation_id

log = logs.get_logger("api")
TOKEN_REFUSED = define(
    "web.token_refused", 401,
    zh=("登录凭证无效或已过期。", "请在身份认证平台重新登录，换用新的 ID 令牌再试。"),
    en=("The token is not valid or has expired.", "Sign in again at the identity provider and use a new ID token."),
)  # fmt: skip
TOO_LARGE = define(
    "web.too_large", 413,
    zh=("您一次发送的内容太大了(上限 {limit} MB)。", "请分几次上传，或把照片拍得小一些；其他已填写的内容都在。"),
    en=("What you sent at once is too large (the limit is {limit} MB).", "Upload in several steps, or take smaller photos; everything else you entered is kept."),
)  # fmt: skip
STORE_AWAY = define(
    "core.store_away", 503, exit_code=4,
    zh=("系统的数据库暂时没有响应，您刚才这一步没有保存。", "请过一分钟再试一次；之前已经保存的内容都在。"),
    en=("The system's database does not answer at the moment; what you just did was not saved.", "Try again in a minute; everything that was saved before is there."),
)  # fmt: skip
BY_STATUS = {403: FORBIDDEN, 404: NOT_FOUND, 405: NOT_FOUND, 409: CONFLICT, 429: TOO_MANY}


class ProblemDetails(BaseModel):
    """What stands in the way, as RFC 9457 says it, with both languages. Some kinds add members of their own."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str = Field(description="A name for this kind of problem.", examples=["urn:onething:problem:core.not_found"])
    title: str = Field(description="What happened, in English.", examples=[NOT_FOUND.what.en])
    detail: str = Field(description="What to do next, in English.", examples=[NOT_FOUND.next.en])
    status: int = Field(description="The HTTP status again.", examples=[404])
    code: str = Field(description="The stable code of this kind: decide by it.", examples=["core.not_found"])
    what: Text = Field(description="What happened, for people.")
    next: Text = Field(description="What to do next, for people.")
    incident: str | None = Field(
        None, description="With our own failures: the number to tell us.", examples=["9F2C41AB"]
    )
    instance: str | None = Field(None, description="The same as a URI.", examples=["urn:onething:incident:9F2C41AB"])


def problem_json(problem: Problem, incident: str = "") -> Response:
    """RFC 9457 `application/problem+json`, with both languages; an `incident` is the number of a failure of ours."""
    body: dict[str, Any] = {
        "type": f"urn:onething:problem:{problem.kind.code}",
        "title": problem.what.en,
        "detail": problem.next.en,
        "status": problem.kind.status,
        "code": problem.kind.code,
        "what": problem.what.model_dump(),
        "next": problem.next.model_dump(),
        "correlation": correlation_id(),
        **({"incident": incident, "instance": f"urn:onething:incident:{incident}"} if incident else {}),
        **problem.extra,
    }
    return JSONResponse(body, problem.kind.status, retry_after(problem), media_type="application/problem+json")


def retry_after(problem: Problem) -> dict[str, str] | None:
    """The header that says when to come again, for what passes by itself."""
    if problem.kind.status not in {429, 503}:
        return None
    return {"Retry-After": str(problem.extra.get("retry_after", 60))}


def of_status(error: HTTPException) -> Problem:
    """What the router refuses (unknown path, wrong method) as a `Problem`."""
    kind = BY_STATUS.get(error.status_code)
    return Problem(kind) if kind else Problem(BAD_REQUEST, field=str(error.detail))


def of_validation(error: RequestValidationError) -> Problem:
    """A request that is not as described, naming the places."""
    places = sorted({".".join(str(step) for step in item["loc"][1:]) for item in error.errors()})
    return Problem(BAD_REQUEST, field=", ".join(places)[:200])


def numbered(request: Request, error: Exception, room: str = "api") -> tuple[Problem, str]:
    """A failure nobody expected: logged with its trace (masked) under a number, and nothing of our insides for the caller.

    A database that is away is no riddle: one line a minute without a trace, no number, and an answer that says so and when to come again."""
    if logs.is_store_away(error):
        left_out = logs.seldom("store away")
        if left_out is not None:
            logs.get_logger(room).error("the database does not answer", error=type(error).__name__, left_out=left_out)
        return Problem(STORE_AWAY), ""
    incident = secrets.token_hex(4).upper()
    logs.get_logger(room).error(
        "unexpected failure", incident=incident, path=request.url.path, trace=logs.trace_of(error)
    )
    return Problem(UNEXPECTED, incident=incident), incident


class Incidents:
    """ASGI middleware, the last net: `answer` says what nobody caught, unless an answer has begun."""

    def __init__(self, app: ASGIApp, answer: Callable[[Request, Exception], Response]) -> None:
        self.app, self.answer = app, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # the last net
            if scope["type"] != "http" or started:
                raise
            await self.answer(Request(scope), error)(scope, receive, send)


def install(api: FastAPI) -> None:
    """Attach the handlers."""

    @api.exception_handler(Problem)
    def _problem(request: Request, error: Problem) -> Response:
        if error.detail:
            log.info("problem", code=error.kind.code, why=error.detail, path=request.url.path)
        return problem_json(error)

    @api.exception_handler(HTTPException)
    def _http(_request: Request, error: HTTPException) -> Response:
        return problem_json(of_status(error))

    @api.exception_handler(RequestValidationError)
    def _validation(_request: Request, error: RequestValidationError) -> Response:
        return problem_json(of_validation(error))

    api.add_middleware(Incidents, answer=lambda request, error: problem_json(*numbered(request, error)))


TOKEN_NEEDED = define(
    "api.token_needed", 401,
    zh=("这个接口需要登录凭证。", "请在请求头里带上 Authorization: Bearer <身份认证平台签发的 ID 令牌>。"),
    en=("This call needs a token.", "Send Authorization: Bearer <an ID token of the identity provider>."),
)  # fmt: skip
BAD_ROWS = define(
    "profiles.bad_rows", 422,
    zh=("报文不对：应为 {{\"rows\": [{{…}}]}}，每行是一家企业。", "请按接口说明改正后重报；也可以直接发送 CSV 或 Parquet。"),
    en=("The body must be {{\"rows\": [{{…}}]}}, one company a row.", "Correct it and send again; CSV and Parquet are taken as well."),
)  # fmt: skip
