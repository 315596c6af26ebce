"""Holds what the API answers against what its description says: the status, the media type, the body, the problem's code."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

DESCRIPTION = Path(__file__).parents[2] / "docs/reference/openapi.json"
PREFIX = "/api/v1"


@cache
def description() -> dict[str, Any]:
    return json.loads(DESCRIPTION.read_text("utf-8"))


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Paths as patterns, those without places first, as the router tries them."""
    paths = sorted(description()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path) for path in paths]


def operation(method: str, path: str) -> dict[str, Any] | None:
    """The described operation of a request; None for paths and methods that are none of the API's."""
    inside = path.removeprefix(PREFIX)
    for pattern, template in _patterns():
        found = description()["paths"][template].get(method.lower()) if pattern.fullmatch(inside) else None
        if found is not None:
            return found
    return None


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """A validator of one schema of the description, with everything it refers to."""
    whole = {**schema, "components": description()["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def hold(method: str, path: str, status: int, media: str, body: bytes) -> None:
    """Raises AssertionError where an answer is not as described."""
    found = operation(method, path)
    if found is None:
        assert status == 404, f"{method} {path} is not described and answers {status}"
        return
    told = f"{found['operationId']} answers {status}"
    response = found["responses"].get(str(status))
    assert response is not None, f"{told}, which is not described: {body[:300]!r}"
    content = response.get("content", {})
    if not content:
        assert body == b"", f"{told} with a body that is not described"
        return
    kind = media.partition(";")[0].strip()
    assert kind in content, f"{told} with {kind}, described are {sorted(content)}"
    if "json" not in kind:
        return
    value = json.loads(body)
    wrong = sorted(str(error.json_path) + ": " + error.message[:200] for error in validator(content[kind]["schema"]).iter_errors(value))  # fmt: skip
    assert not wrong, f"{told} otherwise than described: {wrong[:5]}"
    if "x-codes" in response:
        assert value["code"] in response["x-codes"], (
            f"{told} with the code {value['code']}, described are {response['x-codes']}"
        )
