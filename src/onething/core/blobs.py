"""Files by content: uploads and certificates, named by their SHA-256, written once and never half."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from onething.core.errors import NOT_FOUND, Problem
from onething.core.settings import get_settings


class BlobStore:
    """A folder of files named by digest. Putting the same bytes twice stores them once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, digest: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise Problem(NOT_FOUND, detail="not a digest")
        return self.root / digest[:2] / digest[2:]

    def put(self, content: bytes) -> str:
        """Store bytes durably; returns their SHA-256 in hex."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of a digest; raises `Problem(NOT_FOUND)`."""
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError:
            raise Problem(NOT_FOUND, detail="no such blob") from None

    def path(self, digest: str) -> Path:
        """Where the file lies, for readers that want a path."""
        return self._path(digest)


def get_blobs() -> BlobStore:
    return BlobStore(get_settings().data_dir / "blobs")
