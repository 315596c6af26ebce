"""Failures become pages a person can act on; programs get the API's JSON; htmx gets a notice for the top of the page."""

from dataclasses import replace
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match

from onething.api.errors import numbered, of_status, of_validation, problem_json, retry_after
from onething.core import logs
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.tracing import correlation_id
from onething.web.http import kept
from onething.web.http.page import Page, SignInFirst, local_path, plain_page, visitor

log = logs.get_logger("web")


def wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accepted and "html" not in accepted)


def problem_response(request: Request, problem: Problem, incident: str = "") -> Response:
    """The answer to a request that met a `Problem`. What was posted is kept for the form it came from."""
    if wants_json(request):
        return problem_json(problem, incident)
    page: Page = getattr(request.state, "page", None) or plain_page(request)
    template = "errors/notice.html" if page.is_fragment else "errors/page.html"
    page, back = _kept_for(page, problem)
    return page.show(
        template,
        problem.kind.status,
        retry_after(problem),
        problem=problem,
        incident=incident,
        back=back,
        correlation=correlation_id(),
    )


NOT_KEPT = frozenset({401, 413, 429})
PROBLEM_PAGE = "/problem"


def _kept_for(page: Page, problem: Problem) -> tuple[Page, str | None]:
    """The page with an address where it can be opened again (in another language, say), and the way back to what was typed."""
    back, status = page.came_from, problem.kind.status
    fields: dict[str, str] | None = getattr(page.request.state, "posted", None)
    if fields is None or page.session is None or page.is_fragment or not 400 <= status < 500 or status in NOT_KEPT:
        return page, back
    home = back or "/"
    try:
        with get_database().transaction() as session:
            kept_id = kept.keep(session, page.session.holder, home, fields, problem=problem)
    except SQLAlchemyError:
        return page, back
    again = f"{PROBLEM_PAGE}?{urlencode({'at': home, kept.QUERY: kept_id})}"
    return replace(page, reload=again), kept.address(home, kept_id)


def known_page(request: Request) -> Page:
    """Who asks, also for an address that is none: being lost signs nobody out. Reads; never from the event loop."""
    try:
        return getattr(request.state, "page", None) or visitor(request)
    except SQLAlchemyError:
        return plain_page(request)


def way_up(request: Request) -> str | None:
    """Of an address that only takes posts: the nearest page above it, for whoever opens it."""
    if request.method not in {"GET", "HEAD"}:
        return None
    path = request.url.path
    while path.count("/") > 1:
        path = path.rsplit("/", 1)[0]
        scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes):
            return path
    return None


def unexpected(request: Request, error: Exception) -> Response:
    """Numbered, logged with its trace (masked), and shown without a word about our insides."""
    problem, incident = numbered(request, error, "web")
    return problem_response(request, problem, incident)


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
        if not wants_json(request):
            if error.status_code == 405 and (up := way_up(request)):
                return RedirectResponse(up, status_code=303)
            request.state.page = known_page(request)
        return problem_response(request, of_status(error))

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        return problem_response(request, of_validation(error))

    @app.exception_handler(OperationalError)
    def _database(request: Request, error: OperationalError) -> Response:
        return unexpected(request, error)
