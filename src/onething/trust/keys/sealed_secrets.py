"""Secrets that lie in files of their own (a chain account's key, the password of a TLS key), sealed under a key store's master key.

A change of the store's passphrase touches none of them: only the master key is sealed anew.
"""

import base64
from pathlib import Path

from onething.core.durable import write_whole
from onething.trust.keys.base import KeyStore

MARK = b"onething sealed secret 1\n"
USE = "secret file"


def seal_secret(path: Path, secret: bytes, store: KeyStore) -> None:
    """Write it sealed, whole or not at all. It is bound to the file's name and folder."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, MARK + base64.b64encode(store.wrap(USE, secret, _bound(path))), mode=0o600)


def open_secret(path: Path, store: KeyStore) -> bytes:
    """What is sealed in the file. Raises FileNotFoundError, and `Problem(trust.altered)` for another store's or another file's."""
    content = path.read_bytes()
    if not content.startswith(MARK):
        return content
    return store.unwrap(USE, base64.b64decode(content[len(MARK) :]), _bound(path))


def lies_open(path: Path) -> bool:
    """Whether the file holds its secret in the clear."""
    with path.open("rb") as file:
        return file.read(len(MARK)) != MARK


def _bound(path: Path) -> bytes:
    return f"{path.parent.name}/{path.name}".encode()
