"""What is to be written on the chain waits here, in the caller's own transaction, under a key that makes it happen once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import upsert
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.trust.chain.errors import OTHER_TRANSACTION
from onething.trust.chain.states import TxStatus
from onething.trust.chain.tables import TransactionRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call of one of our contracts by one account."""

    key: str
    account: str
    contract: str
    function: str
    args: Sequence[Any] = ()


def plain(value: Any) -> Any:
    """Arguments as JSON: bytes as 0x… text, tuples as lists."""
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]  # type: ignore[misc]
    return value


def queue(session: Session, wanted: Wanted) -> str:
    """Put a call into the queue; returns its id. The same key again changes nothing.

    Raises `Problem(chain.other_transaction)` when the key stands for something else.
    """
    args = plain(list(wanted.args))
    query = select(TransactionRow).where(TransactionRow.key == wanted.key)
    known = session.scalars(query).one_or_none()
    if known is None:
        row = {
            "id": new_id("tx"), "key": wanted.key, "account": wanted.account, "contract": wanted.contract,
            "function": wanted.function, "args": args, "status": TxStatus.QUEUED.value, "created_at": now(),
            "attempts": 0, "error": "",
        }  # fmt: skip
        # Two processes may queue the same at once: one row comes of it, and both go on with it.
        upsert(session, TransactionRow, [row], keys=["key"])
        known = session.scalars(query).one()
    if (known.account, known.contract, known.function, known.args) != (
        wanted.account, wanted.contract, wanted.function, args,
    ):  # fmt: skip
        raise Problem(OTHER_TRANSACTION)
    return known.id
