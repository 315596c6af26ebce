"""What was asked of agencies about somebody, in words: who asked, whom, what, for which service, on which ground, with what result."""

from dataclasses import dataclass
from datetime import datetime

from onething.casework.views.access_words import actor_words, ground_words, seen_words
from onething.catalog.models import City
from onething.catalog.service import get_city
from onething.core.i18n import Text, texts_of
from onething.exchange.service import Message

say = texts_of(__name__)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One conversation with an agency. `case`: the case it belongs to, empty before there was one."""

    at: datetime
    who: Text
    whom: Text
    what: Text
    purpose: Text
    why: Text
    outcome: Text
    case: str
    about: Text | None = None
    """In the reader's own matter: whom else it was about, masked."""


def inquiry_of(message: Message) -> Inquiry:
    """A message of the exchange's log in words."""
    city = get_city()
    if message.asked_for:
        mine = {"citizen": "for_other", "system": "in_case_of"}.get(message.actor, "about")
        who = say(f"inquiry.{mine}", name=message.asked_for, who=actor_words(city, message.actor))
    else:
        who = say("inquiry.for_you") if message.actor.startswith("citizen:") else actor_words(city, message.actor)
    called = f"{message.agency}.{message.operation}"
    operation = city.operation(called)
    # An order is carried out, a question is answered.
    did = operation is not None and operation.kind != "query" and message.outcome.value == "ok"
    came = say("inquiry.carried_out") if did else say(f"inquiry.came.{message.outcome.value}")
    why = ground_words(message.ground)
    for name, ground in message.about:
        of_others = say("ground.theirs") if ground.startswith("consent:") else ground_words(ground)
        why = say("inquiry.and_of", why=why, name=name, ground=of_others)
    about = Text.joined(dict.fromkeys(name for name, _ in message.about)) if message.about else None
    return Inquiry(
        message.at, who, city.short_label_of(message.agency), seen_words(city, called),
        purpose_words(city, message.purpose), why, came, message.case_id or "", about and say("inquiry.concerns", names=about),
    )  # fmt: skip


def purpose_words(city: City, code: str) -> Text:
    """`newborn`, `service:household_registration`, `fetch:mother_id`, `bank:loan` → its name; else the code itself."""
    plain = code.removesuffix(":undo").partition("#")[0]
    head, _, rest = plain.partition(":")
    partner = city.partner(head)
    if partner and (purpose := partner.purpose(rest)):
        return purpose.name
    for event in city.life_events:
        service, slot = event.service(rest), event.slot(rest)
        if plain == event.id or (slot and head == "fetch"):
            return event.name
        if service:
            return service.name
    return Text.same(code)
