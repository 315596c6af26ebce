"""The relation graph on the road: a founder whose companies were revoked brings an officer; a plain company joins the graph."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from startup_world import Startup

from onething.casework.models import CaseStatus
from onething.casework.officers import service as officers
from onething.casework.tables import WorkItemRow
from onething.core.access import Principal, Role
from onething.core.clock import CHINA, now
from onething.core.db import get_database
from onething.core.settings import get_settings
from onething.host.assembling import subscribe
from onething.host.web import create_app
from onething.risk import service as risk
from onething.risk.tables import FilingRow, RelationRow
from onething.sandbox.startup.service import NAMES, TownHandles, running, write_register
from onething.web.http import sessions
from stores import with_tables

pytestmark = pytest.mark.slow

OFFICER = Principal(Role.OFFICER, "amr.he", agency_id="amr")


@pytest.fixture(scope="module")
def town() -> Iterator[TownHandles]:
    with running(people=60, robots=False) as handles:
        yield handles


@pytest.fixture
def world(town: TownHandles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Startup]:
    for name, value in town.environment.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    write_register(get_settings().data_dir, NAMES)
    db = get_database()
    with_tables(db)
    subscribe()
    risk.forget()
    yield Startup(db, town)
    risk.forget()


def test_a_plain_company_is_looked_at_and_joins_the_graph(world: Startup) -> None:
    founders = world.founders()
    who, filing = world.filled(founders, "晨曦帆")
    world.sign_all(who, filing, founders)
    case = world.submit(who, filing)
    assert world.carry_on(case) == "done"
    with world.db.reading() as session:
        looked = session.scalars(select(FilingRow)).one()
        assert (looked.case_id, looked.refer) == (case, False)
        known = session.scalars(select(RelationRow.company).distinct()).all()
        assert known == [looked.company], "assessed and registered under one key"
        assert (session.scalar(select(func.count()).select_from(RelationRow)) or 0) >= 5
        again = risk.replay_case(session, case, risk.city_policy("shenzhen"))
    assert again is not None
    assert again[1], "the same measurements give the same result"


def browse(world: Startup, principal: Principal, lang: str = "zh") -> TestClient:
    """A signed-in browser of the product's own pages."""
    with world.db.transaction() as session:
        token = sessions.open_signed_in(session, principal)
    client = TestClient(create_app(with_background=False), base_url="http://127.0.0.1:8000")
    client.cookies.set(sessions.cookie_name(get_settings()), token)
    client.cookies.set("lang", lang)
    return client


def post(client: TestClient, at: str, to: str, **fields: str) -> str:
    token = re.search(r'name="_csrf" value="([^"]+)"', client.get(at).text)
    assert token
    answer = client.post(to, data={"_csrf": token[1], **fields}, headers={"Origin": "http://127.0.0.1:8000"})
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


def officer_sees_what_lies_around(world: Startup, case: str, number: str) -> None:
    """The page of risk: the case, the four companies with their dates, a finding that counts, and nobody else may look."""
    for lang in ("zh", "en"):
        officer = browse(world, OFFICER, lang)
        assert case in officer.get("/console/risk").text
        shown = officer.get(f"/console/risk/{case}").text
        assert len(re.findall(r'tag-bad">.*?(?:被吊销|Revoked)', shown)) == 4
        past = (now() - timedelta(days=701)).astimezone(CHINA)
        assert (f"{past.year}年{past.month}月{past.day}日" if lang == "zh" else str(past.year)) in shown
        assert number not in shown, "masked"
    officer = browse(world, OFFICER)
    assert "已记下" in post(officer, f"/console/risk/{case}", f"/console/risk/{case}/finding", what="shell")
    assert "空壳" in officer.get(f"/console/risk/{case}").text.split("查实结果", 1)[1]
    assert "还不够训练" in post(officer, "/console/risk", "/console/risk/train"), (
        "too little is known: said, not failed"
    )
    auditor = browse(world, Principal(Role.AUDITOR, "audit.lin"))
    assert case in auditor.get("/console/risk").text
    assert "/finding" not in auditor.get(f"/console/risk/{case}").text, "auditors look and record nothing"
    tax = browse(world, Principal(Role.OFFICER, "tax.wu", agency_id="tax"))
    assert tax.get("/console/risk").status_code == 403
    assert tax.get(f"/console/risk/{case}").status_code == 403
    assert "/console/risk" not in tax.get("/console").text


def test_a_founder_with_revoked_companies_brings_an_officer_with_the_reason(world: Startup) -> None:
    founders = world.founders()
    number = founders[0].id_number
    with world.db.transaction() as session:
        for n in range(4):
            people = [risk.Person(number, risk.Role.REPRESENTATIVE), risk.Person(number, risk.Role.HOLDER, 1.0)]
            past = risk.Description(f"9144030{n}", risk.minutes(now() - timedelta(days=700 + n)), people, "44")
            risk.registered(session, past)
            risk.end_company(session, past.key, past.moment + 200_000, revoked=True)
    who, filing = world.filled(founders, "朝暮禾")
    world.sign_all(who, filing, founders)
    case = world.submit(who, filing)
    assert world.carry_on(case, CaseStatus.WAITING) == "waiting"
    officer_sees_what_lies_around(world, case, number)
    with world.db.transaction() as session:
        (line,) = officers.inbox(session, OFFICER).items
        item = officers.work_item(session, OFFICER, line.id)
        said = [each.words.zh for each in item.findings if each.words is not None]
        assert any("吊销" in words for words in said), said
        assert len([each for each in item.findings if each.code.startswith("risk.")]) <= 3
        officers.decide(session, OFFICER, line.id, "approve", "")
    assert world.carry_on(case) == "done"
    with world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(WorkItemRow)) == 1
