"""What `onething serve` runs: a web process with the pages and the API of every room."""

import socket

import uvicorn
from fastapi import APIRouter, FastAPI

from onething.catalog.service import get_city
from onething.core.errors import Problem
from onething.core.manifests.house import House, get_house
from onething.core.processes.process import settle_in
from onething.core.settings import Settings
from onething.host import health
from onething.host.assembling import assemble, load_all, process
from onething.host.checking import refuse_unfit
from onething.host.errors import PORT_TAKEN
from onething.host.fitting import check_addresses
from onething.host.supervision import Server
from onething.web.http.app import make_app


def create_app(settings: Settings | None = None, *, with_background: bool = True) -> FastAPI:
    """The application. `with_background=False` leaves out the reading of uploads and what hears of events (tests of pages
    alone)."""
    house = assemble() if with_background else get_house()
    if with_background:
        process("web")
    own = health.router(house, lambda: process("web"))
    return make_app([own, *routers(house, "pages")], routers(house, "api"), settings, with_background=with_background)


def routers(house: House, what: str) -> list[APIRouter]:
    """The routers that the rooms name in one field, in the order they are tried."""
    check_addresses(house, what)
    return [each for each in load_all(house, what) if isinstance(each, APIRouter)]


def must_be_free(host: str, port: int) -> None:
    """Raises `Problem(host.port_taken)` when nobody can listen there; another may still take it before we do."""
    try:
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for family, kind, protocol, _, place in places[:1]:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(place)
    except (OSError, OverflowError) as error:
        raise Problem(PORT_TAKEN, address=f"{host}:{port}", why=getattr(error, "strerror", "") or str(error)) from error


def serve(host: str, port: int, proxy: str) -> bool:
    """Serve until stopped; False when it could not listen (why was logged). `proxy`: addresses of trusted proxies.

    Raises `Problem` for an address that is taken and a city that cannot be served, before anything else is loaded."""
    must_be_free(host, port)
    get_city()
    refuse_unfit(process("web"))
    product = create_app()
    settle_in()
    configured = uvicorn.Config(
        product, host=host, port=port, loop="uvloop", http="httptools", access_log=False, server_header=False,
        proxy_headers=bool(proxy), forwarded_allow_ips=proxy or None, log_config=None, timeout_graceful_shutdown=10,
    )  # fmt: skip
    server = Server(configured)
    server.run()
    return server.started
