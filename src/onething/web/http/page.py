"""What a page function gets: who is asking, in which language and size, and how to answer.

    router = page_router("/me")

    @router.get("")
    def my_page(page: Citizen, session: Unit) -> Response:
        return page.show("me/home.html", cases=…)

    @router.post("/name")
    def rename(page: Citizen, form: Form, session: Unit) -> Response:
        …
        return page.go("/me", note="me.saved")

`Visitor` is anyone, `SignedIn` anyone with an account, `Citizen` and `Official` what they say; who is not signed in
is sent to sign in and comes back. `Unit` is the request's one transaction: read-only for GET, committed before the
answer leaves otherwise. `Form` is the posted form, already checked for size and forgery; it is read on every unsafe
request even where a page does not ask for it.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from onething.core.access import Principal, Role
from onething.core.db import get_database
from onething.core.errors import BAD_REQUEST, FORBIDDEN, NOT_FOUND, Problem
from onething.core.i18n import LANGS, Lang, Text, negotiate
from onething.core.settings import get_settings
from onething.web.http import csrf, messages, sessions
from onething.web.http.templating import render

MAX_FILES = 12
MAX_FIELDS = 8000
"""A rule table of 400 rows is one form."""


class SignInFirst(Exception):  # noqa: N818 - not a failure: the way to the page leads through sign-in
    """Raised by pages for signed-in people; answered with a redirect to sign-in and back."""


def local_path(wanted: str | None, otherwise: str = "/") -> str:
    """`wanted` if it is a path of this site, else `otherwise`: redirects never leave."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc or any(ord(char) < 32 for char in wanted):
        return otherwise
    return wanted


@dataclass(frozen=True)
class Page:
    """One request, as page functions and templates see it."""

    request: Request
    lang: Lang
    large: bool
    session: sessions.WebSession | None = None

    @property
    def principal(self) -> Principal | None:
        return self.session.principal if self.session else None

    @property
    def path(self) -> str:
        """Where we are, for links that come back here."""
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @property
    def came_from(self) -> str | None:
        """The page of ours that led here, for the way back from an error."""
        parts = urlsplit(self.request.headers.get("referer", ""))
        if parts.netloc != self.request.headers.get("host") or not parts.path:
            return None
        back = local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path, "")
        return back if back and back != self.path else None

    @property
    def is_fragment(self) -> bool:
        """htmx asks for a piece of the page only."""
        return "hx-request" in self.request.headers and "hx-boosted" not in self.request.headers

    @property
    def helpers(self) -> Any:
        """`background.Helpers` of this process."""
        return self.request.app.state.helpers

    @property
    def actor(self) -> Principal:
        """The signed-in person; for pages that demand one."""
        if self.principal is None:
            raise SignInFirst
        return self.principal

    @property
    def csrf(self) -> str:
        return csrf.masked(self.session.csrf) if self.session else ""

    @property
    def note(self) -> dict[str, Any] | None:
        return self.session.data.get("note") if self.session else None

    def t(self, key: str, /, **values: object) -> str:
        return messages.say(self.lang, key, **values)

    def words(self, key: str, otherwise: str) -> str:
        """The message `key` if there is one, else `otherwise`: for codes that data may bring along."""
        return self.t(key) if key in messages.MESSAGES else otherwise

    def say(self, text: Text | str | None) -> str:
        """A text in the page's language, as it was written; what is in a language already stays."""
        if text is None or isinstance(text, str):
            return text or ""
        return text.get(self.lang)

    def switch(self, **query: str) -> str:
        """The address that changes a setting (`lang`, `size`) and comes back to this page."""
        pairs = "&".join(f"{key}={quote(value)}" for key, value in query.items())
        return f"/settings?{pairs}&back={quote(self.path, safe='')}"

    def show(self, template: str, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> Response:
        """Render a template as the answer. A note left by the page before is shown once."""
        if self.note is not None and self.session is not None and not self.is_fragment:
            with get_database().transaction() as session:
                sessions.take_note(session, self.session)
        return HTMLResponse(render(template, page=self, **values), status_code=status, headers=headers)

    def go(self, path: str) -> Response:
        """Redirect after a post (303). htmx is told to load the page, not to swap it into a corner."""
        if self.is_fragment:
            return Response(status_code=204, headers={"HX-Redirect": path})
        return RedirectResponse(path, status_code=303)

    def leave_note(self, session: Session, key: str, kind: str = "success", **values: object) -> None:
        """Say `key` once at the top of the next page (kinds: success, info, warning)."""
        if self.session:
            text = {lang: messages.say(lang, key, **values) for lang in LANGS}
            sessions.leave_note(session, self.session, {"kind": kind, **text})

    def leave_problem(self, session: Session, problem: Problem) -> None:
        """Say at the top of the next page what went wrong and what to do, where going on is possible."""
        if self.session:
            text = {
                lang: f"{problem.what.get(lang)}{' ' if lang == 'en' else ''}{problem.next.get(lang)}" for lang in LANGS
            }
            sessions.leave_note(session, self.session, {"kind": "error", **text})


def preferences(request: Request) -> tuple[Lang, bool]:
    """Language and size from the cookies, else from the browser."""
    chosen = request.cookies.get("lang")
    lang: Lang = (
        "en" if chosen == "en" else "zh" if chosen == "zh" else negotiate(request.headers.get("accept-language"))
    )
    return lang, request.cookies.get("size") == "large"


def plain_page(request: Request) -> Page:
    """A page without a session, for answers that must not touch the database (errors, limits)."""
    lang, large = preferences(request)
    return Page(request, lang, large)


def visitor(request: Request) -> Page:
    lang, large = preferences(request)
    token = request.cookies.get(sessions.cookie_name(get_settings()))
    found = None
    if token:
        database = get_database()
        with database.reading() as session:
            found = sessions.find(session, token)
        if found is not None and found.stale:
            with database.transaction() as session:
                sessions.touch(session, found.token_hash)
    page = Page(request, lang, large, found)
    request.state.page = page
    return page


def signed_in(page: Annotated[Page, Depends(visitor)]) -> Page:
    if page.principal is None:
        raise SignInFirst
    return page


def _only(*roles: Role) -> Any:
    def check(page: Annotated[Page, Depends(signed_in)]) -> Page:
        if page.principal is None or page.principal.role not in roles:
            raise Problem(FORBIDDEN)
        return page

    return check


def unit_of_work(request: Request) -> Iterator[Session]:
    """One request = one transaction; pages that only show take no write lock."""
    database = get_database()
    with database.reading() if request.method in csrf.SAFE else database.transaction() as session:
        yield session


async def posted_form(request: Request, page: Annotated[Page, Depends(visitor)]) -> AsyncIterator[FormData]:
    """The form of an unsafe request, forgery-checked. Empty for safe ones."""
    if request.method in csrf.SAFE:
        yield FormData()
        return
    csrf.refuse_other_sites(request)
    if page.principal is None:
        raise SignInFirst
    try:
        form = await request.form(max_files=MAX_FILES, max_fields=MAX_FIELDS)
    except MultiPartException as error:
        raise Problem(BAD_REQUEST, field="form", detail=str(error)) from error
    token = request.headers.get(csrf.HEADER) or form.get(csrf.FIELD)
    if not isinstance(token, str) or page.session is None or not csrf.matches(token, page.session.csrf):
        raise Problem(csrf.REFUSED, detail="token")
    try:
        yield form
    finally:
        await form.close()


Visitor = Annotated[Page, Depends(visitor)]
SignedIn = Annotated[Page, Depends(signed_in)]
Citizen = Annotated[Page, Depends(_only(Role.CITIZEN))]
Official = Annotated[Page, Depends(_only(Role.OFFICER, Role.ADMIN, Role.AUDITOR))]
Officer = Annotated[Page, Depends(_only(Role.OFFICER))]
Unit = Annotated[Session, Depends(unit_of_work, scope="function")]
Form = Annotated[FormData, Depends(posted_form)]


def page_router(prefix: str = "") -> APIRouter:
    """A router for pages: not part of the API's description, and guarded against forged forms."""
    return APIRouter(prefix=prefix, include_in_schema=False, dependencies=[Depends(posted_form)])


def text_of(form: FormData, name: str) -> str:
    """One text value of a form, trimmed; empty when absent or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


T = TypeVar("T")


def found(value: T | None) -> T:
    """The value, or `Problem(NOT_FOUND)`."""
    if value is None:
        raise Problem(NOT_FOUND)
    return value
