"""The front door: find what you need done. And how it all works."""

from urllib.parse import quote

from fastapi import Response

from onething.catalog.service import get_city
from onething.planning.service import matches, outlooks
from onething.web.http.page import Visitor, page_router

router = page_router()


@router.get("/")
def home(page: Visitor, q: str = "") -> Response:
    city = get_city()
    words = q.strip()[:80]
    everything = outlooks(city)
    hits = [found for found in everything if matches(found.event, words)] if words else everything
    return page.show("home/home.html", city=city, q=words, hits=hits, everything=everything)


@router.get("/about")
def about(page: Visitor) -> Response:
    return page.show("home/about.html")


@router.get("/c/{reference}")
def short_link(page: Visitor, reference: str) -> Response:
    """The short address in text messages."""
    return page.go(f"/case/{quote(reference, safe='')}")
