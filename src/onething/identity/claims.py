"""What a provider says of a person, read as the settings say. Pure: claims in, what is known of her out.

A claim is named by its own name (dots and slashes included), else by a dotted path into objects: `realm_access.roles`.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from onething.core.access import Role
from onething.core.errors import Problem
from onething.core.identifiers import InvalidIdentifierError
from onething.core.persons.numbers import PersonDocument, as_person_number, person_number
from onething.identity.errors import AGENCY_UNKNOWN, CITY_UNKNOWN, INCOMPLETE, ROLE_UNKNOWN
from onething.identity.settings import CLAIMS, ROLES, IdentitySettings

OFFICIAL = (Role.OFFICER, Role.ADMIN, Role.AUDITOR)
"""Of several roles that somebody has, the first in this order counts."""
LONGEST_SUB = 80
SHOWN = 60
"""So much of an unknown value is shown and logged."""


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """How to read one provider's claims."""

    claims: Mapping[str, str]
    roles: Mapping[str, str]
    agencies: Mapping[str, str]
    cities: Mapping[str, str] = field(default_factory=dict[str, str])
    grants: Mapping[str, str] = field(default_factory=dict[str, str])
    papers: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, settings: IdentitySettings) -> "ClaimNames":
        """The defaults, with what the settings say laid over them."""
        return cls(
            CLAIMS | settings.oidc_claims, ROLES | settings.oidc_roles, settings.oidc_agencies, settings.oidc_cities, settings.oidc_grants,
            settings.oidc_papers
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identified:
    """Who signed in, by her claims; empty text for what the provider did not say."""

    sub: str
    role: Role
    name: str = ""
    id_number: str = ""
    phone: str = ""
    agencies: tuple[str, ...] = ()
    """Of an official, the first one counting as hers."""
    cities: tuple[str, ...] = ()
    """Of an official: the cities that she works for; empty where the provider says none."""
    grants: frozenset[str] | None = None
    """Of an official: the acts that her provider leaves her; None where it says none, so that her role's all are hers."""
    former: tuple[str, ...] = ()
    """Numbers that the provider says she had before, in their one spelling."""
    org_code: str = ""
    org_name: str = ""


def account_of(sub: str) -> str:
    """How a provider's subject is kept: as it is, or its digest where it is long (it may have 255 characters)."""
    return sub if len(sub) <= LONGEST_SUB else f"sha256:{hashlib.sha256(sub.encode()).hexdigest()}"


def at(claims: Mapping[str, Any], path: str) -> Any:
    """The value of a claim or of a dotted path; None when it is not there."""
    if path in claims:
        return claims[path]
    pieces = path.split(".")
    for length in range(len(pieces) - 1, 0, -1):
        inner = claims.get(".".join(pieces[:length]))
        if isinstance(inner, Mapping):
            return at(cast("Mapping[str, Any]", inner), ".".join(pieces[length:]))
    return None


def texts(claims: Mapping[str, Any], paths: str) -> list[str]:
    """The values of the first of several paths that says anything: one text, or a list of texts; blanks at their ends off."""
    for path in paths.split():
        found = at(claims, path)
        many = cast("list[Any]", found) if isinstance(found, list) else [found]
        kept = [str(one).strip() for one in many if isinstance(one, str | int) and str(one).strip()]
        if kept:
            return kept
    return []


def role_of(values: Collection[str], roles: Mapping[str, str]) -> Role:
    """Our role of somebody with these roles; a citizen with none. Raises `Problem(identity.role_unknown)` when none is known."""
    targets = {value: roles.get(value, roles.get("*")) for value in values}
    known = {Role(target) for target in targets.values() if target}
    unknown = [value for value, target in targets.items() if target is None]
    if unknown and not known:
        raise Problem(ROLE_UNKNOWN, role=", ".join(unknown)[:SHOWN], detail="no role that is known here")
    return next((role for role in OFFICIAL if role in known), Role.CITIZEN)


def agencies_of(values: Collection[str], agencies: Mapping[str, str], known: Collection[str]) -> tuple[str, ...]:
    """The ids of the agencies that the city has, in their order; none when none was said. Raises `Problem(identity.agency_unknown)`."""
    found = tuple(dict.fromkeys(id_ for value in values if (id_ := agencies.get(value, value)) in known))
    if values and not found:
        raise Problem(AGENCY_UNKNOWN, agency=", ".join(values)[:SHOWN], detail="no agency of this city")
    return found


def cities_of(values: Collection[str], cities: Mapping[str, str], served: Collection[str]) -> tuple[str, ...]:
    """The ids of the cities that are served here; none when none was said. Raises `Problem(identity.city_unknown)`."""
    found = tuple(dict.fromkeys(id_ for value in values if (id_ := cities.get(value, value)) in served))
    if values and not found:
        raise Problem(CITY_UNKNOWN, city=", ".join(values)[:SHOWN], detail="no city that is served here")
    return found


def grants_of(values: Collection[str], grants: Mapping[str, str]) -> frozenset[str] | None:
    """The acts that these words of the provider grant (`policy.*`); None when it said none. A word that means nothing grants nothing."""
    if not values:
        return None
    return frozenset(act for value in values for act in grants.get(value, value).split())


def identify(
    claims: Mapping[str, Any], mapping: ClaimNames, agencies: Collection[str], cities: Collection[str] = ()
) -> Identified:
    """Who this is; `agencies` are the ids that the cities have, `cities` the ids of those that are served here.

    Raises `Problem(identity.role_unknown | identity.agency_unknown | identity.city_unknown | web.identity_incomplete)`.
    """

    def first(what: str) -> str:
        return next(iter(texts(claims, mapping.claims[what])), "")

    sub, name = account_of(str(claims["sub"])), first("name")
    role = role_of(texts(claims, mapping.claims["role"]), mapping.roles)
    if role in OFFICIAL:
        hers = agencies_of(texts(claims, mapping.claims["agency"]), mapping.agencies, agencies)
        if role is Role.OFFICER and not hers:
            raise Problem(INCOMPLETE, detail="an officer without an agency")
        works_for = cities_of(texts(claims, mapping.claims["city"]), mapping.cities, cities)
        granted = grants_of(texts(claims, mapping.claims["grants"]), mapping.grants)
        return Identified(sub, role, name, agencies=hers, cities=works_for, grants=granted)
    number = number_of(first("id_number"), first("paper"), first("paper_country"), mapping.papers)
    former = former_of(
        texts(claims, mapping.claims["former_number"]), first("paper"), first("paper_country"), mapping.papers
    )
    found = Identified(
        sub, role, name, number, first("phone"), org_code=first("org_code"), org_name=first("org_name"), former=former
    )
    if not found.org_code and not (found.name and found.id_number):
        raise Problem(INCOMPLETE, detail="a citizen without name or id number")
    return found


def number_of(number: str, paper: str, country: str, papers: Mapping[str, str]) -> str:
    """A person's number in the spelling that says which paper it is of; one without a kind of paper as it came.

    Raises `Problem(web.identity_incomplete)` for a kind that is not known, and for a number that is none of its kind.
    """
    if not number or not paper:
        return number
    kind = papers.get(paper, paper)
    if kind not in set(PersonDocument):
        raise Problem(INCOMPLETE, detail=f"no kind of paper that is known here: {paper[:SHOWN]}")
    try:
        return person_number(PersonDocument(kind), number, country).text
    except InvalidIdentifierError as error:
        raise Problem(INCOMPLETE, detail=f"no number of its paper: {error.fault.value}") from None


def former_of(numbers: Collection[str], paper: str, country: str, papers: Mapping[str, str]) -> tuple[str, ...]:
    """Numbers of before in their one spelling: of the paper that they say, else of the one that she has now; what is none is left out."""
    found: list[str] = []
    for number in numbers:
        told = as_person_number(number)
        try:
            found.append(told.text if told else number_of(number, paper, country, papers))
        except Problem:
            continue
    return tuple(dict.fromkeys(each for each in found if as_person_number(each)))


def wants_more(claims: Mapping[str, Any], mapping: ClaimNames) -> bool:
    """Whether something is missing that this person's sign-in needs or uses, so that the provider is asked for more."""
    says = {what: bool(texts(claims, path)) for what, path in mapping.claims.items()}
    if not (says["name"] and says["role"]):
        return True
    try:
        role = role_of(texts(claims, mapping.claims["role"]), mapping.roles)
    except Problem:
        return False
    if role in OFFICIAL:
        unsaid = (mapping.cities and not says["city"]) or (mapping.grants and not says["grants"])
        return bool(unsaid) or (role is Role.OFFICER and not says["agency"])
    return not ((says["id_number"] or says["org_code"]) and says["phone"])
