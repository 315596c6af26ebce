"""Where a city's package lies: in `ONETHING_CITIES_DIR`, or inside an installed distribution that names it by entry point.

A city that is kept as a distribution of its own says in its `pyproject.toml`

    [project.entry-points."onething.cities"]
    ourcity = "ourcity_onething.ourcity"

where the value is the folder with `city.yaml`, inside a package of its own (cities that share one cite each other's rules).
It is found without being imported. A folder in `ONETHING_CITIES_DIR` comes first, so that an administrator can try a change
beside what is installed.
"""

import sys
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path

from onething.core.settings import get_settings

GROUP = "onething.cities"


def city_folder(city: str = "") -> Path:
    """The folder of a city (default: the one that is served). It need not exist: whoever reads from it says so."""
    settings = get_settings()
    name = city or settings.city
    beside = settings.cities_dir / name
    return beside if (beside / "city.yaml").is_file() else installed_cities().get(name, beside)


def city_folders() -> dict[str, Path]:
    """All cities that this installation could serve, by id: those of the folder, then those of distributions."""
    beside = {file.parent.name: file.parent for file in get_settings().cities_dir.glob("*/city.yaml")}
    return dict(sorted((installed_cities() | beside).items()))


@lru_cache(maxsize=1)
def installed_cities() -> dict[str, Path]:
    """Cities that distributions bring; one whose folder is not there is left out."""
    found: dict[str, Path] = {}
    for point in entry_points(group=GROUP):
        folder = _folder_of(point.module)
        if folder is not None:
            found.setdefault(point.name, folder)
    return found


def _folder_of(module: str) -> Path | None:
    """The folder of a package that holds `city.yaml`, found where Python would look, without running any code of it."""
    if "." not in module:
        return None  # the folder that holds the cities of a package must not be the one of all packages
    inside = [Path(each or ".", *module.split(".")) for each in sys.path]
    return next((folder for folder in inside if (folder / "city.yaml").is_file()), None)
