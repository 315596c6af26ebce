"""An officer opens a paper of a case: boxes, values, corrections, what registers say, the issuer's print laid over it."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import text
from test_web_console import open_item
from test_web_journey import agree_to_all, answer_everything, start_filing, submit
from web_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("web_stack")]


def mend_a_field(stack: Stack, field: str) -> None:
    """As if the reader had read one character otherwise at first: what pages make of it does not depend on a font."""
    database = stack.database()
    with database.transaction() as session:
        query = "SELECT id, fields FROM filing_document WHERE type = 'birth_certificate' ORDER BY added_at DESC LIMIT 1"
        document, fields = session.execute(text(query)).one()
        read = json.loads(fields)
        seen = read[field]["value"].replace("0", "O", 1)
        read[field]["corrections"] = [{"before": seen, "after": read[field]["value"], "reason": "checksum"}]
        session.execute(
            text("UPDATE filing_document SET fields = :fields WHERE id = :id"), {"fields": json.dumps(read), "id": document}
        )
    database.dispose()


def test_an_officer_sees_what_a_paper_says_and_what_its_issuer_printed(
    stack: Stack, open_page: Any, check_page: Any
) -> None:
    birth = stack.city.persona("name_changed")["births"][0]
    altered = birth | {"hospital": "上海市浦东新区人民医院" if "浦东" not in birth["hospital"] else "上海市宝山区中心医院"}
    photo = stack.photo_of(altered, "birth_certificate", "mild")
    mother = open_page()
    filing = start_filing(stack, mother, "name_changed")
    mother.goto(f"{stack.url}{filing}/documents")
    mother.set_input_files("#files", str(photo))
    mother.wait_for_selector(".photo-read", timeout=90_000)
    mend_a_field(stack, "mother_id_number")
    mother.locator(".photo-card h3 a").first.click()
    mother.wait_for_url(re.compile(r"/documents/doc_"))
    assert mother.locator(".spots rect").count() >= 12, "a box on every field"
    assert "因为这样校验位才对" in (mother.locator("details", has_text="母亲公民身份号码").text_content() or "")
    check_page(mother)
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
    open_item(stack, officer, reference)
    officer.locator(".photos a").first.click()
    officer.wait_for_url(re.compile(r"/papers/1$"))
    officer.locator(".photo img").evaluate("image => image.decode()")
    assert officer.locator(".spots rect").count() >= 12
    mended = officer.locator("details", has_text="母亲公民身份号码")
    assert "因为这样校验位才对" in mended.inner_text(), "open, because it was mended"
    hospital = officer.locator("details", has_text="接生机构").first
    assert birth["hospital"] in hospital.inner_text(), "what the register says stands beside it"
    assert hospital.locator(".record-differs").count()
    check_page(officer)

    officer.get_by_role("link", name="开始比对").click()
    officer.wait_for_url(re.compile(r"/papers/1/closer"), timeout=60_000)
    closer = officer.locator(".closer")
    assert "与登记的印得不一样" in closer.inner_text()
    assert closer.locator(".looks .record-differs").all_inner_texts()[0].startswith("接生机构")
    closer.locator(".difference img").first.evaluate("image => image.decode()")
    assert "线索" in closer.inner_text(), "tampering is hinted at, never stated"
    check_page(officer)
    paper = officer.url

    english = open_page(lang="en")
    stack.sign_in(english, "o_police_1", "/console")
    english.goto(paper.partition("#")[0])
    assert "A closer look" in english.locator("main").inner_text()
    assert "Only so does the check digit fit" in english.locator("main").inner_text()
    check_page(english)

    mother.goto(case)
    looked = mother.locator("main").text_content() or ""
    assert "调取出生医学证明原样" in looked, "she sees that the print was fetched, by whom and on what ground"
    assert looked.count("待办事项“出生户口登记”") <= 12, "a page and its pictures are one look"
    stranger = open_page()
    stack.sign_in(stranger, "o_medins_1", "/console")
    for address in (paper, re.sub(r"/closer.*", "", paper), re.sub(r"/closer.*", "/image", paper)):
        assert stranger.goto(address).status == 404, "an officer of an agency that has no part in it sees nothing"
    assert mother.goto(re.sub(r"/closer.*", "", paper)).status == 403
