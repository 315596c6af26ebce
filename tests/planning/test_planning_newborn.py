"""Shanghai's newborn event, planned: what a mother is asked, what runs side by side, what changes when things go wrong."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from plan_world import next_tasks

from onething.catalog.models import City, LifeEvent
from onething.catalog.service import find_event, load_city
from onething.planning.models import Plan
from onething.planning.service import Cause, Why, explain, make_plan, old_way, resolve_params, with_derived

DAY = date(2026, 11, 23)
MOTHER, FATHER = "310101199503021221", "310101199307110016"
PAPER = {
    "certificate_number": "T310012345", "child_name": "张小明", "child_sex": "male", "born_at": "2026-11-01T08:15",
    "mother_name": "李芳", "mother_id_number": MOTHER, "father_name": "张伟", "father_id_number": FATHER,
}  # fmt: skip
CHOICES = {"household_of": "mother", "home_address": "世纪大道100号", "pay_premium": True}
FILED: dict[str, dict[str, Any]] = {
    "applicant": {"name": "李芳", "id_number": MOTHER, "phone": "13800000000"},
    "birth_certificate": PAPER,
    "choices": CHOICES,
    "deduction_choice": {"share": "100"},
}
REGISTRIES: dict[str, dict[str, Any]] = {
    "birth_record": {**PAPER, "status": "valid"},
    "mother_id": {"id_number": MOTHER, "name": "李芳", "status": "active"},
    "father_id": {"id_number": FATHER, "name": "张伟", "status": "active"},
    "marriage": {"certificate_number": "J1", "husband_id_number": FATHER, "status": "valid"},
    "mother_household": {"household_number": "H1", "household_type": "family"},
    "mother_insurance": {"scheme": "employee", "status": "active", "employer": "甲公司"},
    "maternity_stay": {"settlement_number": "S1"},
    "mother_employment": {"employer": "甲公司"},
    "payout_account": {"bank": "上海银行", "account_number": "6222"},
    "taxpayer": {"taxpayer_number": "M"},
}


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(Path(__file__).parents[2] / "cities" / "shanghai")


@pytest.fixture(scope="module")
def event(city: City) -> LifeEvent:
    return find_event(city, "newborn")


def _services(plan: Plan) -> set[str]:
    return {task.service for task in plan.tasks if task.service}


def _asked(plan: Plan) -> set[str]:
    return {f"{ask.slot}.{ask.field}" if ask.field else ask.slot for ask in plan.asks}


def test_far_less_is_asked_than_before(city: City, event: LifeEvent) -> None:
    before, now = old_way(city, event), make_plan(city, event, {}, as_of=DAY).effort
    assert before.documents == len(event.paper) > 10
    assert before.hours == sum(service.old_way.hours for service in event.services) > 10 * 24
    assert before.fields == sum(len(service.old_way.fields) for service in event.services) > 100
    assert before.visits == sum(service.old_way.visits for service in event.services) > 10
    assert (now.documents, now.visits) == (1, 0)
    assert now.fields <= 5
    assert now.hours < 24
    assert now.width >= 5, "services, not look-ups, at the same time"


def test_only_the_photo_and_own_choices_are_asked(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, {}, as_of=DAY)
    assert _asked(plan) == {
        "birth_certificate", "choices.household_of", "choices.home_address", "choices.pay_premium",
        "deduction_choice.share",
    }  # fmt: skip
    assert {ask.reason for ask in plan.asks} == {"only_you_know"}
    assert _asked(make_plan(city, event, FILED, as_of=DAY)) == set()


def test_agencies_work_side_by_side_once_the_child_has_a_number(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, {**FILED, **REGISTRIES}, absent=["low_income"], as_of=DAY)
    assert [task.id for task in next_tasks(plan)] == ["service:birth_certificate_issue"]
    second = {task.service for task in next_tasks(plan, ["service:birth_certificate_issue"])}
    assert second == {"household_registration", "immunisation_record", "child_health_record", "maternity_claim"}
    done = [f"service:{name}" for name in {"birth_certificate_issue", *second}]
    third = {task.service for task in next_tasks(plan, done)}
    assert third == {"medical_insurance_enrolment", "social_security_card", "infant_deduction", "childcare_subsidy"}
    assert all(task.mode == "automatic" for task in plan.tasks)
    assert plan.effort.critical_path[-2:] == ("service:medical_insurance_enrolment", "service:premium_payment")


def test_the_longest_way_goes_first(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, {**FILED, **REGISTRIES}, absent=["low_income"], as_of=DAY)
    ready = next_tasks(plan, ["service:birth_certificate_issue", "service:household_registration"])
    left = [task.remaining for task in ready]
    assert left == sorted(left, reverse=True)


def test_a_family_without_low_income_file_has_ten_services(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, FILED, absent=["low_income"], as_of=DAY)
    assert "low_income_family_update" not in _services(plan)
    why = plan.left_out["low_income_family_update"]
    assert explain(city, event, why).zh == "最低生活保障信息没有相关记录。"
    found = {**FILED, "low_income": {"household_number": "L1"}}
    task = make_plan(city, event, found, as_of=DAY).task("service:low_income_family_update")
    assert task is not None
    assert (task.mode, task.hours, task.conditional) == ("officer", 4, False)


def test_a_registry_that_is_down_is_replaced_by_a_photo_or_waits(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, FILED, down=["police"], as_of=DAY)
    uploads = {ask.slot: ask.reason for ask in plan.asks}
    assert uploads == dict.fromkeys(["mother_id", "father_id", "mother_household"], "registry_down")
    registration = plan.task("service:household_registration")
    assert registration is not None
    assert registration.held
    waiting = make_plan(city, event, FILED, down=["health"], as_of=DAY)
    fetch = waiting.task("fetch:birth_record")
    assert fetch is not None
    assert fetch.held
    assert "fetch:birth_record" not in {task.id for task in next_tasks(waiting)}


def test_an_account_that_is_not_on_record_is_asked_for(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, FILED, absent=["payout_account"], as_of=DAY)
    assert _asked(plan) == {"payout_account.bank", "payout_account.account_number"}
    assert {ask.reason for ask in plan.asks} == {"not_on_record"}
    half = {**FILED, "payout_account": {"bank": "上海银行"}}
    assert _asked(make_plan(city, event, half, absent=["payout_account"], as_of=DAY)) <= {
        "payout_account.account_number"
    }


def test_a_child_without_a_named_father_needs_nothing_of_one(city: City, event: LifeEvent) -> None:
    paper = {key: value for key, value in PAPER.items() if not key.startswith("father")}
    facts = {**FILED, **REGISTRIES, "birth_certificate": paper, "birth_record": {**paper, "status": "valid"}}
    facts = {name: fields for name, fields in facts.items() if name not in ("father_id", "marriage")}
    plan = make_plan(city, event, facts, absent=["low_income"], as_of=DAY)
    assert {"father_id", "marriage"} <= set(plan.left_out)
    assert plan.asks == ()
    task = plan.task("service:household_registration")
    assert task is not None
    assert task.mode == "officer", "the child has neither parent's surname"
    facts["birth_record"] = {**facts["birth_record"], "child_name": "李小明"}
    task = make_plan(city, event, facts, absent=["low_income"], as_of=DAY).task("service:household_registration")
    assert task is not None
    assert task.mode == "automatic"


def test_parents_who_are_not_married_meet_an_officer_not_a_refusal(city: City, event: LifeEvent) -> None:
    facts = {name: fields for name, fields in {**FILED, **REGISTRIES}.items() if name != "marriage"}
    plan = make_plan(city, event, facts, absent=["marriage", "low_income"], as_of=DAY)
    task = plan.task("service:household_registration")
    assert task is not None
    assert (task.mode, task.hours) == ("officer", 4)
    assert plan.asks == ()


@pytest.mark.parametrize(
    ("slot", "field", "value"),
    [
        ("mother_household", "household_type", "collective"),
        ("birth_record", "child_name", "张㼆"),
        ("birth_record", "child_name", "欧阳小明"),
        ("marriage", "husband_id_number", "X"),
        ("father_id", "name", "张卫"),
    ],
)
def test_odd_cases_go_to_the_police_officer(city: City, event: LifeEvent, slot: str, field: str, value: str) -> None:
    facts = {**FILED, **REGISTRIES}
    facts[slot] = {**facts[slot], field: value}
    task = make_plan(city, event, facts, absent=["low_income"], as_of=DAY).task("service:household_registration")
    assert task is not None
    assert task.mode == "officer"


def test_what_the_applicant_leaves_out_takes_its_question_along(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, {}, leave_out=["infant_deduction", "household_registration"], as_of=DAY)
    assert plan.left_out["infant_deduction"] == (Why(Cause.LEFT_OUT),)
    assert "household_registration" in _services(plan), "only optional services can be left out"
    assert "deduction_choice.share" not in _asked(plan)
    unpaid = {**FILED, "choices": {**CHOICES, "pay_premium": False}}
    assert "premium_payment" not in _services(make_plan(city, event, unpaid, as_of=DAY))


def test_a_failed_service_explains_what_cannot_follow(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, FILED, failed=["service:household_registration"], as_of=DAY)
    assert plan.unreachable["household_registration"] == (Why(Cause.FAILED),)
    assert plan.unreachable["medical_insurance_enrolment"] == (Why(Cause.NEEDS, ("child_household_entry",)),)
    assert "child_household_entry" in plan.unreachable
    assert "immunisation_record" in _services(plan), "what does not depend on it goes on"
    assert explain(city, event, plan.unreachable["medical_insurance_enrolment"]).zh == "要先有“新生儿户口登记”。"


def test_what_was_learnt_about_durations_is_used(city: City, event: LifeEvent) -> None:
    plan = make_plan(city, event, FILED, durations={"household_registration": 3.0, "police.resident": 0.5}, as_of=DAY)
    task, fetch = plan.task("service:household_registration"), plan.task("fetch:mother_id")
    assert task is not None
    assert fetch is not None
    assert (task.hours, fetch.hours) == (3.0, 0.5)


def test_params_are_filled_from_facts(event: LifeEvent) -> None:
    service = event.service("household_registration")
    assert service is not None
    facts = {**FILED, **REGISTRIES, "e_birth_certificate": {"certificate_number": "T310012345"}}
    params = resolve_params(service.handling.with_, facts, DAY)
    assert params["household_number"] == "H1"
    assert params["father_id_number"] == FATHER
    subsidy = event.service("childcare_subsidy")
    assert subsidy is not None
    assert resolve_params(subsidy.handling.with_, facts, DAY)["born_on"] == "2026-11-01"
    assert resolve_params(subsidy.handling.with_, {}, DAY)["child_id_number"] is None


def test_derived_facts_never_replace_known_ones(city: City) -> None:
    event = find_event(city, "newborn")
    assert with_derived(event, FILED, DAY) == FILED
