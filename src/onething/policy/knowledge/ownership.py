"""Whose a clause is, and what somebody must have a right to before she changes one.

A clause is its agency's, from the first draft on; its next version is that agency's too, whoever types it. The money that it draws
on is of the agencies whose clauses in force draw on the same purse.
"""

from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.core.access import Principal
from onething.core.rights.service import require
from onething.policy import acts
from onething.policy.knowledge.tables import PolicyClauseRow
from onething.policy.matching.clauses import load_clauses
from onething.policy.models import Budget, Clause
from onething.policy.whose import agency_scope, policy_folder, whose
from onething.rules.service import RuleVersion, Whose


def drafted_at(version: RuleVersion) -> str:
    """The agency of whoever wrote a version, as the log names her; empty for administrators and the system."""
    role, _, rest = version.author.partition(":")
    agency = rest.partition(":")[0].rpartition("/")[2]  # `hangzhou/tax` of a city that is not the one served
    return agency if role == "officer" and agency != "-" else ""


def agency_in(row: PolicyClauseRow, version: RuleVersion) -> str:
    """Whose a version is: the agency it names; while it names none, the one of whoever wrote it."""
    return str(row.content.get("agency") or "") or drafted_at(version)


def owner_of(session: Session, clause_id: str) -> str:
    """The agency whose clause this is: of its newest version kept here, else of the city package; empty for a clause that is new."""
    query = select(PolicyClauseRow).where(PolicyClauseRow.clause == clause_id).order_by(PolicyClauseRow.number.desc())
    for row in session.scalars(query.limit(50)):
        if agency := str(row.content.get("agency") or ""):
            return agency
    known = packaged(clause_id)
    return known.agency if known else ""


def packaged(clause_id: str) -> Clause | None:
    """The clause as the city package has it."""
    return _package().get(clause_id)


def _package() -> dict[str, Clause]:
    folder = policy_folder()
    return {each.id: each for each in load_clauses(folder)[0]} if (folder / "policy").is_dir() else {}


def of_version(row: PolicyClauseRow, version: RuleVersion) -> Whose:
    """Whose a version is, as rights are asked."""
    return whose([agency_in(row, version)])


def require_draft(
    principal: Principal, clause: Clause, before: Clause | None, owner: str, in_force: Callable[[], Iterable[Clause]]
) -> None:
    """What a draft must not be without: a right at the agency whose clause it is, at the one that it names, and at the purse that it
    names anew. `in_force`: officials' clauses of today, asked for where a purse must be looked into. Raises the reason of the first right
    that is missing."""
    for agency in dict.fromkeys((owner, clause.agency)):
        if agency:
            require(principal, acts.DRAFT_CLAUSE, agency_scope(agency))
    if not (owner or clause.agency):
        require(principal, acts.DRAFT_CLAUSE, agency_scope(*principal.agencies))
    if clause.budget is not None and clause.budget != (before.budget if before else None):
        drawn_by = agencies_of_purse(clause.budget, in_force())
        require(principal, acts.SET_BUDGET, agency_scope(*(drawn_by or [clause.agency or owner])))
    elif clause.budget is None and before is not None and before.budget is not None:
        require(principal, acts.SET_BUDGET, agency_scope(before.agency or owner))


def agencies_of_purse(budget: Budget, in_force: Iterable[Clause]) -> list[str]:
    """Agencies whose clauses in force, officials' or the city package's, draw on this purse."""
    known = _package() | {each.id: each for each in in_force}
    return sorted({each.agency for each in known.values() if each.agency and each.budget and each.budget.key == budget.key})  # fmt: skip
