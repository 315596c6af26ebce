"""How well fields are found on pages of layout families: by severity, kind, field and family, compared by meaning."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onething.documents.models import ReadDocument

_SAME = str.maketrans("（）：；，、．—–－【】〔〕[]", "():,,,.---()()()")


def meaning(value: str) -> str:
    """A value without what only differs in writing: widths, blanks, kinds of comma and dash, last full stop."""
    text = unicodedata.normalize("NFKC", value).translate(_SAME)
    text = re.sub(r"[\s·•]+", "", text).replace(";", ",").upper().rstrip("。.;,")
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


@dataclass
class Tally:
    """Values printed, right, standing in the raw text, right of those, shown as certain, and wrong although certain."""

    printed: int = 0
    right: int = 0
    raw: int = 0
    right_of_raw: int = 0
    certain: int = 0
    wrong_certain: int = 0

    def add(self, right: bool, raw: bool, certain: bool) -> None:
        self.printed += 1
        self.right += right
        self.raw += raw
        self.right_of_raw += right and raw
        self.certain += certain
        self.wrong_certain += certain and not right

    def report(self) -> dict[str, float | int]:
        return {
            "printed": self.printed,
            "right": round(self.right / max(self.printed, 1), 4),
            "raw": round(self.raw / max(self.printed, 1), 4),
            "right_of_raw": round(self.right_of_raw / max(self.raw, 1), 4),
            "certain": self.certain,
            "wrong_certain": round(self.wrong_certain / max(self.certain, 1), 4),
            "wrong_certain_count": self.wrong_certain,
        }


@dataclass
class FamilyScore:
    """Collects pages; `fields` says per kind which fields the reader knows: others cannot be asked of it."""

    fields: Mapping[str, frozenset[str]]
    by: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    pages: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    wrong: list[dict[str, Any]] = field(default_factory=lambda: list[dict[str, Any]]())

    def add(self, name: str, truth: Mapping[str, Any], documents: list[ReadDocument]) -> None:
        """One page. A page of a kind the reader does not know counts as right when no kind is told."""
        kind, grade = str(truth["type"]), str(truth.get("grade", "flat"))
        known = self.fields.get(kind)
        found = next((d for d in documents if d.type == kind), None)
        right_kind = (
            (found is not None and len(documents) == 1) if known is not None else all(d.type is None for d in documents)
        )
        self.pages[grade if known is not None else f"{grade}, none of ours"][0] += 1
        self.pages[grade if known is not None else f"{grade}, none of ours"][1] += right_kind
        if known is None:
            return
        raw = meaning("".join(d.text.replace("\n", "") for d in documents))
        printed = truth.get("printed", {})
        for key, expected in {**truth["fields"], **truth.get("more", {})}.items():
            if key not in known:
                continue
            read = found.fields.get(key) if found is not None else None
            right = read is not None and meaning(read.value) == meaning(str(expected))
            shown = meaning(str(printed.get(key, {}).get("text") or expected))
            in_raw = right or shown in raw
            certain = read is not None and read.certain
            for group, label in (
                ("grade", grade),
                ("kind", kind),
                ("field", f"{kind}.{key}"),
                ("family", str(truth.get("family", ""))),
            ):
                self.by[group][label].add(right, in_raw, certain)
            if not right:
                self.wrong.append({
                    "file": name, "field": key, "expected": str(expected), "read": read.value if read else None, "raw": in_raw,
                    "certain": certain, "kind": [d.type for d in documents],
                })  # fmt: skip

    def report(self) -> dict[str, Any]:
        return {
            "kind_right": {
                grade: {"pages": n, "right": round(r / max(n, 1), 4)} for grade, (n, r) in sorted(self.pages.items())
            },
            **{group: {k: t.report() for k, t in sorted(tallies.items())} for group, tallies in self.by.items()},
        }
