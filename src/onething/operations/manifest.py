"""The manifest of a backup: canonical JSON with the digest of every file, under the signature of the operator's root key.

Whoever changes, cuts or adds anything is named by it; whoever writes another manifest lacks the key, which lies sealed in the backup.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from onething.core.errors import Problem
from onething.core.whole import whole
from onething.operations import errors
from onething.operations.models import FORMAT, MANIFEST, SIGNATURE, Manifest, Part
from onething.trust.service import KeyRecord, Signer, canonical, make_verifier, parse_canonical

CHUNK = 1 << 20
_MEMBERS = {
    "format", "version", "revision", "made_at", "city", "database", "lookup", "logs", "sealed", "left_out", "files",
}  # fmt: skip


def write(manifest: Manifest, root: Signer) -> dict[str, bytes]:
    """Name → content of the two files."""
    content = canonical({
        "format": FORMAT, "version": manifest.version, "revision": manifest.revision,
        "made_at": manifest.made_at.isoformat(), "city": manifest.city, "database": manifest.database,
        "lookup": manifest.lookup, "logs": list(manifest.logs), "sealed": manifest.sealed,
        "left_out": list(manifest.left_out),
        "files": {part.path: {"bytes": part.bytes, "sha256": part.sha256} for part in manifest.parts},
    })  # fmt: skip
    signature = canonical({"kid": root.key_id, "signature": root.sign(content).hex()})
    return {MANIFEST: content, SIGNATURE: signature}


def read(content: bytes) -> Manifest:
    """Only its form. Raises `Problem(operations.damaged | operations.newer)`."""
    try:
        told = cast("dict[str, Any]", parse_canonical(content))
        if _format(told["format"]) > _format(FORMAT):
            raise Problem(errors.NEWER, version=told["version"], revision=told["revision"], own="?", newest="?")
        if set(told) != _MEMBERS or told["format"] != FORMAT:
            raise ValueError("members")
        files = cast("dict[str, dict[str, Any]]", told["files"])
        parts = tuple(Part(_inside(name), int(one["bytes"]), str(one["sha256"])) for name, one in files.items())
        return Manifest(
            str(told["version"]), str(told["revision"]), datetime.fromisoformat(told["made_at"]), str(told["city"]),
            str(told["database"]), str(told["lookup"]), tuple(told["logs"]), dict(told["sealed"]),
            tuple(told["left_out"]), parts,
        )  # fmt: skip
    except Problem as problem:
        if problem.kind is errors.NEWER:
            raise
        raise Problem(errors.DAMAGED, what=MANIFEST, detail=problem.detail) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem(errors.DAMAGED, what=MANIFEST, detail=repr(error)) from None


def _format(said: Any) -> int:
    name, _, number = str(said).partition("/")
    found = whole(number[:9])
    if name != FORMAT.partition("/")[0] or found is None or not number.isascii() or not number.isdigit():
        raise ValueError("format")
    return found


def _inside(name: str) -> str:
    """A path that stays inside the backup. Raises `ValueError`."""
    path = Path(name)
    if path.is_absolute() or not name or any(part in {"..", ".", ""} for part in name.split("/")) or "\\" in name:
        raise ValueError("a path that leads out of the backup")
    return name


def check_signature(content: bytes, signature: bytes, keys: Mapping[str, KeyRecord]) -> None:
    """`keys`: the root keys of the backup's own store, by id. Raises `Problem(operations.damaged)`."""
    try:
        told = cast("dict[str, Any]", parse_canonical(signature))
        record = keys[told["kid"]]
        good = set(told) == {"kid", "signature"} and _verified(record, bytes.fromhex(told["signature"]), content)
        good = good and told["signature"] == told["signature"].lower()
    except (Problem, ValueError, KeyError, TypeError, AttributeError):
        good = False
    if not good:
        raise Problem(errors.DAMAGED, what=SIGNATURE)


def _verified(record: KeyRecord, signature: bytes, content: bytes) -> bool:
    return make_verifier(record.public_key).verify(signature, content)


def copy_hashed(source: Path, target: Path, told: Callable[[int], None] = lambda _count: None) -> Part:
    """Copy a file, mode 0600, and give its size and digest; `path` is the target's name. Raises `OSError`."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with source.open("rb") as reading, target.open("xb") as writing:
        target.chmod(0o600)
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            writing.write(chunk)
            size += len(chunk)
            told(len(chunk))
    return Part(target.name, size, digest.hexdigest())


def private(folder: Path) -> None:
    """Folders that only their owner may enter, all the way down; files are made so one by one."""
    for path in [folder, *(each for each in folder.rglob("*") if each.is_dir())]:
        path.chmod(0o700)


def hashed(path: Path) -> Part:
    """Size and digest of a file that is there."""
    with path.open("rb") as file:
        return Part(path.name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def as_json(manifest: Manifest) -> dict[str, Any]:
    """For `--json`, without the files."""
    return json.loads(json.dumps({
        "version": manifest.version, "revision": manifest.revision, "made_at": manifest.made_at.isoformat(),
        "city": manifest.city, "database": manifest.database, "logs": list(manifest.logs), "sealed": manifest.sealed,
        "left_out": list(manifest.left_out), "files": len(manifest.parts), "bytes": manifest.size,
    }))  # fmt: skip
