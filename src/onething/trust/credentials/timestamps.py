"""Time stamps (RFC 3161) on seals: from the authority that the settings name, else from one of this installation's own.

The installation's own says when, under the city's root, as the agency's machine itself could: it keeps a seal readable after its
certificate has run out, and proves nothing against the operator. A court asks for a stamp of an authority outside.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.core.manifests.house import part
from onething.core.settings import settings_of
from onething.trust.credentials import cms
from onething.trust.credentials.x509 import key_of
from onething.trust.keys.base import Signer
from onething.trust.keys.der import elements, from_der, tlv, to_der
from onething.trust.keys.p256 import P256Verifier
from onething.trust.settings import TrustSettings

log = get_logger("trust.credentials.timestamps")
GROUP = "trust.time"
_INTEGER, _OCTETS, _SEQUENCE, _TIME = 0x02, 0x04, 0x30, 0x18
_POLICY = bytes.fromhex("06146981f68fcf8f8ba58aba8f9d9687eda3dcb19a5e")
"""Our policy, an id of our own under 2.25 (ITU-T X.667 wants no registration): one second, the machine's clock."""
WAIT = 3.0
"""Seconds that a person waits for an authority outside."""
REST = 60.0
"""Seconds for which an authority that did not answer is left alone."""


@dataclass(frozen=True, slots=True)
class OwnAuthority:
    """This installation's authority: its key and the certificate of it."""

    signer: Signer
    certificate: bytes

    def token(self, content: bytes) -> bytes:
        """A time stamp token over SHA-256 of the content, now."""
        imprint = tlv(_SEQUENCE, cms.SHA256, tlv(_OCTETS, hashlib.sha256(content).digest()))
        serial = b"\x01" + secrets.token_bytes(15)
        info = tlv(
            _SEQUENCE, tlv(_INTEGER, b"\1"), _POLICY, imprint, tlv(_INTEGER, serial),
            tlv(_TIME, f"{now().astimezone(UTC):%Y%m%d%H%M%SZ}".encode()), tlv(_SEQUENCE, tlv(_INTEGER, b"\1")),
        )  # fmt: skip
        told = cms.attributes(hashlib.sha256(info).digest(), self.certificate, cms.TST_INFO)
        return cms.container(told, self.certificate, to_der(self.signer.sign(told)), content=info)


@dataclass(slots=True)
class Stamps:
    """Where tokens come from. `lasting` says of each whether it is from where the settings want it."""

    own: OwnAuthority
    _rests_until: float = 0.0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def token(self, content: bytes) -> tuple[bytes, bool]:
        """A token and whether it is from the authority that is wanted; else the seal should be made anew another time."""
        given = settings_of(TrustSettings)
        if not given.tsa_url or given.tsa_root is None:
            return self.own.token(content), True
        with self._guard:
            resting = time.monotonic() < self._rests_until
        if not resting:
            try:
                return _outside().asked(given.tsa_url, given.tsa_root.read_bytes(), content, WAIT), True
            except (Problem, OSError) as error:
                log.warning("the time stamp authority does not answer; sealed with our own stamp", why=str(error))
                with self._guard:
                    self._rests_until = time.monotonic() + REST
        return self.own.token(content), False


class Outside(Protocol):
    """Whoever asks authorities outside and reads what they stamped (a part of group `trust.time`)."""

    def asked(self, url: str, root: bytes, content: bytes, timeout: float) -> bytes:
        """A token over SHA-256 of the content, checked against the authority's root (PEM). Raises `Problem`."""
        ...

    def moment(self, token: bytes, content: bytes, root: bytes) -> datetime | None:
        """When the authority under this root (DER) stamped the content; None when it did not."""
        ...


def _outside() -> Outside:
    return part(GROUP, "rfc3161")


def outside_root() -> bytes | None:
    """DER of the root of the authority that the settings name."""
    given = settings_of(TrustSettings)
    if not given.tsa_url or given.tsa_root is None:
        return None
    try:
        return x509.load_pem_x509_certificate(given.tsa_root.read_bytes()).public_bytes(Encoding.DER)
    except (OSError, ValueError) as error:
        log.error("the time stamp authority's root cannot be read", why=str(error))
        return None


def moment_of(token: bytes, content: bytes, roots: Sequence[bytes]) -> datetime | None:
    """When a token says that the content was there; None when it is not from one of these authorities.

    `roots` (DER): first of the installation's own authority, whose tokens have one form and are taken in no other; then of those
    outside, whose frames we cannot write again: there everything that the authority signed counts, in DER.
    """
    for at, root in enumerate(roots):
        found = (
            _outside().moment(token, content, root)
            if at and _all_der(token)
            else None
            if at
            else _own(token, content, root)
        )
        if found is not None:
            return found
    return None


def _own(token: bytes, content: bytes, root: bytes) -> datetime | None:
    """The moment in a token of `OwnAuthority` under this root, in its one form; None for any other."""
    try:
        signed, info, length = cms.parts_of(token)
        certificate, authority = (x509.load_der_x509_certificate(each) for each in (signed.certificate, root))
        at = _said(info or b"", content)
        told = cms.attributes(hashlib.sha256(info or b"").digest(), signed.certificate, cms.TST_INFO)
        certificate.verify_directly_issued_by(authority)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        good = (
            length == len(token) and cms.container(told, signed.certificate, signed.signature, content=info) == token
            and usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
            and certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
            and P256Verifier(key_of(signed.certificate)).verify(from_der(signed.signature), told)
        )  # fmt: skip
    except (ValueError, TypeError, IndexError, InvalidSignature, x509.ExtensionNotFound):
        return None
    return at if good else None


def _said(info: bytes, content: bytes) -> datetime:
    """When a TSTInfo says that this content was there. Raises `ValueError` when it is about another."""
    _, _, imprint, _, moment, _ = elements(elements(info)[0][1])
    if imprint[2] != tlv(_SEQUENCE, cms.SHA256, tlv(_OCTETS, hashlib.sha256(content).digest())):
        raise ValueError("it stamps something else")
    return datetime.strptime(moment[1].decode(), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def _all_der(data: bytes) -> bool:
    """Whether every constructed part is made of whole elements with the shortest lengths."""
    try:
        return all(not tag & 0x20 or _all_der(content) for tag, content, _ in elements(data))
    except ValueError:
        return False
