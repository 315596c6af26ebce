"""Sessions: a random token in the cookie, its hash in the table, an idle and an absolute end.

The token changes when somebody signs in, so one that was planted before is worth nothing. `seen_at` is written at most
once a minute, so that reading pages does not mean writing rows. What a session knows of its bearer (the name, messages that
name her papers) lies sealed under the token: it ends with the cookie, and a copy of the table tells nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from starlette.responses import Response

from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.rights.service import home
from onething.core.settings import Settings, settings_of
from onething.trust.models import CipherName
from onething.trust.service import decrypt, encrypt
from onething.web.http import kept
from onething.web.http.csrf import new_secret
from onething.web.settings import WebSettings
from onething.web.tables import WebSessionRow

IDLE = {Role.CITIZEN: timedelta(minutes=60)}
IDLE_OFFICIAL = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
VISIT = timedelta(minutes=15)
"""How long somebody may take at the identity provider."""
TOUCH = timedelta(minutes=1)
ID_TOKEN = "id_token"  # noqa: S105 - a name
"""Where a session's content keeps the token that is shown again at sign-out."""
RIGHTS = "rights"
"""Where it keeps for which cities and agencies an official works, and what she was granted."""


@dataclass(frozen=True, slots=True)
class WebSession:
    """A session as pages see it. `principal` is None while somebody is still signing in."""

    token_hash: str
    key: bytes = field(repr=False)
    """Opens the session's content; made from the token."""
    csrf: str
    principal: Principal | None
    data: dict[str, Any] = field(default_factory=dict)
    stale: bool = False
    """`seen_at` should be written again."""

    @property
    def holder(self) -> kept.Holder:
        return kept.Holder(self.token_hash, self.key)


def cookie_name(settings: Settings) -> str:
    """In production the `__Host-` prefix makes the browser insist on TLS, this host and no domain."""
    name = settings_of(WebSettings).session_cookie
    return f"__Host-{name}" if settings.production else name


def visit_cookie(settings: Settings) -> str:
    """Remembers who is on the way to the identity provider. Not the session's: a link to sign in signs nobody out."""
    return f"{cookie_name(settings)}_visit"


def visitor_cookie(settings: Settings) -> str:
    """Of somebody who is not signed in and whose answer is kept for a quarter of an hour (checking a certificate)."""
    return f"{cookie_name(settings)}_shown"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(token: str) -> bytes:
    """The token is random and as long as the key, so one hash with a label of its own is enough."""
    return hashlib.sha256(b"onething session content\0" + token.encode()).digest()


def _sealed(key: bytes, token_hash: str, name: str, data: dict[str, Any]) -> bytes:
    return encrypt(CipherName.AES, key, orjson.dumps({"name": name, "data": data}), token_hash.encode())


def _opened(key: bytes, row: WebSessionRow) -> tuple[str, dict[str, Any]] | None:
    """Name and data; None for content that is not this token's."""
    try:
        told = orjson.loads(decrypt(CipherName.AES, key, row.content, row.token_hash.encode()))
    except Problem:
        return None
    return told["name"], told["data"]


def _row(token: str, kind: str, lifetime: timedelta, data: dict[str, Any], name: str = "") -> WebSessionRow:
    moment, token_hash = now(), digest(token)
    return WebSessionRow(
        token_hash=token_hash, kind=kind, created_at=moment, seen_at=moment, expires_at=moment + lifetime,
        csrf=new_secret(), content=_sealed(_key(token), token_hash, name, data),
    )  # fmt: skip


def open_visit(session: Session, data: dict[str, Any]) -> str:
    """Begin to sign in; returns the cookie's value. Also sweeps what has ended."""
    session.execute(delete(WebSessionRow).where(WebSessionRow.expires_at < now()))
    token = secrets.token_urlsafe(32)
    session.add(_row(token, "visit", VISIT, data))
    return token


def take_visit(session: Session, token: str) -> dict[str, Any] | None:
    """What was remembered when signing in began, once: the visit ends with it."""
    row = session.get(WebSessionRow, digest(token))
    if row is None or row.kind != "visit":
        return None
    session.delete(row)
    told = _opened(_key(token), row)
    return told[1] if told is not None and row.expires_at > now() else None


def open_signed_in(session: Session, principal: Principal, id_token: str = "", provider_session: str = "") -> str:
    """A new session of somebody who has just proved who they are; returns the cookie's value.

    `id_token` is shown to the provider again when she signs out; `provider_session` is her session there (`sid`).
    """
    token = secrets.token_urlsafe(32)
    data = _rights_of(principal) | ({ID_TOKEN: id_token} if id_token else {})
    row = _row(token, "signed_in", ABSOLUTE, data, principal.name)
    row.provider_session = digest(provider_session) if provider_session else None
    row.role, row.user_id = principal.role.value, principal.user_id
    row.subject_id, row.agency_id = principal.subject_id, principal.agency_id
    session.add(row)
    return token


def find(session: Session, token: str) -> WebSession | None:
    """The living session of a cookie, None when there is none or it has ended."""
    row = session.get(WebSessionRow, digest(token))
    key, moment = _key(token), now()
    told = _opened(key, row) if row is not None and row.expires_at > moment else None
    if row is None or told is None:
        return None
    name, data = told
    principal = None
    if row.role is not None:
        role = Role(row.role)
        if row.seen_at + IDLE.get(role, IDLE_OFFICIAL) <= moment:
            return None
        principal = _bearer(row, role, name, data.get(RIGHTS) or {})
    return WebSession(row.token_hash, key, row.csrf, principal, data, stale=row.seen_at + TOUCH < moment)


def _rights_of(principal: Principal) -> dict[str, Any]:
    """What of an official's rights the row has no column for."""
    if principal.role is Role.CITIZEN:
        return {}
    cities = principal.cities if principal.cities is not None else {home()}
    granted = None if principal.grants is None else sorted(principal.grants)
    return {
        RIGHTS: {
            "cities": sorted(cities),
            "also_at": list(principal.also_at),
            "away": principal.away,
            "grants": granted,
        }
    }


def _bearer(row: WebSessionRow, role: Role, name: str, rights: dict[str, Any]) -> Principal:
    cities, grants = rights.get("cities"), rights.get("grants")
    return Principal(
        role, row.user_id or "", name, row.subject_id, row.agency_id, tuple(rights.get("also_at") or ()),
        None if cities is None else frozenset(cities), str(rights.get("away") or ""), None if grants is None else frozenset(grants),
    )  # fmt: skip


def still_open(session: Session, token_hash: str) -> bool:
    """Whether a session that was found before has not been signed out of or ended since; for answers that last."""
    row = session.get(WebSessionRow, token_hash, populate_existing=True)
    if row is None or row.role is None or row.expires_at <= now():
        return False
    return row.seen_at + IDLE.get(Role(row.role), IDLE_OFFICIAL) > now()


def touch(session: Session, token_hash: str) -> None:
    session.execute(update(WebSessionRow).where(WebSessionRow.token_hash == token_hash).values(seen_at=now()))


def close(session: Session, token_hash: str) -> None:
    """The session ends, and with it what was kept for its pages."""
    kept.end(session, token_hash)
    session.execute(delete(WebSessionRow).where(WebSessionRow.token_hash == token_hash))


def close_all(session: Session, *, user_id: str = "", provider_session: str = "") -> int:
    """End the sessions of a person, or only those that came from one session at the provider; returns how many."""
    where = [WebSessionRow.kind == "signed_in"]
    if user_id:
        where.append(WebSessionRow.user_id == user_id)
    if provider_session:
        where.append(WebSessionRow.provider_session == digest(provider_session))
    if len(where) == 1:
        return 0
    found = session.scalars(select(WebSessionRow.token_hash).where(*where)).all()
    for token_hash in found:
        close(session, token_hash)
    return len(found)


def leave_note(session: Session, found: WebSession, note: dict[str, Any]) -> None:
    """Something to say once on the next page."""
    _set_note(session, found, note)


def take_note(session: Session, found: WebSession) -> None:
    """It was said."""
    _set_note(session, found, None)


def _set_note(session: Session, found: WebSession, note: dict[str, Any] | None) -> None:
    row = session.get(WebSessionRow, found.token_hash)
    told = _opened(found.key, row) if row is not None else None
    if row is not None and told is not None:
        name, data = told
        rest = {key: value for key, value in data.items() if key != "note"} | ({"note": note} if note else {})
        row.content = _sealed(found.key, found.token_hash, name, rest)


def set_cookie(
    response: Response, settings: Settings, token: str, name: str = "", lasting: timedelta = ABSOLUTE
) -> None:
    """The session's cookie, or another of ours by its `name`."""
    response.set_cookie(
        name or cookie_name(settings), token, max_age=int(lasting.total_seconds()), path="/",
        secure=settings.production, httponly=True, samesite="lax",
    )  # fmt: skip


def clear_cookie(response: Response, settings: Settings, name: str = "") -> None:
    response.delete_cookie(
        name or cookie_name(settings), path="/", secure=settings.production, httponly=True, samesite="lax"
    )
