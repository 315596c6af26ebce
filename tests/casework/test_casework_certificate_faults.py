"""A worker killed between signing, logging and anchoring: afterwards every certificate is provable, and none is there twice."""

import time
from collections.abc import Callable

import pytest
from bench.casework_rig import Rig, rig
from sqlalchemy import func, select

from onething.casework.tables import CertificateRow
from onething.trust.chain.tables import TransactionRow
from onething.trust.credentials.tables import CredentialRow, RequestRow
from onething.trust.tables import LogHeadRow, LogKeyRow

pytestmark = [pytest.mark.fault, pytest.mark.slow, pytest.mark.xdist_group("casework_faults")]


def count(made: Rig, table: type, *where: object) -> int:
    with made.db.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]


def until(made: Rig, condition: Callable[[], bool], seconds: float = 200) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, (made.state(), count(made, CredentialRow, CredentialRow.stage == "anchored"))
        time.sleep(0.02)


def test_a_worker_killed_in_the_middle_of_its_rounds_loses_and_repeats_nothing() -> None:
    cases = 4
    with rig(births=cases, on_postgres=False, people=100, lease=3.0) as made:
        made.start_worker("w0")
        made.open_next(cases)
        until(made, lambda: count(made, CredentialRow, CredentialRow.digest.is_not(None)) > 0)
        made.kill("w0")
        made.start_worker("w0")
        until(
            made,
            lambda: (
                count(made, TransactionRow, TransactionRow.function == "issue", TransactionRow.status != "queued") > 0
            ),
        )
        made.kill("w0")
        made.start_worker("w0")
        assert made.wait_until_finished(cases, 200), made.state()
        certificates = count(made, CertificateRow)
        assert certificates >= cases * 5
        until(made, lambda: count(made, CredentialRow, CredentialRow.stage == "anchored") == certificates)
        until(made, lambda: count(made, RequestRow, RequestRow.step != "verified") == 0)
        with made.db.reading() as session:
            size = session.scalar(select(LogHeadRow.size))
        assert size == certificates == count(made, LogKeyRow), "each digest stands in the log once"
        assert count(made, TransactionRow, TransactionRow.status == "refused") == 0
