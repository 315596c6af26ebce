"""The page of robots: what officials of the agency see of a run, step by step, and what others do not."""

import io
from typing import Any

import pytest
from PIL import Image
from web_stack import Stack

from onething.core.blobs import BlobStore
from onething.core.clock import now
from onething.core.ids import new_id
from onething.exchange.robots.service import RobotRunRow

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def keep_run(stack: Stack, outcome: str, **columns: Any) -> str:
    """A run as a worker leaves it, with one picture."""
    content = io.BytesIO()
    Image.new("RGB", (1200, 900), "#dde").save(content, "JPEG")
    digest = BlobStore(stack.folder / "var" / "blobs").put(content.getvalue())
    steps = [
        {"what": "enter: click form.save", "ms": 87.4, "picture": digest},
        {"what": "check", "ms": 0.0, "picture": ""},
    ]
    row = RobotRunRow(
        id=new_id("run"), at=now(), agency="police", operation="file_seal", case_id=None, reference="OTABCDEFGHIJKLMN",
        outcome=outcome, code="", ms=3633.6, steps=steps, drift=columns.get("drift", {}),
    )  # fmt: skip
    database = stack.database()
    with database.transaction() as session:
        session.add(row)
        made = row.id
    database.dispose()
    return made


def test_officials_see_runs_and_what_the_robot_saw(stack: Stack, open_page: Any, check_page: Any) -> None:
    done = keep_run(stack, "ok", drift={"form.company": "单位名称 → 用章单位名称"})
    failed = keep_run(stack, "nonsense")
    officer = open_page(width=1280)
    stack.sign_in(officer, "o_police_1", "/console")
    officer.goto(f"{stack.url}/console/robots")
    check_page(officer)
    officer.locator(".tabs a").nth(1).click()
    officer.wait_for_url("**view=failed")
    assert officer.locator(f"a[href$='{failed}']").count() == 1
    assert officer.locator(f"a[href$='{done}']").count() == 0
    officer.goto(f"{stack.url}/console/robots/{done}")
    assert "用章单位名称" in officer.locator(".finding").inner_text()
    officer.locator(".photos img").first.evaluate("image => image.decode()")
    check_page(officer)

    phone = open_page(lang="en")
    stack.sign_in(phone, "o_police_1", "/console")
    phone.goto(f"{stack.url}/console/robots")
    check_page(phone)
    assert "Differs from what was meant" in phone.locator("main").inner_text()


def test_other_agencies_officers_see_none_of_it(stack: Stack, open_page: Any) -> None:
    run = keep_run(stack, "ok")
    other = open_page(width=1280)
    stack.sign_in(other, "o_tax_1", "/console")
    other.goto(f"{stack.url}/console/robots")
    assert other.locator(f"a[href$='{run}']").count() == 0
    for path in (f"/console/robots/{run}", f"/console/robots/{run}/pictures/0"):
        assert other.request.get(f"{stack.url}{path}").status == 404
