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

from onething.core.clock import now
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.core.settings import settings_of
from onething.trust.credentials import cms
from onething.trust.keys.base import Signer
from onething.trust.keys.der import elements, from_der, tlv, to_der
from onething.trust.keys.p256 import ORDER
from onething.trust.settings import TrustSettings

log = get_logger("trust.credentials.timestamps")
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
                return _asked(given.tsa_url, given.tsa_root.read_bytes(), content), True
            except (Problem, OSError) as error:
                log.warning("the time stamp authority does not answer; sealed with our own stamp", why=str(error))
                with self._guard:
                    self._rests_until = time.monotonic() + REST
        return self.own.token(content), False


def _asked(url: str, root: bytes, content: bytes) -> bytes:
    from onething.trust.court.stamping import HttpStamper  # httpx and a reader of time stamps: only where one is asked

    response = HttpStamper(url, root, WAIT).stamp(content)
    return elements(elements(response)[0][1])[1][2]


def outside_root() -> bytes | None:
    """DER of the root of the authority that the settings name."""
    given = settings_of(TrustSettings)
    if not given.tsa_url or given.tsa_root is None:
        return None
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

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
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature

    from onething.trust.court import verify  # what a court uses to read a time stamp

    response = tlv(_SEQUENCE, tlv(_SEQUENCE, tlv(_INTEGER, b"\0")), token)
    for at, root in enumerate(roots):
        try:
            if not (_all_der(token) if at else _is_ours(token)):
                continue
            return verify.stamp_of(response, content, x509.load_der_x509_certificate(root)).at
        except (
            verify.RefusedError,
            ValueError,
            KeyError,
            IndexError,
            TypeError,
            InvalidSignature,
            x509.ExtensionNotFound,
        ):
            continue
    return None


def _is_ours(token: bytes) -> bool:
    """In the one form in which `OwnAuthority` writes it, with the one signature of two that it gives. Raises `ValueError`."""
    signed, info, length = cms.parts_of(token)
    if info is None or length != len(token):
        return False
    told = cms.attributes(hashlib.sha256(info).digest(), signed.certificate, cms.TST_INFO)
    low = int.from_bytes(from_der(signed.signature)[32:], "big") <= ORDER // 2
    return low and cms.container(told, signed.certificate, signed.signature, content=info) == token


def _all_der(data: bytes) -> bool:
    """Whether every constructed part is made of whole elements with the shortest lengths."""
    try:
        return all(not tag & 0x20 or _all_der(content) for tag, content, _ in elements(data))
    except ValueError:
        return False
