"""The page of robots: what they did at agencies' old web systems, what failed, where a page has changed, step by step."""

from typing import Annotated

from fastapi import Response

from onething.casework.officers.service import waiting_at
from onething.catalog.service import get_city
from onething.exchange import acts
from onething.exchange.robots.service import picture_of, robot_agencies, run_of, runs
from onething.web.http.page import Doing, Page, Unit, page_router

router = page_router("/console/robots")
PAGE_SIZE = 30


@router.get("")
def overview(
    page: Annotated[Page, Doing(acts.READ_ROBOTS)], session: Unit, view: str = "all", before: str = ""
) -> Response:
    """The newest runs; `view=failed` only those that need somebody."""
    failed = view == "failed"
    found = runs(session, page.actor, failed=failed, before=before[:40], limit=PAGE_SIZE)
    city = get_city()
    return page.show(
        "console/robots.html", runs=found, view="failed" if failed else "all", queue=waiting_at(session, page.actor, robot_agencies(city)),
        older=found[-1].id if len(found) == PAGE_SIZE else "", agencies={each.id: each.short for each in city.agencies},
    )  # fmt: skip


@router.get("/{run_id}")
def run(page: Annotated[Page, Doing(acts.READ_ROBOTS)], session: Unit, run_id: str) -> Response:
    """One run with a picture of each step."""
    found = run_of(session, page.actor, run_id)
    return page.show(
        "console/robot.html", run=found, may_look=page.may(acts.OPEN_PICTURES), agency=get_city().agency(found.agency)
    )


@router.get("/{run_id}/pictures/{step}")
def picture(page: Annotated[Page, Doing(acts.OPEN_PICTURES)], session: Unit, run_id: str, step: int) -> Response:
    """What the robot saw; only through a run that the official may see."""
    shown = picture_of(session, page.actor, run_id, step)
    return Response(shown, media_type="image/jpeg", headers={"Cache-Control": "no-store"})
