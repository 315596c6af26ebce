"""A refusal goes out in writing: with reasons and ways to contest it, signed by its agency, checked by anybody, packed for a court."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from casework_world import FakeAgencies, citizen_of, officer_of, opened, status_of, submission, until, working
from sqlalchemy import select
from test_casework_certificates import settle
from test_casework_people import low_income, one_item

from onething.casework import service as casework
from onething.casework.certificates import service as certificates
from onething.casework.certificates import trust_keys
from onething.casework.models import CaseStatus, CaseView, CertificateView, Submission
from onething.casework.officers import service as officers
from onething.casework.tables import CertificateRow
from onething.catalog.service import get_city
from onething.core.db import Database
from onething.exchange.models import Answer, Call, Outcome
from onething.sandbox.justice.authority import Authority
from onething.trust.court import cli as court
from onething.trust.court import packing, verify
from onething.trust.credentials import service as credentials
from onething.trust.credentials.models import Verdict

REASON = "户籍地与申请地不一致，请核对后再申请"


class Stamper:
    """The sandbox authority without HTTP between."""

    def __init__(self, authority: Authority) -> None:
        self._authority, self.root = authority, authority.root

    def stamp(self, content: bytes) -> bytes:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

        query = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256).build().as_bytes()
        return self._authority.answer(query, datetime.now(UTC))


def decisions_of(db: Database, filing: Submission) -> list[CertificateView]:
    with db.reading() as session:
        mine = certificates.certificates_of(session, citizen_of(filing))
    return [each for each in mine if each.evidence_type == get_city().refusal]


async def refused(db: Database) -> tuple[Submission, CertificateView]:
    """A case whose supplement for families in need an officer of civil affairs refuses."""
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    async with working(db, agencies):
        item = await one_item(db)
        with db.transaction() as session:
            officers.decide(session, officer_of("civil"), item.id, "refuse", REASON)
        await until(lambda: status_of(db, ref.id).over, 90)
    (decision,) = decisions_of(db, filing)
    return filing, decision


@pytest.mark.slow
async def test_who_is_refused_gets_a_decision_that_anybody_can_check_and_a_court_can_rely_on(db: Database, tmp_path: Any) -> None:  # fmt: skip
    filing, decision = await refused(db)
    assert (decision.agency, decision.status) == ("civil", "valid")
    settle(db)
    pdf = certificates.certificate_pdf(db, citizen_of(filing), decision.id)
    report = credentials.check_file(pdf, trust_keys.against(db))
    assert report.verdict is Verdict.GENUINE
    assert {step.id: step.ok for step in report.steps}["log"] is True
    with db.reading() as session:
        told = certificates.content_of(session, decision.id)
    assert (told["reason"], told["decided_by"]) == (REASON, "officer")
    assert "reason_en" not in told, "an official's words stand as she wrote them"
    assert told["applicant"] == filing.facts["applicant"]["name"]
    stamper = Stamper(Authority(tmp_path / "tsa"))
    package = packing.pack(court.source(db), decision.id, stamper)
    found = verify.check(package, trust_keys.keyring().root.key_id)
    assert (found.verdict, found.failed) == ("genuine", "")
    assert found.fields["reason"] == REASON
    files = verify.unzip(package)
    way = json.loads(files["history.json"])
    assert [each["zh"] for each in way if each["what"] == "task.decided"] == [
        "民政局工作人员对“低保家庭增加家庭成员”作出了决定：不予同意"
    ]
    assert way[0]["zh"] == "申请人提交了申请"
    assert not [each for each in way if each["zh"] == each["what"]], "the report is in Chinese, not in codes"
    rows = dict(court.source(db).words.fields(decision.evidence_type, found.fields))
    assert rows["决定方式"] == "经办人员审查"
    assert rows["姓名"] == filing.facts["applicant"]["name"]
    assert not [name for name in rows if name.isascii()]
    assert files["report.pdf"][:5] == b"%PDF-"


async def test_the_page_tells_of_the_decision_once_and_the_table_does_not_tell_why(db: Database) -> None:
    filing, decision = await refused(db)
    with db.reading() as session:
        view = casework.case_view(session, citizen_of(filing), decision.case_id)
        kinds = [entry.type for entry in view.timeline]
        assert kinds.count("refusal.issued") == 1
        assert [each.id for each in view.certificates if each.evidence_type == decision.evidence_type] == [decision.id]
        rows = str([tuple(row) for row in session.execute(select(CertificateRow.__table__))])
    assert REASON not in rows


def not_by_the_hospital(call: Call) -> Answer | None:
    wanted = call.operation == "health.issue_birth_certificate"
    return Answer(Outcome.REFUSED, code="R07", reason="该证号已被注销") if wanted else None


async def end_of(db: Database, filing: Submission) -> CaseView:
    """The hospital's agency refuses; the case comes to its end."""
    agencies, ref = FakeAgencies(), opened(db, filing)
    agencies.script = not_by_the_hospital
    async with working(db, agencies):
        await until(lambda: status_of(db, ref.id).over, 90)
    assert status_of(db, ref.id) is CaseStatus.REFUSED
    with db.reading() as session:
        return casework.case_view(session, citizen_of(filing), ref.id)


async def test_an_agencys_refusal_is_written_in_its_own_words_and_as_its_answer(db: Database) -> None:
    (decision,) = (await end_of(db, submission(db))).certificates
    with db.reading() as session:
        told = certificates.content_of(session, decision.id)
    assert (told["reason"], told["decided_by"], decision.agency) == ("卫健委答复：“该证号已被注销”", "agency", "health")
    assert told["ground"] == "《中华人民共和国母婴保健法》第二十三条", "the service's own, where the refusal names none"


async def test_a_city_that_names_no_form_tells_refusals_on_the_page_only(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert get_city().refusal
    without = get_city().model_copy(update={"refusal": None})
    monkeypatch.setattr("casework_world.get_city", lambda: without)
    view = await end_of(db, submission(db))
    assert view.certificates == ()
    assert any("该证号已被注销" in reason.zh for reason in view.reasons)
