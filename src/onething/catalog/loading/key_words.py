"""What every key of a package holds: for editors (`description` in the schemas) and for the reference page.

The sentence beside a key in the models goes first; what needs none there stands in `keys.yaml`. A test holds that no key is without.
"""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from onething.catalog.loading.schema_names import models_in
from onething.catalog.models import City
from onething.core.events.describing import sentences_of
from onething.core.plain_yaml import load_yaml


@cache
def _plain() -> dict[str, dict[str, str]]:
    return load_yaml(Path(__file__).with_name("keys.yaml").read_text(encoding="utf-8"))


@cache
def nouns() -> tuple[type[BaseModel], ...]:
    """Every model that a package is made of, the city first."""
    found: dict[type[BaseModel], None] = {}
    todo: list[type[BaseModel]] = [City]
    while todo:
        kind = todo.pop(0)
        if kind not in found and kind.__module__.startswith(("onething.catalog", "onething.rules.models")):
            found[kind] = None
            todo += [inner for field in kind.model_fields.values() for inner in models_in(field.annotation)]
    return tuple(found)


def sentence(kind: type[BaseModel], name: str) -> str:
    """What a key holds, by the name that files write; "" when nobody said."""
    told = sentences_of(kind)
    written = next((field for field, info in kind.model_fields.items() if name in (field, info.alias)), name)
    plain = _plain()
    return told.get(written) or plain.get(kind.__name__, {}).get(name) or plain["*"].get(name, "")


def describe(schema: dict[str, Any]) -> None:
    """Put the sentences into a JSON Schema, at the top and in its `$defs`."""
    known = {kind.__name__: kind for kind in nouns()}
    for name, definition in [(str(schema.get("title", "")), schema), *schema.get("$defs", {}).items()]:
        kind = known.get(name)
        for key, value in definition.get("properties", {}).items() if kind else ():
            said = sentence(kind, key) if kind else ""
            if said:
                value.setdefault("description", said)
