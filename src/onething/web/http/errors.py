"""Failures become pages a person can act on; programs get the API's JSON; htmx gets a notice for the top of the page."""

from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from onething.api.errors import numbered, of_status, of_validation, problem_json
from onething.core import logs
from onething.core.errors import Problem
from onething.core.tracing import correlation_id
from onething.web.http.page import Page, SignInFirst, local_path, plain_page

log = logs.get_logger("web")


def wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accepted and "html" not in accepted)


def problem_response(request: Request, problem: Problem, incident: str = "") -> Response:
    """The answer to a request that met a `Problem`."""
    if wants_json(request):
        return problem_json(problem)
    page: Page = getattr(request.state, "page", None) or plain_page(request)
    template = "errors/notice.html" if page.is_fragment else "errors/page.html"
    headers = {"Retry-After": "60"} if problem.kind.status in {429, 503} else None
    return page.show(
        template, problem.kind.status, headers, problem=problem, incident=incident, correlation=correlation_id()
    )


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
        return problem_response(request, of_status(error))

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Response:
        return problem_response(request, of_validation(error))

    @app.exception_handler(OperationalError)
    def _database(request: Request, error: OperationalError) -> Response:
        return unexpected(request, error)
