"""Sign in, come back, sign out; and the two switches everybody has: language and size."""

import hmac

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from onething.core.access import Role
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.identity.service import SIGN_IN_FAILED, Handshake, get_provider, principal_from, too_few
from onething.subjects import service as subjects
from onething.web.http import kept, sessions
from onething.web.http.officials import known_agencies
from onething.web.http.page import SignedIn, Unit, Visitor, local_path, page_router

router = page_router()
HOME = {Role.CITIZEN: "/me", Role.OFFICER: "/console", Role.ADMIN: "/console", Role.AUDITOR: "/console"}
YEAR = 365 * 24 * 3600


def callback_url() -> str:
    return f"{get_settings().public_url.rstrip('/')}/auth/callback"


@router.get("/sign-in")
def sign_in(page: Visitor, next: str = "") -> Response:  # noqa: A002 - the name in the address
    """Leave for the identity provider. A session there is stays until it has answered: a link here signs nobody out."""
    settings = get_settings()
    shake = Handshake.new()
    target = get_provider().authorize_url(callback_url(), shake, page.lang)
    with get_database().transaction() as session:
        token = sessions.open_visit(
            session,
            {
                "state": shake.state,
                "nonce": shake.nonce,
                "verifier": shake.verifier,
                "next": local_path(next, ""),
            },
        )
    response = RedirectResponse(target, status_code=303)
    sessions.set_cookie(response, settings, token, sessions.visit_cookie(settings), sessions.VISIT)
    return response


def _visit(session: Session, page: Visitor, state: str) -> tuple[Handshake, str]:
    """What was remembered when she left for the provider."""
    token = page.request.cookies.get(sessions.visit_cookie(get_settings()), "")
    data = sessions.take_visit(session, token)
    if data is None or not hmac.compare_digest(str(data["state"]), state):
        raise Problem(SIGN_IN_FAILED, detail="no such visit or another state")
    return Handshake(data["state"], data["nonce"], data["verifier"]), str(data["next"])


@router.get("/auth/callback")
def signed_in(page: Visitor, state: str = "", code: str = "", error: str = "", iss: str = "") -> Response:
    """Back from the provider: the visit ends, a new session begins under a new token."""
    settings = get_settings()
    if page.principal is not None and not code:
        return page.go(HOME[page.principal.role])
    with get_database().transaction() as session:
        shake, target = _visit(session, page, state)
    provider = get_provider()
    provider.check_answered_by(iss)
    if error or not code:
        raise Problem(SIGN_IN_FAILED, detail=f"provider said {error[:60]}")
    told = provider.redeem(code, callback_url(), shake, too_few)
    with get_database().transaction() as session:
        principal = principal_from(session, told.claims, known_agencies())
        if principal.subject_id and "lang" in page.request.cookies:
            subjects.set_language(session, principal.subject_id, page.lang)
        if page.session is not None:
            sessions.close(session, page.session.token_hash)  # only now: whoever turns back is still signed in
        token = sessions.open_signed_in(session, principal, told.id_token, told.sid)
    response = RedirectResponse(target or HOME[principal.role], status_code=303)
    sessions.clear_cookie(response, settings, sessions.visit_cookie(settings))
    sessions.set_cookie(response, settings, token)
    return response


@router.post("/sign-out")
def sign_out(page: SignedIn, session: Unit) -> Response:
    """End the session here and at the provider."""
    settings = get_settings()
    shown = ""
    if page.session is not None:
        shown = str(page.session.data.get(sessions.ID_TOKEN, ""))
        sessions.close(session, page.session.token_hash)
    home = f"{settings.public_url.rstrip('/')}/"
    target = get_provider().sign_out_url(home, shown) or home
    response = RedirectResponse(target, status_code=303)
    sessions.clear_cookie(response, settings)
    return response


@router.get("/settings")
def settings_switch(page: Visitor, lang: str = "", size: str = "", back: str = "/") -> Response:
    """Change the language or the size of the type and stay on the page. Text messages follow the language."""
    response = RedirectResponse(local_path(back), status_code=303)
    secure = get_settings().production
    if lang in {"zh", "en"}:
        if page.principal is not None and page.principal.subject_id:
            with get_database().transaction() as session:
                subjects.set_language(session, page.principal.subject_id, "en" if lang == "en" else "zh")
        response.set_cookie("lang", lang, max_age=YEAR, samesite="lax", secure=secure, httponly=True)
    if size in {"normal", "large"}:
        response.set_cookie("size", size, max_age=YEAR, samesite="lax", secure=secure, httponly=True)
    return response


@router.get("/problem")
def problem_page(page: Visitor, at: str = "/") -> Response:
    """What went wrong with something that was posted, once more: in another language, or after a reload."""
    home = local_path(at)
    if page.kept is None or page.problem is None:
        return page.go(home)
    values = {"problem": page.problem, "incident": "", "correlation": "", "back": kept.address(home, page.kept.id)}
    return page.show("errors/page.html", page.status, **values)
