"""What happens to a certificate after it was issued, in rounds beside the cases: sign, log, anchor, answer requests.

Every step is found again from the rows after a restart, and doing it twice has no second effect. The rounds take at most
a share of the time, so that cases are not slowed when many certificates come at once; then proofs come later.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

import psutil
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.core.processes.rounds import After, Round
from onething.trust.chain.accounts import Accounts
from onething.trust.chain.client import Chain
from onething.trust.chain.errors import CHAIN_AWAY
from onething.trust.chain.leasing import take_lease
from onething.trust.chain.queue import Wanted, queue
from onething.trust.chain.sending import TransactionSender, transaction
from onething.trust.chain.setup import address_of, deploy, enrol, name_hash
from onething.trust.chain.states import OPEN, TxStatus
from onething.trust.credentials import keeping, requests, sdjwt
from onething.trust.credentials.anchors import LOG_ID, log_id
from onething.trust.credentials.issuing import issue_of, tell_if_ready, told_by
from onething.trust.credentials.models import Status
from onething.trust.credentials.signing import Keyring, chain_id_of, sign
from onething.trust.credentials.states import PROOF, Stage
from onething.trust.credentials.tables import UNANCHORED, CredentialRow
from onething.trust.errors import ERASED, LOG_HELD, NOT_ENOUGH_WITNESSES

log = get_logger("trust.credentials.pipeline")
QUIET = 3.0
"""Seconds without work after which a new process gets ready for the first certificate."""
BATCH = 64
"""As many as one call of the contract takes."""
ROUNDS_WITHOUT_RECHECK = 200
LOG_WAITS = (LOG_HELD, NOT_ENOUGH_WITNESSES)
"""Why nothing can be proven now, though signing and anchoring go on."""
LEASE, LEASE_NAME = timedelta(seconds=20), "#certificates"
"""One process at a time has the rounds; another takes them over when the lease has run out. No agency's id begins with #."""
MOST_SHARE = 0.9
"""Of a core, however idle the machine is."""
LONGEST_PAUSE = 60.0
"""Seconds between attempts when rounds fail again and again."""


class EvidenceLog(Protocol):
    """The transparency log, as far as certificates need it."""

    def append(self, entries: Sequence[tuple[str, bytes]]) -> list[int]:
        """Durably append digests under idempotency keys; returns their indices."""
        ...

    def prove(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        """Inclusion under a cosigned checkpoint, as JSON that goes into the certificate."""
        ...


class Pipeline:
    """One installation's rounds. Several processes may run them: one has them at a time by a lease, and what two did all the same
    counts once, because rows change by compare-and-set."""

    def __init__(
        self, db: Database, keyring: Keyring, chain: Callable[[], Chain], accounts: Accounts,
        *, evidence: EvidenceLog | None = None, confirmations: int = 1,
    ) -> None:  # fmt: skip
        self.db, self.keyring, self.accounts, self.evidence = db, keyring, accounts, evidence
        self._make_chain, self._confirmations = chain, confirmations
        self._sender: TransactionSender | None = None
        self._rounds, self._quiet = 0, 0.0
        self._me, self._mine_until = new_id("rounds"), -1e9

    def round(self) -> int:
        """One round; returns how much was done, 0 when nothing was left to do."""
        done = self._sign()
        waiting: Problem | None = None
        try:
            done += self._log()
        except Problem as problem:  # what is in the log already goes on into the contract
            if problem.kind not in LOG_WAITS:
                raise
            waiting = problem
        try:
            done += self._anchor()
        except Problem as problem:
            if problem.kind is not CHAIN_AWAY:
                raise
            log.warning("the chain is away; anchoring later")
        if waiting is not None and not done:
            raise waiting
        return done

    # -- steps

    def _rows(self, session: Session, *stages: Stage) -> list[CredentialRow]:
        # As literal text beside: else the index of those on their way is not used, and all that are done are read each time.
        query = select(CredentialRow).where(text(UNANCHORED), CredentialRow.stage.in_(stages))
        return list(session.scalars(query.order_by(CredentialRow.id).limit(BATCH)))

    def anything(self) -> bool:
        """Whether there is anything to do at all."""
        with self.db.reading() as session:
            waits = session.scalar(select(CredentialRow.id).where(text(UNANCHORED)).limit(1)) is not None
            return waits or requests.any_open(session) or session.scalar(requests.OPEN_CALLS) is not None

    def holds(self) -> bool:
        """Whether the rounds are this process's now; taken when nobody has them, renewed when half of its time is over."""
        half, moment = LEASE.total_seconds() / 2, time.monotonic()
        if moment < self._mine_until - half:
            return True
        if not take_lease(self.db, LEASE_NAME, self._me, LEASE):
            return False
        self._mine_until = moment + 2 * half
        return True

    def turn(self) -> int:
        """A round, if there is anything to do and no other process has the rounds."""
        if not self.anything() and self._sender is not None:
            return self._recheck()
        return self.round() if self.holds() else 0

    def _get_ready(self) -> int:
        """The contracts, before the first certificate needs them; by one process, for all."""
        if self.holds():
            self._ready().pump()
        return 0

    def _sign(self) -> int:
        with self.db.reading() as session:
            rows = self._rows(session, Stage.NEW)
            claims = [_claims_of(session, row) for row in rows]
        signed = [
            sign(issue_of(row, told), self.keyring) if told else None for row, told in zip(rows, claims, strict=True)
        ]
        if rows:
            with self.db.transaction() as session:
                for row, made in zip(rows, signed, strict=True):
                    store_signed(session, row, *(made or ("", {})))
        return len(rows)

    def _log(self) -> int:
        if self.evidence is None:
            with self.db.reading() as session:
                rows = self._rows(session, Stage.SIGNED)
            self._logged([(row.id, {}) for row in rows])
            return len(rows)
        with self.db.reading() as session:
            rows = self._rows(session, Stage.SIGNED)
        if not rows:
            return 0
        indices = self.evidence.append([(f"certificate:{row.id}", bytes.fromhex(row.digest or "")) for row in rows])
        proofs = self.evidence.prove(indices)
        self._logged([(row.id, {"proof": {"log": proof}}) for row, proof in zip(rows, proofs, strict=True)])
        if size := int(proofs[0].get("size", 0)):
            name = log_id(str(proofs[0].get("checkpoint", "")).partition("\n")[0])
            if name != LOG_ID:
                enrol(self.db, self.accounts, {}, {name: "platform"})
            args = [name_hash(name), size, bytes.fromhex(proofs[0]["root"])]
            with self.db.transaction() as session:
                queue(session, Wanted(f"checkpoint:{name}:{size}", "platform", "Anchors", "anchor", args))
        return len(rows)

    def _logged(self, made: Sequence[tuple[str, dict[str, Any]]]) -> None:
        if not made:
            return
        with self.db.transaction() as session:
            for certificate_id, values in made:
                session.execute(
                    update(CredentialRow).where(CredentialRow.id == certificate_id, CredentialRow.stage.in_(PROOF.into(Stage.LOGGED)))
                    .values(stage=Stage.LOGGED.value, **values).execution_options(synchronize_session=False)
                )  # fmt: skip

    def _ready(self) -> TransactionSender:
        """The contracts are there and know the agencies."""
        if self._sender is None:
            chain = self._make_chain()
            deploy(self.db, chain, self.accounts)
            kinds = {agency: info.kinds for agency, info in self.keyring.agencies.items()}
            enrol(self.db, self.accounts, kinds, {LOG_ID: "platform"})
            self._sender = TransactionSender(self.db, chain, self.accounts, confirmations=self._confirmations)
        return self._sender

    def _anchor(self) -> int:
        with self.db.reading() as session:
            rows = self._rows(session, Stage.LOGGED)
            waiting = requests.any_open(session)
            sending = session.scalar(requests.OPEN_CALLS) is not None
        if not rows and not waiting and not sending and self._sender is not None:
            return self._recheck()
        sender = self._ready()
        done = self._queue(rows)
        done += sender.pump()
        done += self._confirmed(rows, sender.chain)
        done += requests.step(self.db, self.keyring, sender.chain)
        return done

    def _recheck(self) -> int:
        self._rounds += 1
        if self._sender is None or self._rounds % ROUNDS_WITHOUT_RECHECK:
            return 0
        return self._sender.recheck()

    def _queue(self, rows: Sequence[CredentialRow]) -> int:
        """One call per agency for all its certificates that are in no call yet."""
        by_agency: dict[str, list[CredentialRow]] = {}
        for row in rows:
            if not row.tx:
                by_agency.setdefault(row.agency, []).append(row)
        with self.db.transaction() as session:
            for agency, group in by_agency.items():
                key = f"issue:{group[0].id}:{len(group)}"
                batch = [
                    (chain_id_of(r.id), name_hash(r.kind), bytes.fromhex(r.digest or ""), _until(r)) for r in group
                ]
                queue(session, Wanted(key, agency, "Certificates", "issue", [batch]))
                for row in group:
                    row.tx = key
                    session.execute(update(CredentialRow).where(CredentialRow.id == row.id).values(tx=key))
        return len(by_agency)

    def _confirmed(self, rows: Sequence[CredentialRow], chain: Chain) -> int:
        """Those whose call lies in the chain are anchored; a refused batch is tried one by one."""
        keys = {row.tx for row in rows if row.tx}
        if not keys:
            return 0
        address, done = address_of(self.db, chain, "Certificates"), 0
        with self.db.transaction() as session:
            for key in sorted(keys):
                call = transaction(session, key)
                group = [row.id for row in rows if row.tx == key]
                if call is None or call.status in OPEN:
                    continue
                done += len(group)
                for certificate_id in group:
                    row = session.get(CredentialRow, certificate_id)
                    if row is None:
                        continue
                    if call.status == TxStatus.CONFIRMED:
                        told = {"id": chain.id, "contract": address, "tx": call.tx_hash, "block": call.block}
                        row.proof = {**row.proof, "chain": told}
                        row.stage, row.anchored_at = PROOF.move(row.stage, Stage.ANCHORED), now()
                        if row.status != Status.ISSUED:
                            tell_if_ready(session, row)
                        session.flush()
                        told_by(session, row.id)
                    elif len(group) > 1:
                        self._alone(session, row)
                    else:
                        log.error("the contract refuses a certificate", certificate=row.id, why=call.error)
                        row.stage = PROOF.move(row.stage, Stage.REFUSED)
        return done

    @staticmethod
    def _alone(session: Session, row: CredentialRow) -> None:
        row.tx = f"issue-one:{row.id}"
        one = [(chain_id_of(row.id), name_hash(row.kind), bytes.fromhex(row.digest or ""), _until(row))]
        queue(session, Wanted(row.tx, row.agency, "Certificates", "issue", [one]))

    # -- beside the cases

    def as_round(self, *, share: float = 0.25, idle: float = 0.5) -> Round:
        """At most `share` of one core's time, more where the machine has nothing else to do, and a look every `idle` seconds when all
        is done."""

        async def look() -> After:
            began, was_ready = time.monotonic(), self._sender is not None
            # A process that has nothing to do yet gets the contracts ready, so that its first certificate waits less.
            done = await asyncio.to_thread(self.turn if was_ready or self._quiet < QUIET else self._get_ready)
            spent = time.monotonic() - began if was_ready else 0.0
            # Single certificates come first; a flood of them has to wait for the cases.
            part = min(MOST_SHARE, max(share if done >= BATCH else 2 * share, idle_part()))
            pause = max(0.02, spent * (1 - part) / part) if done else idle
            self._quiet = 0.0 if done else self._quiet + pause
            return After(pause)

        return Round("certificates", idle, look, longest_pause=LONGEST_PAUSE)


def idle_part() -> float:
    """How much of the machine had nothing to do since it was last asked, from 0 to 1."""
    return max(0.0, 1.0 - psutil.cpu_percent(interval=None) / 100)


def _until(row: CredentialRow) -> int:
    """The last valid second, as the credential has it; 0 without end."""
    return int(row.valid_until.timestamp()) if row.valid_until else 0


def _claims_of(session: Session, row: CredentialRow) -> dict[str, Any] | None:
    """None for a person whose data was erased before it could be signed."""
    try:
        return keeping.claims_of(session, row)
    except Problem as problem:
        if problem.kind is not ERASED:
            raise
        return None


def store_signed(session: Session, row: CredentialRow, credential: str, seal: dict[str, Any]) -> None:
    """Only the first to sign it counts: another process may have signed it at the same moment."""
    stage, values = Stage.ERASED, dict[str, Any]()
    if credential:
        stage = Stage.SIGNED
        values = {
            "content": keeping.sealed_text(session, row, credential), "seal": json.dumps(seal),
            "digest": sdjwt.digest_of(credential).hex(),
        }  # fmt: skip
    session.execute(
        update(CredentialRow).where(CredentialRow.id == row.id, CredentialRow.stage.in_(PROOF.into(stage)))
        .values(stage=stage.value, **values).execution_options(synchronize_session=False)
    )  # fmt: skip
