"""Bad input of every kind: a clear message with what to do next, and nothing that was entered is lost."""

from typing import Any

import pytest
from intake_world import ANSWERS, BIRTH, FATHER, MOTHER, STRANGER_CARD, World, document, id_number, photo, sign_in

from onething.core.errors import Problem
from onething.exchange.models import Outcome
from onething.intake import service as intake


def codes(world: World, group: str = "fix_now") -> set[str]:
    return {finding.code for finding in getattr(world.view(), group)}


def test_somebody_elses_card_is_shown_as_such_and_the_rest_stays(world: World) -> None:
    world.start()
    world.exchange.moods["police.resident"] = Outcome.UNAVAILABLE
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    world.consent()
    world.prefill()
    assert {ask.slot for ask in world.view().wanted} == {"mother_id", "father_id"}
    card = world.upload(document("id_card_front", STRANGER_CARD), shade=90)
    view = world.view()
    shown = next(d for d in view.documents if d.id == card)
    assert "stranger" in {problem["code"] for problem in shown.problems}
    assert {slot for slot, _ in shown.whose} == {"mother_id", "father_id"}
    with world.session() as session:
        intake.reclassify_upload(session, world.me, world.filing, card, slot="mother_id")
    finding = next(f for f in world.view().fix_now if f.code == "someone_else")
    assert "妈妈" in finding.todo.zh
    with world.session() as session:
        intake.remove_upload(session, world.me, world.filing, card)
    assert "someone_else" not in codes(world)
    assert {q.name: q.value for q in world.view().questions}["choices.household_of"] == "mother"


def test_signed_in_as_somebody_else(world: World) -> None:
    world.me = sign_in(world.db, "张三丰", STRANGER_CARD["id_number"])
    world.ready()
    assert codes(world) & {"not_about_you", "not_a_parent"}
    assert world.view().review.of_another
    assert world.exchange.asked() == set(), "no agency was asked about the family on the paper"
    with pytest.raises(Problem) as refused:
        world.submit()
    assert refused.value.kind.code == "intake.not_ready"
    assert refused.value.extra["findings"]


def test_a_mother_alone_is_asked_for_no_paper_of_a_father(world: World) -> None:
    world.start()
    alone = {name: value for name, value in BIRTH.items() if not name.startswith("father")}
    world.upload(document("birth_certificate", alone))
    wanted = {(ask.slot, ask.reason) for ask in world.view().wanted}
    assert not any(slot.startswith("father") for slot, _ in wanted), wanted


def test_a_question_with_one_possible_answer_is_not_asked_and_its_answer_is_shown(world: World) -> None:
    """A mother alone: the child joins her household and she takes the whole deduction; a father makes both questions again."""
    world.start()
    alone = {name: value for name, value in BIRTH.items() if not name.startswith("father")}
    world.upload(document("birth_certificate", alone))
    view = world.view()
    asked = {question.name for question in view.questions}
    assert not asked & {"choices.household_of", "deduction_choice.share"}
    assert {"choices.home_address", "choices.pay_premium"} <= asked
    told = {(fact.slot, fact.field): (fact.shown, fact.said) for fact in view.facts}
    assert told["choices", "household_of"][0] == "妈妈"
    assert {said.zh for _, said in (told["choices", "household_of"], told["deduction_choice", "share"])} == {
        "按您的情况只有这一种，不用选"
    }
    assert told["deduction_choice", "share"][1].en == "the only choice in your case"
    world.answer(
        **{"birth_certificate.father_id_number": FATHER, "choices.household_of": None, "deduction_choice.share": None}
    )
    assert {"choices.household_of", "deduction_choice.share"} <= {question.name for question in world.view().questions}


def test_an_id_with_a_wrong_check_digit_is_kept_and_marked(world: World) -> None:
    world.start()
    wrong = FATHER[:-1] + ("1" if FATHER[-1] != "1" else "2")
    world.upload(document("birth_certificate", BIRTH | {"father_id_number": wrong}))
    assert "bad_id_number" in codes(world)
    field = next(f for f in world.view().documents[0].fields if f.field == "father_id_number")
    assert field.message is not None
    assert field.value == wrong
    world.consent()
    world.prefill()
    asked = [call.params for call in world.exchange.calls]
    assert all(wrong not in params.values() for params in asked)
    with world.session() as session:
        saved = intake.correct_field(
            session, world.me, world.filing, "birth_certificate.father_id_number", FATHER.lower()
        )
    assert saved.messages == {}
    assert "bad_id_number" not in codes(world)


def test_her_own_number_read_with_one_wrong_digit_is_mended_and_she_is_told(world: World) -> None:
    world.start()
    wrong = MOTHER[:-1] + ("1" if MOTHER[-1] != "1" else "2")
    world.upload(document("birth_certificate", BIRTH | {"mother_id_number": wrong}, uncertain=("mother_id_number",)))
    world.answer()
    world.consent()
    world.prefill()
    assert "registry_used" in codes(world, "notes")
    assert world.view().may_submit
    assert all(wrong not in call.params.values() for call in world.exchange.calls)


@pytest.mark.parametrize(("field", "value"), [("born_at", "2026-12-24T08:00"), ("issued_on", "2027-01-01")])
def test_a_date_in_the_future(world: World, field: str, value: str) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH | {field: value}))
    finding = next(f for f in world.view().fix_now if f.code == "future_date")
    assert finding.field == field


def test_an_uncertain_number_is_asked_about_and_no_agency_sees_it(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH, uncertain=("certificate_number",)))
    world.consent()
    world.prefill()
    assert "health.birth_record" not in world.exchange.asked()
    assert "confirm_value" in codes(world)
    with world.session() as session:
        intake.correct_field(session, world.me, world.filing, "birth_certificate.certificate_number", "X310123456")
    world.prefill()
    assert "health.birth_record" in world.exchange.asked()
    assert "confirm_value" not in codes(world)


@pytest.mark.parametrize(
    ("field", "value", "zh", "en"),
    [
        ("payout_account.account_number", "6222 0200 1234 5678 901", "校验位对不上", "check digit"),
        ("payout_account.account_number", "62220200", "16 到 19 位", "16 to 19 digits"),
        ("choices.home_address", "上海", "没有路名和门牌号", "road and number are missing"),
        ("choices.home_address", "上海市浦东新区花木街道", "没有路名和门牌号", "road and number are missing"),
        ("choices.home_address", "上海市黄浦区南京东路", "没有路名和门牌号", "road and number are missing"),
    ],
)
def test_a_card_number_or_address_that_cannot_be_right_is_told_at_its_field(
    world: World, field: str, value: str, zh: str, en: str
) -> None:
    world.start()
    message = world.answer(**{field: value}).messages[field].what
    assert zh in message.zh
    assert en in message.en


def test_half_an_account_is_no_account(world: World) -> None:
    """The bank is told and the number is not: she is still asked for it, and nothing is submitted without."""
    world.exchange.moods["hrss.card_account"] = Outcome.NOT_FOUND
    world.ready()
    world.answer(**{"payout_account.bank": "工商银行", "payout_account.account_number": None})
    view = world.view()
    assert not view.may_submit
    assert [(each.slot, each.field) for each in view.plan.asks] == [("payout_account", "account_number")]
    world.answer(**{"payout_account.account_number": "6222020012345678903"})
    assert world.view().may_submit


def test_cards_and_addresses_as_people_write_them_are_taken(world: World) -> None:
    world.start()
    for address in (
        "宜山路420弄12号302室",
        "浦东新区张江镇孙桥村三组",
        "黄浦区方斜路四百一十九号",
        "锦绣花园12-502",
        "崇明区陈家镇瀛东村",
    ):
        assert not world.answer(**{"choices.home_address": address}).messages, address
    assert not world.answer(**{"payout_account.account_number": "6222 0200 1234 5678 903"}).messages


@pytest.mark.slow
def test_twins_are_two_filings_but_one_certificate_is_one(world: World) -> None:
    world.ready()
    first = world.submit()
    world.exchange.moods["health.birth_record"] = lambda p: {**BIRTH, **p, "child_name": "王小雪", "status": "valid"}
    world.start()
    world.upload(document("birth_certificate", BIRTH | {"certificate_number": "X310123457", "child_name": "王小雪"}))
    world.answer()
    world.consent()
    world.prefill()
    second = world.submit()
    assert second.reference != first.reference
    world.exchange.moods.clear()
    world.ready()
    with pytest.raises(Problem) as refused:
        world.submit()
    assert refused.value.kind.code == "casework.duplicate_case"
    assert first.reference in refused.value.what.zh
    assert world.view().summary.status == "draft"
    assert len(world.view().documents) == 1


MOODS = {"down": Outcome.UNAVAILABLE, "nonsense": Outcome.NONSENSE, "refused": Outcome.REFUSED, "never": 30.0}


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_an_agency_in_any_mood_leaves_a_way_on(world: World, mood: str) -> None:
    world.exchange.moods["police.resident"] = MOODS[mood]
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    world.consent()
    result = world.prefill(patience=0.2)
    assert result.outcomes["birth_record"] == "ok"
    assert result.outcomes["mother_id"] in {"unavailable", "nonsense", "refused"}
    view = world.view()
    told = next(r for r in view.registries if r.slot == "mother_id")
    assert "公安局" in told.words.zh
    assert {ask.slot for ask in view.wanted} == {"mother_id", "father_id"}
    world.exchange.moods.clear()
    world.prefill(again=True)
    assert world.view().fix_now == ()
    assert world.view().may_submit


def test_a_photo_stands_in_for_a_registry_that_is_down(world: World) -> None:
    world.exchange.moods["police.resident"] = Outcome.UNAVAILABLE
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    world.answer()
    world.consent()
    world.prefill()
    from intake_world import FATHER_CARD, MOTHER_CARD

    world.upload(document("id_card_front", FATHER_CARD), document("id_card_front", MOTHER_CARD), shade=91)
    placed = {d.slot for d in world.view().documents}
    assert placed == {"birth_certificate", "mother_id", "father_id"}
    assert world.view().fix_now == ()
    assert world.submit().reference


def test_an_agency_that_answers_twice_changes_nothing(world: World) -> None:
    world.ready()
    before = world.view().facts
    world.prefill(again=True)
    assert [(f.slot, f.field, f.value) for f in world.view().facts] == [(f.slot, f.field, f.value) for f in before]


def test_no_record_at_all_is_told_with_what_to_do(world: World) -> None:
    world.exchange.moods["health.birth_record"] = lambda _p: None
    world.ready()
    told = next(r for r in world.view().registries if r.slot == "birth_record")
    assert told.outcome == "not_found"
    finding = next(f for f in world.view().fix_now if f.code == "not_on_record")
    assert "核对" in finding.todo.zh
    assert not world.view().may_submit


def test_an_agency_with_no_substitute_may_be_down_and_she_still_submits(world: World) -> None:
    world.exchange.moods["health.birth_record"] = Outcome.UNAVAILABLE
    world.ready()
    view = world.view()
    assert view.fix_now == ()
    assert {task.slot for task in view.plan.tasks if task.held} == {"birth_record"}
    assert world.submit().reference


def test_a_declined_registry_is_replaced_by_a_photo_or_said_to_be_needed(world: World) -> None:
    world.ready()
    with world.session() as session:
        intake.withdraw_consent(session, world.me, world.filing, ["police.resident"])
    view = world.view()
    assert {(ask.slot, ask.reason) for ask in view.wanted} == {("mother_id", "declined"), ("father_id", "declined")}
    assert not [fact for fact in view.facts if fact.slot == "mother_id"]
    with world.session() as session:
        intake.withdraw_consent(session, world.me, world.filing, ["health.birth_record"])
    assert "nothing_left" in codes(world), "every service needs the hospital's record"
    with world.session() as session:
        intake.give_consents(session, world.me, world.filing, ["police", "health.birth_record"])
    world.prefill()
    assert world.view().may_submit


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.4 broken", b"\x89PNG\r\n\x1a\n broken"])
def test_a_file_that_is_none_is_refused_and_the_rest_stays(world: World, content: bytes) -> None:
    world.start()
    world.answer()
    with pytest.raises(Problem) as refused, world.session() as session:
        intake.add_upload(session, world.me, world.filing, content, "x.jpg")
    assert refused.value.next.zh
    assert {q.name: q.value for q in world.view().questions}["deduction_choice.share"] == "100"
    assert world.view().documents == ()


def test_a_photo_without_a_document_says_what_to_do(world: World) -> None:
    world.start()
    world.upload(document(None, {}))
    shown = world.view().documents[0]
    assert shown.state == "failed"
    assert shown.problems


def test_wrong_answers_are_kept_with_a_message_beside_them(world: World) -> None:
    world.start()
    saved = world.answer(**{
        "choices.household_of": "grandma", "birth_certificate.born_at": "明天", "birth_certificate.weight_g": "3250",
        "low_income.level": "all", "nonsense": "x", "birth_certificate.hospital": {"a": 1},
    })  # fmt: skip
    assert set(saved.messages) == {"choices.household_of", "birth_certificate.born_at"}
    assert set(saved.refused) == {"low_income.level", "nonsense"}
    values = {q.name: q for q in world.view().questions}
    assert values["choices.household_of"].value == "grandma"
    assert values["choices.household_of"].message is not None
    assert values["choices.home_address"].value == ANSWERS["choices.home_address"]


@pytest.mark.slow
def test_nobody_sees_anothers_filing(world: World) -> None:
    world.ready()
    other = sign_in(world.db, "王建国", FATHER)
    document = world.view().documents[0].id
    calls: list[Any] = [
        lambda s: intake.filing_view(s, other, world.filing),
        lambda s: intake.set_answers(s, other, world.filing, ANSWERS),
        lambda s: intake.submit(s, other, world.filing, "k"),
        lambda s: intake.add_upload(s, other, world.filing, photo(3), "x.png"),
        lambda s: intake.abandon(s, other, world.filing),
        lambda s: intake.give_consents(s, other, world.filing, ["police"]),
        lambda s: intake.document_of(s, other, world.filing, document),
    ]
    for call in calls:
        with pytest.raises(Problem) as refused, world.session() as session:
            call(session)
        assert refused.value.kind.code == "intake.filing_not_found"
    with world.session() as session:
        assert list(intake.filings_of(session, other)) == []


def test_a_closed_filing_says_where_it_went(world: World) -> None:
    world.ready()
    done = world.submit()
    with pytest.raises(Problem) as refused, world.session() as session:
        intake.set_answers(session, world.me, world.filing, ANSWERS)
    assert done.reference in refused.value.what.zh
    world.start()
    world.answer()
    with world.session() as session:
        intake.abandon(session, world.me, world.filing)
    with pytest.raises(Problem) as gone, world.session() as session:
        intake.set_answers(session, world.me, world.filing, ANSWERS)
    assert gone.value.kind.code == "intake.filing_abandoned"


def test_another_mother_on_the_record_is_not_used(world: World) -> None:
    other = id_number("19950302", True, 13)
    world.exchange.moods["health.birth_record"] = lambda p: {**BIRTH, "mother_id_number": other, "status": "valid"}
    world.ready()
    assert "mismatch" in codes(world)
