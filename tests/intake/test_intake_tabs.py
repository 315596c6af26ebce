"""Two tabs, two devices, a double tap: nobody loses what she typed and one filing becomes one case."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from intake_world import ANSWERS, BIRTH, World, document, make_world, payload
from sqlalchemy import func, select

from onething.casework.tables import CaseRow
from onething.core.db import Database
from onething.core.errors import Problem
from onething.intake import service as intake


def cases(world: World) -> int:
    with world.session() as session:
        return session.scalar(select(func.count()).select_from(CaseRow)) or 0


def test_each_tab_is_told_what_the_other_changed(world: World) -> None:
    world.start()
    seen = world.view().summary.version
    with world.session() as session:
        intake.set_answers(
            session, world.me, world.filing, {"choices.household_of": "father", "deduction_choice.share": "50"}
        )
    with world.session() as session:
        saved = intake.set_answers(
            session, world.me, world.filing,
            {"choices.household_of": "mother", "choices.home_address": "方斜路1号"}, base_version=seen,
        )  # fmt: skip
    assert saved.overwritten == {"choices.household_of": "father"}
    assert saved.elsewhere == {"deduction_choice.share": "50"}
    values = {q.name: q.value for q in world.view().questions}
    assert values["choices.household_of"] == "mother"
    assert values["deduction_choice.share"] == "50"


def test_saving_from_many_tabs_at_once_keeps_every_field(world: World) -> None:
    world.start()

    def save(item: tuple[str, str]) -> None:
        with world.session() as session:
            intake.set_answers(session, world.me, world.filing, dict([item]))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, ANSWERS.items()))
    assert sum(question.answered for question in world.view().questions) == len(ANSWERS)


def submit_at_once(world: World, times: int = 4) -> list[intake.Submitted]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda number: world.submit(f"tab-{number}"), range(times)))


def test_submitting_from_several_tabs_opens_one_case(world: World) -> None:
    world.ready()
    results = submit_at_once(world)
    assert len({result.reference for result in results}) == 1
    assert sorted(result.already_there for result in results) == [False, True, True, True]
    assert cases(world) == 1


@pytest.mark.postgres
@pytest.mark.slow
def test_the_same_on_postgresql(postgres_url: str) -> None:
    db = Database(postgres_url)
    db.create_all()
    world = make_world(db)
    world.ready()
    results = submit_at_once(world, 6)
    assert len({result.reference for result in results}) == 1
    assert cases(world) == 1

    def at_once(_: int) -> str:
        facts = payload("same")
        facts["facts"]["birth_certificate"]["certificate_number"] = "X310999999"
        with world.session() as session:
            done = intake.file_at_once(session, world.me, facts).submitted
        assert done is not None
        return done.reference

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(at_once, range(6)))) == 1
    assert cases(world) == 2
    db.dispose()


def test_a_failure_while_opening_the_case_leaves_the_draft_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.ready()

    def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("onething.intake.filing.submitting.open_case", broken)
        with pytest.raises(OSError, match="disk full"):
            world.submit()
    view = world.view()
    assert view.summary.status == "draft"
    assert view.may_submit
    assert all(question.answered for question in view.questions)
    assert world.submit().reference


def test_one_tab_asks_while_the_other_waits(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    world.consent()
    world.exchange.moods["police.resident"] = 0.3

    async def both() -> list[intake.PrefillResult]:
        ask = intake.prefill(world.db, world.exchange, world.me, world.filing)
        other = intake.prefill(world.db, world.exchange, world.me, world.filing)
        return list(await asyncio.gather(ask, other))

    results = asyncio.run(both())
    assert sorted(result.busy for result in results) == [False, True]
    operations = [call.operation for call in world.exchange.calls]
    assert operations.count("health.birth_record") == 1


def test_consent_withdrawn_while_an_agency_thinks(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    world.consent()
    world.exchange.moods["hrss.card_account"] = 0.3

    async def both() -> None:
        asking = asyncio.create_task(intake.prefill(world.db, world.exchange, world.me, world.filing))
        await asyncio.sleep(0.15)
        with world.session() as session:
            intake.withdraw_consent(session, world.me, world.filing, ["hrss.card_account"])
        await asking

    asyncio.run(both())
    assert not [fact for fact in world.view().facts if fact.slot == "payout_account"]


def test_optional_services_can_be_left_out(world: World) -> None:
    world.ready()
    optional = [service for service, _, _ in world.view().optional_services]
    assert "infant_deduction" in optional
    with world.session() as session:
        intake.leave_out(session, world.me, world.filing, ["infant_deduction"])
    view = world.view()
    assert "service:infant_deduction" not in {task.id for task in view.plan.tasks}
    with pytest.raises(Problem), world.session() as session:
        intake.leave_out(session, world.me, world.filing, ["household_registration"])


def test_abandoning_deletes_what_was_entered(world: World) -> None:
    world.ready()
    with world.session() as session:
        intake.abandon(session, world.me, world.filing)
    view = world.view()
    assert view.summary.status == "abandoned"
    assert view.documents == ()
    assert {fact.slot for fact in view.facts} == {"applicant"}
    with world.session() as session:
        assert list(intake.filings_of(session, world.me)) == []
