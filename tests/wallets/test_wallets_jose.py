"""What strangers send as signatures: whatever it is, it is refused by name and never fails the server."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from onething.trust.models import b64url
from onething.wallets import jose

KEY = ECKey.generate_key("P-256")
PUBLIC = {name: str(KEY.as_dict(private=False)[name]) for name in ("kty", "crv", "x", "y")}


def compact(payload: bytes, **header: Any) -> str:
    return jws.serialize_compact({"alg": "ES256", "typ": "kb+jwt"} | header, payload, KEY)


def test_what_is_signed_by_the_key_is_read() -> None:
    text = compact(b'{"nonce": "n"}')
    assert jose.checked(text, PUBLIC, "kb+jwt") == {"nonce": "n"}


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "a.b.c", "a.b", "é.b.c", "x" * 70_000,
        f"{b64url(b'[' * 9000)}.{b64url(b'{}')}.AA", f"{b64url(json.dumps({'alg': 'none', 'typ': 'kb+jwt'}).encode())}.e30.",
        compact(b"{}", typ="other"), compact(b"not json"), compact(b"[1]"), compact(b"[" * 40_000), compact(b"{}")[:-4],
    ],
)  # fmt: skip
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(jose.NotSignedError):
        jose.checked(text, PUBLIC, "kb+jwt")


@given(st.text(max_size=300))
def test_no_text_fails_the_check(text: str) -> None:
    with pytest.raises(jose.NotSignedError):
        jose.checked(text, PUBLIC, "kb+jwt")


@pytest.mark.parametrize(
    "key",
    [None, [], {}, PUBLIC | {"x": "AA"}, PUBLIC | {"crv": "P-384"}, PUBLIC | {"d": "AA"}, PUBLIC | {"y": None}, {1: 2}],
)
def test_a_key_of_another_kind_is_refused(key: Any) -> None:
    with pytest.raises(jose.NotSignedError):
        jose.public_key(key)
