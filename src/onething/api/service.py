"""The door of the API: `create_api` gives the application that `web` mounts under `/api/v1`."""

from collections.abc import Callable

from fastapi import FastAPI

from onething import __version__
from onething.api import cases, errors, filings, offers, officers, profiles, rules, signing
from onething.api.caller import Authenticate, Surroundings
from onething.exchange.service import Exchange

__all__ = ["Surroundings", "create_api"]

DESCRIPTION = """File once, and every agency does its part.

Send an ID token of the identity provider as bearer. Failures are RFC 9457 problem details with a stable `code` and
words in Chinese and English (`what` happened, what to do `next`). Times are UTC; money is text in yuan.
"""


def create_api(
    authenticate: Authenticate,
    exchange: Callable[[], Exchange],
    wake_reading: Callable[[], None],
) -> FastAPI:
    """The API, with its own answers to failures, so that it says the same wherever it is mounted."""
    api = FastAPI(
        title="onething",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    api.state.surroundings = Surroundings(authenticate, exchange, wake_reading)
    errors.install(api)
    for part in (offers, filings, signing, cases, officers, rules, profiles):
        api.include_router(part.router)
    return api
