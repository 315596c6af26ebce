"""Which names a place in a package may have: follows a path through the models, for near-miss suggestions."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from onething.catalog.models import SOURCE_KINDS


def names_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Names of the fields (as written in YAML) at a path like `("life_events", 0, "slots", 3)`; [] where free."""
    kinds: list[type[BaseModel]] = [model]
    for part in location:
        if isinstance(part, int):
            continue
        if part in SOURCE_KINDS and any(kind in SOURCE_KINDS.values() for kind in kinds):
            kinds = [SOURCE_KINDS[part]]
            continue
        kinds = [inner for kind in kinds for inner in _inner(kind, part)]
    return sorted({field.alias or name for kind in kinds for name, field in kind.model_fields.items()})


def _inner(kind: type[BaseModel], name: str) -> Iterator[type[BaseModel]]:
    for field_name, field in kind.model_fields.items():
        if name in (field_name, field.alias):
            yield from models_in(field.annotation)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model that a value of this annotation, or an item of it, may be."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, UnionType, tuple, list, dict, frozenset):
        for part in get_args(annotation):
            yield from models_in(part)
