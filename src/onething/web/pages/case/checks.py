"""All checks in plain words, grouped, with the source of each: of a filing as it stands, and of a case as it was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from onething.casework import service as casework
from onething.catalog.service import find_event, get_city
from onething.core.access import Role
from onething.core.db import get_database
from onething.core.errors import NOT_FOUND, Problem
from onething.core.i18n import Text
from onething.intake import service as intake
from onething.web.http.page import Citizen, Page, SignedIn, Unit, page_router
from onething.web.pages.filing.check_groups import change_link
from onething.web.pages.filing.overview import view

router = page_router()
MARKS = {"pass": "good", "not_needed": "wait", "note": "turn", "refer": "running", "pending": "wait", "refuse": "bad"}


@dataclass(frozen=True, slots=True)
class CheckLine:
    number: int
    name: str
    outcome: str
    mark: str
    what: str
    mend: str
    ground: str
    href: str
    """Where it can be mended; empty for a case."""


@dataclass(frozen=True, slots=True)
class CheckGroup:
    name: str
    lines: tuple[CheckLine, ...]

    @property
    def wrong(self) -> int:
        return sum(line.outcome in {"refuse", "refer"} for line in self.lines)

    @property
    def open(self) -> int:
        return sum(line.outcome == "pending" for line in self.lines)


def grouped(page: Page, results: list[dict[str, Any]], links: dict[str, str]) -> list[CheckGroup]:
    """Groups in the order of the first check of each."""
    groups: dict[str, list[CheckLine]] = {}
    for each in sorted(results, key=lambda one: one["number"]):
        outcome = str(each["outcome"])
        told = outcome in {"refuse", "refer", "pending", "note"}
        what = _say(page, each.get("ask" if outcome == "refer" else "what")) or _say(page, each.get("what"))
        groups.setdefault(str(each["group"]), []).append(
            CheckLine(
                int(each["number"]), _say(page, each["name"]), outcome, MARKS.get(outcome, "wait"), what if told else "",
                _say(page, each.get("mend")) if outcome in {"refuse", "note"} else "", str(each["ground"]), links.get(str(each["id"]), "") if outcome == "refuse" else "",
            )
        )  # fmt: skip
    return [CheckGroup(page.words(f"startup.group.{name}", name), tuple(lines)) for name, lines in groups.items()]


def _that_apply(groups: Iterable[CheckGroup]) -> int:
    return sum(line.outcome != "not_needed" for group in groups for line in group.lines)


def _say(page: Page, words: dict[str, str] | None) -> str:
    return page.say(Text(**words)) if words else ""


@router.get("/filing/{filing_id}/checks")
def of_filing(page: Citizen, session: Unit, filing_id: str) -> Response:
    """As things stand now."""
    filing = view(page, session, filing_id)
    event = find_event(get_city(), filing.summary.life_event)
    results = intake.check_filing(session, page.actor, filing_id)
    if not results:
        raise Problem(NOT_FOUND, detail="this life event has no checks")
    links: dict[str, str] = {}
    for check in event.checks:
        slot, _, field = (check.field or "").partition(".")
        links[check.id] = (change_link(filing, slot, field, "answer") or "") if slot else ""
    groups = grouped(page, [each.as_dict() for each in results], links)
    outcome = casework.outcome_of(results)
    return page.show(
        "filing/checks.html",
        groups=groups,
        outcome=outcome,
        total=_that_apply(groups),
        filing=filing,
        case=None,
        at=None,
    )


def _for_an_officer(result: dict[str, Any]) -> dict[str, Any]:
    """What an agency had not answered when a case was checked, an officer judges; nobody waits for it any more."""
    return {**result, "outcome": "refer"} if result["outcome"] == "pending" else result


@router.get("/case/{case_id}/checks")
def of_case(page: SignedIn, case_id: str) -> Response:
    """As the case was decided: from the stored traces, never judged anew. An official's look is written down."""
    database = get_database()
    with database.reading() if page.actor.role is Role.CITIZEN else database.transaction() as session:
        case = casework.case_view(session, page.actor, case_id)
        run = casework.last_run(session, case_id=case.summary.id)
    if run is None:
        raise Problem(NOT_FOUND, detail="no checks were run in this case")
    groups = grouped(page, [_for_an_officer(each) for each in run.results], {})
    return page.show(
        "filing/checks.html",
        groups=groups,
        outcome="refer" if run.outcome == "pending" else run.outcome,
        total=_that_apply(groups),
        filing=None,
        case=case,
        at=run.at,
    )
