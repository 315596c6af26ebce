"""Deciding by the compiled kernel and working out only what something follows from gives what explaining every clause gives."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from fulfilment_world import DAY, NOON, World, clause
from hypothesis import given
from hypothesis import strategies as st

from onething.core.clock import frozen
from onething.core.db import Database
from onething.core.i18n import Text
from onething.core.money import to_fen
from onething.payments import service as payments
from onething.policy.fulfilment.deciding import decide_company
from onething.policy.fulfilment.models import SUPPLEMENT, Award
from onething.policy.fulfilment.states import CLOSED, UNPAID, AwardState
from onething.policy.matching.clauses import make_book
from onething.policy.matching.one import match
from onething.policy.models import Relation
from onething.subjects.profiles.models import Dimension, ProfileSpec

NUMBERS = ("graduates_hired", "apprentices", "employees")
SPEC = ProfileSpec(tuple(Dimension(id=name, type="integer", name=Text(zh=name, en=name), source="hrss") for name in NUMBERS))  # fmt: skip
BOOK = make_book(
    [
        clause("graduates"),
        clause("few", ("company.employees < 30", "company.graduates_hired >= 2"), amount="company.employees * 10"),
        clause("many", ("company.employees >= 20",), amount="company.apprentices * 900"),
        clause("either", ("company.apprentices > 2 or company.graduates_hired > 2",), amount="500"),
        clause("advice", ("company.employees >= 1",), amount="", benefit={"kind": "service", "amount": ""}),
    ],
    DAY,
    [Relation(kind="excludes", source="few", target="many"), Relation(kind="excludes", source="either", target="many")],
)
FACTS = st.fixed_dictionaries({}, optional={name: st.integers(0, 40) for name in NUMBERS})


def award(clause_id: str, state: AwardState, fen: int, version: int) -> Award:
    return Award(f"awd_{clause_id}", clause_id, version, "s", "2026", 1, "hrss", "p", fen, state, "", (), NOON, None, None, "", None, "")  # fmt: skip


AWARDS = st.fixed_dictionaries({}, optional={
    each: st.builds(award, st.just(each), st.sampled_from(list(AwardState)), st.sampled_from((50_000, 600_000, 20_000)), st.integers(1, 2))
    for each in ("graduates", "few", "many", "either")
})  # fmt: skip


def reference(facts: dict[str, Any], awards: list[Award]) -> set[tuple[str, str]]:
    """The same by explaining every clause, in the plainest way."""
    told = {each.id: match(each, facts, SPEC) for each in BOOK.clauses}
    by_clause = {each.clause_id: each for each in awards if each.part < SUPPLEMENT}
    given = {name for name, each in by_clause.items() if each.state not in UNPAID | CLOSED | {AwardState.OBJECTED}}
    due = {name: each.amount for name, each in told.items() if each.outcome == "eligible" and each.amount}
    kept = set(given)
    for name in sorted(due, key=lambda each: (-(due[each] or 0), each)):
        if not kept & BOOK.groups.get(name, frozenset()):
            kept.add(name)
    steps: set[tuple[str, str]] = set()
    for name, found in told.items():
        present = by_clause.get(name)
        unpaid = present is not None and present.state in UNPAID
        if name not in due:
            # Undecided, or of an amount that cannot be told or is nothing: what was promised stands.
            certain_no = all(line.outcome != "no" for line in found.lines) is False
            if unpaid and certain_no:
                steps.add(("end", name))
        elif name not in kept:
            if unpaid:
                steps.add(("displace", name))
        elif present is None or present.state in CLOSED:
            steps.add(("begin", name))
        elif unpaid and (present.fen, present.clause_version) != (to_fen(due[name] or Decimal(0)), 1):
            steps.add(("change", name))
    return steps


@given(FACTS, AWARDS)
def test_the_kernel_decides_what_explaining_every_clause_decides(facts: dict[str, int], awards: dict[str, Award]) -> None:  # fmt: skip
    steps = decide_company(BOOK, {"company": facts}, SPEC, list(awards.values()))
    said = {(step.verb, step.clause.id) for step in steps if step.clause}
    assert said == reference({"company": facts}, list(awards.values()))
    for step in steps:
        if step.verb in ("begin", "change"):
            assert step.found is not None
            assert step.fen > 0
            assert {line.outcome for line in step.found.lines} == {"yes"}


def test_one_report_begins_ends_and_changes_many_benefits_and_the_books_hold(db: Database, spec: ProfileSpec) -> None:
    """Thirty benefits of three purses hang on one figure; all that follows is one company's business of one moment."""
    clauses = [
        clause(f"c{n}", (f"company.graduates_hired {'>=' if n % 2 else '<'} 5",), amount=f"company.graduates_hired * {100 + n}", budget={"key": f"p{n % 3}", "amount": 20_000})
        for n in range(30)
    ]  # fmt: skip
    world = World(db, spec, *clauses)
    with frozen(NOON):
        subject = world.good(graduates_hired=4)
        world.work()
        assert {(a.clause_id, a.state, a.fen) for a in world.awards(subject)} == {(f"c{n}", "noticed", 4 * (100 + n) * 100) for n in range(0, 30, 2)}  # fmt: skip
        world.report(0, "hrss", as_of=DAY - timedelta(days=1), graduates_hired=6)
        world.work()
        states = {a.clause_id: (a.state, a.fen) for a in world.awards(subject)}
        assert all(states[f"c{n}"][0] == "lapsed" for n in range(0, 30, 2))
        assert all(states[f"c{n}"] == ("noticed", 6 * (100 + n) * 100) for n in range(1, 30, 2))
        told = len(world.told(subject))
    held = sum(fen for state, fen in states.values() if state == "noticed")
    with db.reading() as session:
        assert sum(each.reserved for each in payments.purses(session)) == held
    assert told >= 20  # a page of messages holds twenty
    assert world.problems() == ()


def test_of_instalments_that_the_purse_holds_only_in_part_none_is_promised(db: Database, spec: ProfileSpec) -> None:
    parts = [{"share": "0.5", "after_months": 0}, {"share": "0.5", "after_months": 6}]
    world = World(
        db, spec, clause(benefit={"instalments": parts}, budget={"key": "small", "amount": 4_000}),
        clause("other", amount="1500", budget={"key": "small", "amount": 4_000}),
    )  # fmt: skip
    with frozen(NOON):
        subject = world.good()  # 6,000 yuan in two parts of 3,000 do not fit; 1,500 of the other clause do
        world.work()
    assert {(a.clause_id, a.state, a.code) for a in world.awards(subject)} == {("graduates", "waiting", "no_budget"), ("other", "noticed", "")}  # fmt: skip
    with db.reading() as session:
        (purse,) = payments.purses(session)
    assert (purse.reserved, purse.available) == (150_000, 250_000)
    assert world.problems() == ()
