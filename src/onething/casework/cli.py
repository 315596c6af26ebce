"""`onething cases …`: look at cases, the inbox of an agency, decide, replay checks and changed review rules on past cases.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onething.core.commands import AsJson, operator, print_json

if TYPE_CHECKING:
    from onething.review.service import ReviewReplay

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Cases: list, show, an agency's inbox, decide.")


@app.command("replay-checks")
def replay_checks(
    case: Annotated[str, typer.Argument(help="Reference or id.")],
    json: AsJson = False,
) -> None:
    """Judge every check of a case again from its stored trace. Exit codes: 0 all the same, 1 a difference, 3 no checks."""
    from onething.casework.decisions import checks
    from onething.casework.errors import NO_CHECKS
    from onething.casework.views import reading
    from onething.catalog.service import find_event, get_city
    from onething.core.clock import local
    from onething.core.db import get_database
    from onething.core.errors import Problem

    city = get_city()
    with get_database().reading() as session:
        view = reading.case_view(session, operator(), case)
        runs = checks.runs_of(session, view.summary.id)
    if not runs:
        raise Problem(NO_CHECKS)
    event = find_event(city, view.summary.life_event)
    replayed = [(run, checks.replay_run(city, event, run)) for run in runs]
    if json:
        print_json([
            {"run": run.id, "at": run.at, "catalog_version": run.catalog_version, "outcome": run.outcome, "checks": lines}
            for run, lines in replayed
        ])  # fmt: skip
    else:
        for run, lines in replayed:
            typer.echo(f"{run.id}  {local(run.at):%Y-%m-%d %H:%M:%S}  {run.outcome}")
            for line in lines:
                mark = "=" if line.same else "≠"
                typer.echo(f"  {mark} {line.check:<22} {line.before:<11} {line.again:<11} {line.why}")
    if not all(line.same for _, lines in replayed for line in lines):
        raise typer.Exit(1)


@app.command("list")
def list_cases(limit: int = typer.Option(20, help="Most lines."), json: AsJson = False) -> None:
    """The newest cases; names are masked."""
    from onething.casework.views import reading
    from onething.core.clock import local
    from onething.core.db import get_database

    with get_database().reading() as session:
        page = reading.newest(session, operator(), limit=limit)
    if json:
        print_json(page.items)
        return
    for line in page.items:
        when = local(line.submitted_at).strftime("%Y-%m-%d %H:%M")
        typer.echo(f"{line.reference}  {when}  {line.status.value:<12} {line.name.zh}  {line.applicant}")


@app.command()
def show(case: str = typer.Argument(help="Reference or id."), json: AsJson = False) -> None:
    """One case: its tasks by agency, its timeline, what it waits for."""
    from onething.casework.views import reading
    from onething.core.clock import local
    from onething.core.db import get_database

    with get_database().reading() as session:
        view = reading.case_view(session, operator(), case)
    if json:
        print_json(view)
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
    json: AsJson = False,
) -> None:
    """What waits for an agency's officers, the most urgent first."""
    from onething.casework.models import InboxFilter
    from onething.casework.officers import inbox as officers
    from onething.core.access import Principal, Role
    from onething.core.clock import local
    from onething.core.db import get_database

    officer = Principal(Role.OFFICER, "cli", agency_id=agency)
    with get_database().reading() as session:
        page = officers.inbox(session, officer, InboxFilter(late=late))
    if json:
        print_json(page.items)
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
    yes: bool = typer.Option(False, "--yes", help="Refuse without asking once more."),
) -> None:
    """Approve or refuse one item."""
    from onething.casework.models import DecisionKind
    from onething.casework.officers import inbox as officers
    from onething.core.access import Principal, Role
    from onething.core.db import get_database

    choices: dict[str, DecisionKind] = {"approve": "approve", "refuse": "refuse"}
    if decision not in choices:
        raise typer.BadParameter("approve or refuse")
    principal = Principal(Role.OFFICER, officer, agency_id=agency)
    if decision == "refuse" and reason and not yes:
        typer.confirm(f"The applicant will read: {reason}\nRefuse?", abort=True)
    with get_database().transaction() as session:
        status = officers.decide(session, principal, item, choices[decision], reason)
    typer.echo(status.value)


@app.command("replay-review")
def replay_command(
    event: Annotated[str, typer.Argument(help="Life event.")],
    rules: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Changed rule file (YAML).")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="Cases submitted within so many days.")] = 30,
    limit: Annotated[int, typer.Option(min=1, max=20_000, help="Most cases, the newest first.")] = 5_000,
    json: AsJson = False,
) -> None:
    """What changed review rules would have said of past cases. Exit codes: 2 the rules are not valid, 3 there are none."""
    from rich.console import Console
    from rich.progress import Progress

    from onething.casework.cases import case_facts
    from onething.casework.errors import BAD_RULE_FILE, NO_REVIEW_RULES
    from onething.catalog.service import find_event, get_city
    from onething.core.clock import now
    from onething.core.db import get_database
    from onething.core.errors import Problem
    from onething.review.service import replay_review, review_rules
    from onething.rules.service import RuleError, load_file

    city = get_city()
    found = find_event(city, event)
    old = review_rules(city, found)
    name = (found.review or "").partition("#")[2]
    try:
        new = load_file(rules).get(name)
    except RuleError as error:
        raise Problem(
            BAD_RULE_FILE, str(error), file=rules.name, why=str(error.problems[0].what.zh if error.problems else error)
        ) from error
    if old is None or new is None:
        raise Problem(NO_REVIEW_RULES, event=event, name=name)
    since = now() - timedelta(days=days)
    with (
        get_database().reading() as session,
        Progress(console=Console(stderr=True, quiet=json), transient=True) as progress,
    ):
        task = progress.add_task("cases", total=case_facts.count_since(session, operator(), found, since, limit))
        filings = case_facts.filings_since(session, operator(), found, old.names | new.names, since, limit)
        replay = replay_review(old, new, progress.track(filings, task_id=task))
    print_json(replay.as_dict()) if json else _show_replay(replay)


def _show_replay(replay: "ReviewReplay") -> None:
    from rich.console import Console
    from rich.table import Table

    from onething.core.whole_words import print_table

    table = Table(
        "rule",
        "group",
        "before",
        "after",
        "new on",
        "gone from",
        title=f"{replay.filings} filings",
        title_justify="left",
    )
    for change in replay.ordered():
        table.add_row(
            change.rule, change.group, str(change.before), str(change.after), str(change.gained), str(change.lost)
        )
    print_table(Console(), table)
    typer.echo(
        f"held up {replay.held_up_before} → {replay.held_up_after}   officer {replay.officer_before} → {replay.officer_after}"
    )
