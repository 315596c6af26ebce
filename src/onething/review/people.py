"""Whom the documents are about: the person who signed in must be one of them, under her own name."""

from collections.abc import Iterator

from onething.review import words
from onething.review.compare import Same, compare_names, compare_person_numbers
from onething.review.context import Context, finding
from onething.review.merge import UNCERTAIN, rank
from onething.review.models import Fact, Finding


def check_people(context: Context) -> Iterator[Finding]:
    me = _signed_in(context, "id_number")
    if me is None:
        return
    named = _ids_in_documents(context)
    mine = [fact for fact in named if compare_person_numbers(fact.value, me.value) is Same.SAME]
    if named and not mine:
        if all(rank(fact) != UNCERTAIN for fact in named):  # a number read badly is asked about first
            yield _not_about_you(context, named[0], me)
        return
    yield from _names(context, mine)


def _signed_in(context: Context, field: str) -> Fact | None:
    for slot in sorted(context.where.sign_in_slots):
        fact = context.best.get((slot, field))
        if fact is not None:
            return fact
    return None


def _ids_in_documents(context: Context) -> list[Fact]:
    """Citizen ids of everybody named, but not in slots the sign-in itself filled."""
    found: list[Fact] = []
    for place, fact in context.best.items():
        spec = context.spec(place)
        known = spec is not None and spec.names_person and fact.origin.kind != "issued"
        if known and place[0] not in context.where.sign_in_slots and context.in_use(place[0]):
            found.append(fact)
    return found


def _not_about_you(context: Context, example: Fact, me: Fact) -> Finding:
    return finding("not_about_you", "fix_now", words.NOT_ABOUT_YOU, **context.pair(example, me))


def _names(context: Context, mine: list[Fact]) -> Iterator[Finding]:
    """The sign-in's name against the name beside the same id, wherever it stands."""
    me = _signed_in(context, "name")
    for fact in mine if me is not None else ():
        beside = context.best.get((fact.slot, f"{fact.field.removesuffix('id_number')}name"))
        if me is None or beside is None or beside.origin.kind == "answer":
            continue
        likeness = compare_names(me.value, beside.value)
        if likeness is Same.SAME:
            continue
        parts = context.pair(beside, me)
        values = {
            **context.sides(me, beside), "right_document": context.side_name(beside),
            "field": context.field_name((beside.slot, beside.field)),
        }  # fmt: skip
        if likeness is Same.WRITTEN_OTHERWISE:
            yield finding("written_otherwise", "note", words.WRITTEN_OTHERWISE, values, **parts)
        elif likeness is Same.UNDECIDED:
            yield finding(
                "cannot_tell", "officer", words.UNDECIDED, values | {"left_document": context.side_name(me)}, **parts
            )
        elif rank(beside) != UNCERTAIN:
            yield finding("applicant_name", "officer", words.APPLICANT_NAME, values, **parts)
