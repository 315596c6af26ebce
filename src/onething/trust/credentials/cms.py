"""The signature of a PDF (CMS, RFC 5652, as PAdES wants it) in exactly one form, so that no bit of it can change unseen.

Everything but the signer's certificate, the signature and the time stamp follows from the file's digest. A check writes the whole
again from these and compares: names of algorithms, lengths and order of parts then need no look of their own. By hand, because
it is written and compared for every certificate and generic ASN.1 libraries take a quarter of a second for it.
"""

import hashlib
from dataclasses import dataclass

from onething.trust.keys.der import elements, tlv

_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")
_TIME_STAMP = bytes.fromhex("060b2a864886f70d010910020e")
SHA256 = bytes.fromhex("300b0609608648016503040201")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_INTEGER, _OCTETS, _SEQUENCE, _SET = 0x02, 0x04, 0x30, 0x31


@dataclass(frozen=True, slots=True)
class Signed:
    """What is found in a signature besides its frame."""

    certificate: bytes
    """DER of the signer's certificate."""
    signature: bytes
    """DER of r and s."""
    token: bytes | None
    """A time stamp token (RFC 3161) over `signature`."""


def attributes(digest: bytes, certificate: bytes, content_type: bytes = _DATA) -> bytes:
    """What is signed: content type, digest, and which certificate signs (RFC 5035). As the SET OF that goes into the signature."""
    named = tlv(_SEQUENCE, tlv(_SEQUENCE, tlv(_SEQUENCE, tlv(_OCTETS, hashlib.sha256(certificate).digest()))))
    three = (
        _attribute(_CONTENT_TYPE, content_type), _attribute(_MESSAGE_DIGEST, tlv(_OCTETS, digest)),
        _attribute(_SIGNING_CERTIFICATE, named),
    )  # fmt: skip
    return tlv(_SET, *sorted(three))


def _attribute(name: bytes, value: bytes) -> bytes:
    return tlv(_SEQUENCE, name, tlv(_SET, value))


def container(
    signed_attributes: bytes,
    certificate: bytes,
    signature: bytes,
    token: bytes | None = None,
    content: bytes | None = None,
) -> bytes:
    """The whole signature. `content` is a time stamp's TSTInfo, which lies inside; a PDF's lies around."""
    stamp = [tlv(0xA1, _attribute(_TIME_STAMP, token))] if token else []
    signer = tlv(
        _SEQUENCE, tlv(_INTEGER, b"\1"), _issuer_and_serial(certificate), SHA256, b"\xa0" + signed_attributes[1:],
        ECDSA_SHA256, tlv(_OCTETS, signature), *stamp,
    )  # fmt: skip
    inside = tlv(_SEQUENCE, _DATA) if content is None else tlv(_SEQUENCE, TST_INFO, tlv(0xA0, tlv(_OCTETS, content)))
    version = tlv(_INTEGER, b"\1" if content is None else b"\3")
    body = tlv(_SEQUENCE, version, tlv(_SET, SHA256), inside, tlv(0xA0, certificate), tlv(_SET, signer))
    return tlv(_SEQUENCE, _SIGNED_DATA, tlv(0xA0, body))


def _issuer_and_serial(certificate: bytes) -> bytes:
    parts = elements(elements(elements(certificate)[0][1])[0][1])
    return tlv(_SEQUENCE, parts[3][2], parts[1][2])  # after [0] version and the serial come algorithm and issuer


def parts_of(container_bytes: bytes) -> tuple[Signed, bytes | None, int]:
    """What a signature holds, the content inside it, and its length; the rest of the bytes is the caller's to judge.

    Raises `ValueError`. The frame is not looked at: write it again and compare.
    """
    try:
        length = _length(container_bytes)
        body = elements(elements(elements(elements(container_bytes[:length])[0][1])[1][1])[0][1])
        inside, signer = elements(body[2][1]), elements(elements(body[-1][1])[0][1])
        certificate = elements(body[3][1])[0][2]
        content = elements(inside[1][1])[0][1] if len(inside) > 1 else None
        token = elements(elements(signer[6][1])[0][1])[1][1] if len(signer) > 6 else None
        return Signed(certificate, signer[5][1], token), content, length
    except IndexError as error:
        raise ValueError("not a signature of ours") from error


def _length(data: bytes) -> int:
    """Of the first element, header and all."""
    if len(data) < 2 or data[0] != _SEQUENCE:
        raise ValueError("not a signature")
    if data[1] < 0x80:
        return 2 + data[1]
    width = data[1] & 0x7F
    return 2 + width + int.from_bytes(data[2 : 2 + width], "big")
