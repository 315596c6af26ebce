"""Salted commitments: the log learns nothing, yet each field can be shown later, one by one, and nothing else can be shown.

A record's fields are committed one by one (`field`, salt of 16 random bytes, value), the commitments sorted by field
are the record's *commitment list*, and its digest goes into the log. To open a field one shows its salt and value with the list.
Hiding rests on the salt (without it a guess of an id number could be tried), binding on the hash.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from onething.trust.keys.digests import hasher
from onething.trust.ledger.canonical import canonical
from onething.trust.models import HashName, b64url, unb64url

DOMAIN = "onething/commitment/v1"
SALT = 16


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one field: keep it as secret as the value."""

    field: str
    salt: bytes
    value: Any

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field, "salt": b64url(self.salt), "value": self.value}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Opening":
        """Raises `ValueError` or `KeyError` for anything else."""
        return cls(str(told["field"]), unb64url(told["salt"]), told["value"])


@dataclass(frozen=True, slots=True)
class Commitments:
    """The public half: field → 32-byte commitment. Field names are public; put nothing personal into them."""

    hash: HashName
    by_field: dict[str, bytes]

    def as_json(self) -> dict[str, Any]:
        return {
            "hash": self.hash.value,
            "fields": {name: b64url(value) for name, value in sorted(self.by_field.items())},
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Commitments":
        return cls(HashName(told["hash"]), {str(name): unb64url(value) for name, value in told["fields"].items()})

    def digest(self) -> bytes:
        """32 bytes over the canonical list; this is what a log entry holds."""
        return hasher(self.hash)(canonical({"domain": DOMAIN, **self.as_json()}))

    def opens(self, opening: Opening) -> bool:
        """Whether this is what was committed."""
        try:
            made = commit_one(opening, self.hash)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it does not open
            return False
        known = self.by_field.get(opening.field)
        return known is not None and secrets.compare_digest(known, made)


def commit_one(opening: Opening, hash_name: HashName = HashName.SM3) -> bytes:
    """The commitment to one field. Raises `ValueError` for a short salt, `Problem(trust.not_json)` for a bad value."""
    if len(opening.salt) < SALT:
        raise ValueError("a salt has at least 16 bytes")
    if _has_float(opening.value):
        raise ValueError("no floating-point numbers: write amounts as text or as integers of the smallest unit")
    told = {"domain": DOMAIN, "field": opening.field, "salt": b64url(opening.salt), "value": opening.value}
    return hasher(hash_name)(canonical(told))


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_float(item) for item in cast("dict[str, Any]", value).values())
    if isinstance(value, list | tuple):
        return any(_has_float(item) for item in cast("list[Any]", value))
    return isinstance(value, float)


def commit(fields: Mapping[str, Any], hash_name: HashName = HashName.SM3) -> tuple[Commitments, list[Opening]]:
    """Commit to every field of a record with a fresh salt each. Values are plain JSON."""
    openings = [Opening(name, secrets.token_bytes(SALT), value) for name, value in sorted(fields.items())]
    return Commitments(hash_name, {one.field: commit_one(one, hash_name) for one in openings}), openings
