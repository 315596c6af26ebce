"""The way of a mother with a phone: from a photograph to certificates, with everything that may happen on the way."""

import re
from typing import Any

import pytest
from web_stack import Stack

from onething.casework.officers import service as officers
from onething.core.access import Principal, Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def start_filing(stack: Stack, page: Any, persona: str) -> str:
    """Sign the persona's mother in and begin; returns the filing's path."""
    stack.sign_in(page, stack.city.persona(persona)["mother"]["sub"], "/do/newborn")
    page.locator("form[action='/do/newborn/start'] button").first.click()
    page.wait_for_url(re.compile(r"/filing/fil_\w+$"))
    return page.url.removeprefix(stack.url)


def send_photo(stack: Stack, page: Any, filing: str, persona: str) -> None:
    """Choose the photograph and wait until its fields are there."""
    page.goto(f"{stack.url}{filing}/documents")
    page.set_input_files("#files", [str(stack.photo(persona))])
    page.wait_for_selector(".photo-read", timeout=90_000)


def answer_everything(page: Any) -> None:
    """Go through the questions, taking what is proposed and the first choice otherwise."""
    for _ in range(12):
        if "/questions/" not in page.url:
            return
        if page.locator(".choices input").count() and not page.locator(".choices input:checked").count():
            page.locator(".choices input").first.check()
        page.locator("main form .actions button").click()
        page.wait_for_load_state()
    raise AssertionError(f"the questions do not end: {page.url}")


def agree_to_all(stack: Stack, page: Any, filing: str) -> None:
    page.goto(f"{stack.url}{filing}/agencies")
    page.locator("button[name=all]").click()
    page.wait_for_selector(
        "section.card [name=given]"
    )  # what needs separate consent is left, each with a tick of its own
    for box in page.locator("section.card [name=given]").all():
        box.check()
    page.get_by_role("button", name="只同意勾选的").click()
    page.wait_for_selector("#registries .task-row")


def submit(stack: Stack, page: Any, filing: str) -> None:
    page.goto(f"{stack.url}{filing}/check")
    page.locator("form[action$='/submit'] button").click()
    page.wait_for_url(re.compile(r"/done"))


def test_a_mother_files_once_and_downloads_her_certificates(stack: Stack, open_page: Any, check_page: Any) -> None:
    page = open_page()
    filing = start_filing(stack, page, "happy_mother")
    check_page(page)

    page.goto(f"{stack.url}{filing}/documents")
    check_page(page)
    page.set_input_files("#files", [str(stack.photo("happy_mother"))])
    page.wait_for_selector(".photo-read", timeout=90_000)
    assert "陈予安" in page.locator("#documents").inner_text()
    assert "需要的照片都有了" in page.locator("#wanted").inner_text()
    check_page(page)

    page.locator(".photo-card h3 a").click()
    page.locator("details[data-spot='spot-child_name'] summary").click()
    page.wait_for_selector("#spot-child_name.spot-on", state="attached")
    check_page(page)
    page.locator(".read-fields .actions button").click()
    page.wait_for_url(re.compile(r"/documents$"))

    page.goto(f"{stack.url}{filing}/agencies")
    check_page(page)
    agree_to_all(stack, page, filing)
    assert "查到了" in page.locator("#registries").inner_text()

    page.goto(f"{stack.url}{filing}/questions")
    check_page(page)
    answer_everything(page)
    assert page.url.endswith("/check")
    assert "从您的照片里读到" in page.locator("main").inner_text()
    check_page(page)

    submit(stack, page, filing)
    reference = page.locator(".reference").inner_text()
    assert reference.startswith("CS")
    check_page(page)

    page.locator("main .actions a").first.click()
    page.wait_for_selector(".case-done", timeout=30_000)
    page.wait_for_function(
        "() => document.querySelectorAll('.node').length >= 9 && !document.querySelector('.node:not(.node-done)')"
    )
    check_page(page)
    with page.expect_download() as coming:
        page.locator(".certificate a[download]").first.click()
    assert coming.value.path().read_bytes().startswith(b"%PDF")

    page.goto(f"{stack.url}/me")
    assert reference in page.locator("main").inner_text()
    assert "系统替您问" in page.locator("main").inner_text()
    check_page(page)


def ask_for_more(stack: Stack, case_id: str) -> None:
    """The police officer asks for the address and the mother's identity card."""
    officer = Principal(Role.OFFICER, "o_police_1", "王建平", None, "police")
    asks = [
        {"kind": "answer", "slot": "choices", "field": "home_address", "by": "officer"},
        {"kind": "upload", "slot": "mother_id", "document_type": "id_card_front", "by": "officer"},
    ]
    with stack.inside() as session:
        item = next(item for item in officers.inbox(session, officer).items if item.case_id == case_id)
        officers.decide(session, officer, item.id, "ask_supplement", "请补充现住址和妈妈的身份证照片", asks=asks)


def test_more_is_asked_answered_and_the_case_withdrawn(stack: Stack, open_page: Any, check_page: Any) -> None:
    """The page of the case moves by itself when an officer acts; what she sends is kept until all of it is there."""
    page = open_page()
    filing = start_filing(stack, page, "collective_household")
    send_photo(stack, page, filing, "collective_household")
    agree_to_all(stack, page, filing)
    page.goto(f"{stack.url}{filing}/questions")
    answer_everything(page)
    submit(stack, page, filing)
    page.locator("main .actions a").first.click()
    page.wait_for_selector(".node[data-state='waiting']", timeout=40_000)
    page.wait_for_timeout(1000)
    case = page.url

    ask_for_more(stack, case.rsplit("/", 1)[1])
    page.locator("a[href$='/supplement']").wait_for(timeout=20_000)
    check_page(page)
    page.locator("a[href$='/supplement']").click()
    check_page(page)
    page.locator("[name='choices.home_address']").fill("上海市浦东新区张江镇祖冲之路1500号")
    page.locator("main form button").click()
    page.wait_for_selector(".error-summary")
    assert "祖冲之路1500号" in page.locator("[name='choices.home_address']").input_value()
    check_page(page)
    mother = stack.city.persona("collective_household")["mother"]
    card = {"name": mother["name"], "sex": "female", "ethnicity": "汉", "birth_date": mother["born"],
            "address": "上海市浦东新区张江镇祖冲之路1500号", "id_number": mother["id_number"]}  # fmt: skip
    page.set_input_files("input[type=file]", [str(stack.photo_of(card, "id_card_front"))])
    page.locator("main form button").click()
    page.wait_for_url(case, timeout=90_000)
    assert "已收到您的补充" in page.locator("main").inner_text()

    page.goto(f"{case}/withdraw")
    assert "出生医学证明" in page.locator("main").inner_text()
    check_page(page)
    page.locator("main form .actions button").click()
    page.wait_for_selector(".case-withdrawn, .case-withdrawing", timeout=20_000)


def test_a_filing_is_taken_up_on_another_device(stack: Stack, open_page: Any) -> None:
    phone = open_page()
    filing = start_filing(stack, phone, "unmarried_mother")
    send_photo(stack, phone, filing, "unmarried_mother")

    laptop = open_page(lang="en", width=1280)
    stack.sign_in(laptop, stack.city.persona("unmarried_mother")["mother"]["sub"], "/me")
    laptop.locator(f"a[href='{filing}']").click()
    laptop.goto(f"{stack.url}{filing}/documents")
    assert "周知夏" in laptop.locator("#documents").inner_text()


def test_two_tabs_lose_nothing_and_submit_once(stack: Stack, open_page: Any) -> None:
    first = open_page()
    filing = start_filing(stack, first, "twins")
    send_photo(stack, first, filing, "twins")
    agree_to_all(stack, first, filing)
    first.goto(f"{stack.url}{filing}/questions")
    answer_everything(first)

    second = first.context.new_page()
    first.goto(f"{stack.url}{filing}/questions/choices.home_address")
    second.goto(f"{stack.url}{filing}/questions/deduction_choice.share")
    first.locator("textarea, input.input").first.fill("上海市长宁区仙霞路700弄3号1102室")
    first.locator("main form .actions button").click()
    first.wait_for_load_state()
    second.locator(".choices input").first.check()
    second.locator("main form .actions button").click()
    second.wait_for_load_state()
    for tab in (first, second):
        tab.goto(f"{stack.url}{filing}/check")
    assert "仙霞路700弄3号1102室" in second.locator("main").inner_text()

    first.locator("form[action$='/submit'] button").click()
    second.locator("form[action$='/submit'] button").click()
    for tab in (first, second):
        tab.wait_for_url(re.compile(r"/done"))
    assert first.locator(".reference").inner_text() == second.locator(".reference").inner_text()
