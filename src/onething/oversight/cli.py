"""`onething acts list`: what operators and officials did.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from datetime import datetime
from typing import Annotated

import typer

from onething.core.commands import AsJson, operator, print_json

app = typer.Typer(no_args_is_help=True, help="操作记录 · what operators and officials did.", rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Keeps `list` a named command although it is the only one."""


@app.command("list")
def list_command(
    who: Annotated[str, typer.Option(help="A piece of who it was, e.g. os:alice, admin, officer:police.")] = "",
    what: Annotated[str, typer.Option(help="A piece of what was done, e.g. “certificates revoke”.")] = "",
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="From then on, China time.")
    ] = None,
    before: Annotated[int | None, typer.Option(help="Older than the act with this number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="Most lines.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Newest first: number, when, who, what, on what, from where, how it ended. With --json one object a line."""
    import dataclasses

    from onething.core.clock import CHINA, local
    from onething.core.db import get_database
    from onething.oversight.service import search

    begins = since.replace(tzinfo=CHINA) if since else None
    with get_database().reading() as session:
        found = search(session, operator(), who=who, what=what, since=begins, before=before, limit=limit)
    for act in found:
        if as_json:
            print_json(dataclasses.asdict(act), one_line=True)
        else:
            on = " ".join([*act.options, *act.on])
            typer.echo(
                f"{act.seq:>8}  {local(act.at):%m-%d %H:%M:%S}  {act.outcome:<7} {act.who}  {act.what}  {on}  [{act.whence}]"
            )
