"""What somebody sent and did not get through with, kept for the page that shows it again: post, redirect, get.

A page that answers a post stands at an address that cannot be opened: changing the language there, loading it again or coming
back to it loses what was typed. So a post that cannot be carried out keeps what was sent, with what was wrong, and sends the
browser to the form's own address with `?kept=ID`. Whatever is done there shows it again. Rows lie sealed under the cookie's value:
only the same browser opens them; they end with the session, the newest few of it are held.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.errors import NOT_FOUND, Problem, kind_named
from onething.core.i18n import Text
from onething.trust.models import CipherName
from onething.trust.service import decrypt, encrypt
from onething.web.tables import WebKeptRow

QUERY = "kept"
LASTING = timedelta(hours=12)
MOST = 20
"""So many are held for one session; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose browser it is: the hash of a cookie's value, and the key made from it."""

    token_hash: str
    key: bytes = field(repr=False)

    @classmethod
    def of(cls, token: str) -> "Holder":
        """For a cookie that is no session."""
        label = b"onething kept for a visitor\0"
        return cls(hashlib.sha256(token.encode()).hexdigest(), hashlib.sha256(label + token.encode()).digest())


@dataclass(frozen=True, slots=True)
class Kept:
    """What was sent, and why it was not carried out."""

    id: str
    typed: dict[str, Any]
    """JSON values by name, as the page that keeps them wants them back."""
    problem: Problem | None
    errors: tuple[tuple[str, Text], ...]
    """(id of the field, what is wrong with it)."""
    status: int
    """Of the page that shows it."""


def keep(
    session: Session,
    holder: Holder,
    path: str,
    typed: Mapping[str, Any],
    *,
    problem: Problem | None = None,
    errors: Sequence[tuple[str, Text]] = (),
    status: int = 0,
    lasting: timedelta = LASTING,
) -> str:
    """Keep it for `path` (without a query) and give its id. Sweeps what has ended."""
    moment, kept_id = now(), secrets.token_urlsafe(12)
    said = {
        "typed": dict(typed),
        "problem": None if problem is None else {"code": problem.kind.code, "values": {k: _plain(v) for k, v in problem.values.items()}},
        "errors": [(name, text.model_dump()) for name, text in errors],
        "status": status or (problem.kind.status if problem else 422 if errors else 200),
    }  # fmt: skip
    session.execute(delete(WebKeptRow).where(WebKeptRow.expires_at < moment))
    older = select(WebKeptRow.id).where(WebKeptRow.token_hash == holder.token_hash)
    stale = session.scalars(older.order_by(WebKeptRow.created_at.desc()).offset(MOST - 1)).all()
    session.execute(delete(WebKeptRow).where(WebKeptRow.id.in_(stale)))
    session.add(WebKeptRow(
        id=kept_id, token_hash=holder.token_hash, created_at=moment, expires_at=moment + lasting,
        content=encrypt(CipherName.AES, holder.key, orjson.dumps(said), _bound(kept_id, path)),
    ))  # fmt: skip
    return kept_id


def find(session: Session, holder: Holder, kept_id: str, path: str) -> Kept | None:
    """What was kept under this id for this browser and this page; None when it has ended or is somebody else's."""
    row = session.get(WebKeptRow, kept_id[:40])
    if row is None or row.token_hash != holder.token_hash or row.expires_at <= now():
        return None
    try:
        said: dict[str, Any] = orjson.loads(decrypt(CipherName.AES, holder.key, row.content, _bound(kept_id, path)))
    except Problem:
        return None
    problem = None
    if told := said["problem"]:
        problem = Problem(kind_named(told["code"]) or NOT_FOUND, **{k: _text(v) for k, v in told["values"].items()})
    errors = tuple((name, Text(**text)) for name, text in said["errors"])
    return Kept(kept_id, said["typed"], problem, errors, said["status"])


def end(session: Session, token_hash: str) -> None:
    """The session is over, and with it what it kept."""
    session.execute(delete(WebKeptRow).where(WebKeptRow.token_hash == token_hash))


def address(path: str, kept_id: str) -> str:
    """`path` (with or without query and fragment) so that it shows what was kept."""
    parts = urlsplit(path)
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != QUERY]
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.path}?{urlencode([*pairs, (QUERY, kept_id)])}{fragment}"


def _bound(kept_id: str, path: str) -> bytes:
    """Id and page are part of the seal: what was kept for one page opens on no other."""
    return f"{kept_id} {urlsplit(path).path}".encode()


def _plain(value: object) -> Any:
    return value.model_dump() if isinstance(value, Text) else value if isinstance(value, int | float) else str(value)


def _text(value: Any) -> Any:
    return Text(**cast("dict[str, str]", value)) if isinstance(value, dict) else value
