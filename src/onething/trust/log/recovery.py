"""The word of a log's operator that a log ends here and goes on under another name, because part of it was lost.

A log that was put back to an older state can never be made to fit what witnesses cosigned: whoever tried would be rolling back.
So its operator says openly, under the root key, what is lost: a signed note of eight lines that witnesses keep, that is the first
entry of the new log, and that goes to every reader in the policy. What was proven under the old name stays proven. Pure.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onething.trust.keys.base import Signer
from onething.trust.log.notes import Checkpoint, Note, NoteError, NoteKey, parse_note
from onething.trust.models import PublicKey

FIRST_LINE = "onething/log-recovery/v1"
OPERATOR = "operator"
MOST_REASON = 200


@dataclass(frozen=True, slots=True)
class Recovery:
    """What one statement says."""

    last: Checkpoint
    """The largest checkpoint that a witness is known to have cosigned under the old name; nothing beyond it counts."""
    kept: int
    """Entries that the operator still has; those from here to `last` are lost."""
    successor: str
    """The name under which the log goes on."""
    at: datetime
    reason: str
    note: bytes = b""
    """As signed."""

    @property
    def origin(self) -> str:
        """The name that is closed."""
        return self.last.origin

    @property
    def lost(self) -> int:
        return self.last.size - self.kept

    def text(self) -> str:
        root = base64.b64encode(self.last.root).decode()
        lines = [FIRST_LINE, self.origin, str(self.last.size), root, str(self.kept), self.successor]
        return "".join(f"{line}\n" for line in [*lines, self.at.isoformat(), self.reason])


def base_of(origin: str) -> str:
    """The log's name before any recovery: `city/log#3` → `city/log`."""
    return origin.partition("#")[0]


def epoch_of(origin: str) -> int:
    """1 for a log that never was recovered. Raises `ValueError`."""
    number = origin.partition("#")[2]
    return int(number) if number else 1


def successor_of(origin: str) -> str:
    """`city/log` → `city/log#2` → `city/log#3`."""
    return f"{base_of(origin)}#{epoch_of(origin) + 1}"


def signed(recovery: Recovery, root: Signer) -> Recovery:
    """The statement under the operator's root key."""
    key = operator_key(recovery.origin, root.public_key)
    note = Note(recovery.text(), (key.sign(recovery.text(), root),)).encode()
    return Recovery(recovery.last, recovery.kept, recovery.successor, recovery.at, recovery.reason, note)


def operator_key(origin: str, key: PublicKey) -> NoteKey:
    """The root key as it signs statements about a log."""
    return NoteKey(f"{base_of(origin)}/{OPERATOR}", key)


def parse_recovery(data: bytes, operators: Sequence[PublicKey]) -> Recovery:
    """Strict; signed by one of the operator's keys. Raises `NoteError`."""
    note = parse_note(data)
    lines = note.text.split("\n")
    if len(lines) != 9 or lines[0] != FIRST_LINE or lines[-1]:
        raise NoteError("not a recovery statement")
    origin, size, root, kept, successor, at, reason = lines[1:-1]
    if not all(re.fullmatch(r"0|[1-9][0-9]{0,15}", number) for number in (size, kept)) or int(kept) > int(size):
        raise NoteError("not a recovery statement")
    try:
        digest, moment = base64.b64decode(root, validate=True), datetime.fromisoformat(at)
        follows = successor_of(origin) == successor
    except (binascii.Error, ValueError):
        raise NoteError("not a recovery statement") from None
    if len(digest) != 32 or moment.tzinfo is None or not follows or not reason or len(reason) > MOST_REASON:
        raise NoteError("not a recovery statement")
    if not any(operator_key(origin, key).signed(note) for key in operators):
        raise NoteError("not signed by the operator")
    return Recovery(Checkpoint(origin, int(size), digest), int(kept), successor, moment, reason, data)


def in_order(recoveries: Sequence[Recovery], origin: str) -> bool:
    """Whether the statements lead from the log's first name to `origin`, leaving none out."""
    names = [base_of(origin), *(one.successor for one in recoveries)]
    return [one.origin for one in recoveries] == names[:-1] and names[-1] == origin
