"""Regulations and clauses kept in versions. A clause is in force only after a second person approved it (rules room: four eyes)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onething.core import events
from onething.core.access import SYSTEM_PRINCIPAL, Principal
from onething.core.clock import now, today
from onething.core.errors import NOT_FOUND, Problem
from onething.core.ids import new_id
from onething.core.rights.service import may, require
from onething.policy import acts
from onething.policy.drafting.drafts import Drafter, ParserDrafter, ruleset_of
from onething.policy.drafting.models import Draft, Example
from onething.policy.errors import BAD_AMOUNT, NOT_READY, NOTHING_DECIDED
from onething.policy.events import PolicyClauseLive, PolicyDocumentAdded
from onething.policy.knowledge.ownership import agency_in, of_version, owner_of, packaged, require_draft
from onething.policy.knowledge.readings import structures, trees
from onething.policy.knowledge.tables import PolicyClauseRow, PolicyDocumentRow, PolicyRelationRow
from onething.policy.models import Clause, Document, Relation
from onething.policy.structuring import Structured, structure
from onething.policy.text.naming import work_id
from onething.policy.text.tree import parse_document
from onething.policy.whose import agency_scope, city_scope, whose
from onething.rules import service as rules
from onething.rules.service import RuleVersion
from onething.rules.states import EVER_APPROVED

PREFIX = "policy/"
"""Names of rule versions that belong to clauses: `policy/<clause id>`."""


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A regulation in the list."""

    id: str
    eli: str
    title: str
    made_on: date | None
    in_force_from: date | None
    articles: int
    drafts: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class KeptClause:
    """One version of a clause with its state."""

    clause: Clause
    rule: RuleVersion
    draft: str
    examples: tuple[Example, ...]

    @property
    def status(self) -> str:
        return self.rule.status


# -- regulations --------------------------------------------------------------------------------------------------


def add_document(session: Session, principal: Principal, source: str, name: str, drafter: Drafter | None = None) -> tuple[KeptDocument, Structured]:  # fmt: skip
    """Keep a regulation's text; the same version a second time is the one already kept."""
    require(principal, acts.ADD_REGULATION, city_scope())
    found = _read(session, source, name, drafter)
    document = found.document
    row = session.scalar(select(PolicyDocumentRow).where(PolicyDocumentRow.eli == document.id))
    if row is None:
        row = PolicyDocumentRow(
            id=new_id("reg"), eli=document.id, work=work_id(document.title), title=document.title[:300], source=source, file=name[:300],
            made_on=document.made_on, in_force_from=document.in_force_from, articles=len(document.articles), drafts=len(found.drafts),
            added_by=principal.actor, added_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        said = PolicyDocumentAdded(eli=document.id, articles=len(document.articles))
        events.append(session, events.Event.of(f"policy:{row.id}", said, principal.actor))
    return _kept(row), found


def _kept(row: PolicyDocumentRow) -> KeptDocument:
    return KeptDocument(row.id, row.eli, row.title, row.made_on, row.in_force_from, row.articles, row.drafts, row.added_by, row.added_at)  # fmt: skip


def documents(session: Session, principal: Principal, limit: int = 100) -> list[KeptDocument]:
    """Kept regulations, those added last first."""
    require(principal, acts.REGULATIONS, city_scope())
    query = select(PolicyDocumentRow).order_by(PolicyDocumentRow.added_at.desc()).limit(min(limit, 500))
    return [_kept(row) for row in session.scalars(query)]


def document(session: Session, principal: Principal, id_: str, drafter: Drafter | None = None) -> tuple[KeptDocument, Structured]:  # fmt: skip
    """One regulation read again from its text: the same text always gives the same structure."""
    require(principal, acts.REGULATIONS, city_scope())
    row = session.get(PolicyDocumentRow, id_)
    if row is None:
        raise Problem(NOT_FOUND)
    return _kept(row), _read(session, row.source, row.file, drafter)


def _read(session: Session, source: str, name: str, drafter: Drafter | None) -> Structured:
    """By the parser once for the same text, words and other laws; by a model each time it is asked for."""
    if drafter is not None and not isinstance(drafter, ParserDrafter):
        return structure(source, name, drafter, library(session))
    words = drafter.words if drafter else None
    shelf = tuple(sorted(_shelf(session).items()))
    return structures.get(source, (name, words, shelf), lambda: structure(source, name, drafter, library(session)))


def versions_of(session: Session, principal: Principal, title: str) -> list[KeptDocument]:
    """All kept versions of one regulation, the oldest first."""
    require(principal, acts.REGULATIONS, city_scope())
    query = (
        select(PolicyDocumentRow).where(PolicyDocumentRow.work == work_id(title)).order_by(PolicyDocumentRow.made_on)
    )
    return [_kept(row) for row in session.scalars(query.limit(100))]


def library(session: Session, limit: int = 200) -> dict[str, Document]:
    """The newest kept version of each regulation by its work id, for references from one to another."""
    shelf = _shelf(session, limit)
    rows = session.scalars(select(PolicyDocumentRow).where(PolicyDocumentRow.id.in_(list(shelf.values()))))
    return {row.work: _tree(row.source, row.file) for row in rows}


def _tree(source: str, file: str) -> Document:
    return trees.get(source, file, lambda: parse_document(source, file))


def _shelf(session: Session, limit: int = 200) -> dict[str, str]:
    """Work → id of its newest kept version. A kept text never changes, so the ids say what is on the shelf."""
    query = select(PolicyDocumentRow.work, PolicyDocumentRow.id)
    found: dict[str, str] = {}
    for work, id_ in session.execute(query.order_by(PolicyDocumentRow.made_on.desc()).limit(limit)):
        found.setdefault(work, id_)
    return found


# -- clauses ------------------------------------------------------------------------------------------------------


def start_clause(
    session: Session, principal: Principal, clause: Clause, rules_text: str, draft: Draft | None = None, reason: str = "", *,
    after: int = 0, proposed_from: date | None = None, tests: Sequence[dict[str, str]] = (),
) -> KeptClause:  # fmt: skip
    """A new version of a clause as a draft. `rules_text` is its rule file (one ruleset); the clause's own ruleset is made from it.

    `after` is the version that it follows when that one is the city package's: two versions of a clause never share a number.

    A clause that names no agency is its drafter's. Raises the reason why somebody may not: a version of another agency's clause, or for
    another agency, or with another agency's money.
    """
    owner, before = owner_of(session, clause.id), _in_force(session, clause.id)
    if not clause.agency:
        clause = clause.model_copy(update={"agency": owner or next(iter(principal.agencies), "")})
    require_draft(principal, clause, before, owner, lambda: live_clauses(session))
    version = rules.start_draft(
        session,
        principal,
        whose([owner or clause.agency]),
        PREFIX + clause.id,
        rules_text,
        reason,
        proposed_from,
        tests,
    )
    last = session.scalar(select(func.max(PolicyClauseRow.number)).where(PolicyClauseRow.clause == clause.id)) or 0
    examples = draft.examples if draft else _examples(rules_text)
    row = PolicyClauseRow(
        rule_version_id=version.id, clause=clause.id, number=max(version.number, last + 1, after + 1), document=clause.place.document,
        draft=draft.id if draft else "", content=_content(clause), examples=[each.model_dump(mode="json") for each in examples],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return _clause(row, version)


def _in_force(session: Session, clause_id: str) -> Clause | None:
    """The clause as it is in force today, by officials or by the city package."""
    live = next((each.clause for each in live_versions(session, only=clause_id)), None)
    return live or packaged(clause_id)


def _content(clause: Clause) -> dict[str, Any]:
    return clause.model_dump(mode="json", exclude={"ruleset", "version"})


def save_clause(session: Session, principal: Principal, version_id: str, clause: Clause, rules_text: str, lock: int) -> KeptClause:  # fmt: skip
    """Save a draft. Raises rules.stale_draft when a colleague saved in between, and like `start_clause`."""
    row, kept = _kept_version(session, version_id)
    clause = clause.model_copy(update={"id": row.clause, "agency": clause.agency or agency_in(row, kept.rule)})
    require_draft(principal, clause, kept.clause, agency_in(row, kept.rule), lambda: live_clauses(session))
    version = rules.save_draft(session, principal, of_version(row, kept.rule), version_id, rules_text, lock)
    row.content = _content(clause)
    row.examples = [each.model_dump(mode="json") for each in _examples(rules_text)]
    session.flush()
    return _clause(row, version)


def _examples(text: str) -> tuple[Example, ...]:
    from onething.policy.drafting.examples import examples_of

    draft = Draft(id="", source="", text="", modality="is", title="", rules=text)
    return examples_of(text, ruleset_of(draft))


def submit_clause(session: Session, principal: Principal, version_id: str) -> KeptClause:
    """Hand over for approval. Raises policy.not_ready while a check of the rules finds an error."""
    row, kept = _kept_version(session, version_id)
    require(principal, acts.DRAFT_CLAUSE, of_version(row, kept.rule).scope)
    text = kept.rule.content
    errors = [each for each in rules.check_text(text) if each.severity == "error"]
    if errors:
        raise Problem(NOT_READY, count=len(errors), extra={"problems": [each.as_dict() for each in errors]})
    _amount_reads(row.content.get("benefit") or {})
    _decides_something(row)
    return _clause(row, rules.submit(session, principal, of_version(row, kept.rule), version_id))


def _decides_something(row: PolicyClauseRow) -> None:
    from onething.policy.drafting.examples import nothing_decided

    if nothing_decided([Example.model_validate(each) for each in row.examples or []]):
        raise Problem(NOTHING_DECIDED)


def _amount_reads(benefit: dict[str, Any]) -> None:
    """An amount that does not compile must not go live: it would stop the matching of every other clause."""
    for text in (benefit.get("amount"), benefit.get("base")):
        try:
            if text:
                rules.compile_expression(text)
        except rules.FeelError:
            raise Problem(BAD_AMOUNT, text=text) from None


def approve_clause(session: Session, principal: Principal, version_id: str, reason: str = "", live_from: date | None = None) -> KeptClause:  # fmt: skip
    """In force from a day. Raises rules.same_person for whoever wrote or submitted it."""
    row, kept = _kept_version(session, version_id)
    require(principal, acts.APPROVE_CLAUSE, of_version(row, kept.rule).scope)
    _decides_something(row)
    version = rules.approve(session, principal, of_version(row, kept.rule), version_id, reason, live_from)
    said = PolicyClauseLive(version=row.number, document=row.document)
    events.append(session, events.Event.of(f"policy-clause:{version_id}", said, principal.actor))
    return _clause(row, version)


def reject_clause(session: Session, principal: Principal, version_id: str, reason: str) -> KeptClause:
    row, kept = _kept_version(session, version_id)
    return _clause(row, rules.reject(session, principal, of_version(row, kept.rule), version_id, reason))


def _row(session: Session, version_id: str) -> PolicyClauseRow:
    row = session.get(PolicyClauseRow, version_id)
    if row is None:
        raise Problem(NOT_FOUND)
    return row


def _kept_version(session: Session, version_id: str) -> tuple[PolicyClauseRow, KeptClause]:
    """For asking whose it is; whoever may not is given nothing of it."""
    row = _row(session, version_id)
    kept = _clause(row, rules.version(session, SYSTEM_PRINCIPAL, whose([]), version_id))
    return row, kept


def clause_version(session: Session, principal: Principal, version_id: str) -> KeptClause:
    """One version; drafts for their own agency, and for who oversees it. Raises the reason why it is not hers to read."""
    row, kept = _kept_version(session, version_id)
    rules.version(session, principal, of_version(row, kept.rule), version_id)
    return kept


def readable_versions(session: Session, principal: Principal, clause_id: str, limit: int = 50) -> list[tuple[int, KeptClause]]:  # fmt: skip
    """The versions of a clause that are hers to read with their numbers, newest first."""
    query = select(PolicyClauseRow).where(PolicyClauseRow.clause == clause_id).order_by(PolicyClauseRow.number.desc())
    return [(row.number, kept) for row, kept in _readable(session, principal, session.scalars(query.limit(limit)).all())]  # fmt: skip


def _readable(session: Session, principal: Principal, rows: Sequence[PolicyClauseRow]) -> Iterator[tuple[PolicyClauseRow, KeptClause]]:  # fmt: skip
    require(principal, acts.REGULATIONS, city_scope())
    for row in rows:
        kept = _kept_version(session, row.rule_version_id)[1]
        if kept.rule.status in EVER_APPROVED or may(principal, acts.READ_CLAUSE, of_version(row, kept.rule).scope):
            yield row, kept


def clauses_of(session: Session, principal: Principal, document_id: str, limit: int = 500) -> list[KeptClause]:
    """Every version of clauses that stand on a document (by ELI), the newest of each clause first; drafts as far as they are hers to
    read."""
    query = select(PolicyClauseRow).where(PolicyClauseRow.document == document_id).order_by(PolicyClauseRow.clause, PolicyClauseRow.number.desc())  # fmt: skip
    return [kept for _, kept in _readable(session, principal, session.scalars(query.limit(limit)).all())]


def live_clauses(session: Session, day: date | None = None, limit: int = 10_000) -> list[Clause]:
    """The clauses in force on a day, ready to be matched: of each clause the latest approved version whose day has come."""
    return [each.clause for each in live_versions(session, day, limit)]


def live_versions(session: Session, day: date | None = None, limit: int = 10_000, only: str = "") -> list[KeptClause]:
    """The same with the rule version and the examples of each; of `only` this clause where one is named."""
    day = day or today()
    kept_here = select(PolicyClauseRow.clause).distinct().limit(limit)
    kept_here = kept_here.where(PolicyClauseRow.clause == only) if only else kept_here
    names = [PREFIX + name for name in session.scalars(kept_here)]
    latest: dict[str, RuleVersion] = {}
    for start in range(0, len(names), 400):
        for version in rules.in_force(session, names[start : start + 400], limit=20_000):
            if version.live_from is not None and version.live_from <= day:
                latest.setdefault(version.name, version)
    rows = {
        row.rule_version_id: row
        for start in range(0, len(latest), 400)
        for row in session.scalars(
            select(PolicyClauseRow).where(
                PolicyClauseRow.rule_version_id.in_([v.id for v in list(latest.values())[start : start + 400]])
            )
        )
    }
    kept = [_clause(rows[version.id], version) for version in latest.values() if version.id in rows]
    return [each for each in kept if (each.clause.valid_from or day) <= day <= (each.clause.valid_to or day)]


def unfinished(session: Session, principal: Principal, clause_id: str) -> list[KeptClause]:
    """Drafts of a clause and versions that wait for a second person, newest first; none for who may not read them."""
    found = rules.unfinished(session, principal, {PREFIX + clause_id: whose([owner_of(session, clause_id)])})
    return [_clause(_row(session, each.id), each) for each in found]


def _clause(row: PolicyClauseRow, version: RuleVersion) -> KeptClause:
    spec = next(iter(_parsed(version)), None)
    data = row.content | {"version": row.number, "ruleset": spec or _NOT_READABLE}
    return KeptClause(Clause.model_validate(data), version, row.draft, tuple(Example.model_validate(each) for each in row.examples))  # fmt: skip


_NOT_READABLE: dict[str, Any] = {"id": "unreadable", "rules": [{"id": "unreadable", "require": "false"}]}
"""Stands in for a draft whose rules do not load yet; such a draft cannot be submitted."""


def _parsed(version: RuleVersion) -> list[Any]:
    try:
        return [each.spec for each in rules.parse_rules(version.content).values()]
    except rules.RuleError:
        return []


# -- relations ----------------------------------------------------------------------------------------------------


def relate(session: Session, principal: Principal, relation: Relation) -> None:
    """Keep a relation; the same one twice is one. One between clauses is for officers of their agencies: it decides who is paid."""
    require(principal, acts.ADD_REGULATION, city_scope())
    for owner in {owner_of(session, relation.source), owner_of(session, relation.target)} - {""}:
        require(principal, acts.DRAFT_CLAUSE, agency_scope(owner))
    query = select(func.count()).where(
        PolicyRelationRow.kind == relation.kind, PolicyRelationRow.source == relation.source, PolicyRelationRow.target == relation.target
    )  # fmt: skip
    if not session.scalar(query):
        row = PolicyRelationRow(
            id=new_id("rel"), kind=relation.kind, source=relation.source, target=relation.target,
            content=relation.model_dump(mode="json"), added_by=principal.actor, added_at=now(),
        )  # fmt: skip
        session.add(row)
        session.flush()


def relations(session: Session, ids: Sequence[str] = (), limit: int = 5000) -> list[Relation]:
    """All relations, or those from or to one of `ids`."""
    query = select(PolicyRelationRow).order_by(PolicyRelationRow.added_at).limit(limit)
    if ids:
        query = query.where(PolicyRelationRow.source.in_(ids) | PolicyRelationRow.target.in_(ids))
    return [Relation.model_validate(row.content) for row in session.scalars(query)]
