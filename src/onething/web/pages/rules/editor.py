"""The editor of a rule draft: a grid that is checked as it is typed, and works as a plain form without script."""

from typing import Annotated

from fastapi import Response
from fastapi.responses import JSONResponse
from starlette.datastructures import FormData

from onething.catalog.rulebook import service as rulebook
from onething.catalog.rulebook.service import RuleEntry, Standing, Vocabulary
from onething.catalog.service import get_city
from onething.core.db import get_database
from onething.core.errors import Problem
from onething.core.whole import whole
from onething.rules import acts
from onething.rules.editing import service as rule_grid
from onething.rules.editing.service import CellNote, Grid
from onething.rules.errors import WRONG_STATE
from onething.rules.service import RuleVersion
from onething.rules.states import VersionStatus
from onething.web.http.page import Doing, Form, Page, page_router, text_of
from onething.web.pages.rules.rulesets import STATES, author_of, entry_values, show_version

router = page_router("/console/rules")
GROUPS = ("fix_now", "ask_agency", "officer", "note")


def _load(page: Page, slug: str, version_id: str) -> tuple[RuleEntry, RuleVersion, Standing, list[Grid]]:
    """The version with its grids, read in a transaction of its own."""
    city = get_city()
    entry = rulebook.entry_for(page.actor, city, slug)
    with get_database().reading() as session:
        version = rulebook.version_of(session, page.actor, entry, version_id)
        standing = rulebook.standing(session, city, entry)
    return entry, version, standing, rule_grid.grids_of(version.content, standing.ruleset)


def _may_edit(page: Page, entry: RuleEntry, version: RuleVersion) -> bool:
    return version.status is VersionStatus.DRAFT and bool(rulebook.may_write(page.actor, entry))


def _must_edit(page: Page, entry: RuleEntry, version: RuleVersion) -> None:
    rulebook.require(rulebook.may_write(page.actor, entry))
    if version.status is not VersionStatus.DRAFT:
        raise Problem(WRONG_STATE, status=version.status)


@router.get("/{slug}/v/{version_id}")
def version_page(page: Annotated[Page, Doing(acts.BROWSE)], slug: str, version_id: str) -> Response:
    """A draft opens in the editor for those who may write; everything else is shown to be read."""
    entry, version, standing, grids = _load(page, slug, version_id)
    if not _may_edit(page, entry, version):
        return show_version(page, slug, version_id)
    if "rows" in page.typed:
        grids = _typed(grids, page.typed["rows"])
    notes = rulebook.check_grids(get_city(), entry, version.content, grids)
    return _editor(page, entry, version, standing, grids, notes)


def _typed(stored: list[Grid], rows: dict[str, list[dict[str, str]]]) -> list[Grid]:
    """The grids with the rows as somebody typed them and could not save them, or with the row she is about to fill in."""
    return [Grid(grid.section, grid.columns, rows.get(grid.section, grid.rows)) for grid in stored]


def _again(page: Page, slug: str, version_id: str, grids: list[Grid], problem: Problem | None, reason: str) -> Response:
    typed = {"rows": {grid.section: grid.rows for grid in grids}, "reason": reason}
    with get_database().transaction() as session:
        return page.again(session, f"/console/rules/{slug}/v/{version_id}", problem=problem, typed=typed)


def _editor(
    page: Page, entry: RuleEntry, version: RuleVersion, standing: Standing, grids: list[Grid], notes: list[CellNote]
) -> Response:
    by_cell: dict[str, list[CellNote]] = {}
    for note in notes:
        by_cell.setdefault(note.cell, []).append(note)
    city = get_city()
    words = Vocabulary(city, entry.event)
    return page.show(
        "rules/edit.html", page.status, version=version, standing=standing, grids=grids, notes=by_cell, groups=GROUPS, problem=page.problem,
        kept_reason=page.typed_text("reason") or version.reason,
        errors=sum(note.severity == "error" for note in notes), states=STATES, author=author_of(page, city, version.author),
        names=sorted((name, words.name(name, page.lang)) for name in words.kinds),
        changes=rulebook.changes(standing.text, version.content, entry.name), **entry_values(page, city, entry),
    )  # fmt: skip


@router.post("/{slug}/v/{version_id}/check")
def check(page: Annotated[Page, Doing(acts.DRAFT)], form: Form, slug: str, version_id: str) -> Response:
    """What is wrong with the grid as it stands in the browser; nothing is stored."""
    entry, version, _, grids = _load(page, slug, version_id)
    _must_edit(page, entry, version)
    notes = rulebook.check_grids(get_city(), entry, version.content, rule_grid.posted(form.multi_items(), grids))
    return JSONResponse({
        "notes": [note.as_dict(page.lang) for note in notes],
        "errors": sum(note.severity == "error" for note in notes), "says": _says(page, notes),
    })  # fmt: skip


def _says(page: Page, notes: list[CellNote]) -> str:
    errors = sum(note.severity == "error" for note in notes)
    if errors:
        return page.t("rules.found_errors", n=errors)
    return page.t("rules.found_hints", n=len(notes)) if notes else page.t("rules.found_nothing")


@router.post("/{slug}/v/{version_id}")
def save(page: Annotated[Page, Doing(acts.DRAFT)], form: Form, slug: str, version_id: str) -> Response:
    """Save, add or take out a row, or hand over. A save by a colleague in between never costs what was typed here."""
    entry, version, standing, grids = _load(page, slug, version_id)
    _must_edit(page, entry, version)
    posted = rule_grid.posted(form.multi_items(), grids)
    action, _, rest = text_of(form, "do").partition(":")
    posted = _with_rows(posted, action, rest)
    try:
        saved = _stored(page, entry, version, posted, form)
    except Problem as problem:
        return _again(page, slug, version_id, posted, problem, text_of(form, "reason"))
    if action in ("add", "remove"):
        posted = _kept_blank(rule_grid.grids_of(saved.content, standing.ruleset), posted)
        return _again(page, slug, version_id, posted, None, "")
    if action != "submit":
        with get_database().transaction() as session:
            page.leave_note(session, "rules.note.saved")
        return page.go(f"/console/rules/{slug}/v/{version_id}" if action != "try" else f"/console/rules/{slug}/v/{version_id}/try")  # fmt: skip
    return _submit(page, entry, saved, slug)


def _stored(page: Page, entry: RuleEntry, version: RuleVersion, posted: list[Grid], form: FormData) -> RuleVersion:
    lock = text_of(form, "lock")
    text = rule_grid.text_of(version.content, posted)
    with get_database().transaction() as session:
        return rulebook.save(
            session,
            page.actor,
            entry,
            version.id,
            text,
            whole(lock, -1),
            text_of(form, "reason")[:2000],
        )


def _with_rows(grids: list[Grid], action: str, rest: str) -> list[Grid]:
    section, _, number = rest.partition(":")
    for grid in grids:
        if grid.section != section:
            continue
        if action == "add" and len(grid.rows) < rule_grid.MAX_ROWS:
            grid.rows.append({"at": ""} | {column.key: "" for column in grid.columns})
        if action == "remove" and (at := whole(number, len(grid.rows))) < len(grid.rows):
            del grid.rows[at]
    return grids


def _kept_blank(stored: list[Grid], posted: list[Grid]) -> list[Grid]:
    """Rows as stored, and after them the empty one that was just added."""
    blanks = {grid.section: [row for row in grid.rows if rule_grid.is_blank(row)] for grid in posted}
    for grid in stored:
        grid.rows += [{**row, "at": ""} for row in blanks.get(grid.section, [])]
    return stored


def _submit(page: Page, entry: RuleEntry, version: RuleVersion, slug: str) -> Response:
    try:
        with get_database().transaction() as session:
            rulebook.submit(session, page.actor, get_city(), entry, version.id)
            page.leave_note(session, "rules.note.submitted")
    except Problem as problem:
        with get_database().transaction() as session:
            return page.again(session, f"/console/rules/{slug}/v/{version.id}", problem=problem)
    return page.go(f"/console/rules/{slug}")
