"""The whole description: FastAPI's, with names, words, refusals, roles and media types put right."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from onething.api import lifecycle
from onething.api.errors import ProblemDetails
from onething.api.media import SHAPES
from onething.api.refusals import example
from onething.api.schema.answers import add_common, is_problem, roles
from onething.api.schema.names import give_names, operation_id
from onething.api.schema.words import describe, operations, words
from onething.api.webhooks import WebhookMessage
from onething.core.errors import all_kinds

NOTHING_BACK = "Done; nothing is sent back."
SENT: dict[str, Any] = {
    "operationId": "receiveEvent",
    "tags": ["webhooks"],
    "summary": "What a subscribed address is sent",
    "description": "At least once for each event, in any order. `webhook-id` is the same at every attempt.",
    "parameters": [
        {"name": name, "in": "header", "required": True, "description": meaning, "schema": {"type": "string", "examples": [example]}}
        for name, meaning, example in (
            ("webhook-id", "The message's id: one that was taken already is answered 2xx and left.", "msg_01jd7q9y2m"),
            ("webhook-timestamp", "Unix seconds of this attempt; refuse what is further off than five minutes.", "1790755200"),
            ("webhook-signature", "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; several with spaces between.", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
        )
    ],
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/WebhookMessage"}}}},
    "responses": {"2XX": {"description": "Taken."}, "410": {"description": "No more, ever: the subscription is paused."}},
}  # fmt: skip
ASSUMED_WORDS = (None, "Successful Response", "Created")
ASSUMED = ("HTTPValidationError", "ValidationError")
"""What FastAPI assumes of requests that are not as described; ours is a `Problem`."""


def openapi_of(
    api: FastAPI, routers: Sequence[APIRouter], about: str, tags: Sequence[dict[str, str]]
) -> dict[str, Any]:
    """OpenAPI 3.1 of the API's routes. Raises ValueError when two operations or two schemas would share a name."""
    found = get_openapi(title=api.title, version=api.version, description=about, routes=api.routes, tags=list(tags))
    found["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    by_id = _by_id(routers)
    for _, _, operation in operations(found):
        route = by_id[operation["operationId"]]
        add_common(route, operation)
        _say_what(route, operation)
        if "security" in operation:
            operation["security"] = [{scheme: roles(route) for scheme in each} for each in operation["security"]]
    schemas: dict[str, Any] = found.setdefault("components", {}).setdefault("schemas", {})
    for name in ASSUMED:
        schemas.pop(name, None)
    _add(schemas, "Problem", ProblemDetails)
    if "addWebhook" in by_id:
        _add(schemas, "WebhookMessage", WebhookMessage)
        found["webhooks"] = {"event": {"post": SENT}}
    codes = {code for _, _, each in operations(found) for answer in each["responses"].values() for code in answer.get("x-codes", ())}  # fmt: skip
    found["components"]["examples"] = {kind.code: example(kind) for kind in all_kinds() if kind.code in codes}
    named = give_names(found)
    describe(named)
    for _, _, operation in operations(named):
        _say_answers(operation, named["components"]["schemas"])
    return named


def _add(schemas: dict[str, Any], name: str, model: type[BaseModel]) -> None:
    schemas[name] = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schemas[name].pop("$defs", {}))


def _by_id(routers: Sequence[APIRouter]) -> dict[str, APIRoute]:
    found: dict[str, APIRoute] = {}
    for route in (each for router in routers for each in _routes(router)):
        name = route.operation_id or operation_id(route)
        if found.setdefault(name, route) is not route:
            raise ValueError(f"two operations of the API would be called {name}: {found[name].path} and {route.path}")
    return found


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    for each in router.routes:
        if isinstance(each, APIRoute):
            yield each
        elif isinstance(inner := getattr(each, "original_router", None), APIRouter):
            yield from _routes(inner)


def _say_what(route: APIRoute, operation: dict[str, Any]) -> None:
    """Summary and description from the docstring: its first sentence, and the whole of it."""
    said = " ".join((route.description or "").split())
    operation["summary"] = said.partition(". ")[0].partition("; ")[0].rstrip(".")
    operation["description"] = route.description or ""
    if lifecycle.of(route.endpoint) is not None:
        lifecycle.say(route.endpoint, operation)


def _say_answers(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Words for what comes back when all is well: the operation's own, else its schema's."""
    for status, response in operation["responses"].items():
        if is_problem(response):
            continue
        for media, content in response.get("content", {}).items():
            content["schema"] = SHAPES.get(media, content.get("schema", {}))
        own = words()["answers"].get(f"{operation['operationId']}.{status}")
        shape: dict[str, Any] = next(iter(response.get("content", {}).values()), {}).get("schema", {})
        about = schemas.get(shape.get("$ref", "").rpartition("/")[2], {}).get("description", "")
        if own or response.get("description") in ASSUMED_WORDS:
            response["description"] = own or (NOTHING_BACK if status == "204" else about) or operation["summary"]
