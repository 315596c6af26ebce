"""Chains to test on: the embedded one and anvil, with contracts deployed and three agencies enrolled."""

import os
import shutil
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete
from tests.conftest import free_port
from web3 import HTTPProvider

from onething.core.db import Database
from onething.core.errors import Problem
from onething.trust.chain.accounts import Accounts
from onething.trust.chain.client import Chain
from onething.trust.chain.embedded import EmbeddedProvider
from onething.trust.chain.queue import Wanted, queue
from onething.trust.chain.sending import TransactionSender, transaction
from onething.trust.chain.setup import addresses, deploy, enrol, name_hash
from onething.trust.chain.tables import ChainLeaseRow
from stores import keep, lay_out

ROOT = Path(__file__).parents[2]
KINDS = {"health": ["birth"], "police": ["household"], "medins": ["insurance"], "bank": []}
LOGS = {"log-a": "health"}


@dataclass
class World:
    db: Database
    chain: Chain
    accounts: Accounts
    sender: TransactionSender

    def settle(self, rounds: int = 400) -> None:
        """Pump until nothing is open."""
        for _ in range(rounds):
            self.sender.pump()
            if not self.open():
                return
            time.sleep(0.01)
        raise AssertionError(f"still open: {self.open()}")

    def open(self) -> list[str]:
        from sqlalchemy import select

        from onething.trust.chain.tables import TransactionRow

        with self.db.reading() as session:
            return [f"{r.key} {r.status} {r.error}" for r in session.scalars(select(TransactionRow)) if r.status in {"queued", "sent"}]  # fmt: skip

    def do(self, account: str, contract: str, function: str, *args: Any, key: str = "") -> str:
        """One call, through the queue, to its end; returns `confirmed` or why it was refused."""
        key = key or os.urandom(8).hex()
        with self.db.transaction() as session:
            queue(session, Wanted(key, account, contract, function, list(args)))
        self.settle()
        with self.db.reading() as session:
            row = transaction(session, key)
            assert row is not None
            return row.error or row.status

    def ask(self, contract: str, function: str, *args: Any, sender: str | None = None) -> Any:
        return self.chain.call(contract, addresses(self.db, self.chain)[contract], function, *args, sender=sender)

    def issue(self, agency: str = "health", kind: str = "birth", until: int = 0) -> tuple[bytes, bytes]:
        certificate, digest = os.urandom(32), os.urandom(32)
        assert self.do(agency, "Certificates", "issue", [(certificate, name_hash(kind), digest, until)]) == "confirmed"
        return certificate, digest

    def refused(self, *call: Any, sender: str | None = None) -> str:
        with pytest.raises(Problem) as caught:
            self.ask(*call, sender=sender)
        return str(caught.value.values["why"])


def world_on(
    db: Database, chain: Chain, folder: Path, confirmations: int = 1, *,
    kinds: Mapping[str, Collection[str]] = KINDS, logs: Mapping[str, str] = LOGS,
) -> World:  # fmt: skip
    accounts = Accounts(folder / "accounts")
    deploy(db, chain, accounts)
    enrol(db, accounts, kinds, logs)
    made = World(db, chain, accounts, TransactionSender(db, chain, accounts, confirmations=confirmations))
    made.settle()
    return made


KEPT: dict[str, Any] = {}


def embedded_world(
    db: Database, folder: Path, kinds: Mapping[str, Collection[str]] = KINDS, logs: Mapping[str, str] = LOGS
) -> World:
    """A world on the embedded chain. The contracts are deployed once a process; each test has a chain of its own to change.

    `db` lies in `folder` and has not been used yet.
    """
    key = repr((sorted((agency, sorted(its)) for agency, its in kinds.items()), sorted(logs.items())))
    if key in KEPT:
        lay_out(KEPT[key], folder, db)
    else:
        chain = embedded(folder)
        world_on(db, chain, folder, kinds=kinds, logs=logs)
        with db.transaction() as session:
            session.execute(delete(ChainLeaseRow))  # its sender is not the copies' sender
        KEPT[key] = keep(folder)
    chain, accounts = embedded(folder), Accounts(folder / "accounts")
    return World(db, chain, accounts, TransactionSender(db, chain, accounts))


def embedded(folder: Path) -> Chain:
    return Chain(EmbeddedProvider(folder / "chain.db"), gas_price=0)


@contextmanager
def anvil(*options: str) -> Iterator[Chain]:
    """An Ethereum node of its own. Skips where npm's package is not installed."""
    program = ROOT / "node_modules" / ".bin" / "anvil"
    if not program.exists() or shutil.which("node") is None:
        pytest.skip("anvil is not installed; run `npm ci`")
    port = free_port()
    command = [str(program), "--silent", "--port", str(port), "--gas-price", "0", "--base-fee", "0", "--hardfork", "shanghai", "--gas-limit", "120000000", *options]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    chain = Chain(HTTPProvider(f"http://127.0.0.1:{port}", request_kwargs={"timeout": 20}), gas_price=0)
    try:
        end = time.monotonic() + 60
        while not chain.web3.is_connected():
            assert time.monotonic() < end, "anvil does not start"
            time.sleep(0.05)
        yield chain
    finally:
        os.killpg(process.pid, 15)
        process.wait(20)
