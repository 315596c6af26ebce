"""From a proposal to a draft: the next version of a clause, a ruleset or a check, stored, for a second person to approve.

It is meant to decide from the first day of the new law; until then, and for what was filed until then, the old version does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from onething.catalog.models import City
from onething.catalog.rulebook import service as rulebook
from onething.core.access import Principal
from onething.core.errors import NOT_FOUND, Problem
from onething.policy.amendments.models import Amendment, Change
from onething.policy.amendments.proposing import boundary_tests
from onething.policy.amendments.revising import Edit, change_of, new_citation, numbers_changed, revise, with_numbers
from onething.policy.knowledge import store
from onething.policy.matching.clauses import load_clauses
from onething.policy.models import Clause, Document
from onething.rules import service as rules


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft that was begun, or the one that somebody had begun before."""

    kind: str
    """`clause` or `rule`."""
    version: str
    """Id of the version."""
    name: str
    """Of the clause or of the ruleset."""
    fresh: bool = True


def clauses_resting(session: Session, folder: Path, title: str) -> list[Clause]:
    """Clauses in force that stand on a regulation: officials' own, and the package's of `folder`."""
    from onething.policy.amendments.citing import plain_title

    found: dict[str, Clause] = {}
    if (folder / "policy").is_dir():
        found = {each.id: each for each in load_clauses(folder)[0]}
    found |= {each.id: each for each in store.live_clauses(session)}
    return [each for each in found.values() if plain_title(each.place.title) == plain_title(title)]


def begin(session: Session, principal: Principal, target: str, amendment: Amendment, new: Document, city: City, folder: Path) -> Begun:  # fmt: skip
    """The draft of a target's next version. Raises `Problem` (not found; forbidden for officers of other agencies).

    `city` is the installed city (rules and checks), `folder` the package whose clauses are served.
    """
    kind, _, name = target.partition(":")
    reason = _reason(amendment)
    if kind == "clause":
        return _clause(session, principal, name, amendment, new, folder, reason)
    entry = _entry(city, kind, name)
    for each in rules.unfinished(session, principal, {entry.name: entry.whose}):
        if each.reason == reason:
            return Begun("rule", each.id, entry.name, fresh=False)
    text, edits = revise(rulebook.standing(session, city, entry).text, amendment.title, amendment.changes)
    made = rulebook.start(session, principal, city, entry, text, reason, amendment.in_force_from, tests_of(edits))
    return Begun("rule", made.id, entry.name)


def _reason(amendment: Amendment) -> str:
    day = amendment.in_force_from
    return f"《{amendment.title}》修改（{amendment.old_day} → {amendment.new_day}）" + (
        f"，自{day}起施行" if day else ""
    )


def _entry(city: City, kind: str, name: str) -> rulebook.RuleEntry:
    """`shanghai/newborn/rules/decisions.yaml#subsidy` in the installed city; `#*name` is the first ruleset that reads a parameter."""
    owner, _, rest = name.partition("/")
    if kind not in ("rule", "check") or owner != city.folder.name:
        raise Problem(NOT_FOUND, detail="of another city")
    file, _, ruleset = rest.partition("#")
    for entry in rulebook.rule_entries(city):
        if entry.name == rest or (ruleset.startswith("*") and entry.name.startswith(f"{file}#") and ruleset[1:] in rulebook.package_text(city, entry)):  # fmt: skip
            return entry
    raise Problem(NOT_FOUND)


def tests_of(edits: Sequence[Edit]) -> list[dict[str, str]]:
    """Boundary tests of every condition that was changed."""
    return [test for edit in edits if edit.pairs for test in boundary_tests(edit.old, edit.new, edit.pairs)][:60]


# -- clauses ------------------------------------------------------------------------------------------------------


def _clause(session: Session, principal: Principal, clause_id: str, amendment: Amendment, new: Document, folder: Path, reason: str) -> Begun:  # fmt: skip
    for each in store.unfinished(session, principal, clause_id):
        if each.rule.reason == reason:
            return Begun("clause", each.rule.id, clause_id, fresh=False)
    kept = next((each for each in store.live_versions(session) if each.clause.id == clause_id), None)
    clause = kept.clause if kept else next((each for each in clauses_resting(session, folder, amendment.title) if each.id == clause_id), None)  # fmt: skip
    if clause is None:
        raise Problem(NOT_FOUND)
    change = change_of(clause.place.article, amendment.changes)
    if change is None:
        raise Problem(NOT_FOUND, detail="its article is as it was")
    text = kept.rule.content if kept else rules_text(clause)
    after, text, tests = next_version(clause, text, change, amendment, new)
    day = None if change.fate == "repealed" else amendment.in_force_from
    made = store.start_clause(session, principal, after, text, None, reason, after=clause.version, proposed_from=day, tests=tests)  # fmt: skip
    return Begun("clause", made.rule.id, clause_id)


def next_version(clause: Clause, text: str, change: Change, amendment: Amendment, new: Document) -> tuple[Clause, str, list[dict[str, str]]]:  # fmt: skip
    """The clause after the amendment, its rule file and its boundary tests. One whose article is repealed ends the day before."""
    day = amendment.in_force_from
    if change.fate == "repealed":
        last = day - timedelta(days=1) if day else None
        return (
            clause.model_copy(update={"valid_to": min(filter(None, (last, clause.valid_to)), default=None)}),
            text,
            [],
        )
    text, edits = revise(text, amendment.title, amendment.changes, change)
    pairs = numbers_changed(change) if change.matters else []
    data = clause.model_dump(mode="json", exclude={"ruleset"})
    benefit: dict[str, Any] = data["benefit"] or {}
    changed: list[Edit] = list(edits)
    for key in ("amount", "rate", "cap", "floor"):
        if benefit.get(key) and (now := with_numbers(str(benefit[key]), pairs)) != str(benefit[key]):
            changed.append(Edit(f"benefit.{key}", str(benefit[key]), now, tuple(pairs)))
            benefit[key] = now
    article = new_citation(clause.place.article, amendment.changes)
    data["place"] |= {"document": new.id, "title": new.title, "article": article}
    data["text"] = _words(clause.text, change)
    for ground in data["ground"]:
        ground["article"] = new_citation(ground["article"], amendment.changes)
    if day and (clause.valid_to is None or clause.valid_to >= day):
        data["valid_from"] = day.isoformat()
    spec = next(iter(rules.parse_rules(text).values())).spec
    return Clause.model_validate(data | {"ruleset": spec}), text, tests_of(changed)


def _words(text: str, change: Change) -> str:
    """The sentence a clause stands on as the new law has it: the whole article when the clause quotes the old one whole."""
    old, new = change.old[0].text, change.new[0].text
    if not text or not change.matters:
        return text
    if text.strip() in ("", old.strip()):
        return new
    before = [line for line in old.split("\n") if line]
    after = [line for line in new.split("\n") if line]
    if text in before and len(before) == len(after):
        return after[before.index(text)]
    return new


def rules_text(clause: Clause) -> str:
    """The rule file of a clause that a city package holds."""
    spec = clause.ruleset.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return yaml.safe_dump({"rules_version": 1, "rulesets": [spec]}, allow_unicode=True, sort_keys=False, width=140)
