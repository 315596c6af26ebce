"""Requests that no browser of an honest person sends: an answer with a reason, never a bare 500 and never somebody signed out."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.testclient import TestClient

from onething.core.access import Principal, Role
from onething.core.db import Database, get_database
from onething.core.settings import Settings, get_settings
from onething.host.web import create_app
from onething.identity import service as identity
from onething.web.http import csrf, sessions
from onething.web.tables import WebSessionRow

OFFICER = Principal(Role.OFFICER, "o1", "王", None, "police")
AUDITOR = Principal(Role.AUDITOR, "a1", "审")
ADMIN = Principal(Role.ADMIN, "ad1", "管")
CITIZEN = Principal(Role.CITIZEN, "sub-1", "林晓雯", "subj_1")


@pytest.fixture
def app(db: Database) -> FastAPI:
    return create_app(with_background=False)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, follow_redirects=False, headers={"Accept-Language": "zh-CN"}) as made:
        yield made


def signed_in(client: TestClient, principal: Principal) -> str:
    with get_database().transaction() as session:
        token = sessions.open_signed_in(session, principal)
        secret = session.get(WebSessionRow, sessions.digest(token)).csrf  # type: ignore[union-attr]
    client.cookies.set(sessions.cookie_name(get_settings()), token)
    return csrf.masked(secret)


@pytest.mark.parametrize(
    ("who", "address"),
    [
        (None, "/verify?code=http://["), (None, "/verify?code=http://[::1"), (None, "/verify?code=%EF%BC%8F%EF%BC%8F["),
        (AUDITOR, "/console/risk?before=%C2%B2"), (AUDITOR, "/console/robots?before=%C2%B2"), (OFFICER, "/console/cases?after=%C2%B2"),
        (OFFICER, "/console?after=%F0%9F%92%A9"), (None, "/?q=%00"), (None, "/verify?code=a%00b"), (None, "/?q=%ED%A0%80"),
        (None, "/advice?q=" + "9" * 5000), (CITIZEN, "/case/x/stream?after=" + "9" * 30), (None, "/problem?at=//evil.example"),
        (None, "/settings?lang=en&back=//evil.example"), (CITIZEN, "/me/licences/x/code"), (None, "/c/%2e%2e%2fconsole"),
    ],
)  # fmt: skip
def test_an_odd_address_gets_an_answer_and_never_a_failure(
    client: TestClient, who: Principal | None, address: str
) -> None:
    if who is not None:
        signed_in(client, who)
    answer = client.get(address)
    assert answer.status_code < 500, answer.text[:300]
    assert "evil.example" not in answer.headers.get("location", "")


@pytest.mark.parametrize(
    "value", ["a\0b", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "²", "9" * 5000]
)
def test_an_odd_value_of_a_form_gets_an_answer_and_never_a_failure(client: TestClient, value: str) -> None:
    token = signed_in(client, OFFICER)
    for path in (
        "/console/certificates/none/none",
        "/console/items/none/decide",
        "/console/rules/none/roll-back",
        "/console/policy/clauses/none",
    ):
        fields = {
            "_csrf": token,
            "version": value,
            "number": value,
            "lock": value,
            "reason": value,
            "decision": "approve",
        }
        assert client.post(path, data=fields).status_code < 500, path


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/console", {OFFICER, AUDITOR, ADMIN}), ("/console/agencies", {OFFICER, AUDITOR, ADMIN}), ("/console/robots", {OFFICER, AUDITOR, ADMIN}),
        ("/console/cases", {OFFICER, AUDITOR}), ("/console/cases/none", {OFFICER, AUDITOR}), ("/console/certificates", {OFFICER, AUDITOR}),
        ("/console/certificates/none", {OFFICER, AUDITOR}), ("/console/items/none", {OFFICER, AUDITOR}),
        ("/console/items/none/papers/1", {OFFICER, AUDITOR}), ("/console/items/none/papers/1/image", {OFFICER, AUDITOR}),
        ("/me", {CITIZEN}), ("/me/licences", {CITIZEN}), ("/me/asked", {CITIZEN}),
    ],
)  # fmt: skip
def test_which_role_reaches_which_page(client: TestClient, path: str, allowed: set[Principal]) -> None:
    for who in (OFFICER, AUDITOR, ADMIN, CITIZEN):
        signed_in(client, who)
        status = client.get(path).status_code
        assert (status == 403) == (who not in allowed), (path, who.role, status)
    client.cookies.clear()
    assert client.get(path).headers["location"].startswith("/sign-in")


def test_a_link_to_sign_in_signs_nobody_out(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Provider:
        def authorize_url(self, *_: object) -> str:
            return "https://id.example/authorize"

    monkeypatch.setattr("onething.web.pages.public.sign_in.get_provider", Provider)
    assert identity.get_provider
    signed_in(client, OFFICER)
    for _ in range(2):
        assert client.get("/sign-in").status_code == 303
        assert client.get("/console").status_code == 200, (
            "an image on another site that points at /sign-in signed people out"
        )


@pytest.mark.parametrize("name", ["", "visit", "visitor"])
def test_cookies_of_an_installation_need_tls_this_host_and_no_script(name: str) -> None:
    settings = Settings(production=True)
    names = {"": sessions.cookie_name, "visit": sessions.visit_cookie, "visitor": sessions.visitor_cookie}
    response = Response()
    sessions.set_cookie(response, settings, "token", names[name](settings))
    said = response.headers["set-cookie"].lower()
    assert said.startswith("__host-")
    assert all(each in said for each in ("; secure", "; httponly", "; samesite=lax", "; path=/"))
    assert "domain" not in said
    assert len({make(settings) for make in names.values()}) == 3


def test_personal_pictures_are_kept_by_no_browser() -> None:
    from pathlib import Path

    import onething

    pages = Path(onething.__file__).parent / "web"
    kept = [path for path in pages.rglob("*.py") if "private, max-age" in path.read_text(encoding="utf-8")]
    assert kept == []


def test_a_stream_ends_with_its_session(db: Database) -> None:
    with db.transaction() as session:
        token = sessions.open_signed_in(session, OFFICER)
        assert sessions.still_open(session, sessions.digest(token))
        sessions.close(session, sessions.digest(token))
        assert not sessions.still_open(session, sessions.digest(token))


@pytest.fixture
def locked(db: Database) -> Iterator[None]:
    """Somebody else (a backup, a careless operator) holds the database's write lock; ours give up after a tenth of a second."""
    import sqlite3

    from sqlalchemy import event
    from sqlalchemy.engine import make_url

    def impatient(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=100")

    event.listen(db.engine, "checkout", impatient)
    holder = sqlite3.connect(str(make_url(db.url).database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.execute("ROLLBACK")
    holder.close()
    event.remove(db.engine, "checkout", impatient)


def _her_token(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A token of somebody who has signed in before."""
    from onething.subjects.service import ensure_person

    with db.transaction() as session:
        ensure_person(session, oidc_sub="sub-9", name="林晓雯", id_number="310101199503020042", phone="13800138000")

    class Provider:
        def check(self, *_: object) -> dict[str, str]:
            return {"sub": "sub-9", "name": "林晓雯", "citizen_id": "310101199503020042", "phone_number": "13800138000"}

    monkeypatch.setattr("onething.web.http.rest.get_provider", Provider)
    return {"Authorization": "Bearer token-of-hers"}


def test_under_a_foreign_lock_a_read_with_a_token_is_answered_and_a_write_is_told_when_to_come_again(
    client: TestClient, db: Database, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    bearer = _her_token(db, monkeypatch)
    request.getfixturevalue("locked")
    assert client.get("/api/v1/cases", headers=bearer).status_code == 200, "authenticating takes no lock"
    refused = client.post("/api/v1/filings", headers=bearer, json={"life_event": "newborn"})
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True), refused.text[:300]
