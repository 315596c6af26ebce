"""Accounts on a chain: one secp256k1 key per agency, made once, kept in a file that is sealed under the platform's key store.

Signing happens here, never on the node (`eth_sendTransaction` is not used), so any node serves.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from onething.core.durable import locked, write_whole
from onething.core.settings import get_settings
from onething.trust.keys.base import KeyStore
from onething.trust.keys.sealed_secrets import lies_open, open_secret, seal_secret
from onething.trust.sealing.owners import key_store

REGISTRAR = "registrar"
"""The account that deploys the contracts and names the agencies; in an installation the operator's own."""


class ChainAccount(Protocol):
    """What signs transactions; an HSM may stand behind it."""

    @property
    def address(self) -> str: ...

    def sign_transaction(self, transaction: dict[str, Any], /) -> Any: ...


class Accounts:
    """The accounts kept in one folder; `store` seals them (an earlier version left them open: those are sealed when they are used).
    Without a store they lie open, for chains of trials."""

    def __init__(self, folder: Path, store: Callable[[], KeyStore] | None = None) -> None:
        self._folder, self._store = folder, store
        self._known: dict[str, Any] = {}

    def of(self, name: str) -> Any:
        """The account of an agency; made when first asked for. Raises ValueError for a name that is no id."""
        if name not in self._known:
            if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", name):
                raise ValueError("an account is named by an agency's id")
            self._known[name] = _account().from_key(self._secret(name))
        return self._known[name]

    def _secret(self, name: str) -> bytes:
        path = self._folder / f"{name}.key"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(self._folder):  # of two processes the second takes the first one's key
            if not path.exists():
                self._write(path, _account().create().key.hex().encode())
            elif self._store is not None and lies_open(path):
                self._write(path, path.read_bytes().strip())
            secret = path.read_bytes() if self._store is None else open_secret(path, self._store())
        return bytes.fromhex(secret.decode().strip().removeprefix("0x"))

    def _write(self, path: Path, secret: bytes) -> None:
        if self._store is None:
            write_whole(path, secret, mode=0o600)
        else:
            seal_secret(path, secret, self._store())

    def names(self) -> list[str]:
        """Whose accounts there are."""
        return sorted(path.stem for path in self._folder.glob("*.key"))


def _account() -> Any:
    from eth_account import Account  # half a second to load, and only needed where something is signed

    return Account


def get_accounts() -> Accounts:
    """Those of this installation."""
    return Accounts(get_settings().data_dir / "trust" / "accounts", key_store)
