"""The door of the API.

The application:
`create_api`: the application that the web mounts under /api/v1, with its own answers to failures (RFC 9457) and all
    rooms' routers, or only those given. It signs nobody in itself: `create_api` is handed what does, the exchange and
    a wake-up call.
"""

from collections.abc import Callable, Sequence

from fastapi import APIRouter, FastAPI

from onething import __version__
from onething.api import errors
from onething.api.caller import Authenticate, Surroundings
from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import load
from onething.exchange.service import Exchange

__all__ = [
    "create_api",
]

DESCRIPTION = """File once, and every agency does its part.

Send an ID token of the identity provider as bearer. Failures are RFC 9457 problem details with a stable `code` and
words in Chinese and English (`what` happened, what to do `next`). Times are UTC; money is text in yuan.
"""


def all_routers() -> list[APIRouter]:
    """The routers that all rooms name for the API, in the order they are tried."""
    return [load(ref) for _, ref in get_house().refs("api")]


def create_api(
    authenticate: Authenticate,
    exchange: Callable[[], Exchange],
    wake_reading: Callable[[], None],
    routers: Sequence[APIRouter] | None = None,
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
    for router in routers if routers is not None else all_routers():
        api.include_router(router)
    return api
