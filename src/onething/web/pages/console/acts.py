"""The page of operators' acts, for administrators and auditors."""

from datetime import datetime
from typing import Annotated

from fastapi import Response

from onething.core.clock import CHINA
from onething.core.whole import whole
from onething.oversight import acts
from onething.oversight import service as oversight
from onething.web.http.page import Doing, Page, Unit, page_router

router = page_router("/console/acts")
PAGE_SIZE = 50


@router.get("")
def overview(
    page: Annotated[Page, Doing(acts.READ_ACTS)],
    session: Unit,
    who: str = "",
    what: str = "",
    since: str = "",
    before: str = "",
) -> Response:
    """Newest first; searched by pieces of who and what, and from a day on."""
    filters = {"who": who.strip()[:80], "what": what.strip()[:80]}
    begins = _day(since)
    last = whole(before)
    found = oversight.search(session, page.actor, **filters, since=begins, before=last, limit=PAGE_SIZE)
    older = found[-1].seq if len(found) == PAGE_SIZE else None
    return page.show(
        "console/acts.html",
        acts=found,
        older=older,
        since=since if begins else "",
        who=filters["who"],
        what=filters["what"],
    )


def _day(typed: str) -> datetime | None:
    try:
        return datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError:
        return None
