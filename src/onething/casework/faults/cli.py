"""`onething faults list|again|close`: what is wrong on our side or in the city package, and what it holds up.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from typing import Annotated

import typer

from onething.core.commands import AsJson, operator, print_json

app = typer.Typer(no_args_is_help=True, help="故障 · faults of ours and of the city package.", rich_markup_mode=None)


@app.command("list")
def show(
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most this many.")] = 50, as_json: AsJson = False
) -> None:
    """Open faults, the latest first."""
    from onething.casework.faults.held_up import open_faults
    from onething.core.clock import local
    from onething.core.db import get_database

    with get_database().reading() as session:
        found = open_faults(session, operator(), limit)
    if as_json:
        print_json(found)
        return
    for each in found:
        fault = each.fault
        at = f"{local(fault.last_at):%m-%d %H:%M}"
        typer.echo(
            f"{fault.key[:12]}  {at}  ×{fault.times:<4} {fault.code:<16} {fault.about}  {fault.detail}  {each.reference}"
        )
    if not found:
        typer.echo("no open faults")


@app.command()
def again() -> None:
    """Have everything tried again at once that faults hold up; after the cause is mended."""
    from onething.casework.faults.held_up import try_again
    from onething.core.db import get_database

    with get_database().transaction() as session:
        typer.echo(f"tried again: {try_again(session, operator())} cases")


@app.command()
def close(key: Annotated[str, typer.Argument(help="As `faults list` shows it, or its beginning.")]) -> None:
    """Say that a fault which holds up no case is seen to."""
    from onething.casework.faults.held_up import close as close_fault
    from onething.casework.faults.held_up import open_faults
    from onething.core.db import get_database

    with get_database().transaction() as session:
        found = [each.fault.key for each in open_faults(session, operator(), 200) if each.fault.key.startswith(key)]
        if len(found) != 1:
            raise typer.BadParameter(f"{len(found)} open faults begin so")
        close_fault(session, operator(), found[0])
    typer.echo("closed")
