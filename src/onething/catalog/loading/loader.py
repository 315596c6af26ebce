"""A city package's files → one `City`: put together, validated as a whole, every mistake traced back to its line.

Layout: `city.yaml`; `agencies/*.yaml` and `partners/*.yaml` (one each); `rights.yaml` (a list); `evidence.yaml` and `<event>/evidence.yaml` (lists);
`trades.yaml` and `trades/*.yaml` (the industry-access graph); `sandbox/` (people, officials, one file for each mocked agency,
`filings/*.yaml`); `<event>/checks.yaml` (a list);
`<event>/life_event.yaml`; `<event>/services/*.yaml` (one service each, shown in the order of their file names).
"""

import hashlib
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from onething.catalog.loading.mistakes import CatalogProblem, near
from onething.catalog.loading.permit_tasks import with_permit_tasks
from onething.catalog.loading.schema_names import names_at
from onething.catalog.loading.source import Located, Mark, Path_, read_yaml, show_path
from onething.catalog.models import SOURCE_KINDS, City
from onething.core.i18n import Text, texts_of

say = texts_of(__name__)

SUFFIXES = {".yaml", ".typ", ".csv", ".xlsx", ".svg", ".dmn", ".ttf", ".png", ".wsdl", ".txt"}


def package_files(root: Path) -> list[Path]:
    """Every file that is part of the package, in a stable order."""
    return sorted(
        path
        for path in root.rglob("*")
        if path.suffix in SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )


def version_of(root: Path) -> str:
    """SHA-256 over names and contents of the package's files, 12 hex digits."""
    digest = hashlib.sha256()
    for path in package_files(root):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def assemble(root: Path) -> Located:
    """All YAML of the package as one value in the shape of `City`, with the mark of every part."""
    city = read_yaml(root / "city.yaml", root)
    found: Any = city.value
    if not isinstance(found, dict):
        if not city.problems:
            city.problems.append(_not_a_mapping("city.yaml"))
        return city
    value = cast("dict[str, Any]", found)
    value["agencies"] = _many(city, ("agencies",), sorted((root / "agencies").glob("*.yaml")), root)
    value["evidence_types"] = _many(
        city, ("evidence_types",), [*root.glob("evidence.yaml"), *sorted(root.glob("*/evidence.yaml"))], root
    )
    value["partners"] = _many(city, ("partners",), sorted((root / "partners").glob("*.yaml")), root)
    value["rights"] = _many(city, ("rights",), [*root.glob("rights.yaml")], root)
    books = [*root.glob("trades.yaml"), *sorted(root.glob("trades/*.yaml"))]
    value["trade_books"] = _many(city, ("trade_books",), books, root)
    value["sandbox"] = _sandbox(city, root)
    value["life_events"] = _many(city, ("life_events",), sorted(root.glob("*/life_event.yaml")), root)
    for index, event in enumerate(value["life_events"]):
        folder = (root / city.mark(("life_events", index)).file).parent
        event["services"] = _many(
            city, ("life_events", index, "services"), sorted((folder / "services").glob("*.yaml")), root
        )
        event["checks"] = _many(city, ("life_events", index, "checks"), [*folder.glob("checks.yaml")], root)
    value["version"] = version_of(root)
    value["folder"] = root
    return city


def _sandbox(into: Located, root: Path) -> dict[str, Any]:
    """What stands under `sandbox/`: people, officials, filings, and one file for each agency that is mocked."""
    folder = root / "sandbox"
    lists = {"people": [*folder.glob("people.yaml")], "officials": [*folder.glob("officials.yaml")]}
    lists["agencies"] = [path for path in sorted(folder.glob("*.yaml")) if path.stem not in lists]
    lists["filings"] = sorted((folder / "filings").glob("*.yaml"))
    return {name: _many(into, ("sandbox", name), files, root) for name, files in lists.items()}


def _not_a_mapping(name: str) -> CatalogProblem:
    return CatalogProblem(name, 1, 1, ".", say("file.not_a_mapping"))


def _many(into: Located, path: Path_, files: list[Path], root: Path) -> list[Any]:
    """Read files that each hold one thing or a list of things."""
    out: list[Any] = []
    for file in files:
        found = read_yaml(file, root)
        whole = found.value
        items = cast("list[Any]", whole) if isinstance(whole, list) else [whole]
        into.problems.extend(found.problems)
        for index, item in enumerate(items):
            if not isinstance(item, dict):
                if not found.problems:
                    into.problems.append(_not_a_mapping(file.relative_to(root).as_posix()))
                continue
            prefix: Path_ = (index,) if isinstance(whole, list) else ()
            for inner, mark in found.marks.items():
                if inner[: len(prefix)] == prefix:
                    into.marks[(*path, len(out), *inner[len(prefix) :])] = mark
            out.append(item)
    return out


def build(whole: Located) -> tuple[City | None, list[CatalogProblem]]:
    """Validate against the models. The city is None when there is anything wrong."""
    if whole.problems:
        return None, whole.problems
    try:
        return with_permit_tasks(City.model_validate(whole.value)), []
    except ValidationError as error:
        return None, [_from_pydantic(whole, dict(item)) for item in error.errors(include_url=False)]


def _from_pydantic(whole: Located, error: dict[str, Any]) -> CatalogProblem:
    kind = str(error["type"])
    location = _without_tags(whole, tuple(error["loc"]))
    mark = whole.mark(location)
    inside = _inside(whole, location, mark)
    word = str(location[-1]) if location else ""
    suggestion: str | None = None
    if kind == "extra_forbidden":
        what = say("key.unknown", word=word)
        suggestion = near(word, names_at(City, tuple(error["loc"][:-1])))
    elif kind == "missing":
        what = say("key.missing", word=word)
    elif kind == "union_tag_not_found":
        what = say("key.which_source")
    elif kind == "string_type":
        what = say("key.quote_it")
    elif kind == "literal_error":
        expected = str(error.get("ctx", {}).get("expected", ""))
        what = say("key.one_of", expected=expected)
        suggestion = near(
            str(error.get("input", "")), [part.strip(" '") for part in expected.replace(" or ", ",").split(",")]
        )
    else:
        what = _in_words(kind, str(error["msg"]), error.get("ctx", {}))
    return CatalogProblem(mark.file, mark.line, mark.column, show_path(inside), what, suggestion)


_SAME = {"int_type": "int_parsing", "int_from_float": "int_parsing", "float_type": "float_parsing", "bool_type": "bool_parsing",
         "tuple_type": "list_type", "frozen_set_type": "list_type", "mapping_type": "dict_type", "date_type": "date_parsing",
         "model_type": "dict_type", "model_attributes_type": "dict_type", "date_from_datetime_parsing": "date_parsing"}  # fmt: skip
"""Kinds of error that are told in the same words."""


def _in_words(kind: str, message: str, context: dict[str, Any]) -> Text:
    """What a value must be, in both languages; the models' own sentences name the Chinese one behind a stroke."""
    same = _SAME.get(kind, kind)
    if f"key.{same}" in say:
        return say(f"key.{same}", **{name: str(value) for name, value in context.items()} or {"n": 0})
    return say("key.other", message=message.removeprefix("Value error, "))


def _without_tags(whole: Located, location: Path_) -> Path_:
    """Pydantic puts the variant it tried (`registry`, `str`, `tuple[…]`) into the path; the file does not have it."""
    out: Path_ = ()
    for part in location:
        tag = isinstance(part, str) and (part in SOURCE_KINDS or part == "str" or "[" in part)
        if not tag or (*out, part) in whole.marks:
            out = (*out, part)
    return out


def _inside(whole: Located, location: Path_, mark: Mark) -> Path_:
    """The path inside the file, with what is missing at its end."""
    for end in range(len(location), -1, -1):
        if location[:end] in whole.marks:
            return mark.path + location[end:]
    return location
