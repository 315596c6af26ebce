"""Senders killed with -9 in the middle of their work: the books balance, no payment is lost, none is made twice."""

import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from payments_world import SandboxBank, assert_books_hold, book, fill, purse, states

from onething.core.clock import frozen, now, today
from onething.core.db import Database
from onething.payments import service as payments
from onething.payments.sending import PaymentSender
from stores import with_tables

pytestmark = [pytest.mark.fault, pytest.mark.slow]
SENDER = """
import sys
from onething.core.db import Database
from onething.payments.contrib.http_bank import HttpBank
from onething.payments.sending import PaymentSender
print("ready", flush=True)
sender = PaymentSender(Database(sys.argv[1]), HttpBank(sys.argv[2]), sys.argv[3], 10)
while True:
    sender.run_once()
"""


def test_killed_senders_neither_lose_nor_repeat_a_payment(tmp_path: Path, bank: SandboxBank) -> None:
    database = Database(f"sqlite:///{tmp_path}/onething.db")
    with_tables(database)
    fill(database)
    book(database, 400, fen=1_001)
    bank.turn(latency_ms=5, jitter_ms=20)
    chance = random.Random(3)
    for number in range(6):
        arguments = [sys.executable, "-c", SENDER, database.url, bank.url, f"s{number}"]
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0.05, 0.4))  # any moment is a good one to die
            process.kill()
        assert_books_hold(database)
    # What the dead held comes due when their claims lapse; the heir's clock has gone on.
    adapter = bank.adapter()
    with frozen(now() + timedelta(minutes=5)):
        PaymentSender(database, adapter, "heir").run_until_idle()
    assert states(database) == {"settled": 400}
    effects = bank.effects()
    assert (effects["payments"], effects["fen"], effects["doubled"]) == (400, 400 * 1_001, 0)
    with database.transaction() as session:
        done = payments.reconcile(session, adapter.statement(today().isoformat()))
    assert (done.matched, done.suspense) == (400, 0)
    assert purse(database).spent == 400 * 1_001
    assert_books_hold(database)
    database.dispose()
