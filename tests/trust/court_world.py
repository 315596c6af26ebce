"""An installation with a cosigned log and a time stamp authority, for court packages."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from credential_world import AGENCIES, Office, office

from onething.core.db import Database
from onething.sandbox.justice.authority import Authority
from onething.trust.chain.accounts import Accounts
from onething.trust.chain.client import Chain
from onething.trust.court.packing import Source, pack
from onething.trust.credentials import service
from onething.trust.credentials.evidence import CertificateLog, policy_of
from onething.trust.credentials.signing import Keyring

WITNESSES = ("health", "medins", "police")


@dataclass
class LocalStamper:
    """The sandbox authority without HTTP between."""

    authority: Authority
    at: datetime | None = None

    @property
    def root(self) -> bytes:
        return self.authority.root

    def stamp(self, content: bytes) -> bytes:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

        query = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()
        return self.authority.answer(query, self.at or datetime.now(UTC))


@dataclass
class Court:
    office: Office
    log: CertificateLog
    stamper: LocalStamper

    @property
    def source(self) -> Source:
        ring = self.office.keyring
        return Source(self.office.db, ring.root, ring.trust_list(), self.log.log.store, "shanghai")

    def issue(self) -> str:
        certificate_id = self.office.issue(wanted_by=(("police", "hukou"), ("medins", "enrol")))
        self.office.settle(lambda: set(self.office.requests(certificate_id).values()) == {"verified"})
        return certificate_id

    def pack(self, certificate_id: str) -> bytes:
        return pack(self.source, certificate_id, self.stamper)

    @property
    def root(self) -> str:
        return self.office.keyring.root.key_id


def court(db: Database, folder: Path, chain: Chain | None = None) -> Court:
    here = office(db, folder, chain)
    here.keyring = Keyring(AGENCIES, lambda: policy_of("shanghai", WITNESSES, 2))
    log = CertificateLog(db, "shanghai", WITNESSES, folder / "witnesses", 2)
    here.pipeline = service.Pipeline(db, here.keyring, lambda: here.chain, Accounts(folder / "accounts"), evidence=log)
    return Court(here, log, LocalStamper(Authority(folder / "tsa")))
