"""Finds adapters by name: entry points `onething.exchange.adapters`, so that a city adds its own without a fork."""

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points

from onething.core.errors import Problem, define
from onething.core.settings import Settings
from onething.exchange.base import Adapter

GROUP = "onething.exchange.adapters"

NO_ADAPTER = define(
    "exchange.no_adapter", 500, exit_code=2,
    zh=("城市配置里写的接口方式“{name}”没有安装。", "请检查机构配置中的 gateway.adapter,可用的有：{known}。"),
    en=("The city package names the adapter “{name}”, which is not installed.", "Check gateway.adapter in the agency's file; there are: {known}."),
)  # fmt: skip

AdapterFactory = Callable[[Settings], Adapter]


@cache
def _factories() -> dict[str, AdapterFactory]:
    found: dict[str, AdapterFactory] = {}
    for point in entry_points(group=GROUP):
        if point.name in found:
            raise ValueError(f"two adapters are called {point.name!r}")
        found[point.name] = point.load()
    return found


def adapter_names() -> list[str]:
    """Every adapter installed here."""
    return sorted(_factories())


def make_adapter(name: str, settings: Settings) -> Adapter:
    """A fresh adapter for the running loop; raises `Problem(NO_ADAPTER)` naming those that exist."""
    factory = _factories().get(name)
    if factory is None:
        raise Problem(NO_ADAPTER, name=name, known=", ".join(adapter_names()))
    return factory(settings)
