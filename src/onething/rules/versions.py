"""Versions of rule files: draft, submit, approve by a second person, roll back. Nothing approved is ever changed."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from onething.core import events
from onething.core.access import Principal
from onething.core.clock import local, now, today
from onething.core.errors import CONFLICT, NOT_FOUND, Problem
from onething.core.ids import new_id
from onething.core.paging import Order, Page, bounded
from onething.core.rights.service import Act, Scope, apart, may, require, scope_of
from onething.rules import acts
from onething.rules.errors import INVALID_RULES, SAME_PERSON, STALE_DRAFT, WRONG_STATE, RuleError
from onething.rules.events import RulesApproved, RulesDrafted, RulesEvent, RulesRejected, RulesSubmitted
from onething.rules.loading import parse_rules
from onething.rules.ruleset import RuleSet
from onething.rules.states import EVER_APPROVED, UNFINISHED, VERSION, VersionStatus
from onething.rules.tables import RuleVersionRow


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose rules these are, and which acts their changes are: a clause of policy is drafted and approved by rights of its own."""

    scope: Scope
    draft: Act = acts.DRAFT
    approve: Act = acts.APPROVE
    read: Act = acts.READ


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule file as the console shows it."""

    id: str
    name: str
    number: int
    content: str
    status: VersionStatus
    author: str
    reviewer: str | None
    reason: str
    back_to: int | None
    created_at: datetime
    decided_at: datetime | None
    lock: int
    live_from: date | None = None
    """Approved: the first day it decides."""
    answer: str = ""
    """What the second person wrote when approving or sending back."""
    authors: tuple[str, ...] = ()
    """Everybody who wrote or submitted it; none of them may approve it."""
    proposed_from: date | None = None
    """The day from which it is meant to decide, when a changed law gives one; the approver may choose another."""
    tests: tuple[dict[str, str], ...] = ()
    """Boundary tests that came with the proposal: `fact`, `value`, what the version `before` and the one `after` say."""


def _view(row: RuleVersionRow) -> RuleVersion:
    return RuleVersion(
        row.id, row.name, row.number, row.content, VersionStatus(row.status), row.author, row.reviewer, row.reason, row.back_to, row.created_at,
        row.decided_at, row.lock, _live_from(row), row.notes.get("approval") or row.notes.get("rejection") or "",
        tuple(sorted(_authors(row))), _proposed(row), tuple(row.notes.get("tests", ())),
    )  # fmt: skip


def _proposed(row: RuleVersionRow) -> date | None:
    said = row.notes.get("proposed_from")
    return date.fromisoformat(said) if said else None


def _authors(row: RuleVersionRow) -> set[str]:
    wrote = {row.author, *row.notes.get("authors", [])}
    return wrote | {row.notes["submitted_by"]} if "submitted_by" in row.notes else wrote


def _live_from(row: RuleVersionRow) -> date | None:
    said = row.notes.get("live_from")
    return (
        date.fromisoformat(said) if said else local(row.decided_at).date() if row.decided_at and row.reviewer else None
    )


def _row(session: Session, version_id: str) -> RuleVersionRow:
    row = session.get(RuleVersionRow, version_id)
    if row is None:
        raise Problem(NOT_FOUND)
    return row


def _tell(session: Session, row: RuleVersionRow, what: type[RulesEvent], actor: str) -> None:
    said = what(version=row.number, id=row.id, digest=row.digest)
    events.append(session, events.Event.of(f"rules:{row.name}", said, actor))


def validated(content: str, name: str) -> dict[str, RuleSet]:
    """Parse rule text for saving. Raises `Problem` (rules.invalid) listing every problem in `extra`."""
    try:
        return parse_rules(content, name)
    except RuleError as error:
        found = [problem.as_dict() for problem in error.problems]
        raise Problem(INVALID_RULES, detail=str(error), extra={"problems": found}, count=len(found)) from None


def start_draft(
    session: Session, principal: Principal, whose: Whose, name: str, content: str, reason: str = "", proposed_from: date | None = None, tests: Sequence[dict[str, str]] = ()
) -> RuleVersion:  # fmt: skip
    """Begin a new version. Broken rules may be saved as a draft, so that nothing typed is lost; they cannot be submitted.

    `proposed_from` and `tests` come with a version that a changed law asks for.
    """
    require(principal, whose.draft, whose.scope)
    last = session.scalar(select(func.max(RuleVersionRow.number)).where(RuleVersionRow.name == name)) or 0
    notes: dict[str, Any] = {"proposed_from": proposed_from.isoformat()} if proposed_from else {}
    notes |= {"tests": list(tests)} if tests else {}
    row = RuleVersionRow(
        id=new_id("rule"), name=name, number=last + 1, content=content, digest=_digest(content), status=VersionStatus.DRAFT.value,
        author=principal.actor, reason=reason, created_at=now(), lock=0, notes=notes,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, row, RulesDrafted, principal.actor)
    return _view(row)


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def save_draft(
    session: Session,
    principal: Principal,
    whose: Whose,
    version_id: str,
    content: str,
    lock: int,
    reason: str | None = None,
) -> RuleVersion:
    """Save a draft; `lock` is the number the editor loaded, `reason` replaces the reason when given. Raises rules.stale_draft when somebody saved in between."""
    require(principal, whose.draft, whose.scope)
    row = _row(session, version_id)
    if row.status != VersionStatus.DRAFT:
        raise Problem(WRONG_STATE, status=row.status)
    changed = session.execute(
        update(RuleVersionRow)
        .where(
            RuleVersionRow.id == version_id, RuleVersionRow.lock == lock, RuleVersionRow.status == VersionStatus.DRAFT
        )
        .values(content=content, digest=_digest(content), lock=lock + 1, author=principal.actor)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Problem(STALE_DRAFT, extra={"content": row.content, "lock": row.lock})
    session.refresh(row)
    row.reason = row.reason if reason is None else reason
    # Everybody who typed counts as an author: four eyes means eyes that did not write it.
    row.notes = {**row.notes, "authors": sorted({*row.notes.get("authors", []), principal.actor})}
    session.flush()
    return _view(row)


def submit(session: Session, principal: Principal, whose: Whose, version_id: str) -> RuleVersion:
    """Hand a draft over for approval. Raises rules.invalid when it does not load."""
    require(principal, whose.draft, whose.scope)
    row = _row(session, version_id)
    validated(row.content, row.name)
    _move(session, row, VersionStatus.SUBMITTED)
    row.notes = {**row.notes, "submitted_by": principal.actor}
    session.flush()
    _tell(session, row, RulesSubmitted, principal.actor)
    return _view(row)


def approve(
    session: Session,
    principal: Principal,
    whose: Whose,
    version_id: str,
    reason: str = "",
    live_from: date | None = None,
) -> RuleVersion:
    """Put a submitted version in force from `live_from` (default the day it was proposed for, else today; a past day counts as today).

    Raises rules.same_person for whoever wrote or submitted it, also in another role.
    """
    require(principal, whose.approve, whose.scope)
    row = _row(session, version_id)
    if not apart(principal, whose.approve, replace(whose.scope, done={whose.draft.name: _authors(row)})):
        raise Problem(SAME_PERSON)
    validated(row.content, row.name)
    _move(session, row, VersionStatus.APPROVED)
    session.execute(
        update(RuleVersionRow)
        .where(
            RuleVersionRow.name == row.name,
            RuleVersionRow.status.in_(VERSION.into(VersionStatus.SUPERSEDED)),
            RuleVersionRow.id != row.id,
        )
        .values(status=VersionStatus.SUPERSEDED.value)
    )
    row.reviewer, row.decided_at = principal.actor, now()
    row.notes = {
        **row.notes,
        "approval": reason,
        "live_from": max(live_from or _proposed(row) or today(), today()).isoformat(),
    }
    session.flush()
    _tell(session, row, RulesApproved, principal.actor)
    return _view(row)


def reject(session: Session, principal: Principal, whose: Whose, version_id: str, reason: str) -> RuleVersion:
    """Send a submitted version back with a reason."""
    require(principal, whose.approve, whose.scope)
    row = _row(session, version_id)
    _move(session, row, VersionStatus.REJECTED)
    row.reviewer, row.decided_at = principal.actor, now()
    row.notes = {**row.notes, "rejection": reason}
    session.flush()
    _tell(session, row, RulesRejected, principal.actor)
    return _view(row)


def roll_back(
    session: Session,
    principal: Principal,
    whose: Whose,
    name: str,
    to_number: int,
    reason: str,
    original: str | None = None,
) -> RuleVersion:
    """Propose an earlier approved version again: a new submitted version with the old text, still to be approved by another person.

    Number 0 is the text of the city package, which the caller gives as `original`.
    """
    require(principal, whose.draft, whose.scope)
    if to_number == 0 and original is not None:
        return _propose_again(session, principal, whose, name, 0, original, reason)
    query = select(RuleVersionRow).where(
        RuleVersionRow.name == name,
        RuleVersionRow.number == to_number,
        RuleVersionRow.status.in_(EVER_APPROVED),
    )
    old = session.scalar(query)
    if old is None:
        raise Problem(NOT_FOUND)
    return _propose_again(session, principal, whose, name, to_number, old.content, reason)


def _propose_again(
    session: Session, principal: Principal, whose: Whose, name: str, number: int, content: str, reason: str
) -> RuleVersion:
    draft = start_draft(session, principal, whose, name, content, reason)
    row = _row(session, draft.id)
    row.back_to = number
    return submit(session, principal, whose, draft.id)


def in_force(session: Session, names: Collection[str], limit: int = 500) -> list[RuleVersion]:
    """Every version that was ever approved, the latest decision first.

    On a day the first one of a name whose `live_from` has come decides; when there is none, the city package does.
    A later decision therefore takes the place of an earlier one that has not begun yet.
    """
    query = (
        select(RuleVersionRow)
        .where(RuleVersionRow.name.in_(names), RuleVersionRow.status.in_(EVER_APPROVED))
        .order_by(RuleVersionRow.decided_at.desc(), RuleVersionRow.number.desc())
    )
    return [_view(row) for row in session.scalars(query.limit(limit))]


def unfinished(session: Session, principal: Principal, whose: Mapping[str, Whose], limit: int = 200) -> list[RuleVersion]:  # fmt: skip
    """Drafts and versions that wait for a second person, newest first, of those names that are hers to read."""
    names = [name for name, each in whose.items() if may(principal, each.read, each.scope)]
    query = (
        select(RuleVersionRow)
        .where(RuleVersionRow.name.in_(names), RuleVersionRow.status.in_(UNFINISHED))
        .order_by(RuleVersionRow.created_at.desc())
    )
    return [_view(row) for row in session.scalars(query.limit(min(limit, 500)))]


def current(session: Session, name: str) -> RuleVersion | None:
    """The version in force, None when the file in the city package is."""
    query = select(RuleVersionRow).where(RuleVersionRow.name == name, RuleVersionRow.status == VersionStatus.APPROVED)
    row = session.scalar(query.order_by(RuleVersionRow.number.desc()).limit(1))
    return _view(row) if row is not None else None


NEWEST = Order("rule_versions", (RuleVersionRow.number,), (int,))


def history(session: Session, principal: Principal, whose: Whose, name: str, limit: int = 50, after: str | None = None) -> Page[RuleVersion]:  # fmt: skip
    """Versions of a file, newest first, a page at a time; drafts only for those who may read them."""
    require(principal, acts.BROWSE, scope_of(city=whose.scope.city))
    size = bounded(limit)
    query = select(RuleVersionRow).where(RuleVersionRow.name == name, NEWEST.behind(after)).order_by(*NEWEST.by)
    if not may(principal, whose.read, whose.scope):
        query = query.where(RuleVersionRow.status.in_(EVER_APPROVED))
    shown, more = NEWEST.page(session.scalars(query.limit(size + 1)).all(), size, lambda row: (row.number,))
    return Page(tuple(_view(row) for row in shown), more)


def version(session: Session, principal: Principal, whose: Whose, version_id: str) -> RuleVersion:
    """One version. Raises the reason why it is not hers to read: drafts are for their own agency, and for who oversees it."""
    require(principal, acts.BROWSE, scope_of(city=whose.scope.city))
    row = _row(session, version_id)
    if row.status not in EVER_APPROVED:
        require(principal, whose.read, whose.scope)
    return _view(row)


def _move(session: Session, row: RuleVersionRow, to: VersionStatus) -> None:
    """Change the state only if nobody else did at the same moment."""
    allowed = VERSION.into(to)
    if row.status not in allowed:
        raise Problem(WRONG_STATE, status=row.status)
    changed = session.execute(
        update(RuleVersionRow)
        .where(RuleVersionRow.id == row.id, RuleVersionRow.status.in_(allowed))
        .values(status=to.value)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Problem(CONFLICT)
    session.refresh(row)
