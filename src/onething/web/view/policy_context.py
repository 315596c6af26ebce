"""What pages about policies stand on: the city's dimensions, its clauses of today, its agencies, and who the company is."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from onething.catalog.models import City
from onething.catalog.service import load_city
from onething.core.clock import today
from onething.core.errors import FORBIDDEN, Problem
from onething.core.i18n import Lang, Text
from onething.core.settings import settings_of
from onething.policy.fulfilment import service as benefits
from onething.policy.matching.service import ClauseBook, ReadyClause, show_value
from onething.policy.settings import PolicySettings
from onething.subjects import service as subjects
from onething.subjects.models import Person
from onething.subjects.profiles import service
from onething.subjects.profiles.models import ProfileSpec, Value
from onething.web.http.messages import MESSAGES
from onething.web.http.page import Page

SOON = timedelta(days=60)


@dataclass(frozen=True)
class PolicyDesk:
    """The city whose policies are served."""

    spec: ProfileSpec
    books: benefits.CityBooks
    city: City
    terms: benefits.Terms

    def book(self, session: Session) -> ClauseBook:
        return self.books.of(session, today())

    def agency(self, agency_id: str) -> Text:
        return self.city.short_label_of(agency_id)

    @property
    def agencies(self) -> list[tuple[str, Text]]:
        return [(each.id, each.short) for each in self.city.agencies]

    def option(self, dimension: str, code: str, lang: str) -> str:
        """A code of a dimension in words; the code itself where it has none."""
        known = self.spec.by_id.get(dimension)
        option = known.option(code) if known else None
        return code if option is None else option.zh if lang == "zh" else option.en

    def shown(self, value: Value, lang: Lang) -> str:
        """A value of a company as people read it; empty when there is none."""
        return show_value(value.shown, value.dimension, lang)

    def names(self, dimensions: Any) -> list[Text]:
        return [self.spec.by_id[name].name for name in dimensions if name in self.spec.by_id]


@lru_cache(maxsize=4)
def _desk(folder: Path, days: int) -> PolicyDesk:
    return PolicyDesk(service.load_spec(folder), benefits.CityBooks(folder), load_city(folder), benefits.Terms(days))


def policy_desk() -> PolicyDesk:
    """The desk of this installation."""
    return _desk(benefits.policy_folder(), settings_of(PolicySettings).policy_object_days)


def company_of(page: Page, session: Session) -> Person:
    """The company that the signed-in person acts for. Raises `Problem(FORBIDDEN)` for people who act for none."""
    found = subjects.person(session, page.actor.subject_id or "")
    if found.kind != "organisation":
        raise Problem(FORBIDDEN, detail="acts for no company")
    return found


PAGES = {"/company": "home", "/company/policies": "policies", "/company/received": "received", "/company/profile": "profile", "/company/try": "try"}  # fmt: skip
"""Pages that a suggestion can be attached to, by the end of the key of their name."""


def page_name(path: str) -> Text:
    """What a page is called in both languages."""
    key = f"company.nav_{PAGES.get(path, '')}" if path in PAGES else "company.say_page"
    return MESSAGES(key)


def actor_of(page: Page, company: Person) -> str:
    """How the event log names whoever acts for a company."""
    return f"company:{company.id}:{page.actor.user_id}"


def name_of(clause: ReadyClause | None, otherwise: str) -> Text:
    if clause is None:
        return Text.same(otherwise)
    benefit = clause.clause.benefit
    words = benefit.name if benefit else clause.clause.name
    return Text(zh=words.zh, en=words.en)


def ends_soon(clause: ReadyClause) -> date | None:
    """The last day of a clause that ends within two months."""
    last = clause.clause.valid_to
    return last if last is not None and last - today() <= SOON else None
