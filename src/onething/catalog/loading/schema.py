"""JSON Schema (2020-12) of each kind of file in a package, so that an editor completes names and marks mistakes."""

from typing import Any

from pydantic import TypeAdapter

from onething.catalog.loading.key_words import describe
from onething.catalog.model.kinds import TOLD
from onething.catalog.model.trades import TradeBook
from onething.catalog.models import (
    Agency,
    Check,
    City,
    EvidenceType,
    LifeEvent,
    MockAgency,
    Partner,
    SandboxFiling,
    SandboxOfficial,
    SandboxPerson,
    Service,
)

_KINDS: dict[str, TypeAdapter[Any]] = {
    "package": TypeAdapter(City),
    "city": TypeAdapter(City),
    "agency": TypeAdapter(Agency),
    "evidence": TypeAdapter(list[EvidenceType]),
    "life_event": TypeAdapter(LifeEvent),
    "service": TypeAdapter(Service),
    "checks": TypeAdapter(list[Check]),
    "partner": TypeAdapter(Partner),
    "trades": TypeAdapter(TradeBook),
    "sandbox_people": TypeAdapter(list[SandboxPerson]),
    "sandbox_officials": TypeAdapter(list[SandboxOfficial]),
    "sandbox_agency": TypeAdapter(MockAgency),
    "sandbox_filing": TypeAdapter(SandboxFiling),
}
_ELSEWHERE = {
    "city": (
        "agencies",
        "evidence_types",
        "life_events",
        "partners",
        "rights",
        "sandbox",
        "trade_books",
        "version",
        "folder",
    ),
    "life_event": ("services", "checks"),
    "package": ("folder",),
}
"""Parts that the loader adds from other files."""


def kinds_of_files() -> list[str]:
    """What `json_schema` knows, but for the whole package."""
    return [name for name in _KINDS if name != "package"]


def json_schema(kind: str = "package") -> dict[str, Any]:
    """The schema of `package` (a whole city), or of one file: `city`, `agency`, `evidence`, `life_event`, `service`, `checks`, …"""
    token = TOLD.set(True)
    try:
        schema: dict[str, Any] = _KINDS[kind].json_schema(by_alias=True)
    finally:
        TOLD.reset(token)
    describe(schema)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for name in _ELSEWHERE.get(kind, ()):
        schema.get("properties", {}).pop(name, None)
        if name in schema.get("required", []):
            schema["required"].remove(name)
    return schema
