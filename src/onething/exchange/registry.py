"""Finds adapters by name: parts of group `exchange.adapters` in the manifests, so that a city adds its own without a fork."""

from collections.abc import Callable
from functools import cache

from onething.core.errors import Problem
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load
from onething.exchange.base import Adapter
from onething.exchange.errors import NO_ADAPTER
from onething.exchange.settings import ExchangeSettings

GROUP = "exchange.adapters"

AdapterFactory = Callable[[ExchangeSettings], Adapter]


@cache
def _factories() -> dict[str, AdapterFactory]:
    return {name: load(ref) for name, ref in parts_of(GROUP).items()}


def adapter_names() -> list[str]:
    """Every adapter installed here."""
    return sorted(_factories())


def make_adapter(name: str, settings: ExchangeSettings) -> Adapter:
    """A fresh adapter for the running loop; raises `Problem(NO_ADAPTER)` naming those that exist."""
    factory = _factories().get(name)
    if factory is None:
        raise Problem(NO_ADAPTER, name=name, known=", ".join(adapter_names()))
    return factory(settings)
