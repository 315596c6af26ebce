"""The door of certificates: take in, change, prove, seal as PDF, share, check.

Life of a certificate:
`accept`: takes certificates in, to be signed and anchored; the caller commits; trust.erased for an erased person.
`fetch`: has agencies fetch certificates of others and check them by contract, each once; the caller commits.
`replacements`: of a certificate: the ids of the one in whose place it stands and of the one in its place, "" for none.
`ensure_signed`: the credential, signed now if the rounds have not come to it → its stage; credentials.not_ready.
`change`: suspends, puts back in force, revokes or replaces; here at once, on the chain at the next round;
    credentials.not_changed, core.not_found.
`status_of`: the status of several as their agencies have set it; unknown ids are left out.
`why_not_in_force`: why, as its agency said it; empty while it is in force, and for one that is not known.
`Pipeline`: one installation's rounds of signing and anchoring; several processes may run it.

Content and proofs:
`fields_of`: a certificate's content, signed or about to be; credentials.not_ready, trust.erased.
`fields_of_many`: the content of several, in two statements; those that cannot be opened are left out.
`proofs_of`: what is provable now about each, in three statements for any number.
`held_under`: a query for the ids whose holder has one of these numbers, found by their keyed hashes.
`signed_name`: the name under which a field of the catalogue is signed.
`named`: signed fields under the names that the catalogue has for them.

The file:
`to_seal`: the signed document of a certificate with its proofs; credentials.not_ready, trust.erased.
`sealed_pdf`: the drawn certificate with that document inside and the agency's seal; takes a time stamp, needs no session.
`is_of_old`: whether a file bears the seal of before, which ordinary readers do not know.
`seal_file`: a drawn file of a certificate, sealed for the file store.
`open_file`: that file opened; trust.erased, trust.altered.

Sharing:
`create_share`: chosen fields for a time → the share's id and the token for its QR code, kept nowhere;
    credentials.no_fields, credentials.not_ready, credentials.not_changed.
`opened`: for whoever scans it: the share and only its fields; the look is written down; credentials.share_over,
    .share_void.
`shares_of`: the holder's own shares, newest first, with when each was looked at.
`end_share`: stops showing; core.not_found for another person's.

Checking:
`check_file`: a PDF, the JSON document inside it, or a bare SD-JWT → a report, step by step; what was changed or is
    none of ours is told there, never raised.
`check_credential`: the same for a credential with or without what belongs to it.
`check_held`: the same for a certificate that this installation holds; None when it has none of this id.
`contract_status`: what asks the contract of this installation's chain; it says None where that cannot be asked.
`register`: what asks the agencies' own register for a certificate's status; it says None for an unknown id.
`policy_of`: what makes a checkpoint of the log count, with every key it and its witnesses ever had.

The catalogue of kinds (电子证照):
`catalogue`: all kinds that this installation issues, for export; no personal data.
`metadata`: the metadata of one certificate for another platform; personal data, only for the entitled.

Keys and the chain:
`root_signer`: the operator's root key, which vouches for agencies, recoveries and backups.
`get_accounts`: the accounts that pay on the chain.
`chain_id_of`: how the contract calls a certificate: 32 bytes, SHA-256 of its random id.
`mark_restored`: holds the log of an installation that was just restored, until it is recovered.

`ROOT_PLACE`, `REVOKED_PLACE`: paths under which the seals' root and its list of revoked ones are fetched.

Nouns of checking: `Against`, `Report`, `Status`, `Verdict`.
Nouns of issuing: `AgencyInfo`, `CertificateLog`, `Issue`, `Keyring`, `KindOfCertificate`, `Proof`,
`SealedFile` (a file, and whether it may be kept).
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.settings import settings_of
from onething.trust.chain.accounts import get_accounts
from onething.trust.chain.models import CertStatus, ChainCertificate
from onething.trust.credentials import keeping, sdjwt
from onething.trust.credentials.catalogue import KindOfCertificate, catalogue, metadata
from onething.trust.credentials.checking import Against, Register, StatusOf, check_credential, check_file
from onething.trust.credentials.errors import NOT_READY
from onething.trust.credentials.evidence import CertificateLog, policy_of
from onething.trust.credentials.issuing import accept, change, fetch, holder_index, issue_of, status_of
from onething.trust.credentials.keeping import open_file, reason_of, seal_file
from onething.trust.credentials.log_recovery import mark_restored
from onething.trust.credentials.models import Fetched, Issue, Proof, Report, Status, Verdict
from onething.trust.credentials.pipeline import Pipeline, store_signed
from onething.trust.credentials.sealed_files import SealedFile, is_of_old
from onething.trust.credentials.seals import REVOKED_PLACE, ROOT_PLACE
from onething.trust.credentials.sharing import create as create_share
from onething.trust.credentials.sharing import end as end_share
from onething.trust.credentials.sharing import opened, shares_of
from onething.trust.credentials.signing import (
    AgencyInfo,
    Keyring,
    chain_id_of,
    document,
    named,
    root_signer,
    sign,
    signed_name,
)
from onething.trust.credentials.states import RequestStep, Stage
from onething.trust.credentials.tables import CredentialRow, RequestRow
from onething.trust.settings import TrustSettings

__all__ = [
    "REVOKED_PLACE",
    "ROOT_PLACE",
    "Against",
    "AgencyInfo",
    "CertificateLog",
    "Issue",
    "Keyring",
    "KindOfCertificate",
    "Pipeline",
    "Proof",
    "Report",
    "SealedFile",
    "Status",
    "Verdict",
    "accept",
    "catalogue",
    "chain_id_of",
    "change",
    "check_credential",
    "check_file",
    "check_held",
    "contract_status",
    "create_share",
    "end_share",
    "ensure_signed",
    "fetch",
    "fields_of",
    "fields_of_many",
    "get_accounts",
    "held_under",
    "is_of_old",
    "mark_restored",
    "metadata",
    "named",
    "open_file",
    "opened",
    "policy_of",
    "proofs_of",
    "register",
    "replacements",
    "root_signer",
    "seal_file",
    "sealed_pdf",
    "shares_of",
    "signed_name",
    "status_of",
    "to_seal",
    "why_not_in_force",
]


def replacements(session: Session, certificate_id: str) -> tuple[str, str]:
    """The ids of the certificate in whose place this one stands, and of the one in its place; "" for none."""
    before = session.scalar(select(CredentialRow.id).where(CredentialRow.successor == certificate_id).limit(1))
    after = session.scalar(select(CredentialRow.successor).where(CredentialRow.id == certificate_id))
    return before or "", after or ""


def held_under(*numbers: str) -> Select[str]:
    """The ids of certificates whose holder has one of these numbers, for an `IN`; found by their keyed hashes."""
    return select(CredentialRow.id).where(CredentialRow.lookup.in_([holder_index(number) for number in numbers]))


def why_not_in_force(session: Session, credential_id: str) -> str:
    """Why it is not in force, as its agency said it; empty while it is, and for one that is not known."""
    row = session.get(CredentialRow, credential_id)
    return reason_of(session, row) if row is not None and row.status != Status.ISSUED else ""


def ensure_signed(db: Database, certificate_id: str, keyring: Keyring) -> str:
    """The credential, signed now if the rounds have not come to it. Returns its stage.

    Raises `Problem(credentials.not_ready)` for a certificate that was never taken in.
    """
    with db.reading() as session:
        row = session.get(CredentialRow, certificate_id)
    if row is None:
        raise Problem(NOT_READY)
    if row.stage != Stage.NEW:
        return row.stage
    with db.reading() as session:
        claims = keeping.claims_of(session, row)
    credential, seal = sign(issue_of(row, claims), keyring)
    with db.transaction() as session:
        store_signed(session, row, credential, seal)
    return "signed"


@dataclass(frozen=True, slots=True)
class ToSeal:
    """What goes into the file of one certificate: read from the database first, so that sealing holds no view of it open."""

    agency: str
    document: bytes


def to_seal(session: Session, certificate_id: str, keyring: Keyring) -> ToSeal:
    """The signed document of a certificate with its proofs. Raises `Problem(credentials.not_ready | trust.erased)`."""
    row = session.get(CredentialRow, certificate_id)
    if row is None or not row.seal:
        raise Problem(NOT_READY)
    text = keeping.text_of(session, row)
    return ToSeal(row.agency, document(text, json.loads(row.seal), row.proof, keyring.trust_list()))


def sealed_pdf(one: ToSeal, drawn: bytes, keyring: Keyring) -> SealedFile:
    """The drawn certificate with the signed document inside and the agency's seal over all of it."""
    from onething.trust.credentials import pdf  # not above: what lays out signed files takes half a second to load

    outside = settings_of(TrustSettings).tsa_url is not None
    return pdf.seal(drawn, one.document, keyring.seals.of(one.agency), outside=outside)


def proofs_of(session: Session, certificate_ids: Iterable[str]) -> dict[str, Proof]:
    """What is provable now about each certificate, for its holder's page. Three statements for any number of them."""
    ids = list(certificate_ids)
    requests: dict[str, list[Fetched]] = {}
    if ids:
        query = (
            select(RequestRow).where(RequestRow.certificate_id.in_(ids)).order_by(RequestRow.id).limit(50 * len(ids))
        )
        for r in session.scalars(query):
            requests.setdefault(r.certificate_id, []).append(
                Fetched(r.asker, r.purpose, RequestStep(r.step), r.done_at or r.created_at)
            )
    rows = session.scalars(select(CredentialRow).where(CredentialRow.id.in_(ids))) if ids else ()
    return {row.id: _proof(row, requests.get(row.id, ())) for row in rows}


def _proof(row: CredentialRow, requests: Sequence[Fetched]) -> Proof:
    chain: dict[str, Any] = row.proof.get("chain") or {}
    log: dict[str, Any] = row.proof.get("log") or {}
    return Proof(
        row.id, Stage(row.stage), Status(row.status), row.digest or "", chain.get("tx"), chain.get("block"), chain.get("id"),
        chain.get("contract"), log.get("index"), len(log.get("cosigned_by", ())), row.anchored_at, tuple(requests),
        row.successor,
    )  # fmt: skip


def contract_status(db: Database) -> StatusOf:
    """Asks the contract of this installation's chain; says None where it cannot be asked."""

    def ask(certificate: bytes) -> ChainCertificate | None:
        # web3 and py-evm are large: loaded when a check really asks the chain.
        from onething.trust.chain.client import get_chain
        from onething.trust.chain.setup import address_of

        try:
            chain = get_chain()
            told: Any = chain.call("Certificates", address_of(db, chain, "Certificates"), "state", certificate)
        except Problem:
            return None
        status, agency, digest, issued, until = told
        return ChainCertificate(list(CertStatus)[int(status)], bytes(agency), bytes(digest), int(issued), int(until))

    return ask


def register(db: Database) -> Register:
    """What the agencies' own register says of a certificate, by its id."""

    def ask(certificate_id: str) -> Status | None:
        with db.reading() as session:
            return status_of(session, [certificate_id]).get(certificate_id)

    return ask


def check_held(session: Session, certificate_id: str, against: Against) -> Report | None:
    """Check the certificate as this installation holds it; None when it has none of this id."""
    row = session.get(CredentialRow, certificate_id)
    if row is None or not row.seal:
        return None
    return check_credential(keeping.text_of(session, row), against, [], seal=json.loads(row.seal), proof=row.proof)


def fields_of(session: Session, certificate_id: str) -> dict[str, object]:
    """A certificate's content, signed or about to be. Raises `Problem(credentials.not_ready | trust.erased)`."""
    return _fields(session, session.get(CredentialRow, certificate_id))


def fields_of_many(session: Session, certificate_ids: Iterable[str]) -> dict[str, dict[str, object]]:
    """The content of several, by id, in two statements for any number; those that cannot be opened (their holder was erased,
    nothing is there yet) are left out."""
    query = select(CredentialRow).where(CredentialRow.id.in_(list(certificate_ids)))
    rows = session.scalars(query).all()
    keeping.bring_keys(session, rows)
    found: dict[str, dict[str, object]] = {}
    for row in rows:
        with suppress(Problem):
            found[row.id] = _fields(session, row)
    return found


def _fields(session: Session, row: CredentialRow | None) -> dict[str, object]:
    if row is not None and row.stage == Stage.NEW:
        return keeping.claims_of(session, row)["fields"]
    return named(sdjwt.fields_of(sdjwt.parse(keeping.text_of(session, row))))
