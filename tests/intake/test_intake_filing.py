"""The road of a sound filing, and what she sees on it."""

from typing import Any

from intake_world import BIRTH, MOTHER, World, document
from sqlalchemy import event

from onething.casework.service import case_view


def test_a_photo_four_answers_and_consent_are_all_it_takes(world: World) -> None:
    world.start()
    first = world.view()
    assert [ask.document_type for ask in first.wanted] == ["birth_certificate"]
    assert not first.may_submit
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    world.consent()
    result = world.prefill()
    assert result.outcomes["birth_record"] == "ok"
    assert result.outcomes["low_income"] == "not_found"
    view = world.view()
    assert view.fix_now == ()
    assert view.may_submit
    assert view.effort.documents == 0
    assert view.old_way.documents >= 10
    done = world.submit()
    assert done.reference
    with world.session() as session:
        case = case_view(session, world.me, done.case_id)
    assert case.summary.reference == done.reference
    assert world.view().summary.case_reference == done.reference


def test_every_value_says_where_it_came_from(world: World) -> None:
    world.ready()
    facts = {(fact.slot, fact.field): fact for fact in world.view().facts}
    assert facts["birth_certificate", "child_name"].origin.kind == "upload"
    assert facts["birth_certificate", "child_name"].origin.box is not None
    assert "照片" in facts["birth_certificate", "child_name"].said.zh
    assert "公安局" in facts["mother_id", "name"].said.zh
    assert facts["choices", "household_of"].said.zh == "系统按已有信息建议，您确认的"
    assert facts["applicant", "id_number"].value == MOTHER


def test_registries_are_asked_side_by_side_and_not_twice(world: World) -> None:
    world.ready()
    assert world.exchange.most_at_once >= 4
    before = len(world.exchange.calls)
    world.prefill()
    assert len(world.exchange.calls) == before
    assert all(call.ground.startswith("consent:") and call.subject_id for call in world.exchange.calls)


def test_nobody_is_asked_without_consent(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    assert world.prefill().asked == 0
    assert "consent_needed" in {finding.code for finding in world.view().fix_now}
    world.consent("police")
    world.prefill()
    assert world.exchange.asked() == {"police.resident", "police.household"}


def test_questions_offer_what_is_known(world: World) -> None:
    world.ready()
    with world.session() as session:
        from onething.intake import service as intake

        intake.set_answers(session, world.me, world.filing, {"choices.home_address": ""})
    question = next(q for q in world.view().questions if q.name == "choices.home_address")
    assert question.prefill == "上海市黄浦区方斜路419号"
    assert not question.answered
    household = next(q for q in world.view().questions if q.name == "choices.household_of")
    assert [value for value, _ in household.options] == ["mother", "father"]


def test_steps_show_how_far_she_is(world: World) -> None:
    world.start()
    states = {step.id: step.state for step in world.view().steps}
    assert states["documents"] == "todo"
    world.upload(document("birth_certificate", BIRTH))
    states = {step.id: step.state for step in world.view().steps}
    assert states["documents"] == "done"
    assert states["answers"] == "todo"


def test_a_half_filled_filing_is_found_again_on_another_device(world: World) -> None:
    from onething.intake import service as intake

    world.start()
    world.answer()
    with world.session() as session:
        found = intake.filings_of(session, world.me)
    assert [filing.id for filing in found] == [world.filing]
    assert {q.name: q.value for q in world.view().questions}["choices.household_of"] == "mother"


def test_answers_of_one_moment_move_the_filing_on_once(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    world.consent()
    before, moved = world.view(), list[str]()

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE filing") and "version" in statement.partition("WHERE")[0]:
            moved.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", note)
    try:
        world.prefill()
    finally:
        event.remove(world.db.engine, "before_cursor_execute", note)
    assert len(world.exchange.calls) >= 6
    assert 1 <= len(moved) <= len(world.exchange.calls) / 2
    assert world.view().summary.version == before.summary.version + len(moved)
