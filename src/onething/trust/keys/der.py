"""Signatures r ‖ s in the form of X.509 and back."""


def to_der(signature: bytes) -> bytes:
    """r ‖ s → SEQUENCE { r, s }, as GM/T 0009 and X.509 want it."""

    def integer(part: bytes) -> bytes:
        body = part.lstrip(b"\0") or b"\0"
        body = b"\0" + body if body[0] & 0x80 else body
        return b"\x02" + bytes([len(body)]) + body

    body = integer(signature[:32]) + integer(signature[32:])
    return b"\x30" + bytes([len(body)]) + body


def from_der(der: bytes) -> bytes:
    """The inverse, strict: only the one DER form is taken. Raises `ValueError`."""
    try:
        first = der[3]
        r, s = der[4 : 4 + first], der[6 + first :]
        signature = int.from_bytes(r, "big").to_bytes(32, "big") + int.from_bytes(s, "big").to_bytes(32, "big")
    except (IndexError, OverflowError) as error:
        raise ValueError("not a DER signature") from error
    if to_der(signature) != der:
        raise ValueError("not a DER signature")
    return signature
