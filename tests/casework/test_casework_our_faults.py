"""A fault of ours or of the city package is an operator's: no agency refuses, no officer is troubled, nothing is lost."""

from typing import Any

import pytest
from casework_world import (
    QUICK,
    FakeAgencies,
    citizen_of,
    events_of,
    opened,
    query_answers,
    status_of,
    submission,
    tasks_of,
    until,
    working,
)
from sqlalchemy import select
from test_casework_people import waiting_items

from onething.casework.execution import task_execution
from onething.casework.execution.segments import claim
from onething.casework.faults.service import close_fault, open_faults, try_again
from onething.casework.models import OUR_FAULT, CaseStatus
from onething.casework.service import case_view
from onething.casework.tables import WorkItemRow
from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.faults import count_open
from onething.core.i18n import Text
from onething.exchange.models import Answer, Call, Outcome
from onething.notices.service import install, messages_for
from onething.review.service import CheckResult

ADMIN = Principal(Role.ADMIN, "a1")


def faulty(operation: str, code: str = "not_sendable", reason: str = "born_at does not fit datetime:%Y%m%d") -> Any:
    return lambda call: Answer(Outcome.FAULT, code=code, reason=reason) if call.operation == operation else None


def held_up(db: Database, case_id: str, task: str = "service:household_registration") -> bool:
    return tasks_of(db, case_id)[task] == ("waiting", OUR_FAULT)


async def test_what_could_not_be_sent_waits_for_an_operator_and_goes_on_when_it_is_mended(db: Database) -> None:
    install()
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = faulty("police.register_birth")
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: held_up(db, ref.id) and status_of(db, ref.id) is CaseStatus.WAITING)
        with db.reading() as session:
            found = open_faults(session, ADMIN)
            view = case_view(session, citizen_of(filing), ref.id)
            items = session.scalars(select(WorkItemRow).where(WorkItemRow.case_id == ref.id)).all()
            told = [each.text for each in messages_for(session, filing.subject_id, size=100).messages]
        (one,) = [each for each in found if each.fault.stream == ref.id]
        assert one.reference == ref.reference
        assert (one.fault.code, one.fault.about) == ("not_sendable", "police.register_birth")
        assert "born_at" in one.fault.detail
        assert items == [], "no officer and no applicant has anything to do"
        assert waiting_items(db, "police") == []
        assert view.refused == ()
        assert not any(each.evidence_type == "refusal_decision" for each in view.certificates)
        task = next(each for each in view.tasks if each.id == "service:household_registration")
        assert task.explanation
        assert task.explanation.zh == "本平台出了故障，技术人员正在处理，不用您做什么"
        assert "本平台出了故障，“出生户口登记”暂停，技术人员正在处理，您不用做什么。" in told
        assert not any("没有通过" in text for text in told)

        agencies.script = None
        with db.transaction() as session:
            assert try_again(session, ADMIN) == 1
        await until(lambda: status_of(db, ref.id).over, 60)
    assert status_of(db, ref.id) is CaseStatus.DONE
    with db.reading() as session:
        assert count_open(session) == 0, "what held it up is over, and closed by itself"
    assert not any(kind == "task.failed" for kind, _ in events_of(db, ref.id))


async def test_a_bug_of_ours_is_seen_by_an_operator_and_tried_again(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    real, broken = task_execution.resolve_params, [True]

    def resolve(mapping: dict[str, str], *more: Any) -> dict[str, Any]:
        if broken[0] and "household_number" in mapping:
            raise KeyError("household")
        return real(mapping, *more)

    monkeypatch.setattr(task_execution, "resolve_params", resolve)
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: held_up(db, ref.id) and status_of(db, ref.id) is CaseStatus.WAITING)
        with db.reading() as session:
            (one,) = open_faults(session, ADMIN)
        assert one.fault.code == "KeyError"
        assert "test_casework_our_faults.py" in one.fault.detail, "where, and no value"
        broken[0] = False
        with db.transaction() as session:
            try_again(session, ADMIN)
        await until(lambda: status_of(db, ref.id).over, 60)
    assert status_of(db, ref.id) is CaseStatus.DONE


async def test_a_fault_is_tried_again_by_itself(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = faulty("police.register_birth")
    ref = opened(db, filing)
    quick = QUICK.__class__(backoff=QUICK.backoff, nonsense_pause=0.01, ask_after=2, fault_pause=0.2)
    async with working(db, agencies, pace=quick):
        await until(lambda: held_up(db, ref.id))
        agencies.script = None
        await until(lambda: status_of(db, ref.id).over, 60)
    assert status_of(db, ref.id) is CaseStatus.DONE


async def test_an_unknown_value_holds_up_only_what_needs_it(db: Database) -> None:
    """The household's number came in a way nobody knows; everything that does not need it is done."""
    agencies, filing = FakeAgencies(), submission(db)

    def script(call: Call) -> Answer | None:
        if call.operation != "police.household":
            return None
        known = query_answers("", "", "")["police.household"] | {"head_id_number": call.params.get("id_number")}
        number = known.pop("household_number") if broken[0] else ""
        assert number or not broken[0]
        return Answer(Outcome.OK, known, message_id="m", unknown=("household_number",) if broken[0] else ())

    broken = [True]
    agencies.script = script
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: held_up(db, ref.id) and status_of(db, ref.id) is CaseStatus.WAITING)
        with db.reading() as session:
            (one,) = open_faults(session, ADMIN)
        assert one.fault.code == "unknown_value"
        assert "household.household_number" in one.fault.detail
        tasks = tasks_of(db, ref.id)
        assert tasks["service:immunisation_record"][0] == "done"
        assert tasks["service:birth_certificate_issue"][0] == "done"
        assert "police.register_birth" not in agencies.operations(), "nothing half known is ordered"


def test_only_operators_see_and_close_faults(db: Database) -> None:
    for role in (Role.CITIZEN, Role.OFFICER):
        with pytest.raises(Problem), db.reading() as session:
            open_faults(session, Principal(role, "u", subject_id="s", agency_id="police"))
    with pytest.raises(Problem), db.transaction() as session:
        try_again(session, Principal(Role.AUDITOR, "u"))
    with pytest.raises(Problem), db.transaction() as session:
        close_fault(session, ADMIN, "nothing")


async def test_a_check_that_breaks_is_no_doubt_about_the_case(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    filing = submission(db)
    ref = opened(db, filing)
    (work,) = claim(db, "w1", 1)
    city = get_city()
    event = city.life_event("newborn")
    assert event is not None
    task = next(each for each in work.plan.tasks if each.service == "household_registration")
    broken = CheckResult("register", 1, "people", Text.same("x"), "refer", "", fired="component")
    monkeypatch.setattr(task_execution.checks, "check", lambda *_: [broken])
    performer = task_execution.Performer(city, FakeAgencies().ask, QUICK)
    result = await performer._check(work, event, task, work.tasks[task.id])
    assert (result.status, result.code, result.refer) == ("waiting", OUR_FAULT, None)
    assert result.result["fault"] == {"code": "broken_check", "about": "newborn", "detail": "register"}
    assert result.checked is not None, "what the other checks said is kept"
    assert ref.id == work.case_id
