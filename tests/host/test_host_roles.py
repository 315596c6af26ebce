"""The shipped roles of PostgreSQL: the owner makes the tables, the product works as a role that cannot change them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from tests.conftest import running_postgres

from onething.core.db import Database
from onething.core.migrating import differences, upgrade

ROLES = Path(__file__).parents[2] / "deploy/postgresql/roles.sql"
ONETHING = "import sys; from onething.host.cli import main; sys.argv = ['onething', *sys.argv[1:]]; main()"
pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server on which the roles were made twice: `…://{}@…`, to be filled with a role's name."""
    psql = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/psql")), Path("psql")][0]
    with running_postgres("postgres") as address:
        plain = address.replace("+psycopg", "")
        command = [str(psql), "-q", "-v", "owner_password=o'1", "-v", "app_password=a'1", "-f", str(ROLES), f"{plain}/postgres"]  # fmt: skip
        for _ in range(2):
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stderr
        template = address.replace("postgres@", "{}@")
        owner = Database(f"{template.format('onething_owner')}/onething")
        upgrade(owner)
        assert differences(owner) == []
        owner.dispose()
        yield template


def test_the_products_role_reads_and_writes_rows_and_changes_no_table(server: str) -> None:
    engine = create_engine(f"{server.format('onething')}/onething")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM event_log")).scalar() == 0
    for statement in (
        "DROP TABLE event_log",
        "ALTER TABLE event_log ADD COLUMN n int",
        "TRUNCATE event_log",
        "CREATE TABLE n (n int)",
    ):
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


def test_a_worker_lives_as_the_products_role_with_checkpoints_of_its_own(server: str, tmp_path: Path) -> None:
    address = server.format("onething")
    env = {**os.environ, "ONETHING_DATABASE_URL": f"{address}/onething", "ONETHING_ENGINE_DATABASE_URL": f"{address}/onething_engine"}  # fmt: skip
    health = [sys.executable, "-c", ONETHING, "health"]
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-c", ONETHING, "worker"], env=env, stdout=log, stderr=log)
    try:
        for _ in range(60):
            assert worker.poll() is None, (tmp_path / "log").read_text()
            told = subprocess.run(health, env=env, capture_output=True, text=True, timeout=60)
            if "1 alive" in told.stdout:
                break
            time.sleep(0.5)
        assert told.returncode == 0, told.stdout
        assert "1 alive" in told.stdout
    finally:
        worker.terminate()
        assert worker.wait(60) == 0


def test_another_role_of_the_server_gets_in_nowhere(server: str) -> None:
    admin = create_engine(f"{server.format('postgres')}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE ROLE somebody LOGIN"))
    admin.dispose()
    for database in ("onething", "onething_engine"):
        stranger = create_engine(f"{server.format('somebody')}/{database}")
        with pytest.raises(OperationalError, match="permission denied"):
            stranger.connect()
        stranger.dispose()
