"""The door of company names: parts and faults of a name, and the index of those already taken."""

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path

from onething.core.settings import get_settings
from onething.subjects.names.index import Known, Likeness, NameIndex, likeness
from onething.subjects.names.parts import FORMS, Parts, clean, faults, split
from onething.subjects.names.sound import sound

__all__ = ["FORMS", "Known", "Likeness", "NameIndex", "Parts", "clean", "faults", "likeness", "names_file", "read_names", "register_index", "sound", "split"]  # fmt: skip

_lock = threading.Lock()
_indexes: dict[tuple[str, int, int, int], NameIndex] = {}


def names_file(city: str) -> Path:
    """Where the register's names of a city are kept: one name a line, `.txt.gz`; replaced whole by each nightly copy."""
    return get_settings().data_dir / "reference" / city / "company_names.txt.gz"


def read_names(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if name := line.strip():
                yield name


def register_index(city: str, regions: tuple[str, ...], trades: dict[str, str]) -> NameIndex:
    """The index over the register's names of a city, loaded when first asked and again when the file has changed.

    A city without a copy of the register has an empty index: `len` tells, and a check refers what it cannot tell.
    """
    path = names_file(city)
    stat = path.stat() if path.is_file() else None
    key = (str(path), stat.st_mtime_ns if stat else 0, stat.st_size if stat else 0, hash((regions, *trades.items())))
    found = _indexes.get(key)
    if found is None:
        with _lock:
            if key not in _indexes:
                index = NameIndex(regions, trades)
                index.extend(read_names(path) if stat else ())
                _indexes.clear()
                _indexes[key] = index
            found = _indexes[key]
    return found
