"""The public log of certificates: one salted digest a certificate, cosigned by the agencies as each other's witnesses.

What a reader demands of it travels in the trust list under the root's signature, so a file proves its place offline.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onething.core.db import Database
from onething.core.errors import CONFLICT, Problem
from onething.core.settings import get_settings, settings_of
from onething.trust import errors
from onething.trust.credentials.signing import ROOT, ensure_signer
from onething.trust.log.cosigning import HttpWitness, LocalWitness, WitnessClient, publish
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.merkle import Tree
from onething.trust.log.notes import NoteKey, parse_checkpoint, parse_note
from onething.trust.log.policy import LogPolicy, NotCountingError, TrustedKey
from onething.trust.log.recovery import Recovery, epoch_of, in_order, parse_recovery
from onething.trust.log.tiles import TileReader
from onething.trust.log.transparency_log import Log, NewEntry
from onething.trust.log.witness import Witness, WitnessMemory
from onething.trust.models import Algorithm, HashName, PublicKey, b64url, unb64url
from onething.trust.sealing.owners import key_store
from onething.trust.settings import TrustSettings

OWNER, LOG_KEY, WITNESS_KEY = "platform", "certificates-log", "witness"
ORIGIN = "onething/{city}/certificates"


def policy_of(city: str, witnesses: Sequence[str], needed: int, db: Database | None = None) -> LogPolicy:
    """What makes a checkpoint count, with every key the log and its witnesses ever had; of the log's present name where `db` is given."""
    ensure_signer(OWNER, ROOT, Algorithm.ED25519)
    operators = tuple(record.public_key for record in key_store(OWNER).records(ROOT))
    recoveries = recoveries_of(db, city, operators) if db is not None else ()
    origin = recoveries[-1].successor if recoveries else ORIGIN.format(city=city)
    return LogPolicy(
        origin, HashName.SHA256, _keys(OWNER, LOG_KEY, origin, cosigner=False),
        tuple(key for agency in witnesses for key in _keys(agency, WITNESS_KEY, witness_name(agency), cosigner=True)), needed,
        operators, recoveries,
    )  # fmt: skip


def recoveries_of(db: Database, city: str, operators: Sequence[PublicKey]) -> tuple[Recovery, ...]:
    """The operator's statements about this log; they are the first entries under its present name.

    Raises `Problem(trust.log_inconsistent)` for a later name that does not begin with them.
    """
    base = ORIGIN.format(city=city)
    names = DatabaseLogStore.origins(db, base)
    if not names or names[-1] == base:
        return ()
    store, count = DatabaseLogStore(db, names[-1]), epoch_of(names[-1]) - 1
    try:
        size = parse_checkpoint(parse_note(store.head() or b"").text).size
        reader = TileReader(Tree(HashName.SHA256), size, store.read)
        found = tuple(parse_recovery(reader.entry(n), operators) for n in range(count))
    except ValueError as error:  # NoteError and TileError are of this kind
        raise Problem(errors.LOG_INCONSISTENT, why=f"{names[-1]}: {error}") from None
    if not in_order(found, names[-1]):
        raise Problem(errors.LOG_INCONSISTENT, why=f"{names[-1]} does not begin with its recovery statements")
    return found


def hold_mark() -> Path:
    """While this file is there the log takes nothing: what was restored has not been compared with its witnesses yet."""
    return get_settings().data_dir / "trust" / "restored.json"


def witness_name(agency: str) -> str:
    """Under this name an agency's witness cosigns."""
    return f"{agency}-witness"


def _far_key(agency: str) -> Path:
    """Public key of a witness that runs in a process of the agency's own, as the agency handed it over: a JWK, or a JWK set with the
    keys it had before, so that what they cosigned stays proven."""
    return get_settings().data_dir / "trust" / "witnesses" / f"{agency}.jwk"


def _keys(owner: str, name: str, noted: str, *, cosigner: bool) -> tuple[TrustedKey, ...]:
    if cosigner and (file := _far_key(owner)).exists():
        told = json.loads(file.read_bytes())
        return tuple(
            TrustedKey(NoteKey(noted, PublicKey.from_jwk(each), cosigner)) for each in told.get("keys", [told])
        )
    ensure_signer(owner, name, Algorithm.ED25519)
    records = key_store(owner).records(name)
    return tuple(TrustedKey(NoteKey(noted, each.public_key, cosigner), each.revoked_at) for each in records)


class CertificateLog:
    """Appends, has the head cosigned, and proves. Safe in several processes: keys make appends idempotent."""

    def __init__(self, db: Database, city: str, witnesses: Sequence[str], folder: Path, needed: int = 2) -> None:
        """`witnesses`: agencies that cosign: at their address in the settings, else in this process, each with its own key and memory."""
        self._witnesses, self._needed, self._city = tuple(witnesses), min(needed, len(witnesses)), city
        self._db, self._logs = db, dict[str, Log]()
        self._placed_in = ""
        self.clients: list[WitnessClient] = [
            HttpWitness(witness_name(agency), url)
            if (url := settings_of(TrustSettings).witnesses.get(agency))
            else LocalWitness(self._witness(agency, folder))
            for agency in self._witnesses
        ]

    @property
    def origin(self) -> str:
        """The log's present name: another one after each recovery, which another process may have done."""
        base = ORIGIN.format(city=self._city)
        return (DatabaseLogStore.origins(self._db, base) or [base])[-1]

    @property
    def log(self) -> Log:
        """The log under its present name."""
        return self.under(self.origin)

    def under(self, origin: str) -> Log:
        """The log under one of its names."""
        if origin not in self._logs:
            former = [record.public_key for record in key_store(OWNER).records(LOG_KEY)]
            store = DatabaseLogStore(self._db, origin)
            self._logs[origin] = Log(
                origin, lambda: ensure_signer(OWNER, LOG_KEY, Algorithm.ED25519), store, former=former
            )
        return self._logs[origin]

    def policy(self) -> LogPolicy:
        return policy_of(self._city, self._witnesses, self._needed, self._db)

    def forget(self) -> None:
        """After entries were put back beside what is kept in memory."""
        self._logs.clear()

    @property
    def far(self) -> frozenset[str]:
        """Names of the witnesses that run in processes of their own, with memories that no restoring here touches."""
        return frozenset(one.name for one in self.clients if isinstance(one, HttpWitness))

    def _witness(self, agency: str, folder: Path) -> Witness:
        memory = WitnessMemory(folder / agency / "witness.db")
        return Witness(
            witness_name(agency),
            lambda: ensure_signer(agency, WITNESS_KEY, Algorithm.ED25519),
            memory,
            {(policy := self.policy()).origin: policy},
        )

    def append(self, entries: Sequence[tuple[str, bytes]]) -> list[int]:
        """Raises `Problem(trust.log_held)` between restoring a backup and `onething ledger recover`."""
        if hold_mark().exists():
            raise Problem(errors.LOG_HELD)
        log = self.log
        placed = log.append_many([NewEntry(digest, key) for key, digest in entries])
        self._placed_in = log.origin
        return [one.index for one in placed]

    def prove(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        """Raises `Problem(trust.not_enough_witnesses)`; the entries are safe and proven in a later round."""
        log, policy = self.log, self.policy()
        if log.origin != policy.origin or (self._placed_in and self._placed_in != log.origin):
            raise Problem(CONFLICT, detail="the log was recovered meanwhile")
        published = publish(log, policy, self.clients)
        checkpoint = published.counted.checkpoint
        reader = TileReader(log.tree, checkpoint.size, log.store.read)
        return [
            {
                "index": index, "size": checkpoint.size, "root": checkpoint.root.hex(),
                "path": [b64url(node) for node in reader.inclusion(index)],
                "checkpoint": published.note.decode(), "cosigned_by": sorted(published.counted.witnesses),
            }
            for index in indices
        ]  # fmt: skip


def included(policy: LogPolicy, told: Mapping[str, Any], digest: bytes) -> bool:
    """Whether a proof as `prove` makes it places this digest under a checkpoint that counts. Pure."""
    tree = Tree(policy.hash)
    try:
        counted = policy.check_any(str(told["checkpoint"]).encode())
        path = [unb64url(node) for node in told["path"]]
        size, index = int(told["size"]), int(told["index"])
    except (NotCountingError, KeyError, TypeError, ValueError):
        return False
    checkpoint = counted.checkpoint
    named = told.get("cosigned_by") == sorted(counted.witnesses) and told.get("root") == checkpoint.root.hex()
    return named and size == checkpoint.size and tree.includes(tree.leaf(digest), index, size, path, checkpoint.root)


def lost_here(policy: LogPolicy, told: Mapping[str, Any]) -> bool:
    """Whether a proof is of an entry that the operator's statement calls lost: unknown here, and for that no forgery. Pure."""
    closed = policy.closing(str(told.get("checkpoint")).partition("\n")[0])
    return closed is not None and isinstance(told.get("index"), int) and told["index"] >= closed.kept


def beyond_recovery(policy: LogPolicy, told: Mapping[str, Any], digest: bytes) -> bool:
    """Whether a proof is cosigned under a closed name beyond what its statement knew of: lost with the witnesses' memory, no forgery. Pure."""
    closed = policy.closing(str(told.get("checkpoint")).partition("\n")[0])
    size = told.get("size")
    known = closed is None or not isinstance(size, int) or size <= closed.last.size
    return not known and closed is not None and included(policy.under(closed.origin), told, digest)
