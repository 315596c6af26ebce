"""The house is put together from manifests: a new room edits one place and is found in every process; what does not fit is named."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from onething.core.db import Database, has_table
from onething.core.errors import Problem
from onething.core.manifests.house import get_house, put_together
from onething.core.manifests.rooms import Command, Fault, Room, load
from onething.core.migrating import current
from onething.host import errors

DOCS = Path(__file__).parents[2] / "docs" / "extending.md"
BLOCKS = dict(re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))

EVERYWHERE = """
import json
from onething.core.db import Base, get_database
from onething.core.migrating import behind, current, differences, lines, upgrade
from onething.core.processes.process import Process
from onething.host.assembling import assemble
from onething.host.health import checks_of, exposition, figures_of
from onething.host.web import create_app
from onething.host.worker import rounds_of
from onething.core import events
from onething.casework.events import CaseSubmitted
from starlette.testclient import TestClient

house, db = assemble(), get_database()
before = behind(db)
upgrade(db)
with db.transaction() as session:
    for number in range(3):
        said = CaseSubmitted(subject_id="subj_1", life_event="newborn", reference=f"R{number}")
        events.append(session, events.Event.of(f"case_{number}", said))
app = create_app(with_background=False)
api = next(route.app for route in app.routes if getattr(route, "path", "") == "/api/v1")
page = TestClient(app).get("/tally").text
web = Process("command", db)
with db.reading() as session:
    said = [(each.stream, each.data) for each in events.since(session) if each.type == "tally.reached"]
print(json.dumps({
    "before": before, "room": current(db, lines()[0]), "differences": list(differences(db)), "page": page,
    "api": sorted(api.openapi()["paths"]), "rounds": [type(each).__name__ for each in rounds_of(house, web)], "said": said,
    "health": [each.about for each in checks_of(house, web) if each.name in ("tables", "tally")],
    "metrics": [line for line in exposition(figures_of(house, web)).splitlines() if line.startswith("onething_tally")],
}))
"""

IN_TURN = """
import os, sys
from contextlib import redirect_stderr
from onething.core import db, events, migrating, soundness
from onething.core.manifests import house
from onething.host import cli, web, worker

for line in sys.stdin.read().splitlines():
    place, *words = line.split()
    if not os.fork():
        sys.path.insert(0, place)
        sys.argv = ["onething", *words]
        house.forget()
        with open(f"{place}/said", "a") as said, redirect_stderr(said):
            try:
                cli.main()
                code = 0
            except SystemExit as ending:
                code = ending.code
            except BaseException as error:
                said.write(f"Traceback {error!r}")
                code = 1
            said.write(f"exit {code}")
        os._exit(0)
    os.wait()
"""


def put(place: Path, **changes: tuple[str, str]) -> Path:
    """The package of docs/extending.md, installed in a folder, with something in its files changed."""
    for name, text in BLOCKS.items():
        if name.startswith("tallyroom/"):
            file = place / name
            file.parent.mkdir(parents=True, exist_ok=True)
            was, becomes = changes.get(file.stem, ("", ""))
            assert was in text
            file.write_text(text.replace(was, becomes) if was else text + becomes)
    entry(place, "tallyroom", tomllib.loads(BLOCKS["pyproject.toml"])["project"]["entry-points"]["onething.rooms"])
    return place


def entry(place: Path, package: str, points: dict[str, str]) -> None:
    info = place / f"{package}-1.0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[onething.rooms]\n" + "".join(f"{name} = {value}\n" for name, value in points.items())
    )


def run(place: Path, *arguments: str, code: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    code = code or "from onething.host.cli import main; main()"
    path = os.pathsep.join([str(place), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path} | more, timeout=120
    )


def test_the_room_of_the_page_about_extending_is_found_in_every_process_by_its_manifest_alone(tmp_path: Path) -> None:
    place, database = put(tmp_path / "site"), f"sqlite:///{tmp_path}/one.db"
    done = run(
        place,
        code=EVERYWHERE,
        ONETHING_DATABASE_URL=database,
        ONETHING_TALLY_EVERY="2",
        ONETHING_DATA_DIR=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["before"] == ["room tally is at revision none, its package needs 0001"]
    assert (found["room"], found["differences"]) == ("0001", [])
    assert "<li>newborn: 3</li>" in found["page"]
    assert "/tallies" in found["api"]
    assert "Telling" in found["rounds"]
    assert found["said"] == [["tally:newborn", {"cases": 2, "life_event": "newborn"}]]
    assert [about for about in found["health"] if "tally" in about or "life events" in about] == ["1 life events"]
    assert found["metrics"] == ['onething_tally_cases{life_event="newborn"} 3.0']
    told = run(place, "tally", "show", ONETHING_DATABASE_URL=database, ONETHING_DATA_DIR=str(tmp_path))
    assert told.stdout == "newborn\t3\n"


NOT_FITTING = {
    "table": ({"tables": ('"tally"', '"event_log"')}, "db current", "host.room_twice", "'event_log'"),
    "event type": ({"events": ("tally.reached", "case.submitted")}, "db current", "host.room_twice", "case.submitted"),
    "setting": ({"settings": ("tally_every", "database_url")}, "db current", "host.room_twice", "ONETHING_DATABASE_URL (core)"),
    "command": ({"room": ('Command("tally"', 'Command("cases"')}, "cases list", "host.room_twice", "cases"),
    "round": ({"room": ('Rounds("tally"', 'Rounds("notices"')}, "db current", "host.room_twice", "notices"),
    "address": ({"pages": ('get("/tally")', 'get("/verify")')}, "serve --port 1", "host.room_twice", "GET /verify (web)"),
    "address of the API": ({"pages": ('get("/tallies"', 'get("/cases"')}, "serve --port 1", "host.room_twice", "GET /cases (api)"),
    "a manifest that raises": ({"room": ("", "\n1 / 0\n")}, "db current", "host.room_broken", "ZeroDivisionError"),
    "a page that raises": ({"pages": ("", "\n1 / 0\n")}, "serve --port 1", "host.room_broken", "tallyroom.pages"),
    "a command that raises": ({"commands": ("", "\n1 / 0\n")}, "tally show", "host.room_broken", "tallyroom.commands"),
    "a subscriber that is not there": ({"room": ("counting:count", "counting:nope")}, "db current", "host.room_broken", "nope"),
    "a code that is taken": (
        {"vitals": ("", "\nfrom onething.core.errors import define\ndefine('core.not_found', 404, zh=('',''), en=('',''))\n")},
        "db current", "host.room_broken", "core.not_found"),
    "tables that nothing makes": ({"room": ('    migrations="tallyroom.migrations",\n', "")}, "db current", "host.room_unmade", "tallyroom.tables"),
    "a migration that fails": ({"0001_tally": ('op.create_table(\n        "tally"', 'op.create_table(\n        "subject"')}, "db upgrade", "host.room_broken", "tallyroom.migrations"),
}  # fmt: skip


def test_what_does_not_fit_is_named_at_the_start_with_what_to_do(tmp_path: Path) -> None:
    places = {what: put(tmp_path / what.replace(" ", "-"), **changed) for what, (changed, *_) in NOT_FITTING.items()}
    lines = "\n".join(f"{places[what]} {words}" for what, (_, words, *_) in NOT_FITTING.items())
    done = subprocess.run(
        [sys.executable, "-c", IN_TURN], input=lines, capture_output=True, text=True, timeout=120,
        env=os.environ | {"ONETHING_DATABASE_URL": f"sqlite:///{tmp_path}/one.db", "ONETHING_DATA_DIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for what, (_, _, code, named) in NOT_FITTING.items():
        said = (places[what] / "said").read_text()
        assert f"[{code}]" in said, (what, said)
        assert named in said, (what, said)
        assert "tally" in said, (what, said)
        assert "Traceback" not in said, (what, said)
        assert said.endswith("exit 2"), (what, said)


def test_a_migration_of_a_room_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    place = put(
        tmp_path / "site",
        **{"0001_tally": ('op.create_table(\n        "tally"', 'op.create_table(\n        "subject"')},
    )
    database = Database(f"sqlite:///{tmp_path}/one.db")
    run(place, "db", "upgrade", ONETHING_DATABASE_URL=database.url, ONETHING_DATA_DIR=str(tmp_path))
    assert current(database) is None
    assert not has_table(database, "event_log")
    database.dispose()


def test_a_package_that_fails_at_import_is_named_with_what_to_do(tmp_path: Path) -> None:
    place = tmp_path / "site"
    entry(place, "badtown", {"bad": "badtown.room:ROOM"})
    done = run(place, "db", "current")
    assert done.returncode == 2
    assert "badtown" in done.stderr
    assert "[host.room_broken]" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_rooms_that_claim_one_command_are_both_named() -> None:
    rooms = [
        Room(name=name, about="", commands=(Command("toys", f"{name}.cli:app", ""),)) for name in ("left", "right")
    ]
    (fault,) = put_together(rooms).faults
    assert (fault.kind, fault.room) == ("twice", "right")
    assert "left" in fault.about
    assert "toys" in fault.about


def test_a_room_that_is_off_brings_nothing_but_its_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    house = put_together(get_house().rooms, off=["risk", "casework", "intake", "wallets", "api", "web", "operations"])
    assert house.faults == ()
    assert "risk" not in house.commands()
    assert {room.name for room in house.off} == {"risk", "casework", "intake", "wallets", "api", "web", "operations"}


@pytest.mark.parametrize(
    ("off", "code", "named"),
    [
        ("catalog", "host.room_missing", "catalog"),
        ("nosuch", "host.room_unknown", "nosuch"),
        ("core", "host.room_always", "core"),
    ],
)
def test_switching_off_what_others_need_or_what_is_not_there_is_refused(off: str, code: str, named: str) -> None:
    with pytest.raises(Problem, match=code) as refused:
        errors.check(put_together(get_house().rooms, off=[off]))
    assert named in refused.value.what.en
    assert named in refused.value.what.zh


@pytest.mark.parametrize("kind", ["broken", "twice", "missing", "unknown", "always", "unmade"])
def test_each_fault_has_its_words(kind: str) -> None:
    told = errors.problem_of(Fault(kind, "toy", "about"))
    assert "toy" in told.what.en
    assert told.next.zh


def test_every_reference_of_every_manifest_leads_to_something() -> None:
    for room in get_house().rooms:
        for what in ("settings", "tables", "sealed_columns", "events", "states", "api", "pages", "health", "metrics"):
            for ref in getattr(room, what):
                assert load(ref) is not None
        for ref in [
            *(command.app for command in room.commands), *(each.call for each in room.subscribers), *(each.make for each in room.rounds),
            *(ref for parts in room.parts.values() for ref in parts.values()),
        ]:  # fmt: skip
            assert callable(load(ref)) or hasattr(load(ref), "__name__")


def test_no_two_rooms_have_a_setting_of_one_name() -> None:
    owners: dict[str, str] = {}
    for _room, ref in get_house().refs("settings"):
        for name in load(ref).model_fields:
            assert owners.setdefault(name, ref) == ref


def test_no_room_needs_one_that_needs_it() -> None:
    needs = {room.name: set(room.needs) for room in get_house().rooms}
    while ready := [name for name, wanted in needs.items() if not wanted & needs.keys()]:
        for name in ready:
            del needs[name]
    assert needs == {}
