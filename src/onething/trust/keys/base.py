"""The contracts: what signs, what verifies, what keeps keys. An HSM implements `KeyStore` and hands out `Signer`s."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from onething.trust.models import Algorithm, KeyRecord, PublicKey


class Signer(Protocol):
    """Signs with one private key, wherever that lies."""

    @property
    def public_key(self) -> PublicKey: ...

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def key_id(self) -> str: ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes over the whole message (not over its digest). Safe to call from several threads."""
        ...


class Verifier(Protocol):
    """Checks against one public key."""

    @property
    def public_key(self) -> PublicKey: ...

    @property
    def algorithm(self) -> Algorithm: ...

    @property
    def key_id(self) -> str: ...

    def verify(self, signature: bytes, message: bytes) -> bool:
        """False for anything that is not this key's signature over exactly these bytes; never raises."""
        ...


class KeyStore(Protocol):
    """Named keys of one owner, each name with its history: one active key, older ones retired or revoked."""

    def create(self, name: str, algorithm: Algorithm, *, signer_id: bytes = b"") -> KeyRecord:
        """A fresh key. SM2 wants `signer_id` said (`GMT_0009_DEFAULT_ID` is a choice like any other)."""
        ...

    def signer(self, name: str) -> Signer:
        """Of the active key. Raises `Problem(trust.key_unknown | trust.key_not_usable)`."""
        ...

    def rotate(self, name: str) -> KeyRecord:
        """A new active key of the same algorithm and signer id; the old one retires."""
        ...

    def revoke(self, key_id: str, *, since: datetime, reason: str) -> KeyRecord:
        """From `since` on nothing signed by this key counts. A later call may move `since` back, never forward."""
        ...

    def records(self, name: str | None = None) -> Sequence[KeyRecord]:
        """Every key ever had, oldest first, for those who verify."""
        ...

    def wrap(self, use: str, plain: bytes, bound: bytes) -> bytes:
        """Seal a data key under a master key that never leaves the store, one for each `use`; `bound` is authenticated."""
        ...

    def unwrap(self, use: str, wrapped: bytes, bound: bytes) -> bytes:
        """The inverse. Raises `Problem(trust.altered)`."""
        ...
