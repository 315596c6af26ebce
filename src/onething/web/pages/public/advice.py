"""Advice from the industry-access graph: what one needs for a business, from whom, in what order."""

from fastapi import Response

from onething.catalog.service import get_city
from onething.catalog.trades.service import guide
from onething.core.errors import NOT_FOUND, Problem
from onething.web.http.page import Visitor, page_router

router = page_router("/advice")
LONGEST = 200


@router.get("")
def advice(page: Visitor, q: str = "") -> Response:
    """`q` is the question in a person's own words; it is answered here and kept nowhere."""
    city = get_city()
    if not city.trades.trades:
        raise Problem(NOT_FOUND, detail="this city has no industry-access graph")
    question = q.strip()[:LONGEST]
    found = guide(city.trades, question) if question else None
    starts = next((event for event in city.life_events if event.checks), None)
    return page.show("home/advice.html", question=question, found=found, starts=starts)
