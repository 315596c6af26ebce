"""`onething policy benefits …`: deliveries of agencies, the nightly scan, work by hand, and where everything stands.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onething.core.commands import AsJson, emit

if TYPE_CHECKING:
    from onething.policy.fulfilment import service as benefits

app = typer.Typer(no_args_is_help=True, help="免申即享 · benefits paid without applying.", rich_markup_mode=None)


def _desk() -> "benefits.Desk":
    from onething.core.db import get_database
    from onething.policy.fulfilment import service as benefits

    desk = benefits.make_desk(get_database())
    if desk is None:
        typer.echo("this city has no company profiles; name one that has with ONETHING_POLICY_CITY", err=True)
        raise typer.Exit(2)
    return desk


@app.command("take-in")
def take_in(
    source: Annotated[str, typer.Argument(help="Agency id.")],
    file: Annotated[Path, typer.Argument(help="CSV or Parquet with uscc, as_of and dimensions.", exists=True)],
    as_json: AsJson = False,
) -> None:
    """Take in a delivery of an agency; companies whose picture changed are matched next. Exit code 1: lines were refused."""
    from onething.subjects.profiles import service
    from onething.subjects.profiles.service import read_delivery

    desk = _desk()
    with desk.db.transaction() as session:
        rows = read_delivery(file.read_bytes(), file.name)
        taken = service.take_in(session, desk.spec, source, rows, kind="file", name=file.name, actor=f"agency:{source}")  # fmt: skip
    value = {"rows": taken.rows, "changed": len(taken.changed), "refused": [{"line": r.line, "why": r.why} for r in taken.refused[:100]], "repeated": taken.repeated}  # fmt: skip
    emit(
        value, as_json, f"{taken.rows} rows, {len(taken.changed)} companies changed, {len(taken.refused)} lines refused"
    )
    if taken.refused:
        raise typer.Exit(1)


@app.command()
def scan(workers: Annotated[int, typer.Option(min=1, max=16)] = 2, as_json: AsJson = False) -> None:
    """All companies against all clauses from the columns, as every night; who is due something is matched next."""
    from onething.core.settings import get_settings
    from onething.policy.fulfilment import service as benefits

    desk, settings = _desk(), get_settings()
    store = benefits.column_store()
    wanted = benefits.nightly(desk, store, settings.data_dir / "companies" / "scan", workers)
    with desk.db.reading() as session:
        row = benefits.last_scan(session)
    value = {"companies": row.companies if row else 0, "clauses": row.clauses if row else 0, "millis": row.millis if row else 0, "to_match": wanted}  # fmt: skip
    emit(
        value,
        as_json,
        f"{value['companies']} companies × {value['clauses']} clauses in {value['millis']} ms; {wanted} to match",
    )


@app.command()
def work() -> None:
    """Do what there is to do (files and feeds of agencies, changed clauses, matching, releasing), then end. `onething worker` does it all the time."""
    from onething.policy.fulfilment import service as benefits

    desk = _desk()
    arrived = benefits.arrivals_of(desk).look()
    benefits.sweep(desk, benefits.column_store())
    done = desk.run_until_idle()
    typer.echo(f"deliveries {len(arrived)}, matched {done.matched}, released {done.paid}, resumed {done.resumed}")


@app.command()
def status(as_json: AsJson = False) -> None:
    """How many benefits stand in which state."""
    from onething.core.db import get_database
    from onething.policy.fulfilment import service as benefits

    with get_database().reading() as session:
        found = {state.value: number for state, number in sorted(benefits.counts(session).items())}
    emit(found, as_json, "\n".join(f"{state:<12} {number}" for state, number in found.items()) or "no benefit yet")
