"""Paid without applying: from a changed profile to money, with objection, consent, empty purses, midnight and corrections."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from fulfilment_world import DAY, NOON, World, clause
from hypothesis import given
from hypothesis import strategies as st

from onething.core.access import Principal, Role
from onething.core.clock import frozen
from onething.core.db import Database
from onething.core.errors import Problem
from onething.payments import service as payments
from onething.payments.models import Entry
from onething.policy.fulfilment import service as benefits
from onething.policy.fulfilment.deciding import left_to_give
from onething.policy.matching.clauses import make_book
from onething.policy.models import Relation
from onething.subjects.profiles import accounts
from onething.subjects.profiles.models import ProfileSpec

OFFICER = Principal(Role.OFFICER, "1", agency_id="hrss")
LATER = NOON + timedelta(days=4)


def test_a_company_is_told_and_then_paid_without_having_done_anything(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
        award = world.one(subject)
        assert (award.state, award.fen) == ("noticed", 600_000)
        assert "6,000" in world.told(subject)[0]
        assert award.reasons[0]["outcome"] == "yes"
        world.pay()
        assert world.bank.booked == {}
    with frozen(LATER):
        world.work()
        world.pay()
        assert world.one(subject).state == "paid"
    assert list(world.bank.booked.values()) == [600_000]
    assert world.problems() == ()


def test_matching_again_and_again_pays_once_a_year(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
    for step in range(4):
        with frozen(LATER + timedelta(days=step)):
            with world.db.transaction() as session:
                benefits.look_again(session, [subject])
            world.work()
            world.pay()
    assert len(world.awards(subject)) == 1
    with frozen(NOON.replace(year=2027, month=1, day=2)):
        world.report(0, "hrss", as_of=date(2027, 1, 1), graduates_hired=2)
        world.report(0, "market", as_of=date(2027, 1, 1), status_normal=True)
        world.work()
    assert sorted((a.period, a.fen) for a in world.awards(subject)) == [("2026", 600_000), ("2027", 300_000)]


def test_whoever_objects_is_not_paid_and_the_money_is_free_again(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
        award = world.one(subject)
        with world.db.transaction() as session:
            benefits.object_to(session, subject, award.id, "名单里有两人已离职", f"company:{subject}")
    with frozen(LATER):
        world.work()
        world.pay()
        world.report(0, "hrss", as_of=date(2026, 11, 28), graduates_hired=3)
        world.work()
    assert world.one(subject).state == "objected"
    with world.db.reading() as session:
        (purse,) = payments.purses(session)
    assert (purse.reserved, purse.available) == (0, purse.appropriated)


def test_another_company_cannot_touch_an_award(world: World) -> None:
    with frozen(NOON):
        subject, other = world.good(0), world.company(1)
        world.work()
        award = world.one(subject)
        with pytest.raises(Problem), world.db.transaction() as session:
            benefits.object_to(session, other, award.id, "x", "company:other")
    assert world.one(subject).state == "noticed"


def test_the_company_chooses_another_account_before_it_is_paid(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
        award = world.one(subject)
        with world.db.transaction() as session:
            account = accounts.add_account(session, subject, "9999000011112222", "工商银行")
            benefits.choose_account(session, subject, award.id, account.id, world.desk.book_of, world.desk.terms)
    with frozen(LATER):
        world.work()
        world.pay()
        with world.db.reading() as session:
            (order,) = payments.orders_of(session, subject)
    assert (order.account_tail, order.state) == ("2222", "settled")


def test_without_an_account_it_waits_and_goes_on_when_one_is_added(world: World) -> None:
    with frozen(NOON):
        subject = world.good(account=False)
        world.work()
        assert (world.one(subject).state, world.one(subject).code) == ("waiting", "no_account")
        with world.db.transaction() as session:
            accounts.add_account(session, subject, "6222000000000011", "杭州银行")
            benefits.account_added(session, subject, world.desk.book_of, world.desk.terms)
    assert world.one(subject).state == "noticed"


def test_a_refused_account_is_said_and_another_one_is_paid(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
    world.bank.refuse.add("622200000000000")
    with frozen(LATER):
        world.work()
        world.pay()
        assert (world.one(subject).state, world.one(subject).code) == ("failed", "AC04")
        with world.db.transaction() as session:
            account = accounts.add_account(session, subject, "6222111122223333", "杭州银行")
            benefits.choose_account(session, subject, world.one(subject).id, account.id, world.desk.book_of, world.desk.terms)  # fmt: skip
        world.pay()
    assert world.one(subject).state == "paid"
    assert sum(world.bank.booked.values()) == 600_000
    assert world.problems() == ()


def test_what_binds_the_company_waits_for_its_consent(db: Database, spec: ProfileSpec) -> None:
    world = World(db, spec, clause(benefit={"consent": True, "instalments": [{"share": "0.6"}, {"share": "0.4", "after_months": 6, "require": "company.status_normal = true"}]}))  # fmt: skip
    with frozen(NOON):
        subject = world.good()
        world.work()
        assert {a.state for a in world.awards(subject)} == {"asked"}
        first = next(a for a in world.awards(subject) if a.part == 1)
        with world.db.transaction() as session:
            benefits.consent(session, subject, first.id, world.desk.book_of, world.desk.terms, "company:x")
        world.work()
        world.pay()
        assert {a.part: a.state for a in world.awards(subject)} == {1: "paid", 2: "scheduled"}
    with frozen(NOON + timedelta(days=200)):
        world.report(0, "market", as_of=date(2027, 6, 10), status_normal=True)
        world.work()
        world.pay()
    assert {a.part: (a.state, a.fen) for a in world.awards(subject)} == {1: ("paid", 360_000), 2: ("paid", 240_000)}
    assert world.problems() == ()


def test_the_second_instalment_ends_when_its_condition_does(db: Database, spec: ProfileSpec) -> None:
    world = World(db, spec, clause(requires=("company.graduates_hired >= 1",), benefit={"instalments": [{"share": "0.5"}, {"share": "0.5", "after_months": 1, "require": "company.status_normal = true"}]}))  # fmt: skip
    with frozen(NOON):
        subject = world.good()
        world.work()
    with frozen(NOON + timedelta(days=40)):
        world.report(0, "market", as_of=date(2027, 1, 3), status_normal=False)
        world.work()
        world.pay()
    assert {a.part: a.state for a in world.awards(subject)} == {1: "paid", 2: "lapsed"}
    assert world.problems() == ()


def test_an_instalment_that_was_paid_is_not_paid_again_when_another_begins_anew(
    db: Database, spec: ProfileSpec
) -> None:
    """The first is sent back by the bank, the second is paid; then the figures change, and only what is left goes out."""
    world = World(db, spec, clause(benefit={"instalments": [{"share": "0.5"}, {"share": "0.5"}]}))
    with frozen(NOON):
        subject = world.good()
        world.work()
    with frozen(LATER):
        world.work()
        world.pay()
        (first, second) = sorted(world.awards(subject), key=lambda award: award.part)
        assert [each.state for each in (first, second)] == ["paid", "paid"]
        with world.db.transaction() as session:
            (sent,) = [
                each for each in world.bank.booked if each.lower().startswith(str(first.order_id).removeprefix("pay_"))
            ]
            back = payments.reconcile(session, [Entry("RETURN-1", sent, first.fen, "2026-12-01")])
        assert back.returned == 1
        assert {a.part: a.state for a in world.awards(subject)} == {1: "failed", 2: "paid"}
        world.report(0, "hrss", as_of=date(2026, 11, 29), graduates_hired=6, wage_arrears=False)
        world.work()
    awards = {a.part: a for a in world.awards(subject)}
    assert (awards[2].state, awards[2].fen, awards[2].order_id) == ("paid", second.fen, second.order_id)
    assert (awards[1].state, awards[1].fen) == ("noticed", 900_000 - second.fen), "six graduates, less what was paid"
    with frozen(LATER + timedelta(days=5)):
        world.work()
        world.pay()
    assert {a.part: a.state for a in world.awards(subject)} == {1: "paid", 2: "paid"}
    assert sum(world.bank.booked.values()) - first.fen == 900_000, "what was sent back apart, each fen went out once"
    assert world.problems() == ()


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 10_000_000),
    st.dictionaries(st.integers(1, 7), st.integers(1, 3_000_000), max_size=4),
)  # fmt: skip
def test_what_is_left_and_what_was_given_come_to_the_whole_or_nothing_is_left(
    weights: list[int], fen: int, given_: dict[int, int]
) -> None:
    shares = [{"share": str(Decimal(each) / sum(weights))} for each in weights[:-1]]
    shares.append({"share": str(1 - sum((Decimal(each["share"]) for each in shares), Decimal(0)))})
    ready = make_book([clause(benefit={"instalments": shares})], DAY).by_id["graduates"]
    left = left_to_give(ready, fen, given_)
    assert not set(left) & set(given_), "what was given is never begun anew"
    assert all(each >= 0 for each in left.values())
    gone = sum(given_.values())
    open_ = set(range(1, len(weights) + 1)) - set(given_)
    assert sum(left.values()) == (fen - gone if open_ and fen > gone else 0)


def test_of_two_that_exclude_each_other_the_higher_one_is_paid(db: Database, spec: ProfileSpec) -> None:
    low, high = clause("low", amount="1000"), clause("high", amount="2000")
    world = World(db, spec, low, high, relations=(Relation(kind="excludes", source="low", target="high", group="g"),))
    with frozen(NOON):
        subject = world.good()
        world.work()
        assert [(a.clause_id, a.state) for a in world.awards(subject)] == [("high", "noticed")]


def test_a_higher_one_that_comes_later_takes_the_place_of_what_is_not_paid(db: Database, spec: ProfileSpec) -> None:
    low, high = clause("low", amount="1000"), clause("high", ("company.graduates_hired >= 8",), amount="2000")
    world = World(db, spec, low, high, relations=(Relation(kind="excludes", source="low", target="high", group="g"),))
    with frozen(NOON):
        subject = world.good()
        world.work()
        world.report(0, "hrss", as_of=date(2026, 11, 25), graduates_hired=9)
        world.work()
    assert {a.clause_id: a.state for a in world.awards(subject)} == {"low": "displaced", "high": "noticed"}
    with frozen(LATER):
        world.work()
        world.pay()
    assert list(world.bank.booked.values()) == [200_000]


@pytest.mark.slow
def test_budget_for_one_and_two_hundred_eligible(db: Database, spec: ProfileSpec) -> None:
    world = World(db, spec, clause(amount="1500", budget={"key": "small", "amount": 1500}), days=0)
    with frozen(NOON):
        rows = [
            {"uscc": world_code(n), "name": f"第{n}公司", "as_of": "2026-11-20", "graduates_hired": 1}
            for n in range(200)
        ]
        from onething.subjects.profiles import service as profiles

        with db.transaction() as session:
            assert not profiles.take_in(session, spec, "hrss", rows).refused
        with db.transaction() as session:
            for n in range(200):
                accounts.add_account(session, subject_of(session, n), f"622200000{n:06d}", "杭州银行")
        world.work()
        world.pay()
        with db.reading() as session:
            assert benefits.counts(session) == {"paid": 1, "waiting": 199}
        with db.transaction() as session:
            payments.appropriate(session, "small", 3 * 150_000, "追加")
        world.work()
        world.pay()
        with db.reading() as session:
            assert benefits.counts(session) == {"paid": 4, "waiting": 196}
    assert sum(world.bank.booked.values()) == 4 * 150_000
    assert world.problems() == ()


def world_code(number: int) -> str:
    from onething.sandbox.companies.generate import uscc_of

    return uscc_of(number)


def subject_of(session: object, number: int) -> str:
    from onething.subjects.service import ensure_organisation

    return ensure_organisation(session, uscc=world_code(number), name="").id  # type: ignore[arg-type]


@pytest.mark.slow
def test_the_bank_answers_after_the_time_out_and_nobody_is_paid_twice(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
    world.bank.silent = True
    with frozen(LATER):
        world.work()
        world.pay()
        assert world.one(subject).state == "ordered"
    world.bank.silent = False
    with frozen(LATER + timedelta(minutes=5)):
        world.pay()
        assert world.one(subject).state == "paid"
    assert list(world.bank.times.values()) == [1]


def test_only_the_statement_tells_and_the_award_is_paid(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
    world.bank.silent = True
    with frozen(LATER):
        world.work()
        world.pay()
        with world.db.transaction() as session:
            payments.reconcile(session, world.bank.statement("2026-11-30"))
    assert world.one(subject).state == "paid"


def test_a_right_of_the_last_day_is_paid_after_midnight_and_a_new_one_is_not(db: Database, spec: ProfileSpec) -> None:
    world = World(db, spec, clause(valid_to=date(2026, 11, 26)))
    with frozen(NOON.replace(hour=15, minute=59)):
        subject = world.good(0)
        world.work()
    with frozen(NOON.replace(hour=16, minute=1)):
        late = world.good(1)
        world.work()
    with frozen(LATER):
        with db.transaction() as session:
            benefits.look_again(session, [subject, late])
        world.work()
        world.pay()
    assert world.one(subject).state == "paid"
    assert world.awards(late) == []


def test_what_is_no_longer_due_before_it_is_paid_ends(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
        world.report(0, "hrss", as_of=date(2026, 11, 25), graduates_hired=0)
    with frozen(LATER):
        world.work()
        world.pay()
    assert (world.one(subject).state, world.bank.booked) == ("lapsed", {})
    assert world.problems() == ()


def test_another_amount_before_it_is_paid_is_told_again(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
        world.report(0, "hrss", as_of=date(2026, 11, 25), graduates_hired=6)
        world.work()
        assert (world.one(subject).state, world.one(subject).fen) == ("noticed", 900_000)
    with frozen(LATER):
        world.work()
        world.pay()
    assert list(world.bank.booked.values()) == [900_000]


def test_a_figure_grown_late_takes_back_nothing_that_was_promised(world: World) -> None:
    with frozen(NOON):
        subject = world.good()
        world.work()
        world.report(0, "hrss", as_of=date(2026, 11, 21), wage_arrears=False)
        with world.db.transaction() as session:
            from onething.subjects.profiles import service as profiles

            profiles.refresh(session, world.spec, [subject], on=date(2027, 6, 1))
        world.work()
    assert world.one(subject).state == "noticed"


def _paid(world: World) -> str:
    with frozen(NOON):
        subject = world.good()
        world.work()
    with frozen(LATER):
        world.work()
        world.pay()
    assert world.one(subject).state == "paid"
    return subject


def test_a_correction_upwards_is_supplemented_by_itself(world: World) -> None:
    subject = _paid(world)
    with frozen(LATER):
        world.report(0, "hrss", as_of=date(2026, 11, 20), graduates_hired=7)
        world.work()
    with frozen(LATER + timedelta(days=4)):
        world.work()
        world.pay()
    assert sorted(a.fen for a in world.awards(subject) if a.state == "paid") == [450_000, 600_000]
    assert sum(world.bank.booked.values()) == 1_050_000
    assert world.problems() == ()


def test_a_correction_downwards_waits_for_an_officer_and_the_surplus_comes_back(world: World) -> None:
    subject = _paid(world)
    with frozen(LATER):
        world.report(0, "hrss", as_of=date(2026, 11, 20), graduates_hired=3)
        world.work()
        award = world.one(subject)
        assert award.state == "overpaid"
        with world.db.transaction() as session:
            assert benefits.over_of(session, award.id) == 150_000
            benefits.claim_back(session, OFFICER, award.id, "更正后的招用人数为 3 人")
        assert world.one(subject).state == "recovering"
        assert world.problems() == ()
        with world.db.transaction() as session:
            reference = next(iter(world.bank.booked))
            payments.reconcile(session, [payments.Entry("IN1", reference, 150_000, "2026-12-02")])
        assert (world.one(subject).state, world.one(subject).fen) == ("recovered", 450_000)
        with world.db.reading() as session:
            (purse,) = payments.purses(session)
    assert (purse.receivable, purse.spent) == (0, 450_000)
    assert world.problems() == ()


def test_an_officer_may_leave_it_and_the_same_correction_does_not_come_up_again(world: World) -> None:
    subject = _paid(world)
    with frozen(LATER):
        world.report(0, "hrss", as_of=date(2026, 11, 20), graduates_hired=3)
        world.work()
        with world.db.transaction() as session:
            benefits.keep(session, OFFICER, world.one(subject).id, "已另案处理")
            benefits.look_again(session, [subject])
        world.work()
    assert world.one(subject).state == "paid"


def test_later_news_of_this_year_does_not_correct_what_was_decided_before(world: World) -> None:
    subject = _paid(world)
    with frozen(LATER):
        world.report(0, "hrss", as_of=date(2026, 11, 29), graduates_hired=11)
        world.work()
    assert (world.one(subject).state, world.one(subject).fen) == ("paid", 600_000)
