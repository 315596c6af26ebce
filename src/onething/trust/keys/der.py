"""DER (X.690) as far as signatures need it: elements written and read in their one form; r ‖ s in the form of X.509 and back."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element: tag, the shortest length, content."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def elements(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """The elements of some DER: (tag, content, whole). Raises `ValueError` for lengths that are cut off or not the shortest."""
    found: list[tuple[int, bytes, bytes]] = []
    at = 0
    while at < len(data):
        start, tag = at, data[at]
        if at + 2 > len(data):
            raise ValueError("DER that is cut off")
        length, at = data[at + 1], at + 2
        if length & 0x80:
            width = length & 0x7F
            length, at = int.from_bytes(data[at : at + width], "big"), at + width
        content, whole = data[at : at + length], data[start : at + length]
        if len(content) != length or tlv(tag, content) != whole:
            raise ValueError("not DER")
        found.append((tag, content, whole))
        at += length
    return found


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
