"""Failures become pages a person can act on; programs get RFC 9457 JSON; htmx gets a notice for the top of the page."""

import secrets
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from onething.core import logs
from onething.core.errors import BAD_REQUEST, CONFLICT, FORBIDDEN, NOT_FOUND, TOO_MANY, UNEXPECTED, Problem, define
from onething.web.http.page import Page, SignInFirst, local_path, plain_page

log = logs.get_logger("web")
TOKEN_REFUSED = define(
    "web.token_refused", 401,
    zh=("登录凭证无效或已过期。", "请在身份认证平台重新登录，换用新的 ID 令牌再试。"),
    en=("The token is not valid or has expired.", "Sign in again at the identity provider and use a new ID token."),
)  # fmt: skip
BY_STATUS = {403: FORBIDDEN, 404: NOT_FOUND, 405: NOT_FOUND, 409: CONFLICT, 429: TOO_MANY}


def wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accepted and "html" not in accepted)


def problem_json(problem: Problem) -> Response:
    """RFC 9457 `application/problem+json`, with both languages."""
    body: dict[str, Any] = {
        "type": f"urn:onething:problem:{problem.kind.code}",
        "title": problem.what.en,
        "detail": problem.next.en,
        "status": problem.kind.status,
        "code": problem.kind.code,
        "what": problem.what.model_dump(),
        "next": problem.next.model_dump(),
        **problem.extra,
    }
    return JSONResponse(body, problem.kind.status, media_type="application/problem+json")


def problem_response(request: Request, problem: Problem, incident: str = "") -> Response:
    """The answer to a request that met a `Problem`."""
    if wants_json(request):
        return problem_json(problem)
    page: Page = getattr(request.state, "page", None) or plain_page(request)
    template = "errors/notice.html" if page.is_fragment else "errors/page.html"
    headers = {"Retry-After": "60"} if problem.kind.status in {429, 503} else None
    return page.show(template, problem.kind.status, headers, problem=problem, incident=incident)


def unexpected(request: Request, error: Exception) -> Response:
    """Numbered, logged with its trace (masked), and shown without a word about our insides."""
    incident = secrets.token_hex(4).upper()
    log.error("unexpected failure", incident=incident, path=request.url.path, trace=logs.trace_of(error))
    return problem_response(request, Problem(UNEXPECTED, incident=incident), incident)


def to_sign_in(request: Request) -> Response:
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method not in {"GET", "HEAD"}:
        back = local_path(request.headers.get("referer", "").split(request.headers.get("host", "?"), 1)[-1])
    target = f"/sign-in?next={quote(back, safe='')}"
    if wants_json(request):
        return JSONResponse({"code": "web.sign_in_first", "status": 401}, 401, media_type="application/problem+json")
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def install(app: FastAPI) -> None:
    """Attach the handlers."""

    @app.exception_handler(Problem)
    def _problem(request: Request, error: Problem) -> Response:
        if error.detail:
            log.info("problem", code=error.kind.code, why=error.detail, path=request.url.path)
        return problem_response(request, error)

    @app.exception_handler(SignInFirst)
    def _sign_in(request: Request, _error: SignInFirst) -> Response:
        return to_sign_in(request)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        kind = BY_STATUS.get(error.status_code)
        problem = Problem(kind) if kind else Problem(BAD_REQUEST, field=str(error.detail))
        return problem_response(request, problem)

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        places = sorted({".".join(str(step) for step in item["loc"][1:]) for item in error.errors()})
        return problem_response(request, Problem(BAD_REQUEST, field=", ".join(places)[:200]))

    @app.exception_handler(OperationalError)
    def _database(request: Request, error: OperationalError) -> Response:
        return unexpected(request, error)
