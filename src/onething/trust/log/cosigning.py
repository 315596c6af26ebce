"""Gathering cosignatures: the log's head goes to every witness with the proof it needs; N answers publish it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

import httpx

from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.core.whole import whole
from onething.trust import errors
from onething.trust.log.notes import Note, NoteError, NoteSignature, parse_note, parse_signature
from onething.trust.log.policy import Counted, LogPolicy, NotCountingError
from onething.trust.log.transparency_log import Log
from onething.trust.log.witness import Witness, WitnessRefusal
from onething.trust.log.witness_requests import make_request

log = get_logger(__name__)
Prove = Callable[[int], list[bytes]]
"""The size that a witness knows → the consistency proof up to the checkpoint."""


class WitnessClient(Protocol):
    """A witness as the log and the monitor reach it."""

    name: str

    def cosign(self, old: int, proof: list[bytes], note: bytes) -> list[NoteSignature]:
        """Raises `WitnessRefusal`, or `OSError` when it is away."""
        ...

    def seen(self, origin: str) -> bytes | None:
        """The last checkpoint it cosigned. Raises `OSError` when it is away."""
        ...

    def statement(self, origin: str) -> bytes | None:
        """The recovery statement with which a log of this name began there. Raises `OSError` when it is away."""
        ...

    def recover(self, note: bytes) -> None:
        """Hand it the operator's recovery statement. Raises `WitnessRefusal`, or `OSError` when it is away."""
        ...


class LocalWitness:
    """A witness in this process (tests, demos)."""

    def __init__(self, witness: Witness) -> None:
        self.name, self._witness = witness.name, witness

    def cosign(self, old: int, proof: list[bytes], note: bytes) -> list[NoteSignature]:
        return [self._witness.add_checkpoint(old, proof, note)]

    def seen(self, origin: str) -> bytes | None:
        found = self._witness.seen(origin)
        return None if found is None else found.note

    def statement(self, origin: str) -> bytes | None:
        return self._witness.statement(origin)

    def recover(self, note: bytes) -> None:
        self._witness.add_recovery(note)


class HttpWitness:
    """A witness behind its HTTP service."""

    def __init__(self, name: str, url: str, timeout: float = 5.0) -> None:
        self.name, self._url = name, url.rstrip("/")
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def cosign(self, old: int, proof: list[bytes], note: bytes) -> list[NoteSignature]:
        answer = self._ask("POST", "/add-checkpoint", make_request(old, proof, note))
        if answer.status_code == 409:
            text = answer.text.strip()
            raise WitnessRefusal(409, "another size is known there", whole(text))  # fmt: skip
        if answer.status_code != 200:
            raise WitnessRefusal(answer.status_code, answer.text[:200].strip())
        try:
            return [parse_signature(line) for line in answer.text.splitlines() if line]
        except NoteError as error:
            raise WitnessRefusal(502, str(error)) from None

    def seen(self, origin: str) -> bytes | None:
        answer = self._ask("GET", f"/seen/{quote(origin, safe='/')}", None)
        return answer.content if answer.status_code == 200 else None

    def statement(self, origin: str) -> bytes | None:
        answer = self._ask("GET", f"/recovery/{quote(origin, safe='/')}", None)
        return answer.content if answer.status_code == 200 else None

    def recover(self, note: bytes) -> None:
        answer = self._ask("POST", "/add-recovery", note)
        if answer.status_code != 200:
            raise WitnessRefusal(answer.status_code, answer.text[:200].strip())

    def _ask(self, method: str, path: str, body: bytes | None) -> httpx.Response:
        try:
            return self._client.request(method, self._url + path, content=body)
        except httpx.HTTPError as error:
            raise OSError(f"witness {self.name}: {type(error).__name__}") from error


def ask_one(witness: WitnessClient, size: int, note: bytes, prove: Prove, guess: int) -> list[NoteSignature]:
    """One witness's cosignature. A wrong guess of what it knows costs one more round. Raises like `cosign`."""
    try:
        return witness.cosign(guess, prove(guess), note)
    except WitnessRefusal as refusal:
        if refusal.status != 409 or refusal.size is None or not 0 <= refusal.size <= size or refusal.size == guess:
            raise
        return witness.cosign(refusal.size, prove(refusal.size), note)


@dataclass(frozen=True, slots=True)
class Published:
    note: bytes
    counted: Counted
    refusals: dict[str, str]
    """Witnesses that gave no cosignature, and why."""


_last_refusals: dict[str, dict[str, str]] = {}


def publish(source: Log, policy: LogPolicy, witnesses: Sequence[WitnessClient]) -> Published:
    """Have the log's head cosigned and publish it once it counts.

    Raises `Problem(trust.not_enough_witnesses)`; then the entries are safe and the older published checkpoint stands.
    """
    checkpoint, note = source.head()
    reader, data = source.reader(checkpoint.size), note.encode()
    before = source.store.published()
    guess = policy.check(before).checkpoint.size if before else 0
    gathered, refusals = _ask_all(witnesses, checkpoint.size, data, reader.consistency, guess)
    if refusals and refusals != _last_refusals.get(policy.origin):
        behind = any(why[:3] in {"409", "410", "422"} for why in refusals.values())
        hint = "see `onething ledger check`: an older state may have been put back" if behind else ""
        log.warning("witnesses did not cosign", why=refusals, hint=hint)  # once, not every round
    _last_refusals[policy.origin] = refusals
    cosigned = _only_good(note, gathered, policy)
    try:
        counted = policy.check(cosigned.encode())
    except NotCountingError as error:
        got = len({one.name for one in cosigned.signatures}) - 1
        raise Problem(errors.NOT_ENOUGH_WITNESSES, detail=f"{error}; {refusals}", needed=policy.needed, got=got) from None  # fmt: skip
    source.store.publish(cosigned.encode())
    return Published(cosigned.encode(), counted, refusals)


def _ask_all(
    witnesses: Sequence[WitnessClient], size: int, note: bytes, prove: Prove, guess: int
) -> tuple[list[NoteSignature], dict[str, str]]:
    gathered: list[NoteSignature] = []
    refusals: dict[str, str] = {}

    def one(witness: WitnessClient) -> list[NoteSignature] | str:
        try:
            return ask_one(witness, size, note, prove, guess)
        except WitnessRefusal as refusal:
            return f"{refusal.status} {refusal.why}"
        except OSError as error:
            return str(error)

    with ThreadPoolExecutor(max(1, min(16, len(witnesses)))) as pool:
        for witness, answer in zip(witnesses, pool.map(one, witnesses), strict=True):
            if isinstance(answer, str):
                refusals[witness.name] = answer
            else:
                gathered += answer
    return gathered, refusals


def _only_good(note: Note, gathered: Sequence[NoteSignature], policy: LogPolicy) -> Note:
    """Without whatever a witness sent that is no cosignature of one of the policy's keys."""
    keys = [one.key for one in policy.witnesses]
    good = [one for one in gathered if any(key.signed(Note(note.text, (one,))) for key in keys)]
    return parse_note(note.with_signatures(*good).encode())
