"""Signing in by OpenID Connect: only a token that is truly for this sign-in opens a session."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from onething.core.access import Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.identity.oidc import Handshake, Provider
from onething.identity.principals import principal_from

ISSUER = "https://id.example"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
DISCOVERY = {
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/jwks", "end_session_endpoint": f"{ISSUER}/logout",
}  # fmt: skip


def token(key: RSAKey = KEY, **changes: Any) -> str:
    claims = {
        "iss": ISSUER,
        "aud": "onething",
        "sub": "u1",
        "exp": int(time.time()) + 300,
        "iat": int(time.time()),
        "nonce": "n",
    }
    return jwt.encode(
        {"alg": "RS256", "kid": "one"}, {k: v for k, v in (claims | changes).items() if v is not None}, key
    )


def provider(id_token: str | None = None, seen: list[httpx.Request] | None = None) -> Provider:
    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json=DISCOVERY)
        if request.url.path == "/jwks":
            return httpx.Response(200, json=KeySet([KEY]).as_dict(private=False))
        if request.url.path == "/token" and id_token is not None:
            return httpx.Response(200, json={"id_token": id_token, "access_token": "a"})
        return httpx.Response(400, json={"error": "invalid_grant"})

    return Provider(ISSUER, "onething", "secret", httpx.MockTransport(answer))


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
    assert asked.redeem("c", "http://here/auth/callback", shake)["sub"] == "u1"
    form = parse_qs(seen[-2].content.decode() or seen[-1].content.decode())
    assert form["code_verifier"] == ["v" * 50]


def test_a_used_code_is_told_in_plain_words() -> None:
    with pytest.raises(Problem, match="sign_in_failed"):
        provider().redeem("c", "http://here/auth/callback", Handshake.new())


def test_a_provider_that_is_down_is_said_so() -> None:
    def down(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no")

    with pytest.raises(Problem, match="sign_in_unavailable"):
        Provider(ISSUER, "onething", "s", httpx.MockTransport(down)).discovery()


def test_claims_make_citizens_and_officials(db: Database) -> None:
    with db.transaction() as session:
        her = principal_from(
            session, {"sub": "u1", "name": "林晓雯", "citizen_id": "310104199403122622", "phone_number": "13818860001"}
        )
        again = principal_from(session, {"sub": "u1", "name": "林晓雯", "citizen_id": "310104199403122622"})
        officer = principal_from(session, {"sub": "o1", "name": "王建平", "role": "officer", "agency": "police"})
        auditor = principal_from(session, {"sub": "a1", "name": "严正", "role": "auditor"})
    assert her.role is Role.CITIZEN
    assert her.subject_id == again.subject_id
    assert (officer.role, officer.agency_id) == (Role.OFFICER, "police")
    assert (auditor.role, auditor.subject_id) == (Role.AUDITOR, None)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "u", "name": "X"},
        {"sub": "u", "role": "officer", "name": "Y"},
        {"sub": "u", "role": "superuser", "name": "Z"},
    ],
)
def test_who_is_not_fully_known_does_not_get_in(db: Database, claims: dict[str, Any]) -> None:
    with db.transaction() as session, pytest.raises(Problem, match="identity_incomplete"):
        principal_from(session, claims)
