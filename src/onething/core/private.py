"""Personal data at rest: one column type for it, and keyed hashes to find people by what must not be searchable.

`Private` marks every column that holds an identifying value, so that encrypting them is one change in one place.
`keyed_hash` is HMAC-SHA256 under a key of this installation: without the key a stolen table cannot be searched by trying
all id numbers. The key comes from `ONETHING_LOOKUP_KEY`, else from a file in the data folder that is made once.
"""

import hashlib
import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

from onething.core.settings import get_settings


class Private(TypeDecorator[str]):
    """Text that identifies a person: id number, phone, name. Shown masked, never logged, never searched directly.

    Without a length it has room for the value in its envelope.
    """

    impl = String
    cache_ok = True


def keyed_hash(purpose: str, value: str) -> str:
    """64 hex characters; the same value under another purpose gives another hash. `value` must be in normal form.

    Frozen: migration 0012 calls it, and marks that are stored are found again by it.
    """
    settings = get_settings()
    given = settings.lookup_key.get_secret_value()
    key = given.encode() if given else _key_file(settings.data_dir / "lookup.key")
    return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _key_file(path: Path) -> bytes:
    """The key of this installation, made by whoever comes first; others take the winner's."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, this never replaces the key of another process
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
