"""A plan's short reasons in the applicant's words."""

from collections.abc import Sequence

from onething.catalog.models import City, LifeEvent, OperationRef
from onething.core.i18n import Text, texts_of
from onething.planning.reasons import Cause, Why

say = texts_of(__name__)


def _name(city: City, event: LifeEvent, word: str) -> Text:
    """The words for a slot, service, operation or agency id; the id itself when it has none."""
    service = event.service(word)
    if service is not None:
        return service.name
    first = OperationRef.parse(word).agency
    slot = event.slot(first.partition("#")[0])
    if slot is not None:
        return city.slot_label(slot)
    return city.label_of(first) if city.agency(first) else Text.same(word)


def explain(city: City, event: LifeEvent, why: Sequence[Why]) -> Text:
    """The sentence for one entry of `Plan.left_out` or `Plan.unreachable` (the first reason, when there are several)."""
    if not why or why[0].cause is Cause.WHEN:
        return say("not_needed")
    cause, about = why[0].cause, why[0].about
    if (f"why.{cause}" if about else f"plainly.{cause}") not in say:
        return say("not_needed")
    return say(f"why.{cause}", name=_name(city, event, about[0])) if about else say(f"plainly.{cause}")
