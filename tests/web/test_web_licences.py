"""On a phone: the licence library, showing chosen fields by QR, and the page on which anybody checks a certificate."""

import io
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from web_stack import CHROMIUM, CHROMIUM_ARGS, EVERYTHING, Stack

from onething.sandbox.client import Citizen, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAPER = (
    "certificate_number", "child_name", "child_sex", "born_at", "gestation_weeks", "weight_g", "length_cm", "hospital",
    "birth_address", "mother_name", "mother_id_number", "father_name", "father_id_number", "issued_on", "issuer",
)  # fmt: skip


class Family:
    """A mother to whom six certificates were issued."""

    def __init__(self, stack: Stack) -> None:
        persona = stack.city.persona("low_income_family")
        self.sub, self.birth = persona["mother"]["sub"], persona["births"][0]
        citizen = Citizen.at(stack.url, sign_in(stack.city.issuer, self.sub, stack.url))
        facts = {
            "birth_certificate": {name: str(self.birth[name]) for name in PAPER if self.birth.get(name) is not None},
            "choices": {"household_of": "mother", "home_address": "上海市徐汇区田林街道宜山路420弄12号302室", "pay_premium": True},
            "deduction_choice": {"share": "100"},
        }  # fmt: skip
        body = {"life_event": "newborn", "facts": facts, "consents": EVERYTHING}
        made = citizen.call("POST", "/filings/at-once", json=body, headers={"Idempotency-Key": "licences-0001"})
        self.case = made["submitted"]["case_id"]
        self.reference = made["submitted"]["reference"]
        end = time.monotonic() + 120
        while time.monotonic() < end:
            self.view = citizen.call("GET", f"/cases/{self.case}")
            if len(self.view["certificates"]) == 6:
                break
            time.sleep(0.2)
        issued = {each["evidence_type"]: each for each in self.view["certificates"]}
        self.certificate = issued["e_birth_certificate"]
        self.other = issued["immunisation_record"]


@pytest.fixture(scope="module")
def family(stack: Stack) -> Family:
    return Family(stack)


def await_proof(page: Any, path: str, words: str) -> None:
    """Reload until the certificate's proofs are all there."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        page.goto(path)
        if words in page.locator("#proof").inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(page.locator("#proof").inner_text())


def downloaded(stack: Stack, page: Any, certificate_id: str) -> bytes:
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    answer = httpx.get(f"{stack.url}/me/licences/{certificate_id}/certificate.pdf", cookies=cookies, timeout=60)
    assert answer.content.startswith(b"%PDF"), answer.text
    return answer.content


def check_file(page: Any, url: str, path: Path) -> str:
    page.goto(f"{url}/verify")
    page.set_input_files("#file", str(path))
    page.locator("form.drop button").click()
    page.wait_for_selector("#verdict")
    return str(page.locator("#verdict").get_attribute("data-verdict"))


def test_proofs_are_told_in_plain_words(stack: Stack, family: Family, open_page: Any, check_page: Any) -> None:
    page = open_page()
    stack.sign_in(page, family.sub, "/me/licences")
    assert page.locator(".licence").count() == 6
    check_page(page)
    await_proof(
        page,
        f"{stack.url}/me/licences/{family.certificate['id']}",
        "上海市医疗保障局为“城乡居民基本医疗保险参保登记”直接调取并查验，是真的",
    )
    told = page.locator("#proof").inner_text()
    assert family.birth["hospital"] in told
    assert "上海市公安局为“出生户口登记”直接调取并查验，是真的" in told
    check_page(page)
    page.goto(f"{stack.url}/case/{family.case}")
    page.locator(f"#certificate-{family.certificate['id']} summary").click()
    assert "现在就查验这份证照" in page.locator(f"#certificate-{family.certificate['id']}").inner_text()
    check_page(page)


def test_only_chosen_fields_are_shown_and_she_sees_who_looked(
    stack: Stack, family: Family, open_page: Any, check_page: Any
) -> None:
    page, stranger = open_page(), open_page(lang="en")
    stack.sign_in(page, family.sub, f"/me/licences/{family.certificate['id']}")
    page.locator(".share-form button").click()
    page.wait_for_selector(".error-summary")
    check_page(page)
    page.locator("input[name=fields][value=child_name]").check()
    page.locator("#purpose").fill("幼儿园报名")
    page.locator(".share-form button").click()
    page.wait_for_selector(".qr svg")
    check_page(page)
    address = page.locator(".qr").get_attribute("data-address")
    stranger.goto(address)
    seen = stranger.locator("main").inner_text()
    assert family.birth["child_name"] in seen
    assert family.birth["mother_name"] not in seen
    assert "Genuine" in seen
    check_page(stranger)
    page.locator("#shares .share").filter(has_text="看过 1 次").wait_for()
    page.locator("main form[action$='/end'] button").first.click()
    page.wait_for_url(re.compile(r"/me/licences/cert_\w+#shares"))
    assert stranger.goto(address).status == 410
    assert family.birth["child_name"] not in stranger.locator("main").inner_text()
    wrong = address[:-1] + ("A" if address[-1] != "A" else "B")
    assert stranger.goto(wrong).status == 410
    another = open_page()
    stack.sign_in(another, stack.city.persona("rare_name")["mother"]["sub"], "/me/licences")
    assert another.goto(f"{stack.url}/me/licences/{family.certificate['id']}").status == 404


def test_anybody_learns_whether_a_file_is_genuine(
    stack: Stack, family: Family, open_page: Any, check_page: Any, tmp_path: Path
) -> None:
    mother, page = open_page(), open_page()
    stack.sign_in(mother, family.sub, "/me/licences")
    await_proof(mother, f"{stack.url}/me/licences/{family.other['id']}", "已登记存证")
    pdf = downloaded(stack, mother, family.other["id"])
    good, bad, scan = tmp_path / "good.pdf", tmp_path / "bad.pdf", tmp_path / "scan.png"
    good.write_bytes(pdf)
    assert check_file(page, stack.url, good) == "genuine"
    assert page.locator(".verdict-steps .yes").count() >= 6
    check_page(page)
    flipped = bytearray(pdf)
    flipped[len(pdf) // 3] ^= 4
    bad.write_bytes(bytes(flipped))
    assert check_file(page, stack.url, bad) in {"forged", "unknown"}
    assert page.locator(".verdict-steps .failed").count() == 1
    check_page(page)

    import pypdfium2

    picture = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].render(scale=2).to_pil()
    picture.save(scan)
    assert check_file(page, stack.url, scan) == "genuine"
    assert page.url.endswith(f"/verify/{family.other['code']}")
    assert family.birth["child_name"] not in page.locator("main").inner_text(), "a code alone tells no names"
    paper = tmp_path / "scan.pdf"
    picture.save(paper)
    assert check_file(page, stack.url, paper) == "unknown", "a scan with a genuine code may bear anything"
    assert page.locator("main a[href^='/verify/']").first.get_attribute("href") == f"/verify/{family.other['code']}"
    blank = tmp_path / "blank.png"
    picture.crop((0, 0, 300, 100)).save(blank)
    assert check_file(page, stack.url, blank) == "no_code"
    page.goto(f"{stack.url}/verify?code={stack.url}/verify/{family.other['code']}")
    assert page.locator("#verdict").get_attribute("data-verdict") == "genuine"


def test_the_camera_finds_the_code(stack: Stack, family: Family, browser: Any, tmp_path: Path) -> None:
    """With a film of a QR code in place of a camera; the reader is the page's own WebAssembly."""
    import cv2
    import numpy as np
    import segno

    out = io.BytesIO()
    segno.make(f"{stack.url}/verify/{family.other['code']}", error="m").save(out, kind="png", scale=8, border=6)
    code = cv2.imdecode(np.frombuffer(out.getvalue(), np.uint8), cv2.IMREAD_COLOR)
    frame = np.full((480, 640, 3), 255, np.uint8)
    height, width = (min(440, side) for side in code.shape[:2])
    frame[20 : 20 + height, 100 : 100 + width] = cv2.resize(code, (width, height), interpolation=cv2.INTER_NEAREST)
    film = tmp_path / "film.mjpeg"
    film.write_bytes(cv2.imencode(".jpg", frame)[1].tobytes() * 30)
    args = [
        *CHROMIUM_ARGS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]  # fmt: skip
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=args)
    try:
        page = chromium.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"{stack.url}/verify")
        page.locator("[data-module=scan] button").click()
        page.wait_for_url(f"{stack.url}/verify/{family.other['code']}", timeout=90_000)
        assert page.locator("#verdict").get_attribute("data-verdict") == "genuine"
    finally:
        chromium.close()


def test_what_its_agency_suspends_is_shown_to_nobody_as_genuine(
    stack: Stack, family: Family, open_page: Any, check_page: Any, tmp_path: Path
) -> None:
    mother, officer, stranger = open_page(), open_page(width=1280), open_page()
    stack.sign_in(mother, family.sub, f"/me/licences/{family.other['id']}")
    await_proof(mother, f"{stack.url}/me/licences/{family.other['id']}", "已登记存证")
    good = tmp_path / "good.pdf"
    good.write_bytes(downloaded(stack, mother, family.other["id"]))
    mother.locator("input[name=fields]").first.check()
    mother.locator(".share-form button").click()
    mother.wait_for_selector(".qr svg")
    address = mother.locator(".qr").get_attribute("data-address")
    assert stranger.goto(address).status == 200

    stack.sign_in(officer, "o_police_1", f"/console/certificates?q={family.other['code']}")
    assert officer.locator("tbody a").count() == 0, (
        "a certificate of the same case that the police's part does not rest on"
    )
    officer.goto(f"{stack.url}/console/certificates/{family.other['id']}")
    assert officer.locator(".licence-changes").count() == 0
    stack.sign_in(officer, "o_cdc_1", f"/console/certificates?q={family.other['code']}")
    check_page(officer)
    officer.locator("tbody a").first.click()
    officer.locator("button[formaction$='/suspend']").click()
    officer.wait_for_selector(".error-summary")
    officer.locator("#reason").fill("正在核对接种信息")
    officer.locator("button[formaction$='/suspend']").click()
    officer.wait_for_selector(".notice-success")
    check_page(officer)

    assert stranger.goto(address).status == 410
    assert check_file(stranger, stack.url, good) == "suspended"
    stranger.goto(f"{stack.url}/verify/{family.other['code']}")
    assert stranger.locator("#verdict").get_attribute("data-verdict") == "suspended"
    mother.goto(f"{stack.url}/me/licences/{family.other['id']}")
    assert "正在核对接种信息" in mother.locator("main").inner_text()
    assert mother.locator(".share-form").count() == 0


def test_who_is_refused_has_it_in_writing_and_anybody_can_check_it(
    stack: Stack, family: Family, open_page: Any, check_page: Any, tmp_path: Path
) -> None:
    mother, officer, stranger = open_page(), open_page(width=1280), open_page()
    stack.sign_in(officer, "o_civil_1", "/console")
    officer.locator("tr", has_text=family.reference).locator("[data-row]").click()
    officer.wait_for_url(re.compile(r"/console/items/"))
    officer.locator("[name=decision][value=refuse]").check()
    officer.locator("textarea[name=reason]").fill("低保证所载家庭已迁出本市")
    officer.get_by_role("button", name="提交", exact=True).click()
    officer.get_by_role("heading", name="确认不予同意“低保家庭增加家庭成员”？").wait_for()
    check_page(officer)
    assert "低保证所载家庭已迁出本市" in officer.locator("main").inner_text()
    assert "行政复议、行政诉讼" in officer.locator("main").inner_text()
    officer.get_by_role("button", name="返回修改").click()
    assert officer.locator("textarea[name=reason]").input_value() == "低保证所载家庭已迁出本市", "nothing typed is lost"
    officer.get_by_role("button", name="提交", exact=True).click()
    officer.get_by_role("button", name="确认不予同意").click()
    officer.wait_for_url(f"{stack.url}/console")

    stack.sign_in(mother, family.sub, f"/case/{family.case}")
    refused = mother.locator(".refusal", has_text="低保家庭增加家庭成员")
    refused.wait_for(timeout=40_000)
    mother.locator(".case-partly_done").wait_for(timeout=40_000)
    assert mother.locator(".case-head .tag-done").count() == 0, "no green tick on a case with a refusal"
    refused.locator("summary").click()
    told = refused.inner_text()
    for words in ("低保证所载家庭已迁出本市", "12345", "行政复议", "前向上海市人民政府提出", "行政诉讼"):
        assert words in told
    check_page(mother)
    refused.locator("a[href^='/me/licences/']").click()
    mother.wait_for_url(re.compile(r"/me/licences/cert_\w+$"))
    await_proof(mother, mother.url, "已登记存证")
    check_page(mother)
    told = mother.locator("main").inner_text()
    assert "低保证所载家庭已迁出本市" in told
    decision = tmp_path / "decision.pdf"
    decision.write_bytes(downloaded(stack, mother, mother.url.rpartition("/")[2]))
    assert check_file(stranger, stack.url, decision) == "genuine"
    assert "民政" in stranger.locator("main").inner_text()
