"""Watching a log from outside: forks, roll-backs and silent edits are findings that name what was found where.

A monitor believes nobody: it keeps the last checkpoint it saw, reads tiles and entries as anybody can, asks every witness what it
last cosigned, and checks that all of it is one log that only grew.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from onething.core.durable import write_whole
from onething.trust.log.cosigning import WitnessClient
from onething.trust.log.merkle import Tree
from onething.trust.log.notes import Checkpoint, parse_note
from onething.trust.log.policy import LogPolicy, NotCountingError
from onething.trust.log.tiles import HASH, HEIGHT, WIDTH, Read, TileError, TileReader, bundle_path, tile_path, width_at
from onething.trust.models import b64url, unb64url


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind`: `fork`, `rollback`, `edited`, `unsigned`, `uncosigned`, `missing`, `witness_away`, `recovered`."""

    kind: str
    where: str
    what: str
    evidence: tuple[str, ...] = ()
    """The contradicting signed notes: whoever holds them can convict the log without us."""

    @property
    def serious(self) -> bool:
        return self.kind not in {"witness_away", "recovered"}


@dataclass(slots=True)
class Report:
    size: int = 0
    checked_entries: int = 0
    findings: list[Finding] = field(default_factory=list["Finding"])

    @property
    def clean(self) -> bool:
        return not any(one.serious for one in self.findings)

    def add(self, kind: str, where: str, what: str, *evidence: bytes) -> None:
        self.findings.append(Finding(kind, where, what, tuple(one.decode("utf-8", "replace") for one in evidence)))


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the monitor knows from its last good run."""

    size: int
    root: bytes
    note: bytes

    def save(self, path: Path) -> None:
        told = {"size": self.size, "root": b64url(self.root), "note": self.note.decode()}
        write_whole(path, json.dumps(told).encode())

    @classmethod
    def load(cls, path: Path) -> "Remembered | None":
        if not path.exists():
            return None
        told = json.loads(path.read_bytes())
        return cls(told["size"], unb64url(told["root"]), told["note"].encode())


@dataclass(frozen=True, slots=True)
class Watched:
    """How the log is reached: its published checkpoint and its tiles."""

    checkpoint: Callable[[], bytes | None]
    read: Read
    witnesses: Sequence[WitnessClient] = ()


def monitor(
    watched: Watched, policy: LogPolicy, before: Remembered | None = None, *, full: bool = False
) -> tuple[Report, Remembered | None]:
    """One round. Gives what was found, and what to remember (the old memory when something serious was found).

    `full` reads every entry and every tile again, not only what is new since `before`.
    """
    report, tree = Report(), Tree(policy.hash)
    data = watched.checkpoint()
    if data is None:
        report.add("missing", "checkpoint", "the log shows no checkpoint")
        return report, before
    checkpoint = _signed(report, policy, data, "checkpoint")
    if checkpoint is None:
        return report, before
    report.size = checkpoint.size
    before = _after_recovery(report, policy, before)
    reader = TileReader(tree, checkpoint.size, watched.read)
    _compare_memory(report, tree, reader, checkpoint, data, before)
    for witness in watched.witnesses:
        _compare_witness(report, policy, reader, checkpoint, data, witness)
    start = 0 if full or before is None else min(before.size, checkpoint.size)
    _audit(report, tree, reader, checkpoint, start)
    return report, Remembered(checkpoint.size, checkpoint.root, data) if report.clean else before


def _after_recovery(report: Report, policy: LogPolicy, before: Remembered | None) -> Remembered | None:
    """What is remembered of a former name of the log ends with its operator's statement, if that owns up to all of it."""
    closed = policy.closing(before.note.partition(b"\n")[0].decode("utf-8", "replace")) if before is not None else None
    if before is None or closed is None:
        return before
    if before.size > closed.last.size or (before.size == closed.last.size and before.root != closed.last.root):
        report.add("rollback", closed.origin, f"{before.size} entries were seen, the recovery statement owns up to {closed.last.size}", before.note, closed.note)  # fmt: skip
    else:
        report.add("recovered", closed.origin, f"ended at {closed.last.size}, {closed.lost} entries lost: {closed.reason}", closed.note)  # fmt: skip
    return None


def _signed(report: Report, policy: LogPolicy, data: bytes, where: str) -> Checkpoint | None:
    try:
        return policy.check(data).checkpoint
    except NotCountingError as error:
        kind = "uncosigned" if error.step == "cosignatures" else "unsigned"
        report.add(kind, where, str(error), data)
        return None


def _compare_memory(
    report: Report, tree: Tree, reader: TileReader, now: Checkpoint, data: bytes, before: Remembered | None
) -> None:
    if before is None:
        return
    if now.size < before.size:
        report.add("rollback", "checkpoint", f"{before.size} entries were seen, now there are {now.size}", before.note, data)  # fmt: skip
    elif not _extends(report, tree, reader, before.size, before.root, now):
        report.add("fork", "checkpoint", f"the {before.size} entries seen before are not the beginning of this log", before.note, data)  # fmt: skip


def _extends(report: Report, tree: Tree, reader: TileReader, size: int, root: bytes, now: Checkpoint) -> bool:
    try:
        return tree.extends(size, now.size, root, now.root, reader.consistency(size))
    except TileError as error:
        report.add("missing", error.path, error.why)
        return False


def _compare_witness(
    report: Report, policy: LogPolicy, reader: TileReader, now: Checkpoint, data: bytes, witness: WitnessClient
) -> None:
    try:
        seen = witness.seen(policy.origin)
    except OSError as error:
        report.add("witness_away", witness.name, str(error))
        return
    if seen is None:
        return
    try:
        theirs = policy.signed_by_log(parse_note(seen))
    except ValueError as error:  # NotCountingError and NoteError are both of this kind
        report.add("unsigned", witness.name, f"this witness shows a checkpoint that the log did not sign: {error}", seen)  # fmt: skip
        return
    if theirs.size <= now.size:
        if not _extends(report, reader.tree, reader, theirs.size, theirs.root, now):
            report.add("fork", witness.name, f"this witness cosigned another log of {theirs.size} entries", seen, data)
        return
    # It knows more than was shown to us: that must contain what we see; only tiles of the longer log can tell.
    longer = TileReader(reader.tree, theirs.size, reader.read)
    try:
        good = reader.tree.extends(now.size, theirs.size, now.root, theirs.root, longer.consistency(now.size))
    except TileError:
        report.add("rollback", witness.name, f"this witness cosigned {theirs.size} entries, the log shows {now.size}", seen, data)  # fmt: skip
        return
    if not good:
        report.add("fork", witness.name, f"this witness cosigned another log of {theirs.size} entries", seen, data)


def _audit(report: Report, tree: Tree, reader: TileReader, now: Checkpoint, start: int) -> None:
    """Entries against leaf hashes, each row of tiles against the row above, the top against the signed root."""
    for number in range(start // WIDTH, -(-now.size // WIDTH)):
        try:
            row, entries = reader.tile(0, number), reader.bundle(number)
        except TileError as error:
            report.add("missing" if error.why == "absent" else "edited", error.path, error.why)
            continue
        for offset, entry in enumerate(entries):
            if tree.leaf(entry) != row[offset * HASH : (offset + 1) * HASH]:
                report.add("edited", bundle_path(number, len(entries)), f"entry {number * WIDTH + offset} is not what was logged")  # fmt: skip
        report.checked_entries += len(entries)
    _audit_rows(report, tree, reader, now, start)
    try:
        if reader.root() != now.root:
            report.add("edited", "tile/", "the tiles do not give the root that was signed")
    except TileError as error:
        report.add("missing", error.path, error.why)


def _audit_rows(report: Report, tree: Tree, reader: TileReader, now: Checkpoint, start: int) -> None:
    level = 1
    while now.size >> HEIGHT * level:
        first = (start >> HEIGHT * level) // WIDTH
        for number in range(first, -(-(now.size >> HEIGHT * level) // WIDTH)):
            try:
                row = reader.tile(level, number)
                for offset in range(len(row) // HASH):
                    below = reader.tile(level - 1, number * WIDTH + offset)
                    made = tree.fold([below[at : at + HASH] for at in range(0, len(below), HASH)])
                    if made != row[offset * HASH : (offset + 1) * HASH]:
                        where = tile_path(level, number, width_at(level, number, now.size))
                        report.add("edited", where, f"hash {offset} is not the root of the tile below it")
            except TileError as error:
                report.add("missing", error.path, error.why)
        level += 1


def as_json(report: Report) -> dict[str, Any]:
    findings = [{"kind": f.kind, "where": f.where, "what": f.what, "evidence": list(f.evidence)} for f in report.findings]  # fmt: skip
    return {"clean": report.clean, "size": report.size, "checked_entries": report.checked_entries, "findings": findings}
