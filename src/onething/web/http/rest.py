"""Puts the REST API under `/api/v1` and lends it what this process has: sign-in, exchange, reading queue."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI

from onething.api.errors import TOKEN_REFUSED
from onething.api.service import create_api
from onething.catalog.service import get_city
from onething.core.access import Principal
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.exchange.service import Exchange
from onething.identity.service import get_provider, principal_from, principal_known
from onething.web.http.officials import known_agencies, known_cities

PREFIX = "/api/v1"


def authenticate(token: str) -> Principal:
    """The bearer of an ID token made for us; takes no lock unless the token says something new. Raises a `Problem` with 401 for
    anything else."""
    try:
        claims = get_provider().check(token, None)
    except Problem as problem:
        if problem.kind.status >= 500:
            raise
        raise Problem(TOKEN_REFUSED, detail=problem.detail) from problem
    database, places = get_database(), (known_agencies(), known_cities())
    with database.reading() as session:
        known = principal_known(session, claims, *places)
    if known is not None:
        return known
    with database.transaction() as session:
        return principal_from(session, claims, *places)


def mount_api(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Mount the API with these routers on the web application."""

    def exchange() -> Exchange:
        helpers = app.state.helpers
        if helpers.exchange is None:
            helpers.exchange = Exchange(get_city(), get_database())
        return helpers.exchange

    def wake() -> None:
        app.state.helpers.wake_reader()

    app.mount(PREFIX, create_api(authenticate, exchange, wake, routers))
