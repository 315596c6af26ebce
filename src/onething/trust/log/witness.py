"""A witness: cosigns a checkpoint only when it extends what this witness cosigned before (C2SP tlog-witness).

Each agency runs its own, with its own key and its own memory of every log. What it has once cosigned is on its disk
before the cosignature leaves, so a witness that was killed never contradicts itself.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from onething.core.clock import now
from onething.core.wal import write_ahead
from onething.trust.keys.base import Signer
from onething.trust.log.merkle import Tree
from onething.trust.log.notes import Checkpoint, NoteError, NoteKey, NoteSignature, parse_checkpoint, parse_note
from onething.trust.log.policy import LogPolicy, NotCountingError
from onething.trust.log.recovery import Recovery, base_of, parse_recovery


class WitnessRefusal(Exception):  # noqa: N818 - a refusal is an answer of the protocol, not a fault
    """Why no cosignature was given; `status` as tlog-witness has it, `size` what this witness knows (409 only)."""

    def __init__(self, status: int, why: str, size: int | None = None) -> None:
        super().__init__(why)
        self.status, self.why, self.size = status, why, size


@dataclass(frozen=True, slots=True)
class Seen:
    """The last state of a log that this witness cosigned."""

    size: int
    root: bytes
    note: bytes


class WitnessMemory:
    """Origin → last seen state, in an SQLite file of the witness alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(self._open()) as db, db:
            db.execute("CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL)")  # fmt: skip
            db.execute("CREATE TABLE IF NOT EXISTS recovery (origin TEXT PRIMARY KEY, successor TEXT NOT NULL, note BLOB NOT NULL)")  # fmt: skip

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=15, isolation_level=None)
        write_ahead(db)
        db.execute("PRAGMA synchronous=FULL")
        return db

    def get(self, origin: str) -> Seen | None:
        with contextlib.closing(self._open()) as db:
            row = db.execute("SELECT size, root, note FROM seen WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else Seen(*row)

    def closed(self, origin: str) -> bytes | None:
        """The statement of its operator that closed this log."""
        return self._one("SELECT note FROM recovery WHERE origin = ?", origin)

    def opened(self, origin: str) -> bytes | None:
        """The statement of its operator with which this log began."""
        return self._one("SELECT note FROM recovery WHERE successor = ?", origin)

    def _one(self, query: str, origin: str) -> bytes | None:
        with contextlib.closing(self._open()) as db:
            row = db.execute(query, (origin,)).fetchone()
        return None if row is None else row[0]

    def close(self, recovery: Recovery, note: bytes) -> bool:
        """Keep a statement for good, unless the witness meanwhile cosigned more than it owns up to; False then.

        Another statement about the same log is never taken: False as well.
        """
        with contextlib.closing(self._open()) as db:
            db.execute(
                "INSERT OR IGNORE INTO recovery SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM seen WHERE origin = ?1 AND size > ?4)",
                (recovery.origin, recovery.successor, note, recovery.last.size),
            )
            row = db.execute("SELECT note FROM recovery WHERE origin = ?", (recovery.origin,)).fetchone()
        return row is not None and row[0] == note

    def advance(self, origin: str, before: Seen | None, after: Seen) -> bool:
        """Durable compare and set; False when another thread or process was quicker."""
        with contextlib.closing(self._open()) as db:
            if before is None:
                done = db.execute(
                    "INSERT OR IGNORE INTO seen SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM recovery WHERE origin = ?1)",
                    (origin, after.size, after.root, after.note),
                )
            else:
                done = db.execute(
                    "UPDATE seen SET size = ?, root = ?, note = ? WHERE origin = ? AND size = ? AND root = ? AND origin NOT IN (SELECT origin FROM recovery)",
                    (after.size, after.root, after.note, origin, before.size, before.root),
                )
            return done.rowcount == 1


class Witness:
    """One agency's witness. `logs` are the logs it knows, each with the keys it accepts for them."""

    def __init__(
        self, name: str, signer: Callable[[], Signer], memory: WitnessMemory, logs: Mapping[str, LogPolicy]
    ) -> None:
        self.name, self._signer, self._memory = name, signer, memory
        self._logs = {base_of(origin): policy.under(base_of(origin)) for origin, policy in logs.items()}
        self._lock = threading.Lock()
        for recovery in (one for policy in logs.values() for one in policy.recoveries):
            self._memory.close(recovery, recovery.note)

    @property
    def key(self) -> NoteKey:
        return NoteKey(self.name, self._signer().public_key, cosigner=True)

    def seen(self, origin: str) -> Seen | None:
        """What it last cosigned for a log, for monitors."""
        return self._memory.get(origin)

    def statement(self, origin: str) -> bytes | None:
        """The operator's statement with which a log of this name began."""
        return self._memory.opened(origin)

    def add_checkpoint(self, old: int, proof: list[bytes], data: bytes) -> NoteSignature:
        """A cosignature, or `WitnessRefusal` and nothing changed."""
        checkpoint, policy = self._known_log(data)
        tree = Tree(policy.hash)
        if old > checkpoint.size:
            raise WitnessRefusal(400, "the old size is larger than the checkpoint's")
        with self._lock:
            before = self._memory.get(checkpoint.origin)
            known_size, known_root = (before.size, before.root) if before else (0, tree.empty())
            if old != known_size:
                raise WitnessRefusal(409, "another size is known here", known_size)
            if checkpoint.size == known_size and checkpoint.root != known_root:
                raise WitnessRefusal(409, "another root of this size is known here: the log is forked", known_size)
            if not tree.extends(known_size, checkpoint.size, known_root, checkpoint.root, proof):
                raise WitnessRefusal(422, "the consistency proof does not hold")
            signature = self.key.sign(parse_note(data).text, self._signer(), int(now().timestamp()))
            cosigned = parse_note(data).with_signatures(signature).encode()
            if not self._memory.advance(checkpoint.origin, before, Seen(checkpoint.size, checkpoint.root, cosigned)):
                raise WitnessRefusal(409, "another request was quicker", known_size)
            return signature

    def add_recovery(self, data: bytes) -> None:
        """Take the operator's word that a log was lost in part and goes on under another name. `WitnessRefusal` and nothing changed.

        It must own up to all that this witness cosigned; from then on the old name gets no cosignature, and the new one does.
        """
        origin = data.split(b"\n", 2)[1].decode("utf-8", "replace") if data.count(b"\n") > 1 else ""
        policy = self._logs.get(base_of(origin))
        if policy is None:
            raise WitnessRefusal(404, "this log is not known here")
        try:
            recovery = parse_recovery(data, policy.operators)
        except NoteError as error:
            raise WitnessRefusal(403, str(error)) from None
        if self._policy_of(recovery.origin) is None:
            raise WitnessRefusal(404, "this log is not known here")
        with self._lock:
            before = self._memory.get(recovery.origin)
            if before is not None and before.size > recovery.last.size:
                raise WitnessRefusal(409, "this witness cosigned more than the statement owns up to", before.size)
            if before is not None and before.size == recovery.last.size and before.root != recovery.last.root:
                raise WitnessRefusal(409, "another root of this size is known here: the log is forked", before.size)
            if not self._memory.close(recovery, data):
                raise WitnessRefusal(409, "another statement about this log is known here")

    def _policy_of(self, origin: str) -> LogPolicy | None:
        """What this witness demands of a log under this name: of its first one as configured, later ones by the operator's word."""
        policy = self._logs.get(base_of(origin))
        if policy is None or policy.origin == origin:
            return policy
        return policy.under(origin) if self._memory.opened(origin) is not None else None

    def _known_log(self, data: bytes) -> tuple[Checkpoint, LogPolicy]:
        try:
            checkpoint = parse_checkpoint(parse_note(data).text)
        except NoteError as error:
            raise WitnessRefusal(400, str(error)) from None
        policy = self._policy_of(checkpoint.origin)
        if policy is None:
            raise WitnessRefusal(404, "this log is not known here")
        if self._memory.closed(checkpoint.origin) is not None:
            raise WitnessRefusal(410, "its operator said that this log ended; it goes on under another name")
        try:
            policy.signed_by_log(parse_note(data))
        except NotCountingError as error:
            raise WitnessRefusal(403, error.why) from None
        return checkpoint, policy
