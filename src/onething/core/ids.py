"""Opaque, sortable identifiers: a prefix that names the kind, 48 bits of milliseconds, 80 random bits (as in ULID)."""

import os
import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case


_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)


def _encode(value: int, length: int) -> str:
    """The lowest `length` digits (an even number); two of them at a time."""
    return "".join([_PAIRS[value >> shift & 1023] for shift in range(5 * length - 10, -1, -10)])


def new_id(prefix: str) -> str:
    """`new_id("case")` → `case_01jd…` (26 characters after the underscore). Later ids sort after earlier ones."""
    millis = time.time_ns() // 1_000_000
    return f"{prefix}_{_encode(millis, 10)}{_encode(int.from_bytes(os.urandom(10)), 16)}"


def new_reference(prefix: str, day: str) -> str:
    """A number people can read out: `new_reference("CS", "20261123")` → `CS20261123-7K4M-92QD`, without I, L, O, U."""
    body = _encode(secrets.randbits(40), 8).upper()
    return f"{prefix}{day}-{body[:4]}-{body[4:]}"
