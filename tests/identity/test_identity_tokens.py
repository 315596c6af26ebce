"""Signing in by OpenID Connect: only a token that is truly for this sign-in opens a session; a provider that is slow, hostile or
away costs those who sign in, and nobody else."""

import base64
import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from onething.core.errors import Problem
from onething.identity import publications
from onething.identity.oidc import Handshake, Provider
from onething.identity.settings import IdentitySettings
from onething.identity.tokens import LOGOUT_EVENT

ISSUER = "https://id.example"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
DISCOVERY = {
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks", "end_session_endpoint": f"{ISSUER}/logout",
}  # fmt: skip


def token(key: RSAKey = KEY, kid: str = "one", **changes: Any) -> str:
    claims = {
        "iss": ISSUER,
        "aud": "onething",
        "sub": "u1",
        "exp": int(time.time()) + 300,
        "iat": int(time.time()),
        "nonce": "n",
    }
    return jwt.encode({"alg": "RS256", "kid": kid}, {k: v for k, v in (claims | changes).items() if v is not None}, key)


def answering(
    id_token: str | None = None, seen: list[httpx.Request] | None = None, discovery: dict[str, Any] = DISCOVERY,
    userinfo: dict[str, Any] | None = None, keys: Callable[[], list[RSAKey]] = lambda: [KEY],
) -> Callable[[httpx.Request], httpx.Response]:  # fmt: skip
    """A provider that publishes `discovery` and `keys` and gives `id_token` for any code."""

    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=discovery)
        if request.url.path == "/jwks":
            return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in keys()]})
        if request.url.path == "/userinfo":
            return httpx.Response(200, json=userinfo)
        if request.url.path == "/token" and id_token is not None:
            return httpx.Response(200, json={"id_token": id_token, "access_token": "a"})
        return httpx.Response(400, json={"error": "invalid_grant"})

    return answer


def provider(id_token: str | None = None, seen: list[httpx.Request] | None = None) -> Provider:
    return Provider(ISSUER, "onething", "secret", httpx.MockTransport(answering(id_token, seen)))


def test_a_good_token_gives_its_claims() -> None:
    assert provider().check(token(name="林晓雯"), "n")["name"] == "林晓雯"


@pytest.mark.parametrize(
    "changes",
    [{"iss": "https://evil.example"}, {"aud": "somebody-else"}, {"exp": 1}, {"nonce": "another"}, {"nonce": None},
     {"sub": None}, {"aud": ["onething", "other"]}],
    ids=["issuer", "audience", "expired", "nonce", "no nonce", "no subject", "two audiences without azp"],
)  # fmt: skip
def test_a_token_for_somebody_or_something_else_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="sign_in_failed"):
        provider().check(token(**changes), "n")


def test_a_token_signed_by_another_key_or_by_none_is_refused() -> None:
    with pytest.raises(Problem, match="sign_in_failed"):
        provider().check(token(OTHER), "n")
    with pytest.raises(Problem, match="sign_in_failed"):
        provider().check(token().rsplit(".", 1)[0] + ".", "n")


def test_the_way_out_carries_pkce_state_and_nonce_and_the_code_comes_back_with_the_verifier() -> None:
    seen: list[httpx.Request] = []
    shake = Handshake("s", "n", "v" * 50)
    asked = provider(token(), seen)
    query = parse_qs(urlsplit(asked.authorize_url("http://here/auth/callback", shake, "en")).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["code_challenge"] == [shake.challenge]
    assert (query["state"], query["nonce"]) == (["s"], ["n"])
    assert asked.redeem("c", "http://here/auth/callback", shake).claims["sub"] == "u1"
    form = parse_qs(next(each for each in seen if each.url.path == "/token").content.decode())
    assert form["code_verifier"] == ["v" * 50]


def test_a_used_code_is_told_in_plain_words() -> None:
    with pytest.raises(Problem, match="sign_in_failed"):
        provider().redeem("c", "http://here/auth/callback", Handshake.new())


def test_a_provider_that_is_down_is_said_so() -> None:
    def down(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    with pytest.raises(Problem, match="sign_in_unavailable"):
        Provider(ISSUER, "onething", "s", httpx.MockTransport(down)).discovery()


# -- the client's secret


def asked_for(seen: list[httpx.Request]) -> httpx.Request:
    return next(each for each in seen if each.url.path == "/token")


def test_a_secret_with_odd_characters_is_form_encoded_before_it_goes_into_basic() -> None:
    seen: list[httpx.Request] = []
    odd = Provider(ISSUER, "city portal", "p:1+ü %", httpx.MockTransport(answering(token(aud="city portal"), seen)))
    odd.redeem("c", "http://here/auth/callback", Handshake("s", "n", "v" * 50))
    sent = base64.b64decode(asked_for(seen).headers["authorization"].removeprefix("Basic ")).decode()
    assert sent == "city+portal:p%3A1%2B%C3%BC+%25"
    assert "client_secret" not in parse_qs(asked_for(seen).content.decode())


def test_a_provider_that_takes_no_basic_gets_the_secret_in_the_form() -> None:
    seen: list[httpx.Request] = []
    told = DISCOVERY | {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    asked = Provider(ISSUER, "onething", "p:1", httpx.MockTransport(answering(token(), seen, told)))
    asked.redeem("c", "http://here/auth/callback", Handshake("s", "n", "v" * 50))
    assert parse_qs(asked_for(seen).content.decode())["client_secret"] == ["p:1"]
    assert "authorization" not in asked_for(seen).headers


def test_a_userinfo_of_somebody_else_is_refused() -> None:
    told = DISCOVERY | {"userinfo_endpoint": f"{ISSUER}/userinfo"}
    asked = Provider(
        ISSUER, "onething", "s", httpx.MockTransport(answering(token(), [], told, {"sub": "u2", "role": "admin"}))
    )
    with pytest.raises(Problem, match="somebody else"):
        asked.redeem("c", "http://here/auth/callback", Handshake("s", "n", "v" * 50), lambda _claims: True)


def test_what_the_id_token_says_counts_before_what_userinfo_says() -> None:
    told = DISCOVERY | {"userinfo_endpoint": f"{ISSUER}/userinfo"}
    more = {"sub": "u1", "role": "admin", "name": "林晓雯"}
    asked = Provider(ISSUER, "onething", "s", httpx.MockTransport(answering(token(role="officer"), [], told, more)))
    claims = asked.redeem("c", "http://here/auth/callback", Handshake("s", "n", "v" * 50), lambda _claims: True).claims
    assert (claims["role"], claims["name"]) == ("officer", "林晓雯")


def test_signing_out_shows_the_id_token_and_where_to_come_back_to() -> None:
    asked = provider()
    asked.discovery()
    query = parse_qs(urlsplit(asked.sign_out_url("http://here/", "abc") or "").query)
    assert query == {"client_id": ["onething"], "post_logout_redirect_uri": ["http://here/"], "id_token_hint": ["abc"]}


# -- keys, apart from requests


def test_production_does_not_ask_a_provider_over_plain_http() -> None:
    with pytest.raises(Problem, match="insecure_provider"):
        Provider("http://id.example", "onething", "s", httpx.MockTransport(answering()), secure=True).discovery()


def test_a_bad_signature_costs_no_look_at_the_provider_and_unknown_keys_one_for_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[httpx.Request] = []
    asked = provider(seen=seen)
    asked.discovery()
    monkeypatch.setattr(publications, "PAUSE", 3600.0)
    asked.publications._began = -1e9  # the last fetch was long ago
    before = len(seen)
    for _ in range(20):
        with pytest.raises(Problem, match="sign_in_failed"):
            asked.check(token(OTHER), "n")
    assert len(seen) == before
    for number in range(50):
        with pytest.raises(Problem, match="sign_in_failed"):
            asked.check(token(OTHER, kid=f"k{number}"), "n")
    assert len(seen) == before + 2


def test_a_hung_provider_holds_ten_requests_for_a_moment_and_the_others_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(publications, "PAUSE", 0.0)
    hung, asked = threading.Event(), provider()
    asked.discovery()
    asked.publications._fetch = lambda: (hung.wait(30), ({}, {}))[1]  # type: ignore[method-assign]
    held: list[float] = []
    strange = token(OTHER, kid="new")

    def call() -> None:
        began = time.monotonic()
        with pytest.raises(Problem, match="sign_in_failed"):
            asked.check(strange, "n")
        held.append(time.monotonic() - began)

    callers = [threading.Thread(target=call) for _ in range(60)]
    for each in callers:
        each.start()
    for each in callers:
        each.join(30)
    hung.set()
    assert len(held) == 60
    waited = [seconds for seconds in held if seconds > publications.PATIENCE * 0.8]
    assert 0 < len(waited) <= publications.WAITING


def test_a_withdrawn_key_is_believed_no_longer_than_the_keys_are_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publications, "PAUSE", 0.0)
    keys, clock = [KEY], [1000.0]
    monkeypatch.setattr(publications.time, "monotonic", lambda: clock[0])
    asked = Provider(ISSUER, "onething", "s", httpx.MockTransport(answering(keys=lambda: keys)))
    assert asked.check(token(), "n")["sub"] == "u1"
    keys[:] = []
    clock[0] += IdentitySettings().oidc_keys_seconds + 1
    with contextlib.suppress(Problem):
        asked.check(token(), "n")  # fetches anew beside this request
    for thread in [each for each in threading.enumerate() if each.name == "identity keys"]:
        thread.join(5)
    with pytest.raises(Problem, match="sign_in_failed"):
        asked.check(token(), "n")


def test_keys_of_a_provider_that_stays_away_count_no_more_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, up = [1000.0], [True]
    monkeypatch.setattr(publications.time, "monotonic", lambda: clock[0])

    def answer(request: httpx.Request) -> httpx.Response:
        if not up[0]:
            raise httpx.ConnectError("no")
        return answering()(request)

    asked = Provider(ISSUER, "onething", "s", httpx.MockTransport(answer))
    asked.check(token(), "n")
    up[0] = False
    clock[0] += 3 * IdentitySettings().oidc_keys_seconds + 1
    with pytest.raises(Problem, match="sign_in_unavailable"):
        asked.check(token(), "n")


def test_keys_that_nobody_here_knows_do_not_spoil_the_others() -> None:
    odd = [{"kty": "LWE", "kid": "q"}, "no key", KEY.as_dict(private=False), {"kty": "RSA", "n": "??", "e": "AQAB"}]
    assert [key.kid for key in publications.keys_of({"keys": odd})] == ["one"]


def test_an_endless_answer_is_cut_off() -> None:
    def endless(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"{" + b" " * (1 << 20))

    with pytest.raises(Problem, match="sign_in_unavailable"):
        Provider(ISSUER, "onething", "s", httpx.MockTransport(endless)).discovery()


# -- logout tokens


def logout_token(key: RSAKey = KEY, **changes: Any) -> str:
    return token(key, **({"nonce": None, "jti": "j1", "sid": "s1", "events": {LOGOUT_EVENT: {}}} | changes))


def test_a_logout_token_names_whose_session_ends_and_is_taken_once() -> None:
    asked, told = provider(), logout_token()
    assert (asked.logged_out(told).sub, asked.logged_out(logout_token(jti="j2")).sid) == ("u1", "s1")
    with pytest.raises(Problem, match="told before"):
        asked.logged_out(told)


@pytest.mark.parametrize(
    "changes",
    [{"nonce": "n"}, {"events": {}}, {"events": {LOGOUT_EVENT: "yes"}}, {"sub": None, "sid": None}, {"aud": "other"},
     {"iss": "https://evil.example"}, {"jti": None}, {"iat": 1000}, {"key": OTHER}],
    ids=["an ID token", "no event", "event is no object", "nobody", "audience", "issuer", "no name", "old", "signature"],
)  # fmt: skip
def test_a_logout_token_that_is_none_ends_nothing(changes: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="logout_refused"):
        provider().logged_out(logout_token(**changes))
