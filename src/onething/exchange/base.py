"""The contract of an adapter: how one kind of agency system is spoken to.

An adapter carries one request to one agency and tells what came back, in our names. It does not retry, log, validate or
decide whether the agency is down: the exchange does that for all adapters alike. Signing gateways, SOAP, SQL views and
file drops are further adapters behind the same contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from onething.catalog.models import Agency, Operation
from onething.exchange.models import Call, Outcome


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt. `params` are our names and normal forms; `timeout` is in seconds for this attempt alone."""

    agency: Agency
    operation: Operation
    params: Mapping[str, Any]
    key: str
    """Idempotency key, the same on every attempt."""
    timeout: float
    message_id: str
    """Names this conversation in the message log; sent along where the wire has a place for it."""
    call: Call
    """Why it is asked: purpose, ground and case, for adapters that must prove it to the other side."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one attempt brought. `data` is in our names, converted but not yet checked.

    `UNAVAILABLE` says that trying again may help; every other outcome is final.
    """

    outcome: Outcome
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    reason: str = ""
    """For people: their words, without personal data as far as masking can tell."""
    code: str = ""
    """For machines: `timeout`, `http_503`, the agency's own code …"""
    retry_after: float | None = None
    """Seconds the agency asked us to wait."""
    proof: dict[str, Any] | None = None
    """Of a signed answer: the evidence row to be saved with the message log."""
    unknown: dict[str, str] = field(default_factory=dict[str, str])
    """Field → why what came for it cannot be told in our words; it is not among `data`."""


class Adapter(Protocol):
    """One kind of wire. An instance serves one event loop and is closed with it."""

    async def call(self, request: Request) -> Reply:
        """Carry one request. May raise `TimeoutError`, `OSError` or a library's error: all of that counts as unavailable. A
        ValueError, TypeError, LookupError or the like is a fault of the adapter."""
        ...

    async def aclose(self) -> None:
        """Give back connections."""
        ...
