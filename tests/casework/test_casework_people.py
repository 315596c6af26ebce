"""Officers and applicants: referrals, decisions, supplements, withdrawal."""

from concurrent.futures import ThreadPoolExecutor

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

from onething.casework.models import CaseStatus, InboxItem
from onething.casework.officers.service import claim_item, decide, inbox, refusal_preview, work_item
from onething.casework.service import answer_supplement, case_view, cases_of, withdraw, withdrawal_preview
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange.models import Answer, Call, Outcome


def low_income(call: Call) -> Answer | None:
    """The family receives minimum living allowance, so an officer of civil affairs must add the child."""
    if call.operation != "civil.low_income":
        return None
    data = {"household_number": "L1", "level": "A", "since": "2024-01-01", "valid_until": "2027-01-01"}
    return Answer(Outcome.OK, data)


def waiting_items(db: Database, agency: str) -> list[InboxItem]:
    with db.reading() as session:
        return list(inbox(session, officer_of(agency)).items)


async def one_item(db: Database, agency: str = "civil") -> InboxItem:
    await until(lambda: waiting_items(db, agency))
    return waiting_items(db, agency)[0]


@pytest.mark.slow
async def test_an_officer_sees_what_she_needs_and_her_approval_finishes_the_case(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    async with working(db, agencies):
        item = await one_item(db)
        await until(lambda: status_of(db, ref.id) is CaseStatus.WAITING)
        assert waiting_items(db, "police") == []
        officer = officer_of("civil")
        with db.transaction() as session:
            seen = work_item(session, officer, item.id)
        assert seen.findings
        assert seen.law[0]["title"] == "社会救助暂行办法"
        assert {"low_income", "child_household_entry"} == {view.slot for view in seen.evidence[:2]}
        assert all(view.origin for view in seen.evidence if view.slot == "low_income")
        assert seen.history[0].type == "case.submitted"
        with db.transaction() as session:
            decide(session, officer, item.id, "approve", version=item.version)
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE
    with db.reading() as session:
        looked = case_view(session, citizen_of(filing), ref.id).looked
    assert any(look.actor.startswith("officer:civil") for look in looked)


async def test_a_refusal_needs_a_reason_and_the_rest_of_the_case_stands(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    async with working(db, agencies):
        item = await one_item(db)
        with pytest.raises(Problem), db.transaction() as session:
            decide(session, officer_of("civil"), item.id, "refuse")
        with db.transaction() as session:
            decide(session, officer_of("civil"), item.id, "refuse", "家庭收入已超过标准")
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.PARTLY_DONE
    # Who goes back in her browser and presses again is told that hers stands; a colleague, that somebody was quicker.
    for who, told in (("o1", "casework.item_decided_by_you"), ("o2", "casework.item_decided")):
        with db.reading() as session, pytest.raises(Problem) as again:
            refusal_preview(session, officer_of("civil", who), item.id)
        assert again.value.kind.code == told
    with db.reading() as session:
        reasons = case_view(session, citizen_of(filing), ref.id).reasons
    assert any("家庭收入已超过标准" in reason.zh for reason in reasons)


async def test_of_two_officers_deciding_at_once_exactly_one_succeeds(db: Database) -> None:
    agencies = FakeAgencies()
    agencies.script = low_income
    ref = opened(db, submission(db))
    async with working(db, agencies):
        item = await one_item(db)

        def decides(user: str) -> str:
            try:
                with db.transaction() as session:
                    decide(session, officer_of("civil", user), item.id, "approve", version=item.version)
            except Problem as problem:
                return problem.kind.code
            return "won"

        with ThreadPoolExecutor(6) as pool:
            outcomes = list(pool.map(decides, [f"o{i}" for i in range(6)]))
        assert outcomes.count("won") == 1
        assert set(outcomes) <= {"won", "casework.item_decided", "casework.case_over"}
        await until(lambda: status_of(db, ref.id).over)
    assert sum(kind == "task.decided" for kind, _ in events_of(db, ref.id)) == 1


async def test_officers_of_other_agencies_and_administrators_decide_nothing(db: Database) -> None:
    agencies = FakeAgencies()
    agencies.script = low_income
    opened(db, submission(db))
    async with working(db, agencies):
        item = await one_item(db)
        for stranger in (officer_of("police"), Principal(Role.ADMIN, "a"), Principal(Role.AUDITOR, "b")):
            with pytest.raises(Problem), db.transaction() as session:
                decide(session, stranger, item.id, "approve")
        with db.transaction() as session:
            claim_item(session, officer_of("civil", "o1"), item.id)
        second = officer_of("civil", "o2")
        for attempt in (
            lambda session: claim_item(session, second, item.id),
            lambda session: decide(session, second, item.id, "approve"),
        ):
            with pytest.raises(Problem) as held, db.transaction() as session:
                attempt(session)
            assert held.value.kind.code == "casework.item_with_colleague"
        with db.transaction() as session:
            claim_item(session, second, item.id, take_over=True)
        with pytest.raises(Problem), db.transaction() as session:
            decide(session, officer_of("civil", "o1"), item.id, "approve")
        with db.transaction() as session:
            decide(session, second, item.id, "approve")


async def test_an_officer_asks_the_applicant_and_has_the_item_back_with_the_answer(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    async with working(db, agencies):
        item = await one_item(db)
        asks = [{"kind": "answer", "slot": "choices", "field": "home_address"}]
        with db.transaction() as session:
            decide(session, officer_of("civil"), item.id, "ask_supplement", "请写明门牌号", asks=asks)
        assert waiting_items(db, "civil") == []
        with db.reading() as session:
            supplement = case_view(session, citizen_of(filing), ref.id).supplement
            shown = {each.id: each for each in case_view(session, citizen_of(filing), ref.id).tasks}[
                "service:low_income_family_update"
            ]
            (line,) = cases_of(session, citizen_of(filing)).items
        assert supplement is not None
        assert "请写明门牌号" in supplement.message.zh
        assert (shown.state.zh, shown.explanation and shown.explanation.zh) == ("等您补充", "等您补充"), (
            "no officer is at it now"
        )
        assert line.your_turn
        with db.transaction() as session:
            seen = {each.id: each for each in case_view(session, officer_of("civil"), ref.id).tasks}
        assert seen["service:low_income_family_update"].state.zh == "等申请人补充"
        with db.transaction() as session:
            answer_supplement(
                session,
                citizen_of(filing),
                supplement.id,
                {"choices": {"home_address": "南京路1号", "household_of": "x"}},
            )
        with pytest.raises(Problem) as late, db.transaction() as session:  # a second tab
            answer_supplement(session, citizen_of(filing), supplement.id, {"choices": {"home_address": "北京路"}})
        assert late.value.kind.code == "casework.supplement_closed"
        item = await one_item(db)
        with db.transaction() as session:
            evidence = {view.slot: view.data for view in work_item(session, officer_of("civil"), item.id).evidence}
            assert evidence["choices"]["home_address"] == "南京路1号"
            assert evidence["choices"]["household_of"] == "mother"  # not asked, not taken
        with db.transaction() as session:
            decide(session, officer_of("civil"), item.id, "approve")
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE


async def test_withdrawing_takes_back_in_reverse_order_what_was_carried_out(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)
    async with working(db, agencies):
        await one_item(db)
        await until(lambda: status_of(db, ref.id) is CaseStatus.WAITING)
        with db.transaction() as session:
            preview = withdrawal_preview(session, citizen_of(filing), ref.id)
            assert preview.takes_back
        with db.transaction() as session:
            withdraw(session, citizen_of(filing), ref.id)
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.WITHDRAWN
    undone = [data["task"] for kind, data in events_of(db, ref.id) if kind == "task.undone"]
    done = [
        data["task"]
        for kind, data in events_of(db, ref.id)
        if kind == "task.done" and data["task"].startswith("service:")
    ]
    assert sorted(undone) == sorted(done)
    assert len(undone) == len(preview.takes_back), "as she was told before"
    assert undone[-1] == "service:birth_certificate_issue"
    assert undone.index("service:premium_payment") < undone.index("service:medical_insurance_enrolment")
    with db.reading() as session:
        assert {c.status for c in case_view(session, citizen_of(filing), ref.id).certificates} == {"revoked"}
    opened(db, submission(db, key="again"))  # it may be filed again


async def test_withdrawing_while_agencies_are_at_work_leaves_nothing_behind(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.delay = 0.05
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: any("register_birth" in key for key in agencies.effects))
        with db.transaction() as session:
            withdraw(session, citizen_of(filing), ref.id)
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.WITHDRAWN
    performed = {key.split(":")[2] for key in agencies.effects if ":undo:" not in key}
    undone = {key.split(":")[2] for key in agencies.effects if ":undo:" in key}
    assert undone == performed
    assert not [state for state in tasks_of(db, ref.id).values() if state[0] in ("planned", "waiting", "undoing")]
