"""The door of the API.

The application:
`create_api`: the application that the web mounts under /api/v1, with its own answers to failures (RFC 9457) and all
    rooms' routers, or only those given. It signs nobody in itself: `create_api` is handed what does, the exchange and
    a wake-up call.
"""

import gzip
from collections.abc import Callable, Sequence
from functools import cache
from threading import Lock
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request, Response

from onething.api import errors
from onething.api.caller import Authenticate, Surroundings
from onething.api.lifecycle import Announcing
from onething.api.schema.compatibility import breaking
from onething.api.schema.description import openapi_of
from onething.api.schema.names import operation_id
from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import load
from onething.exchange.service import Exchange

__all__ = [
    "breaking",
    "create_api",
    "described",
]

VERSION = "1.0.0"
"""Of the API, not of the product. The first number stands in the path; docs/api.md says what may change without a new one."""
TAGS = (
    {"name": "catalog", "description": "What the city offers: life events, their services, the plan of one before anything is known."},
    {"name": "filings", "description": "Filings: begun, filled from photographs, answers and registries, reviewed, submitted once."},
    {"name": "signing", "description": "Filings that several people sign."},
    {"name": "cases", "description": "Cases as their applicant sees them: progress, supplements, withdrawal, certificates, who looked."},
    {"name": "officers", "description": "The officers' side: inbox, one item with all that is needed to judge it, decisions."},
    {"name": "rules", "description": "Rulesets: browse, check, try, compare over a population, and take versions through four eyes."},
    {"name": "profiles", "description": "What agencies deliver of companies, and what a company reads and disputes of it."},
    {"name": "webhooks", "description": "Subscriptions of a city's own systems to what happens."},
)  # fmt: skip
DESCRIPTION = """File once, and every agency does its part.

Send an ID token of the identity provider as bearer. Failures are RFC 9457 problem details with a stable `code` and
words in Chinese and English (`what` happened, what to do `next`). Times are UTC; money is text in yuan. Every list answers
`items` and `next`; give `next` back as `cursor`. Ignore members you do not know: new ones may come at any time. What is to
go is announced in `Deprecation` and `Sunset` headers.
"""


def all_routers() -> list[APIRouter]:
    """The routers that all rooms name for the API, in the order they are tried."""
    return [load(ref) for _, ref in get_house().refs("api")]


def described(routers: Sequence[APIRouter] | None = None) -> dict[str, Any]:
    """OpenAPI 3.1 of these routers, or of all rooms'."""
    chosen = list(routers) if routers is not None else all_routers()
    return openapi_of(_bare(chosen), chosen, DESCRIPTION, TAGS)


def _bare(routers: Sequence[APIRouter]) -> FastAPI:
    api = FastAPI(
        title="onething", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None,
        generate_unique_id_function=operation_id,
    )  # fmt: skip
    for router in routers:
        api.include_router(router)
    once = Lock()

    @cache
    def made() -> dict[str, Any]:
        return openapi_of(api, routers, DESCRIPTION, TAGS)

    @cache
    def written() -> tuple[bytes, bytes]:
        plain = orjson.dumps(made())
        return plain, gzip.compress(plain, 6, mtime=0)

    def openapi() -> dict[str, Any]:
        with once:  # it takes a second or so: those who ask meanwhile wait for it instead of making it as well
            return made()

    api.openapi = openapi

    @api.get("/openapi.json", include_in_schema=False)
    def description(
        request: Request,
    ) -> Response:  # in a thread, for the first time; afterwards it lies ready as it is sent
        with once:
            plain, packed = written()
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            return Response(packed, media_type="application/json", headers=headers)
        return Response(plain, media_type="application/json", headers={"Vary": "Accept-Encoding"})

    return api


def create_api(
    authenticate: Authenticate,
    exchange: Callable[[], Exchange],
    wake_reading: Callable[[], None],
    routers: Sequence[APIRouter] | None = None,
) -> FastAPI:
    """The API, with its own answers to failures, so that it says the same wherever it is mounted."""
    api = _bare(list(routers) if routers is not None else all_routers())
    api.state.surroundings = Surroundings(authenticate, exchange, wake_reading)
    errors.install(api)
    api.add_middleware(Announcing)
    return api
