"""`onething policy feedback …`: what companies propose, grouped by meaning, and the figures of the loop.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from dataclasses import asdict
from typing import Annotated

import typer

from onething.core.commands import AsJson, operator, print_json

app = typer.Typer(no_args_is_help=True, help="政策体验官 · what companies say of policies.", rich_markup_mode=None)


@app.command("list")
def list_command(
    state: Annotated[str, typer.Option(help="open, answered, adopted, declined or all.")] = "open", as_json: AsJson = False
) -> None:  # fmt: skip
    """Suggestions by meaning, the largest group first. Exit code 2: no such state."""
    from onething.core.db import get_database
    from onething.policy.feedback import service as feedback
    from onething.policy.fulfilment.books import policy_folder

    if state not in (*feedback.STATES, "all"):
        typer.echo(f"no state {state!r}: {', '.join((*feedback.STATES, 'all'))}", err=True)
        raise typer.Exit(2)
    with get_database().reading() as session:
        listed = feedback.listing(session, operator(), state)
    groups = feedback.clusters_of(listed, feedback.load_words(policy_folder()))
    if as_json:
        print_json(
            [{"words": list(group.words), "suggestions": [asdict(each) for each in those]} for group, those in groups]
        )
        return
    for group, those in groups:
        typer.echo(f"{len(those)} × {' · '.join(group.words)}")
        for each in those:
            typer.echo(f"  {each.at:%Y-%m-%d} {each.agency} {each.target}: {each.text}")
    if not groups:
        typer.echo("no suggestion")


@app.command()
def figures(as_json: AsJson = False) -> None:
    """Reach, awareness, take-up, time to money and suggestions adopted, of everything and clause by clause."""
    from onething.core.db import get_database
    from onething.policy.feedback import service as feedback

    with get_database().reading() as session:
        whole, clauses = feedback.loop(session), feedback.by_clause(session)
    if as_json:
        print_json({"all": asdict(whole), "clauses": {name: asdict(each) for name, each in clauses.items()}})
        return
    typer.echo(f"{'':<32} reached  aware  paid  hours  said  adopted")
    for name, each in {"all": whole, **clauses}.items():
        shares = [f"{100 * share:4.0f}%" if share is not None else "    —" for share in (each.aware, each.taken_up)]
        hours = f"{each.hours_to_money:6.1f}" if each.hours_to_money is not None else "     —"
        typer.echo(f"{name[:32]:<32} {each.reached:>7}  {shares[0]} {shares[1]} {hours} {each.suggestions:>5} {each.adopted:>8}")  # fmt: skip
