"""An official turns a regulation into a live clause: text beside drafts, limits tried, a colleague approves; and an amendment."""

import re
from typing import Any

import pytest
from web_stack import Stack

from onething.policy.knowledge import store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LAW = """# 云州市促进就业条例

{day}云州市人民代表大会常务委员会通过

第一条 为了促进就业，制定本条例。

第二条 企业招用高校毕业生满{months}个月的，由市人力资源和社会保障局给予补贴五千元。

第三条 本条例自{begin}起施行。
"""
OLD = LAW.format(day="2026年1月5日", months="十二", begin="2026年3月1日")
NEW = LAW.format(day="2026年9月1日", months="六", begin="2026年10月1日")
RULES = """rules_version: 1
facts:
  company.graduate_months: {type: number, name: {zh: 招用毕业生月数, en: Months}}
rulesets:
- id: graduates
  kind: decision
  rules:
  - id: long_enough
    require: company.graduate_months >= 12
    text: {zh: 招用满十二个月, en: Employed for twelve months}
    ground: {title: 云州市促进就业条例, article: 第二条}
"""


def upload(stack: Stack, page: Any, text: str, name: str) -> None:
    page.goto(f"{stack.url}/console/policy")
    page.set_input_files("#file", {"name": name, "mimeType": "text/markdown", "buffer": text.encode()})
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/console/policy/reg_"))


def test_a_regulation_becomes_a_live_clause_with_four_eyes(stack: Stack, open_page: Any, check_page: Any) -> None:
    page = open_page(width=1280)
    stack.sign_in(page, "o_hz_medins_1", "/console/policy")
    check_page(page)
    upload(stack, page, OLD, "条例.md")
    check_page(page)
    text = page.locator("[data-side=text]").all_inner_texts()
    assert any("招用高校毕业生满十二个月" in each for each in text)

    button = page.locator(".parts button").first
    button.click()
    key = button.get_attribute("data-links")
    page.locator(f"[data-side=text] .lit[data-links~='{key}']").first.wait_for()

    page.locator("form[action*='/drafts/'] button").first.click()
    page.wait_for_url(re.compile(r"/clauses/"))
    clause = page.url
    page.locator("#name_zh").fill("招用毕业生补贴")
    page.locator("#name_en").fill("Subsidy for employing graduates")
    page.locator("#kind").select_option("subsidy")
    page.locator("#amount").fill("5000")
    page.locator("#budget_key").fill("graduates")
    page.locator("#budget").fill("100000")
    page.locator("#rules").fill("rules_version: 1\nrulesets: [")
    page.locator("button[value=submit]").click()
    page.locator("#rules").wait_for()
    assert page.locator("#amount").input_value() == "5000", "what was typed is never lost"
    page.locator("#rules").fill(RULES)
    page.locator("button[value=save]").click()
    page.locator("#examples + table").wait_for()
    check_page(page)
    page.locator("button[value=submit]").click()
    page.locator("h1", has_text="待审核").wait_for()
    assert page.locator("button[value=approve]").count() == 0, "whoever wrote it does not approve it"

    boss = open_page(width=1280)
    stack.sign_in(boss, "o_hz_admin", "/console/policy")
    boss.goto(clause)
    check_page(boss)
    boss.locator("button[value=approve]").click()
    boss.locator("h1", has_text="已生效").wait_for()
    database = stack.database()
    with database.reading() as session:
        live = [each for each in store.live_clauses(session) if each.name.zh == "招用毕业生补贴"]
    database.dispose()
    assert len(live) == 1
    assert live[0].benefit is not None
    assert live[0].benefit.amount == "5000"

    upload(stack, page, NEW, "条例.md")
    page.locator("main a[href*='/changes/']").first.click()
    page.locator(".woven del").first.wait_for()
    assert "十二" in page.locator(".woven del").all_inner_texts()
    assert "六" in page.locator(".woven ins").all_inner_texts()
    check_page(page)


def test_the_pages_work_on_a_phone_and_in_english(stack: Stack, open_page: Any, check_page: Any) -> None:
    page = open_page(lang="en")
    stack.sign_in(page, "o_hz_medins_1", "/console/policy")
    upload(stack, page, OLD.replace("云州市促进就业条例", "云州市灵活就业条例"), "条例.md")
    check_page(page)
    page.goto(f"{stack.url}/console/policy")
    page.set_input_files("#file", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"no pdf"})
    page.locator("main form button[type=submit]").click()
    page.locator(".notice-warning, [class*=notice]").first.wait_for()
    check_page(page)
