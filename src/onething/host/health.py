"""`/health/live`, `/health/ready` and `/metrics`, from what every room says of itself.

Live: this process answers at all (a supervisor restarts one that does not). Ready: everything it needs is there (a proxy
sends visitors elsewhere until it is). Strangers learn no more than that: details and figures are for callers on this machine,
or with the token of `ONETHING_METRICS_TOKEN`.
"""

import hmac
import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TypeVar

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request

from onething.core.errors import NOT_FOUND, Problem
from onething.core.logs import get_logger
from onething.core.manifests.house import House
from onething.core.manifests.rooms import load
from onething.core.processes.health import Check, Figure
from onething.core.processes.process import Process
from onething.core.settings import settings_of
from onething.web.settings import WebSettings

log = get_logger("host.health")
_Told = TypeVar("_Told")


def checks_of(house: House, process: Process) -> list[Check]:
    """Every room's checks. One that fails itself counts as not well, under its room's name."""
    return list(_asked(house, process, "health", lambda room, error: Check(room, False, f"cannot tell ({error})")))


def figures_of(house: House, process: Process) -> list[Figure]:
    """Every room's figures; a room that cannot tell has a figure saying so."""

    def silent(room: str, _error: str) -> Figure:
        return Figure("room_silent", "Rooms that could not give their figures", 1, {"room": room})

    return list(_asked(house, process, "metrics", silent))


def _asked(house: House, process: Process, what: str, silent: Callable[[str, str], _Told]) -> Iterable[_Told]:
    for room, ref in house.refs(what):
        try:
            yield from load(ref)(process)
        except Exception as error:  # noqa: BLE001 - health must answer whatever is broken; it is told as not well
            log.warning("a room cannot say how it goes", about=room.name, error=type(error).__name__)
            yield silent(room.name, type(error).__name__)


class _Rooms(Collector):
    def __init__(self, figures: list[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for each in self._figures:
            names = sorted(each.labels)
            family = families.setdefault(
                each.name, GaugeMetricFamily(f"onething_{each.name}", each.about, labels=names)
            )
            family.add_metric([each.labels[name] for name in names], each.value)
        return families.values()


def exposition(figures: list[Figure]) -> str:
    """The figures in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Rooms(figures))
    return generate_latest(registry).decode()


def of_the_house(request: Request) -> bool:
    """Whether the caller may see how this process goes: by the token where one is set, else by being on this machine."""
    token = settings_of(WebSettings).metrics_token.get_secret_value()
    if token:
        return hmac.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    here = request.client is not None and request.client.host in {"127.0.0.1", "::1"}
    return here and "x-forwarded-for" not in request.headers and "forwarded" not in request.headers


class Lately:
    """How it went at most `SECONDS` ago: however many strangers ask, the disk and the database are tried once in that time."""

    SECONDS = 1.0

    def __init__(self, look: Callable[[], bool]) -> None:
        self._look, self._lock = look, Lock()
        self._well, self._until = False, 0.0

    def well(self) -> bool:
        with self._lock:
            if time.monotonic() >= self._until:
                self._well = self._look()
                self._until = time.monotonic() + self.SECONDS
            return self._well


def router(house: House, process: Callable[[], Process]) -> APIRouter:
    """The three addresses. `process` is asked at each request, so that settings may change in between."""
    routes = APIRouter(include_in_schema=False)
    lately = Lately(lambda: all(check.ok for check in checks_of(house, process()) if check.needed))

    @routes.get("/health/live")
    def live() -> Response:
        return PlainTextResponse("ok")

    @routes.get("/health/ready")
    def ready(request: Request) -> Response:
        if not of_the_house(request):
            well = lately.well()
            return JSONResponse({"ready": well}, 200 if well else 503, {"Retry-After": "5"} if not well else None)
        found = checks_of(house, process())
        well = all(check.ok for check in found if check.needed)
        told = [{"name": each.name, "ok": each.ok, "needed": each.needed, "about": each.about} for each in found]
        return JSONResponse(
            {"ready": well, "checks": told}, 200 if well else 503, {"Retry-After": "5"} if not well else None
        )

    @routes.get("/metrics")
    def metrics(request: Request) -> Response:
        if not of_the_house(request):
            raise Problem(NOT_FOUND)
        return PlainTextResponse(exposition(figures_of(house, process())), media_type="text/plain; version=0.0.4")

    return routes
