"""The page of one life event: what it does, for whom, what is needed, who does it, how long, by which law. And the start."""

from fastapi import Response

from onething.catalog.models import City, FromQuestions, FromRegistry, FromUpload, LifeEvent, OperationRef
from onething.catalog.service import get_city
from onething.core.access import Role
from onething.core.i18n import Text
from onething.intake import service as intake
from onething.planning.service import outlook
from onething.web.http.page import Citizen, Form, Page, Unit, Visitor, found, page_router, text_of

router = page_router("/do")


def _names(city: City, event: LifeEvent) -> dict[str, Text]:
    """Slot → how it is called."""
    names: dict[str, Text] = {}
    for slot in event.slots:
        kind = city.type_of(slot)
        if slot.name or kind:
            names[slot.id] = slot.name or kind.name  # type: ignore[union-attr]
    return names


def _sources(page: Page, city: City, event: LifeEvent) -> dict[str, str]:
    """Slot → in a few words, where it comes from today."""
    makers = {slot: service.agency for service in event.services for slot in service.outputs}
    words: dict[str, str] = {}
    for slot in event.slots:
        first = slot.sources[0] if slot.sources else None
        if isinstance(first, FromRegistry):
            asked = city.short_label_of(OperationRef.parse(first.registry).agency)
            words[slot.id] = page.t("event.source.registry", agency=page.say(asked))
        elif isinstance(first, FromUpload):
            words[slot.id] = page.t("event.source.upload")
        elif isinstance(first, FromQuestions):
            words[slot.id] = page.t("event.source.ask")
        elif slot.id in makers:
            words[slot.id] = page.t("event.source.issued", agency=page.say(city.short_label_of(makers[slot.id])))
        else:
            words[slot.id] = page.t("event.source.derived")
    return words


@router.get("/{event_id}")
def life_event(page: Visitor, session: Unit, event_id: str) -> Response:
    city = get_city()
    outlook_found = found(outlook(city, event_id))
    event = outlook_found.event
    draft = None
    if page.principal is not None and page.principal.role is Role.CITIZEN:
        drafts = intake.filings_of(session, page.principal)
        draft = next((each for each in drafts if each.life_event == event_id), None)
    return page.show(
        "home/event.html", city=city, event=event, found=outlook_found, draft=draft,
        takes_papers=any(isinstance(source, FromUpload) for slot in event.slots for source in slot.sources),
        names=_names(city, event), sources=_sources(page, city, event),
        longest=max((service.working_days for service in event.services), default=0),
        fees=[(service.name, service.fee) for service in event.services if service.fee],
    )  # fmt: skip


@router.post("/{event_id}/start")
def start(page: Citizen, form: Form, session: Unit, event_id: str) -> Response:
    """`again`: the case of hers that ended with something not done; what she gave then comes along."""
    filing = intake.start_filing(session, page.actor, event_id, page.lang, again=text_of(form, "again"))
    return page.go(f"/filing/{filing.id}")
