"""The seals that readers of PDF know: an ECDSA key an agency, certified by the city's root; the root's list of revoked ones.

Beside it every certificate has the agency's SM2 seal, inside the signed document that is attached to the file.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from onething.core.clock import now
from onething.core.durable import write_whole
from onething.core.settings import get_settings
from onething.trust.credentials import x509
from onething.trust.credentials.timestamps import OwnAuthority, Stamps, outside_root
from onething.trust.keys.base import Signer
from onething.trust.models import Algorithm, KeyRecord, KeyStatus
from onething.trust.sealing.owners import key_store

PLATFORM = "platform"
DOCUMENT, DOCUMENT_ROOT, TIME, WALLETS = "document-seal", "document-root", "time", "wallets"
ROOT_PLACE, REVOKED_PLACE = "/.well-known/onething-seal-root.cer", "/.well-known/onething-seals.crl"
ROOT_LASTS, TIME_LASTS, SEAL_LASTS = timedelta(days=30 * 365), timedelta(days=12 * 365), timedelta(days=5 * 365)
RENEWED_AFTER = timedelta(days=3 * 365)
"""A seal's key this old is replaced by a new one; what it sealed stays good."""
LIST_LASTS = timedelta(days=7)
KEEP = 60.0
"""Seconds for which certificates and the list are kept before the stores are asked again."""


@dataclass(frozen=True, slots=True)
class Seal:
    """All that sealing a file of one agency takes."""

    name: str
    signer: Signer
    certificate: bytes
    root: bytes
    revoked: bytes
    stamps: Stamps


class Seals:
    """Certificates and the list are made when first needed and kept in the data folder."""

    def __init__(self, names: Mapping[str, str], city: str, signer: Callable[[str, str, Algorithm], Signer]) -> None:
        """`names`: agency → its name on its seal; `signer` gives an owner's active key of a name, made when there is none."""
        self._names, self._city, self._signer = dict(names), city, signer
        self._kept: dict[str, tuple[float, Seal]] = {}
        self._list: tuple[float, bytes] | None = None
        self._stamps: Stamps | None = None
        self._guard = threading.RLock()

    def forget(self) -> None:
        """After a rotation or revocation in this process."""
        with self._guard:
            self._kept.clear()
            self._list = self._stamps = None

    def signer(self, agency: str) -> Signer:
        """The agency's seal in ECDSA; one that has served long enough is replaced first."""
        return self._young(agency, DOCUMENT)

    def of(self, agency: str) -> Seal:
        with self._guard:
            kept = self._kept.get(agency)
            if kept is not None and time.monotonic() - kept[0] < KEEP:
                return kept[1]
            signer, name = self.signer(agency), self._names[agency]
            subject = x509.name(f"{name}电子印章", name)
            made = Seal(
                name,
                signer,
                self._certified(agency, DOCUMENT, signer, subject),
                self.root(),
                self.revoked(),
                self._times(),
            )
            self._kept[agency] = (time.monotonic(), made)
            return made

    def root(self) -> bytes:
        """The root's own certificate (DER)."""
        signer = self._root()
        record = _record(PLATFORM, DOCUMENT_ROOT, signer.key_id)
        period = _period(record, ROOT_LASTS)
        return _once(signer.key_id, x509.root_certificate(self._issuer(), signer, period))

    def revoked(self) -> bytes:
        """The root's list of revoked certificates (DER)."""
        with self._guard:
            if self._list is None or time.monotonic() - self._list[0] >= KEEP:
                at = now().replace(microsecond=0)
                lines = [
                    (serial, record.revoked_at)
                    for owner, name in (
                        *((agency, DOCUMENT) for agency in self._names),
                        (PLATFORM, TIME),
                        (PLATFORM, WALLETS),
                    )
                    for record in key_store(owner).records(name)
                    if record.revoked_at is not None
                    for serial in _serials(record.key_id)
                ]
                made = x509.revocations(self._issuer(), self._root(), lines, x509.Period(at, at + LIST_LASTS))
                self._list = (time.monotonic(), made)
            return self._list[1]

    def wallets(self) -> tuple[Signer, bytes]:
        """The platform's own key for what it says to wallets (lists of status, questions), and its certificate."""
        signer = self._young(PLATFORM, WALLETS)
        return signer, self._certified(
            PLATFORM, WALLETS, signer, x509.name(f"{self._city}“一件事”手机证照服务", self._city)
        )

    def time_roots(self) -> list[bytes]:
        """Whose time stamps count: this root's authority, and the one that the settings name."""
        outside = outside_root()
        return [self.root(), *([outside] if outside else [])]

    # -- parts

    def _root(self) -> Signer:
        return self._signer(PLATFORM, DOCUMENT_ROOT, Algorithm.P256)

    def _issuer(self) -> bytes:
        return x509.name(f"{self._city}“一件事”电子印章根证书", self._city)

    def _times(self) -> Stamps:
        if self._stamps is None:
            signer = self._young(PLATFORM, TIME)
            subject = x509.name(f"{self._city}“一件事”时间戳", self._city)
            self._stamps = Stamps(OwnAuthority(signer, self._certified(PLATFORM, TIME, signer, subject)))
        return self._stamps

    def _young(self, owner: str, name: str) -> Signer:
        signer = self._signer(owner, name, Algorithm.P256)
        if _record(owner, name, signer.key_id).created_at + RENEWED_AFTER < now():
            key_store(owner).rotate(name)
            return key_store(owner).signer(name)
        return signer

    def _certified(self, owner: str, name: str, signer: Signer, subject: bytes) -> bytes:
        lasts = TIME_LASTS if name == TIME else SEAL_LASTS
        period = _period(_record(owner, name, signer.key_id), lasts)
        url = get_settings().public_url.rstrip("/")
        places = x509.Places(url + REVOKED_PLACE, url + ROOT_PLACE)
        make = x509.time_certificate if name == TIME else x509.seal_certificate
        return _once(signer.key_id, make(subject, signer.public_key, self._issuer(), self._root(), period, places))


def _record(owner: str, name: str, key_id: str) -> KeyRecord:
    records = key_store(owner).records(name)
    return next(
        record for record in records if record.key_id == key_id or (not key_id and record.status is KeyStatus.ACTIVE)
    )


def _period(record: KeyRecord, lasts: timedelta) -> x509.Period:
    since: datetime = (record.created_at - timedelta(days=1)).replace(microsecond=0)
    return x509.Period(since, since + lasts)


def _folder() -> Path:
    return get_settings().data_dir / "trust" / "seals"


def _once(key_id: str, certificate: bytes) -> bytes:
    """Kept, so that it can be revoked when names or addresses have changed since."""
    path = _folder() / f"{key_id}.{hashlib.sha256(certificate).hexdigest()[:12]}.cer"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, certificate)
    return certificate


def _serials(key_id: str) -> list[bytes]:
    """Of every certificate that this key ever had."""
    return [x509.serial_of(path.read_bytes()) for path in sorted(_folder().glob(f"{key_id}.*.cer"))]
