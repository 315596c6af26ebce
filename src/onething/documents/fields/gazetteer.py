"""Names of places: what a weakly read character of an address may be completed to, and what of an address is known.

A small list of provinces, cities and districts comes with the product (`gazetteer.txt`). An operator names fuller ones
(streets, roads) in `ONETHING_DOCUMENTS_GAZETTEER`: a file or folder of `.txt` (names by white space) and `.csv` (a
column `name`).
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from onething.documents.fields.values import twins
from onething.documents.lines import Glyph

SHORTEST, LONGEST = 3, 12
ENTITLED = 0.02
"""A runner-up this probable may be chosen for a name of the list; so may anything where the first choice is weaker than `WEAK`"""
WEAK = 0.5
MOST_NAMES = 400_000


class Gazetteer:
    """Names to look up in, with the positions where they differ by one character from what was read."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(name for name in names if SHORTEST <= len(name) <= LONGEST)
        self._masked: dict[tuple[str, int, str], list[str]] = {}
        for name in self.names:
            for i in range(len(name)):
                self._masked.setdefault((name[:i], i, name[i + 1 :]), []).append(name)
        self._lengths = sorted({len(name) for name in self.names}, reverse=True)
        self._tails = frozenset(name[1:] for name in self.names if name[-1] in "省市")

    def complete(self, glyphs: Sequence[Glyph]) -> tuple[list[Glyph], list[str]]:
        """Glyphs with single weakly read characters completed to known names, and the names so completed.

        A name that stands there already is left alone, as is a place where two names would fit.
        """
        out, used = list(glyphs), list[str]()
        done = [False] * len(out)
        for length in self._lengths:
            for start in range(len(out) - length + 1):
                text = "".join(glyph.char for glyph in out[start : start + length])
                span = slice(start, start + length)
                if any(done[span]):
                    continue
                if text in self.names:
                    done[span] = [True] * length
                    continue
                fitting = self._fitting(out[span], text)
                if len(fitting) == 1:
                    (name, place) = fitting[0]
                    out[start + place] = replace(out[start + place], char=name[place])
                    done[span] = [True] * length
                    used.append(name)
        return out, used

    def lacks_its_head(self, text: str) -> bool:
        """Whether `text` begins with the name of a province or city without its first character (海市松江区…)."""
        return any(text.startswith(tail) for tail in self._tails) and not any(
            text.startswith(name) for name in self.names
        )

    def _fitting(self, window: Sequence[Glyph], text: str) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        for i in range(len(text)):
            names = self._masked.get((text[:i], i, text[i + 1 :]), ())
            found += [(name, i) for name in names if _may_be(window[i], name[i])]
        return found


def _may_be(seen: Glyph, wanted: str) -> bool:
    entitled = any(char == wanted and p >= ENTITLED for char, p in seen.others)
    return entitled or seen.score < WEAK or wanted in twins(seen.char)


def names_in(path: Path) -> list[str]:
    """Names of a `.txt` or `.csv` file, or of all such files in a folder. Raises OSError, or ValueError for a file without names."""
    if path.is_dir():
        return [name for file in sorted(path.iterdir()) if file.suffix in {".txt", ".csv"} for name in names_in(file)]
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        names = [row.get("name") or "" for row in csv.DictReader(text.splitlines())]
    else:
        names = [name for line in text.splitlines() if not line.startswith("#") for name in line.split()]
    if not any(names):
        raise ValueError(f"{path}: no names (a .csv needs a column `name`)")
    return names[:MOST_NAMES]


@lru_cache(maxsize=4)
def load_gazetteer(extra: Path | None = None) -> Gazetteer:
    """Our names and those of `extra`."""
    ours = names_in(Path(__file__).with_name("gazetteer.txt"))
    return Gazetteer([*ours, *(names_in(extra) if extra is not None else ())])
