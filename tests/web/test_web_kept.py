"""Post, redirect, get: pages stand at addresses that can be opened, what was typed survives, and no page holds a write lock."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from starlette.requests import Request
from starlette.testclient import TestClient

from onething.core import clock
from onething.core.access import Principal, Role
from onething.core.db import Database, NestedTransactionError, get_database
from onething.core.errors import CONFLICT, Problem
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.web.http import csrf, kept, sessions
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Citizen, Form, PagePlaceError, Unit, Visitor, page_router, plain_page, text_of
from onething.web.tables import WebKeptRow, WebSessionRow

HER = Principal(Role.CITIZEN, "sub-1", "林晓雯", "subj_1")


@pytest.fixture
def app(db: Database) -> FastAPI:
    application = create_app(with_background=False)
    router = page_router("/try")

    @router.get("/form")
    def form_page(page: Visitor) -> Response:
        words = [words for _, words in page.errors]
        return HTMLResponse(f"{page.lang} {page.typed_text('words')} {words} {page.path}", page.status)

    @router.post("/form")
    def send(page: Citizen, form: Form, session: Unit) -> Response:
        words = text_of(form, "words")
        if words == "taken":
            raise Problem(CONFLICT)
        return page.again(session, "/try/form", errors=[("words", MESSAGES("filing.fill_in"))], typed={"words": words})

    @router.post("/shows")
    def shows(page: Citizen) -> Response:
        return page.show("home/about.html")

    @router.get("/inside")
    def inside(page: Visitor) -> Response:
        with get_database().transaction():
            return page.show("home/about.html")

    @router.post("/nested")
    def nested(page: Citizen, session: Unit) -> Response:
        with get_database().transaction():
            return page.go("/")

    application.include_router(router)
    return application


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, headers={"Accept-Language": "zh-CN"}) as made:
        yield made


def signed_in(client: TestClient, principal: Principal = HER) -> str:
    with get_database().transaction() as session:
        token = sessions.open_signed_in(session, principal)
        secret = session.get(WebSessionRow, sessions.digest(token)).csrf  # type: ignore[union-attr]
    client.cookies.set(sessions.cookie_name(get_settings()), token)
    return csrf.masked(secret)


def _sent(client: TestClient, words: str) -> Any:
    return client.post("/try/form", data={"words": words, "_csrf": signed_in(client)})


def test_what_was_typed_is_shown_again_at_an_address_that_survives_reload_and_another_language(
    client: TestClient,
) -> None:
    sent = _sent(client, "三个字")
    assert sent.status_code == 303
    address = sent.headers["location"]
    first = client.get(address)
    assert (first.status_code, "三个字" in first.text, MESSAGES("filing.fill_in").zh in first.text) == (422, True, True)
    assert client.get(address).text == first.text
    client.cookies.set("lang", "en")
    other = client.get(address).text
    assert other.startswith("en 三个字")
    assert MESSAGES("filing.fill_in").en in other


def test_what_was_kept_opens_for_its_own_session_and_page_only_and_ends_with_it(
    client: TestClient, db: Database
) -> None:
    address = _sent(client, "mine").headers["location"]
    token = signed_in(client, Principal(Role.CITIZEN, "sub-2", "别人", "subj_2"))
    assert "mine" not in client.get(address).text
    assert token
    with db.reading() as session:
        row = session.scalars(select(WebKeptRow)).one()
        assert b"mine" not in row.content
        holder = kept.Holder(row.token_hash, b"0" * 32)
        assert kept.find(session, holder, row.id, "/try/form") is None
    with db.transaction() as session:
        sessions.close(session, row.token_hash)
        assert session.scalars(select(WebKeptRow)).all() == []


def test_only_the_newest_are_held(client: TestClient, db: Database) -> None:
    token = signed_in(client)
    addresses = [
        client.post("/try/form", data={"words": f"n{n}", "_csrf": token}).headers["location"]
        for n in range(kept.MOST + 3)
    ]
    assert "n0" not in client.get(addresses[0]).text
    assert f"n{kept.MOST + 2}" in client.get(addresses[-1]).text
    with db.reading() as session:
        assert len(session.scalars(select(WebKeptRow)).all()) == kept.MOST


def test_a_refusal_nobody_foresaw_keeps_what_was_typed_for_the_form_it_came_from(client: TestClient) -> None:
    token = signed_in(client)
    answer = client.post(
        "/try/form", data={"words": "taken", "_csrf": token}, headers={"Referer": "http://testserver/try/form"}
    )
    assert answer.status_code == 409
    back = re.search(r'href="(/try/form\?kept=[^"]+)"', answer.text)
    assert back, answer.text
    assert "taken" in client.get(back[1]).text
    again = re.search(r"/settings\?lang=en&amp;back=([^\"]+)", answer.text)
    assert again
    client.cookies.set("lang", "en")
    shown = client.get(unquote(again[1]))
    assert shown.status_code == 409
    assert "changed elsewhere" in shown.text
    assert "kept=" in shown.text


@pytest.mark.parametrize(
    ("opened", "led_to"),
    [("/console/items/it_1/decide", "/console/items/it_1"), ("/filing/f_1/submit", "/filing/f_1"), ("/case/c_1/supplement/uploads", "/case/c_1/supplement")],
)  # fmt: skip
def test_an_address_that_only_takes_posts_leads_to_its_page_when_it_is_opened(
    client: TestClient, opened: str, led_to: str
) -> None:
    answer = client.get(opened)
    assert (answer.status_code, answer.headers["location"]) == (303, led_to)


def test_an_address_that_is_none_signs_nobody_out(client: TestClient) -> None:
    signed_in(client)
    answer = client.get("/no/such/page")
    assert answer.status_code == 404
    assert "/sign-out" in answer.text


def test_a_page_shown_as_the_answer_to_a_post_or_inside_a_transaction_is_refused_where_it_is_made(
    client: TestClient, app: FastAPI
) -> None:
    token = signed_in(client)
    for answer in (client.post("/try/shows", data={"_csrf": token}), client.get("/try/inside")):
        assert answer.status_code == 500  # in development; in production a page that is late is better than none
    request = Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [], "app": app})
    with pytest.raises(PagePlaceError):
        plain_page(request).show("home/about.html")


def test_a_transaction_inside_another_is_refused_at_once_and_another_thread_still_waits_its_turn(db: Database) -> None:
    done: list[str] = []

    def other() -> None:
        with db.transaction() as session:
            session.execute(select(WebSessionRow))
            done.append("other")

    with db.transaction():
        with pytest.raises(NestedTransactionError), db.transaction():
            raise AssertionError("never comes here")
        assert db.is_writing
    assert not db.is_writing
    thread = threading.Thread(target=other)
    with db.transaction() as session:
        session.execute(select(WebSessionRow))
        thread.start()
        done.append("first")
    thread.join()
    assert done == ["first", "other"]


def test_the_requests_own_transaction_counts_for_its_page_function(client: TestClient) -> None:
    token = signed_in(client)
    assert client.post("/try/nested", data={"_csrf": token}).status_code == 500


def test_the_note_after_a_post_is_said_once_and_by_nobody_who_waits_for_a_lock(
    client: TestClient, db: Database
) -> None:
    """Today's harm: the answer itself wrote, inside the request's transaction, and everybody else waited for fifteen seconds."""
    signed_in(client)
    token = client.cookies[sessions.cookie_name(get_settings())]
    with db.transaction() as session:
        found = sessions.find(session, token)
        assert found
        sessions.leave_note(session, found, {"kind": "success", "zh": "记下了一句话", "en": "noted"})
    assert "记下了一句话" in client.get("/about").text
    assert "记下了一句话" not in client.get("/about").text


def test_reading_a_page_with_a_session_takes_no_write_lock(client: TestClient, db: Database) -> None:
    signed_in(client)
    with clock.frozen(clock.now() + timedelta(minutes=5)):  # the session is due to be seen again
        holding, ended = threading.Event(), threading.Event()

        def hold() -> None:
            with db.transaction() as session:
                session.execute(select(WebSessionRow))
                holding.set()
                ended.wait(30)

        thread = threading.Thread(target=hold)
        thread.start()
        holding.wait(10)
        answered: list[int] = []
        reader = threading.Thread(target=lambda: answered.append(_status_before_the_end(client.app)))
        reader.start()
        reader.join(10)
        assert answered == [200], "the answer waited for somebody else's lock"
        ended.set()
        thread.join()


def _status_before_the_end(app: Any) -> int:
    """The status of a page that a stale session asks for, as soon as its head has left."""
    import anyio

    token = _stale_token
    head: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def run() -> None:
        scope = {
            "type": "http", "method": "GET", "path": "/about", "raw_path": b"/about", "query_string": b"", "root_path": "", "scheme": "http",
            "headers": [(b"cookie", token)], "client": ("1.2.3.4", 1), "server": ("testserver", 80), "http_version": "1.1",
        }  # fmt: skip
        with anyio.move_on_after(8):
            async with anyio.create_task_group() as group:

                async def send(message: dict[str, Any]) -> None:
                    if message["type"] == "http.response.start":
                        head.append(message["status"])
                    if message["type"] == "http.response.body" and not message.get("more_body"):
                        group.cancel_scope.cancel()

                await app(scope, receive, send)

    anyio.run(run)
    return head[0] if head else 0


_stale_token = b""


@pytest.fixture(autouse=True)
def _remember_the_cookie(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    real = sessions.open_signed_in

    def opened(session: Any, principal: Principal) -> str:
        token = real(session, principal)
        monkeypatch.setattr(f"{__name__}._stale_token", f"{sessions.cookie_name(get_settings())}={token}".encode())
        return token

    monkeypatch.setattr(sessions, "open_signed_in", opened)
