"""`onething db upgrade|check|current|events`: the tables of this installation, and its event log.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from onething.core.commands import AsJson, print_json

if TYPE_CHECKING:
    from onething.core import events
    from onething.core.processes.health import Check

app = typer.Typer(no_args_is_help=True, help="数据库 · make and check the tables.", rich_markup_mode=None)


def _address() -> str:
    from sqlalchemy.engine import make_url

    from onething.core.db import get_database

    return make_url(get_database().url).render_as_string(hide_password=True)


@app.command("upgrade")
def upgrade_command(
    revision: Annotated[str, typer.Argument(help="How far; the newest unless given.")] = "head",
) -> None:
    """Make the tables, or bring them to what this version needs. Safe to repeat and to run from several machines."""
    from onething.core.db import get_database
    from onething.core.migrating import current, lines, upgrade

    db = get_database()
    places = [None, *lines()]
    before = [current(db, each) for each in places]
    upgrade(db, revision)
    for room, was in zip(places, before, strict=True):
        after, where = current(db, room), _address() if room is None else f"room {room.name}"
        typer.echo(f"{where}: {was or 'empty'} → {after}" if was != after else f"{where}: already at {after}")


@app.command()
def check(json: AsJson = False) -> None:
    """Are tables, indexes, references, the event log and sealed columns whole? Reads only; exit code 1 when something is not."""
    from onething.core.db import get_database
    from onething.core.soundness import examine

    found: list[Check] = []
    for each in examine(get_database()):
        found.append(each)
        if not json:
            typer.echo(f"{'ok  ' if each.ok else 'FAIL'}  {each.name:<24} {each.about}".rstrip())
    bad = [each for each in found if not each.ok]
    if json:
        print_json({"sound": not bad, "checks": [asdict(each) for each in found]})
    else:
        old = any(each.name in {"revision", "schema"} for each in bad)
        typer.echo(f"{_address()}: {'run `onething db upgrade`' if old else 'not whole' if bad else 'as it should be'}")
    raise typer.Exit(1 if bad else 0)


@app.command("current")
def current_command() -> None:
    """The revision the database is at, and the one this version needs."""
    from onething.core.db import get_database
    from onething.core.migrating import current, lines, newest

    typer.echo(f"{_address()}: {current(get_database()) or 'none'} (this version needs {newest() or 'none'})")
    for room in lines():
        at, wanted = current(get_database(), room), newest(room)
        typer.echo(f"room {room.name}: {at or 'none'} (its package needs {wanted or 'none'})")


class LogFormat(StrEnum):
    LINES = "lines"
    OCEL = "ocel"


@app.command("events")
def events_command(
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="From this moment on, China time; else all."),
    ] = None,
    form: Annotated[
        LogFormat, typer.Option("--format", help="lines: one JSON object a line; ocel: one OCEL 2.0 document.")
    ] = LogFormat.LINES,
) -> None:
    """The event log, for analysis elsewhere: codes and opaque ids, without references, one-time codes and officers' names."""
    from onething.core import events
    from onething.core.clock import CHINA
    from onething.core.db import get_database
    from onething.core.events.describing import load_declared
    from onething.core.events.ocel import to_ocel

    load_declared()
    with get_database().reading() as session:
        found = events.since(session, since and since.replace(tzinfo=CHINA))
        if form is LogFormat.OCEL:
            typer.echo(orjson.dumps(to_ocel(found)).decode())
        else:
            _write_lines(found)


def _write_lines(found: "Iterable[events.Event]") -> None:
    from onething.core.events.declaring import declaration

    for event in found:
        declared = declaration(event.type)
        kept = {field.name for field in declared.fields if not field.withheld} if declared else set[str]()
        line: dict[str, Any] = {
            "seq": event.seq,
            "id": event.id,
            "at": event.at,
            "type": event.type,
            "stream": event.stream,
            "actor_kind": event.actor.partition(":")[0],
            "data": {name: value for name, value in event.data.items() if name in kept},
        }
        sys.stdout.write(orjson.dumps(line).decode() + "\n")


@app.command("revision", hidden=True)
def revision_command(
    message: Annotated[str, typer.Argument(help="What changes, in a few words.")],
    room: Annotated[str, typer.Option(help="A city's own room, into whose package it goes.")] = "",
) -> None:
    """For developers: write a migration from what the database has to what the code says."""
    from onething.core.db import get_database
    from onething.core.migrating import lines, write_revision

    found = next((each for each in lines() if each.name == room), None)
    if room and found is None:
        raise typer.BadParameter(
            f"no room {room} with migrations of its own: {', '.join(each.name for each in lines()) or '–'}"
        )
    typer.echo(str(write_revision(get_database(), message, room=found)))
