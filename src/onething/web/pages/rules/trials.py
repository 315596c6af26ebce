"""Try rules before they decide: on one example with the trace, on many subjects with who gains, who loses and the cost."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from onething.casework import service as casework
from onething.catalog.rulebook import service as rulebook
from onething.catalog.rulebook.service import RuleEntry, Vocabulary
from onething.catalog.service import get_city
from onething.core.clock import now, today
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.review.service import ReviewReplay, replay_review
from onething.rules import acts
from onething.rules.editing import service as editing
from onething.rules.service import Comparison, Decision, RuleError, RuleSet, compare_population, decide
from onething.web.http import messages
from onething.web.http.page import Doing, Form, Page, page_router, text_of
from onething.web.pages.rules.rulesets import entry_values

router = page_router("/console/rules")
LISTED = 50
REPLAYED_DAYS, REPLAYED_MOST = 31, 5_000


def _rules(page: Page, entry: RuleEntry, version_id: str) -> tuple[Any, Any, RuleSet | None, list[Any]]:
    """(standing, version or None for what is in force, the rules to try or None when they do not load, what is wrong)."""
    city = get_city()
    with get_database().reading() as session:
        standing = rulebook.standing(session, city, entry)
        if version_id == "live":
            return standing, None, standing.ruleset, []
        version = rulebook.version_of(session, page.actor, entry, version_id)
    try:
        return standing, version, rulebook.compiled(version.content, entry.name), []
    except RuleError as error:
        return standing, version, None, error.problems[:20]


def _show(page: Page, slug: str, version_id: str, values: dict[str, str], day: date, **found: Any) -> Response:
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    standing, version, ruleset, broken = _rules(page, entry, version_id)
    words = Vocabulary(city, entry.event)
    wanted = rulebook.wanted_facts(words, ruleset, values, page.lang) if ruleset else []
    shown = {"decision": None, "compared": None, "bars": [], "error": None, "replayed": None} | found
    decision: Decision | None = shown["decision"]
    return page.show(
        "rules/try.html", shown["error"].kind.status if shown["error"] else 200, version=version, version_id=version_id, standing=standing,
        wanted=wanted, day=day, broken=broken, listed=LISTED, explained=rulebook.explained(words, decision) if decision else [],
        missing=[words.name(name, page.lang) for name in decision.missing] if decision else [], examples=rulebook.made_up(city, entry, ruleset) if ruleset else {},
        **shown, **entry_values(page, city, entry),
    )  # fmt: skip


@router.get("/{slug}/v/{version_id}/try")
def try_page(page: Annotated[Page, Doing(acts.BROWSE)], slug: str, version_id: str, example: str = "") -> Response:
    """The form; `example=1` fills in a made-up subject. With what was posted (`kept`), what comes of it, worked out anew."""
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    ruleset = _rules(page, entry, version_id)[2]
    if "values" in page.typed:
        values, day = page.typed["values"], date.fromisoformat(page.typed["day"])
        decision = decide(ruleset, editing.nested(values), day, drafts=True) if ruleset else None
        return _show(page, slug, version_id, values, day, decision=decision)
    if "file" in page.typed:
        return _try_many(page, slug, version_id)
    values = rulebook.made_up(city, entry, ruleset) if example and ruleset else {}
    return _show(page, slug, version_id, values, today())


@router.post("/{slug}/v/{version_id}/try")
def try_one(page: Annotated[Page, Doing(acts.BROWSE)], form: Form, slug: str, version_id: str) -> Response:
    """Decide the example as typed. Nothing of it goes anywhere but back to her browser."""
    return _again(page, slug, version_id, {"values": _values(form), "day": _day(form).isoformat()})


def _again(page: Page, slug: str, version_id: str, typed: dict[str, Any]) -> Response:
    rulebook.entry_for(page.actor, get_city(), slug)
    with get_database().transaction() as session:
        return page.again(session, f"/console/rules/{slug}/v/{version_id}/try", typed=typed)


def _values(form: FormData) -> dict[str, str]:
    return {
        name.removeprefix("fact:"): value.strip()[:500]
        for name, value in form.multi_items()
        if name.startswith("fact:") and isinstance(value, str)
    }


def _replayed(page: Page, entry: RuleEntry, old: RuleSet, new: RuleSet) -> ReviewReplay:
    """Review rules on the cases of the last month: each as of the day it was submitted."""
    since = now() - timedelta(days=REPLAYED_DAYS)
    with get_database().reading() as session:
        filings = casework.filings_since(session, page.actor, entry.event, old.names | new.names, since, REPLAYED_MOST)
        return replay_review(old, new, filings)


def _day(form: FormData) -> date:
    try:
        return date.fromisoformat(text_of(form, "as_of"))
    except ValueError:
        return today()


@router.post("/{slug}/v/{version_id}/population")
async def try_many(page: Annotated[Page, Doing(acts.BROWSE)], form: Form, slug: str, version_id: str) -> Response:
    """Before and after over the cases that this official may see, or over an uploaded file, which only her browser opens again."""
    upload = form.get("file")
    content = await upload.read() if isinstance(upload, UploadFile) and upload.filename else b""
    name = upload.filename or "" if isinstance(upload, UploadFile) else ""
    typed = {"file": b64encode(content).decode(), "name": name[:200], "day": _day(form).isoformat()}
    return await run_in_threadpool(_again, page, slug, version_id, typed)


def _try_many(page: Page, slug: str, version_id: str) -> Response:
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    standing, _, ruleset, _ = _rules(page, entry, version_id)
    content, filename = b64decode(page.typed["file"]), page.typed_text("name")
    day = date.fromisoformat(page.typed["day"])
    if ruleset is None:
        return _show(page, slug, version_id, {}, day)
    if not content and entry.kind == "review":
        return _show(page, slug, version_id, {}, day, replayed=_replayed(page, entry, standing.ruleset, ruleset))
    try:
        if content:
            population = editing.from_file(content, filename)
        else:
            with get_database().reading() as session:
                names = standing.ruleset.names | ruleset.names
                population = casework.cases_as_population(session, page.actor, entry.event, names, day)
        compared: Comparison = compare_population(standing.ruleset, ruleset, population, today(), day)
    except Problem as problem:
        return _show(page, slug, version_id, {}, day, error=problem)
    return _show(page, slug, version_id, {}, day, compared=compared, bars=_bars(compared))


@dataclass(frozen=True, slots=True)
class Bar:
    """One pair of bars; lengths are of 100."""

    label: Text
    before: int
    after: int
    before_length: float
    after_length: float


def _bars(found: Comparison) -> list[Bar]:
    whole = max(found.old.rows, 1)
    made: list[Bar] = []
    for key in ("yes", "no", "undecided"):
        before, after = int(getattr(found.old, key)), int(getattr(found.new, key))
        label = messages.MESSAGES(f"rules.outcome.{key}")
        made.append(Bar(label, before, after, round(100 * before / whole, 2), round(100 * after / whole, 2)))
    return made
