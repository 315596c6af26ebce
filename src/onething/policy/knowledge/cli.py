"""`onething policy conflicts` and `export`: clauses that get into each other's way with a company that shows it; all as RDF.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onething.core.commands import AsJson, print_json

if TYPE_CHECKING:
    from onething.policy.models import Clause, Relation

Folder = Annotated[Path | None, typer.Argument(help="City package; the city's own when left out.")]


def conflicts_command(
    city: Folder = None,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Clauses in force on this day.")] = None,
    approved: Annotated[bool, typer.Option(help="With the clauses that officials approved (database).")] = True,
    as_json: AsJson = False,
) -> None:
    """Pairs of clauses that meet in one company, a witness, and what to do. Exit code 1 when there are any."""
    from rich.console import Console

    from onething.policy.knowledge.conflicts import find_conflicts

    clauses, relations = in_force(city, day, approved)
    found = find_conflicts(clauses, relations)
    if as_json:
        print_json([each.as_dict() for each in found])
    else:
        console = Console()
        for each in found:
            console.print(f"[bold]{each.name.zh}[/] {each.first} · {each.second}\n  {each.witness}\n  {each.suggestion.zh}")  # fmt: skip
            console.print("  " + "、".join(str(ground) for ground in each.grounds))
        console.print(f"{len(clauses)} clauses, {len(found)} conflicts")
    raise typer.Exit(1 if found else 0)


def export_command(
    base: Annotated[str, typer.Option(help="The operator's own address, under which identifiers live.")],
    city: Folder = None,
    file: Annotated[Path | None, typer.Option(help="Turtle; the screen when left out.")] = None,
    approved: Annotated[bool, typer.Option(help="With the clauses that officials approved (database).")] = True,
) -> None:
    """Clauses in force and their relations as RDF (CPSV-AP, CCCEV, ELI)."""
    from onething.policy.knowledge.export import export

    clauses, relations = in_force(city, None, approved)
    text = export(base, (), clauses, relations).serialize(format="turtle")
    if file:
        file.write_text(text, encoding="utf-8")
    else:
        typer.echo(text)


def in_force(city: Path | None, day: datetime | None, approved: bool) -> "tuple[list[Clause], list[Relation]]":
    """Clauses of a package and of the database on a day; an approved one takes the place of the package's of the same id."""
    from onething.core.city_folders import city_folder
    from onething.core.clock import today
    from onething.core.db import get_database
    from onething.core.settings import settings_of
    from onething.policy.knowledge import store
    from onething.policy.matching.clauses import load_clauses
    from onething.policy.settings import PolicySettings

    wanted = day.date() if day else today()
    package, links = load_clauses(city or city_folder(settings_of(PolicySettings).policy_city))
    found = {each.id: each for each in package if (each.valid_from or wanted) <= wanted <= (each.valid_to or wanted)}
    relations = list(links)
    if approved:
        with get_database().reading() as session:
            found |= {each.id: each for each in store.live_clauses(session, wanted)}
            relations += store.relations(session)
    return list(found.values()), relations
