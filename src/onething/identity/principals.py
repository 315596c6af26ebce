"""From what a provider says to a principal: citizens and companies are found or added in `subjects`, officials are named by
their claims. Whoever comes with a company's code (统一社会信用代码) acts for that company."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from onething.core.access import Principal, Role
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.core.rights.service import home
from onething.core.settings import settings_of
from onething.identity.claims import OFFICIAL, ClaimNames, Identified, identify, wants_more
from onething.identity.settings import IdentitySettings
from onething.subjects import service as subjects

log = get_logger("identity")


def names() -> ClaimNames:
    """How this installation reads its provider's claims."""
    return ClaimNames.of(settings_of(IdentitySettings))


def too_few(claims: Mapping[str, Any]) -> bool:
    """Whether the ID token says less than this person's sign-in needs or uses."""
    return wants_more(claims, names())


def principal_from(
    session: Session, claims: Mapping[str, Any], agencies: Collection[str], cities: Collection[str] = ()
) -> Principal:
    """Who signed in, kept as they say they are; `agencies` are the ids that the cities have, `cities` those that are served here, the
    installation's own where none are given.

    Raises `Problem(identity.role_unknown | identity.agency_unknown | identity.city_unknown | web.identity_incomplete)`; each is
    logged without a name.
    """
    told = _identified(claims, agencies, cities)
    if told.role in OFFICIAL:
        return _official(told)
    if told.org_code:
        company = subjects.ensure_organisation(
            session, uscc=told.org_code, name=told.org_name, phone=told.phone or None
        )
        return Principal(Role.CITIZEN, told.sub, told.name, company.id)
    person = subjects.ensure_person(
        session,
        oidc_sub=told.sub,
        name=told.name,
        id_number=told.id_number,
        phone=told.phone or None,
        former=told.former,
    )
    return Principal(Role.CITIZEN, told.sub, told.name, person.id)


def _official(told: Identified) -> Principal:
    """Whose provider names no city works for the one that is served, and for no other."""
    own = home()
    cities = told.cities or (own,)
    return Principal(
        told.role, told.sub, told.name, None, told.agencies[0] if told.agencies else None, told.agencies[1:], frozenset(cities),
        "" if own in cities else cities[0], told.grants,
    )  # fmt: skip


def principal_known(
    session: Session, claims: Mapping[str, Any], agencies: Collection[str], cities: Collection[str] = ()
) -> Principal | None:
    """The same, where the claims say nothing that is not kept already: reads only. None: `principal_from` has something to write."""
    told = _identified(claims, agencies, cities)
    if told.role in OFFICIAL:
        return _official(told)
    company = bool(told.org_code)
    known = subjects.as_known(
        session, oidc_sub=None if company else told.sub, name=told.org_name if company else told.name,
        number=told.org_code or told.id_number, phone=told.phone or None, organisation=company, former=told.former,
    )  # fmt: skip
    return Principal(Role.CITIZEN, told.sub, told.name, known.id) if known else None


def _identified(claims: Mapping[str, Any], agencies: Collection[str], cities: Collection[str]) -> Identified:
    try:
        return identify(claims, names(), agencies, cities or {home()})
    except Problem as problem:
        log.warning("a sign-in was refused", code=problem.kind.code, why=problem.detail, **problem.values)
        raise
