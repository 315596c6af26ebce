"""The pages of one paper, as applicant and officer see them; steps of `test_web_console`, whose case has an officer."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import select
from web_stack import Stack

from onething.intake.sealing import open_rows, owner, sealed
from onething.intake.tables import DocumentRow


def altered_photo(stack: Stack, persona: str) -> tuple[Path, str]:
    """A photograph of the certificate on which another hospital stands, and the hospital that the register has."""
    birth = stack.city.persona(persona)["births"][0]
    other = "上海市宝山区中心医院" if "宝山" not in birth["hospital"] else "上海市浦东新区人民医院"
    return stack.photo_of(birth | {"hospital": other}, "birth_certificate", "mild"), birth["hospital"]


def mend_a_field(stack: Stack, field: str) -> None:
    """As if the reader had read one character otherwise at first: what pages make of it does not depend on a font."""
    with stack.inside() as session:
        query = select(DocumentRow).where(DocumentRow.type == "birth_certificate").order_by(DocumentRow.added_at.desc())
        row = session.scalars(query.limit(1)).one()
        subject = owner(session, row.filing_id)
        open_rows(session, subject, [row])
        read: dict[str, Any] = dict(row.fields or {})
        seen = read[field]["value"].replace("0", "O", 1)
        read[field]["corrections"] = [{"before": seen, "after": read[field]["value"], "reason": "checksum"}]
        row.fields = sealed(session, subject, DocumentRow, "fields", read)


def applicant_sees_boxes_and_reasons(page: Any, check_page: Any) -> None:
    """From the list of photographs to the page of the first."""
    page.locator(".photo-card h3 a").first.click()
    page.wait_for_url(re.compile(r"/documents/doc_"))
    assert page.locator(".spots rect").count() >= 12, "a box on every field"
    assert "因为这样校验位才对" in (page.locator("details", has_text="母亲身份证件号码").text_content() or "")
    check_page(page)


def officer_sees_paper_and_print(officer: Any, hospital: str, check_page: Any) -> str:
    """From the item to the paper and its closer look; gives the address of the paper."""
    officer.locator(".photos a").first.click()
    officer.wait_for_url(re.compile(r"/papers/1$"))
    officer.locator(".photo img").evaluate("image => image.decode()")
    assert officer.locator(".spots rect").count() >= 12
    assert "因为这样校验位才对" in officer.locator("details", has_text="母亲身份证件号码").inner_text(), (
        "open: it was mended"
    )
    delivery = officer.locator("details", has_text="接生机构").first
    assert hospital in delivery.inner_text(), "what the register says stands beside it"
    assert delivery.locator(".record-differs").count()
    check_page(officer)
    address = officer.url
    officer.get_by_role("link", name="开始比对").click(timeout=60_000)
    officer.wait_for_url(re.compile(r"/papers/1/closer"), timeout=60_000)
    closer = officer.locator(".closer")
    assert "与登记的印得不一样" in closer.inner_text()
    assert closer.locator(".looks .record-differs").first.inner_text().startswith("接生机构")
    closer.locator(".difference img").first.evaluate("image => image.decode()")
    assert "线索" in closer.inner_text(), "tampering is hinted at, never stated"
    check_page(officer)
    return address


def paper_in_english(page: Any, address: str, check_page: Any) -> None:
    page.goto(address)
    words = page.locator("main").inner_text()
    assert "A closer look" in words
    assert "Only so does the check digit fit" in words
    check_page(page)


def nobody_else_sees_it(stack: Stack, stranger: Any, mother: Any, address: str) -> None:
    """An officer of an agency without a part in the item, and a citizen."""
    stack.sign_in(stranger, "o_medins_1", "/console")
    for path in (address, f"{address}/image", f"{address}/closer"):
        assert stranger.goto(path).status == 404
        assert mother.goto(path).status == 403
