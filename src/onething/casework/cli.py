"""`onething cases …`: look at cases, the inbox of an agency, and decide from the command line."""

from typing import Any

import orjson
import typer

from onething.casework import officers, reading
from onething.casework.models import DecisionKind, InboxFilter
from onething.core.access import SYSTEM_PRINCIPAL, Principal, Role
from onething.core.clock import local
from onething.core.db import get_database

app = typer.Typer(no_args_is_help=True, help="Cases: list, show, an agency's inbox, decide.")


def _print_json(value: Any) -> None:
    typer.echo(orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2).decode())


@app.command("list")
def list_cases(
    limit: int = typer.Option(20, help="Most lines."), json: bool = typer.Option(False, "--json", help="As JSON.")
) -> None:
    """The newest cases; names are masked."""
    with get_database().reading() as session:
        page = reading.newest(session, SYSTEM_PRINCIPAL, limit=limit)
    if json:
        _print_json(page.items)
        return
    for line in page.items:
        when = local(line.submitted_at).strftime("%Y-%m-%d %H:%M")
        typer.echo(f"{line.reference}  {when}  {line.status.value:<12} {line.name.zh}  {line.applicant}")


@app.command()
def show(
    case: str = typer.Argument(help="Reference or id."), json: bool = typer.Option(False, "--json", help="As JSON.")
) -> None:
    """One case: its tasks by agency, its timeline, what it waits for."""
    with get_database().reading() as session:
        view = reading.case_view(session, SYSTEM_PRINCIPAL, case)
    if json:
        _print_json(view)
        return
    typer.echo(f"{view.summary.reference}  {view.summary.status.value}  {view.prediction.words.zh}")
    for task in view.tasks:
        typer.echo(f"  {task.status.value:<9} {task.agency_name.zh:　<8} {task.name.zh}  {task.code}")
    for entry in view.timeline:
        typer.echo(f"  {local(entry.at):%m-%d %H:%M:%S}  {entry.words.zh}")


@app.command()
def inbox(
    agency: str = typer.Argument(help="Agency id."),
    late: bool = typer.Option(False, help="Only what is late."),
    json: bool = typer.Option(False, "--json", help="As JSON."),
) -> None:
    """What waits for an agency's officers, the most urgent first."""
    officer = Principal(Role.OFFICER, "cli", agency_id=agency)
    with get_database().reading() as session:
        page = officers.inbox(session, officer, InboxFilter(late=late))
    if json:
        _print_json(page.items)
        return
    for item in page.items:
        mark = "!" if item.late else " "
        typer.echo(f"{mark} {item.id}  {item.reference}  {local(item.due_at):%m-%d %H:%M}  {item.name.zh}  {item.code}")


@app.command()
def decide(
    item: str = typer.Argument(help="Id of the work item."),
    decision: str = typer.Argument(help="approve or refuse."),
    agency: str = typer.Option(..., help="The agency decided for."),
    officer: str = typer.Option(..., help="Who decides; goes into the record."),
    reason: str = typer.Option("", help="Needed to refuse; the applicant reads it."),
) -> None:
    """Approve or refuse one item."""
    choices: dict[str, DecisionKind] = {"approve": "approve", "refuse": "refuse"}
    if decision not in choices:
        raise typer.BadParameter("approve or refuse")
    principal = Principal(Role.OFFICER, officer, agency_id=agency)
    with get_database().transaction() as session:
        status = officers.decide(session, principal, item, choices[decision], reason)
    typer.echo(status.value)
