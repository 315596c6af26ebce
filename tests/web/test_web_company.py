"""Pages of companies and of the city about them, in both languages, without a browser: what they say and what a tap does."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.db import Database, get_database
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.payments import service as payments
from onething.policy.fulfilment import service as benefits
from onething.sandbox.companies.generate import uscc_of
from onething.sandbox.companies.seed import seed
from onething.subjects.profiles import service
from onething.subjects.service import ensure_organisation
from onething.web.http import sessions
from stores import with_tables


class Site:
    """A product with forty companies that have been matched, and a signed-in visitor."""

    def __init__(self, db: Database) -> None:
        self.db, self.app = db, create_app(with_background=False)
        desk = benefits.make_desk(db)
        assert desk is not None
        self.desk = desk
        seed(db, desk.spec, benefits.column_store(), 40)
        benefits.sweep(desk, benefits.column_store())
        desk.run_until_idle()

    def company(self, number: int = 0) -> str:
        with self.db.transaction() as session:
            return ensure_organisation(session, uscc=uscc_of(number), name="").id

    def visitor(self, principal: Principal, lang: str = "zh") -> TestClient:
        with self.db.transaction() as session:
            token = sessions.open_signed_in(session, principal)
        client = TestClient(self.app, base_url="http://127.0.0.1:8000")
        client.cookies.set(sessions.cookie_name(get_settings()), token)
        client.cookies.set("lang", lang)
        return client

    def agent(self, number: int = 0, lang: str = "zh") -> TestClient:
        return self.visitor(Principal(Role.CITIZEN, f"agent{number}", "沈晓岚", self.company(number)), lang)

    def officer(self, agency: str = "hrss", lang: str = "zh") -> TestClient:
        return self.visitor(
            Principal(Role.OFFICER, f"o_{agency}", "陆春梅", None, agency, cities=frozenset({"hangzhou"})), lang
        )

    def awards(self, number: int = 0) -> list[benefits.Award]:
        with self.db.reading() as session:
            return benefits.awards_of(session, self.company(number))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    patch = pytest.MonkeyPatch()
    folder = tmp_path_factory.mktemp("site")
    for name, value in {
        "ONETHING_DATABASE_URL": f"sqlite:///{folder}/onething.db", "ONETHING_DATA_DIR": str(folder / "var"),
        "ONETHING_POLICY_CITY": "hangzhou", "ONETHING_CITIES_DIR": str(Path(__file__).parents[2] / "cities"),
    }.items():  # fmt: skip
        patch.setenv(name, value)
    patch.delenv("ONETHING_TRUST_PASSPHRASE", raising=False)
    get_settings.cache_clear()
    database = get_database()
    with_tables(database)
    yield Site(database)
    patch.undo()
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def _same_settings(site: Site, monkeypatch: pytest.MonkeyPatch, _own_settings: None) -> None:
    """The product of this module, whatever the shared fixture has set for a test."""
    folder = Path(site.db.url.removeprefix("sqlite:///")).parent
    monkeypatch.setenv("ONETHING_DATABASE_URL", site.db.url)
    monkeypatch.setenv("ONETHING_DATA_DIR", str(folder / "var"))
    monkeypatch.setenv("ONETHING_POLICY_CITY", "hangzhou")
    get_settings.cache_clear()


def post(client: TestClient, at: str, to: str, **fields: Any) -> str:
    """Post a form as the page `at` would; gives the page that follows."""
    token = re.search(r'name="_csrf" value="([^"]+)"', client.get(at).text)
    assert token
    answer = client.post(to, data={"_csrf": token[1], **fields}, headers={"Origin": "http://127.0.0.1:8000"})
    assert answer.status_code in (200, 422), answer.text[:500]
    return answer.text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["", "/policies", "/received", "/profile", "/profile/employees", "/try?graduates_hired=30", "/say", "/policies/stable-jobs-large"])  # fmt: skip
def test_every_page_of_a_company_shows(site: Site, path: str, lang: str) -> None:
    answer = site.agent(lang=lang).get(f"/company{path}")
    assert answer.status_code == 200, answer.text[-3000:]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "path", ["", "/clauses/graduates", "/clauses/graduates?amount.0=2500&cap=90000", "/suggestions", "/disputes"]
)
def test_every_page_of_the_city_shows(site: Site, path: str, lang: str) -> None:
    answer = site.officer(lang=lang).get(f"/console/benefits{path}")
    assert answer.status_code == 200, answer.text[-3000:]


def test_home_says_what_comes_by_itself_and_why(site: Site) -> None:
    award = next(each for each in site.awards() if each.clause_id == "graduates")
    home = site.agent().get("/company").text
    assert "招用高校毕业生一次性补助" in home
    assert "13,500" in home
    page = site.agent().get(f"/company/benefits/{award.id}").text
    assert "本年招用高校毕业生人数不少于 1 人（核对时：9 人）" in page
    assert "杭州市稳岗促就业若干措施" in page


def test_nobody_sees_another_companys_benefit(site: Site) -> None:
    award = site.awards(0)[0]
    assert site.agent(1).get(f"/company/benefits/{award.id}").status_code == 404
    assert site.agent(1).get("/console/benefits").status_code == 403


def test_a_person_who_acts_for_no_company_is_turned_away(site: Site) -> None:
    from onething.core.identifiers import citizen_id_check_digit
    from onething.subjects.service import ensure_person

    citizen = "31010119900307002" + citizen_id_check_digit("31010119900307002")
    with site.db.transaction() as session:
        person = ensure_person(session, oidc_sub="p1", name="王小丽", id_number=citizen, phone=None)
    assert site.visitor(Principal(Role.CITIZEN, "p1", "王小丽", person.id)).get("/company").status_code == 403


def test_objecting_needs_a_reason_and_holds_the_money(site: Site) -> None:
    award = next(each for each in site.awards(1) if each.state == "noticed")
    at = f"/company/benefits/{award.id}"
    assert "请写一句哪里不对" in post(site.agent(1), at, f"{at}/object", words="")
    assert "这笔钱不会拨付" in post(site.agent(1), at, f"{at}/object", words="人数有误")
    assert next(e for e in site.awards(1) if e.id == award.id).state == "objected"
    post(site.agent(1), at, f"{at}/again")
    assert next(e for e in site.awards(1) if e.id == award.id).state == "noticed"


def test_a_company_agrees_to_be_paid_at_once_and_takes_it_back(site: Site) -> None:
    home = site.agent(2).get("/company").text
    assert "现在先告诉您，给您3天" in home
    said = post(site.agent(2), "/company", "/company/at-once", wanted="yes")
    assert "以后符合条件的补贴马上拨付" in said
    assert "您已同意马上拨付" in said
    assert "现在先告诉您" in site.agent(1).get("/company").text, "nobody else's"
    said = post(site.agent(2), "/company", "/company/at-once", wanted="no")
    assert "以后先告诉您，再拨付" in said
    assert "现在先告诉您，给您3天" in said


def test_an_account_is_added_with_the_mistake_said_beside_it(site: Site) -> None:
    award = next(each for each in site.awards(2) if each.code == "no_account")
    at = f"/company/benefits/{award.id}"
    assert "8 到 30 位数字" in post(site.agent(2), at, f"{at}/account", number="12ab")
    assert "收款账户已保存" in post(site.agent(2), at, f"{at}/account", number="6222 0000 1111 2222", bank="杭州银行")
    assert {each.code for each in site.awards(2)} == {""}


def test_a_disputed_value_goes_to_its_agency(site: Site) -> None:
    at = "/company/profile/employees"
    assert "请写正确的值或原因" in post(site.agent(3), at, at)
    assert "已交给来源部门核对" in post(site.agent(3), at, at, claimed="9")
    with site.db.reading() as session:
        hers = Principal(Role.OFFICER, "o_hrss", agency_id="hrss", cities=frozenset({"hangzhou"}))
        assert [d.dimension for d in service.disputes_at(session, hers, "hangzhou")] == ["employees"]
    officer, listed = site.officer(), "/console/benefits/disputes"
    page = officer.get(listed).text
    action = re.findall(r'action="(/console/benefits/disputes/[^"]+)"', page)[0]
    assert "error" in post(officer, listed, action, decision="corrected")
    post(officer, listed, action, decision="corrected", words="参保登记有误，已更正")
    assert action not in officer.get(listed).text
    assert "参保登记有误，已更正" in site.agent(3).get("/company/profile").text


def test_the_sandbox_shows_the_gain_and_keeps_nothing(site: Site) -> None:
    def known() -> list[str]:
        return re.findall(r'<dd class="number">([^<]*)</dd>', site.agent().get("/company/profile").text)

    before = known()
    page = site.agent().get("/company/try?graduates_hired=30").text
    assert "+31,500" in page
    assert "要填一个数" in site.agent().get("/company/try?graduates_hired=many").text
    assert known() == before
    assert len(before) == 120


def test_a_suggestion_is_grouped_answered_and_comes_back_with_its_version(site: Site) -> None:
    for number, words in ((0, "技校毕业生也应当算作毕业生"), (1, "建议把技校毕业生也算在内")):
        assert "已交给主管部门" in post(
            site.agent(number), "/company/say", "/company/say", clause="graduates", words=words
        )
    officer, at = site.officer(), "/console/benefits/suggestions"
    page = officer.get(at).text
    assert "2条意思相近" in page
    ids = re.findall(r'name="id" value="(sug_[^"]+)"', page)
    assert "已答复2条" in post(officer, at, at, id=ids, state="adopted", words="已修改", version="graduates@2")
    mine = site.agent().get("/company/say").text
    assert "已采纳" in mine
    assert "graduates@2" in mine


def test_a_city_scenario_is_kept_and_compared(site: Site) -> None:
    at = "/console/benefits/clauses/graduates?amount.0=3000"
    page = post(site.officer(), at, "/console/benefits/clauses/graduates", name="每人三千", **{"amount.0": "3000"})
    assert "每人三千" in page
    assert "要填不小于0的数" in site.officer().get("/console/benefits/clauses/graduates?cap=-1").text


def test_the_officer_claims_back_what_a_correction_shows_to_be_too_much(site: Site) -> None:
    company = site.company(5)
    with site.db.transaction() as session:
        award = next(e for e in benefits.awards_of(session, company) if e.state == "noticed" and e.agency == "hrss")
        from onething.policy.fulfilment.tables import AwardRow

        row = session.get(AwardRow, award.id)
        assert row is not None
        row.pay_after = now()
    site.desk.run_until_idle()

    class Bank:
        def submit(self, message_id: str, instructions: Any) -> Any:
            return [payments.Answer(each.end_to_end, "booked", "", each.end_to_end) for each in instructions]

    payments.PaymentSender(site.db, Bank()).run_until_idle()  # type: ignore[arg-type]
    with site.db.transaction() as session:
        row = session.get(AwardRow, award.id)
        assert row is not None
        assert row.state == "paid"
        row.state, row.code = "overpaid", f"owed:{row.fen - 100_00}"
    page = site.officer().get("/console/benefits").text
    assert "多付100" in page
    assert "已处理" in post(
        site.officer(),
        "/console/benefits",
        f"/console/benefits/overpaid/{award.id}",
        decision="claim",
        words="人数更正",
    )
    with site.db.reading() as session:
        assert benefits.award(session, award.id).state == "recovering"
        assert payments.audit(session).problems == ()
