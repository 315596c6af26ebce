"""Robots in a real browser at an old web system: never twice, never wrong, whatever the old system does meanwhile."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from onething.catalog.models import Agency, City, Gateway, Operation
from onething.core.access import Principal, Role
from onething.core.blobs import get_blobs
from onething.core.db import Database, get_database
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.settings import settings_of
from onething.exchange.contrib.robot.adapter import RobotAdapter
from onething.exchange.contrib.robot.records import forget_pictures, picture_of, run_of, runs
from onething.exchange.contrib.robot.tables import RobotRunRow
from onething.exchange.models import Answer, Call, Outcome
from onething.exchange.resilience.retrying import Backoff
from onething.exchange.service import Exchange
from onething.exchange.settings import ExchangeSettings, installed_chromium
from onething.sandbox import oldweb
from onething.trust.sealing.sealed_files import fetch_file
from onething.trust.service import SubjectSealer, key_store
from stores import with_tables

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not installed_chromium().exists(), reason="no Chromium here; `scripts/system-packages browser` installs it"),
]  # fmt: skip
ANY = Text(zh="某", en="some")
COMPANY = {
    "company": "深圳市好茶有限公司", "code": "91440300MA5ABCDE1X", "head": "林晓雯", "kind": "公章", "day": "2026-11-03",
}  # fmt: skip


@dataclass
class Old:
    """The old system as a process of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "onething.sandbox.oldweb.app",
            "seal",
            str(self.port),
            str(self.folder / "seal.db"),
        ]
        self.process = subprocess.Popen(command)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                self.get("/healthz")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the old system did not start")

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as reply:
            return json.loads(reply.read())

    def turn(self, **knobs: Any) -> None:
        body = json.dumps(knobs).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_control", body, method="POST"), timeout=10).read()

    def records(self) -> list[dict[str, Any]]:
        return self.get("/_records")["records"]

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _one_browser() -> AsyncIterator[None]:
    """All exchanges of this file share a browser; each order has a context of its own, as in a worker."""
    shared = RobotAdapter(settings_of(ExchangeSettings))
    with pytest.MonkeyPatch.context() as patch:
        close, opened = shared.aclose, shared._open
        patch.setattr(RobotAdapter, "_open", lambda _: opened())
        patch.setattr(RobotAdapter, "aclose", _leave_it_open)
        yield
    await close()


async def _leave_it_open(_: RobotAdapter) -> None:
    """The browser is closed with the file."""


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Old]:
    made = Old(tmp_path, free_port())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def city(old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city with one agency that is operated by a robot."""
    folder = tmp_path / "cities" / "shanghai" / "robots"
    folder.mkdir(parents=True)
    shutil.copy(Path(oldweb.__file__).parent / "scripts" / "seal.yaml", folder)
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(tmp_path / "cities"))
    monkeypatch.setenv("SEAL_ROBOT_PASSWORD", "sandbox")
    from onething.core.settings import get_settings

    get_settings.cache_clear()
    with_tables(get_database())  # also of the run's record
    gateway = Gateway(
        adapter="robot", url=old.url,
        options={"script": "robots/seal.yaml", "user": "robot", "password_env": "SEAL_ROBOT_PASSWORD"},
    )  # fmt: skip
    operation = Operation(
        id="file_seal", name=ANY, kind="perform", path="file_seal", timeout=60,
        request={"DWMC": "company", "TYSHXYDM": "code", "FRXM": "head", "YZLX": "kind", "SQRQ": "day"},
        response={"number": "number"},
    )  # fmt: skip
    seal = Agency(id="seal", name=ANY, short=ANY, gateway=gateway, operations=(operation,))
    return City(
        id="shanghai", name=ANY, division="310000", agencies=(seal,), evidence_types=(), life_events=(), version="t"
    )


async def file(city: City, key: str = "case_1:service:seal", subject_id: str | None = None, **changes: str) -> Answer:
    exchange = Exchange(city, get_database(), backoff=Backoff(first=0.05, longest=0.1))
    try:
        call = Call(
            "seal.file_seal",
            COMPANY | changes,
            "service:seal",
            "law",
            key,
            case_id="case_1",
            subject_id=subject_id,
            deadline=50,
        )
        return await exchange.ask(call)
    finally:
        await exchange.aclose()


def rows() -> list[RobotRunRow]:
    with get_database().reading() as session:
        return list(session.scalars(select(RobotRunRow).order_by(RobotRunRow.at)))


async def test_everything_is_entered_read_back_submitted_and_shown_step_by_step(city: City, old: Old) -> None:
    answer = await file(city)
    assert answer.outcome is Outcome.OK, answer
    (record,) = old.records()
    assert record["state"] == "filed"
    assert record["number"] == answer.data["number"]
    entered = {name: record["body"][name] for name in ("DWMC", "TYSHXYDM", "FRXM", "YZLX", "SQRQ")}
    assert list(entered.values()) == list(COMPANY.values())
    (run,) = rows()
    assert run.outcome == "ok"
    assert {"sign_in: click login.enter", "enter: click form.save", "check", "submit: click record.submit"} <= {
        step["what"] for step in run.steps
    }
    assert all(fetch_file(step["picture"]).startswith(b"\xff\xd8") for step in run.steps)
    assert not any(b"JFIF" in get_blobs().get(step["picture"])[:400] for step in run.steps), (
        "whoever reads the disk sees nothing"
    )
    assert "林晓雯" not in json.dumps([run.steps, run.drift, run.code, run.reference], ensure_ascii=False)


async def test_the_same_order_again_is_the_same_record(city: City, old: Old) -> None:
    first, second = await file(city), await file(city)
    assert first.data == second.data
    assert len(old.records()) == 1
    assert (await file(city, key="case_2:service:seal")).data != first.data
    assert len(old.records()) == 2


async def test_a_system_that_dies_between_save_and_submit_gets_one_record(city: City, old: Old) -> None:
    old.turn(die_after_save=True)
    assert (await file(city)).outcome is Outcome.UNAVAILABLE
    old.stop()
    old.start()
    assert [record["state"] for record in old.records()] == ["draft"]
    answer = await file(city)
    assert answer.outcome is Outcome.OK, answer
    assert [record["state"] for record in old.records()] == ["filed"]


async def test_changed_labels_are_survived_and_reported(city: City, old: Old) -> None:
    old.turn(new_labels=True)
    assert (await file(city)).outcome is Outcome.OK
    (run,) = rows()
    assert "用章单位名称" in run.drift["form.company"]
    assert old.records()[0]["body"]["DWMC"] == COMPANY["company"]


async def test_a_garbled_value_is_never_submitted(city: City, old: Old) -> None:
    old.turn(spoil="DWMC")
    answer = await file(city)
    assert answer.outcome is Outcome.NONSENSE
    assert "record.company" in answer.reason
    assert [record["state"] for record in old.records()] == ["draft"]


async def test_the_daily_maintenance_page_means_later(city: City, old: Old) -> None:
    old.turn(maintenance=True)
    answer = await file(city)
    assert answer.outcome is Outcome.UNAVAILABLE
    assert answer.retry_after is not None
    assert answer.retry_after >= 60
    old.turn(maintenance=False)
    assert (await file(city)).outcome is Outcome.OK


async def test_a_session_that_runs_out_is_begun_again(city: City, old: Old) -> None:
    old.turn(session_s=2.5)
    answer = await file(city)
    if answer.outcome is not Outcome.OK:  # on a slow machine each session is too short for a whole run
        old.turn(session_s=600)
        answer = await file(city)
    assert answer.outcome is Outcome.OK, answer
    assert len(old.records()) == 1


async def test_a_refusal_comes_in_their_words(city: City, old: Old) -> None:
    answer = await file(city, code="")
    assert answer.outcome is Outcome.REFUSED
    assert "统一社会信用代码不能为空" in answer.reason
    assert old.records() == []


async def test_pictures_are_for_the_agencys_officers_and_are_forgotten(city: City, old: Old) -> None:
    await file(city)
    database: Database = get_database()
    hers, others = Principal(Role.OFFICER, "o1", agency_id="seal"), Principal(Role.OFFICER, "o2", agency_id="tax")
    with database.reading() as session:
        (run,) = runs(session, hers)
        assert run_of(session, Principal(Role.AUDITOR, "a"), run.id).id == run.id
        assert runs(session, others) == []
        with pytest.raises(Problem):
            run_of(session, others, run.id)
    assert forget_pictures(database, days=-1) == 1
    with pytest.raises(Problem):
        get_blobs().get(run.steps[0]["picture"])
    assert forget_pictures(database, days=-1) == 0, "once is enough"
    with database.reading() as session, pytest.raises(Problem, match="not_found"):
        picture_of(session, hers, run.id, 0)


async def test_what_a_robot_saw_of_a_person_is_gone_when_she_is_erased(city: City, old: Old) -> None:
    await file(city, subject_id="subj_1")
    hers, database = Principal(Role.OFFICER, "o1", agency_id="seal"), get_database()
    with database.transaction() as session:
        (run,) = runs(session, hers)
        assert picture_of(session, hers, run.id, 0).startswith(b"\xff\xd8")
        assert SubjectSealer(key_store()).erase(session, "subj_1")
    with database.reading() as session, pytest.raises(Problem, match="erased"):
        picture_of(session, hers, run.id, 0)
    assert (await file(city, subject_id="subj_1", key="case_2:service:seal")).outcome is Outcome.OK
    with database.reading() as session:
        assert [step["picture"] for step in runs(session, hers)[0].steps if step["picture"]] == []
