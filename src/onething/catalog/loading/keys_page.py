"""The reference page of every key of a city package, written from its schema."""

from collections.abc import Iterator
from typing import Any, cast

from onething.catalog.loading.key_words import nouns
from onething.catalog.loading.schema import json_schema
from onething.catalog.model.kinds import Kind


def package_page() -> str:
    """The reference page of every key: what it holds, its type and kind, whether it must be there."""
    schema = json_schema()
    definitions = {schema["title"]: schema, **schema["$defs"]}
    lines = [
        "# Keys of a city package",
        "",
        "Every key of every file, written from the models. *Kinds* of texts stand at the end.",
        "",
    ]
    for kind in nouns():
        definition = definitions.get(kind.__name__)
        if definition is None:
            continue
        lines += [
            f"## {kind.__name__}",
            "",
            " ".join((kind.__doc__ or "").split()),
            "",
            "| key | holds | type | must |",
            "|---|---|---|---|",
        ]
        must = set(definition.get("required", ()))
        for key, value in definition.get("properties", {}).items():
            said = " ".join(str(value.get("description", "")).split()).replace("|", "\\|")
            lines.append(f"| `{key}` | {said} | {_type(value)} | {'yes' if key in must else ''} |")
        lines.append("")
    lines += ["## Kinds of texts", "", "| kind | what stands there |", "|---|---|"]
    lines += [f"| {each.name} | {each.about.en} · {each.about.zh} |" for each in _kinds()]
    return "\n".join(lines) + "\n"


def _type(value: dict[str, Any]) -> str:
    """A type in a few words: `list of Slot`, `fact`, `one of query, perform, undo`."""
    if "x-kind" in value:
        return str(value["x-kind"]).replace("_", " ")
    if "$ref" in value:
        return str(value["$ref"]).rsplit("/", 1)[1]
    if "enum" in value or "const" in value:
        return "one of " + ", ".join(f"`{each}`" for each in value.get("enum", [value.get("const")]))
    for word in ("anyOf", "oneOf"):
        if word in value:
            inner = [_type(each) for each in value[word] if each.get("type") != "null"]
            return " or ".join(dict.fromkeys(inner))
    if value.get("type") == "array":
        return f"list of {_type(value.get('items', {}))}"
    if value.get("type") == "object":
        keys = value.get("propertyNames", {}).get("x-kind", "name")
        inner: Any = value.get("additionalProperties")
        told = _type(cast("dict[str, Any]", inner)) if isinstance(inner, dict) else "anything"
        return f"{str(keys).replace('_', ' ')} → {told}"
    return str(value.get("format") or value.get("type") or "anything")


def _kinds() -> Iterator[Kind]:
    from onething.catalog.model import kinds

    seen: set[str] = set()
    for value in vars(kinds).values():
        for each in getattr(value, "__metadata__", ()):
            if isinstance(each, Kind) and each.name not in seen:
                seen.add(each.name)
                yield each
