"""Formats, dates and validity of every value that counts, and the fields of one document against each other."""

from collections.abc import Iterator
from typing import Any

from onething.core.persons.numbers import as_person_number
from onething.review import words
from onething.review.compare import as_date, plain
from onething.review.context import Context, finding, from_registry
from onething.review.formats import check_value
from onething.review.merge import UNCERTAIN, Place, rank
from onething.review.models import Fact, Finding

IN_ORDER = (
    ("valid_from", "valid_until"),
    ("admitted_on", "discharged_on"),
    ("born_at", "issued_on"),
    ("birth_date", "issued_on"),
    ("birth_date", "valid_from"),
)
"""Fields of one document of which the first is never later than the second."""


def check_validity(context: Context) -> Iterator[Finding]:
    for place, fact in context.best.items():
        if not context.in_use(place[0]):
            continue
        yield from _format(context, place, fact)
        if place[1] in {"valid_until", "expires_on"}:
            yield from _expiry(context, place, fact)
        if place[1].endswith("id_number"):
            yield from _inside_id(context, place, fact)
    for slot in context.where.types:
        if context.in_use(slot):
            yield from _order(context, slot)


def _group(fact: Fact) -> str:
    return "officer" if from_registry(fact) and fact.origin.kind != "sign_in" else "fix_now"


def _format(context: Context, place: Place, fact: Fact) -> Iterator[Finding]:
    spec = context.spec(place)
    bad = check_value(spec, fact.value, context.as_of) if spec else None
    if bad is None:
        return
    common: dict[str, Any] = {
        "slot": place[0],
        "field": place[1],
        "evidence": (fact.origin,),
        "values": (plain(fact.value),),
    }
    if _group(fact) == "officer":
        values = {"agency": context.agency_name(fact.origin.ref), "field": context.field_name(place)}
        yield finding(bad.code, "officer", words.STRANGE_RECORD, values, **common)
    else:
        yield Finding(code=bad.code, group="fix_now", what=bad.what, todo=bad.todo, **common)


def _expiry(context: Context, place: Place, fact: Fact) -> Iterator[Finding]:
    day = as_date(fact.value)
    if day is None or day >= context.as_of:
        return
    values = {"document": context.slot_name(place[0]), "value": day.isoformat()}
    yield finding(
        "expired", _group(fact), words.EXPIRED, values,
        slot=place[0], field=place[1], evidence=(fact.origin,), values=(day.isoformat(),),
    )  # fmt: skip


def _inside_id(context: Context, place: Place, fact: Fact) -> Iterator[Finding]:
    """Birth date and sex beside an id number must be those inside it."""
    person = as_person_number(plain(fact.value))
    if (
        person is None or person.birth_date is None or person.sex is None
    ):  # the number of another paper says nothing of her
        return
    front = place[1].removesuffix("id_number")
    for field, inside in (("birth_date", person.birth_date.isoformat()), ("sex", person.sex)):
        beside = context.best.get((place[0], front + field))
        if beside is None or _agrees(field, beside, inside):
            continue
        group = "officer" if {_group(fact), _group(beside)} == {"officer"} else "fix_now"
        if "answer" in (fact.origin.kind, beside.origin.kind) and group == "fix_now":
            group = "fix_now" if rank(beside) == UNCERTAIN else "officer"
        values = {"document": context.slot_name(place[0]), "field": context.field_name((place[0], front + field))}
        yield finding("id_disagrees", group, words.ID_DISAGREES, values, **context.pair(beside, fact))


def _agrees(field: str, beside: Fact, inside: str) -> bool:
    if field != "birth_date":
        return plain(beside.value) == inside
    day = as_date(beside.value)
    return day is None or day.isoformat() == inside


def _order(context: Context, slot: str) -> Iterator[Finding]:
    for earlier, later in IN_ORDER:
        first, second = context.best.get((slot, earlier)), context.best.get((slot, later))
        if first is None or second is None:
            continue
        start, end = as_date(first.value), as_date(second.value)
        if start is None or end is None or start <= end:
            continue
        group = "officer" if {_group(first), _group(second)} == {"officer"} else "fix_now"
        values = {
            "document": context.slot_name(slot), "field": context.field_name((slot, later)),
            "other": context.field_name((slot, earlier)),
        }  # fmt: skip
        yield finding("date_order", group, words.DATE_ORDER, values, **context.pair(second, first))
