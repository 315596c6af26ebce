"""Agencies deliver profiles over HTTP (JSON, CSV, Parquet); the company reads where each value came from and disputes one."""

import io
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import polars as pl
import pytest
import uvicorn
from api_client import HELD
from fastapi import FastAPI
from sqlalchemy import func, select

from onething.api.errors import TOKEN_REFUSED
from onething.api.service import create_api
from onething.core.access import Principal, Role
from onething.core.db import Database, get_database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.host.assembling import subscribe
from onething.policy.fulfilment.tables import ChangedRow
from onething.sandbox.companies.generate import uscc_of
from onething.subjects.service import ensure_organisation
from stores import with_tables

CODE = uscc_of(0)
ROW = {"uscc": CODE, "name": "云栖软件", "as_of": "2026-11-20", "employees": 86}


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> dict[str, Principal]:
    """Who comes with which token. The company is one of Hangzhou's."""
    monkeypatch.setenv("ONETHING_POLICY_CITY", "hangzhou")
    get_settings.cache_clear()
    database = get_database()
    with_tables(database)
    with database.transaction() as session:
        company = ensure_organisation(session, uscc=CODE, name="云栖软件")
    return {
        "hrss": Principal(Role.OFFICER, "o1", "陆春梅", None, "hrss", cities=frozenset({"hangzhou"})),
        "medins": Principal(Role.OFFICER, "o2", "蒋慧", None, "medins", cities=frozenset({"hangzhou"})),
        "admin": Principal(Role.ADMIN, "o3", "方向阳"),
        "company": Principal(Role.CITIZEN, "a1", "沈晓岚", company.id),
    }


@pytest.fixture
def url(people: dict[str, Principal]) -> Iterator[str]:
    """The API on a port of its own."""

    def authenticate(token: str) -> Principal:
        if token not in people:
            raise Problem(TOKEN_REFUSED)
        return people[token]

    subscribe()
    app = FastAPI()
    app.mount("/api/v1", create_api(authenticate, lambda: None, lambda: None))  # type: ignore[arg-type, return-value]
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/v1"
    server.should_exit = True
    thread.join(20)


def call(url: str, who: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {who}"}, timeout=30, event_hooks=HELD)


def changed() -> int:
    """Companies that are to be matched anew."""
    database: Database = get_database()
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ChangedRow)) or 0


@pytest.mark.slow
def test_what_an_agency_reports_is_seen_by_the_company_with_its_origin_and_matched_next(url: str) -> None:
    with call(url, "hrss") as agency:
        said = agency.post("/profiles/hrss/deliveries", json={"rows": [ROW, {"uscc": "1", "as_of": "2026-11-20"}]})
        assert said.status_code == 200
        assert (said.json()["rows"], said.json()["changed"]) == (1, 1)
        assert said.json()["refused"] == [{"line": 2, "column": "uscc"}]
        again = agency.post("/profiles/hrss/deliveries", json={"rows": [ROW, {"uscc": "1", "as_of": "2026-11-20"}]})
        assert again.json()["repeated"] is True
    assert changed() == 1
    with call(url, "company") as company:
        shown = {each["id"]: each for each in company.get("/profiles/mine").json()["items"]}
        assert (shown["employees"]["value"], shown["employees"]["said"][0]["source"]) == (86, "hrss")
        assert shown["revenue_last_year"]["status"] == "missing"
        made = company.post("/profiles/mine/disputes", json={"dimension": "employees", "claimed": "92"}).json()
        assert (made["source"], made["state"]) == ("hrss", "open")
        assert [each["id"] for each in company.get("/profiles/mine/disputes").json()["items"]] == [made["id"]]


def test_files_over_http_and_two_agencies_that_disagree(url: str) -> None:
    buffer = io.BytesIO()
    pl.DataFrame({"uscc": [CODE], "as_of": ["2026-11-20"], "employees": [85]}).write_parquet(buffer)
    with call(url, "hrss") as agency:
        csv = f"uscc,as_of,employees\n{CODE},2026-11-20,86\n".encode("gb18030")
        assert agency.post("/profiles/hrss/deliveries", content=csv, headers={"Content-Type": "text/csv"}).json()["rows"] == 1  # fmt: skip
    with call(url, "medins") as agency:
        headers = {"Content-Type": "application/vnd.apache.parquet"}
        assert agency.post("/profiles/medins/deliveries", content=b"PAR1", headers=headers).status_code == 422
        assert agency.post("/profiles/medins/deliveries", content=buffer.getvalue(), headers=headers).json()["rows"] == 1  # fmt: skip
    with call(url, "company") as company:
        shown = {each["id"]: each for each in company.get("/profiles/mine").json()["items"]}["employees"]
    assert (shown["status"], shown["value"]) == ("contradictory", None)
    assert {(each["source"], each["value"]) for each in shown["said"]} == {("hrss", 86), ("medins", 85)}


@pytest.mark.parametrize(
    ("who", "source", "status"),
    [("medins", "hrss", 403), ("admin", "hrss", 403), ("company", "hrss", 403), ("nobody", "hrss", 401)],
)
def test_only_the_agency_itself_reports(url: str, who: str, source: str, status: int) -> None:
    with call(url, who) as caller:
        assert caller.post(f"/profiles/{source}/deliveries", json={"rows": [ROW]}).status_code == status
    assert changed() == 0


@pytest.mark.slow
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"rows": 3}', b'{"rows": [1]}', b"\xff\xfe"])
def test_a_body_that_is_none_is_refused_in_words(url: str, body: bytes) -> None:
    with call(url, "hrss") as agency:
        said = agency.post("/profiles/hrss/deliveries", content=body, headers={"Content-Type": "application/json"})
    assert said.status_code == 422
    assert said.json()["code"] == "profiles.bad_rows"
