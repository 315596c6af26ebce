"""What `onething gateway --agency ID` runs: the gateway process of one member of the exchange."""

import asyncio
import signal
from pathlib import Path

import orjson
import typer

from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.errors import BAD_REQUEST, Problem
from onething.core.processes.process import settle_in
from onething.core.processes.rounds import threaded
from onething.core.settings import settings_of
from onething.exchange.gateway import setup as members
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


def make_desk(agency_id: str, db: Database, settings: ExchangeSettings) -> Desk:
    """What answers behind the gateway of a member. Raises `Problem` for a name that the city does not have."""
    city = get_city()
    if agency_id == PLATFORM:
        return PartnerDesk(city, Exchange(city, db, settings=settings), db)
    agency = city.agency(agency_id)
    if agency is None:
        raise Problem(BAD_REQUEST, field=f"agency {agency_id}")
    return AgencyDesk(city, agency, make_adapter(agency.gateway.adapter, settings), Effects(db, agency_id))


async def serve(agency: str, host: str, port: int, folder: Path) -> None:
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
