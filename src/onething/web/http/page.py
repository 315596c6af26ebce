"""What a page function gets: who is asking, in which language and size, and how to answer.

    router = page_router("/me")

    @router.get("")
    def my_page(page: Citizen, session: Unit) -> Response:
        return page.show("me/home.html", cases=…)

    @router.post("/name")
    def rename(page: Citizen, form: Form, session: Unit) -> Response:
        …
        return page.go("/me", note="me.saved")

`Visitor` is anyone, `SignedIn` anyone with an account, `Citizen` what it says; who is not signed in is sent to sign in and comes
back. What only some officials may do asks for the act that its room declares, `page: Annotated[Page, Doing(acts.DECIDE_ITEM)]`:
whoever may do it to nothing at all is told why and who may; the room's door asks again for the thing itself. `Unit` is the request's one transaction: read-only for GET, committed before the
answer leaves otherwise. `Form` is the posted form, already checked for size and forgery; it is read on every unsafe
request even where a page does not ask for it.

A post ends in `page.go` (done) or `page.again` (not done: what was typed is kept, and the form shows it with what is wrong);
it never shows a page itself. Showing a page writes nothing and happens in no write transaction.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, TypeVar
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends
from fastapi.concurrency import contextmanager_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from onething.core.access import Principal, Role
from onething.core.db import get_database, writing
from onething.core.errors import BAD_REQUEST, FORBIDDEN, NOT_FOUND, Problem
from onething.core.i18n import LANGS, Lang, Text, negotiate
from onething.core.rights.service import Act, Decision, Scope, may, somewhere
from onething.core.settings import get_settings
from onething.web.http import csrf, messages, sessions
from onething.web.http import kept as keeping
from onething.web.http.afterwards import later
from onething.web.http.paper_input import COUNTRY, PAPER, one_number
from onething.web.http.templating import render

MAX_FILES = 12
NUL = "\0"
"""No text of anybody's has it, and PostgreSQL stores none that does."""
MAX_FIELDS = 8000
"""A rule table of 400 rows is one form."""


class PagePlaceError(RuntimeError):
    """A page was shown where it has no place. A programming error, raised in development and tests."""


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
    kept: keeping.Kept | None = None
    """What was sent to this page before and not carried out."""
    reload: str = ""
    """Where this page can be opened again, if not at its own address."""

    @property
    def principal(self) -> Principal | None:
        return self.session.principal if self.session else None

    @property
    def path(self) -> str:
        """Where we are, for links that come back here: an address that can be opened."""
        if self.reload:
            return self.reload
        if self.request.method not in csrf.SAFE:
            return self.came_from or "/"
        url = self.request.url
        return f"{url.path}?{url.query}" if url.query else url.path

    @property
    def came_from(self) -> str | None:
        """The page of ours that led here, for the way back from an error."""
        parts = urlsplit(self.request.headers.get("referer", ""))
        if parts.netloc != self.request.headers.get("host") or not parts.path:
            return None
        back = local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path, "")
        here = self.request.method in csrf.SAFE and parts.path == self.request.url.path
        return back if back and not here else None

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

    def may(self, act: Act, scope: Scope | None = None) -> Decision:
        """Whether she may do this to what the scope describes, or to anything at all; templates offer nothing else, and say who may."""
        if self.principal is None:
            return Decision(False)
        return may(self.principal, act, scope) if scope is not None else somewhere(self.principal, act)

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
        """Render a template as the answer. A note left by the page before is shown once.

        Raises `PagePlaceError` where a page has no place: in a write transaction, or as the answer to a post."""
        if not template.startswith("errors/"):
            self._expect_place(template)
        if self.note is not None and self.session is not None and not self.is_fragment:
            later(self.request, self._take_note)
        return HTMLResponse(render(template, page=self, **values), status_code=status, headers=headers)

    def _expect_place(self, template: str) -> None:
        if get_settings().production:
            return  # a slow page is better than none; development and tests have seen to it
        if get_database().is_writing:
            raise PagePlaceError(f"{template} is shown inside a write transaction")
        if self.request.method not in csrf.SAFE and not self.is_fragment:
            raise PagePlaceError(f"{template} is shown as the answer to a post: use page.again or page.go")

    def _take_note(self) -> None:
        if self.session is not None:
            with get_database().transaction() as session:
                sessions.take_note(session, self.session)

    def again(
        self,
        session: Session,
        path: str,
        *,
        problem: Problem | None = None,
        errors: Sequence[tuple[str, Text]] = (),
        typed: Mapping[str, Any] | None = None,
        lasting: timedelta = keeping.LASTING,
    ) -> Response:
        """Back to the form at `path`, which finds in `page.kept` what was typed and what is wrong with it."""
        if self.session is None:
            raise SignInFirst
        if (
            problem is not None or errors
        ):  # she reads it behind a redirect; whoever records her act must not take it for done
            self.request.state.refused = problem.kind.status if problem is not None else 422
        return self.go(keeping.address(path, keeping.keep(
            session, self.session.holder, path, typed or {}, problem=problem, errors=errors, lasting=lasting
        )))  # fmt: skip

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed here before and not carried out; empty when nothing was."""
        return self.kept.typed if self.kept else {}

    def typed_list(self, name: str) -> list[str]:
        """The values of a field that may come several times."""
        value = self.typed.get(name, [])
        return [str(each) for each in value] if isinstance(value, list) else [str(value)]

    def typed_text(self, name: str) -> str:
        """The value of a field, empty when it was not sent."""
        value = self.typed.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def problem(self) -> Problem | None:
        """Why it was not carried out."""
        return self.kept.problem if self.kept else None

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong) of what was typed, in the page's language."""
        return [(name, self.say(text)) for name, text in self.kept.errors] if self.kept else []

    @property
    def status(self) -> int:
        """Of a page that shows again what was typed."""
        return self.kept.status if self.kept else 200

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
        self.request.state.refused = problem.kind.status
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
    """Whoever asks, with her session if she has one. Reads only: that she was seen is written after the answer."""
    lang, large = preferences(request)
    token = request.cookies.get(sessions.cookie_name(get_settings()))
    anonymous = request.cookies.get(sessions.visitor_cookie(get_settings()))
    kept_id = request.query_params.get(keeping.QUERY, "")
    found = shown = None
    if token or (anonymous and kept_id):
        with get_database().reading() as session:
            found = sessions.find(session, token) if token else None
            if kept_id:
                where = request.query_params.get("at", "") if request.url.path == "/problem" else request.url.path
                shown = _kept(session, found, anonymous, kept_id, where)
    if found is not None and found.principal is not None and (proven := getattr(request.state, "proven", None)):
        proven(f"{found.principal.role}:{found.principal.user_id}")
    if found is not None and found.stale:
        later(request, partial(_touch, found.token_hash))
    page = Page(request, lang, large, found, shown)
    request.state.page = page
    return page


def _kept(
    session: Session, found: sessions.WebSession | None, anonymous: str | None, kept_id: str, path: str
) -> keeping.Kept | None:
    holders = [found.holder] if found else []
    if anonymous:
        holders.append(keeping.Holder.of(anonymous))
    return next((shown for holder in holders if (shown := keeping.find(session, holder, kept_id, path))), None)


def _touch(token_hash: str) -> None:
    with get_database().transaction() as session:
        sessions.touch(session, token_hash)


def signed_in(page: Annotated[Page, Depends(visitor)]) -> Page:
    if page.principal is None:
        raise SignInFirst
    return page


def citizen(page: Annotated[Page, Depends(signed_in)]) -> Page:
    """An applicant: what she sees is hers by being the owner."""
    if page.actor.role is not Role.CITIZEN:
        raise Problem(FORBIDDEN)
    return page


@dataclass(frozen=True)
class Acting:
    """A dependency that asks for an act; of several, one is enough. Found again by whoever lists the routes and what they ask."""

    acts: tuple[Act, ...]

    def __call__(self, page: Annotated[Page, Depends(signed_in)]) -> Page:
        reasons = [decision.reason for act in self.acts if (decision := somewhere(page.actor, act)).reason]
        if len(reasons) == len(self.acts) and reasons[0] is not None:
            raise reasons[0]
        return page


def Doing(*acts: Act) -> Any:  # noqa: N802 - stands where a type's name stands
    """Of pages: only for who may do one of these acts to anything at all."""
    return Depends(Acting(acts))


async def unit_of_work(request: Request) -> AsyncIterator[Session]:
    """One request = one transaction; pages that only show take no write lock."""
    database = get_database()
    if request.method in csrf.SAFE:
        async with contextmanager_in_threadpool(database.reading()) as session:
            yield session
        return
    async with contextmanager_in_threadpool(database.transaction()) as session:
        with writing(database):  # opened in another thread: what the page function does counts as inside it
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
    if any(isinstance(value, str) and NUL in f"{name}{value}" for name, value in form.multi_items()):
        raise Problem(BAD_REQUEST, field="form", detail="NUL")
    request.state.posted = _fields(form)
    try:
        yield form
    finally:
        await form.close()


def _fields(form: FormData) -> dict[str, str | list[str]]:
    """What was typed, without files: a text by name, or a list where a name came more than once."""
    found: dict[str, str | list[str]] = {}
    for name in form:
        values = texts_of(form, name)
        if values and name != csrf.FIELD:
            found[name] = values[0] if len(values) == 1 else values
    return found


Visitor = Annotated[Page, Depends(visitor)]
SignedIn = Annotated[Page, Depends(signed_in)]
Citizen = Annotated[Page, Depends(citizen)]
Unit = Annotated[Session, Depends(unit_of_work, scope="function")]
Form = Annotated[FormData, Depends(posted_form)]


def page_router(prefix: str = "") -> APIRouter:
    """A router for pages: not part of the API's description, and guarded against forged forms."""
    return APIRouter(prefix=prefix, include_in_schema=False, dependencies=[Depends(posted_form)])


def text_of(form: FormData, name: str) -> str:
    """One text value of a form, trimmed; empty when absent or a file. Of a person's number with its paper, in its one spelling."""
    value = form.get(name)
    text = value.strip() if isinstance(value, str) else ""
    paper = form.get(f"{name}{PAPER}")
    if not isinstance(paper, str):
        return text
    country = form.get(f"{name}{COUNTRY}")
    return one_number(text, paper, country if isinstance(country, str) else "")


def texts_of(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]


T = TypeVar("T")


def found(value: T | None) -> T:
    """The value, or `Problem(NOT_FOUND)`."""
    if value is None:
        raise Problem(NOT_FOUND)
    return value
