"""An OpenID Connect client: authorization code flow with PKCE, against whatever provider the settings name.

Claims come from the ID token, and from the userinfo endpoint where the ID token says too little. Access tokens are not kept.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
import orjson
from joserfc.errors import JoseError

from onething.core.errors import Problem
from onething.core.settings import get_settings, settings_of
from onething.identity.claims import account_of
from onething.identity.errors import INSECURE, LOGOUT_REFUSED, PROVIDER_DOWN, SIGN_IN_FAILED
from onething.identity.fetching import Asker
from onething.identity.publications import Publications
from onething.identity.settings import IdentitySettings
from onething.identity.tokens import check_id_token, check_logout_token, verified

BELIEVED = 3
"""While the provider does not answer, its keys count this many times as long as they are fresh."""
CALLS = 10
"""Sign-ins that may be at the token or userinfo endpoint at the same time."""
LONGEST_HINT = 6000
"""Characters of an ID token that still goes into an address."""
LOGOUT_SECONDS = 300.0
"""How old a logout token may be, and for how long it is not taken twice."""
Wanted = Callable[[Mapping[str, Any]], bool]


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


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider says of who has signed in."""

    claims: dict[str, Any]
    id_token: str
    """Shown again when she signs out."""

    @property
    def sid(self) -> str:
        """Her session at the provider; "" when it names none."""
        return str(self.claims.get("sid") or "")


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """Whose sessions a provider has ended: of a person, or only one of hers."""

    sub: str
    sid: str


class Provider:
    """One identity provider."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, transport: httpx.BaseTransport | None = None,
        *, settings: IdentitySettings | None = None, secure: bool = False,
    ) -> None:  # fmt: skip
        used = settings or IdentitySettings()
        self.issuer, self.client_id, self._secret = issuer.rstrip("/"), client_id, client_secret
        self._how, self._scopes, self._userinfo = used.oidc_client_auth, used.oidc_scopes, used.oidc_userinfo
        self._asker, self._secure = Asker(transport, secure=secure), secure
        fresh = float(used.oidc_keys_seconds)
        self.publications = Publications(self._fetch, fresh=fresh, believed=BELIEVED * fresh)
        self._calls = threading.BoundedSemaphore(CALLS)
        self._logouts: OrderedDict[str, float] = OrderedDict()

    def _fetch(self) -> tuple[dict[str, Any], dict[str, Any]]:
        document = self._asker.document(f"{self.issuer}/.well-known/openid-configuration")
        if str(document.get("issuer", "")).rstrip("/") != self.issuer:
            raise Problem(PROVIDER_DOWN, detail="the discovery document names another issuer")
        for needed in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(document.get(needed), str):
                raise Problem(PROVIDER_DOWN, detail=f"the discovery document has no {needed}")
        return document, self._asker.document(document["jwks_uri"])

    def discovery(self) -> Mapping[str, Any]:
        """Raises `Problem(web.sign_in_unavailable | identity.insecure_provider)`."""
        if self._secure and not self.issuer.startswith("https://"):
            raise Problem(INSECURE, detail=self.issuer)
        return self.publications.get().discovery

    # -- signing in

    def authorize_url(self, redirect_uri: str, shake: Handshake, lang: str) -> str:
        scopes = self._scopes.split()
        query = {
            "response_type": "code", "client_id": self.client_id, "redirect_uri": redirect_uri,
            "scope": " ".join(dict.fromkeys(["openid", *scopes])), "state": shake.state, "nonce": shake.nonce,
            "code_challenge": shake.challenge, "code_challenge_method": "S256",
            "ui_locales": "zh-CN" if lang == "zh" else "en",
        }  # fmt: skip
        return _with(str(self.discovery()["authorization_endpoint"]), query)

    def check_answered_by(self, iss: str) -> None:
        """Who answers must be who was asked (RFC 9207). Raises `Problem(web.sign_in_failed)`."""
        told = self.publications.peek()
        must = told is not None and told.discovery.get("authorization_response_iss_parameter_supported") is True
        if iss.rstrip("/") != self.issuer if iss else must:
            raise Problem(SIGN_IN_FAILED, detail="answered by another provider (RFC 9207)")

    def redeem(self, code: str, redirect_uri: str, shake: Handshake, more: Wanted | None = None) -> Told:
        """Trade the code for what the provider says of her. `more`: whether the ID token's claims are too few.

        Raises `Problem(web.sign_in_failed | web.sign_in_unavailable)`.
        """
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri,
            "code_verifier": shake.verifier,
        }  # fmt: skip
        headers = self._show_secret(form)
        with self._place():
            answer = self._asker.ask("POST", str(self.discovery()["token_endpoint"]), data=form, headers=headers)
        if answer.status >= 500:
            raise Problem(PROVIDER_DOWN, detail=f"token endpoint said {answer.status}")
        if answer.status != 200:
            raise Problem(SIGN_IN_FAILED, detail=f"token endpoint said {answer.status} {_error_of(answer.body)}")
        told = answer.json()
        token = told.get("id_token")
        if not isinstance(token, str):
            raise Problem(SIGN_IN_FAILED, detail="no id token")
        claims = self.check(token, shake.nonce)
        if self._userinfo == "always" or (self._userinfo == "auto" and more is not None and more(claims)):
            claims = {**self._ask_userinfo(str(told.get("access_token", "")), str(claims["sub"])), **claims}
        return Told(claims, token)

    def _show_secret(self, form: dict[str, str]) -> dict[str, str]:
        """Puts the secret into the form or gives the header for it (RFC 6749, 2.3.1: form-encoded before Basic)."""
        told = self.discovery().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        how = self._how
        if how == "auto":
            how = "client_secret_basic" if "client_secret_basic" in told else "client_secret_post"
        if how == "client_secret_basic" and self._secret:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self._secret)}"
            return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        form["client_id"] = self.client_id
        if self._secret:
            form["client_secret"] = self._secret
        return {}

    def _ask_userinfo(self, access_token: str, sub: str) -> dict[str, Any]:
        endpoint = self.discovery().get("userinfo_endpoint")
        if not isinstance(endpoint, str) or not access_token:
            return {}
        with self._place():
            answer = self._asker.ask("GET", endpoint, headers={"authorization": f"Bearer {access_token}"})
        if answer.status != 200:
            raise Problem(PROVIDER_DOWN, detail=f"userinfo endpoint said {answer.status}")
        signed = "jwt" in answer.kind.partition(";")[0]
        claims = self._verified(answer.body.decode("latin-1")) if signed else answer.json()
        if claims.get("sub") != sub:  # OpenID Connect Core 1.0, 5.3.2
            raise Problem(SIGN_IN_FAILED, detail="userinfo is of somebody else")
        return claims

    @contextmanager
    def _place(self) -> Generator[None]:
        if not self._calls.acquire(timeout=1.0):
            raise Problem(PROVIDER_DOWN, detail="too many sign-ins wait for it")
        try:
            yield
        finally:
            self._calls.release()

    # -- tokens

    def check(self, token: str, nonce: str | None) -> dict[str, Any]:
        """The claims of an ID token that is truly for us; raises `Problem` otherwise. `nonce` None: not asked for."""
        claims = self._verified(token)
        check_id_token(claims, str(self.discovery()["issuer"]), self.client_id, nonce)
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        self.discovery()
        try:
            return verified(token, self.publications.get(), self.publications.again)
        except (JoseError, ValueError) as error:
            raise Problem(SIGN_IN_FAILED, detail=f"token not accepted: {type(error).__name__}") from error

    # -- signing out

    def sign_out_url(self, back: str, id_token: str = "") -> str | None:
        """Where to send the browser to end the session at the provider too; None when it offers none. Never waits."""
        known = self.publications.peek()
        endpoint = known.discovery.get("end_session_endpoint") if known else None
        query = {"client_id": self.client_id, "post_logout_redirect_uri": back}
        if id_token and len(id_token) <= LONGEST_HINT:
            query["id_token_hint"] = id_token
        return _with(endpoint, query) if isinstance(endpoint, str) else None

    def logged_out(self, logout_token: str) -> LoggedOut:
        """Whom the provider says it has signed out (back-channel logout). Raises `Problem(identity.logout_refused)`."""
        try:
            claims = self._verified(logout_token)
        except Problem as problem:
            if problem.kind.status >= 500:
                raise
            raise Problem(LOGOUT_REFUSED, detail=problem.detail) from problem
        check_logout_token(claims, str(self.discovery()["issuer"]), self.client_id)
        moment, jti = time.monotonic(), str(claims["jti"])
        if time.time() - float(claims["iat"]) > LOGOUT_SECONDS:
            raise Problem(LOGOUT_REFUSED, detail="too old")
        while self._logouts and next(iter(self._logouts.values())) < moment - 2 * LOGOUT_SECONDS:
            self._logouts.popitem(last=False)
        if jti in self._logouts:
            raise Problem(LOGOUT_REFUSED, detail="told before")
        self._logouts[jti] = moment
        return LoggedOut(account_of(str(claims.get("sub") or "")), str(claims.get("sid") or ""))

    def origins(self) -> tuple[str, ...]:
        """Where the browser may be sent: the issuer, and where sessions end. Never waits."""
        known = self.publications.peek()
        ends = known.discovery.get("end_session_endpoint") if known else None
        parts = [urlsplit(each) for each in (self.issuer, ends) if isinstance(each, str)]
        return tuple(dict.fromkeys(f"{each.scheme}://{each.netloc}" for each in parts if each.netloc))


def _with(endpoint: str, query: Mapping[str, str]) -> str:
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def _error_of(body: bytes) -> str:
    """The error code in a refusal (RFC 6749, 5.2), never its free text."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    return str(told.get("error", ""))[:40] if isinstance(told, dict) else ""


def get_provider(settings: IdentitySettings | None = None) -> Provider:
    """The provider of this installation."""
    used = settings or settings_of(IdentitySettings)
    return _provider_of(used, get_settings().production)


_providers: dict[tuple[Any, ...], Provider] = {}
_guard = threading.Lock()


def _provider_of(used: IdentitySettings, production: bool) -> Provider:
    secret = used.oidc_client_secret.get_secret_value()
    key = (used.oidc_issuer, used.oidc_client_id, secret, used.oidc_client_auth, used.oidc_scopes, used.oidc_userinfo, used.oidc_keys_seconds, production)  # fmt: skip
    with _guard:
        if key not in _providers:
            while len(_providers) >= 4:  # settings change in tests only
                _providers.pop(next(iter(_providers)))
            _providers[key] = Provider(used.oidc_issuer, used.oidc_client_id, secret, settings=used, secure=production)
        return _providers[key]
