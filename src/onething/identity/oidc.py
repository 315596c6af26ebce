"""An OpenID Connect client: authorization code flow with PKCE, against whatever provider the settings name.

Checked on every ID token (OpenID Connect Core 1.0, 3.1.3.7): signature by a key of the provider, issuer, audience,
authorised party, expiry, and the nonce of this very sign-in. Access tokens are neither kept nor used for pages.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from onething.core.errors import Problem
from onething.core.settings import settings_of
from onething.identity.errors import PROVIDER_DOWN, SIGN_IN_FAILED
from onething.identity.settings import IdentitySettings

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
FRESH_SECONDS = 3600.0
LEEWAY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Handshake:
    """What must be remembered between leaving for the provider and coming back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Handshake":
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class Provider:
    """One identity provider. Its discovery document and keys are kept for an hour; an unknown key fetches anew."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, transport: httpx.BaseTransport | None = None):
        self.issuer = issuer.rstrip("/")
        self.client_id = client_id
        self._secret = client_secret
        self._http = httpx.Client(timeout=8.0, transport=transport, follow_redirects=False)
        self._lock = Lock()
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def _fetch(self, url: str, fresh: bool = False) -> dict[str, Any]:
        with self._lock:
            at, document = self._known.get(url, (0.0, {}))
            if document and not fresh and time.monotonic() - at < FRESH_SECONDS:
                return document
            try:
                answer = self._http.get(url)
                answer.raise_for_status()
                document = answer.json()
            except (httpx.HTTPError, ValueError) as error:
                raise Problem(PROVIDER_DOWN, detail=type(error).__name__) from error
            self._known[url] = (time.monotonic(), document)
            return document

    def discovery(self) -> dict[str, Any]:
        document = self._fetch(f"{self.issuer}/.well-known/openid-configuration")
        if str(document.get("issuer", "")).rstrip("/") != self.issuer:
            raise Problem(PROVIDER_DOWN, detail="the discovery document names another issuer")
        return document

    def authorize_url(self, redirect_uri: str, shake: Handshake, lang: str) -> str:
        query = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": redirect_uri,
            "scope": "openid profile phone", "state": shake.state, "nonce": shake.nonce,
            "code_challenge": shake.challenge, "code_challenge_method": "S256",
            "ui_locales": "zh-CN" if lang == "zh" else "en",
        }  # fmt: skip
        return f"{self.discovery()['authorization_endpoint']}?{urlencode(query)}"

    def sign_out_url(self, back: str) -> str | None:
        """Where to send the browser to end the session at the provider too; None when it offers none."""
        endpoint = self.discovery().get("end_session_endpoint")
        query = {"client_id": self.client_id, "post_logout_redirect_uri": back}
        return f"{endpoint}?{urlencode(query)}" if endpoint else None

    def redeem(self, code: str, redirect_uri: str, shake: Handshake) -> dict[str, Any]:
        """Trade the code for the ID token and return its checked claims."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri,
            "code_verifier": shake.verifier, "client_id": self.client_id,
        }  # fmt: skip
        document = self.discovery()
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth = None
        if "client_secret_basic" in methods:
            auth = httpx.BasicAuth(self.client_id, self._secret)
        else:
            form["client_secret"] = self._secret
        try:
            answer = self._http.post(document["token_endpoint"], data=form, auth=auth or httpx.USE_CLIENT_DEFAULT)
        except httpx.HTTPError as error:
            raise Problem(PROVIDER_DOWN, detail=type(error).__name__) from error
        if answer.status_code != 200:
            raise Problem(SIGN_IN_FAILED, detail=f"token endpoint said {answer.status_code}")
        try:
            token = str(answer.json()["id_token"])
        except (ValueError, KeyError) as error:
            raise Problem(SIGN_IN_FAILED, detail="no id token") from error
        return self.check(token, shake.nonce)

    def check(self, token: str, nonce: str | None) -> dict[str, Any]:
        """The claims of a token that is truly for us; raises `Problem` otherwise. `nonce` None: not asked for."""
        try:
            claims = self._verified(token, fresh=False)
        except (JoseError, ValueError):  # the provider may have new keys
            try:
                claims = self._verified(token, fresh=True)
            except (JoseError, ValueError) as error:
                raise Problem(SIGN_IN_FAILED, detail=f"token not accepted: {type(error).__name__}") from error
        self._check_claims(claims, nonce)
        return claims

    def _verified(self, token: str, *, fresh: bool) -> dict[str, Any]:
        keys = KeySet.import_key_set(self._fetch(self.discovery()["jwks_uri"], fresh=fresh))  # type: ignore[arg-type]
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims

    def _check_claims(self, claims: dict[str, Any], nonce: str | None) -> None:
        required: dict[str, Any] = {
            "iss": {"essential": True, "value": self.discovery()["issuer"]},
            "aud": {"essential": True, "value": self.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
        }
        if nonce is not None:
            required["nonce"] = {"essential": True, "value": nonce}
        try:
            jwt.JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **required).validate(claims)
        except JoseError as error:
            raise Problem(SIGN_IN_FAILED, detail=f"claim not accepted: {error}") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.client_id:
            raise Problem(SIGN_IN_FAILED, detail="azp")


@lru_cache(maxsize=2)
def _provider(issuer: str, client_id: str, secret: str) -> Provider:
    return Provider(issuer, client_id, secret)


def get_provider(settings: IdentitySettings | None = None) -> Provider:
    """The provider of this installation."""
    used = settings or settings_of(IdentitySettings)
    return _provider(used.oidc_issuer, used.oidc_client_id, used.oidc_client_secret.get_secret_value())
