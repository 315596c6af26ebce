"""Files that other processes may read at any moment: replaced as a whole, never half written."""

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int) -> None:
    """Write, flush to disk, rename over the old file."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
