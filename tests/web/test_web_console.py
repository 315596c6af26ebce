"""The whole road with people at both ends: a mother files with a photo, an officer asks for more and approves, she downloads."""

import re
from typing import Any

import paper_pages
import pytest
from test_web_journey import agree_to_all, answer_everything, start_filing, submit
from web_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_item(stack: Stack, page: Any, reference: str) -> None:
    row = page.locator("tr", has_text=reference).locator("[data-row]")
    for _ in range(40):  # a worker puts it there, and a list of work does not move under an officer's hand
        page.goto(f"{stack.url}/console")
        if row.count():
            break
        page.wait_for_timeout(500)
    row.click()
    page.wait_for_url(re.compile(r"/console/items/"))


def test_parent_and_officer_bring_a_doubtful_case_to_its_end(stack: Stack, open_page: Any, check_page: Any) -> None:
    mother = open_page()
    filing = start_filing(stack, mother, "name_changed")
    photo, hospital = paper_pages.altered_photo(stack, "name_changed")
    mother.goto(f"{stack.url}{filing}/documents")
    mother.set_input_files("#files", str(photo))
    mother.wait_for_selector(".photo-read", timeout=90_000)
    paper_pages.mend_a_field(stack, "mother_id_number")
    paper_pages.applicant_sees_boxes_and_reasons(mother, check_page)
    agree_to_all(stack, mother, filing)
    mother.goto(f"{stack.url}{filing}/questions")
    answer_everything(mother)
    submit(stack, mother, filing)
    reference = mother.locator(".reference").inner_text()
    mother.locator("main .actions a").first.click()
    mother.wait_for_selector(".node[data-state='waiting']", timeout=40_000)
    case = mother.url

    officer = open_page(width=1280)
    stack.sign_in(officer, "o_police_1", "/console")
    check_page(officer)
    open_item(stack, officer, reference)
    check_page(officer)
    doubts = officer.locator(".findings").inner_text()
    assert "妻子的姓名与出生证明上母亲的姓名不一致" in doubts
    assert officer.locator(".evidence-doubted .doubted").count() >= 2, "the facts it rests on are marked"
    photo = officer.locator(".photos img").first
    photo.scroll_into_view_if_needed()
    photo.evaluate("image => image.decode()")  # rejects when it is no picture
    item = officer.url
    paper = paper_pages.officer_sees_paper_and_print(officer, hospital, check_page)
    english = open_page(lang="en")
    stack.sign_in(english, "o_police_1", "/console")
    paper_pages.paper_in_english(english, paper, check_page)
    paper_pages.nobody_else_sees_it(stack, open_page(), mother, paper)
    mother.goto(case)
    looked = mother.locator("main").text_content() or ""
    assert "调取出生医学证明原样" in looked, "she sees that the print was fetched, by whom and on what ground"
    officer.goto(item)

    officer.locator("[name=decision][value=refuse]").check()
    officer.get_by_role("button", name="提交", exact=True).click()
    officer.wait_for_selector(".error-summary")
    check_page(officer)

    officer.keyboard.press("Escape")
    officer.locator("h1").click()
    officer.keyboard.press("s")
    officer.locator("[name=asks][value^='mother_id:']").check()
    officer.locator("textarea[name=reason]").fill("请补充身份证照片，核对改名前后的姓名")
    officer.get_by_role("button", name="提交", exact=True).click()
    officer.wait_for_url(f"{stack.url}/console")
    assert "已请申请人补充" in officer.locator("main").inner_text()

    mother.locator("a[href$='/supplement']").wait_for(timeout=20_000)
    assert "核对改名前后的姓名" in mother.locator("main").inner_text(), "she reads the officer's own words"
    mother.locator("a[href$='/supplement']").click()
    person = stack.city.persona("name_changed")["mother"]
    card = {"name": person["name"], "sex": "female", "ethnicity": "汉", "birth_date": person["born"],
            "address": "上海市浦东新区花木街道锦绣路300弄2号101室", "id_number": person["id_number"]}  # fmt: skip
    mother.set_input_files("input[type=file]", [str(stack.photo_of(card, "id_card_front"))])
    mother.locator("main form button").click()
    mother.wait_for_url(case, timeout=90_000)

    officer.reload()
    open_item(stack, officer, reference)
    officer.locator("[name=decision][value=approve]").check()
    officer.get_by_role("button", name="提交", exact=True).click()
    officer.wait_for_url(f"{stack.url}/console")

    mother.wait_for_selector(".case-done", timeout=40_000)
    titles = mother.locator(".certificate h3").all_inner_texts()
    assert any("出生医学证明" in title for title in titles)
    for link in mother.locator(".certificate a[download]").all():
        with mother.expect_download() as coming:
            link.click()
        assert coming.value.path().read_bytes().startswith(b"%PDF")
    mother.goto(f"{stack.url}/me")
    assert "上海市公安局工作人员" in mother.locator("main").inner_text(), "she sees who looked"


def test_each_official_sees_what_is_hers(stack: Stack, open_page: Any, check_page: Any) -> None:
    auditor = open_page(width=1280)
    stack.sign_in(auditor, "o_auditor", "/console")
    for path in ("/console", "/console?view=done", "/console/cases", "/console/agencies"):
        auditor.goto(f"{stack.url}{path}")
        check_page(auditor)
    auditor.goto(f"{stack.url}/console/cases")
    if auditor.locator("table tbody a").count():
        auditor.locator("table tbody a").first.click()
        assert "case.submitted" in auditor.locator("main").inner_text(), "the auditor reads the whole log"
        check_page(auditor)

    for lang in ("zh", "en"):
        phone = open_page(lang=lang, size="large")
        stack.sign_in(phone, "o_medins_1", "/console")
        check_page(phone)
        assert phone.locator(".empty, table").count()

    mother = open_page()
    stack.sign_in(mother, stack.city.persona("happy_mother")["mother"]["sub"], "/me")
    assert mother.goto(f"{stack.url}/console").status == 403
    check_page(mother)


def test_anybody_checks_a_certificate(stack: Stack, open_page: Any, check_page: Any) -> None:
    page = open_page()
    page.goto(f"{stack.url}/verify")
    check_page(page)
    page.locator("[name=code]").fill("0000-0000-0000")
    page.get_by_role("button", name="查验", exact=True).click()
    page.wait_for_selector(".notice-error")
    assert "没有这个查验码" in page.locator("main").inner_text()
    check_page(page)
