"""A bank in its own process, and short ways to book payments."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from onething.core.db import Database
from onething.payments import service as payments
from onething.payments.contrib.http_bank import HttpBank
from onething.payments.models import NewOrder, OrderState, Payee

PURSE = "talent-2026"


class SandboxBank:
    """The running bank: its address, knobs and effects."""

    def __init__(self, url: str) -> None:
        self.url = url

    def turn(self, **knobs: Any) -> None:
        httpx.post(f"{self.url}/_control", json=knobs).raise_for_status()

    def receive(self, **entry: Any) -> None:
        httpx.post(f"{self.url}/_receive", json=entry).raise_for_status()

    def effects(self) -> dict[str, Any]:
        return httpx.get(f"{self.url}/_effects").json()

    def adapter(self, timeout: float = 10.0) -> HttpBank:
        return HttpBank(self.url, timeout=timeout)


@contextlib.contextmanager
def bank_process(folder: Path) -> Iterator[SandboxBank]:
    command = [sys.executable, "-m", "onething.sandbox.paybank.app", str(folder / "bank.db")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield SandboxBank(process.stdout.readline().decode().strip())
    finally:
        process.kill()
        process.communicate()


def payee(number: int = 1, account: str = "") -> Payee:
    return Payee(f"subj_{number}", f"杭州第{number}科技有限公司", account or f"62220000{number:08d}11", "杭州银行")


def fill(db: Database, yuan: int = 1_000_000, purse: str = PURSE) -> None:
    with db.transaction() as session:
        payments.appropriate(session, purse, yuan * 100, f"财〔2026〕{purse}")


def book(db: Database, count: int = 1, fen: int = 10_000, prefix: str = "k", **payee_options: Any) -> list[str]:
    """`count` payments to as many companies; gives the order ids ('' where the purse was empty)."""
    with db.transaction() as session:
        wanted = [NewOrder(f"{prefix}{n}", PURSE, payee(n, **payee_options), fen, "稳岗返还") for n in range(count)]
        return [each.order_id for each in payments.book(session, wanted)]


def states(db: Database) -> dict[str, int]:
    """How many orders stand in each state."""
    with db.reading() as session:
        found: dict[str, int] = {}
        for each in payments.listing(session, limit=1000):
            found[each.state.value] = found.get(each.state.value, 0) + 1
        return found


def state(db: Database, order_id: str) -> OrderState:
    with db.reading() as session:
        return payments.order(session, order_id).state


def purse(db: Database, key: str = PURSE) -> Any:
    with db.reading() as session:
        return payments.purses(session, [key])[0]


def assert_books_hold(db: Database) -> None:
    with db.reading() as session:
        assert payments.audit(session).problems == ()
