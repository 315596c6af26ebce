"""What people met on the pages and should not have: each test reads the page as they did."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.intake.intake_world import BIRTH, MOTHER, STRANGER_CARD, World, document, make_world, sign_in

from onething.catalog.service import get_city
from onething.core import events
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.planning.service import matches
from onething.web.http import csrf, sessions

RARE = BIRTH | {"child_name": "王小曼"}


@pytest.fixture
def client(db: Database) -> Iterator[TestClient]:
    with TestClient(
        create_app(with_background=False), base_url="http://127.0.0.1:8000", follow_redirects=False
    ) as made:
        made.cookies.set("lang", "zh")
        yield made


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


def enter(client: TestClient, db: Database, principal: Principal) -> None:
    with db.transaction() as session:
        token = sessions.open_signed_in(session, principal)
    client.cookies.set(sessions.cookie_name(get_settings()), token)


def words_of(html: str) -> str:
    """What is read: without markup, with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<(script|style|svg)[^>]*>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))


def press(client: TestClient, html: str, action: str, **more: str) -> str:
    """Post the form with this action as the page has it; gives where it leads."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, flags=re.DOTALL)
    assert form, f"no form for {action}"
    fields = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form[0]))
    answer = client.post(action, data=fields | more)
    assert answer.status_code == 303, answer.text[:500]
    return answer.headers["location"]


# -- the front door


@pytest.mark.parametrize(
    "said", ["上户口", "给孩子上户口", "生孩子", "疫苗", "打疫苗", "落户", "baby", "vaccination", "my newborn"]
)
def test_what_a_mother_says_finds_the_event_of_a_birth(client: TestClient, said: str) -> None:
    page = words_of(client.get("/", params={"q": said}).text)
    assert "新生儿出生一件事" in page
    assert "没有找到" not in page


def test_who_wants_to_marry_is_not_sent_to_a_birth() -> None:
    birth = get_city().life_event("newborn")
    assert birth is not None
    assert not matches(birth, "结婚")
    assert not matches(birth, "marry")


def test_start_is_pressed_once(client: TestClient, db: Database, world: World) -> None:
    """The button carries what to start through sign-in; there is no second page with the same button."""
    page = client.get("/do/newborn").text
    assert 'href="/sign-in?next=/do/newborn&amp;start=newborn"' in page or "start=newborn" in page
    from onething.web.pages.public.sign_in import _started  # pyright: ignore[reportPrivateUsage]

    with db.transaction() as session:
        first = _started(session, world.me, "newborn", "zh")
        again = _started(session, world.me, "newborn", "zh")
    assert first.startswith("/filing/")
    assert again == "/do/newborn", "a draft that is there is shown, not doubled"


# -- check and submit


def differing(world: World) -> str:
    """A filing whose paper spells the child's name otherwise than the hospital's register."""
    world.start()
    world.upload(document("birth_certificate", RARE))
    world.answer()
    world.consent()
    world.prefill()
    return world.filing


def test_the_registers_spelling_is_taken_in_one_tap(client: TestClient, db: Database, world: World) -> None:
    filing = differing(world)
    enter(client, db, world.me)
    page = client.get(f"/filing/{filing}/check").text
    said = words_of(page)
    assert "对不上" in said
    assert "用登记的“王小满”" in said
    assert press(client, page, f"/filing/{filing}/record") == f"/filing/{filing}/check"
    after = words_of(client.get(f"/filing/{filing}/check").text)
    assert "对不上" not in after
    assert "材料齐全" in after


def test_nothing_to_do_has_no_go_and_mend_beside_it(client: TestClient, db: Database, world: World) -> None:
    filing = world.ready()
    enter(client, db, world.me)
    page = client.get(f"/filing/{filing}/check").text
    for todo in re.findall(r'<li class="todo.*?</li>', page, flags=re.DOTALL):
        assert not ("您不用做什么" in todo and "去处理" in todo), words_of(todo)
    said = [words_of(each) for each in re.findall(r'<li class="todo.*?</li>', page, flags=re.DOTALL)]
    assert len(said) == len(set(said)), "each thing is said once"


def test_a_newborn_of_36_grams_is_asked_about(client: TestClient, db: Database, world: World) -> None:
    world.start()
    upload = world.upload(document("birth_certificate", BIRTH))
    enter(client, db, world.me)
    path = f"/filing/{world.filing}/documents/{upload}"
    answer = client.post(path, data={csrf.FIELD: token_of(client.get(path).text), "weight_g": "36"})
    page = answer.text if answer.status_code == 422 else client.get(path).text
    assert "36" in words_of(page)
    assert "300 到 8000" in words_of(client.get(f"/filing/{world.filing}/check").text)


def token_of(html: str) -> str:
    found = re.search(rf'name="{csrf.FIELD}"[^>]*value="([^"]+)"', html)
    assert found
    return found[1]


def test_a_certificate_without_a_father_is_normal(client: TestClient, db: Database, world: World) -> None:
    world.start()
    alone = {n: v for n, v in BIRTH.items() if not n.startswith("father")} | {"child_name": "李小满"}
    upload = world.upload(document("birth_certificate", alone))
    enter(client, db, world.me)
    page = client.get(f"/filing/{world.filing}/documents/{upload}").text
    father = next(
        each
        for each in re.findall(r'<details class="read-field.*?</details>', page, flags=re.DOTALL)
        if "父亲姓名" in each
    )
    assert "没有填写" in words_of(father)
    assert "看不太清" not in words_of(father)
    assert "请核对" not in words_of(father)
    led_on = client.get(f"/filing/{world.filing}/questions/choices.household_of")
    assert led_on.status_code == 303, "with one choice nothing is asked, and an old address leads on"
    assert led_on.headers["location"].endswith("/questions")
    check = words_of(client.get(f"/filing/{world.filing}/check").text)
    assert "孩子落户在谁的户口 妈妈 按您的情况只有这一种，不用选" in check
    agencies = words_of(client.get(f"/filing/{world.filing}/agencies").text)
    assert "身份证件 妈妈的" in agencies, "nobody is asked about a father who is not on the certificate"


def test_papers_of_somebody_else_are_said_to_be_so_where_they_are_uploaded(
    client: TestClient, db: Database, world: World
) -> None:
    world.me = sign_in(db, "张三丰", STRANGER_CARD["id_number"])
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    enter(client, db, world.me)
    page = words_of(client.get(f"/filing/{world.filing}/documents").text)
    assert "这些材料是别人的" in page
    assert "不会替您向部门查询" in page
    assert "需要的照片都有了" not in page


def test_an_event_without_papers_asks_for_no_birth_certificate(client: TestClient, db: Database, world: World) -> None:
    """A step with nothing to photograph reads as not needed, and names no paper of another event."""
    filing = world.ready()
    enter(client, db, world.me)
    page = words_of(client.get(f"/filing/{filing}").text)
    assert "有问题，找谁" in page
    assert "12345" in page
    world.start()
    page = words_of(client.get(f"/filing/{world.filing}").text)
    assert "先拍出生医学证明（照片）" in page


# -- officials


ADMIN = Principal(Role.ADMIN, "a_1", "方向阳")
AUDITOR = Principal(Role.AUDITOR, "u_1", "严正")


@pytest.mark.parametrize("principal", [ADMIN, AUDITOR], ids=["administrator", "auditor"])
def test_who_decides_nothing_comes_out_at_an_overview_and_not_in_an_empty_inbox(
    client: TestClient, db: Database, principal: Principal
) -> None:
    enter(client, db, principal)
    assert client.get("/console").headers["location"] == "/console/overview"
    for path, words in (("overview", "办件现在怎么样"), ("people", "各种身份能做什么"), ("log", "不能删改")):
        page = client.get(f"/console/{path}")
        assert page.status_code == 200
        assert words in words_of(page.text)


def test_an_auditor_finds_every_look_and_her_search_is_one(client: TestClient, db: Database, world: World) -> None:
    with db.transaction() as session:
        events.record_access(
            session, subject_id=world.me.subject_id or "", actor="officer:police:o_7", what="case", ground="duty"
        )
    enter(client, db, AUDITOR)
    page = words_of(client.get("/console/log", params={"person": MOTHER}).text)
    assert "officer:police:o_7" in page
    assert "依职责办理" in page
    assert "您自己" not in page
    assert "没有这个人的记录" in words_of(client.get("/console/log", params={"person": "310101199001010000"}).text)
    assert "auditor:-:u_1" in words_of(client.get("/console/log", params={"who": "auditor:"}).text)


def test_an_officer_sees_no_log_of_everybody(client: TestClient, db: Database) -> None:
    enter(client, db, Principal(Role.OFFICER, "o_1", "王建平", None, "police"))
    for path in ("overview", "people", "log"):
        assert client.get(f"/console/{path}").status_code == 403
