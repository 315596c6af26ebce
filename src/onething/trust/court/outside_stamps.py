"""Time stamps of authorities outside on seals: asked for, and read as a court's verifier reads them."""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from onething.trust.court import verify
from onething.trust.keys.der import elements, tlv

_GRANTED = tlv(0x30, tlv(0x02, b"\0"))


def asked(url: str, root: bytes, content: bytes, timeout: float) -> bytes:
    """A token over SHA-256 of the content, checked against the authority's root (PEM).

    Raises `Problem(trust.time_stamp_refused)`.
    """
    from onething.trust.court.stamping import HttpStamper  # with an HTTP client: only where an authority is asked

    return elements(elements(HttpStamper(url, root, timeout).stamp(content))[0][1])[1][2]


def moment(token: bytes, content: bytes, root: bytes) -> datetime | None:
    """When the authority under this root (DER) stamped the content; None when it did not."""
    try:
        found = verify.stamp_of(tlv(0x30, _GRANTED, token), content, x509.load_der_x509_certificate(root))
    except (verify.RefusedError, ValueError, KeyError, IndexError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return None
    return found.at
