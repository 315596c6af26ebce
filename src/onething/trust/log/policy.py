"""When a checkpoint counts: signed by the log and cosigned by N of M witnesses that this reader chose.

Two sets of N witnesses out of M share at least 2N − M of them. While fewer than that lie, no two contradicting checkpoints
of a log both count. Witnesses detect equivocation and nothing else: this is no Byzantine consensus, and it does not say
that what was logged is true.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from onething.trust.log.notes import Checkpoint, Note, NoteError, NoteKey, parse_checkpoint, parse_note
from onething.trust.log.recovery import Recovery, in_order, parse_recovery
from onething.trust.models import HashName, PublicKey


class NotCountingError(ValueError):
    """A checkpoint that does not count; `step` names the check that failed."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(f"{step}: {why}")
        self.step, self.why = step, why


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key of a log or a witness as a reader trusts it."""

    key: NoteKey
    revoked_at: datetime | None = None

    def usable(self, proven_at: datetime | None) -> bool:
        """A revoked key counts only for what somebody else's clock proves to be older than the revocation."""
        return self.revoked_at is None or (proven_at is not None and proven_at < self.revoked_at)


@dataclass(frozen=True, slots=True)
class Counted:
    """A checkpoint that counts, and who says so."""

    checkpoint: Checkpoint
    witnesses: dict[str, datetime]
    """Name → the time that witness wrote into its cosignature."""


@dataclass(frozen=True, slots=True)
class LogPolicy:
    """What a reader demands of one log. Keys come from outside, never from what is being checked."""

    origin: str
    hash: HashName
    logs: tuple[TrustedKey, ...]
    """The log's keys, after rotations several."""
    witnesses: tuple[TrustedKey, ...]
    needed: int
    operators: tuple[PublicKey, ...] = ()
    """Root keys of who runs the log: whose word a recovery needs."""
    recoveries: tuple[Recovery, ...] = ()
    """Under which names it ran before, and what was lost between them; oldest first."""

    def __post_init__(self) -> None:
        names = {one.key.name for one in self.witnesses}
        if not self.logs or not 0 <= self.needed <= len(names):
            raise ValueError("a policy needs a log key and at most as many cosignatures as there are witnesses")
        if self.recoveries and not in_order(self.recoveries, self.origin):
            raise ValueError("the recovery statements do not lead to this log")

    @property
    def sound_against(self) -> int:
        """How many lying witnesses cannot make two contradicting checkpoints count."""
        return max(0, 2 * self.needed - len({one.key.name for one in self.witnesses}) - 1)

    def signed_by_log(self, note: Note, proven_at: datetime | None = None) -> Checkpoint:
        """Only the log's own signature and name. Raises `NotCountingError`."""
        try:
            checkpoint = parse_checkpoint(note.text)
        except NoteError as error:
            raise NotCountingError("checkpoint", str(error)) from None
        if checkpoint.origin != self.origin:
            raise NotCountingError("origin", "another log's checkpoint")
        if not any(one.usable(proven_at) and one.key.signed(note) for one in self.logs):
            raise NotCountingError("log signature", "not signed by the log")
        return checkpoint

    def check(self, data: bytes, proven_at: datetime | None = None) -> Counted:
        """All of it. Raises `NotCountingError` with the step that failed."""
        try:
            note = parse_note(data)
        except NoteError as error:
            raise NotCountingError("checkpoint", str(error)) from None
        checkpoint = self.signed_by_log(note, proven_at)
        times: dict[str, datetime] = {}
        for one in self.witnesses:
            at = one.key.time_of(note) if one.usable(proven_at) else None
            if at is not None and at < 2**40:
                times[one.key.name] = datetime.fromtimestamp(at, UTC)
        if len(times) < self.needed:
            raise NotCountingError("cosignatures", f"{len(times)} of {self.needed} needed")
        return Counted(checkpoint, times)

    def under(self, origin: str) -> "LogPolicy":
        """The same demands of the log under another of its names."""
        logs = tuple(TrustedKey(NoteKey(origin, one.key.public_key), one.revoked_at) for one in self.logs)
        return replace(self, origin=origin, logs=logs, recoveries=())

    def closing(self, origin: str) -> Recovery | None:
        """The statement that closed a former name of the log."""
        return next((one for one in self.recoveries if one.origin == origin), None)

    def check_any(self, data: bytes, proven_at: datetime | None = None) -> Counted:
        """Like `check`, and checkpoints under the log's former names count as far as its operator's statements own up to them."""
        closed = self.closing(_origin_of(data))
        if closed is None:
            return self.check(data, proven_at)
        counted = self.under(closed.origin).check(data, proven_at)
        beyond = counted.checkpoint.size > closed.last.size
        if beyond or (counted.checkpoint.size == closed.last.size and counted.checkpoint.root != closed.last.root):
            raise NotCountingError("recovery", "not in what the operator says the log held when it ended")
        return counted

    def as_json(self) -> dict[str, Any]:
        """The policy as the trust anchors of a package or a monitor."""
        told: dict[str, Any] = {}
        if self.operators:
            told["operators"] = [key.jwk() for key in self.operators]
        if self.recoveries:
            told["recoveries"] = [one.note.decode() for one in self.recoveries]
        return told | {
            "origin": self.origin, "hash": self.hash.value, "needed": self.needed,
            "logs": [_told(one) for one in self.logs], "witnesses": [_told(one) for one in self.witnesses],
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "LogPolicy":
        """Raises `ValueError` or `KeyError`."""
        operators = tuple(PublicKey.from_jwk(one) for one in told.get("operators", ()))
        return cls(
            str(told["origin"]), HashName(told["hash"]),
            tuple(_trusted(one, cosigner=False) for one in told["logs"]),
            tuple(_trusted(one, cosigner=True) for one in told["witnesses"]), int(told["needed"]),
            operators, read_recoveries([str(one).encode() for one in told.get("recoveries", ())], operators),
        )  # fmt: skip


def read_recoveries(notes: Sequence[bytes], operators: Sequence[PublicKey]) -> tuple[Recovery, ...]:
    """Statements as they were kept. Raises `NoteError` for one that the operator did not sign."""
    return tuple(parse_recovery(note, operators) for note in notes)


def _origin_of(data: bytes) -> str:
    return data.partition(b"\n")[0].decode("utf-8", "replace")


def _told(one: TrustedKey) -> dict[str, Any]:
    revoked = one.revoked_at.isoformat() if one.revoked_at else None
    return {"name": one.key.name, "key": one.key.public_key.jwk(), "revoked_at": revoked}


def _trusted(told: dict[str, Any], *, cosigner: bool) -> TrustedKey:
    revoked = datetime.fromisoformat(told["revoked_at"]) if told.get("revoked_at") else None
    return TrustedKey(NoteKey(str(told["name"]), PublicKey.from_jwk(told["key"]), cosigner), revoked)
