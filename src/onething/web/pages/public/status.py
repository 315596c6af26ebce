"""The public status page: what works, what is slow or away, and how the last day went; the same as JSON."""

from functools import lru_cache

from fastapi import Response
from fastapi.responses import JSONResponse

from onething.core.db import get_database
from onething.core.manifests.house import get_house
from onething.core.processes.process import Process
from onething.core.processes.public_status import Remembered, as_json, gather
from onething.core.settings import get_settings
from onething.web.http.page import Visitor, page_router

router = page_router()


@lru_cache(maxsize=4)
def _remembered(database_url: str) -> Remembered:  # noqa: ARG001 - one for each database that this process has served
    return Remembered(lambda: gather(get_house(), Process("web", get_database(), get_settings().worker_id)))


@router.get("/status")
def show(page: Visitor) -> Response:
    return page.show("home/status.html", told=_remembered(get_settings().database_url).get())


@router.get("/status.json")
def show_json() -> Response:
    told = as_json(_remembered(get_settings().database_url).get())
    return JSONResponse(told, headers={"Cache-Control": "public, max-age=30", "Access-Control-Allow-Origin": "*"})
