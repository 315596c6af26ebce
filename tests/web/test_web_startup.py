"""A company is founded in the browser by two people on two phones; robots file its seal and housing fund; officers see what is doubtful."""

import difflib
import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from startup_stack import StartupStack, running_startup

from onething.exchange.settings import installed_chromium
from onething.sandbox.startup import client
from onething.sandbox.startup.town import Townsman

pytestmark = [
    pytest.mark.browser, pytest.mark.slow,
    pytest.mark.skipif(not installed_chromium().exists(), reason="no Chromium here; `scripts/system-packages browser` installs it"),
]  # fmt: skip
Check = Callable[[Any], None]


@pytest.fixture(scope="module")
def startup(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartupStack]:
    """The sandbox Shenzhen with both old web systems, web server and worker, once for this file."""
    with running_startup(tmp_path_factory.mktemp("startup")) as running:
        yield running


@pytest.fixture
def device(startup: StartupStack, browser: Any) -> Iterator[Callable[..., Any]]:
    """`device(width=390)`: a page in a browser of its own; nothing may break the content policy."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def make(width: int = 390, lang: str = "zh") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN", reduced_motion="reduce")
        contexts.append(context)
        context.add_cookies([{"name": "lang", "value": lang, "url": startup.url}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda m: complaints.append(m.text) if re.search("Content Security Policy|Uncaught", m.text) else None,
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints


def enter(page: Any, number: int, person: Townsman) -> None:
    values = {
        "name": person.name,
        "id_number": person.id_number,
        "phone": person.phone,
        "amount": "500000",
        "pay_by": "2029-10-26",
    }
    for column, value in values.items():
        page.fill(f"[name='founders.people.{number}.{column}']", value)


def fill_in(page: Any, startup: StartupStack, first: Townsman, second: Townsman, mark: str) -> str:
    """The guided form, page by page; gives the filing's address."""
    place, lease = startup.city.town.places[0], startup.city.town.leases[0]
    startup.sign_in(page, first.sub, "/do/startup")
    page.locator("form[action='/do/startup/start'] button").first.click()
    page.wait_for_url("**/filing/*")
    filing = page.url
    page.goto(f"{filing}/form/founders")
    assert page.input_value("[name='founders.people.0.name']") == first.name, "who is signed in is proposed"
    enter(page, 0, first)
    page.locator("button[name=add][value='founders.people']").click()
    page.wait_for_selector("[name='founders.people.1.name']")
    enter(page, 1, second)
    with page.expect_response(
        lambda reply: reply.url.endswith("/founders/save") and second.phone in (reply.request.post_data or "")
    ):
        page.locator("h1").click()
    page.reload()
    assert page.input_value("[name='founders.people.1.name']") == second.name, "saved as it was typed"
    page.locator(".actions button").click()
    page.wait_for_url("**/form/name")
    page.fill("[name='company.mark']", mark)
    page.select_option("[name='company.trade']", "software")
    page.locator("[name='company.trade_word'][value='科技']").check()
    assert page.locator("[name='scope.text'][value='软件开发']").is_checked(), "the scope is proposed from the trade"
    page.locator(".actions button").click()
    page.wait_for_url("**/form/premises")
    page.fill("[name='premises.address']", place.address)
    page.fill("[name='premises.title_number']", lease.number)
    for following in ("capital", "posts", "articles", ""):
        page.locator(".actions button").click()
        page.wait_for_url(f"**/form/{following}" if following else "**/agencies")
    page.locator("button[name=all]").click()
    page.wait_for_selector("#registries")
    return filing


def test_two_founders_file_a_company_on_two_phones_and_robots_do_the_rest(
    startup: StartupStack, device: Callable[..., Any], check_page: Check
) -> None:
    """The seal register dies between “save” and “submit”: it is filed once all the same."""
    first, second = startup.city.town.persona("founder"), startup.city.town.persona("partner")
    page = device()
    filing = fill_in(page, startup, first, second, "晨曦帆")
    page.goto(f"{filing}/form/founders")
    check_page(page)
    page.goto(f"{filing}/sign")
    check_page(page)
    page.locator("form[action$='/sign/invite'] button").click()
    link, code = client.invited(startup.city, second.phone)
    other = device()
    startup.sign_in(other, second.sub, f"/sign/{link}")
    assert "深圳晨曦帆科技有限公司" in other.inner_text("main"), "sees exactly what is signed"
    assert first.phone not in other.content()
    check_page(other)
    other.fill("#code", code)
    other.locator(".sign-form button").click()
    other.wait_for_selector(".notice-success")
    page.goto(f"{filing}/sign")
    page.locator(".sign-form button").click()
    page.wait_for_selector(".notice-success")
    page.goto(f"{filing}/checks")
    assert page.locator(".check").count() == 23
    assert page.locator(".check-refuse, .check-refer").count() == 0
    check_page(page)
    startup.city.turn("seal", die_after_save=True)
    page.goto(f"{filing}/check")
    page.locator("form[action$='/submit'] button").click()
    page.wait_for_url("**/done*")
    page.goto(f"{startup.url}/me")
    page.locator("a[href*='/case/']").first.click()
    page.wait_for_selector(".case-done", timeout=150_000)
    (seal,), (fund,) = startup.city.records("seal"), startup.city.records("fund")
    assert (seal["state"], seal["body"]["DWMC"], seal["body"]["FRXM"]) == (
        "filed",
        "深圳晨曦帆科技有限公司",
        first.name,
    )
    assert (fund["state"], fund["body"]["dwmc"], fund["body"]["jcbl"]) == ("filed", "深圳晨曦帆科技有限公司", "5%")
    assert seal["body"]["TYSHXYDM"] == fund["body"]["xydm"]
    page.goto(f"{page.url.partition('?')[0]}/checks")
    assert page.locator(".check").count() == 23


def test_a_refused_filing_says_what_by_which_law_and_how_to_mend_it(
    startup: StartupStack, device: Callable[..., Any], check_page: Check
) -> None:
    town = startup.city.town
    debtor, person = town.persona("debtor"), town.people[7]
    citizen = client.founder(startup.url, startup.city, person)
    filing = client.fill(
        citizen, (person, debtor), "望岳帆", town.places[7], town.leases[7], posts__representative=debtor.id_number, posts__director=debtor.id_number
    )  # fmt: skip
    client.sign(startup.url, startup.city, citizen, filing, (debtor,))
    page = device()
    _sign_in_by_phone(page, startup, person)
    page.goto(f"{startup.url}/filing/{filing}/checks")
    wrong = page.locator(".check-refuse", has_text="失信")
    assert wrong.count() == 1
    assert "公司法" in wrong.inner_text()
    check_page(page)
    wrong.locator("a.spot-link").click()
    page.wait_for_url("**/form/*")


def _as_word(text: str) -> bytes:
    import docx

    made = docx.Document()
    for line in text.splitlines():
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _as_photos(text: str) -> list[bytes]:
    """The text printed on pages of A4, as a phone would send them."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 34)
    rows = [line[at : at + 40] for line in text.splitlines() for at in range(0, max(len(line), 1), 40)]
    pages: list[bytes] = []
    for first in range(0, len(rows), 32):
        page = Image.new("RGB", (1654, 2339), "#fbfaf6")
        draw = ImageDraw.Draw(page)
        for number, row in enumerate(rows[first : first + 32]):
            draw.text((140, 150 + number * 64), row, fill="#1a1a1a", font=font)
        out = io.BytesIO()
        page.save(out, "JPEG", quality=88)
        pages.append(out.getvalue())
    return pages


def test_articles_of_ones_own_come_from_a_file_and_are_held_against_the_form(
    startup: StartupStack, device: Callable[..., Any], check_page: Check
) -> None:
    town = startup.city.town
    person, partner = town.people[9], town.people[10]
    citizen = client.founder(startup.url, startup.city, person)
    filing = client.fill(citizen, (person, partner), "澄江帆", town.places[9], town.leases[9])
    page = device()
    _sign_in_by_phone(page, startup, person)
    form = f"{startup.url}/filing/{filing}/form/articles"

    def send(*files: dict[str, Any]) -> None:
        page.goto(form)
        page.locator(".own-file summary").click()
        page.set_input_files(".own-file input[type=file]", list(files))
        page.locator(".own-file button").click(timeout=120_000)  # reading waits its turn in the one reader
        page.wait_for_load_state()

    page.goto(form)
    drafted = page.input_value("textarea")
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    send(
        {
            "name": "章程.docx",
            "mimeType": word,
            "buffer": _as_word(re.sub("(公司住所.)深圳市?", r"\1北京市海淀区", drafted)),
        }
    )
    page.wait_for_selector(".notice-success")
    assert "北京市海淀区" in page.input_value("textarea")
    check_page(page)
    page.goto(f"{startup.url}/filing/{filing}/checks")
    assert page.locator(".check-refuse", has_text="章程").count() == 1, "what differs from the form is refused"

    page.goto(f"{startup.url}/filing/{filing}/check")
    assert page.locator("#v-posts-supervisor dd").first.inner_text().startswith(partner.name), (
        "a name, not a number alone"
    )
    assert "看全文" in page.locator("#v-articles-text").inner_text(), "the articles are folded"

    photos = _as_photos(drafted)
    send(*({"name": f"p{n}.jpg", "mimeType": "image/jpeg", "buffer": each} for n, each in enumerate(photos)))
    page.wait_for_selector(".notice-warning", timeout=60_000)
    came = page.input_value("textarea")
    plain = [re.sub(r"\s", "", each) for each in (drafted, came)]
    assert difflib.SequenceMatcher(None, *plain, autojunk=False).ratio() > 0.98
    page.goto(f"{startup.url}/filing/{filing}/checks")
    assert page.locator(".check-refuse", has_text="章程").count() == 0

    send({"name": "blank.jpg", "mimeType": "image/jpeg", "buffer": _as_photos(" ")[0]})
    page.wait_for_selector(".own-file .field-error")
    assert page.input_value("textarea") == came, "a file that cannot be read costs nothing"
    check_page(page)


def _sign_in_by_phone(page: Any, startup: StartupStack, person: Townsman) -> None:
    """People without a story are found by their phone on the provider's page."""
    page.goto(f"{startup.url}/sign-in?next=/me")
    page.fill("[name=q]", person.phone)
    page.press("[name=q]", "Enter")
    page.locator(f"button[name=account][value='{person.sub}']").click()
    page.wait_for_url(f"{startup.url}/me*")


def test_an_officer_sees_the_one_thing_that_matters_and_her_approval_finishes_the_case(
    startup: StartupStack, device: Callable[..., Any], check_page: Check
) -> None:
    town = startup.city.town
    founder, partner = town.persona("founder"), town.people[8]
    crowded = next(each for each in town.places if each.companies == 60)
    lease = next(each for each in town.leases if each.address == crowded.address)
    citizen, done = client.file_company(
        startup.url, startup.city, (founder, partner), "海岳帆", crowded, lease, lambda _: None
    )
    view = citizen.follow(done["case_id"], 60, lambda _: None)
    assert view["summary"]["status"] == "waiting"
    page = device(1280)
    startup.sign_in(page, "amr.he", "/console")
    page.locator("a[href*='/console/items/']").first.click()
    page.wait_for_url("**/console/items/*")
    assert done["reference"] in page.inner_text("main")
    findings = page.locator(".findings .finding")
    assert findings.count() == 1
    assert "登记" in findings.first.inner_text()
    assert page.locator(".evidence:visible").count() == 1, "only the facts that the question rests on"
    check_page(page)
    item = page.url
    page.get_by_role("link", name="看全部核验").click()
    page.wait_for_selector(".check-refer")
    assert page.locator(".check").count() == 23
    page.goto(item)
    page.locator("input[name=decision][value=approve]").check()
    page.locator("#decision button").last.click()
    page.wait_for_url("**/console*")
    assert citizen.follow(done["case_id"], 120, lambda _: None)["summary"]["status"] == "done"


def test_advice_tells_what_a_bubble_tea_shop_near_a_school_needs(
    startup: StartupStack, device: Callable[..., Any], check_page: Check
) -> None:
    page = device()
    page.goto(f"{startup.url}/advice")
    page.fill("main [name=q]", "在学校旁边开一家奶茶店")
    page.locator("form[action='/advice'] button").click()
    page.wait_for_selector(".advice-steps")
    assert "食品经营许可证" in page.inner_text("main")
    assert "未成年人保护法" in page.inner_text("main")
    check_page(page)


def test_advice_quotes_what_it_did_not_understand_and_one_click_puts_it_right(
    startup: StartupStack, device: Callable[..., Any], check_page: Check
) -> None:
    page = device()
    page.goto(f"{startup.url}/advice?{urlencode({'q': '卖水果，还想开个奈茶店，不卖酒'})}")
    words = page.inner_text("main")
    assert "没听懂这一部分：“还想开个奈茶店”" in words
    assert "不用另外的许可" not in words
    assert "不卖酒" in words
    check_page(page)
    page.locator(".advice-choices a", has_text="奶茶店").first.click()
    page.wait_for_selector(".advice-steps")
    assert "没听懂" not in page.inner_text("main")
    assert "奶茶店" in page.inner_text(".advice-trades")
    page.goto(f"{startup.url}/advice?{urlencode({'q': '学校旁边开电子烟店'})}")
    assert "法律不允许" in page.inner_text("main")
    check_page(page)
    for said, wanted in (("摆个小吃摊", "食品摊贩登记"), ("开律师事务所", "律师事务所执业许可证")):
        page.goto(f"{startup.url}/advice?{urlencode({'q': said})}")
        words = page.inner_text(".narrow")
        assert "不用开公司" in words
        assert wanted in words
        assert "营业执照" not in words, "nobody is told to get a licence first who needs none"
        assert "去办企业开办" not in words
    page.goto(f"{startup.url}/advice?{urlencode({'q': '卖茶叶'})}")
    assert "随执照一并办好" in page.inner_text(".advice-steps")
    page.goto(f"{startup.url}/advice?{urlencode({'q': '开赌场'})}")
    assert "不能做" in page.inner_text("main")
    assert "企业开办" not in page.inner_text(".narrow")


def test_the_founder_chooses_standard_phrases_and_her_own_words_never_stay_in_the_scope(
    startup: StartupStack, device: Callable[..., Any], check_page: Check
) -> None:
    page = device()
    founder = startup.city.town.persona("founder")
    startup.sign_in(page, founder.sub, "/do/startup")
    page.locator("form[action='/do/startup/start'] button").first.click()
    page.wait_for_url("**/filing/*")
    filing = page.url
    page.goto(f"{filing}/form/name")
    page.fill("[name='company.mark']", "云水谣")
    page.select_option("[name='company.trade']", "software")
    page.wait_for_selector("[name='scope.text'][value='软件开发']")
    page.fill("#scope-text-own", "卖衣服")
    page.locator("button[name=find]").click()
    page.wait_for_selector("[name='scope.text'][value='服装服饰零售']")
    assert "“卖衣服”不是规范表述" in page.inner_text("main")
    assert not page.locator("[name='scope.text'][value='服装服饰零售']").is_checked(), (
        "she chooses, nothing is chosen for her"
    )
    check_page(page)
    page.locator("[name='scope.text'][value='服装服饰零售']").check()
    page.fill("#scope-text-own", "")
    page.locator("button[name=find]").click()
    page.wait_for_load_state()
    assert "不是规范表述" not in page.inner_text("main")
    page.fill("#scope-text-own", "不卖酒")
    page.locator("button[name=find]").click()
    page.wait_for_selector("text=“不卖酒”没有对应的规范表述")
    page.fill("#scope-text-own", "")
    page.locator("button[name=find]").click()
    page.wait_for_load_state()
    assert page.locator("[name='scope.text'][value='服装服饰零售']").is_checked()
