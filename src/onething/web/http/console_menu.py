"""The menu of the console: what somebody may open here, in the order that suits her role."""

from onething.casework import acts as casework
from onething.casework.officers import service as officers
from onething.core.access import Principal, Role
from onething.core.rights.service import Act, Scope, may, scope_of
from onething.exchange import acts as exchange
from onething.oversight import acts as oversight
from onething.policy import acts as policy
from onething.policy.fulfilment import service as benefits
from onething.rules import acts as rules

_PLACES: dict[str, tuple[str, Act]] = {
    "inbox": ("/console", casework.LIST_ITEMS),
    "cases": ("/console/cases", casework.OPEN_CASE),
    "overview": ("/console/overview", casework.READ_FIGURES),
    "people": ("/console/people", oversight.READ_LOOKS),
    "log": ("/console/log", oversight.READ_LOOKS),
    "agencies": ("/console/agencies", exchange.READ_HEALTH),
    "certificates": ("/console/certificates", casework.OPEN_CERTIFICATE),
    "robots": ("/console/robots", exchange.READ_ROBOTS),
    "risk": ("/console/risk", casework.OPEN_RISK),
    "rules": ("/console/rules", rules.BROWSE),
    "policy": ("/console/policy", policy.REGULATIONS),
    "benefits": ("/console/benefits", policy.FIGURES),
    "faults": ("/console/faults", casework.READ_FAULTS),
    "acts": ("/console/acts", oversight.READ_ACTS),
}
_ORDER = {
    Role.OFFICER: "inbox cases agencies certificates robots risk rules policy benefits",
    Role.ADMIN: "overview people log agencies robots inbox faults acts rules policy benefits risk",
    Role.AUDITOR: "overview log people cases inbox certificates risk rules policy benefits agencies robots faults acts",
}
_INBOX = {Role.ADMIN: "/console?view=open", Role.AUDITOR: "/console?view=done"}


def console_menu(principal: Principal | None) -> list[tuple[str, str]]:
    """(key, address) of what she may open: of the city whose cases are here, and of the one whose policies are served."""
    if principal is None:
        return []
    order = _ORDER.get(principal.role, "").split()
    found = [(key, *_PLACES[key]) for key in order if key != "risk" or officers.judges_risk(principal)]
    allowed = [(key, href) for key, href, act in found if may(principal, act, _scope(principal, key))]
    return [(key, _INBOX.get(principal.role, href) if key == "inbox" else href) for key, href in allowed]


def _scope(principal: Principal, key: str) -> Scope:
    if key in {"policy", "benefits"}:
        return benefits.city_scope()
    return officers.risk_scope() if key == "risk" else scope_of(*principal.agencies)
