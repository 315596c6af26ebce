"""What the city offers: life events, their services, and the plan of one before anything is known."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from onething.api.media import JsonLd
from onething.api.paging import Cursor, Items, mapped, up_to
from onething.api.refusals import refusals
from onething.catalog.errors import NO_EVENT
from onething.catalog.models import LifeEvent, Service
from onething.catalog.service import export_cpsv, find_event, get_city
from onething.core.i18n import Text
from onething.core.paging import page_of
from onething.planning.models import Effort, Plan
from onething.planning.service import make_plan, old_way

router = APIRouter(tags=["catalog"])


class LifeEventLine(BaseModel):
    """A life event in a list, with what it costs people now and before."""

    id: str
    name: Text
    summary: Text
    who: Text
    agencies: list[str]
    old_way: Effort
    plan: Effort


class LifeEventDetail(LifeEventLine):
    services: list[Service]


def _line(event: LifeEvent) -> dict[str, Any]:
    city = get_city()
    return {
        "id": event.id, "name": event.name, "summary": event.summary, "who": event.who,
        "agencies": list(dict.fromkeys(service.agency for service in event.services)),
        "old_way": old_way(city, event), "plan": Effort(**make_plan(city, event, {}).effort.model_dump(include=set(Effort.model_fields))),
    }  # fmt: skip


@router.get("/life-events")
def list_life_events(
    q: Annotated[str, Query(max_length=80)] = "", cursor: Cursor = None, limit: Annotated[int, up_to(200)] = 50
) -> Items[LifeEventLine]:
    """The life events of this city; `q` looks into names, summaries and services in both languages."""
    wanted = q.strip().lower()
    found = [event for event in get_city().life_events if wanted in _words(event)]
    shown = page_of("life_events", found, lambda event: event.id, cursor, limit)
    return Items[LifeEventLine](**mapped(shown, [LifeEventLine(**_line(event)) for event in shown]))


def _words(event: LifeEvent) -> str:
    texts = [event.name, event.summary, *(service.name for service in event.services)]
    return " ".join(f"{text.zh} {text.en}" for text in texts).lower()


@router.get("/life-events/{event_id}", responses=refusals(NO_EVENT))
def get_life_event(event_id: str) -> LifeEventDetail:
    """One life event with its services."""
    event = find_event(get_city(), event_id)
    return LifeEventDetail(**_line(event), services=list(event.services))


@router.get("/life-events/{event_id}/plan", responses=refusals(NO_EVENT))
def get_life_event_plan(event_id: str) -> Plan:
    """The plan before anything about the applicant is known: every service, every question."""
    city = get_city()
    return make_plan(city, find_event(city, event_id), {})


@router.get("/catalogue.jsonld", response_class=JsonLd)
def get_catalogue() -> dict[str, Any]:
    """The whole catalogue as CPSV-AP JSON-LD."""
    return export_cpsv(get_city())
