"""What a sealed file is, for those who keep or judge one. Laying one out and taking it apart is `pdf`, which is heavy to load."""

import re
from dataclasses import dataclass

from onething.trust.credentials import ed25519_files
from onething.trust.models import PublicKey

CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]+)>")
"""The signature of a file of ours, as hex."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What its holder keeps. `lasting` is False when the wanted time stamp could not be had: seal it anew another time."""

    content: bytes
    lasting: bool


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """What a file holds whose signature is good by the key that it names; whether that key counts is the caller's to judge."""

    document: bytes
    key: PublicKey
    token: bytes | None = None
    """A time stamp token over `signature`; None in files sealed before there were any."""
    signature: bytes = b""


def is_of_old(pdf: bytes) -> bool:
    """Whether a file of ours bears the seal of before, which ordinary readers do not know."""
    found = CONTENTS.search(pdf)
    return found is not None and ed25519_files.is_one(bytes.fromhex(found[1][:200].decode()))
