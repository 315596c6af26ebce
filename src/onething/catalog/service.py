"""The catalog's door: load a city package, find what is wrong with it, follow its references to files, export it.

Loading:
`get_city`: the city that this installation serves, at its newest edition that loads; `CatalogError` if none ever did.
`load_city`: the package in a folder; `CatalogError` listing what it cannot be served with.
`check`: everything wrong with the package in a folder, errors before warnings; [] when all is well. All three raise
    catalog.no_such_city for a folder that holds none.
`loaded`: the cities that this process has read as its own, for whoever tells which it serves.
`known_cities`: ids of the packages in a folder (default: the installation's), sorted.
`find_package`: what people type (a city, or city/event, with or without folder) → folder, life event or None; never
    raises.
`find_event`: a life event of a city by id; catalog.no_such_life_event names those there are.

References:
`rules_of`: file and ruleset behind a reference that is relative to a life event; the file need not exist.
`file_of`: a file of the package; ValueError for a path that leads out of it.

Fields in words:
`certificate_field`: what a field of a certificate is; None when neither its type nor its template says.
`in_order`: a certificate's content in the order in which it stands on it.
`required_values`: the values without which no certificate of a kind is issued.
`values_known_before`: of these, names from elsewhere in the case than from the service that gives the certificate.
`holder_in`: for whom, or for which company, a certificate of some content is; empty where its form does not say.
`number_filled`: a certificate's number by the pattern of its form.
`number_values`: the certificate's own values that such a pattern names; ValueError for one that cannot be understood.
`number_wants_serial`: whether a pattern wants a running number.
`in_chinese`: its names and values, codes in words, for readers outside this system.
`shown`: one value in words, an em dash when there is none; without a description of the field as it is.
`coded`: the words of a code; None when it is not one of the field's.
`spec_of`: what is said about a field of a slot; None for what nobody knows.
`value_words`: the value of a fact `slot.field` in words; a chosen trade by its name.
`fact_name`: `mother_id.name` → the slot and the field by name.
`names_in`: id number → name, of everybody in the repeating groups of some facts.

Checks by other rooms (parts `catalog.checks`):
`problems_in`: what is wrong with a package that is put together already.
`strange`: the finding that a name points at nothing, with the nearest of those there are.

Export:
`export_cpsv`: the city as one JSON-LD document (CPSV-AP); base is where its identifiers live.
`json_schema`: the JSON Schema of a whole package, or of one kind of its files.

Nouns: `Finding` (what a part of the check says), `CatalogError` (holds all problems), `CatalogProblem` (one mistake with its place), `SPACED` (a style of
    `shown`).
"""

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onething.catalog.certificate_values import holder_in, required_values, values_known_before
from onething.catalog.checking.certificate_prints import print_problems
from onething.catalog.checking.findings import Finding, strange
from onething.catalog.checking.package_check import problems_of
from onething.catalog.cpsv import export_cpsv
from onething.catalog.field_values import SPACED, coded, shown
from onething.catalog.field_words import certificate_field, in_chinese, in_order
from onething.catalog.loading.loader import assemble, build, package_files
from onething.catalog.loading.mistakes import NO_CITY, NO_EVENT, CatalogError, CatalogProblem
from onething.catalog.loading.schema import json_schema, kinds_of_files
from onething.catalog.loading.source import Located
from onething.catalog.model.number_pattern import filled as number_filled
from onething.catalog.model.number_pattern import values_in as number_values
from onething.catalog.model.number_pattern import wants_serial as number_wants_serial
from onething.catalog.models import City, LifeEvent
from onething.catalog.value_words import fact_name, names_in, spec_of, value_words
from onething.core.city_folders import city_folder, city_folders
from onething.core.errors import Problem
from onething.core.settings import get_settings

__all__ = [
    "SPACED",
    "CatalogError",
    "CatalogProblem",
    "Finding",
    "certificate_field",
    "check",
    "coded",
    "export_cpsv",
    "fact_name",
    "file_of",
    "find_event",
    "find_package",
    "get_city",
    "holder_in",
    "in_chinese",
    "in_order",
    "json_schema",
    "known_cities",
    "load_city",
    "loaded",
    "names_in",
    "number_filled",
    "number_values",
    "number_wants_serial",
    "problems_in",
    "required_values",
    "rules_of",
    "shown",
    "spec_of",
    "strange",
    "value_words",
    "values_known_before",
]

LOOK_AGAIN = 1.0
"""Seconds between looks at the files in development."""
LOOK_AGAIN_IN_PRODUCTION = 10.0


def _read(path: Path, *, drawing: bool = False) -> tuple[City | None, list[CatalogProblem]]:
    root = path.resolve()
    if not (root / "city.yaml").is_file():
        raise Problem(
            NO_CITY, city=path.name, known=", ".join(sorted({*known_cities(path.parent), *known_cities()})) or "–"
        )
    whole = assemble(root)
    city, problems = build(whole)
    found = problems if city is None else problems_of(city, whole, root, rooms=drawing)
    if drawing and city is not None and not any(each.severity == "error" for each in found):
        found = [*print_problems(city, whole), *found]
    return city, found


def problems_in(whole: Located, root: Path) -> list[CatalogProblem]:
    """Everything wrong with a package that is put together already, but for what only drawing its certificates shows."""
    city, problems = build(whole)
    return problems if city is None else problems_of(city, whole, root, rooms=True)


def check(path: Path) -> list[CatalogProblem]:
    """Everything wrong with the package in the folder `path`, errors before warnings; [] when all is well.

    Certificates are drawn with made-up values: what would stand on none is found before one is issued.
    """
    return _read(Path(path), drawing=True)[1]


def load_city(path: Path) -> City:
    """The package in the folder `path`. Raises `CatalogError` listing what it cannot be served with; warnings, and errors that only
    the check tells, do not stop a city."""
    city, problems = _read(Path(path))
    errors = [problem for problem in problems if problem.severity == "error" and problem.fatal]
    if city is None or errors:
        raise CatalogError(Path(path).name, errors)
    return city


@dataclass(slots=True)
class _Loaded:
    city: City
    state: tuple[tuple[str, int, int], ...]
    looked: float


_lock = threading.Lock()
_loaded: dict[Path, _Loaded] = {}


def _state(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and change times of the files: cheap to take, differs whenever somebody saves."""
    return tuple((str(file), (stat := file.stat()).st_size, stat.st_mtime_ns) for file in package_files(path))


def get_city() -> City:
    """The city that this installation serves. Every process picks up saved changes by itself (within a second, in production
    within ten), so that pages and workers follow one edition; while a saved file is broken, the last good one stays in use."""
    settings = get_settings()
    path = city_folder()
    found = _loaded.get(path)
    pause = LOOK_AGAIN_IN_PRODUCTION if settings.production else LOOK_AGAIN
    if found is not None and time.monotonic() - found.looked < pause:
        return found.city
    with _lock:
        return _refresh(path)


def _refresh(path: Path) -> City:
    found = _loaded.get(path)
    state = _state(path)
    if found is not None:
        found.looked = time.monotonic()
        if found.state == state:
            return found.city
    try:
        city = load_city(path)
    except CatalogError:
        if found is None:
            raise
        found.state = state
        return found.city
    _loaded[path] = _Loaded(city, state, time.monotonic())
    return city


def loaded() -> list[_Loaded]:
    """What this process has loaded, for whoever tells which city it serves."""
    return list(_loaded.values())


def known_cities(folder: Path | None = None) -> list[str]:
    """Ids of the packages in a folder (default: the installation's)."""
    return sorted(city_folders()) if folder is None else sorted(file.parent.name for file in folder.glob("*/city.yaml"))


def find_package(name: str) -> tuple[Path, str | None]:
    """What people type on the command line: `CITY`, `CITY/EVENT` or the same with a folder → folder, life event or None."""
    for city, event in ((name, ""), name.rpartition("/")[::2]):
        for folder in (Path(city), city_folder(city)):
            if city and (folder / "city.yaml").is_file():
                return folder, event or None
    city, _, event = name.partition("/")
    return city_folder(city), event or None


def find_event(city: City, event_id: str) -> LifeEvent:
    """The life event called `event_id`. Raises a `Problem` that names the ones there are."""
    event = city.life_event(event_id)
    if event is None:
        known = ", ".join(event.id for event in city.life_events) or "–"
        raise Problem(NO_EVENT, city=city.id, event=event_id, known=known)
    return event


def rules_of(city: City, event: LifeEvent, ref: str) -> tuple[Path, str | None]:
    """File and ruleset behind a reference like `rules/review.yaml#completeness`, which is relative to the life event."""
    file, _, ruleset = ref.partition("#")
    return city.folder / event.id / file, ruleset or None


def file_of(city: City, relative: str) -> Path:
    """A file of the package, for example a certificate's template. Raises ValueError for a path that leads out of it."""
    path = (city.folder / relative).resolve()
    if not path.is_relative_to(city.folder):
        raise ValueError("the path leads out of the city package")
    return path


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by file name, as `onething catalog schema` writes them."""
    return {f"{name}.schema.json": json_schema(name) for name in kinds_of_files()}
