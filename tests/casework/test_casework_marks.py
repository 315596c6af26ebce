"""What a downloaded paper says of itself: that it holds no more, under which laws it was decided, when it was sealed."""

import pytest
from casework_world import FakeAgencies, citizen_of, officer_of, submission
from test_casework_outcomes import end_of

from onething.casework.certificates import trust_keys
from onething.casework.certificates.service import certificate_pdf, change_certificate
from onething.casework.decisions.law import titles_once
from onething.core.db import Database
from onething.documents.service import words_in
from onething.trust.credentials import service as credentials


@pytest.mark.parametrize(("act", "mark"), [("revoke", "已撤销REVOKED"), ("suspend", "已暂停使用SUSPENDED")])
async def test_a_file_fetched_after_it_was_taken_out_of_force_says_so_across_the_page(
    db: Database, act: str, mark: str
) -> None:
    filing = submission(db)
    view = await end_of(db, filing, FakeAgencies())
    me = citizen_of(filing)
    card = next(each for each in view.certificates if each.evidence_type == "e_birth_certificate")
    before = certificate_pdf(db, me, card.id)
    assert mark not in words_in(before)
    with db.transaction() as session:
        change_certificate(session, officer_of(card.agency), card.id, act, "签发有误")
    assert mark in words_in(certificate_pdf(db, me, card.id))
    assert mark in words_in(certificate_pdf(db, me, card.id, "en"))
    original = credentials.check_file(before, trust_keys.against(db))
    changed = {step.id: step.ok for step in original.steps}
    assert not [name for name, ok in changed.items() if ok is False and "status" not in name], (
        "the original is what was issued"
    )
    assert original.verdict in ("withdrawn", "suspended")


def test_each_law_is_named_once() -> None:
    assert titles_once(
        ["《户口登记条例》第六条、《户口登记条例》第七条", "《社会保险法》第五十四条", "《户口登记条例》第六条"]
    ) == ("《户口登记条例》第六条、第七条、《社会保险法》第五十四条")
    assert titles_once(["", "沪卫〔2025〕3号"]) == "沪卫〔2025〕3号"
    assert titles_once(["《育儿补贴制度实施方案》"]) == "《育儿补贴制度实施方案》"
