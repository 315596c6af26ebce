"""Keys by agency, and the one document that every certificate becomes: credential, SM2 seal, proof, trust list."""

import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onething.core.clock import now
from onething.core.durable import write_whole
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.trust import errors
from onething.trust.chain.setup import name_hash
from onething.trust.credentials import sdjwt, trustlist
from onething.trust.credentials.models import Issue
from onething.trust.credentials.seals import DOCUMENT, Seals
from onething.trust.credentials.trustlist import Agency, TrustList
from onething.trust.keys.base import Signer
from onething.trust.keys.digests import sm3
from onething.trust.ledger.canonical import canonical
from onething.trust.log.policy import LogPolicy
from onething.trust.models import GMT_0009_DEFAULT_ID, Algorithm, b64url
from onething.trust.sealing.owners import key_store

FORMAT = "onething-certificate/1"
_TAKEN = ("number", "title", "replaces")
"""Names that every credential has of its own."""
SIGNING, SEALING, ROOT = "certificates", "seal", "root"
KEEP = 30.0
"""Seconds for which a signer is kept before the store is asked again: a revoked key signs no longer than that."""


@dataclass(frozen=True, slots=True)
class AgencyInfo:
    """What the catalogue knows of an issuing agency."""

    name: dict[str, str]
    kinds: frozenset[str]
    code: str = ""
    """Unified social credit code (GB 32100)."""


class Keyring:
    """The keys with which the agencies of this installation sign. In production each agency's own process has its own."""

    def __init__(
        self, agencies: Mapping[str, AgencyInfo], log: Callable[[], LogPolicy] | None = None,
        evidence: Callable[[], Any] | None = None, city: str = "onething",
    ) -> None:  # fmt: skip
        """`log` says what is demanded of the certificates' public log; it goes into the trust list. `evidence` gives that log itself.

        `city` is whose root certifies the seals in PDF."""
        self.agencies, self._log, self.evidence = dict(agencies), log, evidence
        self.seals = Seals({agency: info.name["zh"] for agency, info in agencies.items()}, city, self._of)
        self._kept: dict[tuple[str, str], tuple[float, Signer]] = {}
        self._list: tuple[float, TrustList] | None = None
        self._guard = threading.RLock()

    def signer(self, agency: str) -> Signer:
        return self._of(agency, SIGNING, Algorithm.ED25519)

    def sealer(self, agency: str) -> Signer:
        return self._of(agency, SEALING, Algorithm.SM2)

    @property
    def root(self) -> Signer:
        return self._of("platform", ROOT, Algorithm.ED25519)

    def _of(self, owner: str, name: str, algorithm: Algorithm) -> Signer:
        with self._guard:
            kept = self._kept.get((owner, name))
            if kept is not None and time.monotonic() - kept[0] < KEEP:
                return kept[1]
            found = ensure_signer(owner, name, algorithm)
            self._kept[(owner, name)] = (time.monotonic(), found)
            return found

    def trust_list(self) -> TrustList:
        """Signed anew at most twice a minute."""
        with self._guard:
            if self._list is None or time.monotonic() - self._list[0] >= KEEP:
                agencies: list[Agency] = []
                for agency_id, info in sorted(self.agencies.items()):
                    self.signer(agency_id)
                    self.sealer(agency_id)
                    if info.kinds:
                        self.seals.signer(agency_id)
                    records = key_store(agency_id).records()
                    keys = tuple(r for r in records if r.name in {SIGNING, SEALING, DOCUMENT})
                    agencies.append(Agency(agency_id, info.name, info.kinds, keys))
                log = self._log() if self._log else None
                self._list = (
                    time.monotonic(),
                    trustlist.sign(agencies, self.root, now(), log, self.seals.time_roots()),
                )
                write_whole(published_list(), self._list[1].text.encode(), mode=0o644)
            return self._list[1]

    def prepare(self) -> None:
        """Open the store under which contents are sealed, so that a wrong passphrase stops a process at its start.

        Raises `Problem(trust.passphrase_missing | trust.passphrase_wrong)`.
        """
        key_store("platform").records(ROOT)

    def forget(self) -> None:
        """After a rotation or revocation in this process."""
        with self._guard:
            self._kept.clear()
            self._list = None
            self.seals.forget()


def ensure_signer(owner: str, name: str, algorithm: Algorithm) -> Signer:
    """The owner's active key of this name, made when there is none yet."""
    store = key_store(owner)
    try:
        return store.signer(name)
    except Problem as problem:
        if problem.kind is not errors.KEY_UNKNOWN:
            raise
    try:
        store.create(name, algorithm, signer_id=GMT_0009_DEFAULT_ID if algorithm is Algorithm.SM2 else b"")
    except Problem as problem:  # another process made it at the same moment
        if problem.kind is not errors.KEY_EXISTS:
            raise
    return store.signer(name)


def root_signer() -> Signer:
    """The operator's root key: it vouches for the list of agencies, for recoveries and for backups."""
    return ensure_signer("platform", ROOT, Algorithm.ED25519)


def published_list() -> Path:
    """Where this installation keeps its newest list, for checks outside its own processes."""
    return get_settings().data_dir / "trust" / "trust-list.json"


def chain_id_of(certificate_id: str) -> bytes:
    """How the contract calls a certificate: SHA-256 of its random id."""
    return name_hash(certificate_id)


def sign(issue: Issue, keyring: Keyring) -> tuple[str, dict[str, Any]]:
    """The credential with all its fields, and the SM2 seal beside it."""
    public: dict[str, Any] = {
        "iss": issue.agency, "vct": issue.kind, "id": issue.id, "number": issue.number, "title": issue.title,
        "iat": int(issue.issued_at.timestamp()),
        "status": {"onething": {"id": chain_id_of(issue.id).hex()}},
    }  # fmt: skip
    if issue.valid_until is not None:
        public["exp"] = int(issue.valid_until.timestamp())
    if issue.replaces:
        public["replaces"] = chain_id_of(issue.replaces).hex()
    hidden = {signed_name(name): json.loads(json.dumps(value, default=str)) for name, value in issue.fields.items()}  # fmt: skip
    salts = (_salt(issue.salt, name) for name in hidden)
    credential = sdjwt.issue(public, hidden, keyring.signer(issue.agency), salt=salts.__next__ if issue.salt else None)
    return credential, seal_of(credential, keyring.sealer(issue.agency))


def _salt(seed: bytes, name: str) -> bytes:
    """128 bits for one field, the same each time it is signed; nobody without the seed tells it from chance."""
    return hmac.digest(seed, b"salt " + name.encode(), "sha256")[:16]


def seal_of(credential: str, sealer: Signer) -> dict[str, Any]:
    """SM2 signature over the SM3 digest of the issuer-signed part (GM/T 0003, GM/T 0004)."""
    digest = sm3(credential.split("~", 1)[0].encode())
    return {"alg": "SM2-SM3", "kid": sealer.key_id, "digest": digest.hex(), "signature": b64url(sealer.sign(digest))}


def named(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Signed fields under the names that the catalogue has for them."""
    renamed = {f"field_{name}": name for name in (*sdjwt.RESERVED, *_TAKEN)}
    return {renamed.get(name, name): value for name, value in fields.items()}


def signed_name(name: str) -> str:
    """The name under which a field of the catalogue is signed."""
    return f"field_{name}" if name in {*sdjwt.RESERVED, *_TAKEN} else name


def document(credential: str, seal: Mapping[str, Any], proof: Mapping[str, Any], trust: TrustList) -> bytes:
    """What lies in the PDF: enough to check it without asking anybody but the one who knows the root's fingerprint."""
    return canonical({
        "format": FORMAT, "credential": credential, "seal": dict(seal), "proof": dict(proof), "trust": json.loads(trust.text),
    })  # fmt: skip
