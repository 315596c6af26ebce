"""From checked claims to a principal: citizens and companies are found or added in `subjects`, officials are named by their
claims. Whoever comes with `org_code` (统一社会信用代码) acts for that company."""

from typing import Any

from sqlalchemy.orm import Session

from onething.core.access import Principal, Role
from onething.core.errors import Problem
from onething.identity.errors import INCOMPLETE
from onething.subjects import service as subjects

OFFICIAL_ROLES = {Role.OFFICER.value, Role.ADMIN.value, Role.AUDITOR.value}


def _claim(claims: dict[str, Any], *names: str) -> str:
    return next((str(claims[name]) for name in names if claims.get(name)), "")


def principal_from(session: Session, claims: dict[str, Any]) -> Principal:
    """Who signed in. `role` and `agency` make an official, `org_code` makes a company; everyone else is a citizen."""
    sub, name, role = str(claims["sub"]), _claim(claims, "name"), _claim(claims, "role") or Role.CITIZEN.value
    if role in OFFICIAL_ROLES:
        agency = _claim(claims, "agency") or None
        if role == Role.OFFICER.value and agency is None:
            raise Problem(INCOMPLETE, detail="an officer without an agency")
        return Principal(Role(role), sub, name, None, agency)
    org_code = _claim(claims, "org_code")
    if org_code:
        company = subjects.ensure_organisation(session, uscc=org_code, name=_claim(claims, "org_name"), phone=_claim(claims, "phone_number", "phone") or None)  # fmt: skip
        return Principal(Role.CITIZEN, sub, name, company.id)
    id_number = _claim(claims, "citizen_id", "id_number")
    if not name or not id_number:
        raise Problem(INCOMPLETE, detail="a citizen without name or id number")
    phone = _claim(claims, "phone_number", "phone")

    person = subjects.ensure_person(session, oidc_sub=sub, name=name, id_number=id_number, phone=phone)
    return Principal(Role.CITIZEN, sub, name, person.id)
