"""Which words an event is told in: the life event's own, else the common ones, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from onething.catalog.models import City, LifeEvent
from onething.core import formats
from onething.core.events import Event
from onething.core.i18n import Lang, Text, texts_of
from onething.core.settings import get_settings
from onething.subjects.models import Person

say = texts_of(__name__)

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """The words for one kind of event. `sms`: worth a text message, not only a line in the portal."""

    text: Text
    sms: bool
    gather: bool = False
    """Several of one case within a short time are one text message."""


@cache
def defaults() -> Mapping[str, Template]:
    """The common words by event type, from `data/texts.yaml`."""
    raw: dict[str, dict[str, Any]] = yaml.safe_load(
        (files("onething.notices") / "data" / "texts.yaml").read_text("utf-8")
    )
    return {
        name: Template(Text(zh=item["zh"], en=item["en"]), bool(item["sms"]), bool(item.get("gather")))
        for name, item in raw.items()
    }


def template_of(happened: Event, life_event: LifeEvent | None) -> Template | None:
    """The words for an event: those for its very outcome or reason (`case.finished:partly_done`), else for its type."""
    for name in ("outcome", "code"):
        variant = str(happened.data.get(name) or "")
        found = template_for(f"{happened.type}:{variant}", life_event) if variant else None
        if found is not None:
            return found
    return template_for(happened.type, life_event)


def template_for(event_type: str, life_event: LifeEvent | None) -> Template | None:
    """None when nobody is told of such events. A life event's words for a new type are worth a text message."""
    common = defaults().get(event_type)
    own = life_event.notices.get(event_type) if life_event else None
    if own is None:
        return common
    return Template(own, common.sms if common else True, bool(common and common.gather))


def link_to(reference: str, path: str = "") -> str:
    """The short address of a case page, or of `path` on this site; it asks for sign-in, and names nobody."""
    base = get_settings().public_url.rstrip("/")
    if path:
        return f"{base}/{path.lstrip('/')}"
    return f"{base}/case/{reference}" if reference else f"{base}/me"


OURS = frozenset({"who", "reference", "link", "code", "benefit", "amount", "name", "day", "event", "service", "agency"})
"""Places that the event itself fills; for others rooms are asked (parts of `notices.words`)."""


def places_of(template: Template) -> set[str]:
    """Every place that the words have, in either language."""
    return {each for text in (template.text.zh, template.text.en) for each in _PLACE.findall(text)}


def several(count: int, happened: Event, reader: Person, city: City | None) -> str:
    """One message for several things done."""
    return words(Template(say("several").fill(n=count, who="{who}", link="{link}"), sms=True), happened, reader, city)


def words(
    template: Template, happened: Event, reader: Person, city: City | None, more: Mapping[str, Text] | None = None
) -> str:
    """The message, ready to send. A place that the template has and we do not know becomes a plain word, never an error.

    `more`: what rooms say of places that the event itself does not fill.
    """
    data, lang = happened.data, reader.lang
    life_event = city.life_event(str(data.get("life_event", ""))) if city else None
    service = life_event.service(str(data.get("service", ""))) if life_event else None
    agency_id = str(data.get("agency") or (service.agency if service else ""))
    agency = city.agency(agency_id) if city else None
    known: dict[str, str] = {
        "who": reader.address_form if lang == "zh" else "",
        "reference": str(data.get("reference", "")),
        "link": link_to(str(data.get("reference", "")), str(data.get("path", ""))),
        "code": str(data.get("code", "")),
        "benefit": str(data.get(f"benefit_{lang}", "")),
        "amount": str(data.get("amount", "")),
        "name": str(data.get(f"name_{lang}", "")),
        "day": formats.day(str(data["day"])).get(lang) if data.get("day") else "",
        "event": _word("event", life_event.name if life_event else None, lang),
        "service": _word("service", service.name if service else None, lang),
        "agency": _word("agency", agency.short if agency else None, lang),
    }
    known |= {place: text.get(lang) for place, text in (more or {}).items() if place not in OURS}
    text = _PLACE.sub(lambda place: known.get(place[1], ""), template.text.get(lang)).strip()
    # Who is known by a number alone has no form of address, and nobody begins a message with “you,”.
    return text.removeprefix("您，").removeprefix("，")


def _word(place: str, text: Text | None, lang: Lang) -> str:
    return (text or say(f"unnamed.{place}")).get(lang)
