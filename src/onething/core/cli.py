"""`onething db upgrade|check|current`: the tables of this installation."""

from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from onething.core.db import get_database
from onething.core.migrating import current, differences, newest, upgrade, write_revision

app = typer.Typer(no_args_is_help=True, help="数据库 · make and check the tables.", rich_markup_mode=None)


def _address() -> str:
    return make_url(get_database().url).render_as_string(hide_password=True)


@app.command("upgrade")
def upgrade_command(
    revision: Annotated[str, typer.Argument(help="How far; the newest unless given.")] = "head",
) -> None:
    """Make the tables, or bring them to what this version needs. Safe to repeat and to run from several machines."""
    before = current(get_database())
    upgrade(get_database(), revision)
    after = current(get_database())
    typer.echo(
        f"{_address()}: {before or 'empty'} → {after}" if before != after else f"{_address()}: already at {after}"
    )


@app.command()
def check() -> None:
    """Are the tables as this version needs them? Exit code 1 and one line for each difference when not."""
    found = differences(get_database())
    for line in found:
        typer.echo(line)
    typer.echo(f"{_address()}: {'run `onething db upgrade`' if found else 'as it should be'}")
    raise typer.Exit(1 if found else 0)


@app.command("current")
def current_command() -> None:
    """The revision the database is at, and the one this version needs."""
    typer.echo(f"{_address()}: {current(get_database()) or 'none'} (this version needs {newest() or 'none'})")


@app.command("revision", hidden=True)
def revision_command(message: Annotated[str, typer.Argument(help="What changes, in a few words.")]) -> None:
    """For developers: write a migration from what the database has to what the code says."""
    typer.echo(str(write_revision(get_database(), message)))
