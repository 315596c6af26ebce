"""`onething exchange ask|status|log`: put one question by hand, see how the agencies are doing, read the message log.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from onething.core.commands import AsJson, print_json
from onething.core.whole import whole
from onething.exchange.models import Outcome
from onething.exchange.standards.cli import app as standards

if TYPE_CHECKING:
    from onething.catalog.models import City

app = typer.Typer(no_args_is_help=True, help="向各部门查询和办理 · ask agencies.", rich_markup_mode=None)
app.add_typer(standards, name="standards")

_EXIT = {
    Outcome.OK: 0,
    Outcome.REFUSED: 1,
    Outcome.NOT_FOUND: 3,
    Outcome.UNAVAILABLE: 4,
    Outcome.NONSENSE: 4,
    Outcome.FAULT: 2,
}


@app.command()
def ask(
    operation: Annotated[str, typer.Argument(help="agency.operation, for example police.resident")],
    params: Annotated[list[str] | None, typer.Argument(help="name=value, our names")] = None,
    purpose: Annotated[str, typer.Option(help="What it is for; goes into the message log.")] = "operator",
    ground: Annotated[str, typer.Option(help="What allows it; goes into the message log.")] = "operator on duty",
    key: Annotated[str, typer.Option(help="Idempotency key; a fresh one unless given.")] = "",
    as_json: AsJson = False,
) -> None:
    """Put one question or order to an agency. Exit code: 0 answered, 1 refused, 3 no record, 4 no usable answer."""
    from onething.catalog.service import get_city
    from onething.core.db import get_database
    from onething.core.ids import new_id
    from onething.exchange.models import Answer, Call
    from onething.exchange.service import Exchange

    values = dict(_pair(text) for text in params or [])
    call = Call(operation, values, purpose, ground, key or new_id("cli"), actor="operator")

    async def work() -> Answer:
        exchange = Exchange(get_city(), get_database())
        try:
            return await exchange.ask(call)
        finally:
            await exchange.aclose()

    answer = asyncio.run(work())
    if as_json:
        print_json(answer)
    else:
        why = f"  {answer.code} {answer.reason}".rstrip()
        typer.echo(f"{answer.outcome}{why}  ({answer.attempts} attempt(s), {answer.elapsed_ms:.0f} ms)")
        for name, value in answer.data.items():
            typer.echo(f"  {name:<24} {value}")
    raise typer.Exit(_EXIT[answer.outcome])


def _pair(text: str) -> tuple[str, str]:
    from onething.core.errors import BAD_REQUEST, Problem

    name, found, value = text.partition("=")
    if not found:
        raise Problem(BAD_REQUEST, field=text)
    return name, value


async def _reachable(city: "City") -> dict[str, bool]:
    """Does anybody listen at each agency's gateway?"""

    from onething.core.settings import settings_of
    from onething.exchange.settings import ExchangeSettings

    async def knock(url: str) -> bool:
        host, _, rest = url.partition("://")[2].partition("/")[0].rpartition(":")
        port = whole(rest, 443 if url.startswith("https") else 80)
        try:
            async with asyncio.timeout(2):
                _, writer = await asyncio.open_connection(host or rest, port)
            writer.close()
        except (OSError, TimeoutError):
            return False
        return True

    urls = {a.id: settings_of(ExchangeSettings).gateways.get(a.id, a.gateway.url) for a in city.agencies}
    return dict(zip(urls, await asyncio.gather(*map(knock, urls.values())), strict=True))


@app.command()
def status(
    hours: Annotated[float, typer.Option(min=0.01, help="Look back this far.")] = 24,
    as_json: AsJson = False,
) -> None:
    """Each agency: does its gateway listen, and how has it been answering? Exit code 4 when one does not listen."""
    from onething.catalog.service import get_city
    from onething.core.clock import now
    from onething.core.db import get_database
    from onething.exchange.service import Stats, stats

    city = get_city()
    reachable = asyncio.run(_reachable(city))
    with get_database().reading() as session:
        known = {item.agency: item for item in stats(session, now() - timedelta(hours=hours))}
    rows = [(agency, reachable[agency.id], known.get(agency.id, Stats(agency.id, 0, 0, 0))) for agency in city.agencies]
    if as_json:
        plain = [
            {
                "agency": s.agency,
                "listens": up,
                "calls": s.count,
                "error_share": s.error_share,
                "median_ms": s.median_ms,
            }
            for _, up, s in rows
        ]
        print_json(plain)
    else:
        typer.echo(f"last {hours:g} h      listens    calls   failed   median")
        for agency, up, s in rows:
            share = f"{s.error_share:.1%}"
            word = "yes" if up else "NO"
            typer.echo(f"{agency.id:<14} {word:<7} {s.count:>8} {share:>8} {s.median_ms:>6.0f} ms  {agency.short.zh}")
    raise typer.Exit(0 if all(reachable.values()) else 4)


@app.command("log")
def show_log(
    agency: Annotated[str | None, typer.Option(help="Only this agency.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most this many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest conversations with agencies: who asked whom for what, for which case, on which ground."""
    from onething.core.clock import local
    from onething.core.db import get_database
    from onething.exchange.service import recent

    with get_database().reading() as session:
        messages = recent(session, agency=agency, limit=limit)
    if as_json:
        print_json(messages)
        return
    for m in messages:
        what = f"{m.agency}.{m.operation}"
        at, how = f"{local(m.at):%m-%d %H:%M:%S}", f"{m.outcome} {m.code}".strip()
        typer.echo(f"{at}  {what:<38} {how:<22} {m.ms:>7.0f} ms  {m.case_id or '-'}  {m.purpose} · {m.ground}")
    if not messages:
        typer.echo("nothing yet: conversations appear here as agencies are asked")


@app.command()
def outbox(
    send: Annotated[bool, typer.Option("--send", help="One round now: send what is due.")] = False,
    agency: Annotated[str | None, typer.Option(help="Only this agency.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most this many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Orders that wait for agencies that are away. Exit code 4 when some still wait."""
    from onething.catalog.service import get_city
    from onething.core.clock import local
    from onething.core.db import get_database
    from onething.exchange.forwarding import forwarding
    from onething.exchange.service import Exchange

    db, ended = get_database(), 0
    if send:

        async def work() -> int:
            exchange = Exchange(get_city(), db)
            try:
                return await forwarding.forward(db, exchange.ask)
            finally:
                await exchange.aclose()

        ended = asyncio.run(work())
    with db.reading() as session:
        found = forwarding.waiting(session, agency, limit)
    if as_json:
        print_json({"ended": ended, "waiting": found})
    else:
        for one in found:
            typer.echo(
                f"{one.id}  {one.operation:<30} {one.attempts:>4} attempt(s)  next {local(one.due_at):%m-%d %H:%M:%S}"
            )
        typer.echo(f"{len(found)} waiting, {ended} ended now")
    raise typer.Exit(4 if found else 0)
