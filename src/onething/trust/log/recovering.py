"""Finding out that a log is behind its witnesses, and bringing it on: by the entries it lost, or by its operator's word.

`survey` only looks. `replay` puts entries back that still lie elsewhere, checked against a checkpoint that witnesses cosigned.
`close` hands the operator's statement to the witnesses. Each may be repeated after it was cut off.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from onething.core.errors import Problem
from onething.trust import errors
from onething.trust.log.cosigning import WitnessClient
from onething.trust.log.merkle import Tree
from onething.trust.log.notes import Checkpoint, NoteError, parse_note
from onething.trust.log.policy import LogPolicy, NotCountingError
from onething.trust.log.recovery import Recovery, successor_of
from onething.trust.log.store import Batch
from onething.trust.log.tiles import Read, TileError, TileReader, TileWriter
from onething.trust.log.witness import WitnessRefusal

_FEW = 1024
MOST_NAMES = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """What one witness says. `state`: `even`, `behind` (it knows less, as between rounds), `ahead`, `forked`, `away`, `new`, `wrong`."""

    name: str
    state: str
    checkpoint: Checkpoint | None = None
    note: bytes = b""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """A log beside what its witnesses remember of it."""

    origin: str
    size: int
    published: int
    witnesses: list[Seen] = field(default_factory=list[Seen])

    @property
    def trouble(self) -> bool:
        """Whether cosignatures will never come again unless the log is recovered."""
        return any(one.state in {"ahead", "forked"} for one in self.witnesses)

    @property
    def furthest(self) -> Seen | None:
        """The largest checkpoint that a witness remembers."""
        seen = [one for one in self.witnesses if one.checkpoint is not None]
        return max(seen, key=lambda one: one.checkpoint.size if one.checkpoint else 0, default=None)


class Rewritable(Protocol):
    """A log's place whose uncosigned end may be replaced."""

    def head(self) -> bytes | None: ...
    def published(self) -> bytes | None: ...
    def read(self, path: str) -> bytes | None: ...
    def put_back(self, batch: Batch, kept: int) -> None: ...


def survey(
    own: Checkpoint, published: int, read: Read, policy: LogPolicy, witnesses: Sequence[WitnessClient]
) -> Survey:
    """Ask every witness what it remembers, and compare. Raises nothing for a witness that is away."""
    reader = TileReader(Tree(policy.hash), own.size, read)
    return Survey(
        policy.origin, own.size, published, [_compare(own, published, reader, policy, one) for one in witnesses]
    )


def _compare(own: Checkpoint, published: int, reader: TileReader, policy: LogPolicy, witness: WitnessClient) -> Seen:
    try:
        note = witness.seen(policy.origin)
    except OSError as error:
        return Seen(witness.name, "away", why=str(error))
    if note is None:
        return Seen(witness.name, "new")
    try:
        theirs = policy.signed_by_log(parse_note(note))
    except (NotCountingError, NoteError) as error:
        return Seen(witness.name, "wrong", note=note, why=str(error))
    if theirs.size > own.size:
        return Seen(witness.name, "ahead", theirs, note)
    try:
        same = TileReader(reader.tree, theirs.size, reader.read).root() == theirs.root
    except TileError as error:
        return Seen(witness.name, "forked", theirs, note, str(error))
    if not same:
        # Entries that were added after an older state was put back: beyond what was published nobody else ever saw them.
        return Seen(witness.name, "ahead" if theirs.size > published else "forked", theirs, note)
    return Seen(witness.name, "even" if theirs.size == own.size else "behind", theirs, note)


def last_name(origin: str, witnesses: Sequence[WitnessClient]) -> str:
    """The newest name of the log that any witness knows, `origin` when they know none beyond it.

    A second disaster may have lost the statement of the first; the witnesses remember the name all the same.
    """
    newest, name = origin, origin
    for _ in range(MOST_NAMES):
        name = successor_of(name)
        if not any(_knows(one, name) for one in witnesses):
            return newest
        newest = name
    return newest


def _knows(witness: WitnessClient, origin: str) -> bool:
    try:
        return witness.seen(origin) is not None
    except OSError:
        return False


def replay(
    store: Rewritable, policy: LogPolicy, own: Checkpoint, target: bytes, source: Read, key_of: "KeyOf"
) -> int:  # fmt: skip
    """Put the entries that are missing up to a cosigned checkpoint (`target`) back from `source`; how many were.

    Nothing is changed unless they give exactly the root that the log signed. Raises `Problem(trust.recovery_source)`.
    """
    try:
        wanted = policy.signed_by_log(parse_note(target))
    except (NotCountingError, NoteError) as error:
        raise Problem(errors.RECOVERY_SOURCE, why=str(error)) from None
    tree = Tree(policy.hash)
    theirs = TileReader(tree, wanted.size, source)
    try:
        kept = _common(store, policy, own, theirs, wanted)
        writer = TileWriter(tree, kept, store.read)
        entries = [entry for _, entry in theirs.entries(kept)]
        tiles: dict[str, bytes] = {}
        for at in range(0, len(entries), _FEW):
            tiles |= writer.append(entries[at : at + _FEW])
    except TileError as error:
        raise Problem(errors.RECOVERY_SOURCE, why=str(error)) from None
    if writer.size != wanted.size or writer.root != wanted.root:
        raise Problem(errors.RECOVERY_SOURCE, why="its entries do not give the root that was cosigned")
    keys = {key_of(entry): (kept + n, tree.leaf(entry)) for n, entry in enumerate(entries)}
    rows = [(key, *place) for key, place in keys.items()]
    store.put_back(Batch(own.size, wanted.size, tiles, rows, target), kept)
    return len(entries)


KeyOf = Callable[[bytes], bytes]
"""An entry → the hash of the idempotency key under which it was appended, so that it is not appended again."""


def _common(store: Rewritable, policy: LogPolicy, own: Checkpoint, theirs: TileReader, wanted: Checkpoint) -> int:
    """How many of our entries are the beginning of theirs: all, or those of the published checkpoint."""
    if own.size <= wanted.size and TileReader(theirs.tree, own.size, theirs.read).root() == own.root:
        return own.size
    note = store.published()
    return policy.check(note).checkpoint.size if note else 0


def close(recovery: Recovery, witnesses: Sequence[WitnessClient], needed: int) -> dict[str, str]:
    """Hand the statement to every witness; who did not take it, and why.

    Raises `Problem(trust.not_enough_witnesses)` when fewer took it than a checkpoint needs: do it again when they are there.
    """
    refused: dict[str, str] = {}
    for witness in witnesses:
        try:
            witness.recover(recovery.note)
        except WitnessRefusal as refusal:
            refused[witness.name] = f"{refusal.status} {refusal.why}"
        except OSError as error:
            refused[witness.name] = str(error)
    taken = len(witnesses) - len(refused)
    if taken < needed:
        raise Problem(errors.NOT_ENOUGH_WITNESSES, detail=str(refused), needed=needed, got=taken)
    return refused
