"""Agencies in trouble: down, without a record, talking nonsense, refusing. Nothing is lost and nothing is done twice."""

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from casework_world import (
    FakeAgencies,
    citizen_of,
    events_of,
    officer_of,
    opened,
    status_of,
    submission,
    tasks_of,
    until,
    working,
)
from sqlalchemy import event

from onething.casework.deadlines import deadlines
from onething.casework.models import CaseStatus, TaskStatus
from onething.casework.officers.service import decide, inbox, work_item
from onething.casework.service import answer_supplement, case_view
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.exchange.models import Answer, Call, Outcome


async def test_a_case_waits_for_an_agency_and_goes_on_when_it_is_back(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.down = {"medins"}
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: len([o for o in agencies.operations() if o == "medins.enrol_resident"]) >= 3)
        agencies.down = set()
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE, tasks_of(db, ref.id)
    assert max(agencies.effects.values()) == 1
    waits = Counter(data["task"] for kind, data in events_of(db, ref.id) if kind == "task.waiting")
    assert max(waits.values()) == 1  # told once, however often it was tried


async def test_a_registry_down_for_long_makes_us_ask_and_both_ways_lead_on(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    down = {"police.resident"}
    agencies.script = lambda call: Answer(Outcome.UNAVAILABLE) if call.operation in down else None
    ref = opened(db, filing)
    async with working(db, agencies):

        def asked() -> object:
            with db.reading() as session:
                return case_view(session, citizen_of(filing), ref.id).supplement

        await until(asked)
        supplement = asked()
        assert {ask.slot for ask in supplement.asks} == {"mother_id", "father_id"}  # type: ignore[attr-defined]
        assert all("连不上" in ask.reason.zh for ask in supplement.asks)  # type: ignore[attr-defined]
        down.clear()
        await until(lambda: status_of(db, ref.id).over)
        assert asked() is None  # no longer needed
    assert status_of(db, ref.id) is CaseStatus.DONE


async def test_an_uploaded_card_replaces_the_registry_that_stays_down(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = lambda call: Answer(Outcome.UNAVAILABLE) if call.operation == "police.resident" else None
    ref = opened(db, filing)
    async with working(db, agencies):

        def asked() -> object:
            with db.reading() as session:
                return case_view(session, citizen_of(filing), ref.id).supplement

        await until(asked)
        card = {
            "name": "李梅",
            "sex": "female",
            "status": "active",
            "id_number": filing.facts["applicant"]["id_number"],
        }
        values = {"mother_id": card, "father_id": card | {"name": "王强"}}
        with db.transaction() as session:
            answer_supplement(session, citizen_of(filing), asked().id, values)  # type: ignore[attr-defined]
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE, tasks_of(db, ref.id)


async def test_a_record_that_is_not_there_is_asked_of_the_applicant(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.queries |= {"hrss.card_account"}
    ref = opened(db, filing)
    async with working(db, agencies):

        def asked() -> object:
            with db.reading() as session:
                return case_view(session, citizen_of(filing), ref.id).supplement

        await until(asked)
        supplement = asked()
        assert {ask.field for ask in supplement.asks} == {"bank", "account_number"}  # type: ignore[attr-defined]
        with db.transaction() as session:
            values = {"payout_account": {"bank": "工商银行", "account_number": "6222000000000000004"}}
            answer_supplement(session, citizen_of(filing), supplement.id, values)  # type: ignore[attr-defined]
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE
    assert agencies.operations().count("hrss.card_account") == 1


async def test_nonsense_is_asked_again_and_in_the_end_an_officer_looks(db: Database) -> None:
    agencies, nonsense = FakeAgencies(), {"hrss.apply_card"}
    agencies.script = lambda call: Answer(Outcome.NONSENSE, code="bad_answer") if call.operation in nonsense else None
    ref = opened(db, submission(db))
    async with working(db, agencies):

        def waiting() -> list[object]:
            with db.reading() as session:
                return list(inbox(session, officer_of("hrss")).items)

        await until(waiting)
        assert agencies.operations().count("hrss.apply_card") == 3
        nonsense.clear()
        with db.transaction() as session:
            decide(session, officer_of("hrss"), waiting()[0].id, "approve")  # type: ignore[attr-defined]
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE
    assert sum(kind == "certificate.issued" for kind, _ in events_of(db, ref.id)) >= 5


@pytest.mark.parametrize("ending", ["put_right", "cannot_be", "provided"])
async def test_answers_that_stay_wrong_are_an_officers_too_with_what_whose_and_what_to_do(
    db: Database, ending: str
) -> None:
    agencies, filing, wrong = FakeAgencies(), submission(db), {"hrss.card_account"}
    agencies.script = lambda call: Answer(Outcome.NONSENSE, code="bad_signature") if call.operation in wrong else None
    ref = opened(db, filing)
    lead = officer_of("health")

    def waiting() -> list[Any]:
        with db.reading() as session:
            return [item for item in inbox(session, lead).items if item.code == "faulty_answer"]

    def asked() -> Any:
        with db.reading() as session:
            return case_view(session, citizen_of(filing), ref.id).supplement

    def provide() -> None:
        values = {"payout_account": {"bank": "工商银行", "account_number": "6222000000000000004"}}
        with db.transaction() as session:
            answer_supplement(session, citizen_of(filing), asked().id, values)

    async with working(db, agencies):
        await until(lambda: waiting() and asked())
        assert agencies.operations().count("hrss.card_account") == 3
        with db.transaction() as session:
            (finding,) = work_item(session, lead, waiting()[0].id).findings
        assert "hrss.card_account" in finding.words.en
        assert "put it right" in finding.words.en
        assert "hrss.card_account" in finding.words.zh
        assert "请联系该部门更正" in finding.words.zh
        if ending == "put_right":
            wrong.clear()
            with db.transaction() as session:
                decide(session, lead, waiting()[0].id, "approve")
        elif ending == "cannot_be":
            with db.transaction() as session:
                decide(session, lead, waiting()[0].id, "refuse", "register is being replaced")
            provide()
        else:
            provide()
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE, tasks_of(db, ref.id)
    assert waiting() == []
    assert asked() is None
    assert agencies.operations().count("hrss.card_account") == (4 if ending == "put_right" else 3)


async def test_a_refusal_stops_what_rests_on_it_and_only_that(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)

    def refuse(call: Call) -> Answer | None:
        return Answer(Outcome.REFUSED, reason="户口已冻结") if call.operation == "police.register_birth" else None

    agencies.script = refuse
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: status_of(db, ref.id).over)
    tasks = tasks_of(db, ref.id)
    assert status_of(db, ref.id) is CaseStatus.PARTLY_DONE
    assert tasks["service:household_registration"] == ("refused", "agency")
    assert tasks["service:social_security_card"] == ("skipped", "needs_refused")
    assert tasks["service:immunisation_record"][0] == TaskStatus.DONE
    with db.reading() as session:
        assert any("户口已冻结" in reason.zh for reason in case_view(session, citizen_of(filing), ref.id).reasons)


@pytest.fixture
def city_with_undo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shanghai, where a refused premium takes the enrolment back."""
    cities = tmp_path / "cities"
    shutil.copytree(get_settings().cities_dir, cities)
    file = cities / "shanghai/newborn/services/06_premium_payment.yaml"
    file.write_text(file.read_text() + "\nrefusal_undoes: [medical_insurance_enrolment]\n")
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(cities))
    get_settings.cache_clear()


async def test_a_later_refusal_takes_an_earlier_service_back_even_if_the_agency_is_down_for_a_while(
    db: Database, city_with_undo: None
) -> None:
    agencies, tries = FakeAgencies(), Counter[str]()

    def script(call: Call) -> Answer | None:
        tries[call.operation] += 1
        if call.operation == "tax.pay_premium":
            return Answer(Outcome.REFUSED, reason="余额不足")
        if call.operation == "medins.cancel_enrolment" and tries[call.operation] < 3:
            return Answer(Outcome.UNAVAILABLE)
        return None

    agencies.script = script
    ref = opened(db, submission(db))
    async with working(db, agencies):
        await until(lambda: status_of(db, ref.id).over)
    tasks = tasks_of(db, ref.id)
    assert status_of(db, ref.id) is CaseStatus.PARTLY_DONE
    assert tasks["service:medical_insurance_enrolment"][0] == TaskStatus.UNDONE
    assert tasks["service:social_security_card"][0] == TaskStatus.DONE
    assert sum(kind == "task.undone" for kind, _ in events_of(db, ref.id)) == 1


async def test_our_own_failure_is_tried_again_after_a_pause(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onething.casework.execution.next_step.STALL_PAUSE", 0.1)
    agencies, broken = FakeAgencies(), [3]

    def script(call: Call) -> Answer | None:
        if call.operation == "cdc.open_immunisation_record" and broken[0]:
            broken[0] -= 1
            raise OSError("disk full")
        return None

    agencies.script = script
    ref = opened(db, submission(db))
    async with working(db, agencies):
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE


def test_looking_for_deadlines_reads_only_what_is_due(db: Database) -> None:
    """With 100,000 cases waiting, a look that reads every task would keep a worker busy."""
    seen: list[tuple[str, Any]] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: seen.append((call[2], call[3])))
    deadlines.warn(db)
    query, values = next(found for found in seen if "alarm_at" in found[0])
    with db.engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    assert plan
    assert all("USING INDEX ix_case_task_alarm" in step for step in plan)
