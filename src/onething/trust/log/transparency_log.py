"""A log that grows: durable appends in batches, idempotent, one signed head a batch, proofs out of tiles.

Appends of several threads that meet share one batch (group commit). The log never trusts its own disk blindly: before it
extends what lies there, the stored tiles must give the root of the stored head, signed by the log's key.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from onething.core.errors import CONFLICT, Problem
from onething.trust import errors
from onething.trust.keys.base import Signer
from onething.trust.keys.digests import sha256
from onething.trust.log.merkle import Tree
from onething.trust.log.notes import Checkpoint, Note, NoteError, NoteKey, parse_checkpoint, parse_note
from onething.trust.log.store import Batch, LogStore, MovedError
from onething.trust.log.tiles import MOST_ENTRY, TileError, TileReader, TileWriter
from onething.trust.models import HashName, PublicKey


@dataclass(frozen=True, slots=True)
class NewEntry:
    """`key` makes an append idempotent: the same key and bytes give the same index, other bytes are refused."""

    data: bytes
    key: str = ""

    def key_hash(self) -> bytes:
        """Without a key of its own an entry is its own key: the same bytes go in once."""
        return sha256(b"k" + self.key.encode()) if self.key else sha256(b"d" + self.data)


@dataclass(frozen=True, slots=True)
class Appended:
    index: int
    size: int
    """Of the log after the batch; a checkpoint of at least this size covers the entry."""
    leaf: bytes
    again: bool = False
    """It was there already."""


@dataclass(slots=True)
class _Waiting:
    entries: Sequence[NewEntry]
    done: threading.Event = field(default_factory=threading.Event)
    result: "list[Appended | Problem]" = field(default_factory=list["Appended | Problem"])
    error: BaseException | None = None


class Log:
    """One log of one owner. Safe to use from several threads; several processes take turns through the store."""

    def __init__(
        self, origin: str, signer: Callable[[], Signer], store: LogStore, hash_name: HashName = HashName.SHA256,
        former: Sequence[PublicKey] = (), most_batch: int = 4096,
    ) -> None:  # fmt: skip
        """`signer` is asked for at each batch, so that a rotated key takes over; `former` are keys of older heads."""
        self.origin, self.store, self.tree = origin, store, Tree(hash_name)
        self._signer, self._former, self._most = signer, tuple(former), most_batch
        self._writer: TileWriter | None = None
        self._queue: list[_Waiting] = []
        self._queue_lock, self._turn = threading.Lock(), threading.Lock()

    # -- appending

    def append(self, data: bytes, key: str = "") -> Appended:
        """One entry, durable when this returns. Raises `Problem(trust.too_long | trust.other_content | …)`."""
        return self.append_many([NewEntry(data, key)])[0]

    def append_many(self, entries: Sequence[NewEntry]) -> list[Appended]:
        """All of them, or none when one is refused."""
        if any(len(entry.data) > MOST_ENTRY for entry in entries):
            raise Problem(errors.TOO_LONG, most=MOST_ENTRY)
        waiting = _Waiting(entries)
        with self._queue_lock:
            self._queue.append(waiting)
        with self._turn:
            while not waiting.done.is_set():
                self._lead()
        if waiting.error is not None:
            raise waiting.error
        done = [one for one in waiting.result if isinstance(one, Appended)]
        refused = [one for one in waiting.result if isinstance(one, Problem)]
        if refused:
            raise refused[0]
        return done

    def _lead(self) -> None:
        """Write what all who wait brought. Whoever holds the turn leads; the others find their result."""
        with self._queue_lock:
            batch: list[_Waiting] = []
            count = 0
            while self._queue and (not batch or count + len(self._queue[0].entries) <= self._most):
                count += len(self._queue[0].entries)
                batch.append(self._queue.pop(0))
            # Those beyond the limit lead for themselves as soon as the turn is free.
        try:
            self._write_again(batch)
        except BaseException as error:
            self._writer = None  # what of it reached the disk is unknown: load again
            for one in batch:
                one.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            for one in batch:
                one.done.set()

    def _write_again(self, batch: Sequence[_Waiting], times: int = 20) -> None:
        """Until no other process came in between."""
        for left in reversed(range(times)):
            try:
                with self.store.exclusive():
                    self._write(batch)
                return
            except MovedError:
                self._writer = None
                if not left:
                    raise Problem(CONFLICT) from None

    def _write(self, batch: Sequence[_Waiting]) -> None:
        writer = self._load()
        before = writer.size
        known = self.store.known([entry.key_hash() for one in batch for entry in one.entries])
        fresh: list[bytes] = []
        keys: list[tuple[bytes, int, bytes]] = []
        for one in batch:
            one.result = self._place(one.entries, known, before, fresh, keys)
        if not fresh:
            return
        tiles = writer.append(fresh)
        head = self._sign(Checkpoint(self.origin, writer.size, writer.root))
        self.store.commit(Batch(before, writer.size, tiles, keys, head))

    def _place(
        self, entries: Sequence[NewEntry], known: dict[bytes, tuple[int, bytes]], before: int,
        fresh: list[bytes], keys: list[tuple[bytes, int, bytes]],
    ) -> "list[Appended | Problem]":  # fmt: skip
        """Indices for one caller's entries; a refusal takes all of that caller's entries out again."""
        kept = len(fresh)
        added: list[bytes] = []
        result: list[Appended | Problem] = []
        for entry in entries:
            leaf, key = self.tree.leaf(entry.data), entry.key_hash()
            found = known.get(key)
            if found is not None and found[1] != leaf:
                del fresh[kept:], keys[kept:]
                for key in added:
                    del known[key]
                return [Problem(errors.OTHER_CONTENT)]
            if found is None:
                found = known[key] = (before + len(fresh), leaf)
                fresh.append(entry.data)
                keys.append((key, *found))
                added.append(key)
                result.append(Appended(found[0], found[0] + 1, leaf))
            else:
                result.append(Appended(found[0], found[0] + 1, leaf, again=True))
        return result

    def _load(self) -> TileWriter:
        """The writer at the stored head; checks that head and tiles agree. Raises `Problem(trust.log_inconsistent)`."""
        head = self.store.head()
        stored = self._own(head) if head is not None else Checkpoint(self.origin, 0, self.tree.empty())
        writer = self._writer
        if writer is not None and stored.size < writer.size:
            raise Problem(errors.LOG_INCONSISTENT, why="the stored log is shorter than it was")
        if writer is None or stored.size > writer.size:
            try:
                writer = TileWriter(self.tree, stored.size, self.store.read)
            except TileError as error:
                raise Problem(errors.LOG_INCONSISTENT, why=str(error)) from None
        if writer.root != stored.root:
            raise Problem(errors.LOG_INCONSISTENT, why="tiles and signed head disagree")
        self._writer = writer
        return writer

    def _own(self, head: bytes) -> Checkpoint:
        keys = [self._signer().public_key, *self._former]
        try:
            note = parse_note(head)
            checkpoint = parse_checkpoint(note.text)
        except NoteError as error:
            raise Problem(errors.LOG_INCONSISTENT, why=f"head: {error}") from None
        if checkpoint.origin != self.origin or not any(NoteKey(self.origin, key).signed(note) for key in keys):
            raise Problem(errors.LOG_INCONSISTENT, why="the head is not signed by this log")
        return checkpoint

    def _sign(self, checkpoint: Checkpoint) -> bytes:
        signer = self._signer()
        signature = NoteKey(self.origin, signer.public_key).sign(checkpoint.text(), signer)
        return Note(checkpoint.text(), (signature,)).encode()

    # -- reading

    def head(self) -> tuple[Checkpoint, Note]:
        """The latest checkpoint of the log itself (cosignatures come later). An empty log signs its emptiness."""
        data = self.store.head()
        if data is None:
            data = self._sign(Checkpoint(self.origin, 0, self.tree.empty()))
        return self._own(data), parse_note(data)

    def reader(self, size: int | None = None) -> TileReader:
        """Proofs and entries as of `size` (by default the latest head)."""
        return TileReader(self.tree, self.head()[0].size if size is None else size, self.store.read)
