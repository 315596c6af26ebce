"""A supplement changes a fact: what agencies said of the old one falls, they are asked again, and officers judge what is so now."""

from typing import Any

from casework_world import (
    FakeAgencies,
    citizen,
    citizen_of,
    officer_of,
    opened,
    status_of,
    submission,
    tasks_of,
    until,
    working,
)
from test_casework_people import one_item, waiting_items

from onething.casework.models import CaseStatus
from onething.casework.officers.service import decide, work_item
from onething.casework.service import answer_supplement, case_view
from onething.core.db import Database
from onething.exchange.models import Answer, Call, Outcome

OTHER = citizen(702, "19910412")


def poor(*numbers: str) -> Any:
    """Families on the civil office's low-income list, by the mother's id number."""

    def script(call: Call) -> Answer | None:
        if call.operation != "civil.low_income":
            return None
        if call.params["id_number"] not in numbers:
            return Answer(Outcome.NOT_FOUND)
        number = call.params["id_number"]
        said = {
            "household_number": f"L-{number[-4:]}",
            "level": "A",
            "since": "2024-01-01",
            "valid_until": "2027-01-01",
        }
        return Answer(Outcome.OK, said, message_id="m")

    return script


async def ask_for_the_number(db: Database, case_id: str, filing: Any) -> str:
    """The officer asks for the mother's id number, and she sends another one than before. Gives the officer's item."""
    item = await one_item(db)
    asks = [{"kind": "answer", "slot": "birth_certificate", "field": "mother_id_number"}]
    with db.transaction() as session:
        decide(session, officer_of("civil"), item.id, "ask_supplement", "请核对妈妈的身份证号", asks=asks)
    with db.reading() as session:
        supplement = case_view(session, citizen_of(filing), case_id).supplement
    assert supplement is not None
    with db.transaction() as session:
        answer_supplement(
            session, citizen_of(filing), supplement.id, {"birth_certificate": {"mother_id_number": OTHER}}
        )
    return item.id


def asked(agencies: FakeAgencies, operation: str) -> list[str]:
    return [call.params["id_number"] for call in agencies.calls if call.operation == operation]


async def test_the_officer_has_the_item_back_with_the_record_of_the_right_person(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    mother = filing.facts["birth_certificate"]["mother_id_number"]
    agencies.script = poor(mother, OTHER)
    ref = opened(db, filing)
    async with working(db, agencies):
        before = await ask_for_the_number(db, ref.id, filing)
        item = await one_item(db)
        assert item.id == before, "the officer who asked has it back"
        with db.transaction() as session:
            evidence = {view.slot: view.data for view in work_item(session, officer_of("civil"), item.id).evidence}
        assert evidence["low_income"]["household_number"] == f"L-{OTHER[-4:]}", "not that of the number before"
        assert asked(agencies, "civil.low_income") == [mother, OTHER]
        keys = [call.key for call in agencies.calls if call.operation == "civil.low_income"]
        assert len(set(keys)) == 2, "nobody is given the answer to another question"
        with db.transaction() as session:
            decide(session, officer_of("civil"), item.id, "approve")
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE


async def test_a_judgement_is_dropped_when_what_it_was_about_is_no_longer_so(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = poor(filing.facts["birth_certificate"]["mother_id_number"])
    ref = opened(db, filing)
    async with working(db, agencies):
        await ask_for_the_number(db, ref.id, filing)
        await until(lambda: status_of(db, ref.id).over)
    assert waiting_items(db, "civil") == []
    assert tasks_of(db, ref.id)["service:low_income_family_update"][0] == "skipped"
    assert "civil.add_family_member" not in agencies.operations()


async def test_a_supplement_that_no_question_rests_on_asks_nobody_again(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = poor(filing.facts["birth_certificate"]["mother_id_number"])
    ref = opened(db, filing)
    async with working(db, agencies):
        item = await one_item(db)
        asks = [{"kind": "answer", "slot": "choices", "field": "home_address"}]
        with db.transaction() as session:
            decide(session, officer_of("civil"), item.id, "ask_supplement", "请写明门牌号", asks=asks)
        looked_up = [call.operation for call in agencies.calls]
        with db.reading() as session:
            supplement = case_view(session, citizen_of(filing), ref.id).supplement
        assert supplement is not None
        with db.transaction() as session:
            answer_supplement(session, citizen_of(filing), supplement.id, {"choices": {"home_address": "南京路1号"}})
        again = await one_item(db)
        assert again.id == item.id
        with db.transaction() as session:
            decide(session, officer_of("civil"), again.id, "approve")
        await until(lambda: status_of(db, ref.id).over)
    assert [call.operation for call in agencies.calls][: len(looked_up)] == looked_up
    assert asked(agencies, "civil.low_income") == [filing.facts["birth_certificate"]["mother_id_number"]]
