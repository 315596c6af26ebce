"""Whether programs written against one description still work with another: what the rule of docs/api.md allows, and no more.

A client may go on sending what it sent, and finds in answers what it found. New operations, optional parameters, members,
answers that refuse, and new values of enumerations in answers are allowed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from onething.api.schema.words import operations

Schema = dict[str, Any]


def breaking(old: Schema, new: Schema, today: date) -> list[str]:
    """What of `old` does not hold in `new` any more, a line each; empty when every client of `old` still works.

    A deprecated operation may go once its day has come.
    """
    now = {(path, method): operation for path, method, operation in operations(new)}
    found: list[str] = []
    for path, method, operation in operations(old):
        name, successor = operation["operationId"], now.get((path, method))
        if successor is None:
            if not _over(operation, today):
                found.append(f"{name}: {method.upper()} {path} is gone")
            continue
        if successor["operationId"] != name:
            found.append(f"{name}: is called {successor['operationId']} now")
        compare = _Comparison(old, new, name)
        found += [*_parameters(compare, operation, successor), *_body(compare, operation, successor)]
        found += _answers(compare, operation, successor)
    return sorted(set(found))


def _over(operation: Schema, today: date) -> bool:
    return bool(operation.get("deprecated")) and operation.get("x-sunset", "9999-12-31") <= today.isoformat()


def _parameters(compare: "_Comparison", old: Schema, new: Schema) -> Iterator[str]:
    before, after = _by_place(old), _by_place(new)
    for place, parameter in before.items():
        if place not in after:
            yield f"{compare.name}: parameter {place[1]} is gone"
        else:
            yield from compare.taken(parameter["schema"], after[place]["schema"], f"parameter {place[1]}")
    for place, parameter in after.items():
        if parameter.get("required") and not before.get(place, {}).get("required"):
            yield f"{compare.name}: parameter {place[1]} is required now"


def _by_place(operation: Schema) -> dict[tuple[str, str], Schema]:
    return {(each["in"], each["name"].lower()): each for each in operation.get("parameters", ())}


def _body(compare: "_Comparison", old: Schema, new: Schema) -> Iterator[str]:
    before, after = old.get("requestBody", {}), new.get("requestBody", {})
    if after.get("required") and not before.get("required"):
        yield f"{compare.name}: a body is required now"
    for media, content in before.get("content", {}).items():
        if media not in after.get("content", {}):
            yield f"{compare.name}: a body of {media} is not taken any more"
        else:
            yield from compare.taken(content.get("schema", {}), after["content"][media].get("schema", {}), "body")


def _answers(compare: "_Comparison", old: Schema, new: Schema) -> Iterator[str]:
    for status, response in old["responses"].items():
        if not status.startswith("2"):
            continue
        successor = new["responses"].get(status)
        if successor is None:
            yield f"{compare.name}: does not answer {status} any more"
            continue
        for media, content in response.get("content", {}).items():
            if media not in successor.get("content", {}):
                yield f"{compare.name}: does not answer {media} any more"
            else:
                shape = successor["content"][media].get("schema", {})
                yield from compare.given(content.get("schema", {}), shape, f"answer {status}")


@dataclass
class _Comparison:
    """Two shapes side by side, each with the description its references are looked up in."""

    old: Schema
    new: Schema
    name: str

    def given(self, old: Any, new: Any, where: str, seen: frozenset[tuple[str, str]] = frozenset()) -> Iterator[str]:
        """What answers no longer give: a member gone or no longer certain, a value of a type that never came."""
        pair = (str(old.get("$ref", "")), str(new.get("$ref", "")))
        if pair in seen and all(pair):
            return
        seen, old, new = seen | {pair}, _resolved(self.old, old), _resolved(self.new, new)
        if extra := _kinds(new) - _kinds(old):
            yield f"{self.name}: {where} may be {', '.join(sorted(extra))} now"
        for key, shape in old.get("properties", {}).items():
            if key not in new.get("properties", {}):
                yield f"{self.name}: {where}.{key} is gone"
                continue
            if key in old.get("required", ()) and key not in new.get("required", ()):
                yield f"{self.name}: {where}.{key} may be missing now"
            yield from self.given(shape, new["properties"][key], f"{where}.{key}", seen)
        for one, other in _inner(old, new):
            yield from self.given(one, other, f"{where}[]", seen)

    def taken(self, old: Any, new: Any, where: str, seen: frozenset[tuple[str, str]] = frozenset()) -> Iterator[str]:
        """What is no longer taken: a member gone or required now, a type, a value, a length."""
        pair = (str(old.get("$ref", "")), str(new.get("$ref", "")))
        if pair in seen and all(pair):
            return
        seen, old, new = seen | {pair}, _resolved(self.old, old), _resolved(self.new, new)
        if gone := _kinds(old) - _kinds(new):
            yield f"{self.name}: {where} may not be {', '.join(sorted(gone))} any more"
        if "enum" in new and (lost := set(map(str, old.get("enum", ["anything"]))) - set(map(str, new["enum"]))):
            yield f"{self.name}: {where} does not take {', '.join(sorted(lost))} any more"
        yield from self._narrower(old, new, where)
        for key in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
            yield f"{self.name}: {where}.{key} is required now"
        for key, shape in old.get("properties", {}).items():
            if key not in new.get("properties", {}):
                yield f"{self.name}: {where}.{key} is not heeded any more"
            else:
                yield from self.taken(shape, new["properties"][key], f"{where}.{key}", seen)
        for one, other in _inner(old, new):
            yield from self.taken(one, other, f"{where}[]", seen)

    def _narrower(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        for bound in ("maximum", "maxLength", "maxItems", "maxProperties"):
            if bound in new and new[bound] < old.get(bound, float("inf")):
                yield f"{self.name}: {where} has a smaller {bound} now"
        for bound in ("minimum", "minLength", "minItems"):
            if bound in new and new[bound] > old.get(bound, float("-inf")):
                yield f"{self.name}: {where} has a greater {bound} now"
        if "pattern" in new and new["pattern"] != old.get("pattern"):
            yield f"{self.name}: {where} has another pattern now"


def _resolved(schema: Schema, shape: Any) -> Schema:
    """The shape behind references; of alternatives with one object among them, that object (its kinds are kept apart)."""
    while "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    if "anyOf" in shape:
        options = [_resolved(schema, each) for each in shape["anyOf"]]
        whole = [each for each in options if each.get("type") != "null"]
        kinds = sorted(kind for each in options for kind in _kinds(each))
        return {**(whole[0] if len(whole) == 1 else {}), "x-kinds": kinds}
    return shape


def _kinds(shape: Schema) -> set[str]:
    """The JSON types that a shape may have; `number` includes integers. A shape without a type may be anything."""
    if "x-kinds" in shape:
        return set(shape["x-kinds"])
    kinds = shape.get("type", ["anything"])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _inner(before: Schema, after: Schema) -> Iterator[tuple[Any, Any]]:
    """What lists and maps hold, side by side."""
    for key in ("items", "additionalProperties"):
        one, other = before.get(key), after.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            yield one, other
