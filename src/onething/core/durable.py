"""Files that are there whole or not at all, also after a power cut; a lock that several processes share."""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Generator
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes, *, mode: int = 0o600, sync: bool = True) -> None:
    """Write by rename, for its owner alone unless `mode` says more; with `sync` the file and its name are on the disk when this returns."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)  # whatever the process's mask leaves
            file.write(content)
            file.flush()
            if sync:
                os.fsync(file.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(path.parent)


@contextlib.contextmanager
def locked(folder: Path, name: str = ".lock") -> Generator[None]:
    """Hold a folder's lock against other processes and threads; it falls when the process dies. Not re-entrant."""
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
