"""The log of operators' acts: through pages, the API and commands; who, what, when, from where, how it ended; no personal data."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.ids import new_id
from onething.core.migrating import upgrade
from onething.core.settings import get_settings
from onething.host.acts import split
from onething.host.cli import app as commands
from onething.host.web import create_app
from onething.oversight import service as oversight
from onething.oversight.models import Act
from onething.web.http import sessions

ADMIN = Principal(Role.ADMIN, "u_admin", "张三")
AUDITOR = Principal(Role.AUDITOR, "u_audit", "李四")
Browser = Callable[[Principal], TestClient]


@pytest.fixture
def browser(db: Database) -> Iterator[Browser]:
    def make(principal: Principal) -> TestClient:
        with db.transaction() as session:
            token = sessions.open_signed_in(session, principal)
        made = TestClient(create_app(with_background=False), base_url="http://127.0.0.1:8000")
        made.cookies.set(sessions.cookie_name(get_settings()), token)
        return made

    yield make
    get_settings.cache_clear()


def acts(db: Database, **wanted: str) -> list[Act]:
    with db.reading() as session:
        return list(oversight.search(session, ADMIN, **wanted))  # type: ignore[arg-type]


def post(client: TestClient, path: str, **fields: str) -> int:
    page = client.get("/console/cases").text
    token = re.search(r'name="_csrf" value="([^"]+)"', page)
    assert token
    answer = client.post(path, data={"_csrf": token[1], **fields}, headers={"Origin": "http://127.0.0.1:8000"})
    return answer.status_code


def test_a_change_through_a_page_is_recorded_with_who_what_whence_and_outcome(db: Database, browser: Browser) -> None:
    officer = Principal(Role.OFFICER, "u_zhao", "赵敏", None, "police")
    item = new_id("item")
    status = post(
        browser(officer), f"/console/items/{item}/decide", decision="approve", reason="王小宝 310101199003070012"
    )
    (act,) = acts(db)
    assert act.who == "officer:police:u_zhao"
    assert act.what.startswith("POST /console/")
    assert act.on == (item,)
    assert status in {303, 404}, "a redirect to the page that says so, or the page itself"
    assert (act.via, act.code, act.outcome) == ("page", 404, "refused"), "there is no such item: nothing was done"
    assert act.whence
    with db.reading() as session:
        kept = session.execute(text("SELECT data FROM event_log WHERE type = 'operator.acted'")).scalar_one()
    for private in ("赵敏", "王小宝", "310101199003070012"):
        assert private not in str(kept)


def test_looking_is_no_act_and_an_applicants_doings_are_not_recorded(db: Database, browser: Browser) -> None:
    client = browser(ADMIN)
    assert client.get("/console/overview").status_code == 200
    citizen = browser(Principal(Role.CITIZEN, "u_li", "李梅", "subj_1"))
    citizen.post("/settings", data={"lang": "en"}, headers={"Origin": "http://127.0.0.1:8000"})
    assert acts(db) == []
    assert client.get("/console/cases").status_code == 403
    (act,) = acts(db)
    assert (act.what, act.outcome, act.code) == ("GET /console/cases", "refused", 403), "a look that was refused is one"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_administrators_and_auditors_read_and_search_the_log_and_others_may_not(
    lang: str, db: Database, browser: Browser
) -> None:
    with db.transaction() as session:
        for n in range(60):
            oversight.record(session, f"os:user{n}", "command", "cases decide", whence="box", code=n % 2)
        oversight.record(session, "admin:-:u_9", "page", "POST /console/rules", whence="10.0.0.7", code=403)
    for reader in (ADMIN, AUDITOR):
        client = browser(reader)
        client.cookies.set("lang", lang)
        page = client.get("/console/acts").text
        assert "POST /console/rules" in page
        assert "10.0.0.7" in page
        assert {"zh": "被拒绝", "en": "refused"}[lang] in page
        assert 'href="/console/acts"' in page  # in the menu
        older = re.search(r'href="(/console/acts\?[^"]*before=\d+)"', page)
        assert older
        assert "os:user3<" in client.get(older[1].replace("&amp;", "&")).text
        one = client.get("/console/acts", params={"who": "user17"}).text
        assert "os:user17" in one
        assert "os:user18" not in one
        assert "os:user" not in client.get("/console/acts", params={"what": "rules"}).text
        assert "os:user" not in client.get("/console/acts", params={"since": "2099-01-01"}).text
        assert client.get("/console/acts", params={"since": "soon", "before": "x"}).status_code == 200
    officer = browser(Principal(Role.OFFICER, "u_zhao", "赵敏", None, "police"))
    refused = officer.get("/console/acts")
    assert refused.status_code == 403
    assert "os:user" not in refused.text
    assert "/console/acts" not in officer.get("/console/cases").text


def test_the_door_itself_refuses_other_readers_and_words_that_are_no_ids(db: Database) -> None:
    case = new_id("case")
    with db.transaction() as session:
        oversight.record(session, "os:a", "command", "x", on=["李梅", "310101199003070012", case, "13800000001"])
    (act,) = acts(db)
    assert act.on == (case,)
    with db.reading() as session:
        with pytest.raises(Problem, match="other_role"):
            oversight.search(session, Principal(Role.OFFICER, "u", agency_id="police"))
        assert oversight.search(session, ADMIN, since=now() + timedelta(hours=1)) == []
        assert oversight.search(session, ADMIN, before=act.seq) == []


def test_the_log_can_only_grow(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/grown.db")
    upgrade(database)
    with database.transaction() as session:
        oversight.record(session, "os:a", "command", "x")
    for statement in ("UPDATE event_log SET actor = 'b'", "DELETE FROM event_log"):
        with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
            session.execute(text(statement))
    database.dispose()


def run(*words: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from onething.host.cli import main; sys.argv = ['onething', *sys.argv[1:]]; main()"
    env = {**os.environ, "LOGNAME": "alice", "SUDO_USER": "alice", "SSH_CONNECTION": "10.1.2.3 5 10.0.0.1 22"}
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=90, env=env)


@pytest.mark.slow
def test_a_command_that_changes_something_names_the_machines_user_and_one_that_looks_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONETHING_DATABASE_URL", f"sqlite:///{tmp_path}/commands.db")
    assert run("db", "upgrade").returncode == 0
    assert run("db", "current").returncode == 0
    item = new_id("item")
    said = run(
        "cases",
        "decide",
        item,
        "refuse",
        "--agency",
        "police",
        "--officer",
        "o1",
        "--yes",
        "--reason",
        "李梅 13800000001",
    )
    assert said.returncode != 0
    listed = run("acts", "list", "--json", "--who", "alice")
    assert listed.returncode == 0, listed.stderr
    found = [json.loads(line) for line in listed.stdout.splitlines()]
    upgraded = found[-1]
    assert upgraded["what"] == "db upgrade"
    assert upgraded["outcome"] == "done"
    assert "alice" in upgraded["who"]
    assert upgraded["whence"].endswith("from 10.1.2.3")
    assert [each["what"] for each in found if each["what"] == "db current"] == []
    (tried,) = [each for each in found if each["what"] == "cases decide"]  # that it was refused is kept too
    assert (tried["outcome"], tried["on"]) == ("refused", [item])
    assert tried["options"] == ["--agency", "--officer", "--yes", "--reason"]
    assert "李梅" not in listed.stdout
    assert "13800000001" not in listed.stdout


def test_a_command_is_named_by_its_own_words() -> None:
    assert split(commands, ["cases", "decide", "item_1", "approve", "--agency", "police"]) == (
        "cases decide", ["item_1", "approve", "--agency", "police"]
    )  # fmt: skip
    assert split(commands, ["backup", "/to", "--json"]) == ("backup", ["/to", "--json"])
    assert split(commands, []) == ("", [])
