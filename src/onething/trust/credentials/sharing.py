"""Showing chosen fields by QR for minutes; the holder sees when somebody looked, and may end it at once."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.errors import NOT_FOUND, Problem
from onething.core.ids import new_id
from onething.trust.credentials import keeping, sdjwt
from onething.trust.credentials.errors import NO_FIELDS, NOT_CHANGED, NOT_READY, SHARE_OVER, SHARE_VOID
from onething.trust.credentials.models import Share, Status
from onething.trust.credentials.tables import CredentialRow, ShareLookRow, ShareRow

LONGEST = timedelta(hours=24)
MOST_LOOKS = 50


def create(
    session: Session, certificate_id: str, subject_id: str, fields: Iterable[str], lasting: timedelta, purpose: str = ""
) -> tuple[str, str]:
    """Returns the share's id and the token for its QR code (128 bits, kept nowhere).

    Raises `Problem(credentials.no_fields | credentials.not_ready | credentials.not_changed)`.
    """
    row = session.get(CredentialRow, certificate_id)
    if row is None or row.digest is None:
        raise Problem(NOT_READY)
    if row.status != Status.ISSUED:
        raise Problem(NOT_CHANGED, status=row.status)
    known = sdjwt.parse(keeping.text_of(session, row)).texts
    chosen = [name for name in dict.fromkeys(fields) if name in known]
    if not chosen:
        raise Problem(NO_FIELDS)
    token, at = secrets.token_urlsafe(16), now()
    share = ShareRow(
        id=new_id("share"), token_hash=_hash(token), certificate_id=certificate_id, subject_id=subject_id,
        fields=chosen, purpose=purpose.strip()[:200], created_at=at,
        expires_at=at + min(max(lasting, timedelta(minutes=1)), LONGEST), ended_at=None,
    )  # fmt: skip
    session.add(share)
    session.flush()
    return share.id, token


def opened(session: Session, token: str, how: str = "page") -> tuple[Share, str]:
    """For whoever scans the code: the share and the credential with only its fields. The look is written down.

    Raises `Problem(credentials.share_over)` when its time is over, it was ended, or the code is unknown, and
    `Problem(credentials.share_void)` when the certificate itself is no longer in force: then nothing of it is shown.
    """
    row = session.scalars(select(ShareRow).where(ShareRow.token_hash == _hash(token))).one_or_none()
    at = now()
    if row is None or row.ended_at is not None or row.expires_at <= at:
        raise Problem(SHARE_OVER)
    held = session.get(CredentialRow, row.certificate_id)
    credential = keeping.text_of(session, held)
    if held is None or held.status != Status.ISSUED or (held.valid_until is not None and held.valid_until <= at):
        raise Problem(SHARE_VOID)
    session.add(ShareLookRow(id=new_id("look"), share_id=row.id, at=at, how=how))
    return _share(row, ()), sdjwt.present(credential, row.fields)


def end(session: Session, share_id: str, subject_id: str) -> None:
    """Stop showing. Raises `Problem(core.not_found)` for another person's share."""
    row = session.get(ShareRow, share_id, with_for_update=True)
    if row is None or row.subject_id != subject_id:
        raise Problem(NOT_FOUND)
    row.ended_at = row.ended_at or now()


def shares_of(session: Session, certificate_id: str, subject_id: str, limit: int = 20) -> Sequence[Share]:
    """The holder's own shares of one certificate, newest first, each with when it was looked at."""
    rows = session.scalars(
        select(ShareRow).where(ShareRow.certificate_id == certificate_id, ShareRow.subject_id == subject_id)
        .order_by(ShareRow.created_at.desc(), ShareRow.id.desc()).limit(limit)
    ).all()  # fmt: skip
    looks: dict[str, list[ShareLookRow]] = {}
    query = select(ShareLookRow).where(ShareLookRow.share_id.in_([row.id for row in rows])).order_by(ShareLookRow.at)
    for look in session.scalars(query.limit(MOST_LOOKS * limit)):
        looks.setdefault(look.share_id, []).append(look)
    return [_share(row, looks.get(row.id, ())) for row in rows]


def _share(row: ShareRow, looks: Sequence[ShareLookRow]) -> Share:
    over = row.ended_at is not None or row.expires_at <= now()
    return Share(
        row.id, row.certificate_id, tuple(row.fields), row.purpose, row.created_at, row.expires_at, over,
        tuple(look.at for look in looks[:MOST_LOOKS]),
    )  # fmt: skip


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
