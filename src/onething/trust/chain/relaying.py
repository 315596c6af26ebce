"""Facts of one ledger proven to another, both ways; no relay is believed alone and no fact is accepted twice.

Log → chain: every relay checks a checkpoint as any reader does (the log's signature, N of M cosignatures) and that it extends
what this relay vouched for before, then signs it for one contract on one chain. The contract counts the relays and checks the
inclusion proof itself (RFC 9162). Chain → log: every relay looks up the event on a node of its own, deep enough below the head,
and signs what it saw; the receiving ledger counts the relays. Fewer than the threshold of relays may be dishonest.

No process runs relays yet: this is the base for links between ledgers of unlike kinds, and its tests hold it to its promises.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.chain.client import Chain
from onething.trust.chain.errors import ACCEPTED_BEFORE, NOT_VOUCHED, TOO_FEW_RELAYS
from onething.trust.chain.models import Happened
from onething.trust.chain.queue import Wanted, plain, queue
from onething.trust.chain.setup import name_hash
from onething.trust.chain.tables import ForeignFactRow
from onething.trust.keys.algorithms import make_verifier
from onething.trust.keys.base import Signer
from onething.trust.keys.digests import sha256
from onething.trust.ledger.canonical import canonical
from onething.trust.log.merkle import Tree
from onething.trust.log.policy import LogPolicy, NotCountingError
from onething.trust.log.transparency_log import Log
from onething.trust.log.witness import Seen, WitnessMemory
from onething.trust.models import HashName, PublicKey

Prove = Callable[[int], list[bytes]]
"""The size that a relay knows → the consistency proof up to the checkpoint."""
_ZERO = b"\0" * 12


@dataclass(frozen=True, slots=True)
class Bridge:
    """A contract `Bridge` at its place."""

    chain_id: int
    address: str

    def statement(self, log_id: bytes, size: int, root: bytes) -> bytes:
        """What a relay signs; made here, so that no node can have a relay sign something else. Keccak-256, 32 bytes."""
        from eth_utils.crypto import keccak

        place = self.chain_id.to_bytes(32, "big") + _ZERO + bytes.fromhex(self.address[2:])
        return keccak(b"onething-checkpoint-v1" + place + log_id + size.to_bytes(8, "big") + root)


@dataclass(frozen=True, slots=True)
class Vouched:
    """A checkpoint of a log under a relay's signature (r ‖ s ‖ v), for one bridge."""

    size: int
    root: bytes
    relay: str
    signature: bytes


class CheckpointRelay:
    """One relay of one foreign log. Its memory makes it contradict itself never, also after a restart."""

    def __init__(self, account: Any, policy: LogPolicy, memory: WitnessMemory) -> None:
        """`account`: an account of `Accounts`. Raises `ValueError` for a log that the contract cannot check."""
        if policy.hash is not HashName.SHA256:
            raise ValueError("the contract checks SHA-256 logs only")
        self._account, self._policy, self._memory = account, policy, memory

    @property
    def address(self) -> str:
        return str(self._account.address)

    def vouch(self, bridge: Bridge, note: bytes, prove: Prove) -> Vouched:
        """Check a cosigned checkpoint and sign it for a bridge. Raises `Problem(chain.not_vouched)`."""
        try:
            checkpoint = self._policy.check(note).checkpoint
        except NotCountingError as error:
            raise Problem(NOT_VOUCHED, why=str(error)) from None
        tree, before = Tree(self._policy.hash), self._memory.get(checkpoint.origin)
        size, root = (before.size, before.root) if before else (0, tree.empty())
        if checkpoint.size < size:
            raise Problem(NOT_VOUCHED, why="roll-back: a longer log was seen")
        if not tree.extends(size, checkpoint.size, root, checkpoint.root, prove(size)):
            raise Problem(NOT_VOUCHED, why="fork: it does not extend what was seen")
        if not self._memory.advance(checkpoint.origin, before, Seen(checkpoint.size, checkpoint.root, note)):
            raise Problem(NOT_VOUCHED, why="another request was quicker")
        said = bridge.statement(name_hash(checkpoint.origin), checkpoint.size, checkpoint.root)
        signature = bytes(self._account.unsafe_sign_hash(said).signature)
        return Vouched(checkpoint.size, checkpoint.root, self.address, signature)


def trust_log(session: Session, registrar: str, origin: str, relays: Sequence[str], threshold: int) -> None:
    """Queue the naming of a foreign log's relays on this chain's bridge."""
    args = [name_hash(origin), list(relays), threshold]
    key = f"bridge-trust:{origin}:{sha256(canonical([*relays, threshold])).hex()[:16]}"
    queue(session, Wanted(key, registrar, "Bridge", "trust", args))


def bring(session: Session, account: str, origin: str, vouched: Sequence[Vouched]) -> None:
    """Queue a checkpoint with its relays' signatures. Raises `ValueError` when they do not speak of one checkpoint."""
    if len({(one.size, one.root) for one in vouched}) != 1:
        raise ValueError("the relays vouch for different checkpoints")
    first = vouched[0]
    args = [name_hash(origin), first.size, first.root, [one.signature for one in vouched]]
    queue(session, Wanted(f"bridge:{name_hash(origin).hex()[:16]}:{first.size}", account, "Bridge", "checkpoint", args))


def prove_fact(session: Session, account: str, origin: str, log: Log, index: int, size: int) -> bytes:
    """Queue the acceptance of entry `index`, proven under the checkpoint of `size`; returns the fact (32 bytes).

    Raises `ValueError` for an entry that is not 32 bytes long: contracts take commitments, never content.
    """
    reader = log.reader(size)
    fact = reader.entry(index)
    if len(fact) != 32:
        raise ValueError("a fact is a commitment of 32 bytes")
    args = [name_hash(origin), size, index, fact, reader.inclusion(index)]
    queue(session, Wanted(f"fact:{name_hash(origin).hex()[:16]}:{index}", account, "Bridge", "accept", args))
    return fact


# -- from a chain into a log


@dataclass(frozen=True, slots=True)
class ChainFact:
    """An event of a contract at its place; `source` names the place, `digest` the whole."""

    chain_id: int
    contract: str
    event: str
    tx_hash: str
    index: int
    values: dict[str, Any]

    @property
    def source(self) -> str:
        """The place cannot be had twice, so neither can the fact."""
        return f"chain:{self.chain_id}/{self.tx_hash}/{self.index}"

    @property
    def digest(self) -> bytes:
        """SHA-256 over its canonical JSON: what goes into the log."""
        told = {
            "domain": "onething/chain-fact/v1",
            "contract": self.contract.lower(),
            "event": self.event,
            "source": self.source,
        }
        return sha256(canonical({**told, "values": {name: plain(value) for name, value in self.values.items()}}))


@dataclass(frozen=True, slots=True)
class Voucher:
    relay: str
    """Key id of the relay."""
    signature: bytes


class EventRelay:
    """One relay that watches a foreign chain through a node of its own."""

    def __init__(self, signer: Signer, chain: Chain, contracts: Mapping[str, str], confirmations: int) -> None:
        """`contracts`: our name of a contract → its address on that chain. `confirmations`: how deep an event must lie."""
        self._signer, self._chain, self._contracts, self._depth = signer, chain, dict(contracts), confirmations

    def vouch(self, contract: str, fact: ChainFact) -> Voucher:
        """Sign the fact if this relay's own node has exactly this event deep enough. Raises `Problem(chain.not_vouched)`."""
        if fact.chain_id != self._chain.id or fact.contract.lower() != self._contracts[contract].lower():
            raise Problem(NOT_VOUCHED, why="another chain or contract")
        receipt = self._chain.receipt(fact.tx_hash)
        if receipt is None or not receipt.succeeded:
            raise Problem(NOT_VOUCHED, why="no such transaction on this chain")
        if self._chain.head() - receipt.block + 1 < self._depth:
            raise Problem(NOT_VOUCHED, why="not deep enough below the head yet")
        seen = self._chain.events(contract, fact.contract, fact.event, receipt.block)
        if not any(_fact(fact.chain_id, fact.contract, one).digest == fact.digest for one in seen):
            raise Problem(NOT_VOUCHED, why="the transaction has no such event")
        return Voucher(self._signer.key_id, self._signer.sign(_said(fact.digest)))


def facts_of(chain: Chain, contract: str, address: str, event: str, first: int = 0) -> list[ChainFact]:
    """Events of a contract from block `first` on, as facts that may be carried elsewhere."""
    return [_fact(chain.id, address, one) for one in chain.events(contract, address, event, first)]


def _fact(chain_id: int, address: str, one: Happened) -> ChainFact:
    return ChainFact(chain_id, address, one.name, one.tx_hash, one.index, dict(one.values))


def _said(digest: bytes) -> bytes:
    return b"onething/chain-fact/v1\n" + digest


@dataclass(frozen=True, slots=True)
class RelayPolicy:
    """Which relays a ledger believes about a foreign chain, and how many must agree."""

    relays: tuple[PublicKey, ...]
    threshold: int

    def counted(self, fact: ChainFact, vouchers: Sequence[Voucher]) -> list[str]:
        """Key ids of the different relays whose signature is good."""
        known = {key.key_id: key for key in self.relays}
        good = {
            one.relay
            for one in vouchers
            if one.relay in known and make_verifier(known[one.relay]).verify(one.signature, _said(fact.digest))
        }
        return sorted(good)


def accept(db: Database, log: Log, policy: RelayPolicy, fact: ChainFact, vouchers: Sequence[Voucher]) -> int:
    """Take a foreign chain's fact into a log, once; returns its position.

    Cut off between the two writes, calling again finishes. Raises `Problem(chain.too_few_relays | chain.accepted_before)`.
    """
    who = policy.counted(fact, vouchers)
    if policy.threshold < 1 or len(who) < policy.threshold:
        raise Problem(TOO_FEW_RELAYS, needed=policy.threshold, got=len(who))
    digest = "0x" + fact.digest.hex()
    try:
        with db.transaction() as session:
            row = session.get(ForeignFactRow, fact.source)
            if row is not None and (row.position is not None or row.fact != digest):
                raise Problem(ACCEPTED_BEFORE)
            if row is None:
                session.add(ForeignFactRow(source=fact.source, fact=digest, vouched=who, accepted_at=now()))
    except IntegrityError:  # another process takes the same fact at this moment
        raise Problem(ACCEPTED_BEFORE) from None
    position = log.append(fact.digest, fact.source).index
    with db.transaction() as session:
        session.get_one(ForeignFactRow, fact.source).position = position
    return position


def gone(db: Database, chain: Chain, contract: str, address: str, event: str) -> list[str]:
    """Facts accepted from this chain that it no longer has: it was reorganised deeper than the relays waited.

    A log cannot unsay them; people must. Looks at the last 1,000 facts.
    """
    with db.reading() as session:
        query = select(ForeignFactRow.source, ForeignFactRow.fact).where(
            ForeignFactRow.source.startswith(f"chain:{chain.id}/")
        )
        rows = session.execute(query.order_by(ForeignFactRow.accepted_at.desc()).limit(1000)).all()
    there = {"0x" + one.digest.hex() for one in facts_of(chain, contract, address, event)}
    return [source for source, fact in rows if fact not in there]
