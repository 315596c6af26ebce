"""`onething gateway --agency ID`: the gateway process of one member of the exchange."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import orjson
import typer

from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.errors import BAD_REQUEST, Problem
from onething.core.processes.process import settle_in
from onething.core.processes.rounds import threaded
from onething.core.settings import settings_of
from onething.exchange.gateway import setup as members
from onething.exchange.gateway.cli import Folder, app, folder_of
from onething.exchange.gateway.desk import AgencyDesk, Desk
from onething.exchange.gateway.effects import Effects
from onething.exchange.gateway.evidence import EvidenceBook
from onething.exchange.gateway.partners import PartnerDesk
from onething.exchange.gateway.rights import PLATFORM
from onething.exchange.gateway.server import Gateway, serving
from onething.exchange.registry import make_adapter
from onething.exchange.service import Exchange
from onething.exchange.settings import ExchangeSettings
from onething.host.assembling import process
from onething.host.supervision import supervised
from onething.trust.service import key_store

__all__ = ["app", "make_desk"]


@app.callback()
def run(
    ctx: typer.Context,
    agency: Annotated[str, typer.Option(help="Agency id; `platform` answers the city's partners.")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 0,
    folder: Folder = None,
) -> None:
    """Serve until SIGTERM or Ctrl-C. Prints one line of JSON when it listens. Exit code 2: not set up."""
    if ctx.invoked_subcommand is not None:
        return
    if not agency:
        typer.echo(ctx.get_help())
        raise typer.Exit(2)
    asyncio.run(_serve(agency, host, port, folder_of(folder)))


def make_desk(agency_id: str, db: Database, settings: ExchangeSettings) -> Desk:
    """What answers behind the gateway of a member. Raises `Problem` for a name that the city does not have."""
    city = get_city()
    if agency_id == PLATFORM:
        return PartnerDesk(city, Exchange(city, db, settings=settings), db)
    agency = city.agency(agency_id)
    if agency is None:
        raise Problem(BAD_REQUEST, field=f"agency {agency_id}")
    return AgencyDesk(city, agency, make_adapter(agency.gateway.adapter, settings), Effects(db, agency_id))


async def _serve(agency: str, host: str, port: int, folder: Path) -> None:
    settings, db = settings_of(ExchangeSettings), process("gateway").db
    signer = key_store(agency).signer(members.KEY_NAME)
    gateway = Gateway(agency, folder, signer, make_desk(agency, db, settings), EvidenceBook(db, agency))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(gateway, host, port) as listening, supervised():
        settle_in()
        typer.echo(orjson.dumps({"member": agency, "port": listening}).decode())
        effects = Effects(db, agency)

        def forget() -> None:
            effects.forget(settings.keep_days)

        await threaded("gateway.forget", 3600.0, forget).run(stop)
