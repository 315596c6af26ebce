"""What people read once a fact has changed: who is asked again, what is not asked of an agency yet, and the same figures everywhere."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient
from tests.intake.test_intake_standing import PEOPLE, row

from onething.catalog.service import find_event, get_city
from onething.core.access import Principal, Role
from onething.core.clock import today
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.host.web import create_app
from onething.intake import service as intake
from onething.intake.tables import FilingRow
from onething.planning.service import make_plan
from onething.subjects.service import ensure_person
from onething.web.http import csrf, sessions


@pytest.fixture
def client(db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("ONETHING_CITY", "shenzhen")
    get_settings.cache_clear()
    with TestClient(
        create_app(with_background=False), base_url="http://127.0.0.1:8000", follow_redirects=False
    ) as made:
        made.cookies.set("lang", "zh")
        yield made
    get_settings.cache_clear()


@pytest.fixture
def filing(client: TestClient, db: Database) -> str:
    """A founder, signed in, with two shareholders entered."""
    with db.transaction() as session:
        me = ensure_person(session, oidc_sub="u1", name="张一帆", id_number=PEOPLE["张一帆"], phone="13800138000")
        who = Principal(Role.CITIZEN, "u1", "张一帆", me.id)
        token = sessions.open_signed_in(session, who)
        made = intake.start_filing(session, who, "startup").id
        people = [row("张一帆"), row("李二勇")]
        intake.set_answers(session, who, made, {
            "founders.people": people, "company.mark": "云帆", "company.trade": "software", "company.trade_word": "科技",
            "premises.address": "深圳市南山区科苑路15号3栋801室", "premises.title": "lease", "premises.title_number": "L1",
            "scope.text": "软件开发;信息技术咨询服务",
        })  # fmt: skip
    client.cookies.set(sessions.cookie_name(get_settings()), token)
    return made


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<(script|style|svg)[^>]*>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))


def read(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    return words_of(answer.text)


def send(client: TestClient, path: str, **values: str) -> str:
    """Save a page of the guided form; gives where it leads."""
    token = re.search(rf'name="{csrf.FIELD}"[^>]*value="([^"]+)"', client.get(path).text)
    assert token
    answer = client.post(path, data={csrf.FIELD: token[1], **values})
    assert answer.status_code == 303, answer.text[:300]
    return answer.headers["location"]


def as_proposed(client: TestClient, path: str) -> dict[str, str]:
    """What the page has chosen already, as a browser would send it."""
    html = client.get(path).text
    chosen = re.findall(r'<input[^>]*type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]*)"[^>]*checked', html)
    listed = re.findall(r'<select[^>]*name="([^"]+)".*?<option[^>]*value="([^"]*)"[^>]*selected', html, flags=re.DOTALL)
    return dict([*chosen, *listed])


def test_a_founder_who_takes_a_partner_out_is_told_and_asked_again(client: TestClient, filing: str) -> None:
    posts, founders = f"/filing/{filing}/form/posts", f"/filing/{filing}/form/founders"
    proposed = as_proposed(client, posts)
    assert proposed["posts.supervisor"] == PEOPLE["李二勇"]
    send(client, posts, **proposed)
    rows = {
        f"founders.people.{n}.{name}": value
        for n, each in enumerate((row("张一帆"), row("王三妹")))
        for name, value in each.items()
    }
    send(client, founders, **rows)
    number = PEOPLE["李二勇"]
    told = f"“监事”原来选的是“{number[:6]}…{number[-4:]}”，现在已经不在可选的范围里，不再算数。请重新选一下。"
    again = read(client, posts)
    assert told in again
    assert "错误" not in again, "it is no mistake of hers"
    assert "任职 要再看一遍" in read(client, f"/filing/{filing}")
    check = read(client, f"/filing/{filing}/check")
    assert f"“监事”原来选的是“{number[:6]}…{number[-4:]}”" in check
    assert number not in check, "nobody is shown as a number"
    assert as_proposed(client, posts)["posts.supervisor"] == PEOPLE["王三妹"]
    send(client, posts, **as_proposed(client, posts))
    assert "原来选的是" not in read(client, posts)
    assert "李二勇" not in read(client, f"/filing/{filing}/check")


def test_what_nobody_was_asked_about_is_not_said_to_be_missing(client: TestClient, filing: str) -> None:
    checks = read(client, f"/filing/{filing}/checks")
    assert "还没有向有关部门查询，或者还没有答复：标准地址。" in checks
    assert "住所 4 项，4 项还没核验" in checks, "and not that all is well"
    assert not [each for each in ("标准地址库里没有", "没有查到这份租赁备案", "身份没有核验通过") if each in checks]
    client.cookies.set("lang", "en")
    checks = read(client, f"/filing/{filing}/checks")
    assert "Not asked of an agency yet, or not answered: Standard address." in checks
    assert "does not know" not in checks


def test_who_has_agreed_to_all_is_told_what_is_still_to_come_and_not_to_choose(
    client: TestClient, filing: str, db: Database
) -> None:
    with db.transaction() as session:
        row_ = session.get_one(FilingRow, filing)
        who = Principal(Role.CITIZEN, "u1", "张一帆", row_.subject_id)
        intake.give_consents(session, who, filing, ["*"])
    tasks = read(client, f"/filing/{filing}")
    assert "同意查询 等部门答复 都选好了，还有 5 项等部门答复" in tasks
    assert "已选择" not in tasks


def test_the_page_of_the_event_and_the_filing_give_the_same_figures(client: TestClient, filing: str) -> None:
    event, check = read(client, "/do/startup"), read(client, f"/filing/{filing}/check")
    shenzhen = get_city()
    whole = make_plan(shenzhen, find_event(shenzhen, "startup"), {}, as_of=today()).effort
    assert f"最多时 {whole.width} 个事项同时办理" in event
    assert "一共 6 个事项：1 个马上开始，其余的等前面的办好就接着办，最多 5 个同时办理。" in check
    assert "预计不到1分钟办完" in event
    assert "上面有要工作人员核实的，核实以后接着办。" in check, "nobody knows how long an officer takes"
    assert "预计不到1分钟" not in check
    assert "不用交材料" in event
    assert "补一张照片" not in event, "this event takes no papers"
