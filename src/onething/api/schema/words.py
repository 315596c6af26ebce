"""Words of the description: what every property, parameter and answer means, and how it looks.

A model's own `Field(description=…)` comes first; else `words.yaml` says it, once for a name that means the same everywhere
and by schema where it does not.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from onething.api.paging import Items

BY_TYPE: dict[str, Any] = {"boolean": True, "integer": 1, "number": 1.5}
BY_FORMAT = {"date-time": "2026-09-30T08:00:00Z", "date": "2026-09-30"}


@cache
def words() -> dict[str, dict[str, Any]]:
    """`properties`: name → [meaning, example]; `schemas`: name → {`is`: what it is, property → the same}; `parameters`; `answers`."""
    return yaml.safe_load(files("onething.api.schema").joinpath("words.yaml").read_text("utf-8"))


def describe(schema: dict[str, Any]) -> None:
    """Say, in place, what is not said yet of schemas, properties and parameters, and give each value an example."""
    schemas: dict[str, Any] = schema.get("components", {}).get("schemas", {})
    for name, body in schemas.items():
        own: dict[str, Any] = words()["schemas"].get(name, {})
        if "is" in own:
            body["description"] = own["is"]
        elif set(body.get("properties", ())) == {"items", "next"}:
            body["description"] = Items.__doc__ or ""
        for key, property_ in body.get("properties", {}).items():
            _say(property_, own.get(key) or words()["properties"].get(key), schemas)
    for _, _, operation in operations(schema):
        for parameter in operation.get("parameters", ()):
            said = words()["parameters"].get(f"{operation['operationId']}.{parameter['name']}")
            _say_parameter(parameter, said or words()["parameters"].get(parameter["name"]), schemas)


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of every operation."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _say(property_: dict[str, Any], said: list[Any] | None, schemas: dict[str, Any]) -> None:
    meaning, *example = said or [""]
    if meaning:
        property_.setdefault("description", meaning)
    if "examples" not in property_ and "$ref" not in property_:
        found = example[0] if example else automatic(property_, schemas)
        if found is not None:
            property_["examples"] = [found]


def _say_parameter(parameter: dict[str, Any], said: list[Any] | None, schemas: dict[str, Any]) -> None:
    shape = parameter["schema"]
    meaning = parameter.get("description") or shape.pop("description", "") or (said[0] if said else "")
    if meaning:
        parameter["description"] = meaning
    shape.pop("description", None)
    _say(shape, ["", *said[1:]] if said else None, schemas)


def automatic(shape: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example that the type alone gives; None where only words can."""
    if "default" in shape and shape["default"] not in (None, "", [], {}):
        return shape["default"]
    if "enum" in shape:
        return shape["enum"][0]
    if "const" in shape:
        return shape["const"]
    if "$ref" in shape:
        return automatic(schemas.get(shape["$ref"].rpartition("/")[2], {}), schemas)
    if "anyOf" in shape:
        return next((found for each in shape["anyOf"] if (found := automatic(each, schemas)) is not None), None)
    if shape.get("type") == "array":
        inner = automatic(shape.get("items", {}), schemas)
        return None if inner is None else [inner]
    if shape.get("type") in ("integer", "number") and "minimum" in shape:
        return max(shape["minimum"], 1)
    return BY_FORMAT.get(shape.get("format", "")) or BY_TYPE.get(str(shape.get("type")))
