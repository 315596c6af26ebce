"""What a parent is told about her filing: each fault once, where it is, and what to do."""

from typing import Any

import pytest
from review_world import (
    BIRTH_VALUES,
    CITY,
    EVENT,
    FATHER,
    MOTHER,
    STRANGER,
    TODAY,
    changed,
    facts_of,
    make_plan,
    sound,
)

from onething.catalog.models import FieldSpec
from onething.core.i18n import Text
from onething.documents.models import ReadProblem
from onething.planning.models import Ask, PlannedTask
from onething.review.models import DocumentProblem, Fact, Finding, Review
from onething.review.service import check_value, merge_facts, review_filing, settle_facts


def review(facts: list[Fact], **extra: Any) -> Review:
    return review_filing(CITY, EVENT, facts, extra.pop("plan", make_plan()), TODAY, **extra)


def only(review: Review, code: str) -> Finding:
    found = [finding for finding in review.findings if finding.code == code]
    assert len(found) == 1, [(f.code, f.slot, f.field) for f in review.findings]
    return found[0]


def test_a_sound_filing_may_be_submitted() -> None:
    outcome = review(sound())
    assert outcome.findings == ()
    assert outcome.may_submit
    assert not outcome.needs_officer


def test_what_is_still_asked_is_said_with_the_reason() -> None:
    plan = make_plan(
        asks=(
            Ask(kind="upload", slot="mother_id", document_type="id_card_front", reason="registry_down"),
            Ask(kind="answer", slot="choices", field="address"),
        )
    )
    outcome = review([], plan=plan)
    document, answer = only(outcome, "missing_document"), only(outcome, "missing_answer")
    assert document.slot == "mother_id"
    assert "没有回应" in document.what.zh
    assert answer.field == "address"
    assert not outcome.may_submit


def test_what_agencies_are_asked_for_does_not_hold_up_the_applicant() -> None:
    task = PlannedTask(
        id="fetch:birth_record", kind="fetch", agency="health", slot="birth_record", operation="health.birth_record",
        needs=(), gives=("birth_record",), after=(), hours=0.001,
    )  # fmt: skip
    outcome = review(sound(), plan=make_plan(tasks=(task,)))
    assert "卫生健康委员会" in only(outcome, "will_be_asked").what.zh
    assert outcome.may_submit


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("father_id_number", FATHER[:-1] + ("0" if FATHER[-1] != "0" else "1"), "bad_id_number"),
        ("father_id_number", FATHER[:-1], "bad_id_number"),
        ("born_at", "2026-12-20T08:15", "future_date"),
        ("issued_on", "2027-01-01", "future_date"),
        ("child_name", "王小满123", "bad_name"),
        ("weight_g", "很重", "bad_number"),
    ],
)
def test_a_value_that_cannot_be_right_is_asked_about(field: str, value: str, code: str) -> None:
    facts = [fact for fact in sound() if fact.slot not in {"birth_record", "father_id"}]
    outcome = review(changed(facts, "birth_certificate", field, value))
    finding = only(outcome, code)
    assert (finding.slot, finding.field, finding.group) == ("birth_certificate", field, "fix_now")
    assert finding.todo.zh
    assert finding.todo.en
    assert not outcome.may_submit


def test_an_expired_card_is_to_be_replaced() -> None:
    facts = [*sound(), *facts_of("mother_id", {"valid_until": "2020-01-01"})]
    assert only(review(facts), "expired").group == "fix_now"
    assert review([*sound(), *facts_of("mother_id", {"valid_until": "长期"})]).may_submit


def test_somebody_elses_id_card_is_said_once() -> None:
    facts = [fact for fact in sound() if fact.slot != "mother_id"]
    stranger = {"name": "张三", "sex": "female", "birth_date": "1988-01-01", "id_number": STRANGER}
    outcome = review([*facts, *facts_of("mother_id", stranger)])
    finding = only(outcome, "someone_else")
    assert finding.slot == "mother_id"
    assert "母亲" in finding.todo.zh
    assert len(outcome.group("fix_now")) == 1
    assert STRANGER not in finding.what.zh


def test_someone_who_is_in_none_of_the_documents_may_not_file() -> None:
    facts = changed(sound(), "applicant", "id_number", STRANGER)
    assert only(review(facts), "not_about_you").group == "fix_now"


def test_the_father_may_file_too() -> None:
    facts = changed(changed(sound(), "applicant", "id_number", FATHER), "applicant", "name", "王建国")
    assert review(facts).may_submit


def test_a_registry_corrects_a_misread_number_and_says_so() -> None:
    facts = changed(sound(), "birth_certificate", "certificate_number", "X31O123456", certain=False)
    facts = [
        fact.model_copy(update={"value": "X310123456"}) if fact.origin.kind == "registry" and fact.field == "certificate_number" else fact
        for fact in facts
    ]  # fmt: skip
    outcome = review(facts)
    assert outcome.may_submit
    assert only(outcome, "registry_used").group == "note"


def test_two_photographs_that_differ_are_asked_about_with_both_values() -> None:
    facts = [fact for fact in sound() if fact.slot != "birth_record"]
    finding = only(review(changed(facts, "birth_certificate", "mother_name", "李小燕")), "mismatch")
    assert finding.group == "fix_now"
    assert set(finding.values) == {"李小燕", "李晓燕"}
    assert len(finding.evidence) == 2


def test_once_she_has_checked_it_an_officer_looks_and_she_may_go_on() -> None:
    facts = [fact for fact in sound() if fact.slot != "birth_record"]
    facts = changed(facts, "birth_certificate", "mother_name", "李小燕")
    facts += facts_of("birth_certificate", {"mother_name": "李小燕"}, "answer")
    outcome = review(facts)
    assert outcome.may_submit
    assert outcome.needs_officer


def test_variant_characters_and_width_are_no_reproach() -> None:
    facts = [fact for fact in sound() if fact.slot != "birth_record"]
    outcome = review(changed(facts, "birth_certificate", "mother_name", "李曉燕"))
    assert outcome.may_submit
    assert {(finding.code, finding.group) for finding in outcome.findings} == {("written_otherwise", "note")}
    wide = changed(facts, "birth_certificate", "mother_id_number", "".join(chr(ord(c) + 0xFEE0) for c in MOTHER))
    assert review(wide).findings == ()


def test_an_address_written_another_way_is_only_noted() -> None:
    facts = [
        fact.model_copy(update={"value": "黄浦区方斜路419号"}) if (fact.field == "birth_address" and fact.origin.kind == "upload") else fact
        for fact in sound()
    ]  # fmt: skip
    assert review(facts).findings == ()


def test_an_uncertain_value_becomes_a_question_and_is_not_used_for_asking_agencies() -> None:
    facts = [fact for fact in sound() if fact.slot != "birth_record"]
    facts = changed(facts, "birth_certificate", "child_name", "王小茜", certain=False)
    outcome = review(facts)
    finding = only(outcome, "confirm_value")
    assert "请核对" in finding.todo.zh
    assert not outcome.may_submit
    assert "child_name" not in merge_facts(facts, uncertain=False)["birth_certificate"]
    confirmed = [*facts, *facts_of("birth_certificate", {"child_name": "王小满"}, "answer")]
    assert review(confirmed).may_submit


def test_an_uncertain_value_that_a_registry_confirms_is_not_asked() -> None:
    facts = changed(sound(), "birth_certificate", "child_name", "王小满")
    facts = [
        fact.model_copy(update={"origin": fact.origin.model_copy(update={"certain": False})}) if (fact.slot, fact.field) == ("birth_certificate", "child_name") else fact
        for fact in facts
    ]  # fmt: skip
    assert review(facts).findings == ()


def test_birth_date_and_sex_must_be_those_in_the_number() -> None:
    assert only(review(changed(sound(), "mother_id", "birth_date", "1995-03-03")), "id_disagrees").field == "birth_date"
    assert only(review(changed(sound(), "father_id", "sex", "female")), "id_disagrees").field == "sex"


def test_dates_out_of_order() -> None:
    facts = [fact for fact in sound() if fact.slot != "birth_record"]
    finding = only(review(changed(facts, "birth_certificate", "issued_on", "2026-11-19")), "date_order")
    assert "[issued_on]" in finding.what.zh


def test_registries_that_disagree_are_the_officers_business() -> None:
    facts = [fact for fact in sound() if fact.slot != "mother_id"]
    facts += facts_of("mother_id", {"name": "李晓雁", "id_number": MOTHER}, "registry", ref="police.resident")
    facts = [fact for fact in facts if fact.slot != "birth_certificate"]
    outcome = review(facts)
    assert outcome.may_submit
    assert "registries_differ" in {finding.code for finding in outcome.group("officer")}


def test_the_readers_complaints_block_only_while_the_document_is_needed() -> None:
    blurred = ReadProblem(
        code="blurred", what=Text(zh="照片太模糊。", en="Blurred."), todo=Text(zh="请重拍。", en="Retake.")
    )
    about = DocumentProblem(document="doc_1", slot="mother_id", problem=blurred)
    plan = make_plan(asks=(Ask(kind="upload", slot="mother_id", document_type="id_card_front"),))
    assert only(review(sound(), plan=plan, problems=[about]), "document_blurred").group == "fix_now"
    assert only(review(sound(), problems=[about]), "document_blurred").group == "note"


def test_required_fields_that_a_photo_did_not_give_are_asked() -> None:
    facts = [
        f for f in sound() if f.slot != "birth_record" and (f.slot, f.field) != ("birth_certificate", "child_name")
    ]
    readable = {"birth_certificate": set(BIRTH_VALUES)}
    assert only(review(facts, readable=readable), "missing_field").field == "child_name"
    assert review(facts).may_submit


def test_every_sentence_is_complete_in_both_languages() -> None:
    facts = changed(sound(), "mother_id", "id_number", STRANGER)
    facts = changed(facts, "birth_certificate", "issued_on", "2027-01-01")
    for finding in review(facts).findings:
        for text in (finding.what, finding.todo):
            assert "{" not in text.zh + text.en
            assert text.zh
            assert text.en


def test_one_wrong_digit_of_her_own_number_is_mended_from_her_sign_in() -> None:
    wrong = MOTHER[:10] + ("0" if MOTHER[10] != "0" else "1") + MOTHER[11:]
    facts = [fact for fact in sound() if fact.slot not in {"birth_record", "mother_id"}]
    facts = changed(facts, "birth_certificate", "mother_id_number", wrong)
    outcome = review(facts)
    assert outcome.may_submit
    assert "登录信息" in only(outcome, "registry_used").what.zh
    settled = merge_facts(settle_facts(CITY, EVENT, facts), uncertain=False)
    assert settled["birth_certificate"]["mother_id_number"] == MOTHER
    other_name = changed(facts, "birth_certificate", "mother_name", "周小红")
    assert only(review(other_name), "bad_id_number").group == "fix_now"


def test_a_mother_still_in_hospital_is_not_an_odd_record() -> None:
    spec = FieldSpec(id="discharged_on", name=Text(zh="出院日期", en="Discharged on"), type="date")
    assert check_value(spec, "2026-11-25", TODAY) is None
