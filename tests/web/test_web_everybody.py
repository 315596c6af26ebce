"""The portal for everybody: both languages, large type, keyboard alone, small screens, no script at all."""

import re
from typing import Any

import httpx
import pytest
from web_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OPEN_PAGES = ("/", "/?q=nothing-like-that", "/about", "/do/newborn", "/styleguide", "/no-such-page")


@pytest.mark.parametrize(
    ("lang", "size", "width"),
    [("zh", "normal", 320), ("en", "large", 320), ("en", "normal", 1280), ("zh", "large", 1280)],
)
def test_open_pages_are_accessible_and_fit(
    open_page: Any, check_page: Any, stack: Stack, lang: str, size: str, width: int
) -> None:
    page = open_page(lang, size, width)
    for path in OPEN_PAGES:
        page.goto(f"{stack.url}{path}")
        check_page(page)


def test_the_language_switch_keeps_the_page_and_translates_it(stack: Stack, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{stack.url}/do/newborn")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.locator("a[hreflang=en]").click()
    page.wait_for_url(re.compile(r"/do/newborn$"))
    assert page.locator("html").get_attribute("lang") == "en"
    left = re.sub(r"《[^》]*》\S*|中文", "", page.locator("main").inner_text())
    assert not re.search(r"[\u4e00-\u9fff]", left), left


def test_large_type_is_24_pixels_and_stays(stack: Stack, open_page: Any) -> None:
    page = open_page()
    page.goto(f"{stack.url}/about")
    page.locator("a[href*='size=large']").click()
    page.wait_for_load_state()
    assert page.url.endswith("/about")
    assert page.evaluate("getComputedStyle(document.querySelector('main p')).fontSize") >= "24px"
    page.goto(f"{stack.url}/")
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"


def test_touch_targets_are_large_enough(stack: Stack, open_page: Any) -> None:
    """44 px for everything that stands alone; links within a sentence are excepted (WCAG 2.5.8)."""
    page = open_page()
    for path in ("/", "/do/newborn", "/about"):
        page.goto(f"{stack.url}{path}")
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, .button, .tool, summary, .back, .site-foot a, input:not([type=hidden])')]
                .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
                .map(e => e.outerHTML.slice(0, 90))"""
        )
        assert small == []


def test_the_keyboard_alone_gets_from_the_door_to_the_sign_in(stack: Stack, open_page: Any) -> None:
    page = open_page(width=1280)
    page.goto(f"{stack.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    seen: list[str] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.getAttribute('href') || document.activeElement.id"))
        if seen[-1] == "/do/newborn":
            break
    assert seen[0] == "q"
    assert seen[-1] == "/do/newborn"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/do/newborn"))
    page.locator("a.button[href^='/sign-in']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("button[name=account]")


def test_the_first_page_is_light(stack: Stack) -> None:
    """Under 100 kB with its style and scripts, as sent."""
    with httpx.Client(base_url=stack.url, headers={"Accept-Encoding": "gzip"}) as client:
        total = 0
        home = client.get("/")
        addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', home.text))
        assert addresses
        for path in (
            "/",
            *addresses,
            *(re.sub(r"[^/]+$", "read-aloud.js", a) for a in addresses if a.endswith("main.js")),
        ):
            with client.stream("GET", path) as answer:
                assert answer.status_code == 200
                total += sum(len(chunk) for chunk in answer.iter_raw())
    assert total < 100_000


class Plain:
    """A browser without script: keeps cookies, follows links, fills in forms."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.client = httpx.Client(base_url=stack.url, follow_redirects=True, timeout=60)
        self.text = ""
        self.url = ""

    def get(self, path: str) -> str:
        return self._keep(self.client.get(path))

    def post(self, path: str, files: Any = None, **data: Any) -> str:
        token = re.findall(r'name="_csrf" value="([^"]+)"', self.text)[-1]
        return self._keep(self.client.post(path, data={"_csrf": token, **data}, files=files))

    def _keep(self, answer: httpx.Response) -> str:
        assert answer.status_code < 500, answer.text
        self.text, self.url = answer.text, str(answer.url)
        return self.text

    def sign_in(self, sub: str) -> None:
        self.get("/sign-in?next=/me")
        form = re.search(r'name="request" value="([^"]+)"', self.text)
        assert form
        self._keep(self.client.post(self.url.split("?")[0], data={"request": form[1], "account": sub}))
        assert self.url.endswith("/me")


def test_bad_files_are_explained_and_cost_nothing_else(stack: Stack) -> None:
    her = Plain(stack)
    mother, birth = stack.family(1)
    her.sign_in(mother)
    her.get("/do/newborn")
    her.post("/do/newborn/start")
    filing = her.url.removeprefix(stack.url)
    photo = stack.photo_of(birth, "birth_certificate")
    her.get(f"{filing}/documents")
    her.post(
        f"{filing}/uploads",
        files=[
            ("files", ("letter.txt", b"not a picture at all", "image/jpeg")),
            ("files", (photo.name, photo.read_bytes(), "image/jpeg")),
        ],
    )
    assert her.url.endswith("/documents")
    assert "notice-error" in her.text
    assert photo.name in her.text
    assert "letter.txt" not in her.text
    her.get(f"{filing}/documents")
    document = re.search(rf'href="({re.escape(filing)}/documents/doc_\w+)"', her.text)
    assert document
    stranger = Plain(stack)
    stranger.sign_in(stack.family(2)[0])
    for path in (filing, f"{filing}/documents", document[1], f"{document[1]}/image"):
        assert stranger.client.get(path).status_code == 404
    her.post(f"{document[1]}/remove")
    assert photo.name in her.text  # the note says what was removed
    her.get(filing)
    her.post(f"{filing}/abandon")
    assert her.url.endswith("/me")


def test_without_script_one_can_file_and_submit(stack: Stack) -> None:
    import time

    her = Plain(stack)
    mother, birth = stack.family(0)
    her.sign_in(mother)
    her.get("/do/newborn")
    her.post("/do/newborn/start")
    filing = her.url.removeprefix(stack.url)
    photo = stack.photo_of(birth, "birth_certificate")
    her.get(f"{filing}/documents")
    her.post(f"{filing}/uploads", files=[("files", (photo.name, photo.read_bytes(), "image/jpeg"))])
    for _ in range(180):
        if 'photo-read"' in her.get(f"{filing}/documents"):
            break
        time.sleep(0.5)
    document = re.search(rf'href="({re.escape(filing)}/documents/doc_\w+)"', her.text)
    assert document
    her.get(document[1])
    fields = dict(re.findall(r'<input class="input" id="f-(\w+)"[^>]*?value="([^"]*)"', her.text))
    her.post(document[1], **{name: str(birth.get(name) or value) for name, value in fields.items()})
    her.get(f"{filing}/agencies")
    shown = re.findall(r'name="shown" value="([^"]+)"', her.text)
    assert shown
    her.post(f"{filing}/agencies", shown=shown, given=shown)
    her.get(f"{filing}/questions")
    for _ in range(12):
        if "/questions/" not in her.url:
            break
        name = her.url.split("?")[0].rsplit("/", 1)[1]
        proposed = re.search(r'value="([^"]*)" checked|<textarea[^>]*>([^<]+)</textarea>', her.text)
        first = re.search(rf'name="{re.escape(name)}" value="([^"]+)"', her.text)
        value = next((v for v in (proposed.groups() if proposed else ()) if v), None) or (
            first[1] if first else "上海市"
        )
        her.post(her.url.removeprefix(stack.url), **{name: value})
    assert her.url.endswith("/check")
    her.post(f"{filing}/submit")
    assert re.search(r'class="reference number">CS\d{8}', her.text), re.sub(r"<[^>]+>|\s+", " ", her.text)[:3000]
