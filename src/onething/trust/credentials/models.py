"""The nouns of certificates: what is issued, what a check found, what is shared."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from onething.core.i18n import Text
from onething.trust.credentials.states import OPEN_REQUESTS, PROVEN, RequestStep, Stage, Status

__all__ = [
    "OPEN_REQUESTS",
    "PROVEN",
    "Fetched",
    "Issue",
    "Proof",
    "Report",
    "RequestStep",
    "Share",
    "Stage",
    "Status",
    "Step",
    "Verdict",
]


class Verdict(StrEnum):
    """What a check says in one word."""

    GENUINE = "genuine"
    STATUS_UNKNOWN = "status_unknown"
    """Signed by the agency and unaltered; nobody could be asked whether it is still in force."""
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    FORGED = "forged"
    """Altered, or not signed by an agency that may issue it."""
    UNKNOWN = "unknown"
    """Nothing in it could be checked."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A certificate to be signed. `shown` is always visible, each of `fields` can be shown or kept back."""

    id: str
    kind: str
    agency: str
    number: str
    title: dict[str, str]
    issued_at: datetime
    valid_until: datetime | None
    fields: dict[str, Any]
    wanted_by: tuple[tuple[str, str], ...] = ()
    """Agencies that need it, each with the service it is for."""
    subject_id: str = ""
    """Whose it is: its content is sealed under this person's key."""
    lookup: str = ""
    """Number by which its holder may be found again; only its keyed hash is kept."""
    replaces: str = ""
    """The certificate in whose place it stands; signed with it, so that the log holds the link too."""
    salt: bytes = b""
    """From which the salts of its fields are drawn: signing it again gives the same digest, which other chains may hold already."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """An agency (`asker`) needs a certificate of another (`holder`) for a service (`purpose`)."""

    certificate_id: str
    holder: str
    asker: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a check. `ok` None: could not be done here (for example without a connection)."""

    id: str
    ok: bool | None
    words: Text


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found, step by step. `fields` are the disclosed ones and are for the person who holds the file."""

    verdict: Verdict
    steps: tuple[Step, ...]
    certificate_id: str = ""
    kind: str = ""
    number: str = ""
    title: Text | None = None
    agency: str = ""
    agency_name: Text | None = None
    issued_at: datetime | None = None
    valid_until: datetime | None = None
    fields: dict[str, Any] = field(default_factory=dict[str, Any])
    root: str = ""
    """Fingerprint of the root whose list was used."""
    replaces: str = ""
    """How the contract calls the certificate in whose place this one stands."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What is provable about a certificate now, for its holder to read."""

    certificate_id: str
    stage: Stage
    status: Status
    digest: str
    tx_hash: str | None
    block: int | None
    chain_id: int | None
    contract: str | None
    log_index: int | None
    cosigned_by: int
    anchored_at: datetime | None
    requests: tuple["Fetched", ...]
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """Another agency fetched the certificate through the contract."""

    asker: str
    purpose: str
    step: RequestStep
    at: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """Chosen fields, shown for minutes."""

    id: str
    certificate_id: str
    fields: tuple[str, ...]
    purpose: str
    created_at: datetime
    expires_at: datetime
    ended: bool
    looks: tuple[datetime, ...]
