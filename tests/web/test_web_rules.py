"""Officials change a rule in the browser: wrong cell, message beside it, tried, submitted, approved by somebody else, live, rolled back."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from web_stack import Stack

from onething.catalog.rulebook import rulebook
from onething.catalog.service import load_city
from onething.rules.editing import grid

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CLAIM = "newborn.decisions.maternity_claim"
HOME = f"/console/rules/{CLAIM}"


def cell(page: Any, name: str) -> Any:
    return page.locator(f"[name='{name}']")


def note(page: Any, name: str) -> Any:
    return page.locator(f"td:has([name='{name}']) .cell-note")


def in_force(stack: Stack) -> tuple[str, str]:
    """(version, condition of the second rule) as the worker decides today."""
    from web_stack import ROOT

    city = load_city(ROOT / "cities" / "shanghai")
    database = stack.database()
    rulebook.follow_versions(database)
    try:
        path = city.folder / "newborn" / "rules" / "decisions.yaml"
        found = rulebook.in_force(city, path, "maternity_claim", (datetime.now(UTC) + timedelta(hours=8)).date())
        return found.version.rpartition("@")[2], found.ruleset.rules[1].rule.require or ""
    finally:
        rulebook.follow_versions(None)
        database.dispose()


@pytest.fixture(scope="module")
def second_officer(stack: Stack) -> str:
    """Who approves: the administrator, for the agency has one officer only."""
    return "o_admin"


def test_a_rule_is_changed_tried_approved_by_another_and_rolled_back(
    stack: Stack, open_page: Any, check_page: Any, second_officer: str
) -> None:
    page = open_page(width=1280)
    stack.sign_in(page, "o_medins_1", HOME)
    check_page(page)
    page.locator(f"form[action='{HOME}/draft'] button").click()
    page.wait_for_selector(".rules-grid[data-ready]")
    draft = page.url.removeprefix(stack.url)

    require = cell(page, "rules.1.require")
    require.fill('mother_insurance.status = = "active"')
    note(page, "rules.1.require").first.wait_for()
    assert require.get_attribute("aria-invalid") == "true"
    assert "个字处" in note(page, "rules.1.require").first.inner_text()
    require.fill('mother_insurance.statsu = "active"')
    note(page, "rules.1.require").filter(has_text="mother_insurance.status").wait_for()
    check_page(page)
    require.fill('mother_insurance.status in ("active", "paused")')
    page.locator("[data-cell][aria-invalid]").wait_for(state="detached")

    cell(page, "rules.0.id").press("Enter")
    assert page.evaluate("document.activeElement.name") == "rules.1.id"
    page.keyboard.press("Alt+ArrowRight")
    assert page.evaluate("document.activeElement.name") == "rules.1.when"
    page.locator("[data-add=rules]").click()
    assert page.evaluate("document.activeElement.name") == "rules.3.id"
    page.locator("button[value='remove:rules:3']").click()
    assert cell(page, "rules.3.id").count() == 0

    page.locator("button[value=try]").last.click()
    page.wait_for_url(re.compile(r"/try$"))
    page.locator("#fact-mother_insurance-scheme").select_option("employee")
    page.locator("#fact-maternity_stay-settlement_number").fill("JS2026001")
    page.locator("form[action$='/try'] button").click()
    assert "还不能判断" in page.locator("#decision h2").inner_text()
    page.locator("#fact-mother_insurance-status").select_option("paused")
    page.locator("form[action$='/try'] button").click()
    page.locator("#decision.trial-yes").wait_for()
    page.locator("#decision .trial-reasons summary").nth(1).click()
    assert "paused" in page.locator("#decision .trace").nth(1).inner_text()
    check_page(page)
    people = "id,mother_insurance.scheme,mother_insurance.status,maternity_stay.settlement_number\n"
    people += "a,employee,active,1\nb,employee,paused,2\nc,resident,active,3\nd,employee,paused,4\n"
    page.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": people.encode()})
    page.locator("form[action$='/population'] button").click()
    page.locator("#compared").wait_for()
    assert page.locator("#compared .figures dd").first.inner_text() == "2"
    page.locator("#compared summary").first.click()
    assert "b, d" in page.locator("#compared details p").first.inner_text()
    check_page(page)

    page.goto(f"{stack.url}{draft}")
    page.locator("button[value=submit]").click()
    page.wait_for_url(f"{stack.url}{HOME}")
    page.goto(f"{stack.url}{draft}")
    assert "请让另一位同事审核" in page.locator(".decide").inner_text()
    assert page.locator(".decide button").count() == 0
    assert in_force(stack)[0] == "0"

    boss = open_page(width=1280)
    stack.sign_in(boss, second_officer, draft)
    assert "paused" in boss.locator(".rule-changes").inner_text()
    check_page(boss)
    boss.locator("button[value=approve]").click()
    boss.wait_for_url(f"{stack.url}{HOME}")
    assert in_force(stack) == ("1", 'mother_insurance.status in ("active", "paused")')

    page.goto(f"{stack.url}{HOME}")
    assert "第 1 版" in page.locator(".item-facts").inner_text()
    page.locator(".roll-back summary").click()
    page.locator(".roll-back textarea").fill("停保人员不应计入")
    check_page(page)
    page.locator(".roll-back button").click()
    page.wait_for_url(re.compile(r"/v/rule_"))
    again = page.url.removeprefix(stack.url)
    boss.goto(f"{stack.url}{again}")
    boss.locator("button[value=approve]").click()
    boss.wait_for_url(f"{stack.url}{HOME}")
    assert in_force(stack) == ("2", 'mother_insurance.status = "active"')
    check_page(boss)


def test_rules_are_found_by_law_and_read_on_a_phone(stack: Stack, open_page: Any, check_page: Any) -> None:
    page = open_page("en", width=390)
    stack.sign_in(page, "o_auditor", "/console/rules")
    check_page(page)
    page.locator("main #q").fill("第五十四条")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    assert page.locator(".law").count() == 1
    page.locator(".law .depth summary").first.click()
    assert "Employees" in page.locator(".law .rule-parts").first.inner_text()
    check_page(page)
    page.locator(".rule-home a").first.click()
    page.wait_for_url(f"{stack.url}{HOME}")
    assert page.locator("form[action$='/draft']").count() == 0, "auditors read"
    check_page(page)


def test_the_editor_works_without_script(stack: Stack, open_page: Any) -> None:
    page = open_page(java_script_enabled=False)
    stack.sign_in(page, "o_tax_1", "/console/rules/newborn.decisions.infant_deduction")
    page.locator("form[action$='/draft'] button").click()
    cell(page, "rules.0.require").fill("today( <")
    page.locator("button[value='add:rules']").click()
    note(page, "rules.0.require").wait_for()
    cell(page, "rules.2.id").wait_for()
    page.locator("button[value='remove:rules:0']").click()
    assert cell(page, "rules.0.id").input_value() == "declared_by_a_parent"
    page.locator("button[value=save]").last.click()
    cell(page, "rules.1.id").wait_for(state="detached")
    assert cell(page, "rules.0.id").input_value() == "declared_by_a_parent"


def test_a_grid_gives_back_every_package_rule_unchanged() -> None:
    from web_stack import ROOT

    city = load_city(ROOT / "cities" / "shanghai")
    for entry in rulebook.rule_entries(city):
        text = rulebook.package_text(city, entry)
        assert grid.text_of(text, grid.grids_of(text, rulebook.compiled(text, entry.name))) == text
