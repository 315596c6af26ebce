"""Rules over REST: browse, check, try, compare over a population, and take versions through four eyes.

The same rights and the same checks as the console: `catalog.rule_desk`. A ruleset is named by its slug, for example
`newborn.decisions.household_registration`.
"""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from onething.api.caller import Doing, Unit
from onething.api.media import JsonSchema
from onething.api.paging import Cursor, Items, mapped, page, up_to
from onething.api.refusals import refusals
from onething.casework import service as casework
from onething.catalog.errors import ERRORS_LEFT, REASON_NEEDED
from onething.catalog.rulebook import service as rulebook
from onething.catalog.rulebook.service import RuleEntry, slug_of
from onething.catalog.service import get_city
from onething.core.access import Principal
from onething.core.clock import today
from onething.core.errors import CONFLICT, NOT_FOUND
from onething.core.i18n import Text
from onething.core.paging import page_of
from onething.rules import acts
from onething.rules import service as rules
from onething.rules.columns.service import from_records
from onething.rules.errors import INVALID_RULES, SAME_PERSON, STALE_DRAFT, WRONG_STATE
from onething.rules.models import Ground
from onething.rules.service import RuleSet, RuleVersion

router = APIRouter(prefix="/rules", tags=["rules"])
Reader = Annotated[Principal, Doing(acts.BROWSE)]
Drafter = Annotated[Principal, Doing(acts.DRAFT)]
Approver = Annotated[Principal, Doing(acts.APPROVE)]
Content = Annotated[str, Field(max_length=1_000_000, description="A rule file (YAML) with this one ruleset")]
Reason = Annotated[str, Field(max_length=2000)]


class RuleLine(BaseModel):
    """One rule under the article that it cites."""

    slug: str
    rule: str
    text: Text | None
    ground: Ground
    status: str


class RulesetLine(BaseModel):
    slug: str
    title: Text
    kind: str
    agencies: list[str]
    version: int
    """In force; 0 is the city package's own."""
    live_from: date | None


class RulesetDetail(RulesetLine):
    content: str
    reads: list[str]
    """The facts that the rules read."""


class RuleVersionView(BaseModel):
    id: str
    number: int
    status: str
    author: str
    reviewer: str | None
    reason: str
    answer: str
    back_to: int | None
    live_from: date | None
    created_at: datetime
    decided_at: datetime | None
    lock: int


class RuleVersionDetail(RuleVersionView):
    content: str
    changes: list[dict[str, str]]
    """Against the version in force, in words."""


class NewRuleDraft(BaseModel):
    """`content` left out: a copy of what is in force."""

    content: Content | None = None
    reason: Reason = ""


class RuleSave(BaseModel):
    content: Content
    reason: Reason | None = None
    lock: int
    """As it was read; 409 when somebody saved in between."""


class RuleApproval(BaseModel):
    reason: Reason = ""
    live_from: date | None = None


class RuleRejection(BaseModel):
    reason: Reason


class RuleRollBack(BaseModel):
    number: Annotated[int, Field(ge=0)]
    """0 is the city package's own text."""
    reason: Reason


class RuleText(BaseModel):
    content: Content


class RuleTrial(BaseModel):
    """`content` left out: what is in force. `facts` are nested, `{slot: {field: value}}`."""

    facts: dict[str, Any]
    content: Content | None = None
    as_of: date | None = None


class PopulationQuestion(BaseModel):
    """`records` left out: the cases that the caller may see. `ids` name the records."""

    content: Content
    records: Annotated[list[dict[str, Any]], Field(max_length=50_000)] | None = None
    ids: Annotated[list[str], Field(max_length=50_000)] | None = None
    as_of: date | None = None


def _entry(caller: Principal, slug: str) -> RuleEntry:
    return rulebook.entry_for(caller, get_city(), slug)


def _line(session: Session, entry: RuleEntry) -> dict[str, Any]:
    standing = rulebook.standing(session, get_city(), entry)
    return {
        "slug": slug_of(entry.name), "title": entry.title, "kind": entry.kind, "agencies": list(entry.agencies),
        "version": standing.number, "live_from": standing.live_from, "content": standing.text,
        "reads": sorted(standing.ruleset.names),
    }  # fmt: skip


def _version(found: RuleVersion) -> dict[str, Any]:
    return {name: getattr(found, name) for name in RuleVersionView.model_fields}


@router.get("")
def list_rulesets(
    caller: Reader, session: Unit, cursor: Cursor = None, limit: Annotated[int, up_to(500)] = 200
) -> Items[RulesetLine]:
    """Every ruleset of the city and which version of it is in force."""
    rulebook.read_rights(caller, get_city())
    found = page_of("rulesets", rulebook.rule_entries(get_city()), lambda entry: entry.name, cursor, limit)
    return Items[RulesetLine](**mapped(found, [RulesetLine(**_line(session, entry)) for entry in found]))


@router.get("/by-article")
def list_rules_by_article(
    caller: Reader, session: Unit, law: Annotated[str, Query(max_length=80)] = "",
    article: Annotated[str, Query(max_length=40)] = "", cursor: Cursor = None, limit: Annotated[int, up_to(500)] = 200,
) -> Items[RuleLine]:  # fmt: skip
    """Rules in force under the laws and articles they rest on; `law` may be a part of a title."""
    city = get_city()
    rulebook.read_rights(caller, city)
    standings = [rulebook.standing(session, city, entry) for entry in rulebook.rule_entries(city)]
    slugs = {id(each.ruleset): slug_of(each.entry.name) for each in standings}
    found = [
        RuleLine(slug=slugs[id(each.ruleset)], rule=each.rule.id, text=each.rule.text, ground=each.ground, status=each.rule.status)
        for title, articles in rules.by_article(s.ruleset for s in standings).items() if law in title
        for name, cited in articles.items() if article in ("", name)
        for each in cited
    ]  # fmt: skip
    shown = page_of("rules_by_article", found, _place, cursor, limit)
    return Items[RuleLine](**page(shown))


def _place(line: RuleLine) -> str:
    ground = line.ground
    return "/".join((line.slug, line.rule, ground.title, ground.article, ground.paragraph, ground.item))


@router.get("/schema", response_class=JsonSchema)
def get_rule_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of rule files, for editors."""
    return _rule_schema()


@router.get("/{slug}", responses=refusals(NOT_FOUND))
def get_ruleset(caller: Reader, session: Unit, slug: str) -> RulesetDetail:
    """One ruleset with the text that is in force."""
    return RulesetDetail(**_line(session, _entry(caller, slug)))


@router.post("/{slug}/check", responses=refusals(NOT_FOUND))
def check_ruleset(caller: Reader, slug: str, typed: RuleText) -> list[dict[str, Any]]:
    """Every problem of a text as typed, errors first; empty when it is fine. Nothing is stored."""
    return [problem.as_dict() for problem in rulebook.check(get_city(), _entry(caller, slug), typed.content)]


@router.post("/{slug}/eval", responses=refusals(NOT_FOUND, INVALID_RULES))
def evaluate_ruleset(caller: Reader, session: Unit, slug: str, trial: RuleTrial) -> dict[str, Any]:
    """Decide one example: outcome, what is missing, every reason with its trace. Nothing is stored."""
    entry = _entry(caller, slug)
    chosen = _chosen(entry, trial.content) or rulebook.standing(session, get_city(), entry).ruleset
    return rules.decide(chosen, trial.facts, trial.as_of or today(), drafts=trial.content is not None).as_dict()


def _chosen(entry: RuleEntry, content: str | None) -> RuleSet | None:
    return rulebook.loaded(entry, content) if content is not None else None


@router.post("/{slug}/diff", responses=refusals(NOT_FOUND, INVALID_RULES))
def diff_ruleset(caller: Reader, session: Unit, slug: str, typed: RuleText) -> list[dict[str, str]]:
    """What a text changes against what is in force, in words."""
    entry = _entry(caller, slug)
    rulebook.loaded(entry, typed.content)
    standing = rulebook.standing(session, get_city(), entry)
    return [each.as_dict() for each in rulebook.changes(standing.text, typed.content, entry.name)]


@router.post("/{slug}/population", responses=refusals(NOT_FOUND, INVALID_RULES))
def compare_population(caller: Reader, session: Unit, slug: str, wanted: PopulationQuestion) -> dict[str, Any]:
    """Who gains, who loses and the cost, against what is in force; over given records or the cases the caller may see."""
    entry, day = _entry(caller, slug), wanted.as_of or today()
    new = rulebook.loaded(entry, wanted.content)
    old = rulebook.standing(session, get_city(), entry).ruleset
    if wanted.records is not None:
        ids = wanted.ids if wanted.ids and len(wanted.ids) == len(wanted.records) else None
        subjects = from_records(wanted.records, ids)
    else:
        cases = casework.facts_of_cases(session, caller, entry.event, sorted(old.names | new.names), day)
        subjects = from_records([facts for _, facts in cases], [reference for reference, _ in cases])
    return rules.compare_population(old, new, subjects, today(), day).as_dict()


# -- versions -----------------------------------------------------------------------------------------------------


@router.get("/{slug}/versions", responses=refusals(NOT_FOUND))
def list_rule_versions(
    caller: Reader, session: Unit, slug: str, cursor: Cursor = None, limit: Annotated[int, up_to(200)] = 50
) -> Items[RuleVersionView]:
    """All versions, newest first."""
    found = rulebook.history(session, caller, _entry(caller, slug), limit, cursor)
    return Items[RuleVersionView](**mapped(found, [RuleVersionView(**_version(each)) for each in found]))


@router.post("/{slug}/versions", status_code=201, responses=refusals(NOT_FOUND))
def start_rule_version(caller: Drafter, session: Unit, slug: str, draft: NewRuleDraft) -> RuleVersionView:
    """A draft. Officers of the agency that owns the service only."""
    made = rulebook.start(session, caller, get_city(), _entry(caller, slug), draft.content, draft.reason)
    return RuleVersionView(**_version(made))


@router.get("/{slug}/versions/{version_id}", responses=refusals(NOT_FOUND))
def get_rule_version(caller: Reader, session: Unit, slug: str, version_id: str) -> RuleVersionDetail:
    """One version with its text and what it changes."""
    entry = _entry(caller, slug)
    found = rulebook.version_of(session, caller, entry, version_id)
    standing = rulebook.standing(session, get_city(), entry)
    changes = [each.as_dict() for each in rulebook.changes(standing.text, found.content, entry.name)]
    return RuleVersionDetail(**_version(found), content=found.content, changes=changes)


@router.put("/{slug}/versions/{version_id}", responses=refusals(NOT_FOUND, STALE_DRAFT, WRONG_STATE))
def save_rule_version(caller: Drafter, session: Unit, slug: str, version_id: str, wanted: RuleSave) -> RuleVersionView:
    """Save a draft; broken text may be saved, so that nothing is lost, but not submitted."""
    return RuleVersionView(
        **_version(
            rulebook.save(session, caller, _entry(caller, slug), version_id, wanted.content, wanted.lock, wanted.reason)
        )
    )


@router.post(
    "/{slug}/versions/{version_id}/submit",
    responses=refusals(NOT_FOUND, CONFLICT, WRONG_STATE, ERRORS_LEFT, INVALID_RULES),
)
def submit_rule_version(caller: Drafter, session: Unit, slug: str, version_id: str) -> RuleVersionView:
    """Hand over to a second person; 422 with every problem while errors are left."""
    return RuleVersionView(**_version(rulebook.submit(session, caller, get_city(), _entry(caller, slug), version_id)))


@router.post(
    "/{slug}/versions/{version_id}/approve",
    responses=refusals(NOT_FOUND, CONFLICT, WRONG_STATE, SAME_PERSON, INVALID_RULES),
)
def approve_rule_version(
    caller: Approver, session: Unit, slug: str, version_id: str, wanted: RuleApproval
) -> RuleVersionView:
    """Put it in force from a day (default today); 403 for whoever wrote or submitted it."""
    done = rulebook.approve(session, caller, _entry(caller, slug), version_id, wanted.reason, wanted.live_from)
    return RuleVersionView(**_version(done))


@router.post(
    "/{slug}/versions/{version_id}/reject", responses=refusals(NOT_FOUND, CONFLICT, WRONG_STATE, REASON_NEEDED)
)
def reject_rule_version(
    caller: Approver, session: Unit, slug: str, version_id: str, wanted: RuleRejection
) -> RuleVersionView:
    """Send it back with a reason."""
    return RuleVersionView(
        **_version(rulebook.reject(session, caller, _entry(caller, slug), version_id, wanted.reason))
    )


@router.post(
    "/{slug}/roll-back",
    status_code=201,
    responses=refusals(NOT_FOUND, CONFLICT, WRONG_STATE, REASON_NEEDED, INVALID_RULES),
)
def roll_back_ruleset(caller: Drafter, session: Unit, slug: str, wanted: RuleRollBack) -> RuleVersionView:
    """Propose an earlier version again; a second person approves it like any other."""
    made = rulebook.roll_back(session, caller, get_city(), _entry(caller, slug), wanted.number, wanted.reason)
    return RuleVersionView(**_version(made))


@cache
def _rule_schema() -> dict[str, Any]:
    """It is the same for everybody until the next version, and takes 70 ms to make: nobody who asks needs a token."""
    return rules.json_schema()
