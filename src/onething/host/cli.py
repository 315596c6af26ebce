"""The `onething` command: groups are named by the rooms' manifests and loaded only when called, so `--help` stays quick.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found, 4 something outside (an agency, a service) failed.
"""

import dataclasses
import gc
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from onething import __version__
from onething.core.commands import AsJson, print_json
from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import Command, Room, load_for

OWN = {
    "health": "健康检查 · how this installation goes",
    "rooms": "模块 · list the rooms of this installation",
    "version": "版本 · print the version",
}
"""What the command line brings itself, a line each."""

ASKED = "onething.asked"
"""Where the command's context keeps whether only a help page is asked for."""


def only_asks(args: Sequence[str]) -> bool:
    """Whether this can only end in a help page: words, then `--help`. Behind an option, `--help` may be its value."""
    return bool(args) and args[-1] == "--help" and not any(word.startswith("-") for word in args[:-1])


class RoomGroup(TyperGroup):
    """A command group whose members are the rooms' own typer apps."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.meta[ASKED] = only_asks(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted({*super().list_commands(ctx), *_groups()})

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        groups = _groups()
        with formatter.section("Commands"):
            formatter.write_dl([(name, _about(groups, name)) for name in self.list_commands(ctx)])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found
        group = _groups().get(cmd_name)
        if group is None:
            from onething.host import (
                errors,
            )  # a room that is off or broken may have had the command: that is what must be told

            errors.check(get_house())
            return None
        owner = next((room for room in get_house().rooms if group in room.commands), Room(name=cmd_name, about=""))
        loaded = load_for(owner, group.app)
        command = typer.main.get_command(loaded)
        command.name = cmd_name
        return command


def _groups() -> dict[str, Command]:
    return get_house().commands()


def _about(groups: dict[str, Command], name: str) -> str:
    return groups[name].about if name in groups else OWN[name]


app = typer.Typer(
    cls=RoomGroup,
    no_args_is_help=True,
    help="高效办成一件事 · get one thing done.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root(ctx: typer.Context) -> None:
    if ctx.meta[ASKED]:
        return  # a page of help needs no rooms assembled, and tells what is right also where one of them is broken
    from onething.core import logs  # not above: `--help` needs neither settings nor logging
    from onething.host.assembling import assemble

    logs.configure()
    assemble()


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


@app.command()
def health(
    as_json: AsJson = False,
    figures: bool = typer.Option(False, "--metrics", help="The figures instead, in Prometheus' text format."),
) -> None:
    """How this installation goes: its database, tables, disk, clock, workers. Exit code 1 when something needed is missing."""
    from onething.host import health as asked  # not above: help needs none of it
    from onething.host.assembling import process

    here = process("command")
    if figures:
        typer.echo(asked.exposition(asked.figures_of(get_house(), here)), nl=False)
        return
    found = asked.checks_of(get_house(), here)
    for check in found:
        if as_json:
            print_json(dataclasses.asdict(check), one_line=True)
        else:
            typer.echo(
                f"{'ok  ' if check.ok else 'FAIL' if check.needed else 'note'}  {check.name:<10} {check.about}".rstrip()
            )
    raise typer.Exit(1 if any(check.needed and not check.ok for check in found) else 0)


@app.command()
def rooms(as_json: AsJson = False) -> None:
    """List the rooms of this installation, and what each brings."""
    house = get_house()
    for room in (*house.rooms, *house.off):
        off, brings = room in house.off, _brings(room)
        if as_json:
            print_json({"room": room.name, "about": room.about, "off": off, "brings": brings}, one_line=True)
        else:
            told = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in brings.items())
            typer.echo(f"{room.name:<12} {'(off) ' if off else ''}{room.about}\n{'':<12} {told or '–'}")


def _brings(room: Room) -> dict[str, int]:
    counted = {field.name: getattr(room, field.name) for field in dataclasses.fields(room)}
    return {name: len(value) for name, value in counted.items() if not isinstance(value, str) and value}


def main() -> None:
    """Entry point: runs a command and turns a `Problem` into two plain lines and its exit code. A command that worked with the
    database or the city says which at its end: to people at a terminal always, to programs when it failed."""
    # Loading makes hundreds of thousands of objects that stay: walking them again and again is a quarter of a process's start.
    gc.set_threshold(50_000, 20, 100)
    os.umask(0o077)  # what an installation writes holds people's data: for its owner alone, unless said otherwise
    code = 1
    try:
        app(prog_name="onething")
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        raise
    except Exception as error:
        from onething.core.settings import misfits  # not above: help needs none of it
        from onething.host.errors import problem_behind

        if lines := misfits(error):
            typer.echo("\n".join(lines), err=True)
            code = 2
            sys.exit(code)
        problem = problem_behind(error)
        if problem is None:
            raise
        _tell(problem)
        code = problem.kind.exit_code
        sys.exit(code)
    else:
        code = 0
    finally:
        _keep_act(sys.argv[1:], code)
        if code or sys.stderr.isatty():
            _tell_where()


def _keep_act(words: list[str], code: int) -> None:
    """A command that changed something goes into the log of operators' acts; one that only looked, or asked for help, does not."""
    if "onething.host.assembling" in sys.modules:
        from onething.host.acts import keep  # not above: help needs none of it

        keep(app, words, code)


def _tell_where() -> None:
    """The city and the database that this command has used, as far as it got to either."""
    from onething.host.whereabouts import used

    for line in used():
        typer.echo(f"· {line}", err=True)


def _tell(problem: Any) -> None:
    lines = f"{problem.what.zh} / {problem.what.en}\n{problem.next.zh} / {problem.next.en}  [{problem.kind.code}]"
    typer.echo(lines, err=True)
    if problem.detail:
        typer.echo(problem.detail, err=True)
