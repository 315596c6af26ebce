"""Advice from the industry-access graph: what one needs for a business, from whom, in what order."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Response

from onething.catalog.service import get_city
from onething.catalog.trades.service import LONGEST, Guide, brought_about, guide
from onething.core.errors import NOT_FOUND, Problem
from onething.core.i18n import Lang, Text
from onething.web.http.page import Visitor, page_router

router = page_router("/advice")


@dataclass(frozen=True, slots=True)
class Choice:
    """A trade that words may have meant: asking again with it in their place."""

    name: Text
    href: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Words of the question, and what may be chosen for them."""

    said: str
    choices: tuple[Choice, ...]


@router.get("")
def advice(page: Visitor, q: str = "") -> Response:
    """`q` is the question in a person's own words; it is answered here and kept nowhere."""
    city = get_city()
    if not city.trades.trades:
        raise Problem(NOT_FOUND, detail="this city has no industry-access graph")
    question = q.strip()
    found = guide(city.trades, question) if question else None
    starts = next((event for event in city.life_events if event.checks), None)
    return page.show(
        "home/advice.html", question=question[:LONGEST], found=found, longest=LONGEST, starts=starts,
        together=brought_about(city),
        unclear=not_understood(question[:LONGEST], found, page.lang) if found else [],
    )  # fmt: skip


def not_understood(question: str, found: Guide, lang: Lang) -> list[NotUnderstood]:
    """Every part that was not understood, each choice leading to the question with that part said plainly."""
    return [
        NotUnderstood(
            part.said,
            tuple(
                Choice(trade.name, "/advice?" + urlencode({"q": _instead(question, part.said, trade.name.get(lang))}))
                for trade in part.near
            ),
        )
        for part in found.unclear
    ]


def _instead(question: str, said: str, name: str) -> str:
    return question.replace(said, name, 1) if said in question else name
