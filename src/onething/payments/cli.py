"""`onething payments …`: purses, orders, sending by hand, statements, and the audit of the books.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from onething.core.commands import AsJson, operator, print_json
from onething.payments.models import How, OrderState

app = typer.Typer(no_args_is_help=True, help="拨付与账簿 · payments and their books.", rich_markup_mode=None)


def _yuan(fen: int) -> str:
    from onething.core.money import show, to_yuan

    return show(to_yuan(fen))


@app.command()
def appropriate(
    purse: Annotated[str, typer.Argument(help="Key of the purse, as clauses name it.")],
    yuan: Annotated[str, typer.Argument(help="Amount in yuan.")],
    key: Annotated[str, typer.Option(help="Number of the document that grants it; the same one again adds nothing.")],
) -> None:
    """Put money into a purse."""
    from onething.core.db import get_database
    from onething.core.money import to_fen
    from onething.payments import service as payments

    with get_database().transaction() as session:
        new = payments.appropriate(session, purse, to_fen(Decimal(yuan)), key, operator())
    typer.echo("done" if new else "that document was booked before; nothing was added")


@app.command()
def purses(as_json: AsJson = False) -> None:
    """Where every purse stands."""
    from onething.core.db import get_database
    from onething.payments import service as payments

    with get_database().reading() as session:
        found = payments.purses(session)
    if as_json:
        print_json([{"key": p.key, "appropriated": p.appropriated, "available": p.available, "reserved": p.reserved, "transit": p.transit, "spent": p.spent, "receivable": p.receivable} for p in found])  # fmt: skip
        return
    for p in found:
        typer.echo(f"{p.key:<30} appropriated {_yuan(p.appropriated):>18}  available {_yuan(p.available):>18}  spent {_yuan(p.spent):>18}")  # fmt: skip
    if not found:
        typer.echo("no purse yet: `onething payments appropriate PURSE YUAN --key DOCUMENT` makes one")


@app.command("list")
def orders(
    state: Annotated[OrderState | None, typer.Option(help="Only orders in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """Newest payment orders, without names or account numbers."""
    from onething.core.clock import local
    from onething.core.db import get_database
    from onething.payments import service as payments

    with get_database().reading() as session:
        found = payments.listing(session, state, limit)
    if as_json:
        print_json([{"id": o.id, "purse": o.purse, "fen": o.fen, "state": o.state, "code": o.code, "created_at": o.created_at} for o in found])  # fmt: skip
        return
    for o in found:
        typer.echo(
            f"{local(o.created_at):%m-%d %H:%M:%S}  {o.state:<11} {_yuan(o.fen):>16}  {o.purse:<24} {o.id} {o.code}"
        )


@app.command()
def send() -> None:
    """Send what is due now. Exit code 4: the bank did not answer."""
    from onething.core.db import get_database
    from onething.payments import service as payments

    bank = payments.make_bank()
    try:
        done = payments.PaymentSender(get_database(), bank, "cli").run_until_idle()
    finally:
        bank.close()
    typer.echo(f"claimed {done.claimed}, settled {done.settled}")
    if done.silent:
        typer.echo("the bank did not answer everything; it is asked again after a minute", err=True)
        raise typer.Exit(4)


@app.command()
def reconcile(
    file: Annotated[
        Path | None, typer.Argument(help="A camt.053 or camt.054 file; without one the bank is asked.")
    ] = None,
    day: Annotated[str, typer.Option(help="Day of the statement, ISO; today by default.")] = "",
) -> None:
    """Take in a statement: camt.053 or camt.054, versions .02 to .13. What nothing explains waits under `payments suspense`."""
    from onething.core.clock import today
    from onething.core.db import get_database
    from onething.core.settings import settings_of
    from onething.payments import service as payments
    from onething.payments.settings import PaymentsSettings

    if file is not None:
        told = payments.read_statements(file.read_bytes(), settings_of(PaymentsSettings).bank_account)
        entries = [entry for each in told for entry in each.entries]
    else:
        bank = payments.make_bank()
        try:
            entries = bank.statement(day or today().isoformat())
        finally:
            bank.close()
    with get_database().transaction() as session:
        done = payments.reconcile(session, entries, "cli")
    typer.echo(
        f"{done.entries} lines, {done.new} new: {done.matched} payments ({done.settled_by_statement} told only here), "
        f"{done.returned} returned, {done.recovered} recovered, {done.suspense} in suspense"
    )


suspense_app = typer.Typer(help="待查款项 · Lines of statements that nothing explains", no_args_is_help=True)
app.add_typer(suspense_app, name="suspense")


@suspense_app.command("list")
def list_suspense(
    owner: Annotated[str, typer.Option(help="Only what this agency or desk looks into.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Also what is resolved.")] = False,
    as_json: AsJson = False,
) -> None:
    """What waits for an explanation, oldest first."""
    from dataclasses import asdict

    from onething.core.db import get_database
    from onething.payments import service as payments

    with get_database().reading() as session:
        found = payments.suspended(session, owner, every)
    if as_json:
        print_json([asdict(each) | {"reason": each.reason.en} for each in found])
        return
    for each in found:
        typer.echo(
            f"{each.booked_on}  {_yuan(each.fen):>16} {each.currency}  {each.state:<8} {each.owner:<12} {each.key}"
        )
        typer.echo(f"    {each.reason.zh} {each.reason.en} {each.order_id or ''} {each.note}")


@suspense_app.command("resolve")
def resolve_suspense(
    key: Annotated[str, typer.Argument(help="From `onething payments suspense list`.")],
    how: Annotated[
        How,
        typer.Option(
            help="offset: another line undoes it; purse: it belongs to one; order: it did pay its order; outside: put right elsewhere."
        ),
    ],
    note: Annotated[str, typer.Option(help="On what ground; the bank's letter, a decision's number.")],
    with_key: Annotated[str, typer.Option("--with", help="For offset: the other line.")] = "",
    purse: Annotated[str, typer.Option(help="For purse: which.")] = "",
) -> None:
    """Say what a line was, once; the books are put right in the same step."""
    from onething.core.db import get_database
    from onething.payments import service as payments

    with get_database().transaction() as session:
        payments.resolve(session, operator(), key, how, note, with_key, purse)
    typer.echo(f"{key}: {how}")


@app.command()
def audit(as_json: AsJson = False) -> None:
    """Add up the books from their first fen. Exit code 1 when anything is wrong."""
    from onething.core.db import get_database
    from onething.payments import service as payments

    with get_database().reading() as session:
        found = payments.audit(session)
    if as_json:
        print_json(
            {"transfers": found.transfers, "orders": found.orders, "problems": found.problems, "totals": found.totals}
        )
    else:
        for problem in found.problems:
            typer.echo(f"✗ {problem}")
        typer.echo(f"{found.transfers} transfers, {found.orders} orders: {'wrong' if found.problems else 'every fen is accounted for'}")  # fmt: skip
    if found.problems:
        raise typer.Exit(1)
