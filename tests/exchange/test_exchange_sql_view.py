"""An agency that grants a view: read with bound values, never written, one person or none."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from exchange_world import FATHER, MOTHER, RESIDENT, about, citizen, make_city

from onething.catalog.models import City, Gateway, Operation
from onething.core.db import Database
from onething.core.i18n import Text
from onething.exchange.contrib.sql_view import _read_only
from onething.exchange.models import Answer, Outcome
from onething.exchange.service import Exchange

ANY = Text(zh="某", en="some")
TWICE = citizen(25)


def view_city(file: Path, view: str = "v_resident", kind: Any = "query") -> City:
    city = make_city("")
    operation = Operation(
        id="resident", name=ANY, path=view, kind=kind, gives="resident", request={"sfzh": "id_number"},
        response={"id_number": "sfzh", "name": "xm", "sex": "xb", "birth_date": "csrq"},
        formats={"sex": "codes:sex", "birth_date": "date:%Y%m%d"},
    )  # fmt: skip
    gateway = Gateway(adapter="sql_view", url=f"sqlite:///{file}")
    changed = city.agencies[0].model_copy(update={"gateway": gateway, "operations": (operation,)})
    return city.model_copy(update={"agencies": (changed,), "evidence_types": (RESIDENT,)})


@pytest.fixture
def register(tmp_path: Path) -> Path:
    file = tmp_path / "agency.db"
    with sqlite3.connect(file) as raw:
        raw.execute("CREATE TABLE person (sfzh TEXT, xm TEXT, xb TEXT, csrq TEXT)")
        rows = [(MOTHER, "王小丽", "2", "19900307"), (TWICE, "李四", "1", "19900307"), (TWICE, "李四", "1", "19900307")]
        raw.executemany("INSERT INTO person VALUES (?, ?, ?, ?)", rows)
        raw.execute("CREATE VIEW v_resident AS SELECT * FROM person")
        raw.execute(
            "CREATE VIEW v_slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT sfzh, xm, xb, csrq FROM person, n WHERE i < 0"
        )
    raw.close()
    return file


@pytest.fixture
def ask(db: Database, register: Path) -> Callable[..., Awaitable[Answer]]:
    async def put(person: str, deadline: float = 5.0, **how: Any) -> Answer:
        exchange = Exchange(view_city(register, **how), db)
        told = await exchange.ask(about(person, deadline=deadline))
        await exchange.aclose()
        return told

    return put


async def test_a_row_of_a_view_is_an_answer(ask: Any) -> None:
    told = await ask(MOTHER)
    assert told.outcome is Outcome.OK, (told.code, told.reason)
    assert told.data == {"id_number": MOTHER, "name": "王小丽", "sex": "female", "birth_date": "1990-03-07"}


async def test_nobody_and_somebody_twice(ask: Any) -> None:
    assert (await ask(FATHER)).outcome is Outcome.NOT_FOUND
    told = await ask(TWICE)
    assert (told.outcome, told.code, told.data) == (Outcome.NONSENSE, "not_unique", {})


async def test_a_value_is_a_value_whatever_it_says(ask: Any, register: Path) -> None:
    assert (await ask("' OR 1=1; DROP TABLE person; --")).outcome is Outcome.NOT_FOUND
    assert sqlite3.connect(register).execute("SELECT count(*) FROM person").fetchone() == (3,)


async def test_a_view_s_name_is_a_name(ask: Any) -> None:
    told = await ask(MOTHER, view="person WHERE 1=1; --")
    assert told.outcome is Outcome.FAULT


async def test_nothing_is_ever_written(ask: Any, register: Path) -> None:
    assert (await ask(MOTHER, kind="perform")).code == "read_only"
    engine = _read_only(f"sqlite:///{register}")
    with engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM person")
    engine.dispose()


async def test_an_endless_query_is_ended(ask: Any) -> None:
    told = await ask(MOTHER, deadline=0.3, view="v_slow")
    assert (told.outcome, told.code) == (Outcome.UNAVAILABLE, "timeout")
