"""A law changes while cases are under way: officials draft the next rules from it, and every case is judged by the law of its day."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from casework_world import FakeAgencies, opened, status_of, submission, tasks_of, until, working
from sqlalchemy import select

from onething.casework.certificates.issuance import content_of
from onething.casework.decisions import sealed_text
from onething.casework.models import CaseStatus
from onething.casework.tables import CaseRow, CertificateRow, EvidenceRow, TaskRow
from onething.catalog.models import City
from onething.catalog.rulebook import rule_desk, rulebook
from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.clock import frozen, now, today
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.policy.amendments.service import Amendment, amend, begin
from onething.policy.models import Document
from onething.policy.text.tree import parse_document

AUTHOR = Principal(Role.OFFICER, "u1", agency_id="medins")
COLLEAGUE = Principal(Role.OFFICER, "u2", agency_id="medins")
RULE = """      - id: paid_long_enough
        # kept by hand: months paid before the birth
        require: mother_insurance.months_paid >= 12
        text: {zh: 生育前已缴费满十二个月, en: Paid for 12 months before the birth}
        ground: {title: 上海市生育保险办法, article: 第二条}
"""
LAW = """# 上海市生育保险办法

{made}上海市人民政府令第1号公布

第一条 为了保障职工的生育待遇，制定本办法。

{more}第{n}条 职工生育前累计缴费满{months}个月的，可以申领生育津贴。

第{last}条 本办法自{begins}起施行。
"""
OLD = LAW.format(made="2020年1月5日", more="", n="二", months="十二", last="三", begins="2020年3月1日")


def zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def law_of(begins: date) -> tuple[Document, Document]:
    """The law before, and the one that asks for 72 months in its third article from `begins` on."""
    new = LAW.format(
        made=zh(today()),
        more="第二条 市医疗保障部门负责实施。\n\n",
        n="三",
        months="七十二",
        last="四",
        begins=zh(begins),
    )
    return parse_document(OLD), parse_document(new)


@pytest.fixture
def city(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Shanghai with a rule that rests on a local regulation."""
    cities = tmp_path / "cities"
    shutil.copytree(get_settings().cities_dir, cities)
    file = cities / "shanghai/newborn/rules/decisions.yaml"
    text = file.read_text()
    file.write_text(text.replace("      - id: stay_is_settled\n", RULE + "      - id: stay_is_settled\n"))
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(cities))
    get_settings.cache_clear()
    monkeypatch.setattr(rulebook, "FRESH_SECONDS", -1.0)
    rulebook.follow_versions(db)
    yield get_city()
    rulebook.follow_versions(None)


def drafted(db: Database, city: City, found: Amendment, new: Document, who: Principal = AUTHOR) -> str:
    target = next(each.target for each in found.proposals if each.cited.name == "paid_long_enough")
    with db.transaction() as session:
        return begin(session, who, target, found, new, city, city.folder).version


@pytest.mark.slow
async def test_the_law_of_the_day_of_filing_judges(db: Database, city: City) -> None:
    begins = today() + timedelta(days=2)
    old, new = law_of(begins)
    found = amend(old, new, city.folder.parent)
    proposal = next(each for each in found.proposals if each.cited.name == "paid_long_enough")
    assert (proposal.old, proposal.new) == ("mother_insurance.months_paid >= 12", "mother_insurance.months_paid >= 72")
    assert {(t["value"], t["before"], t["after"]) for t in proposal.tests} >= {
        ("12", "True", "False"),
        ("72", "True", "True"),
    }

    version = drafted(db, city, found, new)
    assert drafted(db, city, found, new) == version, "pressed twice it is one draft"
    entry = rule_desk.entry_by_slug(city, "newborn.decisions.maternity_claim")
    with db.transaction() as session:
        draft = rule_desk.version_of(session, AUTHOR, entry, version)
        assert "mother_insurance.months_paid >= 72" in draft.content
        assert "生育前已缴费满七十二个月" in draft.content
        assert "Paid for 72 months" in draft.content
        assert "article: 第三条" in draft.content
        assert (draft.proposed_from, len(draft.tests)) == (begins, len(proposal.tests))
        assert "生育保险办法" in draft.reason
        rule_desk.submit(session, AUTHOR, city, entry, version)
        with pytest.raises(Problem):
            rule_desk.approve(session, AUTHOR, entry, version, "", None)
        assert rule_desk.approve(session, COLLEAGUE, entry, version, "", None).live_from == begins

    before = opened(db, submission(db, 0))
    later = now() + timedelta(days=3)
    with frozen(later):
        after = opened(db, submission(db, 1))
        async with working(db, FakeAgencies()):
            await until(lambda: status_of(db, before.id).over and status_of(db, after.id).over)
    claim = "service:maternity_claim"
    assert tasks_of(db, before.id)[claim][0] == "done", "60 months are enough under the law it was filed under"
    assert tasks_of(db, after.id)[claim] == ("refused", "rules")
    assert status_of(db, before.id) is CaseStatus.DONE
    with db.reading() as session:
        filed = {row.id: row.subject_id for row in session.query(CaseRow)}
        results = {
            row.case_id: sealed_text.opened(session, filed[row.case_id], row.case_id, row.result)
            for row in session.query(TaskRow).filter(TaskRow.task_id == claim)
        }
        issued = {
            row.origin["rules"]
            for row in session.query(EvidenceRow).filter(EvidenceRow.case_id == before.id)
            if "maternity_claim" in row.origin.get("rules", "")
        }
    assert issued == {"newborn/rules/decisions.yaml#maternity_claim@0"}
    finding = next(each for each in results[after.id]["findings"] if each["code"] == "paid_long_enough")
    assert finding["rules"].endswith("maternity_claim@1")
    assert "第三条" in finding["ground"]
    with db.reading() as session:
        where = (CertificateRow.case_id == after.id, CertificateRow.evidence_type == city.refusal)
        (written,) = session.scalars(select(CertificateRow.id).where(*where))
        told = content_of(session, written)
    failed = [each for each in results[after.id]["findings"] if each["outcome"] == "no"]
    assert finding in failed, "the decision in writing says what the rule said"
    assert told["reason"].split("\n") == [each["words"]["zh"] for each in failed]
    assert told["reason_en"].split("\n") == [each["words"]["en"] for each in failed]
    assert "第三条" in told["ground"]
    assert told["decided_by"] == "rules"


@pytest.mark.slow
def test_officers_of_other_agencies_draft_nothing(db: Database, city: City) -> None:
    old, new = law_of(today() + timedelta(days=2))
    found = amend(old, new, city.folder.parent)
    with pytest.raises(Problem, match=r"rights\.other_agency"):
        drafted(db, city, found, new, Principal(Role.OFFICER, "x", agency_id="police"))
