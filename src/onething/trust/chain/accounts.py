"""Accounts on a chain: one secp256k1 key per agency, made once, kept in a file only its owner may read.

Signing happens here, never on the node (`eth_sendTransaction` is not used), so any node serves.
"""

import os
import re
from pathlib import Path
from typing import Any, Protocol

from onething.core.settings import get_settings

REGISTRAR = "registrar"
"""The account that deploys the contracts and names the agencies; in an installation the operator's own."""


class ChainAccount(Protocol):
    """What signs transactions; an HSM may stand behind it."""

    @property
    def address(self) -> str: ...

    def sign_transaction(self, transaction: dict[str, Any], /) -> Any: ...


class Accounts:
    """The accounts kept in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
        draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
        if not path.exists():
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(_account().create().key.hex())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(draft, path)  # whoever comes second keeps the first one's key
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return bytes.fromhex(path.read_text(encoding="utf-8").strip().removeprefix("0x"))


def _account() -> Any:
    from eth_account import Account  # half a second to load, and only needed where something is signed

    return Account


def get_accounts() -> Accounts:
    return Accounts(get_settings().data_dir / "trust" / "accounts")
