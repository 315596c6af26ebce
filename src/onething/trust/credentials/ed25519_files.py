"""Files that were sealed with Ed25519 before there were seals that ordinary readers know: still checked, no longer made."""
# pyright: standard
# asn1crypto and pyHanko carry no types: strict checking would only see Any.

import hashlib
from typing import Any

from asn1crypto import algos, cms  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from onething.trust.models import Algorithm, PublicKey

_SHA512 = bytes.fromhex("300d06096086480165030402030500")
_ED25519 = bytes.fromhex("300506032b6570")


def is_one(contents: bytes) -> bool:
    """Whether a signature (with its padding) digests with SHA-512, as all of those did and none does now."""
    return contents.find(_SHA512) in range(20, 40)


def signed_by(signature: Any, contents: bytes) -> PublicKey | None:
    """The key that made this signature, in its one form, over the file; None when it did not."""
    data = cms.ContentInfo.load(contents)["content"]
    frame = _frame_again(data)
    key = bytes(signature.signer_cert.public_key["public_key"].native)
    in_form = contents.startswith(frame) and not contents[len(frame) :].strip(b"\0")
    return PublicKey(Algorithm.ED25519, key) if in_form and _signed(signature, key) else None


def _frame_again(data: Any) -> bytes:
    """The CMS of one signature from its certificate, signed attributes and signature alone. The attributes are under the
    signature and hold the certificate's digest (RFC 5035), which is checked here."""
    certificate, signer = data["certificates"][0].chosen, data["signer_infos"][0]
    named = next(each for each in signer["signed_attrs"] if each["type"].native == "signing_certificate_v2")
    if named["values"][0]["certs"][0]["cert_hash"].native != hashlib.sha256(certificate.dump()).digest():
        raise ValueError("another certificate")
    again = cms.SignerInfo({
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}}
        ),
        "digest_algorithm": algos.DigestAlgorithm.load(_SHA512), "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": algos.SignedDigestAlgorithm.load(_ED25519), "signature": signer["signature"].native,
    })  # fmt: skip
    whole = cms.SignedData({
        "version": "v1", "digest_algorithms": [algos.DigestAlgorithm.load(_SHA512)],
        "encap_content_info": {"content_type": "data"}, "certificates": [certificate], "signer_infos": [again],
    })  # fmt: skip
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": whole}).dump(force=True))


def _signed(signature: Any, key: bytes) -> bool:
    """The CMS signature (RFC 5652, 5.4; RFC 8419): digest of the file in the signed attributes, attributes signed."""
    info = signature.signer_info
    attributes = info["signed_attrs"]
    digests = [each["values"][0].native for each in attributes if each["type"].native == "message_digest"]
    if info["digest_algorithm"]["algorithm"].native != "sha512" or digests != [signature.compute_digest()]:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(info["signature"].native, attributes.untag().dump(force=True))
    except InvalidSignature:
        return False
    return True
