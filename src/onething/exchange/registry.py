"""Finds adapters by name: parts of group `exchange.adapters` in the manifests, so that a city adds its own without a fork."""

from collections.abc import Callable
from functools import cache

from onething.core.errors import Problem, define
from onething.core.house import parts_of
from onething.core.rooms import load
from onething.exchange.base import Adapter
from onething.exchange.settings import ExchangeSettings

GROUP = "exchange.adapters"

NO_ADAPTER = define(
    "exchange.no_adapter", 500, exit_code=2,
    zh=("城市配置里写的接口方式“{name}”没有安装。", "请检查机构配置中的 gateway.adapter,可用的有：{known}。"),
    en=("The city package names the adapter “{name}”, which is not installed.", "Check gateway.adapter in the agency's file; there are: {known}."),
)  # fmt: skip

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
