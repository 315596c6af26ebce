"""What notices know of a package: which events people are told of, and which places a message may have. A part of `catalog check`."""

from collections.abc import Iterator
from pathlib import Path

from onething.catalog.models import City
from onething.catalog.service import Finding, strange
from onething.core.i18n import LANGS
from onething.core.manifests.house import parts_of
from onething.core.manifests.rooms import load
from onething.notices.texts import OURS, Template, defaults, places_of


def check(city: City, root: Path) -> Iterator[Finding]:  # noqa: ARG001 - every part is called alike
    """Messages of events that never happen, or with places that nobody fills."""
    types = sorted(defaults().keys() | _told_types())
    places = OURS | {place for ref in parts_of("notices.places").values() for place in load(ref)()}
    for number, event in enumerate(city.life_events):
        for name, words in event.notices.items():
            at = ("life_events", number, "notices", name)
            if name not in types:
                yield strange(at, "事件", "event", name, types)
            for place in sorted(places_of(Template(words, sms=True)) - places):
                yield strange(at, "占位", "place of a message", place, sorted(places))
            for lang in LANGS:
                if words.get(lang).count("{") != words.get(lang).count("}"):
                    yield Finding.fault((*at, lang), "大括号没有成对。", "A brace without its other half.")


def _told_types() -> set[str]:
    """Event types of this installation; people may be told of any."""
    from onething.core.events import describing  # every room's events: only where a package is checked

    return {each.name for each in describing.load_declared()}
