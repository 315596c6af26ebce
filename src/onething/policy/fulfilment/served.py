"""What this installation serves to companies: the city's dimensions, its clauses of a day, its agencies; who a company is."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from onething.catalog.models import City
from onething.catalog.service import load_city
from onething.core.access import Principal
from onething.core.clock import today
from onething.core.errors import FORBIDDEN, Problem
from onething.core.i18n import Lang, Text
from onething.core.settings import settings_of
from onething.policy.fulfilment.books import CityBooks, policy_folder
from onething.policy.fulfilment.models import Terms
from onething.policy.matching.service import ClauseBook, show_value
from onething.policy.settings import PolicySettings
from onething.subjects import service as subjects
from onething.subjects.models import Person
from onething.subjects.profiles import service as profiles
from onething.subjects.profiles.models import ProfileSpec, Value


@dataclass(frozen=True)
class Served:
    """The city whose policies are served."""

    spec: ProfileSpec
    books: CityBooks
    city: City
    terms: Terms

    def book(self, session: Session) -> ClauseBook:
        """The clauses in force today."""
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
        """What dimensions are called; those the city does not know are left out."""
        return [self.spec.by_id[name].name for name in dimensions if name in self.spec.by_id]


@lru_cache(maxsize=4)
def _of(folder: Path, days: int) -> Served:
    return Served(profiles.load_spec(folder), CityBooks(folder), load_city(folder), Terms(days))


def served() -> Served:
    """What this installation serves, as its settings name the city."""
    return _of(policy_folder(), settings_of(PolicySettings).policy_object_days)


def company_of(session: Session, principal: Principal) -> Person:
    """The company that somebody acts for. Raises `Problem(FORBIDDEN)` for people who act for none."""
    found = subjects.person(session, principal.subject_id or "")
    if found.kind != "organisation":
        raise Problem(FORBIDDEN, detail="acts for no company")
    return found


def company_actor(principal: Principal, company: Person) -> str:
    """How the event log names whoever acts for a company."""
    return f"company:{company.id}:{principal.user_id}"
