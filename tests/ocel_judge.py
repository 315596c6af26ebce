"""What OCEL 2.0 asks of a log, for tests that write one."""

from typing import Any, cast

import jsonschema

_TYPE = {"type": "object", "required": ["name", "attributes"], "additionalProperties": False, "properties": {
    "name": {"type": "string"},
    "attributes": {"type": "array", "items": {
        "type": "object", "required": ["name", "type"], "additionalProperties": False,
        "properties": {"name": {"type": "string"}, "type": {"enum": ["string", "time", "integer", "float", "boolean"]}},
    }},
}}  # fmt: skip
_LINKS = {"type": "array", "items": {
    "type": "object", "required": ["objectId", "qualifier"], "additionalProperties": False,
    "properties": {"objectId": {"type": "string"}, "qualifier": {"type": "string"}},
}}  # fmt: skip
_VALUE = {"name": {"type": "string"}, "value": {"type": ["string", "number", "boolean"]}}
OCEL = {
    "type": "object", "required": ["objectTypes", "eventTypes", "objects", "events"], "additionalProperties": False,
    "properties": {
        "objectTypes": {"type": "array", "items": _TYPE},
        "eventTypes": {"type": "array", "items": _TYPE},
        "objects": {"type": "array", "items": {
            "type": "object", "required": ["id", "type"], "additionalProperties": False,
            "properties": {
                "id": {"type": "string"}, "type": {"type": "string"}, "relationships": _LINKS,
                "attributes": {"type": "array", "items": {
                    "type": "object", "required": ["name", "value", "time"], "additionalProperties": False,
                    "properties": _VALUE | {"time": {"type": "string", "format": "date-time"}},
                }},
            },
        }},
        "events": {"type": "array", "items": {
            "type": "object", "required": ["id", "type", "time"], "additionalProperties": False,
            "properties": {
                "id": {"type": "string"}, "type": {"type": "string"}, "time": {"type": "string", "format": "date-time"},
                "attributes": {"type": "array", "items": {
                    "type": "object", "required": ["name", "value"], "additionalProperties": False, "properties": _VALUE,
                }},
                "relationships": _LINKS,
            },
        }},
    },
}  # fmt: skip
"""As the standard's JSON schema has it, with the closed lists of its text (https://www.ocel-standard.org/specification)."""


def must_be_ocel(log: dict[str, Any]) -> None:
    """Valid by the schema, and every name and id that is used is there, once."""
    jsonschema.validate(log, OCEL)
    objects = {each["id"]: each["type"] for each in log["objects"]}
    assert len(objects) == len(log["objects"])
    assert set(objects.values()) == {each["name"] for each in log["objectTypes"]}
    types = {each["name"]: {a["name"]: a["type"] for a in each["attributes"]} for each in log["eventTypes"]}
    assert {each["type"] for each in log["events"]} == set(types)
    for each in [*log["events"], *log["objects"]]:
        assert {link["objectId"] for link in each["relationships"]} <= set(objects)
    values = {"string": str, "time": str, "integer": int, "float": (int, float), "boolean": bool}
    for each in log["events"]:
        for attribute in each["attributes"]:
            assert isinstance(attribute["value"], cast("Any", values[types[each["type"]][attribute["name"]]]))
