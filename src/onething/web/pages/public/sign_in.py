"""Sign in, come back, sign out; and the two switches everybody has: language and size."""

import contextlib
import hmac

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.i18n import Lang
from onething.core.settings import get_settings
from onething.identity.service import SIGN_IN_FAILED, Handshake, get_provider, principal_from, too_few
from onething.intake import service as intake
from onething.subjects import service as subjects
from onething.web.http import kept, sessions
from onething.web.http.officials import known_agencies, known_cities
from onething.web.http.page import SignedIn, Unit, Visitor, local_path, page_router

router = page_router()
HOME = {Role.CITIZEN: "/me", Role.OFFICER: "/console", Role.ADMIN: "/console", Role.AUDITOR: "/console"}
YEAR = 365 * 24 * 3600


def callback_url() -> str:
    return f"{get_settings().public_url.rstrip('/')}/auth/callback"


@router.get("/sign-in")
def sign_in(page: Visitor, next: str = "", start: str = "") -> Response:  # noqa: A002 - the name in the address
    """Leave for the identity provider. A session there is stays until it has answered: a link here signs nobody out.

    `start`: a life event to begin with as soon as she is back, so that who pressed "sign in and start" presses it once.
    """
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
                "start": start if start and get_city().life_event(start) else "",
            },
        )
    response = RedirectResponse(target, status_code=303)
    sessions.set_cookie(response, settings, token, sessions.visit_cookie(settings), sessions.VISIT)
    return response


def _visit(session: Session, page: Visitor, state: str) -> tuple[Handshake, str, str]:
    """What was remembered when she left for the provider: the handshake, where to go, what to start."""
    token = page.request.cookies.get(sessions.visit_cookie(get_settings()), "")
    data = sessions.take_visit(session, token)
    if data is None or not hmac.compare_digest(str(data["state"]), state):
        raise Problem(SIGN_IN_FAILED, detail="no such visit or another state")
    shake = Handshake(data["state"], data["nonce"], data["verifier"])
    return shake, str(data["next"]), str(data.get("start", ""))


def _started(session: Session, principal: Principal, event_id: str, lang: Lang) -> str:
    """Where somebody goes who pressed "sign in and start": to a new filing; to the event's page where she has a draft of
    it already, or may have no more; "" for nobody who files."""
    if not event_id or principal.role is not Role.CITIZEN:
        return ""
    if all(each.life_event != event_id for each in intake.filings_of(session, principal)):
        with contextlib.suppress(Problem):
            return f"/filing/{intake.start_filing(session, principal, event_id, lang).id}"
    return f"/do/{event_id}"


@router.get("/auth/callback")
def signed_in(page: Visitor, state: str = "", code: str = "", error: str = "", iss: str = "") -> Response:
    """Back from the provider: the visit ends, a new session begins under a new token."""
    settings = get_settings()
    if page.principal is not None and not code:
        return page.go(HOME[page.principal.role])
    with get_database().transaction() as session:
        shake, target, start = _visit(session, page, state)
    provider = get_provider()
    provider.check_answered_by(iss)
    if error or not code:
        raise Problem(SIGN_IN_FAILED, detail=f"provider said {error[:60]}")
    told = provider.redeem(code, callback_url(), shake, too_few)
    with get_database().transaction() as session:
        principal = principal_from(session, told.claims, known_agencies(), known_cities())
        if principal.subject_id and "lang" in page.request.cookies:
            subjects.set_language(session, principal.subject_id, page.lang)
        if page.session is not None:
            sessions.close(session, page.session.token_hash)  # only now: whoever turns back is still signed in
        token = sessions.open_signed_in(session, principal, told.id_token, told.sid)
        started = _started(session, principal, start, page.lang)
    response = RedirectResponse(started or target or HOME[principal.role], status_code=303)
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
