"""Rows of the chain: contracts, the queue of transactions, facts taken over from elsewhere."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from onething.core.db import Base, Json, UtcDateTime
from onething.trust.chain.states import TxStatus

_OPEN = "status IN ('queued', 'sent')"


class ContractRow(Base):
    """Where a contract lies on a chain."""

    __tablename__ = "chain_contract"

    chain_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    address: Mapped[str] = mapped_column(String(42))
    block: Mapped[int] = mapped_column(BigInteger)
    code_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the deployment code, so that a new version of a contract is noticed."""
    deployed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TransactionRow(Base):
    """One thing to be written on the chain. The key makes it happen once, whoever asks how often."""

    __tablename__ = "chain_transaction"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    account: Mapped[str] = mapped_column(String(60))
    contract: Mapped[str] = mapped_column(String(40))
    function: Mapped[str] = mapped_column(String(40))
    args: Mapped[list[Any]] = mapped_column(Json)
    """As JSON; bytes as 0x… text."""
    status: Mapped[str] = mapped_column(String(12), default=TxStatus.QUEUED.value)
    nonce: Mapped[int | None] = mapped_column(BigInteger)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Signed bytes, stored before they are sent."""
    tx_hash: Mapped[str | None] = mapped_column(String(66))
    block: Mapped[int | None] = mapped_column(BigInteger)
    block_hash: Mapped[str | None] = mapped_column(String(66))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    error: Mapped[str] = mapped_column(String(240), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_chain_transaction_open", "account", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_chain_transaction_hash", "tx_hash"),
        Index("ix_chain_transaction_recent", "block"),
    )


class ChainLeaseRow(Base):
    """Who sends for an account now: two senders at once would fight for nonces."""

    __tablename__ = "chain_lease"

    account: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class ChainCursorRow(Base):
    """How far a listener has read the events of a contract."""

    __tablename__ = "chain_cursor"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    block: Mapped[int] = mapped_column(BigInteger)


class ForeignFactRow(Base):
    """A fact of another chain, accepted here once on the word of enough relays."""

    __tablename__ = "chain_foreign_fact"

    source: Mapped[str] = mapped_column(String(160), primary_key=True)
    """`chain:{id}/{transaction}/{position}`: the place of the event, which cannot be had twice."""
    fact: Mapped[str] = mapped_column(String(66), unique=True)
    vouched: Mapped[list[Any]] = mapped_column(Json)
    accepted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    position: Mapped[int | None] = mapped_column(Integer)
    """Entry of our own log that records it."""
