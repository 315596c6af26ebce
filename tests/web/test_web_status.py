"""The public status page: what works, what is slow or away, in both languages and without a name from inside."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from onething.catalog.service import get_city
from onething.core.clock import now
from onething.core.db import Database
from onething.core.ids import new_id
from onething.core.manifests.house import get_house
from onething.core.processes import public_status
from onething.core.processes.process import Process
from onething.core.processes.public_status import Condition, PublicStatus, Remembered, gather
from onething.exchange.message_log import Stats
from onething.exchange.models import Outcome
from onething.exchange.public_status import condition_of
from onething.exchange.tables import MessageRow
from onething.host.web import create_app
from onething.web.pages.public import status as page


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    page._remembered.cache_clear()
    yield TestClient(create_app(with_background=False), base_url="http://127.0.0.1:8000")
    page._remembered.cache_clear()


def asked(db: Database, agency: str, outcome: Outcome, count: int, minutes: float = 5, ms: float = 40.0) -> None:
    with db.transaction() as session:
        session.add_all(
            MessageRow(
                message_id=new_id("msg"), at=now() - timedelta(minutes=minutes), case_id=None, actor="system", agency=agency,
                operation=f"{agency}.inner_name", purpose="p", ground="g", outcome=outcome.value, code="inner_code", attempts=1, ms=ms,
            )
            for _ in range(count)
        )  # fmt: skip


@pytest.mark.parametrize(
    ("lately", "orders", "condition"),
    [
        (None, False, Condition.WORKS),
        (None, True, Condition.AWAY),
        (Stats("a", 20, 0.0, 80.0), False, Condition.WORKS),
        (Stats("a", 20, 0.1, 80.0), False, Condition.SLOW),
        (Stats("a", 20, 0.0, 3000.0), False, Condition.SLOW),
        (Stats("a", 20, 0.5, 80.0), False, Condition.AWAY),
        (Stats("a", 20, 0.0, 80.0), True, Condition.WORKS),
    ],
)
def test_a_connection_is_judged_by_the_last_quarter_of_an_hour(
    lately: Stats | None, orders: bool, condition: Condition
) -> None:
    assert condition_of(lately, orders) is condition


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_names_what_is_away_first_and_tells_how_the_day_went(
    lang: str, db: Database, client: TestClient
) -> None:
    first, second = (agency.id for agency in get_city().agencies[:2])
    asked(db, first, Outcome.UNAVAILABLE, 3)
    asked(db, first, Outcome.OK, 9, minutes=300)
    asked(db, second, Outcome.OK, 4)
    client.cookies.set("lang", lang)
    shown = client.get("/status").text
    names = {each: get_city().label_of(each).get("en" if lang == "en" else "zh") for each in (first, second)}
    assert shown.index(names[first]) < shown.index(names[second])
    assert {"zh": "暂停或维护中", "en": "away or under maintenance"}[lang] in shown
    assert "75.0 %" in shown
    assert "100.0 %" in shown
    assert {"zh": "短信通知", "en": "Text messages"}[lang] in shown
    assert "inner_" not in shown
    assert f">{first}<" not in shown


def test_the_same_stands_beside_it_as_json(db: Database, client: TestClient) -> None:
    first = get_city().agencies[0].id
    asked(db, first, Outcome.OK, 4, ms=5000.0)
    told = client.get("/status.json")
    assert told.headers["access-control-allow-origin"] == "*"
    found = told.json()
    slow = next(each for each in found["services"] if each["condition"] == "slow")
    assert slow["name"] == get_city().label_of(first).model_dump()
    assert slow["answered_last_24_hours"] == 1.0
    assert slow["said"]["zh"]
    assert slow["said"]["en"]
    assert "inner_" not in told.text
    assert found["condition"] in {"slow", "away"}  # no worker runs in this test


def test_a_database_that_is_away_closes_the_whole_and_the_page_still_answers() -> None:
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    told = gather(get_house(), Process("web", gone))
    assert told.condition is Condition.AWAY
    assert [each.name for each in told.services] == [public_status.PORTAL]


def test_many_visitors_ask_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    def ask() -> PublicStatus:
        counted.append(1)
        return PublicStatus(now(), ())

    remembered = Remembered(ask)
    assert remembered.get() is remembered.get()
    assert len(counted) == 1
    monkeypatch.setattr(public_status, "KEPT", 0.0)
    remembered._until = 0.0
    remembered.get()
    assert len(counted) == 2
