"""The door of company names: parts and faults of a name, and the index of those already taken.

A name:
`clean`: in one width and script, without spaces, punctuation and brackets.
`split`: place, mark, trade and form of a full name; without a known trade the rest is all mark.
`faults`: what may not stand in it: (kind, character); rare ones are for a person to look at.

Names that are taken:
`names_file`: where the register's names of a city are kept.
`register_index`: the index over them, loaded when first asked and when the file has changed; empty without a file.

Nouns: `NameIndex` (built once, then only read).
"""

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path

from onething.core.settings import get_settings
from onething.subjects.names.index import NameIndex
from onething.subjects.names.parts import clean, faults, split

__all__ = [
    "NameIndex",
    "clean",
    "faults",
    "names_file",
    "register_index",
    "split",
]

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
