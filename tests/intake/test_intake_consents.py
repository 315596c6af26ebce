"""Consent that is one: what refusing does is told before it is done, separate consent stands alone, and only she may allow hers."""

from pathlib import Path
from typing import Any

import pytest
from intake_world import BIRTH, FATHER, World, document, sign_in

from onething.catalog.service import get_city
from onething.core.access import Principal
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.intake import service as intake
from onething.intake.models import ConsentView
from onething.notices.service import install, messages_for

CITIES = sorted(path.parent.name for path in Path("cities").glob("*/city.yaml"))


def look(db: Database, me: Principal, filing: str) -> intake.FilingView:
    with db.transaction() as session:
        return intake.filing_view(session, me, filing, refusing=True)


def decline(db: Database, me: Principal, filing: str, *names: str) -> intake.FilingView:
    with db.transaction() as session:
        intake.withdraw_consent(session, me, filing, names)
    return look(db, me, filing)


def allow(db: Database, me: Principal, filing: str, *names: str) -> intake.FilingView:
    with db.transaction() as session:
        intake.give_consents(session, me, filing, names)
    return look(db, me, filing)


def true_of(before: intake.FilingView, after: intake.FilingView) -> dict[str, Any]:
    """What the plan really lost and asks anew, in the names of the page."""
    event = next(each for each in get_city().life_events if each.id == after.summary.life_event)
    names = {service.id: service.name for service in event.services}
    asked = {(ask.slot, ask.field) for ask in before.plan.asks}
    fresh = [ask for ask in after.plan.asks if (ask.slot, ask.field) not in asked]
    modes = {task.service: task.mode for task in before.plan.tasks if task.service}
    return {
        "lost": [names[each] for each in before.plan.services if each not in after.plan.services],
        "papers": [get_city().slot_label(event.slot(ask.slot)) for ask in fresh if ask.kind == "upload"],  # type: ignore[arg-type]
        "answers": len([ask for ask in fresh if ask.kind == "answer"]),
        "officer": [
            names[task.service] for task in after.plan.tasks
            if task.service and task.mode == "officer" and modes.get(task.service) not in (None, "officer")
        ],
        "stops": "nothing_left" in {finding.code for finding in after.fix_now},
    }  # fmt: skip


def said(consent: ConsentView) -> dict[str, Any]:
    effect = consent.refusing
    assert effect is not None
    return {
        "lost": list(effect.lost), "papers": list(effect.papers), "answers": len(effect.answers), "officer": list(effect.officer),
        "stops": effect.stops,
    }  # fmt: skip


def refuse_each(db: Database, me: Principal, filing: str, restore: Any) -> int:
    """Every consent of this filing refused in turn: what was said is what happens."""
    before = restore()
    for consent in before.consents:
        after = decline(db, me, filing, consent.operation)
        assert said(consent) == true_of(before, after), consent.operation
        assert consent.refusing is not None
        assert consent.refusing.nothing == (not any(true_of(before, after).values()))
        assert not [t for t in after.plan.tasks if t.kind == "fetch" and t.operation == consent.operation]
        if consent.refusing.lost and not consent.refusing.stops:
            told = " ".join(finding.what.zh for finding in after.notes if finding.code == "consent_declined")
            assert all(name.zh in told for name in consent.refusing.lost)
        before = restore()
    return len(before.consents)


@pytest.mark.parametrize("city", CITIES)
def test_refusing_does_what_it_was_said_to_do_in_every_shipped_life_event(
    world: World, monkeypatch: pytest.MonkeyPatch, city: str
) -> None:
    monkeypatch.setenv("ONETHING_CITY", city)
    get_settings.cache_clear()
    shown = 0
    for event in get_city().life_events:
        with world.session() as session:
            filing = intake.start_filing(session, world.me, event.id).id
        shown += refuse_each(world.db, world.me, filing, lambda f=filing: allow(world.db, world.me, f, *_all(world, f)))
    assert shown or not get_city().life_events


def _all(world: World, filing: str) -> list[str]:
    return [consent.operation for consent in look(world.db, world.me, filing).consents] or ["*"]


def test_refusing_does_what_it_was_said_to_do_once_papers_and_answers_are_there(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    assert refuse_each(
        world.db, world.me, world.filing, lambda: allow(world.db, world.me, world.filing, *_all(world, world.filing))
    )


@pytest.mark.slow
def test_taking_back_what_was_answered_does_what_it_was_said_to_do(world: World) -> None:
    world.ready()

    def restore() -> intake.FilingView:
        allow(world.db, world.me, world.filing, *_all(world, world.filing))
        world.prefill()
        return look(world.db, world.me, world.filing)

    assert refuse_each(world.db, world.me, world.filing, restore)


def test_what_falls_away_is_said_and_the_rest_goes_on(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    view = look(world.db, world.me, world.filing)
    insurance = next(each for each in view.consents if each.operation == "medins.insured")
    assert [name.zh for name in insurance.refusing.lost] == ["生育保险待遇（医疗费补贴和生育津贴）"]  # type: ignore[union-attr]
    decline(world.db, world.me, world.filing, "medins.insured")
    world.consent(*[each.operation for each in view.consents if each.operation != "medins.insured"])
    world.prefill()
    after = world.view()
    assert after.may_submit
    assert "maternity_claim" not in after.plan.services
    assert any("生育保险待遇" in finding.what.zh for finding in after.notes)
    case = world.submit()
    assert "medins.insured" not in world.exchange.asked()
    assert case.reference


def test_a_plan_of_no_service_says_why_and_cannot_be_submitted(world: World) -> None:
    world.ready()
    after = decline(world.db, world.me, world.filing, "health.birth_record")
    assert after.plan.services == ()
    assert not after.may_submit
    told = next(finding for finding in after.fix_now if finding.code == "nothing_left")
    assert "您没有同意向" in told.what.zh
    assert told.what.zh.count("您没有同意向") == 1, "one reason, said once"
    with pytest.raises(Problem) as refused:
        world.submit()
    assert refused.value.kind.code == "intake.not_ready"


def test_a_tick_that_asks_nothing_is_not_shown(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", {k: v for k, v in BIRTH.items() if not k.startswith("father")}))
    world.answer()
    assert "civil.marriage" not in {each.operation for each in world.view().consents}
    world.consent()
    world.answer(**{"choices.household_of": "mother"})
    assert not [each for each in world.view().consents if each.operation == "civil.marriage"]


def test_a_step_without_anything_to_do_is_not_done(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    before = {step.id: step.state for step in world.view().steps}
    assert before["agencies"] == "todo"
    decline(world.db, world.me, world.filing, "health.birth_record")
    steps = {step.id: step for step in world.view().steps}
    assert (steps["agencies"].done, steps["agencies"].state) == (1, "done")
    assert all(step.state != "done" for step in steps.values() if step.total == 0)


def test_the_father_files_and_only_the_mother_may_allow_her_account(world: World) -> None:
    install()
    mother, world.me = world.me, sign_in(world.db, "王建国", FATHER)
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    view = world.view()
    account = next(each for each in view.own_consents if each.operation == "hrss.card_account")
    assert (account.who.zh, account.state) == ("妈妈", "not_asked")
    assert "hrss.card_account" not in {each.operation for each in view.consents}, "his tick would allow nothing"
    assert {ask.reason for ask in view.plan.asks if ask.slot == "payout_account"} == {"not_allowed"}
    resident = next(each for each in view.consents if each.operation == "police.resident")
    assert resident.others is not None
    assert resident.others.zh == "妈妈"
    assert "个人信息保护法" in str(resident.others_law)
    world.consent()
    world.prefill()
    assert "hrss.card_account" not in world.exchange.asked()

    with world.session() as session:
        assert intake.request_consents(session, world.me, world.filing) == 1
        assert intake.request_consents(session, world.me, world.filing) == 0
    assert mother.subject_id is not None
    with world.session() as session:
        told = [
            each.text
            for each in messages_for(session, mother.subject_id).messages
            if each.event_type == "consent.asked"
        ]
        asked = intake.requests_of(session, mother)
        assert list(intake.requests_of(session, world.me)) == []
    assert len(told) == 1
    assert "王建国" not in told[0]
    assert "出生" not in told[0], "a text message tells nobody else what it is about"
    assert [(each.inviter, each.state) for each in asked] == [("**国", "asked")]
    world.prefill()
    assert "hrss.card_account" not in world.exchange.asked()

    with world.session() as session:
        intake.answer_request(session, mother, asked[0].id, given=True)
    world.prefill()
    call = next(each for each in world.exchange.calls if each.operation == "hrss.card_account")
    assert call.law == f"consent:{world.filing}:hrss.card_account", "her own consent, and no law, is the ground"
    account = [fact for fact in world.view().facts if fact.slot == "payout_account" and fact.origin.kind == "registry"]
    assert account
    assert all(fact.masked and "6222" not in fact.shown for fact in account if fact.field == "account_number")

    with world.session() as session:
        intake.answer_request(session, mother, asked[0].id, given=False)
    after = world.view()
    assert not [fact for fact in after.facts if fact.slot == "payout_account" and fact.origin.kind == "registry"]
    assert {each.state for each in after.own_consents} == {"declined"}
    with pytest.raises(Problem) as refused, world.session() as session:
        intake.answer_request(session, world.me, asked[0].id, given=True)
    assert refused.value.kind.code == "core.not_found", "nobody answers for somebody else"


def test_her_own_data_are_shown_and_the_fathers_are_not(world: World) -> None:
    world.ready()
    facts = {(fact.slot, fact.field): fact for fact in world.view().facts}
    assert facts["mother_id", "address"].shown.replace(" ", "") == "上海市黄浦区方斜路419号"
    assert facts["father_id", "name"].shown == "王建国", "she wrote his name herself"
    assert facts["father_id", "address"].masked
    assert "方斜路" not in facts["father_id", "address"].shown
    assert "方斜路" not in str(facts["father_id", "address"].value)
    assert facts["marriage", "certificate_number"].shown, "a marriage is hers as well"
