"""Standing consent (秒到账) and a regulation's own period to object: paid in the round that finds it, or when the days are over."""

from datetime import timedelta

from fulfilment_world import NOON, World, clause
from sqlalchemy import select

from onething.core.clock import frozen
from onething.core.db import Database
from onething.notices import service as notices
from onething.policy.fulfilment import service as benefits
from onething.policy.fulfilment.tables import StandingRow
from onething.subjects.profiles.models import ProfileSpec


def agree(world: World, subject: str, scope: str = benefits.EVERYTHING) -> None:
    with world.db.transaction() as session:
        benefits.give_standing(session, subject, scope, f"company:{subject}:u_1")


def test_who_has_agreed_beforehand_is_paid_in_the_round_that_finds_it(world: World) -> None:
    with frozen(NOON):
        subject = world.company()
        agree(world, subject)
        agree(world, subject)
        world.good()
        assert world.desk.run_once().paid == 1, "found and released in one round"
        world.pay()
        assert world.one(subject).state == "paid"
    assert list(world.bank.booked.values()) == [600_000]
    with world.db.reading() as session:
        told = [(each.event_type, each.channel, each.text) for each in notices.messages_for(session, subject).messages]
    assert [kind for kind, _, _ in told] == ["benefit.paid", "benefit.sent"]
    assert "按您事先的同意马上拨付" in told[1][2]
    assert told[1][1] == "portal", "one text message, when the money is there"
    assert world.problems() == ()


def test_who_has_changed_her_mind_is_told_first_again(world: World) -> None:
    with frozen(NOON):
        subject = world.company()
        agree(world, subject)
        with world.db.transaction() as session:
            benefits.end_standing(session, subject, benefits.EVERYTHING, "company:x")
            benefits.end_standing(session, subject, benefits.EVERYTHING, "company:x")
        world.good()
        world.work()
        world.pay()
        assert world.one(subject).state == "noticed"
        assert world.bank.booked == {}
    with world.db.reading() as session:
        assert session.scalars(select(StandingRow)).all() == []


def test_one_companys_agreement_is_not_anothers(world: World) -> None:
    with frozen(NOON):
        first, second = world.company(0), world.company(1)
        agree(world, first)
        world.good(0)
        world.good(1)
        world.work()
        assert (world.one(first).state, world.one(second).state) == ("ordered", "noticed")


def test_what_binds_is_asked_although_everything_else_is_agreed_and_not_when_it_is_agreed_by_name(
    db: Database, spec: ProfileSpec
) -> None:
    world = World(db, spec, clause(benefit={"consent": True}))
    with frozen(NOON):
        first, second = world.company(0), world.company(1)
        agree(world, first)
        agree(world, second, "graduates")
        world.good(0)
        world.good(1)
        world.work()
        assert world.one(first).state == "asked"
        assert world.one(second).state == "ordered"


def test_a_later_instalment_keeps_its_month(db: Database, spec: ProfileSpec) -> None:
    world = World(db, spec, clause(benefit={"instalments": [{"share": "0.5"}, {"share": "0.5", "after_months": 6}]}))
    with frozen(NOON):
        subject = world.company()
        agree(world, subject)
        world.good()
        world.work()
        world.pay()
    assert {each.part: each.state for each in world.awards(subject)} == {1: "paid", 2: "scheduled"}


def test_the_period_to_object_is_the_regulations_own(db: Database, spec: ProfileSpec) -> None:
    world = World(db, spec, clause(benefit={"object_days": 10}), clause("quick", benefit={"object_days": 0}), days=3)
    with frozen(NOON):
        subject = world.good()
        world.work()
        found = {each.clause_id: each for each in world.awards(subject)}
        assert found["graduates"].pay_after == NOON + timedelta(days=10)
        assert found["quick"].state == "ordered"
    with frozen(NOON + timedelta(days=9)):
        world.work()
        assert {each.clause_id: each.state for each in world.awards(subject)}["graduates"] == "noticed"
    with frozen(NOON + timedelta(days=10, seconds=1)):
        world.work()
        assert {each.clause_id: each.state for each in world.awards(subject)}["graduates"] == "ordered"
