"""The certificate enters here, in the transaction of the task that made it; signing and anchoring come after."""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core import bulk
from onething.core.clock import now
from onething.core.errors import NOT_FOUND, Problem
from onething.core.ids import new_id
from onething.trust.chain.queue import Wanted, queue
from onething.trust.credentials import keeping
from onething.trust.credentials.errors import NOT_CHANGED
from onething.trust.credentials.models import Fetch, Issue, Status
from onething.trust.credentials.signing import chain_id_of
from onething.trust.credentials.states import STANDING, RequestStep, Stage
from onething.trust.credentials.tables import CredentialRow, RequestRow
from onething.trust.models import b64url, unb64url
from onething.trust.sealing.subject_keys import blind_index


def accept(session: Session, issues: Sequence[Issue]) -> None:
    """Take certificates in, to be signed and anchored. One statement for all; the caller commits.

    Raises `Problem(trust.erased)` for a person whose data was erased.
    """
    if not issues:
        return
    at = now()
    # In one order everywhere, so that two transactions that make keys for the same persons never wait crosswise.
    ordered = sorted(issues, key=lambda one: (one.subject_id, one.id))
    contents = keeping.sealed_claims_of(session, [(one.id, one.subject_id, _claims(one)) for one in ordered])
    rows: list[dict[str, Any]] = [
        {
            "id": one.id, "stage": Stage.NEW.value, "kind": one.kind, "agency": one.agency, "status": Status.ISSUED.value,
            "subject_id": one.subject_id, "lookup": holder_index(one.lookup) if one.lookup else "",
            "content": content,
            "valid_until": one.valid_until, "seal": None, "digest": None, "tx": "", "proof": {},
            "successor": None, "reason": "", "changed_at": None, "created_at": at, "anchored_at": None,
        }
        for one, content in zip(ordered, contents, strict=True)
    ]  # fmt: skip
    bulk.put(session.connection(), CredentialRow, rows)
    fetch(session, [Fetch(one.id, one.agency, *each) for one in issues for each in one.wanted_by])


def fetch(session: Session, wanted: Sequence[Fetch]) -> None:
    """Have agencies fetch certificates of others and check them; each asks for a certificate once. The caller commits."""
    apart = {(one.certificate_id, one.asker): one for one in reversed(wanted) if one.asker != one.holder}
    if not apart:
        return
    query = select(RequestRow.certificate_id, RequestRow.asker).where(
        RequestRow.certificate_id.in_({certificate_id for certificate_id, _ in apart})
    )
    before, at = set(session.execute(query).tuples()), now()
    rows = [
        {
            "id": new_id("req"), "certificate_id": one.certificate_id, "asker": one.asker, "holder": one.holder,
            "purpose": one.purpose, "step": RequestStep.WANTED.value, "tx": "", "received": None, "created_at": at, "done_at": None,
        }
        for key, one in sorted(apart.items()) if key not in before
    ]  # fmt: skip
    bulk.put(session.connection(), RequestRow, rows)


def holder_index(number: str) -> str:
    """By what a holder's certificates are found without her number being kept."""
    return blind_index("credential.lookup", number.strip().upper())


def _claims(one: Issue) -> dict[str, Any]:
    return {
        "number": one.number, "title": one.title, "issued_at": one.issued_at.isoformat(),
        "valid_until": one.valid_until.isoformat() if one.valid_until else None,
        "fields": json.loads(json.dumps(one.fields, default=str)), "replaces": one.replaces,
        "salt": b64url(one.salt or secrets.token_bytes(32)),
    }  # fmt: skip


def issue_of(row: CredentialRow, claims: dict[str, Any]) -> Issue:
    """Back from the row and its opened claims."""
    until = claims["valid_until"]
    return Issue(
        row.id, row.kind, row.agency, claims["number"], claims["title"], datetime.fromisoformat(claims["issued_at"]),
        datetime.fromisoformat(until) if until else None, claims["fields"], replaces=claims.get("replaces", ""),
        salt=unb64url(claims["salt"]) if claims.get("salt") else b"",
    )  # fmt: skip


_CALL = {Status.SUSPENDED: "suspend", Status.ISSUED: "reinstate", Status.REVOKED: "revoke"}


def change(
    session: Session, certificate_ids: Iterable[str], status: Status, reason: str = "", *, successor: str | None = None
) -> None:
    """Suspend, put back in force, revoke or replace; here at once, in the contract as soon as it is anchored.

    What has that status already is left alone. Raises `Problem(credentials.not_changed)`, `Problem(core.not_found)`.
    """
    for certificate_id in certificate_ids:
        row = session.get(CredentialRow, certificate_id, with_for_update=True)
        if row is None:
            raise Problem(NOT_FOUND, detail="no such credential")
        if row.status == status.value:
            continue
        if row.status not in STANDING.into(status):
            raise Problem(NOT_CHANGED, status=row.status)
        row.status = STANDING.move(row.status, status)
        row.changed_at, row.successor = now(), successor
        row.reason = keeping.sealed_reason(session, row, reason[:200])
        session.flush()
        tell_if_ready(session, row)


def tell_if_ready(session: Session, row: CredentialRow) -> None:
    """Tell the contract of a change, once it has the certificate and what replaces it; till then only the register knows."""
    successor = session.get(CredentialRow, row.successor) if row.successor else None
    if row.stage == Stage.ANCHORED and (successor is None or successor.stage == Stage.ANCHORED):
        tell_contract(session, row)


def told_by(session: Session, successor_id: str) -> None:
    """A replacement is anchored: now the contract can be told what it takes the place of."""
    query = select(CredentialRow).where(CredentialRow.successor == successor_id, CredentialRow.stage == Stage.ANCHORED)
    for row in session.scalars(query.limit(10)):
        tell_contract(session, row)


def tell_contract(session: Session, row: CredentialRow) -> None:
    """Queue what the contract does not know yet of a certificate's status."""
    status, certificate = Status(row.status), chain_id_of(row.id)
    stamp = row.changed_at.isoformat() if row.changed_at else ""
    key = f"status:{row.id}:{status.value}:{stamp}"
    if status is Status.SUPERSEDED and row.successor:
        args: list[Any] = [certificate, chain_id_of(row.successor)]
        queue(session, Wanted(key, row.agency, "Certificates", "supersede", args))
        return
    if status is Status.SUPERSEDED:
        status = Status.REVOKED
    reason = [] if status is Status.ISSUED else [chain_id_of(row.reason)]
    queue(session, Wanted(key, row.agency, "Certificates", _CALL[status], [certificate, *reason]))


def status_of(session: Session, certificate_ids: Iterable[str]) -> dict[str, Status]:
    """The status of certificates as their agencies have set it."""
    query = select(CredentialRow.id, CredentialRow.status).where(CredentialRow.id.in_(list(certificate_ids)))
    return {each: Status(status) for each, status in session.execute(query)}
