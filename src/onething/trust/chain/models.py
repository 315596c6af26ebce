"""The nouns of chains: where contracts lie, what was sent, what became of it."""

from dataclasses import dataclass
from enum import StrEnum


class CertStatus(StrEnum):
    """What the contract says of a certificate, in the order of its numbers."""

    UNKNOWN = "unknown"
    ISSUED = "issued"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a transaction lies: enough to find it again on any node of the chain."""

    chain_id: int
    tx_hash: str
    block: int
    block_hash: str
    succeeded: bool
    contract: str | None = None
    """Address of the contract that the transaction made."""


@dataclass(frozen=True, slots=True)
class ChainCertificate:
    """A certificate as the contract has it. Times are seconds; `valid_until` 0 means no end."""

    status: CertStatus
    agency: bytes
    digest: bytes
    issued: int
    valid_until: int


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a contract, at its place."""

    name: str
    values: dict[str, object]
    block: int
    tx_hash: str
    index: int
