"""The transparency log: durable appends, proofs out of ten million entries without loading them, room; beside pymerkle."""

import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from bench import peers
from bench.table import Row, show
from onething.core.db import Database
from onething.trust.keys.ed25519 import Ed25519Signer
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.merkle import Tree
from onething.trust.log.store import FileLogStore, LogStore
from onething.trust.log.tiles import TileReader, TileWriter
from onething.trust.log.transparency_log import Log, NewEntry
from onething.trust.models import HashName

ENTRY, BATCH, APPENDED, GROWN, BESIDE = 180, 1_000, 30_000, 10_000_000, 100_000
"""A record's commitments and head are about 180 bytes."""
PEER = """
import json, sys, tempfile, time, random
from pymerkle import SqliteTree
count = int(sys.argv[1]); length = int(sys.argv[2])
folder = tempfile.mkdtemp()
tree = SqliteTree(folder + "/tree.db")
entries = [b"%d" % n + b"x" * length for n in range(count)]
started = time.perf_counter(); tree.append_entries(entries); grown = time.perf_counter() - started
dice = random.Random(1); times = []
for _ in range(20):
    index = dice.randrange(1, count + 1)
    started = time.perf_counter(); tree.prove_inclusion(index, count); times.append(time.perf_counter() - started)
print(json.dumps({"per_second": count / grown, "proof_ms": sorted(times)[10] * 1000}))
"""


def appends(store: LogStore) -> float:
    """Entries a second, each batch signed, on disk and idempotent when `append_many` returns."""
    signer = Ed25519Signer(bytes(range(32)))
    log = Log("bench.example/log", lambda: signer, store)
    entries = [NewEntry(f"{n:012d}".encode() + b"x" * (ENTRY - 12)) for n in range(APPENDED)]
    started = time.perf_counter()
    for start in range(0, APPENDED, BATCH):
        log.append_many(entries[start : start + BATCH])
    return APPENDED / (time.perf_counter() - started)


def grow(folder: Path, count: int) -> Tree:
    """A log's tiles for `count` entries, written without waiting for the disk: only its proofs are measured."""
    tree = Tree(HashName.SHA256)
    writer = TileWriter(tree, 0, lambda _: None)
    made: set[Path] = set()
    filler = b"x" * (ENTRY - 12)
    for start in range(0, count, 65_536):
        batch = [f"{n:012d}".encode() + filler for n in range(start, min(start + 65_536, count))]
        for name, content in writer.append(batch).items():
            path = folder / name
            if path.parent not in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                made.add(path.parent)
            path.write_bytes(content)
    return tree


def proofs(folder: Path, tree: Tree, count: int, times: int = 400) -> dict[str, float]:
    """A new reader for each, as after a restart: nothing of the log is in this process's memory."""
    store, dice = FileLogStore(folder), random.Random(4)
    root = TileReader(tree, count, store.read).root()
    before = psutil.Process().memory_info().rss
    inclusion: list[float] = []
    consistency: list[float] = []
    for _ in range(times):
        index, old = dice.randrange(count), dice.randrange(1, count)
        reader = TileReader(tree, count, store.read)
        started = time.perf_counter()
        path = reader.inclusion(index)
        inclusion.append(time.perf_counter() - started)
        leaf = tree.leaf(reader.entry(index))
        assert tree.includes(leaf, index, count, path, root)
        reader = TileReader(tree, count, store.read)
        started = time.perf_counter()
        reader.consistency(old)
        consistency.append(time.perf_counter() - started)
    warm = TileReader(tree, count, store.read, keep=4096)
    started = time.perf_counter()
    for _ in range(times):
        warm.inclusion(dice.randrange(count))
    return {
        "inclusion_ms": sorted(inclusion)[times // 2] * 1000, "inclusion_p99_ms": sorted(inclusion)[int(times * 0.99)] * 1000,
        "consistency_ms": sorted(consistency)[times // 2] * 1000, "warm_ms": (time.perf_counter() - started) / times * 1000,
        "memory_growth_mb": (psutil.Process().memory_info().rss - before) / 1e6,
    }  # fmt: skip


def room(folder: Path, count: int) -> tuple[float, float]:
    """Bytes an entry on disk: all of it, and without the entries themselves."""
    files = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    bundles = sum(path.stat().st_size for path in (folder / "tile" / "entries").rglob("*") if path.is_file())
    return sum(files) / count, (sum(files) - bundles) / count


def run(_out: Path) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures["appends_files"] = round(appends(FileLogStore(folder / "durable")))
        database = Database(f"sqlite:///{folder}/onething.db")
        database.create_all()
        figures["appends_database"] = round(appends(DatabaseLogStore(database, "bench")))
        database.dispose()
        started = time.perf_counter()
        tree = grow(folder / "ten_million", GROWN)
        figures["grown_seconds"] = round(time.perf_counter() - started, 1)
        figures |= {key: round(value, 3) for key, value in proofs(folder / "ten_million", tree, GROWN).items()}
        whole, beyond = room(folder / "ten_million", GROWN)
        figures |= {"bytes_an_entry": round(whole, 1), "bytes_beyond_the_entry": round(beyond, 1)}
        beside = grow(folder / "beside", BESIDE)
        ours = proofs(folder / "beside", beside, BESIDE, 20)["inclusion_ms"]
    try:
        peer = json.loads(peers.run(PEER, str(BESIDE), str(ENTRY)).splitlines()[-1])
    except Exception as error:  # noqa: BLE001 - the peer's environment may not be installable here; the rest counts
        print(f"pymerkle could not be measured here: {type(error).__name__}", file=sys.stderr)
        peer = None
    if peer is not None:
        figures["pymerkle"] = {
            "proof_ms_at_100k": round(peer["proof_ms"], 3), "ours_ms_at_100k": round(ours, 3),
            "times_ours": round(peer["proof_ms"] / ours, 1), "appends_per_second": round(peer["per_second"]),
        }  # fmt: skip
    _print(figures)
    return figures


def _print(f: dict[str, Any]) -> None:
    rows = [
        Row("durable appends, batches of 1,000, files", "≥ 3,000/s", f"{f['appends_files']:,}/s", f["appends_files"] >= 3_000),
        Row("durable appends, batches of 1,000, database", "≥ 3,000/s", f"{f['appends_database']:,}/s", f["appends_database"] >= 3_000),
        Row("inclusion proof out of 10 M, nothing cached", "≤ 1 ms", f"{f['inclusion_ms']:.2f} ms, p99 {f['inclusion_p99_ms']:.2f}", f["inclusion_ms"] <= 1),
        Row("inclusion proof, tiles cached", "", f"{f['warm_ms']:.2f} ms"),
        Row("consistency proof out of 10 M", "", f"{f['consistency_ms']:.2f} ms"),
        Row("memory for 400 proofs out of 10 M", "log not loaded", f"{f['memory_growth_mb']:.0f} MB", f["memory_growth_mb"] < 100),
        Row("room of an entry of 180 bytes", "", f"{f['bytes_an_entry']} B, {f['bytes_beyond_the_entry']} B beyond it"),
    ]  # fmt: skip
    if "pymerkle" in f:
        peer = f["pymerkle"]
        rows.append(
            Row(
                f"{peers.version('pymerkle')} (SQLite), proof out of 100,000",
                "ratio",
                f"{peer['proof_ms_at_100k']} ms: {peer['times_ours']} × ours",
            )
        )
        rows.append(
            Row(f"{peers.version('pymerkle')} appends, one transaction", "", f"{peer['appends_per_second']:,}/s")
        )
    show("Transparency log", rows)
