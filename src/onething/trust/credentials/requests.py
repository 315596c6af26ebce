"""Agencies that fetch a certificate by contract: ask, the event makes the holder answer, the asker verifies.

Each step is a call of the agency that makes it, from its own account. What the asker checks is the document it received
from the holder's library, not what the chain says of it: the contract then compares both.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.chain.client import Chain
from onething.trust.chain.queue import Wanted, queue
from onething.trust.chain.sending import transaction
from onething.trust.chain.setup import address_of, name_hash
from onething.trust.chain.states import OPEN, TxStatus
from onething.trust.chain.tables import ChainCursorRow, TransactionRow
from onething.trust.credentials import keeping, sdjwt
from onething.trust.credentials.signing import Keyring, chain_id_of
from onething.trust.credentials.states import OPEN_REQUESTS, REQUEST, RequestStep, Stage
from onething.trust.credentials.tables import CredentialRow, RequestRow

BATCH = 64
OPEN_CALLS = select(TransactionRow.id).where(TransactionRow.status.in_(OPEN)).limit(1)


def any_open(session: Session) -> bool:
    return session.scalar(select(RequestRow.id).where(RequestRow.step.in_(OPEN_REQUESTS)).limit(1)) is not None


def request_key(request_id: str) -> bytes:
    return name_hash(request_id)


def step(db: Database, keyring: Keyring, chain: Chain) -> int:
    """Move every open request by at most one step; returns how many moved."""
    with db.reading() as session:
        rows = list(session.scalars(select(RequestRow).where(RequestRow.step.in_(OPEN_REQUESTS)).order_by(RequestRow.id).limit(4 * BATCH)))  # fmt: skip
    if not rows:
        return 0
    with db.transaction() as session:
        moved = _ask(session, [row for row in rows if row.step == RequestStep.WANTED and not row.tx])
        moved += _verify(session, keyring, [row for row in rows if row.step == RequestStep.ANSWERED and not row.tx])
        moved += _settle(session, chain, db, [row for row in rows if row.tx])
    return moved + _answer(db, chain, rows)


def _call(session: Session, agency: str, function: str, group: Sequence[RequestRow], batch: list[Any]) -> None:
    key = f"{function}:{group[0].id}:{len(group)}"
    queue(session, Wanted(key, agency, "Requests", function, [batch]))
    ids = [row.id for row in group]
    session.execute(update(RequestRow).where(RequestRow.id.in_(ids)).values(tx=key).execution_options(synchronize_session=False))  # fmt: skip


def _grouped(rows: Sequence[RequestRow], name: str) -> list[tuple[str, list[RequestRow]]]:
    found: dict[str, list[RequestRow]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return [(agency, group[:BATCH]) for agency, group in sorted(found.items())]


def _ask(session: Session, rows: Sequence[RequestRow]) -> int:
    """As soon as the certificate is anchored."""
    ids = {row.certificate_id for row in rows}
    anchored = set(session.scalars(select(CredentialRow.id).where(CredentialRow.id.in_(ids), CredentialRow.stage == Stage.ANCHORED)))  # fmt: skip
    ready = [row for row in rows if row.certificate_id in anchored]
    for agency, group in _grouped(ready, "asker"):
        batch = [(request_key(r.id), chain_id_of(r.certificate_id), name_hash(r.purpose)) for r in group]
        _call(session, agency, "ask", group, batch)
    return len(ready)


def _answer(db: Database, chain: Chain, rows: Sequence[RequestRow]) -> int:
    """The holder's worker: reads the contract's events since it last looked, and answers what concerns it."""
    open_by_key = {request_key(row.id): row for row in rows if row.step == RequestStep.ASKED}
    if not open_by_key:
        return 0
    address = address_of(db, chain, "Requests")
    name = f"requests:{chain.id}:{address}"
    with db.reading() as session:
        cursor = session.get(ChainCursorRow, name)
        first = cursor.block if cursor else 0
    head = chain.head()
    heard = [event.values["request"] for event in chain.events("Requests", address, "Asked", first)]
    with db.transaction() as session:
        wanted = [open_by_key[bytes(key)] for key in heard if isinstance(key, bytes) and bytes(key) in open_by_key]  # fmt: skip
        fresh = [row for row in wanted if not row.tx]
        for agency, group in _grouped(fresh, "holder"):
            digests = _digests(session, group)
            _call(session, agency, "answer", group, [(request_key(r.id), digests[r.certificate_id]) for r in group])
        # Requests asked by others may still be in these blocks, so the cursor moves only past what is answered.
        if len(wanted) == len(open_by_key):
            session.merge(ChainCursorRow(name=name, block=max(first, head - 64)))
    return len(fresh)


def _digests(session: Session, rows: Sequence[RequestRow]) -> dict[str, bytes]:
    query = select(CredentialRow.id, CredentialRow.digest).where(CredentialRow.id.in_({r.certificate_id for r in rows}))
    return {each: bytes.fromhex(digest or "") for each, digest in session.execute(query)}


def _verify(session: Session, keyring: Keyring, rows: Sequence[RequestRow]) -> int:
    """The asker checks the document it fetched, then shows its digest to the contract."""
    trust = keyring.trust_list()
    for agency, group in _grouped(rows, "asker"):
        batch: list[Any] = []
        for row in group:
            try:
                received = keeping.text_of(session, session.get(CredentialRow, row.certificate_id))
                sdjwt.verify(received, trust.verifier)
                digest = sdjwt.digest_of(received)
            except Problem:
                digest = b"\0" * 31 + b"\1"  # whatever came, it was not the certificate: the contract will say so
            session.execute(update(RequestRow).where(RequestRow.id == row.id).values(received=digest.hex()))
            batch.append((request_key(row.id), digest))
        _call(session, agency, "verify", group, batch)
    return len(rows)


def _settle(session: Session, chain: Chain, db: Database, rows: Sequence[RequestRow]) -> int:
    """Calls that are through carry their requests on."""
    moved, address = 0, address_of(db, chain, "Requests")
    for key in sorted({row.tx for row in rows}):
        call = transaction(session, key)
        if call is None or call.status in OPEN:
            continue
        for row in [session.get_one(RequestRow, row.id) for row in rows if row.tx == key]:
            row.tx, moved = "", moved + 1
            # A call may have been refused as a whole for one of many: the contract says how far each one is.
            said = int(chain.call("Requests", address, "step", request_key(row.id)))
            reached = _IN_CONTRACT[said]
            alone = len([r for r in rows if r.tx == key]) == 1
            if call.status == TxStatus.REFUSED and alone and said < 3 and said == _BEFORE[call.function]:
                reached = RequestStep.WRONG
            row.step = REQUEST.move(row.step, reached)
            if reached in REQUEST.final:
                row.done_at = now()
    return moved


_IN_CONTRACT = tuple(RequestStep)
"""In the order of the contract's numbers."""
_BEFORE = {"ask": 0, "answer": 1, "verify": 2}
