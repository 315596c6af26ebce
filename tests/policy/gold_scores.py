"""How well the clauses of the gold set are read: precision and recall of conditions, and of the other parts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import yaml

from onething.policy.drafting.models import ParsedClause
from onething.policy.drafting.reading import read_paragraph
from onething.policy.text.tree import parse_document

GOLD = Path(__file__).parent / "gold"
HELD_OUT = ("mr", "re", "hh", "zj", "pi", "sh")
ALIKE = 0.8


@dataclass
class Score:
    right: int = 0
    found: int = 0
    expected: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0


def clauses(names: Iterable[str] | None = None) -> list[dict[str, Any]]:
    files = sorted(GOLD.glob("*.yaml"))
    return [
        clause
        for file in files
        if names is None or file.stem in names
        for clause in yaml.safe_load(file.read_text(encoding="utf-8"))["clauses"]
    ]


def read(clause: dict[str, Any]) -> list[ParsedClause]:
    """The clause alone, as an article of a document of its own."""
    document = parse_document(f"# 试\n\n第一条 {clause['text']}\n")
    return [each for paragraph in document.articles[0].paragraphs for each in read_paragraph(paragraph)]


def plain(text: str) -> str:
    return re.sub(r"[，。；：、（）()\s]|^(?:在|对|其|由)|(?:的|时|期间)$", "", text)


def alike(one: str, other: str) -> bool:
    a, b = plain(one), plain(other)
    return SequenceMatcher(None, a, b).ratio() >= ALIKE


def same(found: Any, gold: dict[str, Any]) -> bool:
    if found.kind != gold["kind"]:
        return False
    if found.kind in ("number", "quantity"):
        return found.op == gold["op"] and float(found.value) == float(gold["value"]) and found.unit == gold["unit"]
    if found.kind == "within":
        return (float(found.value), found.unit) == (float(gold["value"]), gold["unit"]) and ("from" not in gold or alike(found.since, gold["from"]))  # fmt: skip
    if found.kind == "date":
        return str(found.day) == str(gold["value"])
    return alike(found.text, gold["text"])


def pair(score: Score, found: list[Any], gold: list[dict[str, Any]], where: str) -> None:
    left = list(found)
    score.found += len(found)
    score.expected += len(gold)
    for wanted in gold:
        match = next((each for each in left if same(each, wanted)), None)
        if match is None:
            score.misses.append(f"{where}: missed {wanted}")
        else:
            left.remove(match)
            score.right += 1
    score.misses += [
        f"{where}: extra {each.kind} {getattr(each, 'fact', '')} {each.text} {each.op if each.kind != 'text' else ''}"
        for each in left
    ]


def scores(names: Iterable[str] | None = None) -> dict[str, Score]:
    out = {
        name: Score() for name in ("conditions", "then", "enumeration", "modality", "subject", "authority", "benefit")
    }
    for clause in clauses(names):
        found = read(clause)
        # Items are alternatives of their own; of what stands in them the gold set counts numbers only.
        numbers = [
            c for each in found if each.logic for item in each.listed for c in item.conditions if c.kind == "number"
        ]
        pair(
            out["conditions"],
            [c for each in found for c in each.conditions] + numbers,
            clause["conditions"],
            clause["id"],
        )
        pair(out["then"], [q for each in found for q in each.then], clause.get("then", []), clause["id"])
        listed = next((each for each in found if each.logic), None)
        one = [f"{listed.logic} {len(listed.listed)}"] if listed else []
        wanted = clause.get("enumeration")
        _words(
            out["enumeration"],
            one,
            [f"{wanted['logic']} {wanted['items']}"] if wanted else [],
            clause["id"],
            exact=True,
        )
        main = next((each for each in found if each.logic), found[0])
        _words(out["modality"], [main.modality], [clause["modality"]], clause["id"], exact=True)
        for part in ("subject", "authority", "benefit"):
            said = getattr(main, part)
            _words(out[part], [said] if said else [], [clause[part]] if part in clause else [], clause["id"])
    return out


def _words(score: Score, found: list[str], gold: list[str], where: str, *, exact: bool = False) -> None:
    score.found += len(found)
    score.expected += len(gold)
    right = bool(found and gold) and (found[0] == gold[0] if exact else alike(found[0], gold[0]))
    score.right += right
    if not right and (found or gold):
        score.misses.append(f"{where}: {found} for {gold}")
