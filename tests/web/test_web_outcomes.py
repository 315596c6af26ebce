"""On a phone: a refused household registration, what it says and what can be done; and the operator's page of faults."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from test_web_licences import PAPER
from web_stack import EVERYTHING, Stack

from onething.core.faults import Report, report
from onething.sandbox.client import Citizen, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOTS = os.environ.get("ONETHING_TEST_SHOTS")  # read before a test's own environment is made
WHY = "出生医学证明上的母亲户口已迁出本市"


def shot(page: Any, name: str) -> None:
    """Keep a picture where somebody looks at pages by hand (`ONETHING_TEST_SHOTS`)."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def filed(stack: Stack, persona: str, key: str) -> tuple[str, Citizen, str]:
    """A case of a persona whose household registration an officer must judge: account, citizen, case."""
    found = stack.city.persona(persona)
    sub, birth = found["mother"]["sub"], found["births"][0]
    citizen = Citizen.at(stack.url, sign_in(stack.city.issuer, sub, stack.url))
    facts = {
        "birth_certificate": {name: str(birth[name]) for name in PAPER if birth.get(name) is not None},
        "choices": {"household_of": "mother", "home_address": "上海市徐汇区田林街道宜山路420弄12号302室", "pay_premium": True},
        "deduction_choice": {"share": "100"},
    }  # fmt: skip
    body = {"life_event": "newborn", "facts": facts, "consents": EVERYTHING}
    made = citizen.call("POST", "/filings/at-once", json=body, headers={"Idempotency-Key": key})
    return sub, citizen, made["submitted"]["case_id"]


def waiting(citizen: Citizen, case: str, task: str) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        tasks = {each["id"]: each["status"] for each in citizen.call("GET", f"/cases/{case}")["tasks"]}
        if tasks.get(task) == "waiting":
            return
        time.sleep(0.2)
    raise AssertionError(tasks)


def test_a_refused_household_registration_reads_as_one_and_leads_on(stack: Stack, open_page: Any, check_page: Any) -> None:  # fmt: skip
    sub, citizen, case = filed(stack, "collective_household", "outcomes-0001")
    waiting(citizen, case, "service:household_registration")
    officer = open_page(width=1280)
    stack.sign_in(officer, "o_police_1", "/console")
    reference = citizen.call("GET", f"/cases/{case}")["summary"]["reference"]
    officer.locator("tr", has_text=reference).locator("[data-row]").click()
    officer.locator("[name=decision][value=refuse]").check()
    officer.locator("textarea[name=reason]").fill(WHY)
    officer.get_by_role("button", name="提交", exact=True).click()
    officer.get_by_role("heading", name="确认不予同意“出生户口登记”？").wait_for()
    assert "申领社会保障卡" in officer.locator("main").inner_text(), "she sees what hangs on it"
    check_page(officer)
    shot(officer, "refuse-desktop")
    officer.get_by_role("button", name="确认不予同意").click()
    officer.wait_for_url(f"{stack.url}/console")

    mother = open_page()
    stack.sign_in(mother, sub, f"/case/{case}")
    mother.locator(".case-partly_done").wait_for(timeout=60_000)
    assert mother.locator(".case-head .tag-done").count() == 0
    refusal = mother.locator(".refusal", has_text="出生户口登记")
    refusal.locator("summary").click()
    told = refusal.inner_text()
    for words in (WHY, "申领社会保障卡", "12345", "行政复议", "前向上海市人民政府提出", "行政诉讼"):
        assert words in told
    graph = mother.locator(".graph").text_content() or ""
    assert "因为“出生户口登记”没有通过" in graph
    assert "不用办" not in graph.partition("申领社会保障卡")[2][:40]
    check_page(mother)
    shot(mother, "refused-phone")
    mother.set_viewport_size({"width": 1280, "height": 900})
    shot(mother, "refused-desktop")
    mother.goto(f"{stack.url}/me")
    assert mother.locator(".task-mark-bad").count() >= 1
    assert mother.locator(f"a[href='/case/{case}'] .tag-done").count() == 0
    messages = mother.locator(".timeline").inner_text()
    assert f"“出生户口登记”没有通过：{WHY}" in messages
    assert "都办完了" not in messages
    shot(mother, "me-desktop")
    mother.goto(f"{stack.url}/case/{case}")
    mother.get_by_role("button", name="重新申报").click()
    mother.wait_for_url("**/filing/**")
    told = mother.locator("main").inner_text()
    assert "上次没有办成的原因" in told
    assert WHY in told, "and what she gave then has come along"
    check_page(mother)
    shot(mother, "again-desktop")
    mother.goto(f"{mother.url}/check")
    assert WHY in mother.locator("main").inner_text()
    english = open_page(lang="en", width=1280)
    stack.sign_in(english, sub, "/me")
    english.goto(mother.url)
    assert "Why it was refused the last time" in english.locator("main").inner_text()
    line = english.locator(".brand").evaluate("each => each.offsetHeight")
    assert english.locator(".site-head").evaluate("each => each.offsetHeight") < 2 * line, "the head is one line"


def test_an_operator_sees_faults_and_nobody_else_does(stack: Stack, open_page: Any, check_page: Any) -> None:
    with stack.inside() as session:
        report(session, Report("exchange", "unmapped", "police.resident", "ethnicity does not fit codes:ethnicity: 18"))
    admin = open_page(width=1280)
    stack.sign_in(admin, "o_admin", "/console")
    admin.locator(".console-nav a", has_text="故障").click()
    row = admin.locator("tr", has_text="ethnicity does not fit codes:ethnicity: 18")
    assert "对方给的代码，配置包里没有" in row.inner_text()
    check_page(admin)
    shot(admin, "faults-desktop")
    admin.set_viewport_size({"width": 390, "height": 844})
    check_page(admin)
    shot(admin, "faults-phone")
    row.get_by_role("button", name="已处理").click()
    admin.wait_for_load_state()
    assert admin.locator("tr", has_text="codes:ethnicity: 18").count() == 0
    officer = open_page(width=1280)
    stack.sign_in(officer, "o_police_1", "/console")
    assert officer.locator(".console-nav a", has_text="故障").count() == 0
    assert officer.goto(f"{stack.url}/console/faults").status == 403
