"""One value per field out of many facts. The order of the facts never matters.

Precedence, best first (documented for citizens in `docs/review.md`):

0. issued by an agency in this very case, 1. answered by a registry or signed by a group, 2. known from the sign-in, 3. typed or corrected by
the applicant, 4. read from a photograph and confirmed by a check, 5. worked out from other facts, 6. read but uncertain.

Within one step the newer fact wins, then the more confident one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from onething.planning.models import Facts
from onething.review.models import Fact
from onething.rules.service import with_origins

_RANK = {"issued": 0, "registry": 1, "signed": 1, "sign_in": 2, "answer": 3, "upload": 4, "derived": 5}
UNCERTAIN = 6
REGISTRY_RANK = 2
"""Facts up to this rank come from somebody other than the applicant."""

Place = tuple[str, str]
"""(slot, field)."""


def rank(fact: Fact) -> int:
    """The step of precedence of a fact, 0 is best."""
    if fact.origin.kind == "upload" and not fact.origin.certain:
        return UNCERTAIN
    return _RANK[fact.origin.kind]


def is_given(fact: Fact) -> bool:
    """Whether it says something. Of an agency an empty list does: it was asked about people and knows none of them."""
    if fact.value == []:
        return fact.origin.kind == "registry"
    return fact.value is not None and fact.value != ""


def _better_first(facts: list[Fact]) -> list[Fact]:
    """Best first, whatever order they come in (each sort is stable: the last key decides first)."""
    if len(facts) == 1:
        return facts
    ordered = sorted(facts, key=lambda fact: (fact.origin.ref, str(fact.value), not fact.origin.certain, repr(fact)))
    ordered.sort(key=lambda fact: (fact.origin.at, fact.origin.confidence), reverse=True)
    ordered.sort(key=rank)
    return ordered


def by_place(facts: Iterable[Fact]) -> dict[Place, list[Fact]]:
    """All given facts of each field, best first."""
    places: defaultdict[Place, list[Fact]] = defaultdict(list)
    for fact in facts:
        if is_given(fact):
            places[fact.slot, fact.field].append(fact)
    return {place: _better_first(places[place]) for place in sorted(places)}


def best(facts: Iterable[Fact]) -> dict[Place, Fact]:
    """The fact that counts for each field."""
    return {place: found[0] for place, found in by_place(facts).items()}


def knowing_origins(known: Facts, chosen: Mapping[Place, Fact]) -> dict[str, Any]:
    """Facts that know where each came from, for `origin(…)` in rules; slots that nobody gave are derived. To be read, not kept."""
    fields = {f"{slot}.{field}": fact.origin.kind for (slot, field), fact in chosen.items()}
    slots = {slot: fact.origin.kind for (slot, _), fact in reversed(list(chosen.items()))}
    return with_origins(known, {**dict.fromkeys(known, "derived"), **slots, **fields})


def as_facts(chosen: Mapping[Place, Fact], *, uncertain: bool = True) -> Facts:
    """Plain facts (slot → field → value); `uncertain=False` leaves out what nobody has confirmed yet."""
    merged: Facts = {}
    for (slot, field), fact in chosen.items():
        if uncertain or rank(fact) != UNCERTAIN:
            merged.setdefault(slot, {})[field] = fact.value
    return merged
