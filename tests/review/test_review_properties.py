"""Laws of review that hold for any filing (Hypothesis)."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from review_world import BIRTH_VALUES, CITY, EVENT, STRANGER, TODAY, make_plan, sound

from onething.review.models import Fact, Origin, Review
from onething.review.service import best_facts, merge_facts, review_filing

PLACES = sorted({(fact.slot, fact.field) for fact in sound()})
VALUES = [
    "王小满",
    "王小滿",
    "李晓燕",
    STRANGER,
    "2026-11-20",
    "2030-01-01",
    "X1",
    "",
    *map(str, BIRTH_VALUES.values()),
]
ORIGINS = st.builds(
    Origin,
    kind=st.sampled_from(["upload", "upload", "registry", "answer", "derived", "issued"]),
    ref=st.sampled_from(["a", "b", "health.birth_record"]),
    certain=st.booleans(),
    confidence=st.sampled_from([0.2, 0.9, 1.0]),
    at=st.sampled_from(["", "2026-11-22T10:00:00", "2026-11-23T10:00:00"]),
)
EXTRA = st.lists(
    st.builds(
        lambda place, value, origin: Fact(slot=place[0], field=place[1], value=value, origin=origin),
        st.sampled_from(PLACES), st.sampled_from(VALUES), ORIGINS,
    ),
    max_size=6,
)  # fmt: skip


def review(facts: list[Fact]) -> Review:
    return review_filing(CITY, EVENT, facts, make_plan(), TODAY)


@settings(max_examples=80, deadline=None)
@given(EXTRA, st.integers())
def test_the_order_of_facts_does_not_matter(extra: list[Fact], seed: int) -> None:
    facts = [*sound(), *extra]
    mixed = list(facts)
    random.Random(seed).shuffle(mixed)
    assert merge_facts(mixed) == merge_facts(facts)
    assert review(mixed) == review(facts)


def _matters(outcome: Review) -> set[Any]:
    """What is wrong, whichever side of a comparison it is told about."""
    return {
        (frozenset((f"{f.slot}.{f.field}", f.about)) if f.about else (f.code, f.slot, f.field))
        for f in outcome.findings
        if f.group == "fix_now"
    }


@settings(max_examples=120, deadline=None)
@given(EXTRA, st.data())
def test_an_agreeing_fact_never_adds_a_finding(extra: list[Fact], data: st.DataObject) -> None:
    facts = [*sound(), *extra]
    chosen = data.draw(st.sampled_from(sorted(best_facts(facts).values(), key=lambda fact: (fact.slot, fact.field))))
    agreeing = chosen.model_copy(update={"origin": data.draw(ORIGINS)})
    before, after = review(facts), review([*facts, agreeing])
    assert len(_matters(after)) <= len(_matters(before))
    assert after.may_submit or not before.may_submit


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sound()), max_size=8), st.data())
def test_sound_filings_stay_sound_with_agreeing_copies(copies: list[Fact], data: st.DataObject) -> None:
    again = [fact.model_copy(update={"origin": data.draw(ORIGINS)}) for fact in copies]
    assert review([*sound(), *again]).may_submit


@settings(max_examples=80, deadline=None)
@given(st.lists(ORIGINS, min_size=2, max_size=6))
def test_merging_follows_the_documented_precedence(origins: list[Origin]) -> None:
    def step(origin: Origin) -> int:
        if origin.kind == "upload" and not origin.certain:
            return 6
        return ["issued", "registry", "sign_in", "answer", "upload", "derived"].index(origin.kind)

    facts = [Fact(slot="s", field="f", value=f"v{step(origin)}", origin=origin) for origin in origins]
    assert merge_facts(facts) == {"s": {"f": f"v{min(map(step, origins))}"}}
