"""The dimensions of a city's company profile, from its package."""

from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from onething.core.errors import Problem
from onething.core.plain_yaml import load_yaml
from onething.subjects.errors import BAD_SPEC
from onething.subjects.profiles.models import Dimension, ProfileSpec, SourceFile


def load_spec(folder: Path) -> ProfileSpec:
    """The dimensions of the city package in `folder`; empty where it has none. Raises `Problem(BAD_SPEC)`."""
    files = sorted((folder / "profile").glob("*.yaml"))
    return _load(tuple((str(file), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[str, int], ...]) -> ProfileSpec:
    found: dict[str, Dimension] = {}
    for name, _ in files:
        try:
            raw = SourceFile.model_validate(load_yaml(Path(name).read_text(encoding="utf-8")))
        except (ValidationError, yaml.YAMLError) as error:
            raise Problem(BAD_SPEC, file=Path(name).name, why=str(error).splitlines()[0]) from None
        for each in raw.dimensions:
            if each.id in found:
                raise Problem(BAD_SPEC, file=Path(name).name, why=f"{each.id} twice")
            found[each.id] = each.model_copy(update={"source": raw.source, "ground": each.ground or raw.ground})
    return ProfileSpec(tuple(found.values()))
