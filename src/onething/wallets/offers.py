"""From the code on the screen to the certificate on the phone: OpenID4VCI 1.0 with a pre-authorised code and a number to type."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.certificates import service as certificates
from onething.casework.models import CertificateView
from onething.casework.states import CertificateStatus
from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.core.private import keyed_hash
from onething.core.settings import settings_of
from onething.trust.credentials import service as credentials
from onething.trust.credentials.models import Status
from onething.wallets import addresses, bound, jose, metadata, status_lists
from onething.wallets.errors import NOT_IN_FORCE, WalletError
from onething.wallets.settings import WalletsSettings
from onething.wallets.states import OFFER, OfferState
from onething.wallets.tables import OfferRow

TRIES = 5
ACCESS_LASTS = timedelta(minutes=10)
NONCE_LASTS = timedelta(minutes=5)
KEPT = timedelta(days=1)
PROOF = "openid4vci-proof+jwt"
SKEW = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the holder's screen shows: the address in the QR code, and the number that her wallet asks for."""

    id: str
    address: str
    number: str
    expires_at: datetime


def create(session: Session, view: CertificateView, subject_id: str) -> Offer:
    """Offer a certificate to its holder's wallet; the caller has checked whose it is, and commits.

    Raises `Problem(wallets.not_in_force)`."""
    if not _in_force(session, view):
        raise Problem(NOT_IN_FORCE)
    token, number, moment = secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06d}", now()
    row = OfferRow(
        id=new_id("offer"), token_hash=jose.hash_of(token), code_hash=jose.hash_of(_code(token)), number_hash="", access_hash=None,
        certificate_id=view.id, subject_id=subject_id, kind=view.evidence_type, state=OfferState.OPEN.value, tries=0,
        created_at=moment, expires_at=moment + timedelta(minutes=settings_of(WalletsSettings).wallets_offer_minutes),
    )  # fmt: skip
    row.number_hash = keyed_hash(f"wallet.number {row.id}", number)
    session.add(row)
    session.flush()
    place = addresses.at(addresses.OFFERS, token)
    return Offer(row.id, f"openid-credential-offer://?credential_offer_uri={_quoted(place)}", number, row.expires_at)


def _in_force(session: Session, view: CertificateView) -> bool:
    """As the case's side and the agency's register have it: a change comes to both, one after the other."""
    known = credentials.status_of(session, [view.id])
    return view.status == CertificateStatus.VALID and known.get(view.id) is Status.ISSUED


def state_of(session: Session, offer_id: str, subject_id: str) -> OfferState | None:
    """How the holder's own offer stands; None when it is over or not hers."""
    row = session.get(OfferRow, offer_id)
    if row is None or row.subject_id != subject_id:
        return None
    over = row.expires_at <= now() and row.state == OfferState.OPEN
    return None if over else OfferState(row.state)


def read(session: Session, token: str) -> dict[str, Any]:
    """The offer that stands behind the QR code. Raises `WalletError`."""
    row = session.scalars(select(OfferRow).where(OfferRow.token_hash == jose.hash_of(token))).one_or_none()
    if row is None or row.state != OfferState.OPEN or row.expires_at <= now():
        raise WalletError("invalid_request", "this offer is over", 404)
    grant = {
        "pre-authorized_code": _code(token),
        "tx_code": {
            "input_mode": "numeric",
            "length": 6,
            "description": "网页上显示的六位数字 / the six figures on the web page",
        },
    }
    return {
        "credential_issuer": addresses.issuer(),
        "credential_configuration_ids": [row.kind],
        "grants": {metadata.PRE_AUTHORIZED: grant},
    }


def redeem(session: Session, code: str, number: str) -> dict[str, Any] | WalletError:
    """Code and number against an access token. An error is returned, not raised: a wrong number must be counted, so the caller
    commits either way."""
    row = session.scalars(
        select(OfferRow).where(OfferRow.code_hash == jose.hash_of(code)).with_for_update()
    ).one_or_none()  # fmt: skip
    if row is None or row.state != OfferState.OPEN or row.expires_at <= now():
        return WalletError("invalid_grant", "the code is unknown, used or over")
    if not hmac.compare_digest(row.number_hash, keyed_hash(f"wallet.number {row.id}", number)):
        row.tries += 1
        row.state = OFFER.move(row.state, OfferState.ENDED if row.tries >= TRIES else OfferState.OPEN)
        return WalletError("invalid_grant", "the number is wrong")
    access = secrets.token_urlsafe(32)
    row.state, row.access_hash = OFFER.move(row.state, OfferState.TAKEN), jose.hash_of(access)
    row.expires_at = now() + ACCESS_LASTS
    return {"access_token": access, "token_type": "Bearer", "expires_in": int(ACCESS_LASTS.total_seconds())}


def nonce() -> str:
    """A value that proofs must repeat; made of the time, so that nothing is stored for it."""
    moment = f"{int(now().timestamp())}.{secrets.token_urlsafe(9)}"
    return f"{moment}.{keyed_hash('wallet.nonce', moment)[:32]}"


def _fresh(text: Any) -> bool:
    if not isinstance(text, str) or not text.isascii() or len(text) > 100:
        return False
    moment, _, mark = text.rpartition(".")
    if not hmac.compare_digest(mark, keyed_hash("wallet.nonce", moment)[:32]):
        return False
    return now().timestamp() - float(moment.partition(".")[0]) <= NONCE_LASTS.total_seconds()


def fetch(session: Session, access: str, asked: Any) -> dict[str, Any]:
    """The certificate, once for each key that the wallet proves to hold; the caller commits. Raises `WalletError`."""
    row = session.scalars(
        select(OfferRow).where(OfferRow.access_hash == jose.hash_of(access)).with_for_update()
    ).one_or_none()  # fmt: skip
    if row is None or row.state != OfferState.TAKEN or row.expires_at <= now():
        raise WalletError("invalid_token", "the access token is unknown, used or over", 401)
    keys = proven_keys(asked, row.kind)
    view = certificates.view_of(session, row.certificate_id)
    if view is None or not _in_force(session, view):
        raise WalletError("credential_request_denied", "the certificate is not in force")
    fields = credentials.fields_of(session, row.certificate_id)
    made = [_made(session, row, view, fields, key) for key in keys]
    row.state = OFFER.move(row.state, OfferState.FETCHED)
    return {"credentials": [{"credential": each} for each in made]}


def _made(session: Session, row: OfferRow, view: CertificateView, fields: dict[str, Any], key: dict[str, str]) -> str:
    moment = now()
    until = moment + timedelta(days=settings_of(WalletsSettings).wallets_credential_days)
    if view.valid_until is not None:
        until = min(until, view.valid_until)
    held = status_lists.take_place(session, view.id, row.subject_id, until)
    seal = certificates.keyring().seals.of(view.agency)
    holding = bound.Holding(
        metadata.type_of(view.evidence_type), addresses.issuer(), view.title.zh, view.number, _day(moment), until,
        status_lists.reference(held),
    )  # fmt: skip
    signed = {credentials.signed_name(name): value for name, value in fields.items()}
    return bound.issue(holding, signed, key, seal.signer, seal.certificate)


def _day(moment: datetime) -> datetime:
    """Whole hours: a second of issue would tie the copies of one wallet together."""
    return moment.replace(minute=0, second=0, microsecond=0)


def proven_keys(asked: Any, kind: str) -> Sequence[dict[str, str]]:
    """The keys that a credential request proves (OpenID4VCI 1.0, 8.2 and appendix F.1). Raises `WalletError`."""
    if not isinstance(asked, dict):
        raise WalletError("invalid_credential_request", "the body is no JSON object")
    wanted: dict[str, Any] = asked  # type: ignore[reportUnknownVariableType]
    if wanted.get("credential_configuration_id") != kind:
        raise WalletError("unknown_credential_configuration", "the offer is for another configuration")
    proofs = wanted.get("proofs")
    jwts = proofs.get("jwt") if isinstance(proofs, dict) else None  # type: ignore[reportUnknownMemberType]
    if not isinstance(jwts, list) or not 0 < len(jwts) <= metadata.BATCH:  # type: ignore[reportUnknownArgumentType]
        raise WalletError("invalid_proof", f"proofs.jwt must hold 1 to {metadata.BATCH} proofs")
    keys = [_proven(each) for each in jwts]  # type: ignore[reportUnknownVariableType]
    if len({tuple(sorted(key.items())) for key in keys}) != len(keys):
        raise WalletError("invalid_proof", "two proofs are of one key")
    return keys


def _proven(text: Any) -> dict[str, str]:
    try:
        if not isinstance(text, str):
            raise jose.NotSignedError("a proof is no text")
        key = jose.public_key(jose.header_of(text).get("jwk"))
        claims = jose.checked(text, key, PROOF)
    except jose.NotSignedError as error:
        raise WalletError("invalid_proof", str(error)) from error
    aud, at = claims.get("aud"), claims.get("iat")
    if addresses.issuer() not in (aud if isinstance(aud, list) else [aud]):
        raise WalletError("invalid_proof", "aud is not this issuer")
    if not isinstance(at, int | float) or abs(now().timestamp() - at) > (NONCE_LASTS + SKEW).total_seconds():
        raise WalletError("invalid_proof", "iat is not now")
    if not _fresh(claims.get("nonce")):
        raise WalletError("invalid_nonce", "the nonce is not ours, or is over")
    return key


def _code(token: str) -> str:
    """Whoever has read the offer has the code; whoever has only the code has not the offer."""
    return hashlib.sha256(f"code {token}".encode()).hexdigest()[:43]


def _quoted(address: str) -> str:
    return quote(address, safe="")
