"""`onething backup TO` and `onething restore FROM`.

Exit codes: 0 done, 1 refused or failed (nothing half done), 2 wrong usage, 3 there is no such backup, 4 the database or its tools failed.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import contextlib
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onething.core.commands import AsJson, print_json

if TYPE_CHECKING:
    from onething.operations.models import Done, Told

backup_app = typer.Typer(help="备份 · back up the installation while it works.", rich_markup_mode=None)
restore_app = typer.Typer(help="恢复 · restore a backup to an empty place.", rich_markup_mode=None)
PgBin = Annotated[
    Path | None,
    typer.Option(envvar="ONETHING_PG_BIN", help="Folder of pg_dump and pg_restore, where they are not found."),
]


@backup_app.command()
def backup(
    to: Annotated[Path, typer.Argument(help="A folder to make, or a file ending in .tar or .tar.gz; on another disk.")],
    pg_bin: PgBin = None,
    json: AsJson = False,
) -> None:
    """Databases, files, keys (sealed as they lie) and logs of one instant, with the service running. Never overwrites."""
    from onething.operations import service

    with _progress(quiet=json) as told:
        done = service.back_up(to, told, pg_bin)
    _tell(done, "备份完成 · backed up", json=json)


@restore_app.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="The folder or .tar file of a backup.")],
    check: Annotated[bool, typer.Option("--check", help="Only check that it is whole; writes nothing.")] = False,
    replace: Annotated[
        bool, typer.Option(help="Files are here already: move them aside (nothing is deleted).")
    ] = False,
    upgrade: Annotated[bool, typer.Option(help="Bring an older version's database to this one's afterwards.")] = False,
    pg_bin: PgBin = None,
    json: AsJson = False,
) -> None:
    """Put a backup where the settings point: an empty place. Checked wholly first, put in place at the end. Stop the service before."""
    from onething.operations import service
    from onething.operations.models import Done

    with _progress(quiet=json) as told:
        if check:
            manifest = service.check(source, told)
            done = Done(source, manifest, 0.0)
        else:
            done = service.restore(source, told, replace=replace, upgrade_after=upgrade, pg_bin=pg_bin)
    _tell(done, "备份完整 · the backup is whole" if check else "恢复完成 · restored", json=json)


@contextlib.contextmanager
def _progress(*, quiet: bool) -> "Generator[Told]":
    """A bar on standard error, for people only."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    console = Console(stderr=True, quiet=quiet or not sys.stderr.isatty())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda what, done, total: progress.update(task, description=what, completed=done, total=total or None)


def _tell(done: "Done", words: str, *, json: bool) -> None:
    from onething.operations.backing_up import human
    from onething.operations.manifest import as_json

    if json:
        told = {
            "place": str(done.place), "seconds": round(done.seconds, 2), "warnings": list(done.warnings),
            "next": list(done.next_steps), **as_json(done.manifest),
        }  # fmt: skip
        print_json(told)
        return
    made = done.manifest
    typer.echo(f"{words}: {done.place}  {len(made.parts)} 个文件 · files, {human(made.size)}, {done.seconds:.1f} s")
    typer.echo(f"{made.made_at:%Y-%m-%d %H:%M:%S %Z}  {made.version}  {made.database} {made.revision}")
    for log in made.logs:
        typer.echo(f"{log['origin']}  {log['size']} 条 · entries")
    for line in done.warnings:
        typer.echo(f"! {line}", err=True)
    for line in done.next_steps:
        typer.echo(f"→ {line}")
