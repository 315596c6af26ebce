"""A log with its witnesses for tests: keys in memory, stores in a temporary folder."""

from dataclasses import dataclass, field
from pathlib import Path

from onething.trust.keys.algorithms import generate_secret, make_signer
from onething.trust.keys.base import Signer
from onething.trust.log.cosigning import LocalWitness, Published, publish
from onething.trust.log.monitor import Watched
from onething.trust.log.notes import NoteKey
from onething.trust.log.policy import LogPolicy, TrustedKey
from onething.trust.log.store import FileLogStore, LogStore
from onething.trust.log.transparency_log import Log, NewEntry
from onething.trust.log.witness import Witness, WitnessMemory
from onething.trust.models import Algorithm, HashName

ORIGIN = "city.example/evidence"
AGENCIES = ("police", "civil", "health")


def fresh_signer(algorithm: Algorithm = Algorithm.ED25519) -> Signer:
    return make_signer(algorithm, generate_secret(algorithm), b"me" if algorithm is Algorithm.SM2 else b"")


@dataclass
class World:
    """One log, three witnesses of which two are needed."""

    folder: Path
    hash: HashName = HashName.SHA256
    algorithm: Algorithm = Algorithm.ED25519
    store: LogStore | None = None
    needed: int = 2
    log_signer: Signer = field(init=False)
    log: Log = field(init=False)
    policy: LogPolicy = field(init=False)
    witnesses: list[LocalWitness] = field(init=False)

    def __post_init__(self) -> None:
        self.log_signer = fresh_signer(self.algorithm)
        self.store = self.store or FileLogStore(self.folder / "log")
        self.log = self.make_log(self.store)
        signers = {name: fresh_signer(self.algorithm) for name in AGENCIES}
        keys = {name: NoteKey(name, signer.public_key, cosigner=True) for name, signer in signers.items()}
        log_key = TrustedKey(NoteKey(ORIGIN, self.log_signer.public_key))
        trusted = tuple(TrustedKey(key) for key in keys.values())
        self.policy = LogPolicy(ORIGIN, self.hash, (log_key,), trusted, self.needed)
        self.signers = signers
        self.witnesses = [self.make_witness(name) for name in AGENCIES]

    def make_log(self, store: LogStore) -> Log:
        return Log(ORIGIN, lambda: self.log_signer, store, self.hash)

    def make_witness(self, name: str, memory: str = "") -> LocalWitness:
        """With `memory` another file than its own: a witness that lies about what it saw."""
        path = self.folder / f"{memory or name}.db"
        return LocalWitness(Witness(name, lambda: self.signers[name], WitnessMemory(path), {ORIGIN: self.policy}))

    def fill(self, count: int, word: str = "entry") -> None:
        size = self.log.head()[0].size
        self.log.append_many([NewEntry(f"{word} {size + n}".encode()) for n in range(count)])

    def publish(self) -> Published:
        return publish(self.log, self.policy, self.witnesses)

    @property
    def watched(self) -> Watched:
        return Watched(self.log.store.published, self.log.store.read, self.witnesses)
