"""`onething policy what-if CLAUSE --turn r2.0=30`: companies and money if a clause were otherwise, before anybody decides.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from onething.core.commands import AsJson, print_json


def what_if_command(
    clause: Annotated[str, typer.Argument(help="Clause id.")],
    turn: Annotated[list[str] | None, typer.Option(help="DIAL=NUMBER, as often as needed; without any the dials are listed.")] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Companies and yuan by district, size and trade, now and then. Exit codes: 2 no such clause or dial, or no number."""
    from onething.core.clock import today
    from onething.core.db import get_database
    from onething.policy.fulfilment import service as benefits
    from onething.policy.whatif import service as whatif
    from onething.subjects.profiles import service

    folder = benefits.policy_folder()
    spec = service.load_spec(folder)
    with get_database().reading() as session:
        book = benefits.CityBooks(folder).of(session, today())
        found = book.find(clause)
        if found is None:
            typer.echo(f"no clause {clause!r} in force", err=True)
            raise typer.Exit(2)
        dials = whatif.dials(found.clause, spec)
        turns = _turns(turn or [], {each.id for each in dials})
        effect = whatif.try_clause(session, benefits.column_store(), spec, book, found.clause, turns)
        held = benefits.booked(session, found)
    if as_json:
        value = {"clause": clause, "dials": {d.id: str(d.value) for d in dials}, "turns": {k: str(v) for k, v in turns.items()}, **effect.as_dict(), "books": asdict(held)}  # fmt: skip
        print_json(value)
        return
    for dial in dials:
        typer.echo(f"{dial.id:<10} {dial.value:,f}  {dial.name.en}" + (f" → {turns[dial.id]:,f}" if dial.id in turns else ""))  # fmt: skip
    whole = effect.whole
    typer.echo(f"companies {whole.companies:,} → {whole.companies_then:,} (+{effect.gained:,} −{effect.lost:,})")
    typer.echo(f"yuan      {whole.yuan:,.2f} → {whole.yuan_then:,.2f}")
    typer.echo(
        f"books     {held.companies:,} companies: {held.held / 100:,.2f} set aside, {held.paid / 100:,.2f} paid, "
        f"{held.waiting / 100:,.2f} waiting, {held.unwanted / 100:,.2f} not wanted"
    )
    for group, lines in effect.groups.items():
        for line in lines:
            typer.echo(f"{group:<9} {line.code:<10} {line.companies:>7,} → {line.companies_then:>7,}  {line.yuan:>14,.2f} → {line.yuan_then:>14,.2f}")  # fmt: skip


def _turns(said: list[str], known: set[str]) -> dict[str, Decimal]:
    turns: dict[str, Decimal] = {}
    for each in said:
        dial, _, number = each.partition("=")
        try:
            value = Decimal(number)
        except InvalidOperation:
            value = Decimal(-1)
        if dial not in known or not value.is_finite() or value < 0:
            typer.echo(f"{each!r}: want DIAL=NUMBER with one of {', '.join(sorted(known))}", err=True)
            raise typer.Exit(2)
        turns[dial] = value
    return turns
