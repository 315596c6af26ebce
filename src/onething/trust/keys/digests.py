"""Hashes by name. SM3 (GB/T 32905) from `cryptography`, SHA-256 from the standard library."""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes

from onething.trust.models import HashName


def sm3(data: bytes) -> bytes:
    """32 bytes."""
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


def sha256(data: bytes) -> bytes:
    """32 bytes."""
    return hashlib.sha256(data).digest()


_BY_NAME: dict[HashName, Callable[[bytes], bytes]] = {HashName.SM3: sm3, HashName.SHA256: sha256}


def hasher(name: HashName | str) -> Callable[[bytes], bytes]:
    """The hash function of a name. Raises `ValueError` for an unknown one."""
    return _BY_NAME[HashName(name)]
