"""Which agencies and cities officials may come from: those of the city's package, and of the package whose policies are served."""

from functools import lru_cache
from pathlib import Path

from onething.catalog.service import get_city, load_city
from onething.core.city_folders import city_folder
from onething.core.rights.service import home
from onething.core.settings import get_settings, settings_of
from onething.policy.fulfilment.service import policy_city
from onething.policy.settings import PolicySettings


def known_agencies() -> frozenset[str]:
    """Ids of agencies, as the packages have them now."""
    settings, other = get_settings(), settings_of(PolicySettings).policy_city
    own = frozenset(agency.id for agency in get_city().agencies)
    return own | _of_package(city_folder(other)) if other and other != settings.city else own


def known_cities() -> frozenset[str]:
    """Ids of the cities that are served: the installation's own, and the one whose policies are."""
    return frozenset({home(), policy_city()})


@lru_cache(maxsize=4)
def _of_package(folder: Path) -> frozenset[str]:
    return frozenset(agency.id for agency in load_city(folder).agencies)
