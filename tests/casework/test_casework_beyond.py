"""An officer asks for what the life event has no place for; what she is given for it reaches her, and no rule."""

import pytest
from casework_world import FakeAgencies, citizen_of, officer_of, opened, status_of, submission, tasks_of, until, working
from test_casework_people import low_income, one_item

from onething.casework.models import CaseStatus
from onething.casework.officers.service import ask_for, decide, item_evidence, work_item
from onething.casework.service import answer_supplement, case_view
from onething.catalog.service import find_event, get_city
from onething.core.db import Database
from onething.core.errors import Problem

WISH = "请上传居委会的居住证明，并说明孩子出生后住在哪里"


async def test_another_paper_any_paper_and_words_are_asked_for_and_reach_the_officer(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    civil, me = officer_of("civil"), citizen_of(filing)
    async with working(db, agencies):
        item = await one_item(db)
        with db.transaction() as session:
            offered = item_evidence(work_item(session, civil, item.id)).askable
        city, event = get_city(), find_event(get_city(), "newborn")
        known = {kind.document_type: kind for kind in city.evidence_types if kind.document_type}
        choices = {paper or slot: (slot, paper, name.zh) for slot, paper, name in offered}
        assert set(known) <= set(choices), "every paper that the city can read is offered"
        assert len(offered) == len(choices), "each once"
        assert all(event.slot(slot) is None or paper in known for slot, paper, _ in offered)
        marriage = choices["marriage_certificate"]
        with db.transaction() as session:
            asks = [ask_for(marriage[0], marriage[1]), ask_for("asked_paper", ""), ask_for("asked_words", "")]
            decide(session, civil, item.id, "ask_supplement", WISH, asks=asks)
        with db.transaction() as session:
            supplement = case_view(session, me, ref.id).supplement
        assert supplement
        assert WISH in supplement.message.zh
        names = [each.name.zh for each in supplement.asks]
        assert names == ["结婚证", "请拍照上传上面经办人说的材料", "请按上面经办人的说明写"]
        values = {
            marriage[0]: {"certificate_number": "J310101-2022-000777"},
            "asked_paper": {"photo": "✓"}, "asked_words": {"words": "住在外婆家，明年搬回"},
        }  # fmt: skip
        with pytest.raises(Problem) as half, db.transaction() as session:
            answer_supplement(
                session, me, supplement.id, {name: values[name] for name in values if name != "asked_words"}
            )
        assert "请按上面经办人的说明写" in half.value.what.zh
        with db.transaction() as session:
            answer_supplement(session, me, supplement.id, values)
        item = await one_item(db)
        with db.transaction() as session:
            groups = {each.slot: each for each in item_evidence(work_item(session, civil, item.id)).groups}
        read = {slot: [(value.name.zh, value.shown.zh) for value in groups[slot].values] for slot in values}
        assert read[marriage[0]] == [("结婚证字号", "J310101-2022-000777")]
        assert read["asked_words"] == [("申请人的说明", "住在外婆家，明年搬回")]
        assert groups["asked_words"].name.zh == "书面说明（写明要说明什么）"
        with db.transaction() as session:
            decide(session, civil, item.id, "approve")
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE
    assert tasks_of(db, ref.id)["service:low_income_family_update"][0] == "done"


async def test_what_cannot_be_right_is_not_taken_as_an_answer(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    async with working(db, agencies):
        item = await one_item(db)
        with db.transaction() as session:
            asks = [{"kind": "answer", "slot": "choices", "field": "home_address"}]
            decide(session, officer_of("civil"), item.id, "ask_supplement", "请写明门牌号", asks=asks)
        with db.transaction() as session:
            supplement = case_view(session, citizen_of(filing), ref.id).supplement
        assert supplement
        with pytest.raises(Problem) as wrong, db.transaction() as session:
            answer_supplement(session, citizen_of(filing), supplement.id, {"choices": {"home_address": "上海"}})
        assert wrong.value.what.zh == "这一项不能这样填。“孩子居住地址”还不完整：没有路名和门牌号。"
        assert "down to the door" in wrong.value.next.en
