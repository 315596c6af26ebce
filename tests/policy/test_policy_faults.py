"""Workers killed with -9 while they match, promise, release and send: the books balance, every company is paid once, none twice, none forgotten."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from fulfilment_world import GOOD, World, clause
from sqlalchemy import func, select

from onething.core.clock import frozen, now, today
from onething.core.db import Database
from onething.payments import service as payments
from onething.payments.contrib.http_bank import HttpBank
from onething.policy.fulfilment.tables import AwardRow, ChangedRow
from onething.sandbox.companies.generate import company_name, uscc_of
from onething.subjects.profiles import accounts, service
from onething.subjects.profiles.models import ProfileSpec
from onething.subjects.service import ensure_organisation
from stores import with_tables

pytestmark = [pytest.mark.fault, pytest.mark.slow]
HERE = Path(__file__).parent
COMPANIES, KILLS, FEN = 100, 5, 4 * 1_500 * 100
WORKER = """
import sys
from pathlib import Path
from fulfilment_world import World, clause
from onething.core.db import Database
from onething.payments import service as payments
from onething.payments.contrib.http_bank import HttpBank
from onething.subjects.profiles.service import load_spec
world = World(Database(sys.argv[1]), load_spec(Path(sys.argv[3])), clause(), days=0)
sender = payments.PaymentSender(world.db, HttpBank(sys.argv[2]), sys.argv[4], 15)
print("ready", flush=True)
while True:
    world.desk.run_once(10)
    sender.run_once()
"""


@pytest.fixture
def bank_url(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "onething.sandbox.paybank.app", str(tmp_path / "bank.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode().strip()
        finally:
            process.kill()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/one.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = Database(url)
    with_tables(made)
    yield made
    made.dispose()


def settle_in(database: Database, spec: ProfileSpec) -> None:
    """Companies with accounts, and the reports by which each has a right to the grant: nobody has been matched yet."""
    numbers = range(COMPANIES)
    with database.transaction() as session:
        for number in numbers:
            made = ensure_organisation(session, uscc=uscc_of(number), name=company_name(number))
            accounts.add_account(session, made.id, f"62220000{number:08d}11", "杭州银行")
        for source, data in GOOD.items():
            lines = [{"uscc": uscc_of(n), "name": company_name(n), "as_of": today() - timedelta(days=1), **data} for n in numbers]  # fmt: skip
            assert service.take_in(session, spec, source, lines).refused == ()


def wait_for_work(database: Database) -> None:
    """Until the first company has been promised something, so that the kills fall into work and not before it."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with database.reading() as session:
            if session.scalar(select(func.count()).select_from(AwardRow)):
                return
        time.sleep(0.01)
    pytest.fail("the worker did nothing")


def test_killed_workers_pay_every_company_once(database: Database, bank_url: str, spec: ProfileSpec) -> None:
    world = World(database, spec, clause(), days=0)
    settle_in(database, spec)
    control = Request(f"{bank_url}/_control", json.dumps({"latency_ms": 5, "jitter_ms": 20}).encode(), {"Content-Type": "application/json"})  # fmt: skip
    urlopen(control).close()
    chance = random.Random(11)
    for number in range(KILLS):
        command = [sys.executable, "-c", WORKER, database.url, bank_url, str(HERE.parents[1] / "cities" / "hangzhou"), f"w{number}"]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(HERE)}) as process:
            assert process.stdout is not None
            process.stdout.readline()
            if number == 0:
                wait_for_work(database)
            time.sleep(chance.uniform(0.05, 0.35))  # any moment is a good one to die
            process.kill()
        assert world.problems() == ()
    at_bank = HttpBank(bank_url)
    # What the dead held comes due when their claims lapse; the heir's clock has gone on.
    with frozen(now() + timedelta(minutes=15)):
        for _ in range(5):
            world.work()
            payments.PaymentSender(database, at_bank, "heir").run_until_idle()
    with database.transaction() as session:
        done = payments.reconcile(session, at_bank.statement(today().isoformat()))
        assert (done.matched, done.suspense) == (COMPANIES, 0)
    with database.reading() as session:
        awards = session.execute(select(AwardRow.state, func.count(), func.count(AwardRow.subject_id.distinct())).group_by(AwardRow.state))  # fmt: skip
        assert [tuple(each) for each in awards] == [("paid", COMPANIES, COMPANIES)]
        assert session.scalar(select(func.count()).select_from(ChangedRow)) == 0
        (purse,) = payments.purses(session)
    effects = json.load(urlopen(f"{bank_url}/_effects"))
    assert (effects["payments"], effects["fen"], effects["doubled"]) == (COMPANIES, COMPANIES * FEN, 0)
    assert (purse.spent, purse.reserved, purse.available) == (COMPANIES * FEN, 0, 1_000_000 * 100 - COMPANIES * FEN)
    assert world.problems() == ()
