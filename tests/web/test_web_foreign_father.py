"""A mother photographs a birth certificate with a foreign father: his number is read, and she says which paper it is of."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from web_stack import Stack

pytestmark = [
    pytest.mark.browser, pytest.mark.slow,
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="no Chromium here; `scripts/system-packages browser` installs it"),
]  # fmt: skip
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of the pages, for who wants to look at them."""


def test_the_fathers_number_is_read_and_its_paper_chosen_beside_it(
    stack: Stack, open_page: Any, check_page: Any
) -> None:
    page = open_page()
    stack.sign_in(page, stack.city.persona("foreign_father")["mother"]["sub"], "/do/newborn")
    page.locator("form[action='/do/newborn/start'] button").first.click()
    page.wait_for_url(re.compile(r"/filing/fil_\w+$"))
    filing = page.url
    page.goto(f"{filing}/documents")
    page.set_input_files("#files", [str(stack.photo("foreign_father"))])
    page.wait_for_selector(".photo-read", timeout=90_000)
    page.locator(".photo-card h3 a").click()
    number = page.locator("[name='father_id_number']")
    number.wait_for(state="attached")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/paper-zh.png", full_page=True)
    assert number.input_value() == "C08294417"
    check_page(page)
    page.select_option("[name='father_id_number~paper']", "passport")
    page.fill("[name='father_id_number~country']", "美国")
    page.locator(".read-fields .actions button").click()
    page.wait_for_url(re.compile(r"/documents$"))
    page.locator(".photo-card h3 a").click()
    assert page.input_value("[name='father_id_number~paper']") == "passport"
    assert page.input_value("[name='father_id_number~country']") == "USA 美国 United States"
    assert "护照（美国）C08294417" in page.locator(".read-fields").inner_text()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/paper-right-zh.png", full_page=True)
