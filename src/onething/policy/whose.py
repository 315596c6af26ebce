"""Whose policy is: which city's is served, and whose a clause is, as rights are asked."""

from collections.abc import Collection
from functools import lru_cache, partial
from pathlib import Path

from onething.catalog.service import CatalogError, load_city
from onething.core.city_folders import city_folder
from onething.core.i18n import Text
from onething.core.rights.service import Scope, city_id, scope_of
from onething.core.settings import settings_of
from onething.policy import acts
from onething.policy.settings import PolicySettings
from onething.rules.service import Whose


def policy_folder() -> Path:
    """The city package whose companies and policies are served; the city's own unless `ONETHING_POLICY_CITY` names another."""
    return city_folder(settings_of(PolicySettings).policy_city)


def policy_city() -> str:
    """Id of the city whose policies are served."""
    return city_id(settings_of(PolicySettings).policy_city)


def city_scope() -> Scope:
    """Policy of the city as a whole."""
    return scope_of(city=policy_city())


def agency_scope(*agencies: str) -> Scope:
    """What belongs to agencies of the city whose policies are served."""
    return scope_of(*agencies, city=policy_city(), named=partial(_named, policy_folder(), agencies))


def whose(agencies: Collection[str]) -> Whose:
    """Versions of clauses of these agencies: who drafts, approves and reads them."""
    return Whose(agency_scope(*agencies), acts.DRAFT_CLAUSE, acts.APPROVE_CLAUSE, acts.READ_CLAUSE)


def _named(folder: Path, agencies: tuple[str, ...]) -> Text:
    known = _names(folder)
    named = [known.get(each, Text.same(each)) for each in agencies if each]
    return Text.joined(named) if named else Text(zh="有关部门", en="the agency concerned")


@lru_cache(maxsize=4)
def _names(folder: Path) -> dict[str, Text]:
    try:
        return {each.id: each.short for each in load_city(folder).agencies}
    except CatalogError:  # a package of clauses alone
        return {}
