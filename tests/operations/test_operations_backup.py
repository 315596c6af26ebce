"""A backup holds one instant whole, restores to the same, and everything that is wrong with one is named with nothing half done."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from typer.testing import CliRunner

from onething.core.blobs import get_blobs
from onething.core.errors import Problem
from onething.core.private import keyed_hash
from onething.operations import backing_up, manifest, restoring
from onething.operations.cli import backup_app, restore_app
from onething.operations.models import MANIFEST, SIGNATURE
from onething.operations.service import check, restore
from onething.trust.chain.accounts import get_accounts
from onething.trust.credentials import log_recovery
from onething.trust.credentials.evidence import beyond_recovery, hold_mark, included
from onething.trust.service import FileKeyStore, key_store
from operations.backup_world import Installation, at, quiet, restored


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One installation, filled once; each test works on a copy."""
    folder, before = tmp_path_factory.mktemp("template"), dict(os.environ)
    os.environ["ONETHING_CITIES_DIR"] = str(Path(__file__).parent.parent.parent / "cities")
    made = Installation(folder).filled()
    made.db.dispose()
    os.environ.clear()
    os.environ.update(before)
    return folder


@pytest.fixture
def here(template: Path, tmp_path: Path) -> Installation:
    shutil.copytree(template, tmp_path / "here")
    return Installation(tmp_path / "here").known()


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["backup", "backup.tar", "backup.tar.gz"])
def test_what_is_restored_is_what_was_backed_up(here: Installation, tmp_path: Path, name: str) -> None:
    backup = here.back_up(name)
    there, done = restored(backup, tmp_path / "there")
    with there.db.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM event_log")) == 1
    assert get_blobs().get(here.blob) == b"a photographed paper"
    assert keyed_hash("test", "a person") == here.mark
    assert get_accounts().of("health").address == here.account
    assert key_store("health").records() == here.keys
    assert there.opened().log.head()[0].size == 5
    assert done.manifest.logs[0]["size"] == 5
    assert done.manifest.revision
    assert not list((tmp_path / "there").rglob(".restoring"))


def test_the_log_is_held_after_restoring_until_it_was_recovered(here: Installation, tmp_path: Path) -> None:
    backup = here.back_up()
    digest = os.urandom(32)
    later = here.log.prove(here.log.append([("certificate:later", digest)]))[0]
    there, _ = restored(backup, tmp_path / "there")
    log = there.log = there.opened()
    with pytest.raises(Problem, match=r"trust\.log_held"):
        there.proven(1)
    found, _ = log_recovery.recover(there.db, log, reason="a test")
    assert found.held
    assert not hold_mark().exists()
    assert there.proven(1)[0]["index"] == 1
    # What was logged after the backup the restored witnesses cannot know of: its proof is called lost, and nobody calls it forged.
    policy = log.policy()
    assert (policy.recoveries[0].kept, later["size"]) == (5, 6)
    assert not included(policy, later, digest)
    assert beyond_recovery(policy, later, digest)
    assert not beyond_recovery(policy, later, bytes(32))


def test_putting_it_in_place_of_a_later_state_keeps_the_witnesses_memory(here: Installation) -> None:
    backup = here.back_up()
    known = here.proven(2)
    here.db.dispose()
    done = restore(backup, quiet, replace=True)
    assert len(done.warnings) == 3
    now = Installation(here.folder)
    log = now.log = now.opened()
    assert log_recovery.diagnose(log).way == "new_epoch"
    assert {one.state for one in log_recovery.diagnose(log).survey.witnesses} == {"ahead"}
    log_recovery.recover(now.db, log)
    said = log.policy().recoveries[0]
    assert (said.last.size, said.kept) == (7, 5)
    digest = bytes(32)
    assert not included(log.policy(), known[0], digest)
    aside = list(here.folder.rglob(".*.replaced-*"))
    assert len(aside) >= 3, "nothing that was there is deleted"


def test_a_later_copy_brings_the_log_on_without_losing_an_entry(here: Installation) -> None:
    backup = here.back_up()
    here.proven(2)
    later = here.back_up("later")
    here.db.dispose()
    restore(backup, quiet, replace=True)
    now = Installation(here.folder)
    log = now.log = now.opened()
    source = log_recovery.source_of(str(later / "database" / "main.db"), log.origin)
    found, _ = log_recovery.recover(now.db, log, source=source)
    assert found.way == "replay"
    assert now.proven(1)[0]["index"] == 7


def test_a_backup_is_of_one_instant_while_others_write(here: Installation, tmp_path: Path) -> None:
    """Writer: first the file of a number, then its row; never may a row be restored whose file is not."""
    stop, count = threading.Event(), 0

    def write() -> None:
        nonlocal count
        while not stop.is_set():
            get_blobs().put(f"paper {count}".encode())
            with here.db.transaction() as session:
                session.execute(text("INSERT INTO setting_of_test VALUES (:n)"), {"n": count})
            count += 1

    with here.db.transaction() as session:
        session.execute(text("CREATE TABLE setting_of_test (n INTEGER)"))
    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups = [here.back_up(f"backup{n}") for n in range(3)]
    finally:
        stop.set()
        writer.join()
    sizes: list[int] = []
    for n, backup in enumerate(backups):
        there, _ = restored(backup, tmp_path / f"there{n}")
        with there.db.reading() as session:
            rows = list(session.scalars(text("SELECT n FROM setting_of_test ORDER BY n")))
        assert rows == list(range(len(rows)))
        for one in rows:
            assert get_blobs().get(hashlib.sha256(f"paper {one}".encode()).hexdigest())
        sizes.append(len(rows))
    assert sizes == sorted(sizes)
    assert sizes[-1] > 0


def test_the_backup_holds_keys_as_sealed_as_they_lie_and_opens_to_its_owner_only(here: Installation) -> None:
    backup = here.back_up()
    assert all(path.stat().st_mode & 0o077 == 0 for path in [backup, *backup.rglob("*")])
    sealed = json.loads((backup / MANIFEST).read_bytes())["sealed"]
    assert sealed["trust/platform/keys"] == "passphrase"
    assert (sealed["trust/accounts"], sealed["lookup.key"]) == ("passphrase", "open")
    with pytest.raises(Problem, match=r"trust\.passphrase_wrong"):
        FileKeyStore(backup / "data" / "trust" / "platform" / "keys", "another")


# -- bad input: named, and nothing half done


def refused(source: Path, folder: Path, code: str, **more: object) -> Problem:
    before = files_of(folder) if folder.exists() else {}
    with pytest.raises(Problem) as caught:
        restore(source, quiet, **more)  # type: ignore[arg-type]
    assert caught.value.kind.code == f"operations.{code}"
    assert caught.value.next.en
    assert caught.value.next.zh
    assert (files_of(folder) if folder.exists() else {}) == before, "something was left behind"
    return caught.value


@pytest.fixture
def there(here: Installation, tmp_path: Path) -> tuple[Path, Path]:
    """(a good backup, an empty place to which the settings point)."""
    backup, folder = here.back_up(), tmp_path / "there"
    folder.mkdir()
    at(folder)
    return backup, folder


def _cut(backup: Path) -> None:
    file = backup / "database" / "main.db"
    os.truncate(file, file.stat().st_size // 2)


def _flip(backup: Path) -> None:
    file = next((backup / "data" / "blobs").rglob("*/*"))
    file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])


def _gone(backup: Path) -> None:
    (backup / "data" / "lookup.key").unlink()


def _added(backup: Path) -> None:
    (backup / "data" / "trust" / "extra.json").write_text("{}")


def _link(backup: Path) -> None:
    file = backup / "data" / "lookup.key"
    content = file.read_bytes()
    file.unlink()
    (backup.parent / "elsewhere").write_bytes(content)
    file.symlink_to(backup.parent / "elsewhere")


@pytest.mark.parametrize("harm", [_cut, _flip, _gone, _added, _link])
def test_a_damaged_backup_is_refused_by_the_name_of_what_is_damaged(
    there: tuple[Path, Path], harm: Callable[[Path], None]
) -> None:
    backup, folder = there
    harm(backup)
    problem = refused(backup, folder, "damaged")
    assert "/" in str(problem.values["what"])
    with pytest.raises(Problem, match=r"operations\.damaged"):
        check(backup, quiet)


def test_another_manifest_fits_no_key_in_the_backup(there: tuple[Path, Path]) -> None:
    """Who alters a file and writes its digest into the manifest lacks the root key."""
    backup, folder = there
    _flip(backup)
    told = json.loads((backup / MANIFEST).read_bytes())
    for name in told["files"]:
        made = manifest.hashed(backup / name)
        told["files"][name] = {"bytes": made.bytes, "sha256": made.sha256}
    (backup / MANIFEST).write_bytes(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    )
    check(backup, quiet)
    assert refused(backup, folder, "damaged").values["what"] == SIGNATURE


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("end", [".tar", ".tar.gz"])
def test_a_tar_file_that_was_cut_short_is_refused(here: Installation, tmp_path: Path, share: float, end: str) -> None:
    whole = here.back_up(f"backup{end}").read_bytes()
    cut, folder = tmp_path / f"cut{end}", tmp_path / "there"
    cut.write_bytes(whole[: int(len(whole) * share)])
    folder.mkdir()
    at(folder)
    with pytest.raises(Problem, match=r"operations\.(damaged|no_backup)"):
        restore(cut, quiet)
    assert files_of(folder) == {}


def test_a_tar_file_cannot_write_outside(there: tuple[Path, Path], tmp_path: Path) -> None:
    backup, folder = there
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        for path in sorted(backup.rglob("*")):
            tar.add(path, str(path.relative_to(backup)), recursive=False) if path.is_file() else None
        member = tarfile.TarInfo("../outside")
        member.size = 3
        tar.addfile(member, io.BytesIO(b"bad"))
    refused(evil, folder, "damaged")
    assert not (tmp_path / "outside").exists()


def test_a_newer_versions_backup_says_which_version_is_needed(
    there: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, folder = there
    monkeypatch.setattr(restoring, "is_known", lambda _revision: False)
    problem = refused(backup, folder, "newer")
    assert problem.values["version"] in problem.next.en


def test_a_newer_format_says_so_whatever_else_it_holds(there: tuple[Path, Path]) -> None:
    backup, folder = there
    told = json.loads((backup / MANIFEST).read_bytes()) | {
        "format": "onething-backup/2",
        "version": "9.9",
        "wholly": "new",
    }
    (backup / MANIFEST).write_bytes(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    )
    assert refused(backup, folder, "newer").values["version"] == "9.9"


def test_another_passphrase_names_the_stores_that_it_does_not_open(there: tuple[Path, Path]) -> None:
    backup, folder = there
    at(folder)
    from onething.core.settings import get_settings

    os.environ["ONETHING_TRUST_PASSPHRASE"] = "another"
    get_settings.cache_clear()
    assert "platform" in str(refused(backup, folder, "passphrase").values["stores"])


def test_another_lookup_key_is_refused_because_nobody_would_be_found(there: tuple[Path, Path]) -> None:
    backup, folder = there
    at(folder, ONETHING_LOOKUP_KEY="another")
    refused(backup, folder, "other_lookup")


def test_an_installation_that_is_there_is_not_written_over(here: Installation) -> None:
    backup = here.back_up()
    here.db.dispose()
    refused(backup, here.folder / "var", "not_empty")


@pytest.mark.parametrize("free", [0, 10_000])
def test_a_disk_without_room_is_said_before_anything_is_written(
    there: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    backup, folder = there
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, free))
    refused(backup, folder, "disk_full")


def test_a_disk_that_fills_up_on_the_way_leaves_nothing(
    here: Installation, there: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, folder = there

    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "mark_restored", full)
    refused(backup, folder, "disk_full")
    monkeypatch.setattr(manifest, "copy_hashed", full)
    with pytest.raises(Problem, match=r"operations\.disk_full"):
        here.back_up("second")
    assert not list(here.folder.glob("*second*"))
    assert not list(here.folder.glob(".second*"))


def test_a_rename_that_fails_at_the_end_is_taken_back(
    there: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, folder = there
    real, count = Path.rename, 0

    def failing(self: Path, target: Path) -> Path:
        nonlocal count
        count += ".restoring" in str(self) and ".restoring" not in str(target)
        if count == 3:
            count += 1
            raise OSError(5, "Input/output error")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="Input/output"):
        restore(backup, quiet)
    assert count > 3
    assert [name for name in files_of(folder) if "restoring" not in name] == []


def test_a_backup_never_overwrites_one(here: Installation) -> None:
    here.back_up()
    with pytest.raises(Problem, match=r"operations\.exists"):
        here.back_up()


def test_an_empty_database_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    at(tmp_path / "empty")
    with pytest.raises(Problem, match=r"operations\.no_database"):
        backing_up.back_up(tmp_path / "backup", quiet)
    assert not (tmp_path / "backup").exists()


def test_a_database_that_stays_locked_is_named(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    from onething.operations import snapshot

    monkeypatch.setattr(snapshot, "PATIENCE", 0.05)
    with sqlite3.connect(here.folder / "onething.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Problem, match=r"operations\.busy"):
            here.back_up()
    assert not (here.folder / "backup").exists()


def test_the_commands_speak_json_and_give_their_exit_codes(here: Installation, tmp_path: Path) -> None:
    to = tmp_path / "by-command.tar"
    made = CliRunner().invoke(backup_app, [str(to), "--json"])
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["logs"][0]["size"] == 5
    looked = CliRunner().invoke(restore_app, [str(to), "--check", "--json"])
    assert looked.exit_code == 0
    folder = tmp_path / "there"
    folder.mkdir()
    at(folder)
    done = CliRunner().invoke(restore_app, [str(to)])
    assert done.exit_code == 0, done.output
    assert "onething ledger recover" in done.stdout
    again = CliRunner().invoke(restore_app, [str(to)])
    assert isinstance(again.exception, Problem)
    assert again.exception.kind.exit_code == 1
    absent = CliRunner().invoke(restore_app, [str(tmp_path / "absent")])
    assert isinstance(absent.exception, Problem)
    assert absent.exception.kind.exit_code == 3


# -- the manifest


@pytest.fixture(scope="module")
def manifest_files(template: Path) -> tuple[bytes, bytes, dict[str, object]]:
    """Manifest, signature and root keys of one backup."""
    before = dict(os.environ)
    backup = Installation(template).back_up()
    keys = {record.key_id: record for record in key_store("platform").records("root")}
    os.environ.clear()
    os.environ.update(before)
    return (backup / MANIFEST).read_bytes(), (backup / SIGNATURE).read_bytes(), dict(keys)


def named(content: bytes, signature: bytes, keys: dict[str, object]) -> None:
    def looked_at() -> None:
        manifest.read(content)
        manifest.check_signature(content, signature, keys)  # type: ignore[arg-type]

    with pytest.raises(Problem) as caught:
        looked_at()
    assert caught.value.kind.code in {"operations.damaged", "operations.newer"}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_or_cut_of_a_manifest_is_named(
    manifest_files: tuple[bytes, bytes, dict[str, object]], data: st.DataObject
) -> None:
    content, signature, keys = manifest_files
    manifest.check_signature(content, signature, keys)  # type: ignore[arg-type]
    which = data.draw(st.sampled_from([content, signature]))
    place = data.draw(st.integers(0, len(which) - 1))
    if data.draw(st.booleans()):
        bit = data.draw(st.integers(1, 255))
        harmed = which[:place] + bytes([which[place] ^ bit]) + which[place + 1 :]
    else:
        harmed = which[:place]
    named(*((harmed, signature) if which is content else (content, harmed)), keys)
