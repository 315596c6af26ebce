"""An investor with a passport fills the founders' page on her phone: which paper, its number, who issued it; everything is kept."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from startup_stack import StartupStack, running_startup

pytestmark = [
    pytest.mark.browser, pytest.mark.slow,
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="no Chromium here; `scripts/system-packages browser` installs it"),
]  # fmt: skip
PICTURES = os.environ.get("PICTURES")
"""A folder for pictures of the pages, for who wants to look at them."""


@pytest.fixture(scope="module")
def startup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartupStack]:
    with running_startup(tmp_path_factory.mktemp("startup"), robots=False) as running:
        yield running


@pytest.fixture
def device(startup: StartupStack, browser: Any) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []
    complaints: list[str] = []

    def make(width: int = 390, lang: str = "zh") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN", reduced_motion="reduce")
        contexts.append(context)
        context.add_cookies([{"name": "lang", "value": lang, "url": startup.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "lang"), [(390, "zh"), (1200, "en")], ids=["phone", "desk"])
def test_a_number_is_given_with_its_paper_and_comes_back_as_it_was_typed(
    startup: StartupStack, device: Callable[..., Any], width: int, lang: str
) -> None:
    town = startup.city.town
    investor, partner = town.persona("passport" if lang == "zh" else "resident_foreigner"), town.persona("hong_kong")
    paper, number = ("passport", "C03005988") if lang == "zh" else ("permanent_residence", "944276197911080018")
    page = device(width, lang)
    startup.sign_in(page, investor.sub, "/do/startup")
    page.locator("form[action='/do/startup/start'] button").first.click()
    page.wait_for_url("**/filing/*")
    filing = re.search(r"/filing/(\w+)", page.url)
    assert filing is not None
    address = f"{startup.url}/filing/{filing[1]}/form/founders"
    page.goto(address)
    row = "founders.people.0"
    assert page.input_value(f"[name='{row}.id_number']") == number
    assert page.input_value(f"[name='{row}.id_number~paper']") == paper
    assert page.input_value(f"[name='{row}.id_number~country']") == ("USA 美国 United States" if lang == "zh" else "")
    page.fill(f"[name='{row}.birth_date']", "1986-04-12")
    page.fill(f"[name='{row}.amount']", "500000")
    page.fill(f"[name='{row}.pay_by']", "2029-10-26")
    page.click("button[name=add][value='founders.people']")
    page.wait_for_selector("[name='founders.people.1.name']")
    other = "founders.people.1"
    page.select_option(f"[name='{other}.id_number~paper']", "hk_macao_permit")
    assert not page.is_visible(f"[name='{other}.id_number~country']"), "only of passports it matters who issued them"
    for column, value in {
        "name": partner.name,
        "id_number": "H0829",
        "phone": "+852 9123 4567",
        "amount": "500000",
    }.items():
        page.fill(f"[name='{other}.{column}']", value)
    page.fill(f"[name='{other}.pay_by']", "2029-10-26")
    page.locator(".actions button").click()
    page.wait_for_load_state()
    assert page.input_value(f"[name='{other}.id_number']") == "H0829", "a wrong number is kept as it was typed"
    said = page.locator(".rows-field .field-error").inner_text()
    assert ("港澳居民来往内地通行证" if lang == "zh" else "Mainland travel permit for Hong Kong") in said
    picture(page, f"founders-wrong-{lang}")
    page.fill(f"[name='{other}.id_number']", "H08291374")
    page.fill(f"[name='{other}.birth_date']", "1990-09-03")
    page.locator(".actions button").click()
    page.wait_for_load_state()
    page.goto(address)
    assert page.input_value(f"[name='{other}.id_number~paper']") == "hk_macao_permit"
    picture(page, f"founders-{lang}")
    page.goto(f"{startup.url}/filing/{filing[1]}/form/posts")
    assert partner.name in page.locator("main").inner_text()
    assert "PASSPORT:" not in page.locator("main").inner_text()
    picture(page, f"posts-{lang}")
    page.goto(f"{startup.url}/me")
    picture(page, f"me-{lang}")
