"""How good the reader is on a folder of pictures with truth: `x.jpg` beside `x.json` = `{type, fields: {name: value}}`."""

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from onething.documents.models import ReadDocument

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".pdf"})


@dataclass
class Count:
    """Fields seen, read exactly, and wrong although marked certain; characters expected and edits needed."""

    fields: int = 0
    exact: int = 0
    certain: int = 0
    uncaught: int = 0
    characters: int = 0
    edits: int = 0

    def add(self, expected: str, value: str | None, certain: bool) -> None:
        self.fields += 1
        self.exact += value == expected
        self.certain += certain
        self.uncaught += certain and value != expected
        self.characters += len(expected)
        self.edits += min(len(expected), Levenshtein.distance(expected, value or ""))

    def report(self) -> dict[str, float | int]:
        """Shares between 0 and 1; `uncaught` is the share of all fields that are wrong but marked certain."""
        most = max(self.fields, 1)
        return {
            "fields": self.fields,
            "exact": round(self.exact / most, 5),
            "certain": round(self.certain / most, 5),
            "uncaught": round(self.uncaught / most, 5),
            "characters": round(1 - self.edits / max(self.characters, 1), 5),
        }


@dataclass
class Score:
    """Collects results picture by picture."""

    whole: Count = field(default_factory=Count)
    by: dict[str, dict[str, Count]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Count)))
    types_right: int = 0
    pictures: int = 0
    seconds: list[float] = field(default_factory=lambda: list[float]())
    confusions: Counter[tuple[str, str]] = field(default_factory=lambda: Counter[tuple[str, str]]())
    wrong: list[dict[str, Any]] = field(default_factory=lambda: list[dict[str, Any]]())

    def add(self, name: str, truth: Mapping[str, Any], documents: list[ReadDocument], seconds: float) -> None:
        """One picture: the document of the right type counts, or the first when none is."""
        found = next((d for d in documents if d.type == truth["type"]), documents[0] if documents else None)
        self.pictures += 1
        self.seconds.append(seconds)
        right = found is not None and found.type == truth["type"]
        self.types_right += right
        for key, expected in truth["fields"].items():
            read = found.fields.get(key) if found is not None and right else None
            value, certain = (read.value, read.certain) if read else (None, False)
            groups = [("type", str(truth["type"])), ("field", f"{truth['type']}.{key}")]
            if "grade" in truth:
                groups.append(("grade", str(truth["grade"])))
            for count in (self.whole, *(self.by[group][label] for group, label in groups)):
                count.add(str(expected), value, certain)
            if value != expected:
                self.wrong.append({"file": name, "field": key, "expected": expected, "read": value, "certain": certain})
                self._confuse(str(expected), value or "")

    def _confuse(self, expected: str, value: str) -> None:
        if not value:
            return
        for edit in Levenshtein.editops(expected, value):
            before = expected[edit.src_pos] if edit.tag != "insert" else ""
            after = value[edit.dest_pos] if edit.tag != "delete" else ""
            self.confusions[before, after] += 1

    def report(self) -> dict[str, Any]:
        ordered = sorted(self.seconds)
        return {
            "pictures": self.pictures,
            "types_right": self.types_right,
            **self.whole.report(),
            "seconds": {
                "median": round(statistics.median(ordered), 3) if ordered else 0.0,
                "mean": round(statistics.fmean(ordered), 3) if ordered else 0.0,
                "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 3) if ordered else 0.0,
            },
            "by": {group: {k: c.report() for k, c in sorted(counts.items())} for group, counts in self.by.items()},
            "confusions": [{"printed": a, "read": b, "times": n} for (a, b), n in self.confusions.most_common(40)],
            "wrong": self.wrong,
        }


def pairs(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Pictures of a folder that have a truth beside them, by name."""
    for path in sorted(folder.iterdir()):
        beside = path.with_suffix(".json")
        if path.suffix.lower() in PICTURES and beside.exists():
            yield path, json.loads(beside.read_text(encoding="utf-8"))
