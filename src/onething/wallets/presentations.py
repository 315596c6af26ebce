"""Checking what a phone shows: issued by an agency of ours, in force, shown now, to us, by whom it was issued to."""

import hashlib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any, Literal, cast

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from onething.casework.certificates import service as certificates
from onething.core.clock import now
from onething.trust.models import PublicKey, b64url, unb64url
from onething.wallets import bound, jose, metadata, status_lists

Verdict = Literal["genuine", "expired", "suspended", "withdrawn", "forged", "incomplete"]
SKEW, FRESH = timedelta(minutes=2), timedelta(minutes=10)
MOST_DISCLOSURES = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """What was found. `fields` only where the certificate is genuine, and only those that were asked for."""

    verdict: Verdict
    why: str = ""
    """For whoever builds wallets (English, no personal data)."""
    title: str = ""
    fields: dict[str, Any] = field(default_factory=dict[str, Any])


class _NotGoodError(Exception):
    def __init__(self, verdict: Verdict, why: str) -> None:
        super().__init__(why)
        self.verdict: Verdict = verdict
        self.why = why


def check(session: Session, text: str, kind: str, wanted: Sequence[str], nonce: str, audience: str) -> Shown:
    """An SD-JWT with its key binding (RFC 9901) as an answer to one question. Raises nothing."""
    try:
        return _check(session, text, kind, wanted, nonce, audience)
    except _NotGoodError as found:
        return Shown(found.verdict, found.why)
    except (jose.NotSignedError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = str(error) if isinstance(error, jose.NotSignedError) else "not of the form of SD-JWT+KB"
        return Shown("forged", why)


def _check(session: Session, text: str, kind: str, wanted: Sequence[str], nonce: str, audience: str) -> Shown:
    jwt, *disclosures, proof = text.split("~")
    if len(disclosures) > MOST_DISCLOSURES:
        raise _NotGoodError("forged", "too many disclosures")
    head = jose.header_of(jwt)
    claims = jose.checked(jwt, _agency_key(head), bound.KIND)
    found = _disclosed(claims, disclosures)
    signed = f"{'~'.join([jwt, *disclosures])}~"
    _held_by_who_shows(claims, proof, signed, nonce, audience)
    if metadata.kind_of(str(claims.get("vct", ""))) != kind:
        raise _NotGoodError("incomplete", "it is a certificate of another kind")
    _in_force(session, claims)
    missing = [name for name in wanted if name not in found]
    if missing:
        raise _NotGoodError("incomplete", f"not shown: {', '.join(missing)}")
    return Shown("genuine", "", str(claims.get("title", "")), {name: found[name] for name in wanted})


def _agency_key(head: dict[str, Any]) -> dict[str, str]:
    """The key in the header's certificate, if our root certified it as an agency's seal and has not revoked it."""
    chain = head["x5c"]
    if not isinstance(chain, list) or not chain:
        raise jose.NotSignedError("x5c holds no certificate")
    seals = certificates.keyring().seals
    leaf = x509.load_der_x509_certificate(b64decode(cast("list[str]", chain)[0], validate=True))
    root, revoked = x509.load_der_x509_certificate(seals.root()), x509.load_der_x509_crl(seals.revoked())
    try:
        leaf.verify_directly_issued_by(root)
    except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError) as error:
        raise jose.NotSignedError("not certified by this city's root") from error
    moment = now().astimezone(UTC)
    if not leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc:
        raise jose.NotSignedError("the agency's certificate is not valid now")
    if revoked.get_revoked_certificate_by_serial_number(leaf.serial_number) is not None:
        raise jose.NotSignedError("the agency's certificate was revoked")
    point = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    key = PublicKey.from_spki(point)
    platform, _ = seals.wallets()
    if key.key_id == platform.key_id:
        raise jose.NotSignedError("signed by the platform, not by an agency")
    return jose.public_key(key.jwk())


def _disclosed(claims: dict[str, Any], disclosures: Sequence[str]) -> dict[str, Any]:
    listed, found = claims["_sd"], dict[str, Any]()
    if claims.get("_sd_alg") != "sha-256":
        raise _NotGoodError("forged", "digests of another algorithm")
    for each in disclosures:
        _salt, name, value = orjson.loads(unb64url(each))
        if not isinstance(name, str) or name in found or name in claims or bound.digest(each) not in listed:
            raise _NotGoodError("forged", "a field that was not signed")
        found[name] = value
    return found


def _held_by_who_shows(claims: dict[str, Any], proof: str, signed: str, nonce: str, audience: str) -> None:
    """The key binding: by the key of the phone it was issued to, for this question, now (RFC 9901, 7.3)."""
    if not proof:
        raise _NotGoodError("forged", "no key binding")
    said = jose.checked(proof, jose.public_key(claims["cnf"]["jwk"]), "kb+jwt")
    if said.get("nonce") != nonce or said.get("aud") != audience:
        raise _NotGoodError("forged", "shown for another question")
    if said.get("sd_hash") != b64url(hashlib.sha256(signed.encode()).digest()):
        raise _NotGoodError("forged", "fields were added or taken away after it was shown")
    at = said.get("iat")
    if not isinstance(at, int | float) or not -FRESH.total_seconds() <= at - now().timestamp() <= SKEW.total_seconds():
        raise _NotGoodError("forged", "not shown now")


def _in_force(session: Session, claims: dict[str, Any]) -> None:
    if claims["exp"] <= now().timestamp():
        raise _NotGoodError("expired", "the certificate in the wallet is over; the wallet can take it anew")
    listed = claims["status"]["status_list"]
    number, place = int(str(listed["uri"]).rpartition("/")[2]), int(listed["idx"])
    found = status_lists.values(session, number)
    if found is None or not 0 <= place < status_lists.SIZE:
        raise _NotGoodError("forged", "no such place in a list of status")
    value = found.get(place, status_lists.VALID)
    if value != status_lists.VALID:
        raise _NotGoodError("suspended" if value == status_lists.SUSPENDED else "withdrawn", "not in force")
