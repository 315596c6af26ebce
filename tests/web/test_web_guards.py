"""What guards the pages: sessions, forged forms, limits, headers, redirects, plain words when something breaks."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI, Response
from starlette.testclient import TestClient

from onething.core import clock
from onething.core.access import Principal, Role
from onething.core.db import Database, get_database
from onething.core.errors import Problem
from onething.core.settings import Settings, get_settings
from onething.host.web import create_app
from onething.host.worker import run_worker
from onething.web.http import csrf, sessions
from onething.web.http.assets import vendor_file
from onething.web.http.limits import FORM_BYTES, RateLimiter
from onething.web.http.page import Citizen, Form, Unit, Visitor, local_path, page_router, text_of
from onething.web.tables import WebSessionRow

HER = Principal(Role.CITIZEN, "sub-1", "林晓雯", "subj_1")


@pytest.fixture
def app(db: Database) -> FastAPI:
    application = create_app(with_background=False)
    router = page_router("/try")

    @router.post("/save")
    def save(page: Citizen, form: Form, session: Unit) -> Response:
        page.leave_note(session, "filing.fields_saved")
        return Response(text_of(form, "value"))

    @router.post("/fail")
    def fail(page: Citizen, form: Form, session: Unit) -> Response:
        page.leave_note(session, "filing.fields_saved")
        raise ValueError("secret inside 310104199403122622")

    @router.get("/break")
    def break_(page: Visitor) -> Response:
        raise ValueError("secret inside")

    application.include_router(router)
    return application


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, headers={"Accept-Language": "zh-CN"}) as made:
        yield made


def signed_in(client: TestClient, principal: Principal = HER) -> str:
    """Give the client a session; returns a token for forms."""
    with get_database().transaction() as session:
        token = sessions.open_signed_in(session, principal)
        secret = session.get(WebSessionRow, sessions.digest(token)).csrf  # type: ignore[union-attr]
    client.cookies.set(sessions.cookie_name(get_settings()), token)
    return csrf.masked(secret)


def test_a_form_needs_the_token_of_its_own_session(client: TestClient) -> None:
    token = signed_in(client)
    assert client.post("/try/save", data={"value": "x", "_csrf": token}).text == "x"
    assert client.post("/try/save", data={"value": "x"}, headers={"X-CSRF-Token": token}).text == "x"
    other = csrf.masked(csrf.new_secret())
    for bad in ({}, {"_csrf": ""}, {"_csrf": "nonsense"}, {"_csrf": other}):
        answer = client.post("/try/save", data={"value": "x", **bad})
        assert answer.status_code == 403
        assert "没有保存" in answer.text


def test_tokens_look_different_each_time() -> None:
    secret = csrf.new_secret()
    assert csrf.masked(secret) != csrf.masked(secret)
    assert csrf.matches(csrf.masked(secret), secret)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_forms_from_other_sites_are_refused_even_with_a_token(client: TestClient, headers: dict[str, str]) -> None:
    token = signed_in(client)
    assert client.post("/try/save", data={"_csrf": token}, headers=headers).status_code == 403


def test_pages_for_signed_in_people_lead_through_sign_in_and_back(client: TestClient) -> None:
    answer = client.get("/me?after=x")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fme%3Fafter%3Dx"


def test_an_officer_has_no_filings_and_a_citizen_no_console(client: TestClient) -> None:
    signed_in(client, Principal(Role.OFFICER, "o", "王", None, "police"))
    assert client.get("/me").status_code == 403
    signed_in(client)
    assert client.get("/console").status_code == 403


def test_sessions_end_when_idle_when_old_and_when_closed(db: Database) -> None:
    with db.transaction() as session:
        token = sessions.open_signed_in(session, HER)
    start = clock.now()

    def alive(after: timedelta) -> bool:
        with clock.frozen(start + after), db.reading() as session:
            return sessions.find(session, token) is not None

    assert alive(timedelta(minutes=59))
    assert not alive(timedelta(minutes=61))
    for minute in range(30, 13 * 60, 30):
        with clock.frozen(start + timedelta(minutes=minute)), db.transaction() as session:
            found = sessions.find(session, token)
            if found is None:
                break
            sessions.touch(session, found.token_hash)
    assert minute == 12 * 60
    with db.transaction() as session:
        token = sessions.open_signed_in(session, HER)
        sessions.close(session, sessions.digest(token))
    with db.reading() as session:
        assert sessions.find(session, token) is None


def test_the_table_holds_no_token_that_opens_a_session(db: Database) -> None:
    with db.transaction() as session:
        token = sessions.open_signed_in(session, HER)
        row = session.get(WebSessionRow, sessions.digest(token))
        assert row is not None
        assert token not in {row.token_hash, row.csrf}
        whole = b"".join(str(getattr(row, name)).encode() for name in WebSessionRow.__table__.columns.keys())  # noqa: SIM118
        assert token.encode() not in whole
        assert HER.name
        assert HER.name.encode() not in whole + row.content
        found = sessions.find(session, token)
        assert found is not None
        assert found.principal == HER
        sessions.leave_note(session, found, {"kind": "info", "zh": "已删除李小明出生证.pdf"})
        session.flush()
        assert "李小明".encode() not in row.content
        again = sessions.find(session, token)
        assert again is not None
        assert again.data["note"]["zh"] == "已删除李小明出生证.pdf"
        sessions.take_note(session, again)
        assert not (sessions.find(session, token) or again).data
        row.content = row.content[:-1] + bytes([row.content[-1] ^ 1])
        assert sessions.find(session, token) is None, "unreadable is signed out, never an error"


def test_a_visit_is_taken_once(db: Database) -> None:
    with db.transaction() as session:
        token = sessions.open_visit(session, {"state": "s"})
    with db.transaction() as session:
        assert sessions.take_visit(session, token) == {"state": "s"}
    with db.transaction() as session:
        assert sessions.take_visit(session, token) is None


def test_cookies_are_out_of_reach_of_scripts_and_secure_in_production() -> None:
    settings = Settings(production=True)
    response = Response()
    sessions.set_cookie(response, settings, "t")
    cookie = response.headers["set-cookie"]
    name = cookie.partition("=")[0]
    assert name.startswith("__Host-")
    assert name == sessions.cookie_name(settings)
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}


def test_every_answer_carries_the_guards(client: TestClient) -> None:
    for path in ("/about", "/no-such-page", "/healthz", "/me"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_something_unexpected_is_numbered_and_says_nothing_of_our_insides(client: TestClient, app: FastAPI) -> None:
    answer = client.get("/try/break")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "编号" in answer.text
    token = signed_in(client)
    answer = client.post("/try/fail", data={"_csrf": token})
    assert answer.status_code == 500
    assert "310104" not in answer.text
    with get_database().reading() as session:  # what was written before is not half saved
        found = sessions.find(session, client.cookies[sessions.cookie_name(get_settings())])
        assert found is not None
        assert "note" not in found.data


def test_programs_get_json_and_htmx_a_notice(client: TestClient) -> None:
    answer = client.get("/no-such-page", headers={"Accept": "application/json"})
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["code"] == "core.not_found"
    fragment = client.get("/no-such-page", headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert "notice-error" in fragment


def test_too_large_a_form_is_refused_while_it_streams_in(client: TestClient) -> None:
    token = signed_in(client)
    answer = client.post("/try/save", data={"_csrf": token, "value": "x" * (FORM_BYTES + 1)})
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_too_many_requests_are_told_to_wait(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_RATE_LIMIT_NETWORK_PER_MINUTE", "5")
    get_settings.cache_clear()
    with TestClient(create_app(with_background=False)) as client:
        statuses = [client.get("/about").status_code for _ in range(7)]
        assert statuses[:5] == [200] * 5
        assert statuses[-1] == 429
        assert 1 <= int(client.get("/about").headers["retry-after"]) <= 12
        assert client.get("/healthz").status_code == 200


def test_the_limiter_forgets_the_oldest_keys() -> None:
    limiter = RateLimiter(per_minute=1, keys=2)
    assert limiter.allow("a")
    assert not limiter.allow("a")
    assert limiter.allow("b")
    assert limiter.allow("c")
    assert limiter.allow("a")


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil", "javascript:x", "", "/a\nb", None]
)
def test_redirects_never_leave(wanted: str | None) -> None:
    assert local_path(wanted) == "/"


def test_redirects_within_the_site_are_kept(client: TestClient) -> None:
    assert local_path("/do/newborn?x=1") == "/do/newborn?x=1"
    assert client.get("/settings?lang=en&back=https://evil.example").headers["location"] == "/"
    answer = client.get("/settings?lang=en&back=/about")
    assert answer.headers["location"] == "/about"
    assert "lang=en" in answer.headers["set-cookie"]


def test_static_files_are_kept_for_a_year_under_their_hash(client: TestClient, app: FastAPI) -> None:
    import re

    address = re.search(r'href="(/static/[^"]+style\.css)"', client.get("/about").text)
    assert address
    answer = client.get(address[1])
    assert "immutable" in answer.headers["cache-control"]
    old = client.get("/static/0123/style.css")
    assert old.text == answer.text
    assert "immutable" not in old.headers["cache-control"]
    assert client.get(address[1].replace("style.css", "%2e%2e/app.py")).status_code == 404


def test_a_missing_component_is_said_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Problem, match="assets_missing"):
        vendor_file("no-such-package/x.js")


def test_production_wants_the_passphrase_of_its_keys(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONETHING_PRODUCTION", "true")
    monkeypatch.setenv("ONETHING_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ONETHING_TRUST_PASSPHRASE", raising=False)
    get_settings.cache_clear()
    with pytest.raises(Problem, match="passphrase"):
        create_app()
    with ThreadPoolExecutor(1) as aside, pytest.raises(Problem, match="passphrase"):
        # A thread of its own: a browser driven by an earlier test leaves an event loop running in this one.
        aside.submit(lambda: asyncio.run(run_worker())).result()


def test_notes_are_shown_once(client: TestClient) -> None:
    token = signed_in(client)
    client.post("/try/save", data={"_csrf": token})
    assert "已保存" in client.get("/about").text
    assert "notice-success" not in client.get("/about").text
