"""From a regulation's text to money that nobody asked for, and a city that looks before it decides: real processes, real browser."""

import re
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from web_stack import ROOT, Stack

from onething.core.clock import now
from onething.payments import service as payments
from onething.policy.fulfilment.tables import AwardRow
from onething.subjects.profiles.service import load_spec

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]
PATIENCE = 180.0
"""Seconds until a worker on a busy machine must have got there."""
NAME = "试行高新技术企业稳岗补贴"
LAW = """# 杭州市高新技术企业稳岗试行办法

2026年1月5日杭州市人民政府常务会议通过

第一条 为了支持高新技术企业稳定岗位，制定本办法。

第二条 高新技术企业上年度裁员率不高于5.5%的，由市人力资源和社会保障局给予补贴六千元。

第三条 本办法自2026年3月1日起施行。
"""


@pytest.fixture(scope="module")
def companies(stack: Stack) -> Stack:
    """The stack with sixty companies, as twelve agencies deliver them."""
    command = [sys.executable, "-m", "onething.sandbox.companies.seed", "60"]
    subprocess.run(command, env=stack.environment, cwd=ROOT, check=True, timeout=300)
    return stack


def until(page: Any, path: str, selector: str, **options: Any) -> Any:
    """Load a page again and again until something stands on it."""
    end = time.monotonic() + PATIENCE
    while True:
        page.goto(path)
        found = page.locator(selector, **options)
        if found.count():
            return found.first
        assert time.monotonic() < end, f"{path} never showed {selector} {options}: {page.locator('main').inner_text()[:1500]}"  # fmt: skip
        page.wait_for_timeout(500)


def time_to_object_passes(stack: Stack) -> None:
    """Three days cannot be waited for: the day of payment of what the regulation gives is moved to now."""
    database = stack.database()
    with database.transaction() as session:
        rows = session.scalars(select(AwardRow).where(AwardRow.clause_id.startswith("杭州市高新技术企业稳岗试行办法")))
        for row in rows:
            if row.pay_after is not None:
                row.pay_after = now() - timedelta(seconds=1)
    database.dispose()


def make_it_law(stack: Stack, open_page: Any, check_page: Any) -> None:
    """An official turns the regulation into a clause, a second one puts it in force."""
    writer = open_page(width=1280)
    stack.sign_in(writer, "o_hz_hrss_1", "/console/policy")
    writer.set_input_files("#file", {"name": "办法.md", "mimeType": "text/markdown", "buffer": LAW.encode()})
    writer.locator("main form button[type=submit]").click()
    writer.wait_for_url(re.compile(r"/console/policy/reg_"))
    writer.locator("form[action*='/drafts/'] button").first.click()
    writer.wait_for_url(re.compile(r"/clauses/"))
    clause = writer.url
    assert "company.layoff_rate <= 5.5" in writer.locator("#rules").input_value(), "the draft reads the city's dimensions"  # fmt: skip
    for field, value in {"name_zh": NAME, "name_en": "Trial job subsidy", "benefit_zh": NAME, "benefit_en": "Trial job subsidy", "amount": "6000", "budget_key": "trial-jobs", "budget": "900000"}.items():  # fmt: skip
        writer.locator(f"#{field}").fill(value)
    writer.locator("#agency").select_option("hrss")
    writer.locator("#kind").select_option("subsidy")
    writer.locator("button[value=submit]").click()
    writer.locator("h1", has_text="待审核").wait_for()
    assert writer.locator("button[value=approve]").count() == 0, "whoever wrote it does not approve it"

    second = open_page(width=1280)
    stack.sign_in(second, "o_hz_admin", "/console")
    second.goto(clause)
    second.locator("button[value=approve]").click()
    second.locator("h1", has_text="已生效").wait_for()
    check_page(second)


def test_a_regulation_becomes_money_that_nobody_asked_for(companies: Stack, open_page: Any, check_page: Any) -> None:
    stack = companies
    make_it_law(stack, open_page, check_page)

    software = open_page()
    stack.sign_in(software, "a_software", "/company")
    card = until(software, f"{stack.url}/company", "a.benefit", has_text=NAME)
    assert "6,000" in card.inner_text()
    assert software.locator(".timeline li", has_text=NAME).count() >= 1, "it was told: you will receive"
    check_page(software)
    card.click()
    software.wait_for_url(re.compile(r"/company/benefits/"))
    conditions = software.locator(".conditions").inner_text()
    assert "上年裁员率不超过 5.5%" in conditions
    assert "1.2" in conditions, "the value it was decided on"
    assert "给予补贴六千元" in software.locator(".law-text").inner_text()
    software.locator("details", has=software.locator("#number")).locator("summary").click()
    software.locator("#number").fill("6222 9999 8888 7777")
    software.locator("#bank").fill("杭州联合银行")
    software.locator("form[action$='/account'] button[type=submit]").click()
    software.locator("#account-choice option[selected]", has_text="7777").wait_for(state="attached")
    check_page(software)

    factory = open_page()
    stack.sign_in(factory, "a_factory", "/company")
    until(factory, f"{stack.url}/company", "a.benefit", has_text=NAME).click()
    factory.locator("details.object summary").click()
    factory.locator("#words").fill("我们另有安排，不需要这笔补贴")
    factory.locator("form[action$='/object'] button").click()
    factory.locator("form[action$='/again'] button").wait_for()

    time_to_object_passes(stack)
    row = until(software, f"{stack.url}/company/received", "tbody tr", has_text=NAME)
    assert "6,000" in row.inner_text()
    assert "7777" in row.inner_text(), "into the account that the company chose"
    check_page(software)
    factory.goto(f"{stack.url}/company/received")
    assert factory.locator("tbody tr", has_text=NAME).count() == 0, "who objected is not paid"

    database = stack.database()
    with database.reading() as session:
        assert payments.audit(session).problems == ()
    database.dispose()
    city = open_page(width=1280)
    stack.sign_in(city, "o_hz_hrss_1", "/console/benefits")
    purse = city.locator("tr", has=city.locator("th", has_text=NAME)).first
    assert "6,000" in purse.inner_text(), "the purse shows what was spent"


def try_and_keep(page: Any, name: str, **dials: str) -> None:
    """Turn dials, see the effect, keep it under a name."""
    for dial, value in dials.items():
        page.locator(f"input[name='{dial.replace('_', '.')}']").first.fill(value)
    page.locator("form.dials button").click()
    page.locator(".keep-scenario #name").fill(name)
    page.locator(".keep-scenario button").click()
    page.locator("#kept ~ form th", has_text=name).wait_for()


def charts_are_drawn(page: Any, number: int) -> None:
    """Every chart of the page holds a drawing, not only its place."""
    for place in page.locator(".chart").all():
        place.locator("svg").wait_for()
    assert page.locator(".chart").count() == number


def test_the_city_sees_companies_and_money_before_it_decides(companies: Stack, open_page: Any, check_page: Any) -> None:
    stack = companies
    city = open_page(width=1280)
    stack.sign_in(city, "o_hz_hrss_1", "/console/benefits")
    until(city, f"{stack.url}/console/benefits", ".tile:not(.tile-0)")
    spec = load_spec(ROOT / "cities" / "hangzhou")
    places = [place for dimension in spec.dimensions for place in dimension.values if place.tile]
    assert city.locator(".tile").count() == len(places), "one tile for each district and county"
    assert city.locator(".tile", has_text="西湖区").count() == 1
    charts_are_drawn(city, 2)
    check_page(city)

    city.goto(f"{stack.url}/console/benefits/clauses/graduates")
    before = city.locator(".figures-row dd").all_inner_texts()
    try_and_keep(city, "每人三千", amount_0="3000")
    city.locator("#kept ~ form a", has_text="每人三千").first.click()
    city.locator("#effect").wait_for()
    after = city.locator(".figures-row dd").all_inner_texts()
    assert after[0] == before[0], "as many companies, whatever each is given"
    assert after[1] != before[1], "another sum"
    charts_are_drawn(city, 6)
    check_page(city)
    try_and_keep(city, "每人五百", amount_0="500")
    city.locator("form[action$='/compare'] button").click()
    city.wait_for_url(re.compile(r"/compare\?"))
    assert city.locator("tbody").first.locator("tr").count() == 3, "today and two scenarios"
    charts_are_drawn(city, 4)
    check_page(city)

    phone = open_page()
    stack.sign_in(phone, "o_hz_hrss_1", "/console/benefits")
    phone.goto(city.url)
    charts_are_drawn(phone, 4)
    check_page(phone)
