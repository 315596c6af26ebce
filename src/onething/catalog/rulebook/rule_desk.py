"""What officials do with the rules of a city: draft, submit, approve by a second person, roll back; each with its right.

Pages and the REST interface both come through here. Rights (`rules.acts`) are asked where versions are kept: officers of the agency
that owns the service write; another officer of it, or an administrator, approves; both and auditors read its drafts; every official
of the city reads what is in force.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from onething.catalog.errors import ERRORS_LEFT, REASON_NEEDED
from onething.catalog.models import City
from onething.catalog.rulebook import rulebook
from onething.catalog.rulebook.rulebook import RuleEntry
from onething.core.access import Principal
from onething.core.clock import today
from onething.core.errors import NOT_FOUND, Problem
from onething.core.paging import Page
from onething.core.rights.service import require, scope_of
from onething.rules import acts
from onething.rules import service as rules
from onething.rules.editing import service as editing
from onething.rules.editing.service import CellNote, Grid
from onething.rules.errors import INVALID_RULES
from onething.rules.service import Change, RuleError, RuleProblem, RuleSet, RuleVersion


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a ruleset stands: what decides today, and what is to come."""

    entry: RuleEntry
    text: str
    ruleset: RuleSet
    number: int
    """Of the version in force; 0 is the city package's own."""
    live_from: date | None
    coming: RuleVersion | None
    """Approved, but not begun yet."""


def slug_of(name: str) -> str:
    """`newborn/rules/decisions.yaml#subsidy` → `newborn.decisions.subsidy`, for addresses."""
    return name.replace("/rules/", ".").replace(".yaml#", ".")


def entry_by_slug(city: City, slug: str) -> RuleEntry:
    for entry in rulebook.rule_entries(city):
        if slug_of(entry.name) == slug:
            return entry
    raise Problem(NOT_FOUND)


def entry_for(principal: Principal, city: City, slug: str) -> RuleEntry:
    """A ruleset by its slug, for who may browse the rules of this city. Raises why not, or `Problem` (not found)."""
    read_rights(principal, city)
    return entry_by_slug(city, slug)


def read_rights(principal: Principal, city: City) -> None:
    """Raises the reason why somebody may not browse and try the rules of this city."""
    require(principal, acts.BROWSE, scope_of(city=city.id))


def standing(session: Session, city: City, entry: RuleEntry, day: date | None = None) -> Standing:
    """What decides on `day` (default today), read from the database at once."""
    day = day or today()
    versions = rules.in_force(session, [entry.name])
    live = next((each for each in versions if each.live_from is not None and each.live_from <= day), None)
    coming = versions[0] if versions and live is not versions[0] else None
    text = live.content if live else rulebook.package_text(city, entry)
    return Standing(entry, text, rulebook.compiled(text, entry.name), live.number if live else 0, live.live_from if live else None, coming)  # fmt: skip


def version_of(session: Session, principal: Principal, entry: RuleEntry, version_id: str) -> RuleVersion:
    """One version of this ruleset. Raises `Problem` (not found) for one of another ruleset."""
    found = rules.version(session, principal, entry.whose, version_id)
    if found.name != entry.name:
        raise Problem(NOT_FOUND)
    return found


def start(
    session: Session, principal: Principal, city: City, entry: RuleEntry, text: str | None = None, reason: str = "",
    proposed_from: date | None = None, tests: Sequence[dict[str, str]] = (),
) -> RuleVersion:  # fmt: skip
    """A draft from what is in force, or from `text`."""
    content = text if text is not None else standing(session, city, entry).text
    return rules.start_draft(session, principal, entry.whose, entry.name, content, reason, proposed_from, tests)


def save(session: Session, principal: Principal, entry: RuleEntry, version_id: str, text: str, lock: int, reason: str | None = None) -> RuleVersion:  # fmt: skip
    version_of(session, principal, entry, version_id)
    return rules.save_draft(session, principal, entry.whose, version_id, text, lock, reason)


def submit(session: Session, principal: Principal, city: City, entry: RuleEntry, version_id: str) -> RuleVersion:
    """Hand over to a second person. Raises `Problem` (rules.errors_left) while a check finds an error."""
    require(principal, entry.whose.draft, entry.whose.scope)
    found = version_of(session, principal, entry, version_id)
    errors = [each for each in check(city, entry, found.content) if each.severity == "error"]
    if errors:
        raise Problem(ERRORS_LEFT, count=len(errors), extra={"problems": [each.as_dict() for each in errors]})
    return rules.submit(session, principal, entry.whose, version_id)


def approve(
    session: Session, principal: Principal, entry: RuleEntry, version_id: str, reason: str, live_from: date | None
) -> RuleVersion:  # fmt: skip
    """In force from `live_from`. Raises `Problem` (rules.same_person) for whoever wrote or submitted it."""
    version_of(session, principal, entry, version_id)
    return rules.approve(session, principal, entry.whose, version_id, reason, live_from)


def reject(session: Session, principal: Principal, entry: RuleEntry, version_id: str, reason: str) -> RuleVersion:
    require(principal, entry.whose.approve, entry.whose.scope)
    version_of(session, principal, entry, version_id)
    if not reason:
        raise Problem(REASON_NEEDED)
    return rules.reject(session, principal, entry.whose, version_id, reason)


def roll_back(session: Session, principal: Principal, city: City, entry: RuleEntry, number: int, reason: str) -> RuleVersion:  # fmt: skip
    """Propose an earlier version (0: the package's) again; a second person approves it like any other."""
    require(principal, entry.whose.draft, entry.whose.scope)
    if not reason:
        raise Problem(REASON_NEEDED)
    return rules.roll_back(
        session, principal, entry.whose, entry.name, number, reason, rulebook.package_text(city, entry)
    )


def history(
    session: Session, principal: Principal, entry: RuleEntry, limit: int = 50, after: str | None = None
) -> Page[RuleVersion]:
    return rules.history(session, principal, entry.whose, entry.name, limit=limit, after=after)


def loaded(entry: RuleEntry, text: str) -> RuleSet:
    """The ruleset of a text. Raises `Problem` (rules.invalid) with every problem in `extra`."""
    try:
        return rulebook.compiled(text, entry.name)
    except RuleError as error:
        found = [problem.as_dict() for problem in error.problems]
        raise Problem(INVALID_RULES, extra={"problems": found}, count=len(found)) from None


def check(city: City, entry: RuleEntry, text: str) -> list[RuleProblem]:
    """Every problem of a text against the facts that the life event knows."""
    try:
        found = rulebook.with_facts(city, entry, rulebook.compiled(text, entry.name))
    except RuleError as error:
        return error.problems
    return rules.check_ruleset(found)


def check_grids(city: City, entry: RuleEntry, stored: str, grids: Sequence[Grid]) -> list[CellNote]:
    """What is wrong in grids as they stand in a form, each message at its cell; `stored` is the text they were made from."""
    facts = dict(rulebook.facts_of(city, entry.event))
    return editing.check_grids(grids, facts, lambda: check(city, entry, editing.text_of(stored, list(grids))))


def changes(old: str, new: str, name: str, day: date | None = None) -> list[Change]:
    """The difference of two texts in words; empty when one of them does not load."""
    try:
        return rules.differences(rulebook.compiled(old, name), rulebook.compiled(new, name), day or today())
    except RuleError:
        return []
