"""Documents, form and registries against each other. A registry beats a photograph: a difference is corrected or asked."""

from collections.abc import Iterator
from dataclasses import dataclass

from onething.core.i18n import Text
from onething.review import words
from onething.review.compare import Same
from onething.review.context import Context, asks_person, finding, from_registry, same
from onething.review.links import Link
from onething.review.merge import UNCERTAIN, rank
from onething.review.models import Fact, Finding
from onething.review.reconciliation import may_be_misread


@dataclass(frozen=True, slots=True)
class Difference:
    """Two facts that should agree and do not. `weak` is the one of lower precedence."""

    weak: Fact
    strong: Fact
    likeness: Same
    link: Link | None


def differences(context: Context) -> Iterator[Difference]:
    """Every pair of fields, or of sources of one field, that speak of one thing and differ."""
    for place, found in context.places.items():
        spec = context.spec(place)
        for other in found[1:] if spec else ():
            likeness = same(spec, found[0].value, other.value) if spec else Same.SAME
            if likeness is not Same.SAME:
                yield Difference(other, found[0], likeness, None)
    for link in context.where.links:
        left, right = context.best.get(link.left), context.best.get(link.right)
        if left is None or right is None or not (context.in_use(left.slot) and context.in_use(right.slot)):
            continue
        likeness = same(link.spec, left.value, right.value)
        if likeness is not Same.SAME:
            weak, strong = (left, right) if (rank(left), link.left) >= (rank(right), link.right) else (right, left)
            yield Difference(weak, strong, likeness, link)


def check_consistency(context: Context) -> Iterator[Finding]:
    """Findings for all differences; one sentence for a document that is about somebody else, not one a field."""
    found = list(differences(context))
    strangers = {slot: difference for difference in found if (slot := _someone_else(context, difference))}
    for slot, difference in strangers.items():
        yield _stranger(context, slot, difference)
    for difference in found:
        sides = {difference.weak.slot, difference.strong.slot}
        if difference.link is None or not sides & strangers.keys():
            yield _finding(context, difference)


def _someone_else(context: Context, difference: Difference) -> str | None:
    """The slot whose photograph carries another person's id, if that is what this difference shows."""
    link, weak = difference.link, difference.weak
    spec = context.spec((weak.slot, weak.field))
    if spec is None or not spec.names_person or weak.origin.kind != "upload":
        return None
    if may_be_misread(spec, weak.value, difference.strong.value):
        return None
    if link is None:
        return weak.slot if weak.field == "id_number" else None
    if link.kind == "cross_check":
        return None
    own = link.left if link.kind == "person" else (weak.slot, weak.field)
    return own[0] if context.best[own].origin.kind == "upload" else None


def _stranger(context: Context, slot: str, difference: Difference) -> Finding:
    mine, other = difference.weak, difference.strong
    if mine.slot != slot:
        mine, other = other, mine
    role = context.where.event.roles.get(context.where.slots[slot].of, context.slot_name(slot))
    parts = context.pair(mine, other)
    values = {
        "left_document": context.slot_name(slot), "right_document": context.side_name(other), "role": role,
        **context.sides(mine, other),
    }  # fmt: skip
    return finding("someone_else", "fix_now", words.SOMEONE_ELSE, values, **parts)


def _finding(context: Context, difference: Difference) -> Finding:
    weak, strong = difference.weak, difference.strong
    parts = context.pair(weak, strong)
    values = {
        "field": context.field_name((weak.slot, weak.field)), **context.sides(weak, strong),
        "left_document": context.side_name(weak), "right_document": context.side_name(strong),
    }  # fmt: skip
    if difference.likeness is Same.WRITTEN_OTHERWISE:
        return finding("written_otherwise", "note", words.WRITTEN_OTHERWISE, values, **parts)
    spec = context.spec((weak.slot, weak.field))
    if spec is None or not asks_person(spec):
        used = _registry_used(weak) if from_registry(strong) and not from_registry(weak) else words.DIFFERS_A_LITTLE
        return finding("differs", "note", used, values, **parts)
    if difference.likeness is Same.UNDECIDED and difference.link is None and from_registry(strong):
        return finding("registry_used", "note", words.REGISTRY_USED, values, **parts)
    if difference.likeness is Same.UNDECIDED:
        return finding("cannot_tell", "officer", words.UNDECIDED, values, **parts)
    if from_registry(weak):
        return finding("registries_differ", "officer", words.REGISTRIES_DIFFER, values, **parts)
    if "answer" in (weak.origin.kind, strong.origin.kind):
        return finding("mismatch", "officer", words.MISMATCH_CONFIRMED, values, **parts)
    if difference.link is None and from_registry(strong):
        return finding("registry_used", "note", _registry_used(weak), values, **parts)
    if difference.link is None and rank(weak) == UNCERTAIN:
        return finding("registry_used", "note", words.DIFFERS_A_LITTLE, values, **parts)
    return finding("mismatch", "fix_now", words.MISMATCH, values, **parts)


def _registry_used(weak: Fact) -> tuple[Text, Text]:
    """What was typed is not said to have been read."""
    return words.REGISTRY_USED_TYPED if weak.origin.kind == "answer" else words.REGISTRY_USED
