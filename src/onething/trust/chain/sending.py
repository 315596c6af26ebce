"""The sender: turns queued calls into transactions of their accounts and follows them until they lie deep enough.

Rules that make it safe to kill at any instruction:
* signed bytes are committed before they are sent, so after a restart the same transaction is sent, not a second one;
* nonces are given in order from the chain's own count, under a lease, so that there are no gaps of our making;
* a nonce that the chain has used for something else (a restored backup, another sender with our key) is given up and
  the call is signed anew; the contracts take every call of ours twice without a second effect;
* a receipt counts only `confirmations` blocks below the head, and is looked at again until then: after a
  reorganisation the same bytes are sent again.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.core.logs import get_logger
from onething.trust.chain.accounts import REGISTRAR, Accounts, ChainAccount
from onething.trust.chain.client import GAS, Chain
from onething.trust.chain.errors import CHAIN_AWAY, NOT_DEPLOYED
from onething.trust.chain.leasing import take_lease
from onething.trust.chain.states import OPEN, TRANSACTION, TxStatus
from onething.trust.chain.tables import ContractRow, TransactionRow

log = get_logger("trust.chain.sending")

LEASE = timedelta(seconds=15)
AHEAD = 32
"""Transactions of one account on their way at once; nodes drop long queues."""


class TransactionSender:
    """Sends for all accounts of this installation. `pump` is one round and may be called by any number of processes."""

    def __init__(self, db: Database, chain: Chain, accounts: Accounts, *, confirmations: int = 1) -> None:
        self.db, self.chain, self.accounts = db, chain, accounts
        self.confirmations = confirmations
        self._me = new_id("sender")

    def pump(self) -> int:
        """One round over all accounts with open calls; returns how many calls changed."""
        with self.db.reading() as session:
            names = list(
                session.scalars(select(TransactionRow.account).where(TransactionRow.status.in_(OPEN)).distinct())
            )
        if REGISTRAR in names:  # who may do what must lie in the chain before agencies act on it
            names = [REGISTRAR]
        return sum(self._account(name) for name in sorted(names) if self._lease(name))

    def _lease(self, name: str) -> bool:
        return take_lease(self.db, name, self._me, LEASE)

    def _account(self, name: str) -> int:
        account = self.accounts.of(name)
        with self.db.reading() as session:
            rows = list(session.scalars(
                select(TransactionRow).where(TransactionRow.account == name, TransactionRow.status.in_(OPEN))
                .order_by(TransactionRow.nonce.is_(None), TransactionRow.nonce, TransactionRow.id).limit(AHEAD)
            ))  # fmt: skip
        changed = self._follow(account, [row for row in rows if row.status == TxStatus.SENT])
        changed += self._send_new(account, [row for row in rows if row.status == TxStatus.QUEUED])
        return changed

    # -- what is on its way

    def _follow(self, account: ChainAccount, sent: list[TransactionRow]) -> int:
        if not sent:
            return 0
        head, count, changed = self.chain.head(), self.chain.nonce(account.address), 0
        for row in sent:
            receipt = self.chain.receipt(row.tx_hash or "")
            if receipt is None:
                self._missing(row, count)
            elif head - receipt.block + 1 >= self.confirmations:
                status = TxStatus.CONFIRMED if receipt.succeeded else TxStatus.REFUSED
                error = "" if receipt.succeeded else self._reason(account, row)
                self._change(
                    row, status, block=receipt.block, block_hash=receipt.block_hash, confirmed_at=now(),
                    error=error,
                )  # fmt: skip
                changed += 1
        return changed

    def _missing(self, row: TransactionRow, count: int) -> None:
        """In no block: send the same bytes again; sign anew once the chain has used the nonce for something else."""
        if (row.nonce or 0) < count:
            if self.chain.receipt(row.tx_hash or "") is None:  # it may have been mined since we looked
                log.warning(
                    "a nonce was used by another transaction; signing anew", transaction=row.id, nonce=row.nonce
                )
                self._change(row, TxStatus.QUEUED, nonce=None, raw=None, tx_hash=None, block=None)
            return
        try:
            self.chain.send_raw(row.raw or b"")
        except Problem as problem:
            if problem.kind is CHAIN_AWAY:
                raise
            self._change(row, attempts=row.attempts + 1, error=str(problem.values.get("why", ""))[:240])

    def _reason(self, account: ChainAccount, row: TransactionRow) -> str:
        to, data = self._call_of(row)
        return self.chain.rehearse(account.address, to, data) or "the contract refused it when it was mined"

    # -- what is new

    def _send_new(self, account: ChainAccount, queued: list[TransactionRow]) -> int:
        if not queued:
            return 0
        with self.db.reading() as session:
            highest = session.scalar(
                select(TransactionRow.nonce).where(
                    TransactionRow.account == queued[0].account, TransactionRow.status == TxStatus.SENT.value
                ).order_by(TransactionRow.nonce.desc()).limit(1)
            )  # fmt: skip
        nonce = max(self.chain.nonce(account.address), (highest if highest is not None else -1) + 1)
        changed = 0
        for row in queued:
            try:
                to, data = self._call_of(row)
            except Problem as problem:
                if problem.kind is NOT_DEPLOYED:
                    continue
                raise
            why = None if self.chain.instant else self.chain.rehearse(account.address, to, data)
            if why is not None:
                # A call that builds on one still on its way is refused in rehearsal only: it waits its turn.
                if highest is not None or nonce > self.chain.nonce(account.address):
                    break
                self._change(row, TxStatus.REFUSED, error=why[:240], confirmed_at=now())
                changed += 1
                continue
            self._sign_and_send(account, row, nonce, to, data)
            nonce, changed = nonce + 1, changed + 1
        return changed

    def _sign_and_send(
        self, account: ChainAccount, row: TransactionRow, nonce: int, to: str | None, data: bytes
    ) -> None:
        price = self.chain.gas_price
        signed = account.sign_transaction({
            "chainId": self.chain.id, "nonce": nonce, "gas": GAS, "gasPrice": price, "value": 0,
            "data": "0x" + data.hex(), **({"to": to} if to else {}),
        })  # fmt: skip
        raw, digest = bytes(signed.raw_transaction), "0x" + bytes(signed.hash).hex()
        self._change(row, TxStatus.SENT, nonce=nonce, raw=raw, tx_hash=digest, attempts=row.attempts + 1)
        try:
            self.chain.send_raw(raw)
        except Problem as problem:  # the next round sends the same bytes, or signs anew
            if problem.kind is CHAIN_AWAY:
                raise
            log.warning("the node did not take a transaction yet", transaction=row.id, why=problem.values.get("why"))

    def _call_of(self, row: TransactionRow) -> tuple[str | None, bytes]:
        with self.db.reading() as session:
            found = session.get(ContractRow, (self.chain.id, row.contract))
        if found is None:
            raise Problem(NOT_DEPLOYED)
        return found.address, self.chain.encode(row.contract, row.function, [_value(each) for each in row.args])

    def _change(self, row: TransactionRow, status: TxStatus | None = None, **values: Any) -> None:
        """Compare and set on the status, so that two senders never undo each other. Without `status` it stays as it is."""
        if status is not None:
            values["status"] = TRANSACTION.move(row.status, status)
        with self.db.transaction() as session:
            session.execute(
                update(TransactionRow).where(TransactionRow.id == row.id, TransactionRow.status == row.status)
                .values(**values).execution_options(synchronize_session=False)
            )  # fmt: skip

    # -- after a reorganisation

    def recheck(self, depth: int = 64) -> int:
        """Look again at what was confirmed in the last `depth` blocks; what has gone is sent again. Returns how many."""
        head, lost = self.chain.head(), 0
        with self.db.reading() as session:
            rows = list(session.scalars(
                select(TransactionRow).where(
                    TransactionRow.status.in_((TxStatus.CONFIRMED.value, TxStatus.REFUSED.value)),
                    TransactionRow.block >= max(0, head - depth), TransactionRow.tx_hash.is_not(None),
                ).order_by(TransactionRow.nonce).limit(1000)
            ))  # fmt: skip
        for row in rows:
            receipt = self.chain.receipt(row.tx_hash or "")
            if receipt is not None and receipt.block_hash == row.block_hash:
                continue
            log.warning("the chain was reorganised; following a transaction again", transaction=row.id)
            self._change(row, TxStatus.SENT, block=None, block_hash=None, confirmed_at=None)
            lost += 1
        return lost


def _value(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("0x") and len(value) != 42:
        return bytes.fromhex(value[2:])
    if isinstance(value, list):
        return [_value(each) for each in value]  # type: ignore[misc]
    return value


def transaction(session: Session, key: str) -> TransactionRow | None:
    """What became of a call, by its key."""
    return session.scalars(select(TransactionRow).where(TransactionRow.key == key)).one_or_none()
