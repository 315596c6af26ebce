"""Token Status List (IETF, draft-ietf-oauth-status-list): two bits for each certificate in a wallet; who asks for a list says of
which tens of thousands, never of which one."""

import secrets
import time
import zlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.casework.certificates import service as certificates
from onething.core.clock import now
from onething.core.ids import new_id
from onething.core.settings import settings_of
from onething.trust.credentials import service as credentials
from onething.trust.credentials.models import Status
from onething.trust.models import b64url
from onething.wallets import addresses, jose
from onething.wallets.errors import WalletError
from onething.wallets.settings import WalletsSettings
from onething.wallets.tables import HeldRow

KIND = "statuslist+jwt"
BITS, VALID, INVALID, SUSPENDED = 2, 0, 1, 2
SIZE = 1 << 15
"""Places of a list; half of them are given out, so that a lot soon finds a free one."""
AT_ONCE = 2000
DRAWS = 5
KEEP, MOST_KEPT = 10.0, 100
"""Seconds for which a list that was made is given to everybody who asks, and how many lists."""
_kept: dict[tuple[str, int], tuple[float, str]] = {}


def take_place(session: Session, certificate_id: str, subject_id: str, until: datetime) -> HeldRow:
    """A place for one more certificate in a wallet; the caller commits. Two that draw the same lot draw again."""
    for _ in range(DRAWS):
        row = HeldRow(
            id=new_id("held"), certificate_id=certificate_id, subject_id=subject_id, created_at=now(), expires_at=until,
            ended_at=None,
        )  # fmt: skip
        row.list_number, row.place = _free_place(session)
        try:
            with session.begin_nested():
                session.add(row)
            return row
        except IntegrityError:
            continue
    raise WalletError("temporarily_unavailable", "no place in a list of status was free", 503)


def _free_place(session: Session) -> tuple[int, int]:
    newest = session.scalar(select(func.max(HeldRow.list_number))) or 1
    taken = session.scalar(select(func.count()).select_from(HeldRow).where(HeldRow.list_number == newest)) or 0
    number = newest + 1 if taken >= SIZE // 2 else newest
    places = {secrets.randbelow(SIZE) for _ in range(64)}
    query = select(HeldRow.place).where(HeldRow.list_number == number, HeldRow.place.in_(places))
    return number, secrets.choice(sorted(places - set(session.scalars(query))))


def reference(row: HeldRow) -> dict[str, Any]:
    """The `status` claim of a certificate in a wallet."""
    return {"status_list": {"idx": row.place, "uri": addresses.at(addresses.LISTS, str(row.list_number))}}


def values(session: Session, number: int) -> dict[int, int] | None:
    """Place → status, of those places that are not simply valid; None for a list that does not exist."""
    if not session.scalar(select(HeldRow.id).where(HeldRow.list_number == number).limit(1)):
        return None
    rows = session.execute(
        select(HeldRow.place, HeldRow.certificate_id, HeldRow.ended_at).where(HeldRow.list_number == number)
    ).all()
    found = {place: INVALID for place, _, ended in rows if ended is not None}
    open_ = [(place, certificate_id) for place, certificate_id, ended in rows if ended is None]
    for at in range(0, len(open_), AT_ONCE):
        some = open_[at : at + AT_ONCE]
        status = credentials.status_of(session, {certificate_id for _, certificate_id in some})
        for place, certificate_id in some:
            match status.get(certificate_id):
                case Status.ISSUED:
                    pass
                case Status.SUSPENDED:
                    found[place] = SUSPENDED
                case _:
                    found[place] = INVALID
    return found


def packed(found: dict[int, int]) -> str:
    """The list as the standard compresses it: two bits a place, the first in the lowest bits of a byte."""
    raw = bytearray(SIZE * BITS // 8)
    for place, value in found.items():
        raw[place // 4] |= value << (place % 4 * BITS)
    return b64url(zlib.compress(bytes(raw), 9))


def token(session: Session, number: int, database: str) -> str | None:
    """The signed list; None where there is none of this number. Made at most every few seconds, however often it is asked for."""
    kept = _kept.get((database, number))
    if kept is not None and time.monotonic() - kept[0] < KEEP:
        return kept[1]
    found = values(session, number)
    if found is None:
        return None
    made = _signed(number, found)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[database, number] = (time.monotonic(), made)
    return made


def _signed(number: int, found: dict[int, int]) -> str:
    signer, certificate = certificates.keyring().seals.wallets()
    moment, lasting = now(), timedelta(minutes=settings_of(WalletsSettings).wallets_status_minutes)
    claims = {
        "sub": addresses.at(addresses.LISTS, str(number)), "iss": addresses.issuer(),
        "iat": int(moment.timestamp()), "exp": int((moment + lasting * 4).timestamp()), "ttl": int(lasting.total_seconds()),
        "status_list": {"bits": BITS, "lst": packed(found)},
    }  # fmt: skip
    return jose.signed({"typ": KIND, "kid": signer.key_id, "x5c": jose.x5c(certificate)}, claims, signer)


def end_all(session: Session, certificate_id: str, subject_id: str) -> int:
    """Her phone was lost or sold: what it holds of this certificate is no longer good. Returns how many; the caller commits."""
    query = select(HeldRow).where(
        HeldRow.certificate_id == certificate_id, HeldRow.subject_id == subject_id, HeldRow.ended_at.is_(None)
    )
    rows = session.scalars(query.limit(1000)).all()
    for row in rows:
        row.ended_at = now()
    return len(rows)


def held(session: Session, certificate_id: str, subject_id: str) -> list[HeldRow]:
    """What wallets hold of a certificate and is good still, newest first."""
    query = select(HeldRow).where(
        HeldRow.certificate_id == certificate_id, HeldRow.subject_id == subject_id, HeldRow.ended_at.is_(None),
        HeldRow.expires_at > now(),
    )  # fmt: skip
    return list(session.scalars(query.order_by(HeldRow.created_at.desc()).limit(100)))
