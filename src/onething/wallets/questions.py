"""Asking to be shown a certificate from a phone: OpenID4VP 1.0 with a signed question, answered by `direct_post`."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.certificates import service as certificates
from onething.catalog.service import get_city
from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.trust.models import b64url
from onething.trust.sealing.service import open_values, owner_of, seal_values
from onething.wallets import addresses, jose, metadata, presentations
from onething.wallets.errors import NO_SUCH_KIND, OVER, WalletError
from onething.wallets.presentations import Shown
from onething.wallets.states import QUESTION, QuestionState
from onething.wallets.tables import QuestionRow

LASTS = timedelta(minutes=10)
QUESTION_TYPE, QUERY = "oauth-authz-req+jwt", "certificate"
SEALED = "wallet_question.answer"
LONGEST = 128 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for the asker's screen: the address in the QR code, and what she alone reads the answer by."""

    token: str
    address: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question stands; `shown` once it was answered."""

    state: QuestionState
    kind: str
    fields: tuple[str, ...]
    purpose: str
    address: str
    expires_at: datetime
    shown: Shown | None = None


def ask(session: Session, kind_id: str, fields: Sequence[str], purpose: str) -> Asked:
    """Ask for fields (by their signed names) of one kind; the caller commits. Raises `Problem(wallets.no_such_kind)`."""
    city = get_city()
    kind = next((each for each in metadata.kinds(city) if each.id == kind_id), None)
    known = metadata.fields_of(city, kind) | {"number": None} if kind else {}
    chosen = [name for name in dict.fromkeys(fields) if name in known]
    if kind is None or not chosen:
        raise Problem(NO_SUCH_KIND)
    token, moment = secrets.token_urlsafe(24), now()
    row = QuestionRow(
        id=new_id("ask"), token_hash=jose.hash_of(token), state=QuestionState.WAITING.value, kind=kind.id, fields=chosen,
        purpose=" ".join(purpose.split())[:120], nonce=secrets.token_urlsafe(32), answer="", created_at=moment,
        expires_at=moment + LASTS,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Asked(token, _address(row), row.expires_at)


def outcome(session: Session, token: str) -> Outcome:
    """For the asker alone. Raises `Problem(wallets.over)` when its time is over or the token is another's."""
    row = session.scalars(select(QuestionRow).where(QuestionRow.token_hash == jose.hash_of(token))).one_or_none()
    if row is None or row.expires_at <= now():
        raise Problem(OVER)
    shown: Shown | None = None
    if row.state == QuestionState.ANSWERED:
        (answer,) = open_values(session, [(owner_of("", row.id), row.answer)], SEALED)
        shown = presentations.Shown(answer["verdict"], answer["why"], answer["title"], answer["fields"])
    return Outcome(
        QuestionState(row.state), row.kind, tuple(row.fields), row.purpose, _address(row), row.expires_at, shown
    )


def client_id() -> str:
    """Who asks: the hash of the certificate with which questions are signed (OpenID4VP 1.0, 5.9.3)."""
    _, certificate = certificates.keyring().seals.wallets()
    return f"x509_hash:{b64url(hashlib.sha256(certificate).digest())}"


def signed_question(session: Session, question_id: str) -> str:
    """What the wallet fetches: the question, signed. Raises `WalletError` when it is over or answered."""
    row = _waiting(session, question_id)
    signer, certificate = certificates.keyring().seals.wallets()
    query = {
        "id": QUERY, "format": "dc+sd-jwt", "meta": {"vct_values": [metadata.type_of(row.kind)]},
        "claims": [{"path": [name]} for name in row.fields],
    }  # fmt: skip
    algorithms = {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]}
    claims = {
        "iss": client_id(), "aud": "https://self-issued.me/v2", "client_id": client_id(), "response_type": "vp_token",
        "response_mode": "direct_post", "response_uri": addresses.at(addresses.ANSWERS, row.id), "nonce": row.nonce,
        "state": row.id, "iat": int(now().timestamp()), "exp": int(row.expires_at.timestamp()),
        "dcql_query": {"credentials": [query]},
        "client_metadata": {"client_name": f"{get_city().name.zh}“一件事”：{row.purpose}", "vp_formats_supported": {"dc+sd-jwt": algorithms}},
    }  # fmt: skip
    return jose.signed({"typ": QUESTION_TYPE, "kid": signer.key_id, "x5c": jose.x5c(certificate)}, claims, signer)


def answered(session: Session, question_id: str, form: dict[str, str]) -> None:
    """Take in what a wallet posts, whatever the check finds; the caller commits. Raises `WalletError` where it is no answer."""
    row = _waiting(session, question_id, lock=True)
    if form.get("state", row.id) != row.id:
        raise WalletError("invalid_request", "state is not that of the question")
    if "error" in form:
        row.state = QUESTION.move(row.state, QuestionState.REFUSED)
        return
    shown = presentations.check(
        session, _presentation(form.get("vp_token", "")), row.kind, row.fields, row.nonce, client_id()
    )
    answer = {"verdict": shown.verdict, "why": shown.why, "title": shown.title, "fields": shown.fields}
    (row.answer,) = seal_values(session, [(owner_of("", row.id), answer)], SEALED)
    row.state = QUESTION.move(row.state, QuestionState.ANSWERED)


def _presentation(text: str) -> str:
    """The one presentation in `vp_token` (OpenID4VP 1.0, 8.1)."""
    try:
        if len(text) > LONGEST:
            raise ValueError("too long")
        (one,) = orjson.loads(text)[QUERY]
    except (ValueError, KeyError, TypeError) as error:
        raise WalletError("invalid_request", f"vp_token must hold one presentation under {QUERY}") from error
    if not isinstance(one, str):
        raise WalletError("invalid_request", "the presentation is no text")
    return one


def _waiting(session: Session, question_id: str, *, lock: bool = False) -> QuestionRow:
    row = session.get(QuestionRow, question_id, with_for_update=lock or None)
    if row is None or row.state != QuestionState.WAITING or row.expires_at <= now():
        raise WalletError("invalid_request", "this question is over or answered", 404)
    return row


def _address(row: QuestionRow) -> str:
    where = addresses.at(addresses.QUESTIONS, row.id)
    return f"openid4vp://?client_id={quote(client_id(), safe='')}&request_uri={quote(where, safe='')}&request_uri_method=get"
