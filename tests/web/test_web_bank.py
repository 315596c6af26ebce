"""The personal loan: consent on the portal, a decision in seconds through real gateways, and nothing once it is withdrawn."""

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from web_stack import ROOT, Stack, _free_port, _wait_for

from onething.core.settings import get_settings
from onething.exchange.gateway import setup as members

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@contextlib.contextmanager
def process(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", "from onething.host.cli import main; main()", *arguments]
    with log.open("wb") as said:
        started = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=said)
        try:
            yield started
        finally:
            started.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(10)
            started.kill()
            started.communicate()


@pytest.fixture
def bank(stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Gateways of the platform and two agencies, and the bank's page; gives its address."""
    monkeypatch.setenv("ONETHING_DATA_DIR", stack.environment["ONETHING_DATA_DIR"])
    get_settings.cache_clear()
    folder, names = tmp_path / "members", ["platform", "hrss", "credit"]
    members.setup(folder, dict.fromkeys([*names, "bank"], ""))
    environment = stack.environment | {"ONETHING_GATEWAY_DIR": str(folder)}
    with contextlib.ExitStack() as running:
        urls = {"bank": ""}
        for name in names:
            started = running.enter_context(
                process(["gateway", "--agency", name], environment, tmp_path / f"{name}.log")
            )
            assert started.stdout is not None
            line = started.stdout.readline()
            assert line, (tmp_path / f"{name}.log").read_text()
            urls[name] = f"https://127.0.0.1:{json.loads(line)['port']}"
        members.setup(folder, urls)
        port = _free_port()
        log = tmp_path / "bank.log"
        page = running.enter_context(process(["sandbox", "bank", "--port", str(port)], environment, log))
        _wait_for(f"http://127.0.0.1:{port}", page, log)
        yield f"http://127.0.0.1:{port}"


def apply(page: Any, bank: str, consent: str, id_number: str) -> str:
    page.goto(f"{bank}/?consent={consent}")
    page.locator("#id").fill(id_number)
    page.get_by_role("button", name="申请").click()
    return page.locator("#result").inner_text()


def test_a_loan_with_consent_and_nothing_once_it_is_withdrawn(
    stack: Stack, bank: str, open_page: Any, check_page: Any
) -> None:
    personas = stack.city.personas()
    people = [
        (each[who]["sub"], each[who]["id_number"]) for each in personas for who in ("mother", "father") if who in each
    ]
    sub, id_number = next(each for each in people if _earns(stack, each[1]))
    page = open_page()
    page.goto(bank)
    assert "/me/allow/bank/personal_loan" in (page.locator("a.b").get_attribute("href") or "")

    stack.sign_in(page, sub, "/me/allow/bank/personal_loan")
    check_page(page)
    text = page.locator("main").inner_text()
    assert "人社局：就业登记信息查询（用人单位、入职日期、上年度月平均工资）" in text
    page.get_by_role("button", name="我同意").click()
    check_page(page)
    page.get_by_role("link", name="查看和撤回").click()
    page.wait_for_url("**/me/asked*")
    consent = re.findall(r"/me/partners/(pcn_\w+)/withdraw", page.content())[0]

    assert re.fullmatch(r"[\d,]+ 元", apply(page, bank, consent, id_number))
    other = next(each[1] for each in people if each[1] != id_number)
    assert "没有查到任何信息" in apply(page, bank, consent, other)

    page.goto(f"{stack.url}/me/asked?by=partner")
    check_page(page)
    rows = page.locator("tbody tr")
    assert rows.count() == 2
    assert "浦江银行" in rows.first.inner_text()
    assert "个人信用贷款审批" in rows.first.inner_text()
    page.locator("#agency").select_option("hrss")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**agency=hrss**")
    assert page.locator("tbody tr").count() == 1

    page.get_by_role("button", name="撤回同意").click()
    assert "已撤回" in page.locator("main").inner_text()
    check_page(page)
    assert "没有查到任何信息" in apply(page, bank, consent, id_number)
    page.goto(f"{stack.url}/me/asked?by=partner")
    assert page.locator("tbody tr").count() == 2, "after the withdrawal no agency was asked"


def test_the_way_back_leads_only_where_the_city_says(stack: Stack, open_page: Any) -> None:
    page = open_page(lang="en", width=1280)
    stack.sign_in(page, stack.city.personas()[0]["mother"]["sub"], "/me")
    for back, kept in (
        ("http://evil.test/", ""),
        ("http://127.0.0.1:8130.evil.test/", ""),
        ("http://127.0.0.1:8130/", "http://127.0.0.1:8130/"),
    ):
        page.goto(f"{stack.url}/me/allow/bank/personal_loan?back={back}")
        assert page.locator("input[name=back]").get_attribute("value") == kept


def _earns(stack: Stack, id_number: str) -> bool:
    """Has a wage, and no reason in her credit record to be refused."""
    import sqlite3

    from onething.sandbox.agencies.credit import record_of

    with contextlib.closing(sqlite3.connect(f"file:{stack.city.folder / 'hrss.db'}?mode=ro", uri=True)) as db:
        row = db.execute("SELECT wage_fen FROM employment WHERE id_number = ?", (id_number,)).fetchone()
    _, due, overdue = record_of(id_number)
    return row is not None and overdue <= 3 and row[0] > 2 * due + 500_000
