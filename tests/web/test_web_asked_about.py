"""Whoever is asked about on somebody else's filing reads it on her own pages, and the other side reads no more than it needs."""

import re
from typing import Any

import httpx
import pytest
from web_stack import Stack

from onething.exchange.tables import ConcernedRow
from onething.sandbox.client import PAPER_FIELDS as PAPER
from onething.sandbox.client import Citizen, sign_in

pytestmark = [pytest.mark.slow]


def words(page: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)))


class Reader:
    """A browser without script, signed in."""

    def __init__(self, stack: Stack, sub: str) -> None:
        self.client = httpx.Client(base_url=stack.url, follow_redirects=True, timeout=60)
        page = self.client.get("/sign-in?next=/me")
        form = re.search(r'name="request" value="([^"]+)"', page.text)
        assert form
        home = self.client.post(str(page.url).split("?")[0], data={"request": form[1], "account": sub})
        assert str(home.url).endswith("/me")

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, page: str, **data: Any) -> str:
        token = re.findall(r'name="_csrf" value="([^"]+)"', page)[-1]
        answer = self.client.post(path, data={"_csrf": token, **data})
        assert answer.status_code == 200, answer.text
        return answer.text


def filed(stack: Stack, persona: str) -> tuple[dict[str, Any], str, Citizen]:
    """A mother's draft with her paper and answers: the family, the filing, her client."""
    family = stack.city.persona(persona)
    birth = family["births"][0]
    citizen = Citizen.at(stack.url, sign_in(stack.city.issuer, family["mother"]["sub"], stack.url))
    started = citizen.call("POST", "/filings", json={"life_event": "newborn"})["id"]
    facts = {f"birth_certificate.{name}": str(birth[name]) for name in PAPER if birth.get(name) is not None}
    facts |= {"choices.household_of": "mother", "choices.home_address": "上海市徐汇区田林街道宜山路420弄12号302室"}
    citizen.call("PATCH", f"/filings/{started}/answers", json={"values": facts})
    return family, started, citizen


@pytest.fixture(scope="module")
def filing(stack: Stack) -> tuple[dict[str, Any], str]:
    """A mother's filing for which every agency was asked: the family and the filing."""
    family, started, citizen = filed(stack, "misprinted_certificate")
    citizen.consent_to_all(started)
    return family, started


def test_the_fathers_page_lists_what_the_police_were_asked_about_him(
    stack: Stack, filing: tuple[dict[str, Any], str]
) -> None:
    family, _ = filing
    him = Reader(stack, family["father"]["sub"])
    asked, home = words(him.get("/me/asked")), words(him.get("/me"))
    mother = family["mother"]["name"]
    masked = "*" * (len(mother) - 1) + mother[-1]
    assert f"系统，替{masked}准备申报" in asked
    assert mother not in asked
    assert mother not in home
    rows = asked.split(f"系统，替{masked}准备申报")
    row = next(part for part in rows if "常住人口基本信息查询" in part[:60])
    assert "中华人民共和国个人信息保护法第三十四条" in row, "the law, and not her consent, is the ground"
    assert any("户籍信息查询" in part[:60] for part in rows), "he is the head of the household that was looked up"
    assert "新生儿出生一件事" in row
    assert "您的同意" not in asked.split("您允许的机构")[0]
    assert "别人办事查询或用到您的信息" in home, "he is told on his page"
    assert "别人的申报" in home, "and the look stands among the looks at his data"


def test_a_text_message_says_nothing_of_her_matter(stack: Stack, filing: tuple[dict[str, Any], str]) -> None:
    family, _ = filing
    with stack.inside() as session:
        from onething.notices.service import messages_for
        from onething.subjects.service import find_person

        him = find_person(session, family["father"]["id_number"])
        assert him is not None
        told = [each.text for each in messages_for(session, him.id).messages if each.event_type == "person.concerned"]
        assert session.query(ConcernedRow).filter_by(subject_id=him.id).count() >= 2
    assert len(told) == 1, "one message, however many questions"
    assert family["mother"]["name"] not in told[0]
    assert "出生" not in told[0]


def test_her_own_page_shows_hers_and_not_what_the_police_said_of_him(
    stack: Stack, filing: tuple[dict[str, Any], str]
) -> None:
    family, started = filing
    her = Reader(stack, family["mother"]["sub"])
    check, asked = words(her.get(f"/filing/{started}/check")), words(her.get("/me/asked"))
    assert "已查到，是别人的信息，不显示" in check
    assert family["father"]["name"] in check, "what she wrote herself stays"
    assert "系统，替您准备申报" in asked
    assert "您的同意" in asked


def test_each_choice_says_what_refusing_does_and_sensitive_ones_stand_alone(stack: Stack) -> None:
    family, started, citizen = filed(stack, "low_income_family")
    her = Reader(stack, family["mother"]["sub"])
    page = her.get(f"/filing/{started}/agencies")
    plain, _, separate = words(page).partition("要您单独同意的")
    assert "不同意，要您自己拍照提供： 妈妈的身份证" in plain.replace("：", "： ").replace("  ", " ")
    assert "不同意，就没有一项能办，不能提交" in separate, "the hospital's record is what all rests on"
    assert "不同意，这次就不办" in separate
    assert "这不是您替别人同意：《中华人民共和国个人信息保护法》第三十四条允许这样查" in plain
    assert "title=" not in page
    assert " checked" not in page, "nothing is ticked for her"
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    own = re.findall(r'name="shown" value="([^"]+)"', page.partition("要您单独同意的")[2])
    left = words(her.post(f"/filing/{started}/agencies", page, all="yes", shown=shown))
    assert "要您单独同意的" in left, "agreeing to all has not agreed to these"
    states = {each["operation"]: each["state"] for each in citizen.call("GET", f"/filings/{started}")["consents"]}
    assert {states[each] for each in own if each in states} == {"needed"}
    assert states["police.resident"] == "given"
    page = her.get(f"/filing/{started}/agencies")
    stopped = words(her.post(f"/filing/{started}/agencies", page, shown=own))
    assert "这样就办不了" in stopped
    assert "您没有同意向" in stopped
    assert "没有一项能办" in words(her.get(f"/filing/{started}/check"))
