"""One running product and one browser for all browser tests; small helpers for pages without either."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from web_stack import CHROMIUM, CHROMIUM_ARGS, ROOT, Stack, running_stack

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Sandbox city, web server and worker, started once for all tests of this folder."""
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, once."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium here; `scripts/system-packages browser` installs it")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


OpenPage = Callable[..., Any]


@pytest.fixture
def open_page(stack: Stack, browser: Any) -> Iterator[OpenPage]:
    """`open_page(lang="zh", size="normal", width=390)` gives a Playwright page in a context (a device) of its own.

    At the end the test fails if a page broke the content policy, threw an error, or scrolled sideways.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def make(lang: str = "zh", size: str = "normal", width: int = 390, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, locale="zh-CN", reduced_motion="reduce", **options
        )
        contexts.append(context)
        context.add_cookies([
            {"name": "lang", "value": lang, "url": stack.url}, {"name": "size", "value": size, "url": stack.url},
        ])  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
        page.on("console", lambda message: _listen(message, complaints))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _listen(message: Any, complaints: list[str]) -> None:
    if message.type == "error" and re.search(r"Content Security Policy|Refused to|Uncaught", message.text):
        complaints.append(message.text)


def _axe_on_a_page_that_holds_still(page: Any, tries: int = 8) -> list[Any]:
    """What axe found. Pages of a running case renew parts of themselves, and axe breaks on a node that left meanwhile."""
    from playwright.sync_api import Error

    for attempt in range(1, tries + 1):
        page.wait_for_load_state("load")
        try:
            page.evaluate(AXE.read_text(encoding="utf-8"))
            return page.evaluate("axe.run()")["violations"]
        except Error:
            if attempt == tries:
                raise
            page.wait_for_timeout(200 * attempt)
    raise AssertionError("unreachable")


def violations(page: Any) -> list[str]:
    """What axe-core has to say about the page, and whether it scrolls sideways."""
    found = _axe_on_a_page_that_holds_still(page)
    words = [f"{page.url} {each['id']}: {[node['html'][:120] for node in each['nodes'][:3]]}" for each in found]
    sideways = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return words + ([f"{page.url} is {sideways} px too wide"] if sideways > 0 else [])


@pytest.fixture
def check_page() -> Callable[[Any], None]:
    """`check_page(page)` fails when the page has an accessibility violation or is wider than the screen."""

    def check(page: Any) -> None:
        assert violations(page) == []

    return check
