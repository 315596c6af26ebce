"""The door of amendments: two versions of a regulation in, what changed, who cites it and what to do about it out.

Comparing:
`amend`: compares two versions, finds who rests on what changed, and proposes; policy.same_document for the same text.
`amend_files`: the same for two files; also the Problems of reading regulations.
`as_dict`: an amendment as plain JSON, the shape of the command's output.
`clauses_resting`: clauses in force that stand on a regulation: officials' own, and the package's; policy.bad_clauses.

An amending decision:
`consolidate`: a text and a decision → the text after it, every instruction carried out or listed with why not.
`consolidated_dict`: that as plain JSON.
`why_left`: why an instruction was left to people, in both languages.

What follows:
`begin`: the draft of a target's next version, or the one begun before; core.not_found, and refused for other
    agencies.

Nouns: `Amendment`, `Change` (one article of either version), `WORDS` (fates in both languages).
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from onething.core.errors import Problem
from onething.documents.prose.service import read_file
from onething.policy.amendments.applying import Consolidated, carry_out, why_left
from onething.policy.amendments.citing import cited_by, touched
from onething.policy.amendments.comparing import compare
from onething.policy.amendments.decisions import read_decision
from onething.policy.amendments.drafting import begin, clauses_resting
from onething.policy.amendments.models import WORDS, Amendment, Change, Cited
from onething.policy.amendments.proposing import propose
from onething.policy.errors import NOTHING_CHANGED
from onething.policy.models import Clause, Document
from onething.policy.text.tree import parse_document

__all__ = [
    "WORDS",
    "Amendment",
    "Change",
    "amend",
    "amend_files",
    "as_dict",
    "begin",
    "clauses_resting",
    "consolidate",
    "consolidated_dict",
    "why_left",
]


def amend(old: Document, new: Document, cities: Path | None = None, clauses: Sequence[Clause] = ()) -> Amendment:
    """Compare, find who rests on what changed under `cities`, and propose. Raises `Problem(policy.same_document)`.

    `clauses` are those in force that stand on the regulation, with the ones that officials approved.
    """
    if old.source == new.source:
        raise Problem(NOTHING_CHANGED)
    found = Amendment(new.title, str(old.made_on or ""), str(new.made_on or ""), compare(old, new), begins(old, new))
    own = {each.id: each.model_dump(mode="json") for each in clauses}
    cited = cited_by(cities, old.title) if cities is not None else []
    # What officials approved takes the place of the package's clause of the same id.
    cited = [each for each in cited if each.kind != "clause" or each.name not in own]
    cited += [Cited("", "clauses[0].place", "clause", each.id, each.place.article) for each in clauses]
    found.cited = touched(found.changes, cited)
    found.proposals = list(propose(cities, found, found.in_force_from, own))
    return found


def begins(old: Document, new: Document) -> date | None:
    """The first day of the new law. The last article of an amended one often still names the day of the first version."""
    said = new.in_force_from
    before = old.in_force_from or old.made_on
    return said if said and (before is None or said > before) else new.made_on or said


def amend_files(old: Path, new: Path, cities: Path | None = None) -> Amendment:
    """The same for two files. Raises `Problem` when one cannot be read."""
    return amend(parse_document(read_file(old), old.name), parse_document(read_file(new), new.name), cities)


def as_dict(found: Amendment) -> dict[str, Any]:
    """Plain JSON: the shape of `onething policy diff --json`."""
    return {
        "title": found.title, "in_force_from": str(found.in_force_from or ""), "old": found.old_day, "new": found.new_day,
        "changes": [
            {
                "fate": c.fate, "old": [a.label for a in c.old], "new": [a.label for a in c.new], "likeness": round(c.likeness, 3),
                "pieces": [[p.kind, p.text] for p in c.pieces] if c.matters else [],
            }
            for c in found.changes
        ],
        "cited": [
            {"articles": [a.label for a in c.old], "fate": c.fate, "by": [_cited(each) for each in places]} for c, places in found.cited if places
        ],
        "proposals": [
            {
                **_cited(p.cited), "why": p.why, "old": p.old, "new": p.new, "article": p.article, "old_until": p.old_until,
                "new_from": p.new_from, "target": p.target, "tests": list(p.tests),
            }
            for p in found.proposals
        ],
    }  # fmt: skip


def _cited(cited: Cited) -> dict[str, str]:
    return {"file": cited.file, "path": cited.path, "kind": cited.kind, "name": cited.name, "cites": cited.article}


def consolidate(base: Document, decision: str) -> Consolidated:
    """The text of `base` after an amending decision (将第X条修改为…), every order for it carried out or listed; those for other laws counted."""
    return carry_out(base, read_decision(decision))


def consolidated_dict(found: Consolidated) -> dict[str, Any]:
    """Plain JSON: the shape of `onething policy consolidate --json`."""
    return {
        "text": found.text, "in_force_from": str(found.in_force_from or ""), "renumbered": found.renumbered,
        "done": [each.words for each in found.carried if each.done],
        "not_understood": [{"text": each.words, "why": each.why, "words": why_left(each.why).zh} for each in found.left],
        "references": [{"article": a, "before": b, "after": c} for a, b, c in found.references],
        "dangling": [{"article": a, "reference": b} for a, b in found.dangling], "moved": list(found.moved),
        "doubts": list(found.doubts), "elsewhere": found.elsewhere,
    }  # fmt: skip
