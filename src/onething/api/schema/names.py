"""Names in the description: operations by what they do, schemas each by one name, which is its title as well.

Generators make functions and classes of them and drop what shares a name; so no two are equal, and none changes lightly.
"""

import re
from typing import Any

from fastapi.routing import APIRoute

RENAMED = {
    "Access": "DataAccess", "AgencyState": "AgencyConnection", "Ask": "PlannedAsk", "AtOnce": "FiledAtOnce", "Cause": "PlanCause",
    "Ground": "RuleGround", "Message": "ExchangeMessage", "Origin": "FactOrigin", "Outcome": "ExchangeOutcome", "Review": "FilingReview", "Saved": "SavedAnswers", "State": "ConnectionState", "Delivery": "WebhookDelivery", "DeliveryState": "WebhookDeliveryState", "Subscription": "WebhookSubscription", "SubscriptionState": "WebhookState",
    "Stats": "AgencyStatistics", "Step": "FilingStep", "Text": "BilingualText", "Uploaded": "UploadReceipt", "Why": "PlanReason",
}  # fmt: skip
"""Names that are plain inside their room and say too little outside."""


def operation_id(route: APIRoute) -> str:
    """`list_cases` → `listCases`: the function's own name, which is therefore part of the contract."""
    head, *tail = route.name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def give_names(schema: dict[str, Any]) -> dict[str, Any]:
    """The description with one name a schema, titles equal to them, and no titles on properties and parameters."""
    schemas: dict[str, Any] = schema.get("components", {}).get("schemas", {})
    names = {old: _plain(old) for old in schemas}
    taken = list(names.values())
    names = {old: _in_room(old) if taken.count(new) > 1 else new for old, new in names.items()}
    doubled = sorted({new for new in names.values() if list(names.values()).count(new) > 1})
    if doubled:
        raise ValueError(f"two schemas of the API would be called {', '.join(doubled)}")
    renamed: dict[str, Any] = _renamed(schema, {f"#/components/schemas/{old}": f"#/components/schemas/{new}" for old, new in names.items()})  # fmt: skip
    if schemas:
        bodies = {names[old]: body for old, body in renamed["components"]["schemas"].items()}
        renamed["components"]["schemas"] = {name: {**bodies[name], "title": name} for name in sorted(bodies)}
    return renamed


def _plain(name: str) -> str:
    """`onething__review__models__Finding` → `Finding`; `Body_addUpload` → `AddUploadBody`;
    `Items_CaseSummary_` → `CaseSummaryPage`."""
    short = name.rpartition("__")[2]
    body = re.fullmatch(r"Body_(\w)(\w*)", short)
    if body:
        return f"{body[1].upper()}{body[2]}Body"
    paged = re.fullmatch(r"Items_(\w+)_", short)
    if paged:
        return f"{_plain(paged[1])}Page"
    return RENAMED.get(short, short)


def _in_room(name: str) -> str:
    """`onething__review__models__Finding` → `ReviewFinding`."""
    steps = name.split("__")
    return f"{steps[1].capitalize()}{_plain(name)}" if len(steps) > 2 else _plain(name)


def _renamed(part: Any, refs: dict[str, str], inside: str = "") -> Any:
    if isinstance(part, list):
        return [_renamed(each, refs) for each in part]  # pyright: ignore[reportUnknownVariableType]
    if not isinstance(part, dict):
        return refs.get(part, part) if isinstance(part, str) and inside in ("$ref", "mapping") else part
    found: dict[str, Any] = {}
    for key, value in part.items():  # pyright: ignore[reportUnknownVariableType]
        if key == "title" and isinstance(value, str) and inside not in ("properties", "info"):
            continue
        plain = key in ("examples", "default", "enum", "const") and inside != "properties"
        found[key] = value if plain else _renamed(value, refs, key)  # pyright: ignore[reportUnknownArgumentType]
    return found
