"""Officials turn a regulation into clauses: text left, drafts right, examples at the limits, approval by a second person."""

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

from fastapi import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from onething.core.city_folders import city_folder
from onething.core.clock import today
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.i18n import Text
from onething.core.rights.service import same_person
from onething.core.whole import whole
from onething.documents.prose.service import read_bytes, scanned
from onething.policy import acts
from onething.policy.amendments.service import WORDS, amend
from onething.policy.drafting.models import Draft
from onething.policy.drafting.service import ParserDrafter, load_vocabulary, problems_of, try_examples
from onething.policy.errors import NOT_READY
from onething.policy.fulfilment import service as benefits
from onething.policy.knowledge import service as knowledge
from onething.policy.models import Clause, Document, Place
from onething.policy.service import side_by_side
from onething.rules.service import RuleError, parse_rules
from onething.subjects.profiles import service
from onething.web.http.page import Doing, Form, Page, Unit, page_router, text_of

router = page_router("/console/policy")
KINDS = ("subsidy", "award", "tax_relief", "fee_waiver", "interest", "voucher", "guarantee", "service", "permit")
_ACTIONS = ("save", "submit", "approve", "reject")
WHYS = frozenset(
    {
        "subject_missing",
        "catch_all",
        "vague",
        "partial",
        "per_unit",
        "cap_only",
        "not_in_text",
        "no_rule",
        "no_fact",
        "either_or",
        "two_persons",
        "same_fact_twice",
        "number_in_words",
        "long",
        "subject_unclear",
        "subject_is_thing",
        "subject_is_agency",
        "agency_cut",
        "exception",
        "rest_dropped",
        "list_missing",
        "statement",
        "other_person",
        "subject_inherited",
        "unit",
        "fact_kind",
    }
)
FREQUENCIES = ("once", "yearly", "quarterly", "monthly")


@router.get("")
def regulations(page: Annotated[Page, Doing(acts.REGULATIONS)], session: Unit) -> Response:
    found = knowledge.documents(session, page.actor)
    may_add = page.may(acts.ADD_REGULATION, benefits.city_scope())
    return page.show("policy/list.html", page.status, regulations=found, error=page.problem, may_add=may_add)


@router.post("")
async def add(page: Annotated[Page, Doing(acts.ADD_REGULATION)], form: Form) -> Response:
    """Take in a regulation: Markdown, text, Word or PDF. The same version again opens the one that is there."""
    upload = form.get("file")
    content = await upload.read() if isinstance(upload, UploadFile) and upload.filename else b""
    name = (upload.filename or "") if isinstance(upload, UploadFile) else ""
    return await run_in_threadpool(_add, page, content, name)


def _add(page: Page, content: bytes, name: str) -> Response:
    try:
        text = read_bytes(content, name, scanned)
        with get_database().transaction() as session:
            kept, _ = knowledge.add_document(session, page.actor, text, name, _drafter())
    except Problem as problem:
        with get_database().transaction() as session:
            return page.again(session, "/console/policy", problem=problem)
    return page.go(f"/console/policy/{kept.id}")


def _drafter() -> ParserDrafter:
    """The parser with the words of the city: what a law calls 参保职工 is a dimension of company profiles."""
    return ParserDrafter(load_vocabulary(benefits.policy_folder() / "policy" / "vocabulary.yaml"))


@router.get("/conflicts")
def conflicting(page: Annotated[Page, Doing(acts.REGULATIONS)]) -> Response:
    """Clauses in force that contradict, overlap, exclude or repeat each other, with a company that shows it."""
    folder = benefits.policy_folder()
    with get_database().reading() as session:
        book = benefits.CityBooks(folder).of(session, today())
    clauses = {each.id: each.clause for each in book.clauses}
    found = knowledge.find_conflicts(list(clauses.values()), book.relations, 200)
    return page.show("policy/conflicts.html", found=found, clauses=clauses, names=_dimensions(folder), marks=_MARKS)


_MARKS = {"impossible": "bad", "contradict": "bad", "exclude": "turn", "duplicate": "wait", "overlap": "wait"}


def _dimensions(folder: Path) -> dict[str, Text]:
    return {f"company.{key}": spec.name for key, spec in service.load_spec(folder).by_id.items()} if (folder / "profile").is_dir() else {}  # fmt: skip


@router.get("/clauses/{version_id}")
def clause_page(page: Annotated[Page, Doing(acts.REGULATIONS)], version_id: str) -> Response:
    with get_database().reading() as session:
        kept = knowledge.clause_version(session, page.actor, version_id)
        return _clause(page, session, kept)


def _clause(page: Page, session: Session, kept: Any) -> Response:
    """The clause as it is kept, or as somebody typed it and could not save it."""
    error, said = page.problem, _values_of(kept) | {k: v for k, v in page.typed.items() if isinstance(v, str)}
    rules_text = said["rules"]
    wrote = set(kept.rule.authors) | {kept.rule.author}
    scope = benefits.agency_scope(kept.clause.agency or (page.actor.agency_id or ""))
    return page.show(
        "policy/clause.html", page.status, kept=kept, values=said, error=error, kinds=KINDS, frequencies=FREQUENCIES,
        problems=problems_of(rules_text), tried=try_examples(rules_text, kept.examples, today()),
        agencies=_agencies(page, kept.clause.agency), mine=any(same_person(each, page.actor.actor) for each in wrote),
        may_draft=page.may(acts.DRAFT_CLAUSE, scope), may_budget=page.may(acts.SET_BUDGET, scope), may_approve=page.may(acts.APPROVE_CLAUSE, scope), document=_document_of(session, page, kept.clause.place.document),
    )  # fmt: skip


def _agencies(page: Page, named: str) -> list[Any]:
    """Whose the clause may be made by her: agencies of hers in the city whose policies are served, and the one that it names."""
    return [each for each in benefits.served().city.agencies if each.id in page.actor.agencies or each.id == named]


def _document_of(session: Session, page: Page, eli: str) -> str:
    return next((each.id for each in knowledge.documents(session, page.actor, 500) if each.eli == eli), "")


@router.post("/clauses/{version_id}")
def change(
    page: Annotated[Page, Doing(acts.DRAFT_CLAUSE, acts.APPROVE_CLAUSE)], form: Form, version_id: str
) -> Response:
    """Save, submit, approve or send back, by the button that was pressed. What was typed is never lost."""
    action, values = text_of(form, "action"), _values(form)
    try:
        with get_database().transaction() as session:
            kept = knowledge.clause_version(session, page.actor, version_id)
            if action in ("save", "submit"):
                clause = _built(kept.clause, values)
                kept = knowledge.save_clause(
                    session, page.actor, version_id, clause, values["rules"], whole(text_of(form, "lock"), 0)
                )
            if action == "submit":
                kept = knowledge.submit_clause(session, page.actor, version_id)
            elif action == "approve":
                kept = knowledge.approve_clause(
                    session, page.actor, version_id, text_of(form, "answer"), _date(text_of(form, "live_from"))
                )
            elif action == "reject":
                kept = knowledge.reject_clause(session, page.actor, version_id, text_of(form, "answer"))
            page.leave_note(session, f"policy.done.{action if action in _ACTIONS else 'save'}")
    except Problem as problem:
        with get_database().transaction() as session:
            knowledge.clause_version(session, page.actor, version_id)
            typed = (
                values
                if action in ("save", "submit")
                else {"answer": text_of(form, "answer"), "live_from": text_of(form, "live_from")}
            )
            return page.again(session, f"/console/policy/clauses/{version_id}", problem=problem, typed=typed)
    return page.go(f"/console/policy/clauses/{version_id}")


@router.get("/{document_id}")
def beside(page: Annotated[Page, Doing(acts.REGULATIONS)], document_id: str) -> Response:
    """Text left, drafts right."""
    with get_database().reading() as session:
        kept, found = knowledge.document(session, page.actor, document_id, _drafter())
        clauses = knowledge.clauses_of(session, page.actor, kept.eli)
        others = [each for each in knowledge.versions_of(session, page.actor, kept.title) if each.id != kept.id]
    made: dict[str, list[Any]] = {}
    for each in clauses:
        made.setdefault(each.draft, []).append(each)
    return page.show(
        "policy/text.html", kept=kept, articles=side_by_side(found), document=found.document, made=made, others=others,
        may_draft=page.may(acts.DRAFT_CLAUSE), drafts=len(found.drafts), open_places=len(found.not_understood), references=found.references, known_whys=WHYS,
    )  # fmt: skip


@router.post("/{document_id}/drafts/{number}")
def take_up(page: Annotated[Page, Doing(acts.DRAFT_CLAUSE)], document_id: str, number: int) -> Response:
    """A draft becomes a clause in work. Nothing is in force by this."""
    with get_database().transaction() as session:
        kept, found = knowledge.document(session, page.actor, document_id, _drafter())
        if not 0 <= number < len(found.drafts):
            raise Problem(NOT_FOUND)
        draft = found.drafts[number]
        clause = _first(draft, found.document, kept.eli)
        made = knowledge.start_clause(session, page.actor, clause, draft.rules or _EMPTY, draft, "")
    return page.go(f"/console/policy/clauses/{made.rule.id}")


@router.get("/{document_id}/changes/{other_id}")
def changes(page: Annotated[Page, Doing(acts.REGULATIONS)], document_id: str, other_id: str) -> Response:
    """What became of each article between two kept versions, who rests on it, and what is proposed."""
    with get_database().reading() as session:
        one, first = knowledge.document(session, page.actor, other_id)
        two, second = knowledge.document(session, page.actor, document_id, _drafter())
    swap = (one.made_on or date.min) > (two.made_on or date.min)
    old, new = (second.document, first.document) if swap else (first.document, second.document)
    found = amend(old, new, city_folder().parent)
    cited = {id(change): places for change, places in found.cited}
    return page.show("policy/changes.html", found=found, cited=cited, words=WORDS, kept=two, by_id=id)


_EMPTY = "rules_version: 1\nrulesets:\n- id: clause\n  kind: decision\n  rules:\n  - id: if_1\n    require: 'false'\n    text: {zh: 待补充, en: to be filled in}\n"


def _first(draft: Draft, document: Document, eli: str) -> Clause:
    """A clause as the draft has it; what the draft does not know is left for the official."""
    article = next((a for a in document.articles if draft.source.startswith(f"{a.id}/")), None)
    place = Place(document=eli, title=document.title, article=article.label if article else "")
    slug = draft.id.rsplit("/", 3)[-3:] if draft.id.count("/") >= 3 else [draft.id]
    title = draft.title or draft.text[:20]
    return Clause.model_validate({
        "id": f"{document.title}/{'_'.join(slug)}"[:160], "name": {"zh": title, "en": title}, "place": place, "text": article.text if article else draft.text,
        "ruleset": _ruleset(draft.rules), "valid_from": document.in_force_from,
        "benefit": {"kind": "subsidy", "name": {"zh": draft.benefit, "en": draft.benefit}} if draft.benefit else None,
    })  # fmt: skip


def _ruleset(text: str) -> Any:
    try:
        return next(iter(parse_rules(text).values())).spec
    except (RuleError, StopIteration):
        return {"id": "unreadable", "rules": [{"id": "unreadable", "require": "false"}]}


def _values_of(kept: Any) -> dict[str, str]:
    clause: Clause = kept.clause
    benefit, budget = clause.benefit, clause.budget
    return {
        "name_zh": clause.name.zh, "name_en": clause.name.en, "agency": clause.agency, "rules": kept.rule.content,
        "kind": benefit.kind if benefit else "", "benefit_zh": benefit.name.zh if benefit else "", "benefit_en": benefit.name.en if benefit else "",
        "amount": benefit.amount if benefit else "", "cap": str(benefit.cap or "") if benefit else "", "frequency": benefit.frequency if benefit else "once",
        "rate": f"{(benefit.rate * 100).normalize():f}" if benefit and benefit.rate is not None else "", "base": benefit.base if benefit else "",
        "consent": "yes" if benefit and benefit.consent else "", "budget_key": budget.key if budget else "", "budget": str(budget.amount) if budget else "",
        "valid_from": str(clause.valid_from or ""), "valid_to": str(clause.valid_to or ""),
    }  # fmt: skip


_FIELDS = ("name_zh", "name_en", "agency", "kind", "benefit_zh", "benefit_en", "amount", "rate", "base", "cap", "frequency", "consent", "budget_key", "budget", "valid_from", "valid_to")  # fmt: skip


def _values(form: FormData) -> dict[str, str]:
    found = {name: text_of(form, name).strip()[:500] for name in _FIELDS}
    return found | {"rules": str(form.get("rules") or "").replace("\r\n", "\n")[:200_000]}


def _built(clause: Clause, values: dict[str, str]) -> Clause:
    """The clause with what the form says. Raises `Problem` for a number or date that is none."""
    benefit = None
    if values["kind"]:
        rate = _money(values["rate"])
        # Instalments and a floor have no field here: what the clause had before stays.
        benefit = (clause.benefit.model_dump(mode="json") if clause.benefit else {}) | {
            "kind": values["kind"], "name": {"zh": values["benefit_zh"] or values["name_zh"], "en": values["benefit_en"] or values["name_en"]},
            "amount": values["amount"], "rate": None if rate is None else rate / 100, "base": values["base"], "cap": _money(values["cap"]), "frequency": values["frequency"] or "once", "consent": values["consent"] == "yes",
        }  # fmt: skip
    kept = clause.budget.model_dump(mode="json") if clause.budget else {}
    budget = kept | {"key": values["budget_key"], "amount": _money(values["budget"]) or 0} if values["budget_key"] else None  # fmt: skip
    try:
        return Clause.model_validate(
            clause.model_dump(mode="json", exclude={"ruleset"})
            | {
                "name": {"zh": values["name_zh"], "en": values["name_en"]}, "agency": values["agency"], "benefit": benefit, "budget": budget,
                "valid_from": _date(values["valid_from"]), "valid_to": _date(values["valid_to"]), "ruleset": _ruleset(values["rules"]),
            }
        )  # fmt: skip
    except ValidationError as error:
        raise Problem(NOT_READY, str(error), count=error.error_count()) from error


def _money(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Problem(NOT_READY, count=1) from None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(NOT_READY, count=1) from None
