"""Pages of clauses without a browser: conflicts with a witness, and drafts in the words of the city's company profiles."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from onething.core.access import Principal, Role
from onething.core.clock import today
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.policy.fulfilment import service as benefits
from onething.policy.knowledge import store
from onething.web.http import sessions

WRITER = Principal(Role.OFFICER, "o_hrss", "陆春梅", None, "hrss", cities=frozenset({"hangzhou"}))
CITIES = Path(__file__).parents[2] / "cities"
LAW = """# 杭州市试行企业用工条例

2026年1月5日杭州市人民代表大会常务委员会通过

第一条 高新技术企业上年度裁员率不高于5.5%的，由市人力资源和社会保障局给予补贴五千元。

第二条 本条例自2026年3月1日起施行。
"""


@pytest.fixture
def client(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ONETHING_POLICY_CITY", "hangzhou")
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(CITIES))
    get_settings.cache_clear()
    with db.transaction() as session:
        token = sessions.open_signed_in(session, WRITER)
    made = TestClient(create_app(with_background=False), base_url="http://127.0.0.1:8000")
    made.cookies.set(sessions.cookie_name(get_settings()), token)
    yield made
    get_settings.cache_clear()


@pytest.mark.parametrize(("lang", "words"), [("zh", "就高不重复"), ("en", "pay the higher one")])
def test_officials_see_conflicts_with_a_witness_and_what_to_do(client: TestClient, lang: str, words: str) -> None:
    client.cookies.set("lang", lang)
    answer = client.get("/console/policy/conflicts")
    assert answer.status_code == 200, answer.text[-2000:]
    assert words in answer.text
    assert {"zh": "国家高新技术企业", "en": "high-tech"}[lang].lower() in answer.text.lower()


def test_a_draft_reads_dimensions_of_the_city_and_becomes_a_clause_to_match(client: TestClient, db: Database) -> None:
    def post(at: str, to: str, **fields: str) -> Response:
        token = re.search(r'name="_csrf" value="([^"]+)"', client.get(at).text)
        assert token
        files = {"file": ("条例.md", LAW.encode())} if to == "/console/policy" else None
        origin = {"Origin": "http://127.0.0.1:8000"}
        return client.post(to, data={"_csrf": token[1], **fields}, files=files, headers=origin)

    at = str(post("/console/policy", "/console/policy").url.path)
    page = client.get(at)
    assert "company.high_tech" in page.text
    assert "company.layoff_rate &lt;= 5.5" in page.text
    clause = post(at, f"{at}/drafts/0").url.path
    version = clause.rsplit("/", 1)[1]
    stranger = replace(WRITER, user_id="o_2", agency_id="market")
    with db.transaction() as session:
        store.submit_clause(session, WRITER, version)
    with pytest.raises(Problem, match="same_person"), db.transaction() as session:
        store.approve_clause(session, WRITER, version)
    with pytest.raises(Problem, match="other_agency"), db.transaction() as session:
        store.approve_clause(session, stranger, version)
    with db.transaction() as session:
        store.approve_clause(session, replace(WRITER, user_id="o_2"), version)
    with db.reading() as session:
        book = benefits.CityBooks(CITIES / "hangzhou").of(session, today())
    live = next(each for each in book.clauses if each.clause.place.title == "杭州市试行企业用工条例")
    assert {"company.high_tech", "company.layoff_rate"} <= live.names
