"""Restoring a backup: everything is checked and laid out beside its place first, then put there by rename.

Refused or cut off anywhere before that, what was there is as it was. The log of certificates is held until `onething ledger recover`.
"""

import contextlib
import hashlib
import hmac
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
from sqlalchemy.engine import make_url

from onething import __version__
from onething.casework.settings import engine_url
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.migrating import is_known, newest, upgrade
from onething.core.settings import Settings, get_settings, settings_of
from onething.operations import errors
from onething.operations import manifest as manifests
from onething.operations.backing_up import DATA, DATABASE, ENGINE, GATEWAY, LEFT_OUT, LOOKUP, gateway_dir, human
from onething.operations.models import MANIFEST, SIGNATURE, Done, Manifest, Told
from onething.operations.snapshot import address_of, is_sqlite, plain, run, server_major, tool
from onething.trust.credentials.service import mark_restored
from onething.trust.service import FileKeyStore, KeyRecord
from onething.trust.settings import TrustSettings

ROOT = "root"
NEXT = (
    "onething db check",
    "onething ledger recover --dry-run   # then without --dry-run: until then the log of certificates is held",
    "onething worker / onething serve    # cases go on from the instant of the backup",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a backup goes."""

    data: Path
    urls: dict[str, str]
    gateway: Path | None

    @classmethod
    def of(cls, settings: Settings, manifest: Manifest) -> "Place":
        urls = {DATABASE: settings.database_url}
        if (engine := engine_url()) != settings.database_url:
            urls[ENGINE] = engine
        has = {part.path.partition("/")[0] for part in manifest.parts}
        return cls(
            settings.data_dir.resolve(),
            urls,
            folder.resolve() if (folder := gateway_dir()) and GATEWAY in has else None,
        )

    def file(self, name: str) -> Path | None:
        """The SQLite file of a database; None on a server."""
        url = self.urls.get(name, "")
        return Path(address_of(url)) if url.startswith("sqlite") else None


def restore(
    source: Path, told: Told, *, replace: bool = False, upgrade_after: bool = False, pg_bin: Path | None = None,
) -> Done:  # fmt: skip
    """Put a backup in place of an empty installation, as the settings name it.

    Raises a `Problem` of `operations` and leaves everything as it was: see `errors`.
    """
    settings, began = get_settings(), time.monotonic()
    with opened(source) as reading:
        manifest = reading.manifest
        place = Place.of(settings, manifest)
        _fits(manifest, place)
        _empty(place, replace=replace)
        _room(place, manifest)
        draft, was_there = place.data / ".restoring", place.data.exists()
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir(parents=True, mode=0o700)
            reading.lay_out(draft, told)
            manifests.private(draft)
            _opens(draft / DATA, reading, settings)
            warnings = _keep_witnesses(place, draft / DATA) if replace else []
            mark_restored(draft / DATA, {"made_at": manifest.made_at.isoformat(), "logs": list(manifest.logs)}, now())
            _put_in_place(draft, place, pg_bin)
        except OSError as error:
            if error.errno in {28, 122}:
                free = human(shutil.disk_usage(place.data.parent).free)
                raise Problem(errors.DISK_FULL, place=place.data, needed=human(manifest.size), free=free) from error
            raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            if not was_there and place.data.exists() and not any(place.data.iterdir()):
                place.data.rmdir()
    steps: list[str] = [*NEXT]
    if upgrade_after:
        database = Database(settings.database_url)
        upgrade(database)
        database.dispose()
    elif manifest.revision and manifest.revision != newest():
        steps.insert(0, "onething db upgrade")
    return Done(place.data, manifest, time.monotonic() - began, tuple(warnings), tuple(steps))


def check(source: Path, told: Told) -> Manifest:
    """Every file of a backup against its manifest, without writing anything; the signature needs `restore`."""
    with opened(source) as reading:
        reading.lay_out(None, told)
        return reading.manifest


# -- reading a backup


class _Nowhere:
    def write(self, content: bytes) -> int:
        return len(content)


class Reading:
    """A backup in a folder or a tar file."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self._tar: tarfile.TarFile | None = None
        if not source.is_dir():
            try:
                self._tar = tarfile.open(source, "r:*")  # noqa: SIM115 - closed by `close`
            except (OSError, tarfile.TarError, EOFError) as error:
                raise Problem(errors.NO_BACKUP, place=source, why=type(error).__name__) from None
        try:
            self.content, self.signature = self._small(MANIFEST), self._small(SIGNATURE)
            self.manifest = manifests.read(self.content)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._tar is not None:
            self._tar.close()

    def _small(self, name: str) -> bytes:
        try:
            if self._tar is None:
                return (self.source / name).read_bytes()
            member = self._tar.getmember(name)
            file = self._tar.extractfile(member)
            return file.read() if file else b""
        except (FileNotFoundError, NotADirectoryError, KeyError):
            raise Problem(errors.NO_BACKUP, place=self.source, why=f"no {name}") from None
        except (OSError, tarfile.TarError, EOFError) as error:
            raise Problem(errors.DAMAGED, what=name, detail=repr(error)) from None

    def lay_out(self, to: Path | None, told: Told) -> None:
        """Every file that the manifest names, checked while it is copied; with None only checked. Raises `Problem(operations.damaged)`."""
        done, total = 0, self.manifest.size
        for part in self.manifest.parts:
            size, digest = 0, hashlib.sha256()
            try:
                with self._file(part.path) as file, _target(to, part.path) as target:
                    while chunk := file.read(manifests.CHUNK):
                        digest.update(chunk)
                        size += len(chunk)
                        target.write(chunk)
                        told("restore" if to else "check", done + size, total)
            except (FileNotFoundError, NotADirectoryError, KeyError, tarfile.TarError, EOFError) as error:
                raise Problem(errors.DAMAGED, what=f"{part.path} is missing or cut short", detail=repr(error)) from None
            if (size, digest.hexdigest()) != (part.bytes, part.sha256):
                raise Problem(errors.DAMAGED, what=f"{part.path} is not what was written")
            done += size
        if extra := self._names() - {part.path for part in self.manifest.parts} - {MANIFEST, SIGNATURE}:
            raise Problem(errors.DAMAGED, what=f"{min(extra)} does not belong to it")

    @contextlib.contextmanager
    def _file(self, name: str) -> Generator[IO[bytes]]:
        if self._tar is None:
            path = self.source / name
            if path.is_symlink() or not path.is_file():
                raise FileNotFoundError(name)
            with path.open("rb") as file:
                yield file
            return
        member = self._tar.getmember(name)
        file = self._tar.extractfile(member) if member.isreg() else None
        if file is None:
            raise FileNotFoundError(name)
        with file:
            yield file

    def _names(self) -> set[str]:
        if self._tar is None:
            return {str(path.relative_to(self.source)) for path in self.source.rglob("*") if not path.is_dir()}
        return set(self._tar.getnames())


@contextlib.contextmanager
def opened(source: Path) -> Generator[Reading]:
    """Raises `Problem(operations.no_backup | operations.damaged | operations.newer)`."""
    if not source.exists():
        raise Problem(errors.NO_BACKUP, place=source, why="there is no such file or folder")
    reading = Reading(source)
    try:
        yield reading
    finally:
        reading.close()


@contextlib.contextmanager
def _target(folder: Path | None, name: str) -> Generator[IO[bytes] | _Nowhere]:
    if folder is None:
        yield _Nowhere()
        return
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("xb") as file:
        path.chmod(0o600)
        yield file


# -- may it go there?


def _fits(manifest: Manifest, place: Place) -> None:
    if manifest.revision and not is_known(manifest.revision):
        raise Problem(
            errors.NEWER, version=manifest.version, revision=manifest.revision, own=__version__, newest=newest()
        )
    ours = "sqlite" if place.file(DATABASE) else "postgresql"
    if manifest.database != ours:
        raise Problem(errors.OTHER_KIND, theirs=manifest.database, ours=ours)


def _empty(place: Place, *, replace: bool) -> None:
    """Raises `Problem(operations.not_empty)`; a server's database must be empty in any case."""
    found = [path for path in (place.data, place.gateway) if path is not None and _holds(path)]
    found += [path for name in place.urls if (path := place.file(name)) and _has_tables(path)]
    if found and not replace:
        raise Problem(errors.NOT_EMPTY, place=", ".join(str(path) for path in found))
    for name, url in place.urls.items():
        if place.file(name) is None and _server_tables(url):
            raise Problem(errors.NOT_EMPTY, place=make_url(url).render_as_string(hide_password=True))


def _holds(folder: Path) -> bool:
    return folder.exists() and any(
        each.name not in LEFT_OUT and not each.name.startswith(".") for each in folder.iterdir()
    )


def _has_tables(path: Path) -> bool:
    if not is_sqlite(path):
        return path.exists() and path.stat().st_size > 0
    with contextlib.closing(sqlite3.connect(path)) as link:
        return bool(link.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _server_tables(url: str) -> bool:
    parsed = make_url(url)
    query = b"SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg_%' AND n.nspname <> 'information_schema' LIMIT 1"
    with psycopg.connect(plain(parsed), password=parsed.password) as link:
        return link.execute(query).fetchone() is not None


def _room(place: Place, manifest: Manifest) -> None:
    folder = next(each for each in (place.data, *place.data.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    if free < manifest.size:
        raise Problem(errors.DISK_FULL, place=place.data, needed=human(manifest.size), free=human(free))


def _opens(data: Path, reading: Reading, settings: Settings) -> None:
    """The passphrase opens every store, the lookup key is the same, and the manifest is signed by the root key in the store."""
    given = settings_of(TrustSettings).trust_passphrase.get_secret_value()
    closed: list[str] = []
    roots: dict[str, KeyRecord] = {}
    for head in sorted(data.glob("trust/*/keys/store.json")):
        trial = head.parent.parent / "trial-passphrase"
        passphrase = given or (trial.read_text() if trial.exists() else "")
        try:
            records = FileKeyStore(head.parent, passphrase).records()
        except Problem:
            closed.append(head.parent.parent.name)
            continue
        if head.parent.parent.name == "platform":
            roots = {record.key_id: record for record in records if record.name == ROOT}
    if closed:
        raise Problem(errors.PASSPHRASE, stores=", ".join(closed))
    manifests.check_signature(reading.content, reading.signature, roots)
    key = settings.lookup_key.get_secret_value().encode()
    if not key and (data / "lookup.key").exists():
        key = (data / "lookup.key").read_bytes()
    mark = hmac.new(key, f"{LOOKUP[0]}\0{LOOKUP[1]}".encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(mark, reading.manifest.lookup):
        raise Problem(errors.OTHER_LOOKUP)


def _keep_witnesses(place: Place, data: Path) -> list[str]:
    """A witness's memory never goes back: what is here is taken over instead of what the backup has."""
    kept: list[str] = []
    for memory in sorted(place.data.glob("trust/*/witness.db")):
        target = data / memory.relative_to(place.data)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(memory)) as here, contextlib.closing(sqlite3.connect(target)) as there:
            here.backup(there)
        kept.append(f"kept the memory of the witness {memory.parent.name}, which is newer than the backup's")
    return kept


# -- putting it there


def _put_in_place(draft: Path, place: Place, pg_bin: Path | None) -> None:
    """Databases on a server first, each in one transaction; then renames, which take no time and need no room."""
    for name, url in place.urls.items():
        if place.file(name) is None and (draft / f"{name}.dump").exists():
            program = tool("pg_restore", pg_bin, server_major(url))
            run(
                program,
                url,
                "--no-owner",
                "--no-privileges",
                "--single-transaction",
                "--exit-on-error",
                str(draft / f"{name}.dump"),
            )
    moves, stamp = _moves(draft, place), f"{now():%Y%m%d-%H%M%S}"
    done: list[tuple[Path, Path]] = []
    try:
        for path, end in ((target, end) for _, target in moves for end in ("", "-wal", "-shm")):
            old, aside = path.with_name(f"{path.name}{end}"), path.with_name(f".{path.name}.replaced-{stamp}{end}")
            if old.exists():
                old.rename(aside)
                done.append((aside, old))
        for source, target in moves:
            source.rename(target)
            done.append((target, source))
    except OSError:
        for here, back in reversed(done):
            here.rename(back)
        raise


def _moves(draft: Path, place: Place) -> list[tuple[Path, Path]]:
    """(where it was laid out, where it goes), each on one disk; `trust` first, which holds the log.

    The data folder may be a mount, so what is in it is moved, not the folder. A journal beside an old database goes aside with it.
    """
    data, beside = draft / DATA, list[tuple[Path, Path]]()
    for name in place.urls:
        path, made = place.file(name), draft / f"{name}.db"
        if path is None or not made.exists():
            continue
        if path.is_relative_to(place.data):
            (data / path.relative_to(place.data)).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made.rename(data / path.relative_to(place.data))
        else:
            beside.append((_next_to(path, made), path))
    if place.gateway is not None:
        beside.append((_next_to(place.gateway, draft / GATEWAY), place.gateway))
    inside = [(each, place.data / each.name) for each in sorted(data.iterdir(), key=lambda each: each.name != "trust")]
    return [*inside, *beside]


def _next_to(path: Path, made: Path) -> Path:
    """Lay it out on the disk where it goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)
    draft.unlink(missing_ok=True)
    return Path(shutil.move(made, draft))
