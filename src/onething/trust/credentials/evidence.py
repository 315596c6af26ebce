"""The public log of certificates: one salted digest a certificate, cosigned by the agencies as each other's witnesses.

What a reader demands of it travels in the trust list under the root's signature, so a file proves its place offline.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onething.core.db import Database
from onething.core.settings import get_settings
from onething.trust.credentials.signing import ensure_signer
from onething.trust.log.cosigning import HttpWitness, LocalWitness, WitnessClient, publish
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.merkle import Tree
from onething.trust.log.notes import NoteKey
from onething.trust.log.policy import LogPolicy, NotCountingError, TrustedKey
from onething.trust.log.tiles import TileReader
from onething.trust.log.transparency_log import Log, NewEntry
from onething.trust.log.witness import Witness, WitnessMemory
from onething.trust.models import Algorithm, HashName, PublicKey, b64url, unb64url
from onething.trust.sealing.owners import key_store

OWNER, LOG_KEY, WITNESS_KEY = "platform", "certificates-log", "witness"
ORIGIN = "onething/{city}/certificates"


def policy_of(city: str, witnesses: Sequence[str], needed: int) -> LogPolicy:
    """What makes a checkpoint count, with every key the log and its witnesses ever had."""
    origin = ORIGIN.format(city=city)
    return LogPolicy(
        origin, HashName.SHA256, _keys(OWNER, LOG_KEY, origin, cosigner=False),
        tuple(key for agency in witnesses for key in _keys(agency, WITNESS_KEY, witness_name(agency), cosigner=True)), needed,
    )  # fmt: skip


def witness_name(agency: str) -> str:
    """Under this name an agency's witness cosigns."""
    return f"{agency}-witness"


def _far_key(agency: str) -> Path:
    """Public key (JWK) of a witness that runs in a process of the agency's own, as the agency handed it over."""
    return get_settings().data_dir / "trust" / "witnesses" / f"{agency}.jwk"


def _keys(owner: str, name: str, noted: str, *, cosigner: bool) -> tuple[TrustedKey, ...]:
    if cosigner and (file := _far_key(owner)).exists():
        return (TrustedKey(NoteKey(noted, PublicKey.from_jwk(json.loads(file.read_bytes())), cosigner)),)
    ensure_signer(owner, name, Algorithm.ED25519)
    records = key_store(owner).records(name)
    return tuple(TrustedKey(NoteKey(noted, each.public_key, cosigner), each.revoked_at) for each in records)


class CertificateLog:
    """Appends, has the head cosigned, and proves. Safe in several processes: keys make appends idempotent."""

    def __init__(self, db: Database, city: str, witnesses: Sequence[str], folder: Path, needed: int = 2) -> None:
        """`witnesses`: agencies that cosign: at their address in the settings, else in this process, each with its own key and memory."""
        self._witnesses, self._needed, self._city = tuple(witnesses), min(needed, len(witnesses)), city
        origin = ORIGIN.format(city=city)
        former = [record.public_key for record in key_store(OWNER).records(LOG_KEY)]
        self.log = Log(
            origin,
            lambda: ensure_signer(OWNER, LOG_KEY, Algorithm.ED25519),
            DatabaseLogStore(db, origin),
            former=former,
        )
        self._clients: list[WitnessClient] = [
            HttpWitness(witness_name(agency), url)
            if (url := get_settings().witnesses.get(agency))
            else LocalWitness(self._witness(agency, folder, origin))
            for agency in self._witnesses
        ]

    def policy(self) -> LogPolicy:
        return policy_of(self._city, self._witnesses, self._needed)

    def _witness(self, agency: str, folder: Path, origin: str) -> Witness:
        memory = WitnessMemory(folder / agency / "witness.db")
        return Witness(
            witness_name(agency),
            lambda: ensure_signer(agency, WITNESS_KEY, Algorithm.ED25519),
            memory,
            {origin: self.policy()},
        )

    def append(self, entries: Sequence[tuple[str, bytes]]) -> list[int]:
        return [placed.index for placed in self.log.append_many([NewEntry(digest, key) for key, digest in entries])]

    def prove(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        """Raises `Problem(trust.not_enough_witnesses)`; the entries are safe and proven in a later round."""
        published = publish(self.log, self.policy(), self._clients)
        checkpoint = published.counted.checkpoint
        reader = TileReader(self.log.tree, checkpoint.size, self.log.store.read)
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
        counted = policy.check(str(told["checkpoint"]).encode())
        path = [unb64url(node) for node in told["path"]]
        size, index = int(told["size"]), int(told["index"])
    except (NotCountingError, KeyError, TypeError, ValueError):
        return False
    checkpoint = counted.checkpoint
    named = told.get("cosigned_by") == sorted(counted.witnesses) and told.get("root") == checkpoint.root.hex()
    return named and size == checkpoint.size and tree.includes(tree.leaf(digest), index, size, path, checkpoint.root)
