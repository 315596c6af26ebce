"""What the identity provider says to us, not to a browser: that somebody has signed out there (OpenID Connect Back-Channel
Logout 1.0). No cookie and no form token comes with it; the signed token is the proof."""

from urllib.parse import parse_qs

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.requests import Request

from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.identity.service import get_provider
from onething.web.http import sessions

router = APIRouter(include_in_schema=False)
log = get_logger("web")
FIELDS = 20
"""A provider sends one; anybody may send thousands."""
NO_STORE = {"Cache-Control": "no-store"}


@router.post("/sign-out/back-channel")
async def back_channel(request: Request) -> Response:
    """End the sessions that the token names. 200 also when there is none left; 400 with an error code for any other token."""
    try:
        form = parse_qs((await request.body()).decode("latin-1"), max_num_fields=FIELDS)
    except ValueError:
        form = {}
    token = (form.get("logout_token") or [""])[0]
    return await run_in_threadpool(_followed, token)


def _followed(token: str) -> Response:
    try:
        told = get_provider().logged_out(token)
    except Problem as problem:
        log.warning("a notice of a logout was not followed", code=problem.kind.code, why=problem.detail)
        refused = problem.kind.status < 500
        error = {"error": "invalid_request" if refused else "temporarily_unavailable"}
        return JSONResponse(error, 400 if refused else 503, NO_STORE)
    with get_database().transaction() as session:
        ended = sessions.close_all(session, user_id=told.sub, provider_session=told.sid)
    log.info("the identity provider ended sessions", sessions=ended)
    return Response(status_code=200, headers=NO_STORE)
