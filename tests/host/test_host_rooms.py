"""The house is put together from manifests: a new room edits one place and is found in every process; what does not fit is named."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from onething.core.errors import Problem
from onething.core.manifests.house import Fault, get_house, put_together
from onething.core.manifests.rooms import Command, Room, load
from onething.host import errors

TOY = {
    "__init__.py": '"""A toy room of a city of its own."""\n',
    "room.py": """
from onething.core.manifests.rooms import Command, Room, Rounds, Subscription

ROOM = Room(
    name="toy", about="A toy.", needs=("core",), settings=("toytown.settings:ToySettings",), tables=("toytown.tables",),
    subscribers=(Subscription(("onething.casework.events:CaseSubmitted",), "toytown.hearing:hear"),),
    rounds=(Rounds("toy", "toytown.hearing:rounds"),),
    api=("toytown.pages:api",), pages=("toytown.pages:router",),
    commands=(Command("toy", "toytown.commands:app", "玩具 · a toy"),),
    parts={"notices.channels": {"toy": "toytown.hearing:channel"}},
)
""",
    "settings.py": """
from onething.core.settings import RoomSettings

class ToySettings(RoomSettings):
    toy_name: str = "bear"
""",
    "tables.py": """
from sqlalchemy.orm import Mapped, mapped_column
from onething.core.db import Base

class ToyRow(Base):
    __tablename__ = "toy"
    id: Mapped[str] = mapped_column(primary_key=True)
""",
    "hearing.py": """
heard = []

def hear(session, event):
    heard.append(event.type)

class _Rounds:
    async def run(self, stop):
        await stop.wait()

def rounds(process):
    return _Rounds() if process.kind == "worker" else None

def channel(settings):
    return None
""",
    "pages.py": """
from fastapi import APIRouter

router, api = APIRouter(), APIRouter()

@router.get("/toy")
def page() -> str:
    return "bear"

@api.get("/toys")
def toys() -> list[str]:
    return ["bear"]
""",
    "commands.py": """
import typer
from onething.core.settings import settings_of
from toytown.settings import ToySettings

app = typer.Typer()

@app.command()
def hello() -> None:
    typer.echo(settings_of(ToySettings).toy_name)

@app.command()
def bye() -> None:
    typer.echo("bye")
""",
}

EVERYWHERE = """
import json
from onething.core.db import Base, load_tables
from onething.core.events.log import _subscribers
from onething.core.manifests.house import get_house
from onething.core.processes.process import Process
from onething.host.assembling import assemble
from onething.host.web import create_app
from onething.host.worker import rounds_of
from onething.notices.channels import channel_names

house = assemble()
app = create_app(with_background=False)
load_tables()
api = next(route.app for route in app.routes if getattr(route, "path", "") == "/api/v1")
here = Process("worker", None)
toy = get_house().room("toy")
from onething.core.manifests.rooms import load
print(json.dumps({
    "page": any(getattr(route, "path", "") == "/toy" for route in app.routes) or "/toy" in str([r for r in app.routes]),
    "page_answers": __import__("starlette.testclient", fromlist=["TestClient"]).TestClient(app).get("/toy").text,
    "api": sorted(api.openapi()["paths"]),
    "table": "toy" in Base.metadata.tables,
    "round": type(load(toy.rounds[0].make)(here)).__name__,
    "channel": "toy" in channel_names(),
    "hears": [each.ref for each in _subscribers["case.submitted", False]],
}))
"""


@pytest.fixture
def toytown(tmp_path: Path) -> Path:
    """A package that is installed beside the product, with its manifest named by entry point."""
    place = tmp_path / "site"
    for name, text in TOY.items():
        (place / "toytown").mkdir(parents=True, exist_ok=True)
        (place / "toytown" / name).write_text(text)
    entry(place, "toytown", "toy = toytown.room:ROOM")
    return place


def entry(place: Path, package: str, line: str) -> None:
    info = place / f"{package}-1.0.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[onething.rooms]\n{line}\n")


def run(place: Path, *arguments: str, code: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    code = code or "from onething.host.cli import main; main()"
    path = os.pathsep.join([str(place), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path} | more, timeout=120
    )


def test_a_room_of_a_citys_own_is_found_in_every_process_by_its_manifest_alone(toytown: Path) -> None:
    done = run(toytown, code=EVERYWHERE)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["page_answers"] == '"bear"'
    assert "/toys" in found["api"]
    assert found["table"]
    assert found["round"] == "_Rounds"
    assert found["channel"]
    assert "toytown.hearing:hear" in found["hears"]
    assert run(toytown, "toy", "hello", ONETHING_TOY_NAME="robot").stdout == "robot\n"


def test_a_package_that_fails_at_import_is_named_with_what_to_do(tmp_path: Path) -> None:
    place = tmp_path / "site"
    entry(place, "badtown", "bad = badtown.room:ROOM")
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


def test_two_rooms_that_claim_one_table_are_both_named(toytown: Path) -> None:
    (toytown / "toytown" / "tables.py").write_text(TOY["tables.py"].replace('"toy"', '"event_log"'))
    done = run(toytown, code="from onething.core.db import load_tables; load_tables()")
    assert done.returncode != 0
    assert "room toy claims a table" in done.stderr
    assert "core has event_log" in done.stderr


def test_a_room_that_is_off_brings_nothing_but_its_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    house = put_together(get_house().rooms, off=["risk", "casework", "intake", "api", "web", "operations"])
    assert house.faults == ()
    assert "risk" not in house.commands()
    assert {room.name for room in house.off} == {"risk", "casework", "intake", "api", "web", "operations"}


@pytest.mark.parametrize(
    ("off", "code", "named"), [("catalog", "host.room_missing", "catalog"), ("nosuch", "host.room_unknown", "nosuch")]
)
def test_switching_off_what_others_need_or_what_is_not_there_is_refused(off: str, code: str, named: str) -> None:
    with pytest.raises(Problem, match=code) as refused:
        errors.check(put_together(get_house().rooms, off=[off]))
    assert named in refused.value.what.en
    assert named in refused.value.what.zh


@pytest.mark.parametrize("kind", ["broken", "twice", "missing", "unknown"])
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
