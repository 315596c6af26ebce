"""X.509 for seals in PDF (RFC 5280): the city's root, a certificate a seal, the root's list of revoked ones.

Written by hand over `Signer`, so that a hardware module needs to know no X.509; ECDSA here is deterministic, so the same keys, names
and addresses give the same bytes. What was issued once is kept all the same (`seals.py`): names and addresses change.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from onething.trust.keys.base import Signer
from onething.trust.keys.der import elements, tlv, to_der
from onething.trust.models import PublicKey

_INTEGER, _BITS, _OCTETS, _UTF8, _PRINTABLE, _SEQUENCE, _SET = 0x02, 0x03, 0x04, 0x0C, 0x13, 0x30, 0x31
_TRUE = b"\x01\x01\xff"
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_COUNTRY, _ORGANISATION, _COMMON = (bytes.fromhex(f"0603550{each}") for each in ("406", "40a", "403"))
_KEY_ID, _KEY_USAGE, _BASIC, _CRL_NUMBER, _CRL_PLACE, _AUTHORITY, _EXTENDED = (
    bytes.fromhex(f"0603551d{each}") for each in ("0e", "0f", "13", "14", "1f", "23", "25")
)
_ISSUER_PLACE = bytes.fromhex("06082b06010505070101")
_CA_ISSUERS = bytes.fromhex("06082b06010505073002")
_DOCUMENTS, _EMAIL, _TIME = (bytes.fromhex(f"06082b060105050703{each}") for each in ("24", "04", "08"))
"""Signing of documents (RFC 9336); protection of e-mail, which readers built on NSS ask for; time stamps (RFC 3161)."""


@dataclass(frozen=True, slots=True)
class Period:
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Places:
    """Where a reader finds what it needs to check a certificate; empty: it says nothing of it."""

    revoked: str = ""
    """Address of the list of revoked certificates."""
    issuer: str = ""
    """Address of the root's certificate."""


def name(common: str, organisation: str) -> bytes:
    """A distinguished name in China: country, organisation, common name (at most 64 characters each)."""
    parts = ((_COUNTRY, _PRINTABLE, "CN"), (_ORGANISATION, _UTF8, organisation), (_COMMON, _UTF8, common))
    return tlv(
        _SEQUENCE, *(tlv(_SET, tlv(_SEQUENCE, oid, tlv(tag, text[:64].encode()))) for oid, tag, text in parts if text)
    )


def root_certificate(subject: bytes, root: Signer, period: Period) -> bytes:
    """The root's own: it signs certificates and their revocation, and nothing else; no authority stands under it."""
    key = root.public_key
    extensions = [
        _extension(_BASIC, tlv(_SEQUENCE, _TRUE, tlv(_INTEGER, b"\0")), critical=True),
        _extension(_KEY_USAGE, tlv(_BITS, b"\x01\x06"), critical=True),
        _extension(_KEY_ID, tlv(_OCTETS, _hash(key))),
    ]
    return _issued(subject, key, subject, root, period, extensions)


def seal_certificate(
    subject: bytes, key: PublicKey, issuer: bytes, root: Signer, period: Period, places: Places
) -> bytes:
    """Of an agency's seal: it signs documents, and stands by them (nonRepudiation)."""
    usage = [
        _extension(_KEY_USAGE, tlv(_BITS, b"\x06\xc0"), critical=True),
        _extension(_EXTENDED, tlv(_SEQUENCE, _DOCUMENTS, _EMAIL)),
    ]
    return _issued(subject, key, issuer, root, period, [*usage, *_common(key, root, places)])


def time_certificate(
    subject: bytes, key: PublicKey, issuer: bytes, root: Signer, period: Period, places: Places
) -> bytes:
    """Of a time stamp authority (RFC 3161, 2.3: for time stamps only)."""
    usage = [
        _extension(_KEY_USAGE, tlv(_BITS, b"\x06\xc0"), critical=True),
        _extension(_EXTENDED, tlv(_SEQUENCE, _TIME), critical=True),
    ]
    return _issued(subject, key, issuer, root, period, [*usage, *_common(key, root, places)])


def revocations(issuer: bytes, root: Signer, revoked: Iterable[tuple[bytes, datetime]], period: Period) -> bytes:
    """The root's list of revoked certificates (their serials as in DER, since when), with its number: seconds since 1970."""
    lines = sorted(tlv(_SEQUENCE, serial, _moment(since)) for serial, since in revoked)
    number = tlv(_INTEGER, _positive(int(period.since.timestamp())))
    extensions = tlv(_SEQUENCE, _authority(root), _extension(_CRL_NUMBER, number))
    body = tlv(
        _SEQUENCE, tlv(_INTEGER, b"\1"), _ECDSA_SHA256, issuer, _moment(period.since), _moment(period.until),
        *([tlv(_SEQUENCE, *lines)] if lines else []), tlv(0xA0, extensions),
    )  # fmt: skip
    return _signed(body, root)


def serial_of(certificate: bytes) -> bytes:
    """The serial as it stands in DER."""
    return elements(elements(elements(certificate)[0][1])[0][1])[1][2]


def key_of(certificate: bytes) -> PublicKey:
    """The certified key. Raises `ValueError` for a kind that is not ours."""
    return PublicKey.from_spki(elements(elements(elements(certificate)[0][1])[0][1])[6][2])


def _issued(
    subject: bytes, key: PublicKey, issuer: bytes, root: Signer, period: Period, extensions: list[bytes]
) -> bytes:
    rest = (
        _ECDSA_SHA256, issuer, tlv(_SEQUENCE, _moment(period.since), _moment(period.until)), subject, key.spki(),
        tlv(0xA3, tlv(_SEQUENCE, *extensions)),
    )  # fmt: skip
    number = int.from_bytes(hashlib.sha256(root.public_key.raw + b"".join(rest)).digest()[:16], "big") >> 1
    serial = tlv(_INTEGER, _positive(number))
    return _signed(tlv(_SEQUENCE, tlv(0xA0, tlv(_INTEGER, b"\2")), serial, *rest), root)


def _signed(body: bytes, root: Signer) -> bytes:
    return tlv(_SEQUENCE, body, _ECDSA_SHA256, tlv(_BITS, b"\0" + to_der(root.sign(body))))


def _common(key: PublicKey, root: Signer, places: Places) -> list[bytes]:
    """What every certificate under the root has: no authority, whose key, under which, where to look."""
    found = [
        _extension(_BASIC, tlv(_SEQUENCE), critical=True),
        _extension(_KEY_ID, tlv(_OCTETS, _hash(key))),
        _authority(root),
    ]
    if places.revoked:
        point = tlv(0xA0, tlv(0xA0, tlv(0x86, places.revoked.encode())))
        found.append(_extension(_CRL_PLACE, tlv(_SEQUENCE, tlv(_SEQUENCE, point))))
    if places.issuer:
        access = tlv(_SEQUENCE, _CA_ISSUERS, tlv(0x86, places.issuer.encode()))
        found.append(_extension(_ISSUER_PLACE, tlv(_SEQUENCE, access)))
    return found


def _authority(root: Signer) -> bytes:
    return _extension(_AUTHORITY, tlv(_SEQUENCE, tlv(0x80, _hash(root.public_key))))


def _extension(oid: bytes, value: bytes, *, critical: bool = False) -> bytes:
    return tlv(_SEQUENCE, oid, _TRUE if critical else b"", tlv(_OCTETS, value))


def _hash(key: PublicKey) -> bytes:
    """RFC 5280, 4.2.1.2: an identifier, no protection."""
    return hashlib.sha1(key.raw).digest()  # noqa: S324


def _moment(at: datetime) -> bytes:
    """UTCTime through 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5)."""
    utc = at.astimezone(UTC)
    return tlv(0x17, f"{utc:%y%m%d%H%M%SZ}".encode()) if utc.year < 2050 else tlv(0x18, f"{utc:%Y%m%d%H%M%SZ}".encode())


def _positive(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")
