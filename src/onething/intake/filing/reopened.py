"""What is said of an answer that counts no longer, and of one that can no longer be another: which, why, and what to do."""

from collections.abc import Iterable, Iterator

from onething.casework.service import Earlier
from onething.catalog.models import City, FromFacts, LifeEvent
from onething.catalog.service import fact_name, spec_of, value_words
from onething.core.clock import today
from onething.core.i18n import Text, texts_of
from onething.core.persons.numbers import as_person_number, number_words
from onething.intake.filing.standing import Fallen
from onething.planning.models import Facts, Plan
from onething.planning.service import order_marks, with_derived
from onething.review.models import Finding
from onething.rules.service import compile_expression

say = texts_of(__name__)


def reopened(city: City, event: LifeEvent, plan: Plan, fallen: Iterable[Fallen]) -> Iterator[Finding]:
    """A finding for each question that is asked again. It blocks: her old answer is not used, and a new one is hers to give."""
    for each in fallen:
        if each.asked_again and each.slot not in plan.left_out:
            what, todo = words_of(city, event, each)
            yield Finding(code="asked_again", group="fix_now", slot=each.slot, field=each.field, what=what, todo=todo)


def done_otherwise(city: City, event: LifeEvent, earlier: Earlier | None, facts: Facts) -> Iterator[Finding]:
    """Filed again after something was done: what that was done with cannot be another thing now. A licence for one address
    does not come along to the next."""
    day = today()
    known = with_derived(event, facts, day)
    for service in event.services:
        ordered = (earlier.orders if earlier else {}).get(service.id)
        if ordered is None:
            continue
        now = order_marks(service, known, day)
        other = [name for name, mark in ordered.items() if name in now and now[name] != mark]
        if other:
            places = [_place(event, service.handling.with_[name]) for name in other]
            slot, field = next((each for each in places if each[0]), ("", ""))
            names = dict.fromkeys(fact_name(city, event, f"{slot}.{field}") for slot, field in places if slot)
            yield Finding(
                code="done_otherwise", group="fix_now", slot=slot or None, field=field or None, about=service.id,
                what=say("done_otherwise.what", service=service.name, fields=Text.joined(names)),
                todo=say("done_otherwise.todo", agency=city.label_of(service.agency)),
            )  # fmt: skip


def _place(event: LifeEvent, expression: str) -> tuple[str, str]:
    """(slot, field) of the first fact that an order's parameter reads; of one that is worked out, of what it is made from."""
    for name in sorted(compile_expression(expression).names):
        slot_id, _, field = name.partition(".")
        slot = event.slot(slot_id)
        for source in slot.sources if slot else ():
            if isinstance(source, FromFacts) and field in source.derive:
                return _place(event, source.derive[field])
        if slot is not None:
            return slot_id, field.partition(".")[0]
    return "", ""


def words_of(city: City, event: LifeEvent, each: Fallen) -> tuple[Text, Text]:
    """What happened to the answer, and what to do."""
    spec = spec_of(city, event, each.slot, each.field)
    name = spec.name if spec else Text.same(each.field)
    if each.why == "proposal":
        return say("asked_again.proposal.what", field=name), say("asked_again.proposal.todo")
    shown = value_words(city, event, f"{each.slot}.{each.field}", each.value)
    if spec is not None and spec.names_person:  # her name is no longer among the facts
        number = as_person_number(each.value)
        card = number is not None and number.birth_date is not None
        shown = (
            Text.same(f"{number.number[:6]}…{number.number[-4:]}")
            if number and card
            else number_words(str(each.value), masked=True)
        )
    return say("asked_again.choice.what", field=name, value=shown), say("asked_again.choice.todo")
