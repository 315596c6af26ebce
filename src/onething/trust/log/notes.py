"""Signed notes, checkpoints and cosignatures as C2SP signed-note, tlog-checkpoint and tlog-cosignature have them.

A checkpoint says "the log `origin` has `size` entries and this root". Two checkpoints of one size with different roots,
both signed by the log, convict it. SM2 keys use the type byte that signed-note leaves for private types (0xff) with a
name of ours behind it; logs hashed with SM3 are told apart by their key's entry in the policy, never by their own word.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from onething.trust.keys.algorithms import make_verifier
from onething.trust.keys.base import Signer
from onething.trust.keys.digests import sha256
from onething.trust.models import Algorithm, PublicKey

MOST_BYTES = 64 * 1024
MOST_SIGNATURES = 100
_SM2_NOTE, _SM2_COSIGNED = b"\xffonething-sm2-sm3-note", b"\xffonething-sm2-sm3-cosignature"


class NoteError(ValueError):
    """A note that is not one."""


@dataclass(frozen=True, slots=True)
class NoteSignature:
    name: str
    key_hash: bytes
    """4 bytes that help to find the key; no security rests on them."""
    signature: bytes

    def line(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_hash + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    """Ends with a newline; this is what is signed."""
    signatures: tuple[NoteSignature, ...] = ()

    def __str__(self) -> str:
        return self.text + "\n" + "".join(one.line() for one in self.signatures)

    def encode(self) -> bytes:
        return str(self).encode()

    def with_signatures(self, *more: NoteSignature) -> "Note":
        """The same note with further signatures, none twice."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


def parse_note(data: bytes) -> Note:
    """Raises `NoteError`. Unknown signatures are kept: others may know their keys."""
    if len(data) > MOST_BYTES:
        raise NoteError("too long")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("not UTF-8") from None
    if any(ord(char) < 0x20 and char != "\n" for char in whole):
        raise NoteError("control characters")
    text, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise NoteError("no signatures")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError("too many signatures")
    return Note(text + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> NoteSignature:
    """One line, without its newline. Raises `NoteError`."""
    found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})", line)
    if not found:
        raise NoteError("not a signature line")
    try:
        raw = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        raise NoteError("not base64") from None
    if len(raw) < 5 or base64.b64encode(raw).decode() != found[2]:
        raise NoteError("not base64")
    return NoteSignature(found[1], raw[:4], raw[4:])


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key under a name, as it signs notes (`cosigner`: as a witness, with the time in what is signed)."""

    name: str
    public_key: PublicKey
    cosigner: bool = False

    @property
    def _typed(self) -> bytes:
        key = self.public_key
        if key.algorithm is Algorithm.ED25519:
            return (b"\x04" if self.cosigner else b"\x01") + key.raw
        kind = _SM2_COSIGNED if self.cosigner else _SM2_NOTE
        return kind + len(key.signer_id).to_bytes(2, "big") + key.signer_id + key.raw

    @property
    def key_hash(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self._typed)[:4]

    def vkey(self) -> str:
        """`name+hash+key`, the way keys of logs and witnesses are handed around."""
        return f"{self.name}+{self.key_hash.hex()}+{base64.b64encode(self._typed).decode()}"

    def sign(self, text: str, signer: Signer, at: int | None = None) -> NoteSignature:
        """`at` is the witness's time in Unix seconds; a log's own signature has none."""
        if signer.public_key != self.public_key:
            raise ValueError("this signer has another key")
        if not self.cosigner:
            return NoteSignature(self.name, self.key_hash, signer.sign(text.encode()))
        if at is None:
            raise ValueError("a cosignature has a time")
        signature = signer.sign(_cosigned(text, at))
        return NoteSignature(self.name, self.key_hash, at.to_bytes(8, "big") + signature)

    def time_of(self, note: Note) -> int | None:
        """The time of this witness's good cosignature, 0 for a log's good signature, None when there is none."""
        for one in note.signatures:
            if one.name != self.name or one.key_hash != self.key_hash:
                continue
            at, signature = (int.from_bytes(one.signature[:8], "big"), one.signature[8:]) if self.cosigner else (0, one.signature)  # fmt: skip
            message = _cosigned(note.text, at) if self.cosigner else note.text.encode()
            if make_verifier(self.public_key).verify(signature, message):
                return at
        return None

    def signed(self, note: Note) -> bool:
        return self.time_of(note) is not None


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself."""

    origin: str
    size: int
    root: bytes
    extra: tuple[str, ...] = ()

    def text(self) -> str:
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extra]
        return "".join(line + "\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """The text of a note as a checkpoint. Raises `NoteError`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "":
        raise NoteError("not a checkpoint")
    origin, size, root, *extra = lines[:-1]
    if not origin or not re.fullmatch(r"0|[1-9][0-9]{0,15}", size) or any(not line for line in extra):
        raise NoteError("not a checkpoint")
    try:
        digest = base64.b64decode(root, validate=True)
    except binascii.Error:
        raise NoteError("not a checkpoint") from None
    if len(digest) != 32 or base64.b64encode(digest).decode() != root:
        raise NoteError("the root has 32 bytes")
    return Checkpoint(origin, int(size), digest, tuple(extra))
