"""X.509 certificates for signatures in PDF, made from the room's own Ed25519 keys (RFC 5280, RFC 8410).

They carry nothing of their own: the same keys always give the same certificate, so nothing has to be stored, and an HSM
behind `Signer` needs to know no X.509.
"""
# pyright: standard
# asn1crypto and pyHanko carry no types: strict checking would only see Any.

import hashlib
from datetime import UTC, datetime

from asn1crypto import algos, keys, x509  # type: ignore[import-untyped]

from onething.trust.keys.base import Signer
from onething.trust.models import PublicKey

_SINCE, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
"""Whether a key counts is said by the trust list, with times; a certificate's own dates would only say it twice."""


def _name(common: str) -> x509.Name:
    return x509.Name.build({"common_name": common[:64], "organization_name": "onething"})


def certificate(subject: str, key: PublicKey, issuer: str, root: Signer, *, is_root: bool = False) -> x509.Certificate:
    """A certificate of `key`, signed by `root`. Deterministic."""
    key_hash, issuer_hash = hashlib.sha1(key.raw).digest(), hashlib.sha1(root.public_key.raw).digest()  # noqa: S324 - an identifier (RFC 5280, 4.2.1.2)
    extensions = [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": x509.BasicConstraints({"ca": is_root})},
        {
            "extn_id": "key_usage", "critical": True,
            "extn_value": x509.KeyUsage({"key_cert_sign", "crl_sign"} if is_root else {"digital_signature", "non_repudiation"}),
        },
        {"extn_id": "key_identifier", "extn_value": key_hash},
        {"extn_id": "authority_key_identifier", "extn_value": x509.AuthorityKeyIdentifier({"key_identifier": issuer_hash})},
    ]  # fmt: skip
    body = x509.TbsCertificate({
        "version": "v3",
        "serial_number": int.from_bytes(hashlib.sha256(root.public_key.raw + key.raw).digest()[:16], "big") >> 1,
        "signature": {"algorithm": "ed25519"},
        "issuer": _name(issuer),
        "validity": {"not_before": x509.Time({"utc_time": _SINCE}), "not_after": x509.Time({"utc_time": _UNTIL})},
        "subject": _name(subject),
        "subject_public_key_info": keys.PublicKeyInfo.load(key.spki()),
        "extensions": extensions,
    })  # fmt: skip
    return x509.Certificate({
        "tbs_certificate": body,
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "ed25519"}),
        "signature_value": root.sign(body.dump()),
    })  # fmt: skip
