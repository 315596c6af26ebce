"""Adapters without a wire: one that answers from the catalog's examples, one that always fails. For tests and trials."""

import asyncio
from typing import Any

from onething.exchange.base import Reply, Request
from onething.exchange.models import Outcome
from onething.exchange.settings import ExchangeSettings


class DemoAdapter:
    """Echoes the parameters, so that a city package can be tried before its agencies have systems."""

    def __init__(self, _settings: ExchangeSettings) -> None:
        self.calls: list[Request] = []

    async def call(self, request: Request) -> Reply:
        self.calls.append(request)
        await asyncio.sleep(0)
        data: dict[str, Any] = {
            ours: request.params[ours] for ours in request.operation.response if ours in request.params
        }
        return Reply(Outcome.OK, data=data or dict(request.params))

    async def aclose(self) -> None:
        self.calls.clear()


class FailingAdapter:
    """An agency that never answers well: raises whatever `gateway.url` names, `timeout:`, `os:`, `bug:` or a reply."""

    def __init__(self, _settings: ExchangeSettings) -> None:
        self.calls = 0

    async def call(self, request: Request) -> Reply:
        self.calls += 1
        match request.agency.gateway.url.partition(":")[0]:
            case "timeout":
                await asyncio.sleep(3600)
            case "bug":
                raise RuntimeError("a bug in an adapter")
            case "nonsense":
                return Reply(Outcome.NONSENSE, reason="not JSON", code="not_json")
            case "busy":
                return Reply(Outcome.UNAVAILABLE, code="http_429", retry_after=0.01)
            case _:
                raise ConnectionRefusedError("nobody listens")
        return Reply(Outcome.UNAVAILABLE, code="late")

    async def aclose(self) -> None:
        """Nothing to give back."""
