"""The web part of mocked agencies: each under its own address, by the methods, paths and keys that the catalog says."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from fastapi import FastAPI, Request, Response

from onething.catalog.models import Agency, City
from onething.sandbox.agencies.app import JSON, add_house, misbehave, taken
from onething.sandbox.agencies.desk import LEDGER, Clerk, Desk, Operation, connect
from onething.sandbox.mocks.desk import Act, desk_of

_PLACE = re.compile(r"\{([\w.\-]+)\}")


def make_app(city: City, folder: Path) -> FastAPI:
    """All agencies of a city, each mounted under its id; their databases are made in `folder`."""
    app = FastAPI(title=f"{city.name.zh}（模拟部门）", docs_url=None, redoc_url=None)
    for agency in city.agencies:
        desk = desk_of(city, agency)
        _write(folder / f"{agency.id}.db", desk)
        app.mount(f"/{agency.id}", _agency(agency, desk, folder / f"{agency.id}.db"))
    return app


def _write(path: Path, desk: Desk) -> None:
    db = connect(str(path))
    db.executescript(f"{LEDGER}{desk.schema} BEGIN;")
    desk.fill(db, None)
    db.execute("COMMIT")
    db.close()


def _agency(agency: Agency, desk: Desk, database: Path) -> FastAPI:
    clerk = Clerk(desk, connect(str(database)))
    app = FastAPI(title=desk.name, docs_url=None, redoc_url=None)
    routes: dict[tuple[str, str], list[Operation]] = {}
    for spec, operation in zip(agency.operations, desk.operations, strict=True):
        routes.setdefault((spec.method, spec.path), []).append(operation)
    for (method, path), operations in routes.items():
        _add(app, clerk, agency, method, path, operations)
    add_house(app, clerk)
    return app


def _add(app: FastAPI, clerk: Clerk, agency: Agency, method: str, path: str, operations: list[Operation]) -> None:
    """One address. Where several operations share it, the constants of the request say which is meant."""
    names = _PLACE.findall(path)

    async def endpoint(request: Request) -> Response:
        body = await _body(request, names)
        key = _key(request, agency, body)
        operation = next((each for each in operations if _means(each, body)), operations[0])
        raw = orjson.dumps(body)
        if clerk.board.quiet:
            status, answer = taken(clerk, operation, raw, key)
            return Response(answer, status, media_type=JSON)
        return await misbehave(clerk, operation, raw, key, request)

    place = iter(range(len(names)))
    route = _PLACE.sub(lambda _: f"{{p{next(place)}}}", path)
    app.add_api_route(f"/{route.lstrip('/')}", endpoint, methods=[method], response_model=None)


def _means(operation: Operation, body: Any) -> bool:
    act = operation.handler
    return isinstance(act, Act) and act.side.means(body)


async def _body(request: Request, names: list[str]) -> Any:
    """The fields of a request, wherever they stand: body, query or path."""
    try:
        body: Any = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError:
        return None
    if not isinstance(body, dict):
        return body
    found: dict[str, Any] = {**body, **request.query_params}
    return found | {name: request.path_params[f"p{index}"] for index, name in enumerate(names)}


def _key(request: Request, agency: Agency, body: Any) -> str:
    """The idempotency key, where the gateway says that it stands; each request has its own where keys are not sent."""
    place, _, name = agency.gateway.idempotency.partition(":")
    if place == "header":
        return request.headers.get(name or "Idempotency-Key", "")
    if place == "body" and isinstance(body, dict):
        return str(body.pop(name, ""))
    return uuid4().hex
