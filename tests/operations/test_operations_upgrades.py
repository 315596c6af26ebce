"""A database of every earlier revision, with cases under way, is upgraded, and the cases finish; one that is newer is refused."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from earlier.record import LOOKUP_KEY, PASSPHRASE
from earlier_worlds import RECORDED, lay_out
from sqlalchemy import select, text

from casework.casework_world import (
    FAMILIES,
    FakeAgencies,
    citizen,
    status_of,
    tasks_of,
    until,
    working,
)
from onething.casework.models import CaseStatus
from onething.casework.tables import CaseRow
from onething.core import migrating
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.processes.health import checks
from onething.core.processes.process import Process
from onething.core.settings import get_settings
from onething.exchange.models import Answer, Outcome
from onething.host.assembling import subscribe

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
pytestmark = pytest.mark.slow


@pytest.fixture(params=BOTH)
def empty(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database without tables, and settings as they were when the databases were recorded."""
    url = f"sqlite:///{tmp_path}/one.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    monkeypatch.setenv("ONETHING_DATABASE_URL", url)
    monkeypatch.setenv("ONETHING_TRUST_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("ONETHING_LOOKUP_KEY", LOOKUP_KEY)
    get_settings.cache_clear()
    made = Database(url)
    yield made
    made.dispose()


def cases_of(db: Database) -> list[str]:
    """The half-done case and the one that was just handed in; the agencies are told whose they are."""
    with db.reading() as session:
        found = list(session.scalars(select(CaseRow.id).order_by(CaseRow.submitted_at)))
    for n, case in enumerate(found):
        FAMILIES[case] = (citizen(2 + 20 * n), citizen(13 + 20 * n), f"S31{n:07d}")
    return found


async def finish(db: Database) -> None:
    """Have a worker of today carry out what is left. What was done before is not done again."""
    half, fresh = cases_of(db)
    before = {task for task, (state, _) in tasks_of(db, half).items() if state == "done"}
    assert len(before) >= 8
    agencies = FakeAgencies()
    agencies.answers = {f"given out before {n}": Answer(Outcome.OK) for n in range(100)}  # its numbers never repeat
    async with working(db, agencies):
        await until(lambda: status_of(db, half).over and status_of(db, fresh).over, 60)
    assert status_of(db, half) is CaseStatus.DONE, tasks_of(db, half)
    assert status_of(db, fresh) is CaseStatus.DONE, tasks_of(db, fresh)
    again = {call.operation for call in agencies.calls if call.case_id == half}
    assert "police.register_birth" not in again
    assert "medins.enrol_resident" in again  # what had waited for the agency that was away
    assert max(agencies.effects.values()) == 1


@pytest.mark.parametrize("revision", RECORDED)
async def test_cases_that_were_under_way_finish_after_the_upgrade(
    revision: str, empty: Database, tmp_path: Path
) -> None:
    subscribe()
    lay_out(revision, empty, tmp_path / "var")
    assert migrating.current(empty) == revision
    migrating.upgrade(empty)
    assert migrating.differences(empty) == []
    await finish(empty)


@pytest.mark.parametrize("between", ["0002", "0003", "0004", "0005", "0006", "0007"])
def test_a_database_that_rested_at_a_revision_in_between_gets_to_the_newest(
    between: str, empty: Database, tmp_path: Path
) -> None:
    lay_out("0001", empty, tmp_path / "var")
    migrating.upgrade(empty, between)
    migrating.upgrade(empty)
    assert migrating.differences(empty) == []
    assert len(cases_of(empty)) == 2


HALF = """
import sys, time
from sqlalchemy import event
from onething.core.db import get_database
from onething.core.migrating import upgrade
done = 0
@event.listens_for(get_database().engine, "after_cursor_execute")
def _stop(connection, cursor, statement, *rest):
    global done
    done += statement.lstrip().upper().startswith(("CREATE TABLE", "ALTER TABLE"))
    if done == 12:
        print("in the middle", flush=True)
        time.sleep(600)
upgrade(get_database())
"""


def begin_and_kill() -> None:
    """An upgrade in a process of its own, killed once a dozen of its changes are made."""
    child = subprocess.Popen([sys.executable, "-c", HALF], stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert child.stdout
    assert child.stdout.readline() == "in the middle\n"
    os.kill(child.pid, signal.SIGKILL)
    child.wait(10)


@pytest.mark.fault
async def test_an_upgrade_killed_in_its_middle_has_changed_nothing_and_goes_on(empty: Database, tmp_path: Path) -> None:
    subscribe()
    lay_out("0001", empty, tmp_path / "var")
    begin_and_kill()
    assert migrating.current(empty) == "0001"
    (tables,) = [check for check in checks(Process("web", empty)) if check.name == "tables"]
    assert not tables.ok
    assert "revision 0001" in tables.about
    assert "onething db upgrade" in tables.about
    migrating.upgrade(empty)
    assert migrating.differences(empty) == []
    await finish(empty)


def test_a_database_that_is_newer_than_the_software_is_refused_in_words(empty: Database) -> None:
    migrating.upgrade(empty)
    with empty.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Problem, match="newer_database") as refused:
        migrating.upgrade(empty)
    assert "9999" in refused.value.what.en
    assert "install" in refused.value.next.en
    assert migrating.current(empty) == "9999"
    (line, *_rest) = migrating.differences(empty)
    assert "newer" in line
    (tables,) = [check for check in checks(Process("web", empty)) if check.name == "tables"]
    assert not tables.ok
    assert "newer" in tables.about
    assert "db upgrade" not in tables.about
