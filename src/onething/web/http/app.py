"""The web application: portal, console and API on one base. `host.web` gives it the routers of all rooms."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import text
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request

from onething import __version__
from onething.api.errors import Incidents
from onething.core.db import get_database
from onething.core.processes.tracing_asgi import Tracing
from onething.core.settings import Settings, get_settings
from onething.trust.service import key_store
from onething.web.http import errors, messages
from onething.web.http.acts import Acts
from onething.web.http.afterwards import Afterwards
from onething.web.http.background import Helpers, background
from onething.web.http.headers import SecurityHeaders
from onething.web.http.limits import Limits
from onething.web.http.rest import mount_api
from onething.web.http.sessions import cookie_name
from onething.web.http.templating import environment, get_assets


def _check(settings: Settings) -> None:
    """Fail at start, plainly, rather than at the first visitor."""
    if settings.production:
        key_store()
    get_assets()
    environment()
    differences = messages.MESSAGES.differences()
    if differences:
        raise RuntimeError(f"page texts differ between the languages: {differences[:5]}")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(background(app))
        yield


def make_app(
    pages: Sequence[APIRouter],
    api: Sequence[APIRouter],
    settings: Settings | None = None,
    *,
    with_background: bool = True,
) -> FastAPI:
    """The application with these pages and this API, each tried in its order. `with_background=False` leaves out the reading
    of uploads (tests of pages alone)."""
    used = settings or get_settings()
    _check(used)
    app = FastAPI(
        title="onething", version=__version__, docs_url=None, redoc_url=None, openapi_url=None,
        lifespan=_lifespan if with_background else None,
    )  # fmt: skip
    app.state.settings = used
    app.state.helpers = Helpers()
    errors.install(app)
    app.add_middleware(Acts)
    app.add_middleware(Limits, cookie=cookie_name(used), refuse=errors.problem_response)
    app.add_middleware(Incidents, answer=errors.unexpected)
    app.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=5)
    app.add_middleware(SecurityHeaders, settings=used)
    app.add_middleware(Tracing)
    app.add_middleware(Afterwards)
    _machinery(app)
    for router in pages:
        app.include_router(router)
    mount_api(app, api)
    return app


def _machinery(app: FastAPI) -> None:
    @app.get("/static/{version}/{name:path}", include_in_schema=False)
    def static(request: Request, version: str, name: str) -> Response:
        return get_assets().serve(request, version, name)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> Response:
        with get_database().reading() as session:
            session.execute(text("SELECT 1"))
        return PlainTextResponse("ok")
