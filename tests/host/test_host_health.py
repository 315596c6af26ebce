"""What operators and proxies are told: live, ready, figures; and what visitors are told while the database is away."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from onething.core.db import Database, get_database
from onething.core.manifests.house import put_together
from onething.core.manifests.rooms import Room
from onething.core.migrating import upgrade
from onething.core.processes import health as core_health
from onething.core.processes.health import Check, Figure
from onething.core.processes.process import Process
from onething.core.settings import get_settings
from onething.host import health
from onething.host.web import create_app


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    return TestClient(create_app(with_background=False), client=("127.0.0.1", 5), raise_server_exceptions=False)


def ready(client: TestClient) -> tuple[int, dict[str, dict[str, object]]]:
    answer = client.get("/health/ready")
    return answer.status_code, {each["name"]: each for each in answer.json()["checks"]}


def test_an_empty_database_is_alive_and_not_ready_and_says_what_to_do(client: TestClient) -> None:
    assert client.get("/health/live").text == "ok"
    status, checks = ready(client)
    assert status == 503
    assert not checks["tables"]["ok"]
    assert "onething db upgrade" in str(checks["tables"]["about"])


def test_a_made_database_is_ready_and_a_missing_worker_is_only_told(client: TestClient) -> None:
    upgrade(get_database())
    status, checks = ready(client)
    assert status == 200, checks
    assert checks["workers"] == {"name": "workers", "ok": False, "needed": False, "about": "0 alive"}


def test_a_disk_that_cannot_be_written_is_not_ready(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(get_database())
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(get_settings(), "data_dir", tmp_path / "file")
    status, checks = ready(client)
    assert status == 503
    assert "cannot be written" in str(checks["disk"]["about"])


def test_a_full_disk_is_not_ready(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    upgrade(get_database())
    monkeypatch.setattr(core_health, "LEAST_FREE", 1 << 60)
    status, checks = ready(client)
    assert status == 503
    assert "MiB free" in str(checks["disk"]["about"])


def test_strangers_learn_only_whether_it_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = TestClient(create_app(with_background=False), client=("203.0.113.9", 5))
    assert stranger.get("/health/ready").json() == {"ready": False}
    assert stranger.get("/metrics", headers={"accept": "application/json"}).status_code == 404
    monkeypatch.setenv("ONETHING_METRICS_TOKEN", "secret of the watchers")
    get_settings.cache_clear()
    asked = stranger.get("/metrics", headers={"authorization": "Bearer secret of the watchers"})
    assert asked.status_code == 200
    assert (
        stranger.get("/metrics", headers={"authorization": "Bearer other", "accept": "application/json"}).status_code
        == 404
    )


def test_a_crowd_of_strangers_costs_one_look_in_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look(*_: object) -> list[Check]:
        looks.append(1)
        return [Check("database", len(looks) > 1)]

    monkeypatch.setattr(health, "checks_of", look)
    stranger = TestClient(create_app(with_background=False), client=("203.0.113.9", 5))
    assert {stranger.get("/health/ready").status_code for _ in range(20)} == {503}
    assert len(looks) == 1
    monkeypatch.setattr(health.Lately, "SECONDS", 0.0)
    asked = health.Lately(lambda: True)
    assert asked.well()


def test_a_proxy_does_not_make_a_stranger_one_of_the_house(client: TestClient) -> None:
    assert "checks" not in client.get("/health/ready", headers={"x-forwarded-for": "203.0.113.9"}).json()


def test_every_room_gives_its_figures_on_a_fresh_database(client: TestClient) -> None:
    upgrade(get_database())
    told = client.get("/metrics").text
    for name in ("segments_waiting", "notices_due", "documents_unread", "workers", "cases_open"):
        assert f"onething_{name} " in told, name
    assert "room_silent" not in told


def test_a_room_that_cannot_tell_does_not_silence_the_others(db: Database) -> None:
    def broken(_process: Process) -> list[Check]:
        raise RuntimeError("no")

    globals()["broken_room"], globals()["well_room"] = broken, lambda _process: [Check("well", True)]
    here = f"{__name__}:"
    rooms = [
        Room(name="a", about="", health=(f"{here}broken_room",)),
        Room(name="b", about="", health=(f"{here}well_room",)),
    ]
    found = health.checks_of(put_together(rooms), Process("test", db))
    assert [(check.name, check.ok) for check in found] == [("a", False), ("well", True)]


def test_figures_are_in_prometheus_text_with_their_labels() -> None:
    told = health.exposition(
        [Figure("orders", "Orders", 2, {"agency": "police"}), Figure("orders", "Orders", 1, {"agency": 'a"b'})]
    )
    assert 'onething_orders{agency="police"} 2.0' in told
    assert '{agency="a\\"b"}' in told


def test_a_database_that_is_away_is_said_truly_with_when_to_come_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused by 310000199001011234"))

    monkeypatch.setattr(Database, "reading", away)
    monkeypatch.setattr(Database, "transaction", away)
    client.cookies.set("onething_session", "x" * 43)
    page = client.get("/me")
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert "没有保存" in page.text
    api = client.get("/api/v1/life-events", headers={"authorization": "Bearer x"})
    assert api.status_code in {401, 503, 200}
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    assert "310000199001011234" not in told.out + told.err


@pytest.mark.postgres
def test_a_server_whose_connections_are_nearly_used_up_is_told(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(postgres_url)
    upgrade(database)
    here = Process("web", database)
    assert {each.name: each.ok for each in core_health.checks(here)}["connections"]
    monkeypatch.setattr(core_health, "MOST_CONNECTIONS", 0.0)
    found = {each.name: each for each in core_health.checks(here)}["connections"]
    assert (found.ok, found.needed) == (False, False)
    assert "max_connections" in found.about
    database.dispose()
