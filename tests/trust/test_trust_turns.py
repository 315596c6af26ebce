"""Two workers with the rounds of certificates: one has them at a time, the other takes over, and nothing is queued twice."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from credential_world import Office, office
from sqlalchemy import delete, func, select

from onething.core.db import Database
from onething.core.processes.process import Process
from onething.trust.chain.accounts import Accounts
from onething.trust.chain.queue import Wanted, queue
from onething.trust.chain.tables import ChainLeaseRow, TransactionRow
from onething.trust.credentials import pipeline as pipelines
from onething.trust.credentials import service
from onething.trust.credentials.vitals import figures


@pytest.fixture
def here(db: Database, tmp_path: Path) -> Office:
    return office(db, tmp_path)


def second(here: Office, tmp_path: Path) -> Any:
    return service.Pipeline(here.db, here.keyring, lambda: here.chain, Accounts(tmp_path / "accounts"))


def test_one_of_two_has_the_rounds_and_the_other_takes_over_when_it_falls_silent(
    here: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = second(here, tmp_path)
    certificate = here.issue()
    assert here.pipeline.turn() > 0
    assert other.turn() == 0, "somebody has the rounds"
    monkeypatch.setattr(pipelines, "LEASE", timedelta(seconds=-1))
    here.pipeline._mine_until = -1e9
    assert here.pipeline.holds()  # renewed for a moment that is over already
    monkeypatch.setattr(pipelines, "LEASE", timedelta(seconds=20))
    with here.db.transaction() as session:  # the silent one's leases on accounts run out as well
        session.execute(delete(ChainLeaseRow).where(ChainLeaseRow.account != pipelines.LEASE_NAME))
    for _ in range(50):
        other.turn()
        if here.row(certificate).stage == "anchored":
            break
    assert here.row(certificate).stage == "anchored"
    assert other.holds()


def test_with_nothing_to_do_no_lease_is_written(here: Office) -> None:
    here.issue()
    here.settle()
    assert not here.pipeline.anything()
    assert here.pipeline.turn() == 0


def test_two_that_queue_the_same_call_at_once_make_one_of_it(here: Office) -> None:
    start, failed = threading.Barrier(8), list[BaseException]()

    def work() -> None:
        start.wait()
        try:
            with here.db.transaction() as session:
                queue(session, Wanted("checkpoint:x:1", "platform", "Anchors", "anchor", ["0x01", 1, "0x02"]))
        except BaseException as error:  # noqa: BLE001 - looked at below
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    with here.db.reading() as session:
        assert session.scalar(select(func.count()).where(TransactionRow.key == "checkpoint:x:1")) == 1


@pytest.mark.postgres
def test_two_that_queue_the_same_call_at_once_make_one_of_it_on_a_server(postgres_url: str) -> None:
    database = Database(postgres_url)
    database.create_all()
    with database.transaction() as first:
        queue(first, Wanted("k", "platform", "Anchors", "anchor", []))
        done = list[str]()

        def other() -> None:
            with database.transaction() as session:
                done.append(queue(session, Wanted("k", "platform", "Anchors", "anchor", [])))

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.5)  # waits for the first one's commit
    thread.join(20)
    assert len(done) == 1
    database.dispose()


def test_the_backlog_is_a_figure(here: Office) -> None:
    here.issue()
    here.issue()
    told = {each.name: each.value for each in figures(Process("worker", here.db))}
    assert told["certificates_unproven"] == 2
    here.settle()
    told = {each.name: each.value for each in figures(Process("worker", here.db))}
    assert (told["certificates_unproven"], told["certificates_unproven_oldest_seconds"]) == (0, 0)
