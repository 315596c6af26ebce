"""The provider's endpoints: authorization code with PKCE, token, user info, logout (OpenID Connect Core, RP-Initiated Logout)."""

import base64
import binascii
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from onething.core.i18n import negotiate
from onething.core.whole import whole
from onething.sandbox.identity.accounts import Accounts
from onething.sandbox.identity.tokens import (
    TOKEN_SECONDS,
    AuthRequest,
    Expiring,
    Grant,
    Session,
    id_token,
    pkce_matches,
    signing_key,
)
from onething.sandbox.pages import asset, page

CLIENT_ID, CLIENT_SECRET = "onething", "sandbox-secret"
COOKIE = "onething_sandbox_sso"
"""With the port behind it: browsers tell hosts apart by cookies, not ports, and two sandboxes may run beside each other."""
_CALLBACK = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?/auth/callback")
_HOME = re.compile(r"http://(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?(?:/[^\s]*)?")
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass
class Provider:
    """The state of one running provider."""

    issuer: str
    key: RSAKey
    accounts: Accounts
    requests: Expiring[AuthRequest]
    codes: Expiring[Grant]
    tokens: Expiring[Grant]
    sessions: Expiring[Session]
    spent: dict[str, str]
    """Used code → its access token, taken back when the code comes again (RFC 6749 4.1.2)."""


def make_app(directory: Path, issuer: str, folder: Path, accounts: Accounts | None = None) -> FastAPI:
    """The identity provider over the city's directory."""
    provider = Provider(
        issuer, signing_key(folder), accounts or Accounts(directory), Expiring(1800), Expiring(60), Expiring(TOKEN_SECONDS), Expiring(8 * 3600), {}
    )  # fmt: skip
    app = FastAPI(title="沙盒统一身份认证", docs_url=None, redoc_url=None)
    _add_metadata(app, provider)
    _add_authorization(app, provider)
    _add_login(app, provider)
    _add_tokens(app, provider)
    _add_logout(app, provider)
    return app


def _add_metadata(app: FastAPI, provider: Provider) -> None:
    issuer = provider.issuer
    metadata = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "userinfo_endpoint": f"{issuer}/userinfo",
        "jwks_uri": f"{issuer}/jwks",
        "end_session_endpoint": f"{issuer}/logout",
        "scopes_supported": ["openid", "profile", "phone"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "name", "citizen_id", "id_number", "id_type", "id_country", "gender", "birthdate", "phone_number", "role", "agency", "served_city", "granted_acts", "org_code", "org_name", "auth_time", "acr", "sid"],
        "ui_locales_supported": ["zh-CN", "en"],
        "prompt_values_supported": ["none", "login", "select_account"],
    }  # fmt: skip

    @app.get("/.well-known/openid-configuration")
    async def configuration() -> JSONResponse:
        return JSONResponse(metadata)

    @app.get("/jwks")
    async def jwks() -> JSONResponse:
        return JSONResponse({"keys": [provider.key.as_dict(private=False)]})

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        return JSONResponse({"service": "identity", "status": "ok"})

    @app.get("/style.css")
    async def style() -> Response:
        return asset("style.css", "text/css")


def _language(request: Request) -> str:
    wanted = request.query_params.get("lang") or request.query_params.get("ui_locales", "")[:2]
    return wanted if wanted in ("zh", "en") else negotiate(request.headers.get("accept-language"))


def _notice(request: Request, zh: tuple[str, str], en: tuple[str, str], status: int = 400) -> Response:
    chinese = _language(request) == "zh"
    title, text = zh if chinese else en
    return page("notice.html", status, zh=chinese, title=title, text=text)


def _back(to: AuthRequest, **values: str) -> RedirectResponse:
    if to.state:
        values["state"] = to.state
    return RedirectResponse(f"{to.redirect_uri}?{urlencode(values)}", 303, _NO_STORE)


def _cookie(provider: Provider) -> str:
    return f"{COOKIE}_{urlsplit(provider.issuer).port or 0}"


def _code_for(provider: Provider, request: AuthRequest, session: Session) -> RedirectResponse:
    return _back(request, code=provider.codes.add(Grant(request, session)), iss=provider.issuer)


def _fault(query: Any) -> tuple[str, str] | None:
    """What is wrong with an authorization request whose redirect address can be trusted."""
    if query.get("response_type") != "code":
        return "unsupported_response_type", "only response_type=code"
    if "openid" not in query.get("scope", "").split():
        return "invalid_scope", "scope must contain openid"
    if query.get("code_challenge_method") != "S256" or not re.fullmatch(r"[\w\-]{43}", query.get("code_challenge", "")):
        return "invalid_request", "PKCE with S256 is required"
    return None


def _add_authorization(app: FastAPI, provider: Provider) -> None:
    @app.get("/authorize")
    async def authorize(request: Request) -> Response:
        query = request.query_params
        if query.get("client_id") != CLIENT_ID or not _CALLBACK.fullmatch(query.get("redirect_uri", "")):
            return _notice(
                request,
                ("这个登录请求不能继续", "发起登录的应用或返回地址没有登记。请回到办事页面，重新点“登录”。"),
                ("This sign-in cannot go on", "The application or its return address is not registered. Go back and choose “Sign in” again."),
            )  # fmt: skip
        wanted = AuthRequest(
            CLIENT_ID, query["redirect_uri"], query.get("scope", ""), query.get("state", ""), query.get("nonce", ""),
            query.get("code_challenge", ""), _language(request),
        )  # fmt: skip
        fault = _fault(query)
        if fault:
            return _back(wanted, error=fault[0], error_description=fault[1])
        prompt = query.get("prompt", "").split()
        session = provider.sessions.get(request.cookies.get(_cookie(provider), ""))
        max_age = query.get("max_age", "")
        stale = bool(session and time.time() - session.auth_time > whole(max_age, 2**53))
        if session and not stale and "login" not in prompt and "select_account" not in prompt:
            return _code_for(provider, wanted, session)
        if "none" in prompt:
            return _back(wanted, error="login_required")
        target = {"request": provider.requests.add(wanted), "lang": wanted.lang}
        hint = query.get("login_hint", "")
        if hint:
            target["hint"] = hint[:60]
        return RedirectResponse(f"/login?{urlencode(target)}", 303, _NO_STORE)


_CITIZENS = ("演示市民", "Demo citizens", "citizen")
_COMPANIES = ("企业", "Companies", "company")
_OFFICIALS = ("工作人员", "Officials", "official")


def _groups(provider: Provider, query: str, hint: str) -> list[dict[str, Any]]:
    def group(words: tuple[str, str, str], accounts: list[Any]) -> dict[str, Any]:
        return {"zh": words[0], "en": words[1], "kind": words[2], "accounts": accounts}

    if query:
        return [group(("查找结果", "Found", "citizen"), provider.accounts.search(query))]
    groups = [
        group(_CITIZENS, provider.accounts.personas()), group(_COMPANIES, provider.accounts.agents()),
        group(_OFFICIALS, provider.accounts.officials()),
    ]  # fmt: skip
    groups = [each for each in groups if each["accounts"]]
    return groups[::-1] if hint == "official" else groups


def _add_login(app: FastAPI, provider: Provider) -> None:
    @app.get("/login")
    async def login_page(request: Request) -> Response:
        query = request.query_params
        wanted = provider.requests.get(query.get("request", ""))
        if wanted is None:
            return _expired(request)
        zh = _language(request) == "zh"
        other = urlencode({**query, "lang": "en" if zh else "zh"})
        return page(
            "login.html", zh=zh, request_id=query["request"], query=query.get("q", ""), other_language=f"/login?{other}",
            groups=_groups(provider, query.get("q", ""), query.get("hint", "")),
        )  # fmt: skip

    @app.post("/login")
    async def login(request: Request) -> Response:
        form = await request.form()
        account = provider.accounts.find(str(form.get("account", "")))
        wanted = provider.requests.get(str(form.get("request", "")))
        if wanted is None or account is None:
            return _expired(request)
        provider.requests.take(str(form["request"]))
        session = Session(account.sub, int(time.time()))
        answer = _code_for(provider, wanted, session)
        answer.set_cookie(_cookie(provider), provider.sessions.add(session), httponly=True, samesite="lax", path="/")
        return answer

    def _expired(request: Request) -> Response:
        return _notice(
            request,
            ("登录页面已过期", "请回到办事页面，重新点“登录”。您在那边填写的内容都还在。"),
            ("This sign-in page has expired", "Go back and choose “Sign in” again. What you entered there is kept."),
        )


def _error(code: str, text: str, status: int = 400) -> JSONResponse:
    headers = dict(_NO_STORE)
    if status == 401:
        headers["WWW-Authenticate"] = "Basic" if code == "invalid_client" else f'Bearer error="{code}"'
    return JSONResponse({"error": code, "error_description": text}, status, headers)


def _client_of(request: Request, form: Any) -> tuple[str, str]:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client, _, secret = base64.b64decode(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote(client), unquote(secret)
    return str(form.get("client_id", "")), str(form.get("client_secret", ""))


def _add_tokens(app: FastAPI, provider: Provider) -> None:
    @app.post("/token")
    async def token(request: Request) -> Response:
        form = await request.form()
        client, secret = _client_of(request, form)
        if client != CLIENT_ID or not secrets.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
            return _error("invalid_client", "unknown client or wrong secret", 401)
        if form.get("grant_type") != "authorization_code":
            return _error("unsupported_grant_type", "only authorization_code")
        code = str(form.get("code", ""))
        grant = provider.codes.take(code)
        if grant is None:
            provider.tokens.take(provider.spent.pop(code, ""))
            return _error("invalid_grant", "the code is unknown, used or expired")
        if form.get("redirect_uri") != grant.request.redirect_uri:
            return _error("invalid_grant", "redirect_uri differs from the authorization request")
        if not pkce_matches(str(form.get("code_verifier", "")), grant.request.challenge):
            return _error("invalid_grant", "the PKCE verifier does not match")
        account = provider.accounts.find(grant.session.sub)
        if account is None:
            return _error("invalid_grant", "the account is gone")
        access = provider.tokens.add(grant)
        provider.spent[code] = access
        answer = {
            "access_token": access, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, "scope": grant.request.scope,
            "id_token": id_token(provider.key, provider.issuer, grant, account.claims, access),
        }  # fmt: skip
        return JSONResponse(answer, headers=_NO_STORE)

    @app.api_route("/userinfo", methods=["GET", "POST"])
    async def userinfo(request: Request) -> Response:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        grant = provider.tokens.get(value) if scheme.lower() == "bearer" else None
        account = provider.accounts.find(grant.session.sub) if grant else None
        if account is None:
            return _error("invalid_token", "no such access token", 401)
        return JSONResponse(account.claims, headers=_NO_STORE)


def _hint_is_ours(provider: Provider, hint: str) -> bool:
    try:
        return jwt.decode(hint, provider.key).claims.get("iss") == provider.issuer
    except (JoseError, ValueError):
        return False


def _add_logout(app: FastAPI, provider: Provider) -> None:
    @app.get("/logout")
    async def logout(request: Request) -> Response:
        """Ends the session here; goes back only with an id token of ours or a known client, and only to this machine."""
        query = request.query_params
        provider.sessions.take(request.cookies.get(_cookie(provider), ""))
        target = query.get("post_logout_redirect_uri", "")
        known = query.get("client_id") == CLIENT_ID or _hint_is_ours(provider, query.get("id_token_hint", ""))
        if known and _HOME.fullmatch(target):
            state = query.get("state")
            joint = "&" if "?" in target else "?"
            answer: Response = RedirectResponse(
                f"{target}{joint}{urlencode({'state': state})}" if state else target, 303
            )
        else:
            answer = _notice(
                request,
                ("您已退出登录", "可以关闭这个页面。"),
                ("You have signed out", "You may close this page."),
                200,
            )
        answer.delete_cookie(_cookie(provider), path="/")
        return answer
