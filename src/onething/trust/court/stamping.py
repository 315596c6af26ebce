"""Time stamps (RFC 3161): ask an authority, and believe its answer only after checking it against its known root."""

from dataclasses import dataclass
from typing import Protocol

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from onething.core.errors import Problem
from onething.trust.errors import TIME_STAMP_REFUSED

MOST = 64 * 1024
_REPLY = "application/timestamp-reply"


class Stamper(Protocol):
    """Whoever gives time stamps."""

    @property
    def root(self) -> bytes:
        """The authority's root certificate, PEM."""
        ...

    def stamp(self, content: bytes) -> bytes:
        """A TimeStampResp (DER) over SHA-256 of the content. Raises `Problem(trust.time_stamp_refused)`."""
        ...


@dataclass(frozen=True, slots=True)
class HttpStamper:
    """An authority behind HTTP, RFC 3161 §3.4. `root` must have come from elsewhere than the authority's answer."""

    url: str
    root: bytes
    timeout: float = 15.0

    def stamp(self, content: bytes) -> bytes:
        request = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build()
        headers = {"Content-Type": "application/timestamp-query", "Accept": _REPLY}
        try:
            answer = httpx.post(self.url, content=request.as_bytes(), headers=headers, timeout=self.timeout)
        except httpx.HTTPError as error:
            raise Problem(TIME_STAMP_REFUSED, why=type(error).__name__) from error
        if answer.status_code != 200 or len(answer.content) > MOST or not answer.headers.get("content-type", "").startswith(_REPLY):  # fmt: skip
            raise Problem(TIME_STAMP_REFUSED, why=f"HTTP {answer.status_code}")
        try:
            root = x509.load_pem_x509_certificate(self.root)
            response = decode_timestamp_response(answer.content)
            VerifierBuilder.from_request(request).add_root_certificate(root).build().verify_message(response, content)
        except (VerificationError, ValueError) as error:
            raise Problem(TIME_STAMP_REFUSED, why=str(error)[:120]) from error
        return answer.content


def fingerprint(root: bytes) -> str:
    """SHA-256 of a PEM certificate, hex: what a verifier compares."""
    certificate = x509.load_pem_x509_certificate(root)
    return certificate.fingerprint(SHA256()).hex()
