"""Numbers of certificates as the city writes them: words with places in braces (see `CertificateForm.number`). Pure."""

import re
from collections.abc import Mapping
from datetime import date

from onething.core.whole import whole

DEFAULT = "{division}{year}{serial:8}{check:mod37}"
_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z0-9]+))?\}")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST = 60
KNOWN = {"division", "year", "date"}
CHECKS = {"mod37", "mod11"}


def places(pattern: str) -> list[tuple[str, str]]:
    """The places in order: name, and what stands behind the colon. Raises `ValueError` for a brace that is no place."""
    rest = _PLACE.sub("", pattern)
    if "{" in rest or "}" in rest:
        raise ValueError("a brace that is no place")
    found = [(name, more or "") for name, more in _PLACE.findall(pattern)]
    for name, more in found:
        wrong = (name == "serial" and not 1 <= whole(more, 0) <= 12) or (name == "check" and more not in CHECKS)
        if wrong or (more and name not in {"serial", "check"}):
            raise ValueError(f"{{{name}:{more}}}")
    return found


def values_in(pattern: str) -> list[str]:
    """The certificate's own values that a number is made of."""
    return [name for name, _ in places(pattern) if name not in KNOWN | {"serial", "check"}]


def wants_serial(pattern: str) -> bool:
    return any(name == "serial" for name, _ in places(pattern))


def filled(pattern: str, values: Mapping[str, object], division: str, day: date, serial: int = 0) -> str:
    """The number. `values` has every value that the pattern names; `serial` is used where it wants one."""
    made, at = "", 0
    for found in _PLACE.finditer(pattern):
        made += pattern[at : found.start()] + _part(found[1], found[2] or "", values, division, day, serial, made)
        at = found.end()
    return (made + pattern[at:])[:LONGEST]


def _part(
    name: str, more: str, values: Mapping[str, object], division: str, day: date, serial: int, before: str
) -> str:
    match name:
        case "division":
            return division
        case "year":
            return f"{day.year}"
        case "date":
            return f"{day:%Y%m%d}"
        case "serial":
            return f"{serial:0{int(more)}d}"
        case "check":
            return mod37(before) if more == "mod37" else mod11(before)
        case _:
            return str(values.get(name) or "")


def mod37(text: str) -> str:
    """Check character of letters and digits: ISO 7064 MOD 37,36 (GB/T 17710); other characters are passed over."""
    carry = 36
    for char in text.upper():
        if char in _ALPHABET:
            carry = (carry + _ALPHABET.index(char)) % 36 or 36
            carry = carry * 2 % 37
    return _ALPHABET[(37 - carry) % 36]


def mod11(text: str) -> str:
    """Check character of digits: ISO 7064 MOD 11-2 (GB/T 17710, as in GB 11643); other characters are passed over."""
    total = 0
    for char in text:
        if char in "0123456789":
            total = (total + int(char)) * 2 % 11
    return "0123456789X"[(12 - total) % 11]
