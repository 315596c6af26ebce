"""`onething catalog new`: a city, or a life event in a city that there is, from the files beside this one.

Words between @ signs are filled in, in contents and names of files. Nothing that is there is overwritten.
"""

import re
from pathlib import Path

from onething.catalog.errors import BAD_NEW_NAME, EXISTS_ALREADY
from onething.catalog.loading.mistakes import NO_CITY
from onething.catalog.models import City, FromSignIn
from onething.catalog.service import known_cities, load_city
from onething.core.city_folders import city_folder
from onething.core.errors import Problem
from onething.core.identifiers import citizen_id_check_digit
from onething.core.settings import get_settings

HERE = Path(__file__).parent
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
FIRST_EVENT = "registration"


def write_new(name: str, folder: Path | None = None) -> list[Path]:
    """Write CITY, or EVENT of CITY/EVENT; gives the files. Raises `Problem` for a name that is none, or that is taken, and for a
    city that there is not."""
    city, _, event = name.partition("/")
    for part in (city, event) if event or "/" in name else (city,):
        if not _NAME.fullmatch(part):
            raise Problem(BAD_NEW_NAME, name=part or name)
    root = (folder or get_settings().cities_dir) / city
    if not event:
        if root.exists():
            raise Problem(EXISTS_ALREADY, path=str(root))
        return _laid_out(HERE / "city", root, {"city": city, "event": FIRST_EVENT, **_people()})
    if not (root / "city.yaml").is_file():
        root = city_folder(city)
    if not (root / "city.yaml").is_file():
        raise Problem(NO_CITY, city=city, known=", ".join(known_cities()) or "–")
    return _event(root, event)


def _people() -> dict[str, str]:
    """Numbers of the people that a new sandbox begins with."""
    numbers = ("89010119880512002", "89010119950830001")
    return {f"id_{n}": first + citizen_id_check_digit(first) for n, first in enumerate(numbers, 1)}


def _event(root: Path, event: str) -> list[Path]:
    city = load_city(root)
    target = root / event
    if target.exists() or city.life_event(event) is not None:
        raise Problem(EXISTS_ALREADY, path=str(target))
    applicant = _signed_in(city)
    words = {
        "event": event, "agency": city.agencies[0].id if city.agencies else "office", "applicant": applicant or f"{event}_applicant",
        "person": city.sandbox.people[0].id if city.sandbox.people else "wang", **_people(),
    }  # fmt: skip
    made: list[Path] = []
    for name in ("life_event.yaml", "evidence.yaml", "services/1_decide.yaml", "rules/decisions.yaml"):
        more = (
            (HERE / "event" / "applicant.yaml").read_text("utf-8") if name == "evidence.yaml" and not applicant else ""
        )
        made.append(_write(target / name, (HERE / "event" / name).read_text("utf-8") + more, words))
    made += _laid_out(HERE / "event" / "filings", root / "sandbox" / "filings", words)
    if not city.sandbox.people:
        people = (HERE / "city" / "sandbox" / "people.yaml").read_text("utf-8")
        made.append(_write(root / "sandbox" / "people.yaml", people, words))
    return made


def _signed_in(city: City) -> str | None:
    """The evidence type in which this city's life events take who has signed in, where it has a name and nothing else is wanted."""
    for event in city.life_events:
        for slot in event.slots:
            kind = city.type_of(slot)
            signed = any(isinstance(source, FromSignIn) for source in slot.sources)
            if signed and kind is not None and kind.field("name") is not None:
                return kind.id
    return None


def _laid_out(source: Path, target: Path, words: dict[str, str]) -> list[Path]:
    """Every file below `source`, filled in, below `target`."""
    files = sorted(path for path in source.rglob("*.yaml"))
    return [
        _write(target / _filled(path.relative_to(source).as_posix(), words), path.read_text("utf-8"), words)
        for path in files
    ]


def _write(path: Path, content: str, words: dict[str, str]) -> Path:
    if path.exists():
        raise Problem(EXISTS_ALREADY, path=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_filled(content, words), encoding="utf-8")
    return path


def _filled(text: str, words: dict[str, str]) -> str:
    """Quotes stand around a place only so that the templates are YAML; a name needs none."""
    for name, word in words.items():
        if not name.startswith("id_"):
            text = re.sub(rf'"@{name}@(\w*)"', lambda found, word=word: word + found[1], text)
        text = text.replace(f"@{name}@", word)
    return text
