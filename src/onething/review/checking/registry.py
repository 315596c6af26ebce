"""The named components that checks may call. A component is a pure function: parameters in, what it found out.

`component("name")` registers one. It gets the city (its words, trades and phrases are data), its parameters by name
(None where a fact is missing) and its options, and returns plain JSON. It raises nothing for odd input: odd input is
what it is there to find.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from onething.catalog.models import City, ComponentNames


@dataclass(frozen=True, slots=True)
class Given:
    """What a component is given."""

    city: City
    params: Mapping[str, Any]
    options: Mapping[str, Any]

    def text(self, name: str) -> str:
        value = self.params.get(name)
        return "" if value is None else str(value)


class Component(Protocol):
    def __call__(self, given: Given, /) -> dict[str, Any]: ...


_components: dict[str, Component] = {}
_described: dict[str, ComponentNames | None] = {}


def component(
    name: str, takes: str | None = None, finds: str = "", options: str = ""
) -> Callable[[Component], Component]:
    """Register a component under `name`; a second one of that name is a mistake. `takes`, `finds`, `options`: the names, parted by
    blanks, of its parameters, of what it returns and of its options, by which `catalog check` follows a check's words."""

    def add(function: Component) -> Component:
        if name in _components:
            raise ValueError(f"there are two components called {name!r}")
        _components[name] = function
        _described[name] = (
            None
            if takes is None
            else ComponentNames(tuple(takes.split()), tuple(finds.split()), tuple(options.split()))
        )
        return function

    return add


def described() -> dict[str, ComponentNames | None]:
    """Every component by name with its own names; None for one that does not say."""
    import_module("onething.review.contrib")
    return dict(_described)


def find_component(name: str) -> Component:
    """Raises KeyError with the names there are."""
    import_module("onething.review.contrib")  # registers the components that come with the room

    if name not in _components:
        raise KeyError(f"no component {name!r}; there are: {', '.join(sorted(_components))}")
    return _components[name]
