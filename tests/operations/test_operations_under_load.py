"""A backup taken while a real worker carries out cases, everything killed, restored into an empty place: nothing twice, nothing lost."""

import json
import shutil
import time
import urllib.request
from pathlib import Path

import pytest
from bench.casework_rig import Rig, rig
from sqlalchemy import create_engine, func, select, text

from onething.casework.certificates.trust_keys import certificate_log
from onething.casework.tables import CaseRow, TaskRow
from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.operations.service import back_up, restore
from onething.trust.credentials import log_recovery
from onething.trust.credentials.evidence import included
from onething.trust.credentials.tables import CredentialRow
from operations.backup_world import at, quiet

pytestmark = [pytest.mark.fault, pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("casework_faults")]
CASES = 14


def slow_agencies(made: Rig, milliseconds: int) -> None:
    for url in made.sandbox.gateways.values():
        body = json.dumps({"latency_ms": milliseconds}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{url}/_control", body, method="POST"), timeout=10)


def provable(made: Rig) -> tuple[int, int]:
    """(certificates, those of them with a place in the log)."""
    with made.db.reading() as session:
        rows = session.execute(select(CredentialRow.stage, func.count()).group_by(CredentialRow.stage)).tuples().all()
    counts = dict(rows)
    return sum(counts.values()), counts.get("logged", 0) + counts.get("anchored", 0)


def wait_until_provable(made: Rig, seconds: float) -> tuple[int, int]:
    end = time.monotonic() + seconds
    while (found := provable(made))[0] != found[1] and time.monotonic() < end:
        time.sleep(0.5)
    return found


def killed_and_restored(made: Rig, there: Path, url: str) -> None:
    """The whole story; `url` is the database to which is restored."""
    slow_agencies(made, 40)
    made.start_worker("w0", places=8)
    made.open_next(4)
    assert made.wait_until_finished(4, 240), made.state()
    wait_until_provable(made, 240)
    published = entries(made)
    assert published > 0, "witnesses have cosigned something before the backup"
    made.open_next(CASES - 4)
    assert made.wait_until_finished(5, 240), made.state()
    began = time.monotonic()
    done = back_up(there.parent / "backup", quiet)
    took = time.monotonic() - began
    with made.db.reading() as session:
        known = session.scalar(select(func.count()).select_from(CaseRow))
    lost = made.open_next(1)  # opened and begun after the backup's instant
    assert made.wait_until_finished(7, 240), made.state()
    finished_before = made.finished()
    made.kill("w0")
    shown = entries(made)
    made.db.dispose()
    shutil.rmtree(made.folder, ignore_errors=True)
    made.folder.mkdir()

    at(there, url, ONETHING_TRUST_PASSPHRASE="bench")
    restored = restore(there.parent / "backup", quiet)
    made.db, made.folder = Database(get_settings().database_url), get_settings().data_dir
    with made.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(CaseRow)) == known == CASES
    assert 5 <= made.finished() < CASES, "cases were under way at the instant of the backup"
    log = certificate_log(made.db, get_city())
    log_recovery.recover(made.db, log, reason="killed in a test")
    assert log.origin.endswith("#2")
    assert log.policy().recoveries[0].kept >= published
    # The agencies carried on after the backup; what the product forgot it asks for again under the same keys.
    made.start_worker("w0", places=8)
    assert made.wait_until_finished(CASES, 300), made.state()
    assert made.outcomes() == {"done": CASES}
    assert made.doubled_effects() == 0
    assert made.doubled_events() == 0

    # The mother whose case was lost files again: what agencies did for her leads on.
    lost_birth = made.births[CASES]
    assert made.open(made.submission(lost_birth)) != lost[0]
    assert made.wait_until_finished(CASES + 1, 240), made.state()
    assert made.outcomes() == {"done": CASES + 1}, refused_tasks(made)
    assert made.doubled_effects() == 0
    assert made.effects() == (CASES + 1) * 10

    assert len(set(wait_until_provable(made, 240))) == 1
    assert log_recovery.diagnose(log).well
    policy = log.policy()
    with made.db.reading() as session:
        rows = session.execute(select(CredentialRow.digest, CredentialRow.proof)).tuples().all()
    assert rows
    assert all(included(policy, proof["log"], bytes.fromhex(digest or "")) for digest, proof in rows)
    print(
        f"backup {took:.1f} s, {done.manifest.size} bytes, {len(done.manifest.parts)} files; restore {restored.seconds:.1f} s; "
        f"{finished_before} finished at the kill, {published} entries logged before, {shown} at the kill, {len(rows)} certificates provable"
    )


def entries(made: Rig) -> int:
    """Of the certificates' log."""
    with made.db.reading() as session:
        return session.scalar(text("SELECT max(size) FROM trust_log_head")) or 0


def refused_tasks(made: Rig) -> list[tuple[str, str, object]]:
    with made.db.reading() as session:
        rows = session.execute(
            select(TaskRow.task_id, TaskRow.status, TaskRow.result).where(TaskRow.status == "refused")
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_killed_in_the_middle_and_restored_elsewhere_on_sqlite(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with rig(births=CASES + 1, on_postgres=False, people=200, lease=3.0) as made:
        killed_and_restored(made, there, f"sqlite:///{there}/onething.db")


@pytest.mark.postgres
def test_killed_in_the_middle_and_restored_elsewhere_on_postgresql(
    postgres_url: str, postgres_server: str, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    there.mkdir()
    admin = create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE restored_here"))
    with rig(births=CASES + 1, url=postgres_url, people=200, lease=3.0) as made:
        killed_and_restored(made, there, f"{postgres_server}/restored_here")
        made.stop()
        made.db.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE restored_here WITH (FORCE)"))
    admin.dispose()
