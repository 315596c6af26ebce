"""Signing in as a relying party does it: discovery, PKCE, code, tokens, user info, logout, and every way to do it wrong."""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from onething.sandbox.service import CityHandles

CALLBACK = "http://127.0.0.1:8000/auth/callback"
VERIFIER = "a-verifier-of-forty-three-characters-or-more-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def browser(sandbox: CityHandles) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.issuer, follow_redirects=False) as client:
        yield client


def authorize(browser: httpx.Client, **changes: str) -> httpx.Response:
    params = {
        "response_type": "code", "client_id": "onething", "redirect_uri": CALLBACK, "scope": "openid profile", "state": "st-1",
        "nonce": "n-1", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    } | changes  # fmt: skip
    return browser.get("/authorize", params={key: value for key, value in params.items() if value})


def choose(browser: httpx.Client, sub: str, **changes: str) -> dict[str, list[str]]:
    """Through the sign-in page; what the callback gets."""
    page = browser.get(authorize(browser, **changes).headers["location"])
    assert page.status_code == 200
    request = re.search(r'name="request" value="([^"]+)"', page.text)
    assert request
    back = browser.post("/login", data={"request": request[1], "account": sub})
    assert back.status_code == 303
    assert back.headers["location"].startswith(CALLBACK)
    return parse_qs(urlsplit(back.headers["location"]).query)


def token(browser: httpx.Client, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    } | changes
    return browser.post("/token", data=form, auth=("onething", "sandbox-secret"))


def sign_in(browser: httpx.Client, sub: str, **changes: str) -> dict[str, Any]:
    answer = token(browser, choose(browser, sub, **changes)["code"][0])
    assert answer.status_code == 200, answer.text
    return answer.json()


def claims_of(browser: httpx.Client, id_token: str) -> dict[str, Any]:
    keys = KeySet.import_key_set(browser.get("/jwks").json())
    return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)


def test_a_mother_signs_in_and_is_known(browser: httpx.Client, sandbox: CityHandles) -> None:
    configuration = browser.get("/.well-known/openid-configuration").json()
    assert configuration["issuer"] == sandbox.issuer
    mother = sandbox.persona("happy_mother")["mother"]
    tokens = sign_in(browser, mother["sub"])
    claims = claims_of(browser, tokens["id_token"])
    assert (claims["iss"], claims["aud"], claims["nonce"], claims["sub"]) == (
        sandbox.issuer,
        "onething",
        "n-1",
        mother["sub"],
    )
    assert (claims["name"], claims["citizen_id"], claims["phone_number"]) == (
        "林晓雯",
        mother["id_number"],
        "13818860001",
    )
    assert claims["birthdate"] == "1994-03-12"
    assert claims["auth_time"] <= claims["iat"] < claims["exp"]
    assert claims["acr"]
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    info = browser.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    assert info["sub"] == mother["sub"]
    assert mother["id_number"] not in mother["sub"]


@pytest.mark.parametrize(("sub", "role", "agency"), [("o_police_1", "officer", "police"), ("o_admin", "admin", None), ("o_auditor", "auditor", None)])  # fmt: skip
def test_officials_have_a_role_and_an_agency(browser: httpx.Client, sub: str, role: str, agency: str | None) -> None:
    claims = claims_of(browser, sign_in(browser, sub)["id_token"])
    assert (claims["role"], claims.get("agency")) == (role, agency)
    assert "citizen_id" not in claims


def test_the_page_lists_personas_and_officials_and_finds_anybody(browser: httpx.Client, sandbox: CityHandles) -> None:
    address = authorize(browser, ui_locales="en").headers["location"]
    page = browser.get(address).text
    assert "林晓雯" in page
    assert "Police" in page
    assert 'lang="en"' in page
    someone = sandbox.births(plain=True)[5]
    for query in (someone["mother_name"], someone["mother_phone"], someone["mother_id_number"]):
        assert someone["mother_sub"] in browser.get(f"{address}&q={quote(query)}").text
    assert (
        "没有找到"
        in browser.get(address.replace("lang=en", "lang=zh") + "&q=%E4%B8%8D%E5%AD%98%E5%9C%A8%E7%9A%84%E4%BA%BA").text
    )


def test_a_signed_in_browser_is_not_asked_again_until_it_signs_out(browser: httpx.Client, sandbox: CityHandles) -> None:
    tokens = sign_in(browser, "o_civil_1")
    again = authorize(browser)
    assert again.headers["location"].startswith(f"{CALLBACK}?code=")
    assert authorize(browser, prompt="login").headers["location"].startswith("/login")
    away = browser.get(
        "/logout",
        params={
            "id_token_hint": tokens["id_token"],
            "post_logout_redirect_uri": "http://127.0.0.1:8000/",
            "state": "bye",
        },
    )
    assert away.headers["location"] == "http://127.0.0.1:8000/?state=bye"
    assert authorize(browser).headers["location"].startswith("/login")
    silent = parse_qs(urlsplit(authorize(browser, prompt="none").headers["location"]).query)
    assert (silent["error"], silent["state"]) == (["login_required"], ["st-1"])


def test_logout_sends_nobody_to_strangers(browser: httpx.Client) -> None:
    answer = browser.get(
        "/logout", params={"client_id": "onething", "post_logout_redirect_uri": "https://evil.example/"}
    )
    assert answer.status_code == 200
    assert "location" not in answer.headers


@pytest.mark.parametrize("changes", [{"client_id": "other"}, {"redirect_uri": "https://evil.example/auth/callback"}, {"redirect_uri": "http://127.0.0.1:8000/auth/callback/../x"}, {"redirect_uri": ""}])  # fmt: skip
def test_a_stranger_gets_a_page_and_no_redirect(browser: httpx.Client, changes: dict[str, str]) -> None:
    answer = authorize(browser, **changes)
    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(("changes", "error"), [({"response_type": "token"}, "unsupported_response_type"), ({"scope": "profile"}, "invalid_scope"), ({"code_challenge": ""}, "invalid_request"), ({"code_challenge_method": "plain"}, "invalid_request")])  # fmt: skip
def test_wrong_requests_go_back_with_an_error(browser: httpx.Client, changes: dict[str, str], error: str) -> None:
    query = parse_qs(urlsplit(authorize(browser, **changes).headers["location"]).query)
    assert (query["error"], query["state"]) == ([error], ["st-1"])


def test_a_code_is_good_once_for_its_owner_only(browser: httpx.Client) -> None:
    code = choose(browser, "o_admin")["code"][0]
    assert token(browser, code, code_verifier=secrets.token_urlsafe(40)).json()["error"] == "invalid_grant"
    assert token(browser, code).json()["error"] == "invalid_grant", "a guessed verifier burns the code"
    tokens = sign_in(browser, "o_admin", prompt="login")
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert browser.get("/userinfo", headers=bearer).status_code == 200
    wrong = browser.post("/token", data={"grant_type": "authorization_code"}, auth=("onething", "wrong"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert browser.get("/userinfo", headers={"Authorization": "Bearer nothing"}).status_code == 401


def test_a_code_that_comes_twice_takes_its_token_back(browser: httpx.Client) -> None:
    code = choose(browser, "o_auditor")["code"][0]
    access = token(browser, code).json()["access_token"]
    assert token(browser, code).status_code == 400
    assert browser.get("/userinfo", headers={"Authorization": f"Bearer {access}"}).status_code == 401


def test_an_old_sign_in_page_says_what_to_do(browser: httpx.Client) -> None:
    answer = browser.get("/login", params={"request": "gone", "lang": "en"})
    assert answer.status_code == 400
    assert "Sign in" in answer.text
    assert browser.post("/login", data={"request": "gone", "account": "o_admin"}).status_code == 400
