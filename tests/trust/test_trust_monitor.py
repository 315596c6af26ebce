"""Monitors: whatever is done to a log's files behind everybody's back becomes a finding that names the place."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from log_world import World

from onething.trust.log.merkle import Tree
from onething.trust.log.monitor import Remembered, Report, as_json, monitor
from onething.trust.log.notes import Checkpoint, Note, NoteKey
from onething.trust.log.store import Batch, FileLogStore
from onething.trust.log.tiles import TileWriter
from onething.trust.log.transparency_log import NewEntry


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.fill(600)
    made.publish()
    return made


def kinds(report: Report) -> set[str]:
    return {one.kind for one in report.findings}


def test_an_honest_log_is_clean_and_only_new_entries_are_read_again(world: World, tmp_path: Path) -> None:
    report, memory = monitor(world.watched, world.policy)
    assert report.clean
    assert report.checked_entries == 600
    assert memory is not None
    memory.save(tmp_path / "memory.json")
    world.fill(10)
    world.publish()
    report, memory = monitor(world.watched, world.policy, Remembered.load(tmp_path / "memory.json"))
    assert report.clean
    assert report.checked_entries == 98, "entries 512 to 609"
    assert memory is not None
    assert memory.size == 610


def stored_files(world: World) -> Iterator[Path]:
    yield from sorted(path for path in (world.folder / "log" / "tile").rglob("*") if path.is_file())


def test_any_single_flipped_bit_in_any_tile_is_found(world: World) -> None:
    """Every file; bits spread over each, and all of one tile."""
    for path in stored_files(world):
        good = path.read_bytes()
        step = max(1, len(good) * 8 // 12)
        for bit in range(0, len(good) * 8, step):
            bent = bytearray(good)
            bent[bit // 8] ^= 1 << bit % 8
            path.write_bytes(bytes(bent))
            report, _ = monitor(world.watched, world.policy)
            assert not report.clean, f"{path} bit {bit}"
            assert kinds(report) <= {"edited", "missing"}
        path.write_bytes(good)
    assert monitor(world.watched, world.policy)[0].clean


def test_a_truncated_or_missing_tile_is_found(world: World) -> None:
    for path in stored_files(world):
        good = path.read_bytes()
        path.write_bytes(good[:-1])
        assert not monitor(world.watched, world.policy)[0].clean
        path.unlink()
        assert "missing" in kinds(monitor(world.watched, world.policy)[0])
        path.write_bytes(good)


def rewrite(world: World, count: int, forged: int | None = None, cosigned: bool = True) -> bytes:
    """The log's owner makes a new history with the true key and, if he can, with witnesses that forgot."""
    entries = [f"entry {n}".encode() if n != forged else b"forged" for n in range(count)]
    store = FileLogStore(world.folder / f"rewritten-{count}-{forged}")
    tree = Tree()
    writer = TileWriter(tree, 0, store.read)
    tiles = writer.append(entries)
    text = Checkpoint(world.policy.origin, count, writer.root).text()
    note = Note(text, (NoteKey(world.policy.origin, world.log_signer.public_key).sign(text, world.log_signer),))
    store.commit(Batch(0, count, tiles, [], note.encode()))
    if cosigned:
        for name in ("police", "civil"):
            signer = world.signers[name]
            note = note.with_signatures(NoteKey(name, signer.public_key, cosigner=True).sign(text, signer, 1))
        store.publish(note.encode())
    world.log = world.make_log(store)
    return note.encode()


def test_a_silent_edit_under_a_new_root_is_a_fork_even_when_most_witnesses_lie(world: World) -> None:
    """Two of three witnesses sign the forged history: the third, and the monitor's memory, each convict the log."""
    _, memory = monitor(world.watched, world.policy)
    rewrite(world, 600, forged=7)
    report, kept = monitor(world.watched, world.policy, memory)
    assert kinds(report) == {"fork"}
    assert kept is memory, "what was seen is not forgotten for a contradiction"
    assert {one.where for one in report.findings} >= {"checkpoint", "health"}
    assert all(len(one.evidence) == 2 for one in report.findings), "both signed notes, for whoever judges"
    report, _ = monitor(world.watched, world.policy)
    assert kinds(report) == {"fork"}, "without any memory the honest witness suffices"


def test_a_rollback_is_told_from_growth(world: World) -> None:
    _, memory = monitor(world.watched, world.policy)
    rewrite(world, 500)
    report, _ = monitor(world.watched, world.policy, memory)
    assert kinds(report) == {"rollback"}
    report, _ = monitor(replace(world.watched, witnesses=()), world.policy, memory)
    assert kinds(report) == {"rollback"}


def test_a_checkpoint_that_too_few_cosigned_or_nobody_signed_is_not_believed(world: World) -> None:
    note = rewrite(world, 600, cosigned=False)
    world.log.store.publish(note)
    assert kinds(monitor(world.watched, world.policy)[0]) == {"uncosigned"}
    world.log.store.publish(note.replace(b"600", b"601"))
    assert kinds(monitor(world.watched, world.policy)[0]) == {"unsigned"}
    told = as_json(monitor(world.watched, world.policy)[0])
    assert json.loads(json.dumps(told))["clean"] is False


def test_a_witness_that_is_away_is_told_but_convicts_nobody(world: World) -> None:
    class Away:
        name = "health"

        def cosign(self, *_: object) -> list[object]:
            raise OSError

        def seen(self, _: str) -> bytes | None:
            raise OSError("away")

    report, _ = monitor(replace(world.watched, witnesses=[*world.witnesses[:2], Away()]), world.policy)  # type: ignore[list-item]
    assert report.clean
    assert kinds(report) == {"witness_away"}


def test_entries_that_go_in_while_the_monitor_reads_do_not_confuse_it(world: World) -> None:
    watched = world.watched
    world.log.append_many([NewEntry(f"late {n}".encode()) for n in range(300)])
    report, _ = monitor(watched, world.policy)
    assert report.clean, "the published checkpoint's tiles stay readable while the log runs on"
    assert report.size == 600
