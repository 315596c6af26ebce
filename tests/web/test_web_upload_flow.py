"""A mother's pile of papers on a phone: any order, a HEIC, a blurred one, a PDF, somebody else's kind of paper, one thing put right."""

import io
from typing import Any

import pytest
from PIL import Image, ImageFilter
from test_web_journey import start_filing
from web_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def blurred(content: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").filter(ImageFilter.GaussianBlur(14)).save(out, "JPEG", quality=80)
    return out.getvalue()


def as_pdf(content: bytes) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").save(out, "PDF", resolution=200)
    return out.getvalue()


def as_iphone(content: bytes) -> bytes:
    from onething.sandbox.studio.heic import as_heic

    return as_heic(Image.open(io.BytesIO(content)).convert("RGB"), 1)


def test_papers_in_any_order_are_sorted_out_and_one_value_is_put_right(
    stack: Stack, open_page: Any, check_page: Any
) -> None:
    from onething.sandbox.studio import photograph, render, sample

    certificate = stack.photo("happy_mother").read_bytes()
    licence = photograph(render("business_licence", sample("business_licence", 3), 3), "clean", seed=3, turn=0)
    page = open_page()
    filing = start_filing(stack, page, "happy_mother")
    page.goto(f"{stack.url}{filing}/documents")
    page.set_input_files("#files", [
        {"name": "IMG_0042.HEIC", "mimeType": "image/heic", "buffer": as_iphone(licence)},
        {"name": "shaken.jpg", "mimeType": "image/jpeg", "buffer": blurred(certificate)},
        {"name": "certificate.pdf", "mimeType": "application/pdf", "buffer": as_pdf(certificate)},
    ])  # fmt: skip
    page.wait_for_function(
        "() => document.querySelectorAll('.photo-card').length === 3"
        " && !document.querySelector('.photo-queued, .photo-reading')",
        timeout=180_000,
    )
    check_page(page)
    cards = page.locator(".photo-card")
    shaken = cards.filter(has_text="shaken.jpg").first.inner_text()
    assert "重拍" in shaken or "再拍" in shaken, shaken
    licence_card = cards.filter(has_text="营业执照")
    assert licence_card.count() == 1, "a phone's HEIC is read like any other photograph"
    licence_card.locator("img").evaluate("image => image.decode()")
    assert "需要的照片都有了" in page.locator("#wanted").inner_text()

    cards.filter(has_text="陈予安").first.locator("h3 a").click()
    father = page.locator("details.read-field", has_text="父亲姓名")
    father.locator("summary").press("Enter")
    father.locator("input").fill("陈思源")
    page.locator(".read-fields .actions button").click()
    page.wait_for_url("**/documents")
    page.locator(".photo-card").filter(has_text="陈予安").first.locator("h3 a").click()
    page.wait_for_url("**/documents/doc_*")
    father = page.locator("details.read-field", has_text="父亲姓名")
    assert "陈思源" in father.locator("summary").inner_text()
    assert "您改过；照片上读到的是“陈思远”" in (father.text_content() or "")
    check_page(page)
