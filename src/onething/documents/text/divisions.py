"""Which place lies in which: provinces, cities, districts, streets with their codes (GB/T 2260, GB/T 10114).

The product brings names only (`documents/gazetteer.txt`); an operator's folder with `provinces.csv`, `cities.csv`,
`areas.csv` and `streets.csv` (columns `code,name`, also gzipped) says which belongs to which by the code's first digits.
"""

import csv
import gzip
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from onething.documents.fields.gazetteer import names_in

_LEVELS = {2: "province", 4: "city", 6: "district", 9: "street"}
_ENDS = re.compile(
    r"(?:特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|自治县|省|市|区|县|盟|旗|街道|镇|乡)$"
)
MUNICIPALITIES = ("北京", "天津", "上海", "重庆")


@dataclass
class Divisions:
    """Places by name, with codes where they are known."""

    by_name: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Name → codes; empty codes where only the name is known."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    """Code → name."""

    def add(self, name: str, code: str = "") -> None:
        codes = self.by_name.setdefault(name, [])
        if code:
            codes.append(code)
            self.names[code] = name

    def known(self, name: str) -> bool:
        return name in self.by_name

    def level(self, name: str) -> str | None:
        """`province`, `city`, `district` or `street`; None when the code is not known."""
        codes = self.by_name.get(name)
        return _LEVELS.get(len(codes[0])) if codes else None

    def above(self, name: str, within: str = "") -> list[str]:
        """Names of the places that hold `name`, outermost first; empty when it is ambiguous. `within` narrows the search."""
        codes = [code for code in self.by_name.get(name, ()) if not within or self._inside(code, within)]
        if len(codes) != 1:
            return []
        parts = [self.names.get(codes[0][:size]) for size in (2, 4, 6) if size < len(codes[0])]
        return [part for part in parts if part and part not in {"市辖区", "县"}]

    def _inside(self, code: str, within: str) -> bool:
        return any(code.startswith(outer) for outer in self.by_name.get(within, ()))


def bare(name: str) -> str:
    """A division's name without its kind: 上海市 → 上海; short names keep it (区 of 郊区)."""
    short = _ENDS.sub("", name)
    return short if len(short) >= 2 else name


@lru_cache(maxsize=4)
def load_divisions(folder: Path | None = None) -> Divisions:
    """The product's names and, if given, the operator's folder. Raises OSError for a folder that is not there."""
    found = Divisions()
    for name in names_in(Path(__file__).parents[1] / "fields" / "gazetteer.txt"):
        found.add(name)
    if folder is not None and folder.is_dir():
        for file in sorted(folder.iterdir()):
            if file.name.endswith((".csv", ".csv.gz")):
                _read(found, file)
    return found


def _read(found: Divisions, file: Path) -> None:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    for row in csv.DictReader(content.decode("utf-8-sig").splitlines()):
        name, code = (row.get("name") or "").strip(), (row.get("code") or "").strip()
        if (
            name
            and code.isdigit()
            and len(code) in _LEVELS
            and name not in {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}
        ):
            found.add(name, code)
