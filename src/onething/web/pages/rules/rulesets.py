"""Rules for officials: browse by law and article, see where a ruleset stands, take versions through four eyes.

Everybody in office reads; officers of the agency that owns the service write; a second person approves.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Response

from onething.catalog.models import City
from onething.catalog.rulebook import service as rulebook
from onething.catalog.rulebook.service import RuleEntry, RuleWords, Standing, Vocabulary, rule_words, slug_of, words_of
from onething.catalog.service import get_city
from onething.core.clock import today
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.rights.service import away_words, same_person
from onething.core.whole import whole
from onething.rules import acts
from onething.rules.service import RuleError, RuleVersion, by_article, unfinished
from onething.rules.states import EVER_APPROVED, VersionStatus
from onething.web.http.page import Doing, Form, Page, Unit, page_router, text_of

router = page_router("/console/rules")
STATES = {"draft": "turn", "submitted": "wait", "approved": "good", "rejected": "bad", "superseded": "done"}


def author_of(page: Page, city: City, actor: str) -> str:
    """Who wrote or approved, as colleagues see it: the agency and the person's account."""
    if actor == page.actor.actor:
        return page.t("rules.you")
    role, _, rest = actor.partition(":")
    agency_id, _, user = rest.partition(":")
    agency = city.agency(agency_id)
    place = (
        page.say(agency.short)
        if agency
        else page.say(away_words(agency_id))
        if "/" in agency_id
        else page.words(f"rules.role.{role}", page.t("rules.role.system"))
    )
    return f"{place} {user}".strip()


def entry_values(page: Page, city: City, entry: RuleEntry) -> dict[str, Any]:
    """What every page of a ruleset shows at its top."""
    agencies = [found.name for agency in entry.agencies if (found := city.agency(agency))]
    return {
        "entry": entry, "slug": slug_of(entry.name), "agencies": agencies,
        "may_write": rulebook.may_write(page.actor, entry), "may_approve": rulebook.may_approve(page.actor, entry),
    }  # fmt: skip


@router.get("")
def browse(page: Annotated[Page, Doing(acts.BROWSE)], session: Unit, q: str = "", view: str = "law") -> Response:
    """Rules under the articles they rest on, or ruleset by ruleset; `q` looks into words, laws, articles and conditions."""
    city, wanted = get_city(), q.strip().lower()[:80]
    rulebook.read_rights(page.actor, city)
    entries = rulebook.rule_entries(city)
    standings = [rulebook.standing(session, city, entry) for entry in entries]
    open_versions = unfinished(session, page.actor, {entry.name: entry.whose for entry in entries})
    vocabularies = {event.id: Vocabulary(city, event) for event in city.life_events}
    laws = _by_law(standings, vocabularies, wanted) if view != "sets" else []
    sets = [each for each in standings if wanted in _set_words(city, each)]
    return page.show(
        "rules/list.html", q=q, view="sets" if view == "sets" else "law", laws=laws, sets=sets, slug_of=slug_of,
        city=city, waiting=[_line(page, city, entries, each) for each in open_versions], states=STATES,
    )  # fmt: skip


def _set_words(city: City, each: Standing) -> str:
    agencies = [found.name for agency in each.entry.agencies if (found := city.agency(agency))]
    texts = [each.entry.title, *agencies]
    return " ".join([each.entry.name, *(f"{text.zh} {text.en}" for text in texts)]).lower()


def _by_law(
    standings: list[Standing], vocabularies: dict[str, Vocabulary], wanted: str
) -> list[tuple[str, list[tuple[str, list[tuple[RuleEntry, RuleWords]]]]]]:
    """Law → article → rules, each with its ruleset."""
    entries = {id(each.ruleset): each.entry for each in standings}
    found: list[tuple[str, list[tuple[str, list[tuple[RuleEntry, RuleWords]]]]]] = []
    for law, articles in by_article(each.ruleset for each in standings).items():
        kept: list[tuple[str, list[tuple[RuleEntry, RuleWords]]]] = []
        for article, cited in articles.items():
            lines = [_cited(entries[id(each.ruleset)], each.ruleset, each.rule, vocabularies) for each in cited]
            lines = [line for line in lines if wanted in _rule_text(law, article, *line)]
            if lines:
                kept.append((article, lines))
        if kept:
            found.append((law, kept))
    return found


def _cited(entry: RuleEntry, ruleset: Any, rule: Any, vocabularies: dict[str, Vocabulary]) -> tuple[RuleEntry, RuleWords]:  # fmt: skip
    words = vocabularies[entry.event.id]
    if ruleset.table is not None:
        return entry, next(each for each in words_of(words, ruleset) if each.id == rule.id)
    return entry, rule_words(words, ruleset, rule)


def _rule_text(law: str, article: str, entry: RuleEntry, words: RuleWords) -> str:
    parts = [law, article, entry.title.zh, entry.title.en, words.id, words.sentence.zh, words.sentence.en]
    parts += [text for _, each in words.conditions for text in (each.zh, each.en)] + [text for _, text in words.sources]
    return " ".join(parts).lower()


def _line(page: Page, city: City, entries: tuple[RuleEntry, ...], version: RuleVersion) -> dict[str, Any]:
    entry = next(each for each in entries if each.name == version.name)
    href = f"/console/rules/{slug_of(entry.name)}/v/{version.id}"
    return {"version": version, "entry": entry, "href": href, "author": author_of(page, city, version.author)}


@router.get("/{slug}")
def one_set(page: Annotated[Page, Doing(acts.BROWSE)], session: Unit, slug: str) -> Response:
    """What is in force, what is under way, and every earlier version with its difference in words."""
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    standing = rulebook.standing(session, city, entry)
    versions = rulebook.history(session, page.actor, entry)
    return page.show(
        "rules/set.html", standing=standing, rules=words_of(Vocabulary(city, entry.event), standing.ruleset),
        history=[_past(page, city, entry, versions, n) for n in range(len(versions))], states=STATES, today=today(),
        **entry_values(page, city, entry),
    )  # fmt: skip


def _past(page: Page, city: City, entry: RuleEntry, versions: Sequence[RuleVersion], number: int) -> dict[str, Any]:
    """A version with what it changed against the approved one before it."""
    version = versions[number]
    before = next((v for v in versions[number + 1 :] if v.status in EVER_APPROVED), None)
    old = before.content if before else rulebook.package_text(city, entry)
    return {
        "version": version, "author": author_of(page, city, version.author),
        "reviewer": author_of(page, city, version.reviewer) if version.reviewer else "",
        "changes": rulebook.changes(old, version.content, entry.name, version.live_from),
        "before": before.number if before else 0,
    }  # fmt: skip


@router.post("/{slug}/draft")
def start(page: Annotated[Page, Doing(acts.DRAFT)], form: Form, session: Unit, slug: str) -> Response:
    """A new draft from what is in force; the editor opens."""
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    made = rulebook.start(session, page.actor, city, entry, reason=text_of(form, "reason")[:2000])
    return page.go(f"/console/rules/{slug}/v/{made.id}")


@router.post("/{slug}/roll-back")
def roll_back(page: Annotated[Page, Doing(acts.DRAFT)], form: Form, session: Unit, slug: str) -> Response:
    """Propose an earlier version again; a second person approves it."""
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    number = whole(text_of(form, "number"))
    if number is None:
        raise Problem(NOT_FOUND)
    made = rulebook.roll_back(session, page.actor, city, entry, number, text_of(form, "reason")[:2000])
    page.leave_note(session, "rules.note.roll_back")
    return page.go(f"/console/rules/{slug}/v/{made.id}")


@router.post("/{slug}/v/{version_id}/decide")
def decide(page: Annotated[Page, Doing(acts.APPROVE)], form: Form, slug: str, version_id: str) -> Response:
    """Approve from a day, or send back; what was typed survives a refusal of ours."""
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    reason = text_of(form, "reason")[:2000]
    try:
        day = date.fromisoformat(text_of(form, "live_from"))
    except ValueError:
        day = today()
    try:
        with get_database().transaction() as session:
            if text_of(form, "decision") == "approve":
                done = rulebook.approve(session, page.actor, entry, version_id, reason, day)
                late = done.live_from is not None and done.live_from > today()
                page.leave_note(session, "rules.note.approved_later" if late else "rules.note.approved")
            else:
                rulebook.reject(session, page.actor, entry, version_id, reason)
                page.leave_note(session, "rules.note.rejected", "info")
    except Problem as problem:
        typed = {"reason": reason, "live_from": day.isoformat()}
        with get_database().transaction() as session:
            return page.again(session, f"/console/rules/{slug}/v/{version_id}", problem=problem, typed=typed)
    return page.go(f"/console/rules/{slug}")


def show_version(page: Page, slug: str, version_id: str) -> Response:
    """A version to be read and decided: its rules in words, and the difference to what is in force."""
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    with get_database().reading() as session:
        version = rulebook.version_of(session, page.actor, entry, version_id)
        standing = rulebook.standing(session, city, entry)
    values = entry_values(page, city, entry)
    mine = any(same_person(each, page.actor.actor) for each in version.authors)
    return page.show(
        "rules/version.html", page.status, version=version, standing=standing, states=STATES,
        rules=_readable(city, entry, version), changes=rulebook.changes(standing.text, version.content, entry.name),
        author=author_of(page, city, version.author), mine=mine, problem=page.problem, today=today(),
        decide=bool(values["may_approve"]) and version.status is VersionStatus.SUBMITTED, kept={"reason": page.typed_text("reason"), "live_from": page.typed_text("live_from") or today().isoformat()},
        reviewer=author_of(page, city, version.reviewer) if version.reviewer else "", **values,
    )  # fmt: skip


def _readable(city: City, entry: RuleEntry, version: RuleVersion) -> list[RuleWords]:
    try:
        return words_of(Vocabulary(city, entry.event), rulebook.compiled(version.content, entry.name))
    except RuleError:
        return []
