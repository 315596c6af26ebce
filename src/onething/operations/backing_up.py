"""Making a backup while the service works: everything of one instant, then the files that only ever grow, then the manifest.

It is made beside its name and renamed at the end: cut off anywhere, there is no backup of that name.
"""

import os
import shutil
import tarfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from onething import __version__
from onething.casework.settings import engine_url
from onething.core.clock import now
from onething.core.durable import sync_folder
from onething.core.errors import Problem
from onething.core.private import keyed_hash
from onething.core.settings import Settings, get_settings, settings_of
from onething.exchange.settings import ExchangeSettings
from onething.operations import errors, last_backup
from onething.operations import manifest as manifests
from onething.operations.models import Done, Manifest, Part, Told
from onething.operations.snapshot import Instant, address_of, instant, is_sqlite, run, server_major, tool
from onething.trust.credentials.service import root_signer
from onething.trust.service import Checkpoint, NoteError, lies_open, parse_checkpoint, parse_note

TAR = (".tar", ".tar.gz")
DATABASE, ENGINE, DATA, GATEWAY = "database/main", "database/engine", "data", "gateway"
LEFT_OUT = ("sandbox",)
"""Folders of the data folder that are no part of an installation."""
LOOKUP = ("backup", "")
_LOGS = "SELECT log, size, published FROM trust_log_head ORDER BY log"
_REVISION = "SELECT version_num FROM alembic_version"


def back_up(to: Path, told: Told, pg_bin: Path | None = None) -> Done:
    """Write a backup to a folder, or to a `.tar` or `.tar.gz` file.

    Raises `Problem(operations.exists | no_database | busy | disk_full | no_tool | tool_failed | trust.passphrase_wrong)`; then nothing is left behind.
    """
    settings, began = get_settings(), time.monotonic()
    if to.exists():
        raise Problem(errors.EXISTS, place=to)
    root = root_signer()
    draft = to.with_name(f".{to.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True, mode=0o700)
        made, warnings = _fill(draft, settings, told, pg_bin)
        for name, content in manifests.write(made, root).items():
            (draft / name).write_bytes(content)
            (draft / name).chmod(0o600)
        manifests.private(draft)
        _finish(draft, to, told, made.size)
    except OSError as error:
        raise _full(error, to) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    last_backup.remember(made.made_at, made.size)
    return Done(to, made, time.monotonic() - began, tuple(warnings))


def _full(error: OSError, place: Path) -> Exception:
    """A full disk in words; anything else as it is."""
    if error.errno not in {28, 122}:
        return error
    folder = next(each for each in (place, *place.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    return Problem(errors.DISK_FULL, place=place, needed="?", free=human(free))


def human(count: int) -> str:
    """Bytes as people read them."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"


def need_room(place: Path, needed: int) -> None:
    """Raises `Problem(operations.disk_full)`."""
    folder = next(each for each in (place, *place.absolute().parents) if each.exists())
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Problem(errors.DISK_FULL, place=place, needed=human(needed), free=human(free))


def gateway_dir() -> Path | None:
    """Where the directory of members and this member's TLS key lie, outside the data folder or not."""
    return settings_of(ExchangeSettings).gateway_dir


# -- what goes in


def _fill(draft: Path, settings: Settings, told: Told, pg_bin: Path | None) -> tuple[Manifest, list[str]]:
    urls = {DATABASE: settings.database_url}
    if (engine := engine_url()) != settings.database_url:
        urls[ENGINE] = engine
    sqlite_urls = {name: Path(address_of(url)) for name, url in urls.items() if url.startswith("sqlite")}
    servers = {name: url for name, url in urls.items() if name not in sqlite_urls}
    if DATABASE in sqlite_urls and not is_sqlite(sqlite_urls[DATABASE]):
        raise Problem(errors.NO_DATABASE, place=sqlite_urls[DATABASE])
    # A worker that never ran has no engine's file yet.
    sqlite_urls = {name: path for name, path in sqlite_urls.items() if is_sqlite(path)}
    folder = settings.data_dir.resolve()
    skipped = {draft.resolve(), *sqlite_urls.values()}
    beside = [path for path in _files(folder, skipped) if is_sqlite(path)]
    need_room(draft, _size([*sqlite_urls.values(), *_files(folder, skipped)]))
    dump = tool("pg_dump", pg_bin, max(map(server_major, servers.values()))) if servers else None
    with instant([*sqlite_urls.values(), *beside], list(servers.values())) as taken:
        at = now()
        main = address_of(settings.database_url)
        logs, revision = _logs(taken, main), _revision(taken, main)
        parts: list[Part] = []
        for name, path in sqlite_urls.items():
            told(f"{name}", 0, 0)
            taken.copy(path, draft / f"{name}.db")
            parts.append(_part(draft, draft / f"{name}.db"))
        for name, url in servers.items():
            told(f"{name}", 0, 0)
            parts.append(_dump(draft, name, url, taken.servers[address_of(url)][1], dump))
        for path in beside:
            target = draft / DATA / path.relative_to(folder)
            taken.copy(path, target)
            parts.append(_part(draft, target))
        parts += _copy_files(draft / DATA, draft, folder, skipped | set(beside), told)
    if (gateway := gateway_dir()) and not gateway.resolve().is_relative_to(folder):
        parts += _copy_files(draft / GATEWAY, draft, gateway.resolve(), skipped, told)
    made = Manifest(
        __version__, revision, at, settings.city, "sqlite" if DATABASE in sqlite_urls else "postgresql",
        keyed_hash(*LOOKUP), tuple(logs), _sealed(folder), LEFT_OUT, tuple(sorted(parts, key=lambda part: part.path)),
    )  # fmt: skip
    return made, _damaged_blobs(made.parts)


def _files(folder: Path, skipped: Iterable[Path]) -> list[Path]:
    """Every file of the data folder that belongs into a backup, in order."""
    left = {*skipped, *(folder / name for name in LEFT_OUT)}
    found: list[Path] = []
    for here, folders, names in os.walk(folder):
        place = Path(here)
        folders[:] = sorted(name for name in folders if place / name not in left and not name.startswith("."))
        for name in sorted(names):
            path = place / name
            journal = name.endswith(("-wal", "-shm", "-journal"))
            if (
                not name.startswith(".")
                and not journal
                and path not in left
                and path.is_file()
                and not path.is_symlink()
            ):
                found.append(path)
    return [path for path in found if path not in {folder / "trust" / "restored.json", folder / last_backup.NAME}]


def _size(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _copy_files(to: Path, draft: Path, folder: Path, skipped: set[Path], told: Told) -> list[Part]:
    """Copies what only grows or is replaced by rename; a file that went meanwhile was not referred to any more."""
    paths = [path for path in _files(folder, skipped) if path not in skipped]
    total, done, parts = _size(paths), 0, list[Part]()

    def count(more: int) -> None:
        nonlocal done
        done += more
        told("data", done, max(total, done))

    for path in paths:
        target = to / path.relative_to(folder)
        try:
            part = manifests.copy_hashed(path, target, count)
        except FileNotFoundError:
            target.unlink(missing_ok=True)
            continue
        parts.append(Part(str(target.relative_to(draft)), part.bytes, part.sha256))
    return parts


def _part(draft: Path, path: Path) -> Part:
    made = manifests.hashed(path)
    return Part(str(path.relative_to(draft)), made.bytes, made.sha256)


def _dump(draft: Path, name: str, url: str, snapshot: str, program: Path | None) -> Part:
    target = draft / f"{name}.dump"
    target.parent.mkdir(exist_ok=True, mode=0o700)
    target.touch(0o600)
    if program is not None:
        run(
            program,
            url,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
    return _part(draft, target)


def _logs(taken: Instant, main: str) -> list[dict[str, object]]:
    """The transparency logs as they were: what a recovery has to reach."""
    if not taken.has_table(main, "trust_log_head"):
        raise Problem(errors.NO_DATABASE, place=main)
    rows = taken.rows(main, _LOGS)
    return [{"origin": log, "size": int(size), "published": _published(note)} for log, size, note in rows]


def _published(note: str) -> dict[str, object] | None:
    try:
        checkpoint: Checkpoint = parse_checkpoint(parse_note(note.encode()).text)
    except NoteError:
        return None
    return {"size": checkpoint.size, "root": checkpoint.root.hex()}


def _revision(taken: Instant, main: str) -> str:
    rows = (
        taken.rows(main, _REVISION) if taken.has_table(main, "alembic_version") else []
    )  # made all at once, as tests do
    return str(rows[0][0]) if rows else ""


def _sealed(folder: Path) -> dict[str, str]:
    """Which folders' keys are sealed, and under what; what lies open is said too."""
    found: dict[str, str] = {}
    for head in sorted(folder.glob("trust/*/keys/store.json")):
        trial = (head.parent.parent / "trial-passphrase").exists()
        found[str(head.parent.relative_to(folder))] = "trial passphrase beside it" if trial else "passphrase"
    if (folder / "lookup.key").exists():
        found["lookup.key"] = "open"
    accounts = list(folder.glob("trust/accounts/*.key"))
    if accounts:
        found["trust/accounts"] = "open" if any(map(lies_open, accounts)) else "passphrase"
    return found


def _damaged_blobs(parts: Sequence[Part]) -> list[str]:
    """Files by content whose content is not what their name says: damaged before the backup."""
    found: list[str] = []
    for part in parts:
        head, _, tail = part.path.removeprefix(f"{DATA}/blobs/").partition("/")
        if part.path.startswith(f"{DATA}/blobs/") and len(head + tail) == 64 and head + tail != part.sha256:
            found.append(f"damaged before the backup: {part.path}")
    return found


# -- putting it under its name


def _finish(draft: Path, to: Path, told: Told, total: int) -> None:
    if not to.name.endswith(TAR):
        _sync(draft)
        draft.rename(to)
        sync_folder(to.absolute().parent)
        return
    need_room(draft, total)
    packed = to.with_name(f".{to.name}.tar-part")
    try:
        done = 0
        zipped = to.name.endswith(".gz")
        with tarfile.open(packed, "w:gz", compresslevel=1) if zipped else tarfile.open(packed, "w") as tar:
            packed.chmod(0o600)
            names = sorted(path for path in draft.rglob("*") if path.is_file())
            for path in sorted(names, key=lambda each: not each.name.startswith("MANIFEST") or each.parent != draft):
                tar.add(path, str(path.relative_to(draft)), recursive=False)
                done += path.stat().st_size
                told("tar", done, max(total, done))
        with packed.open("rb") as file:
            os.fsync(file.fileno())
        packed.rename(to)
        sync_folder(to.absolute().parent)
    finally:
        packed.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Every file and folder on the disk before the name is given."""
    for path in [*folder.rglob("*"), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
