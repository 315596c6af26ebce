"""The pure function: whatever the act, the person and the thing, it says the same as the condition on rows, and it says why and who may."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, String, Table, create_engine, insert, select

from onething.core.access import Principal, Role
from onething.core.i18n import Text
from onething.core.rights import deciding
from onething.core.rights.service import OFFICIALS, Act, Reach, Scope, apart, declared, may, same_person, who_may

CITIES, AGENCIES = ("shanghai", "hangzhou"), ("tax", "police", "hrss")
HOME = "shanghai"
ENGINE = create_engine("sqlite://")
THINGS = Table("thing", MetaData(), Column("city", String), Column("agency", String))
THINGS.create(ENGINE)
with ENGINE.begin() as connection:
    connection.execute(insert(THINGS), [{"city": city, "agency": agency} for city in CITIES for agency in AGENCIES])

some = st.frozensets
principals = st.builds(
    Principal, st.sampled_from(Role), st.just("u"), agency_id=st.sampled_from([None, *AGENCIES]), also_at=st.lists(st.sampled_from(AGENCIES), max_size=2).map(tuple),
    cities=st.none() | some(st.sampled_from(CITIES)), grants=st.none() | some(st.sampled_from(["*", "room.*", "room.thing.do", "other.*"])),
)  # fmt: skip
acts = st.builds(
    Act, name=st.just("room.thing.do"), says=st.just(Text.same("do")), reach=st.sampled_from(Reach), roles=some(st.sampled_from(sorted(OFFICIALS))),
    looks=st.booleans(),
)  # fmt: skip


@settings(max_examples=300)
@given(principals, acts)
def test_a_decision_and_the_condition_on_rows_agree_on_every_thing(who: Principal, act: Act) -> None:
    condition = deciding.condition(who, act, HOME, city=THINGS.c.city, agency=THINGS.c.agency)
    with ENGINE.connect() as connection:
        shown = {tuple(row) for row in connection.execute(select(THINGS).where(condition))}
    things = [(city, agency) for city in CITIES for agency in AGENCIES]
    allowed = {(c, a) for c, a in things if may(who, act, Scope(city=c, own=c == HOME, agencies=(a,)))}
    assert shown == allowed
    if allowed:
        assert deciding.somewhere(who, act, HOME) or act.reach is Reach.INSTALLATION


@given(principals, acts, st.sampled_from(CITIES), some(st.sampled_from(AGENCIES)))
def test_a_refusal_says_what_and_who_may_in_both_languages(who: Principal, act: Act, city: str, agencies: frozenset[str]) -> None:  # fmt: skip
    decision = may(who, act, Scope(city=city, own=city == HOME, agencies=tuple(sorted(agencies))))
    assert decision.allowed is (decision.reason is None)
    if decision.reason is not None:
        for text in (decision.reason.what, decision.reason.next):
            assert text.zh
            assert text.en
            assert "{" not in text.zh + text.en
        assert decision.reason.kind.status == 403


@given(principals, acts)
def test_a_claim_never_gives_more_than_the_role_has(who: Principal, act: Act) -> None:
    if who.role is not Role.SYSTEM and who.role not in act.roles:
        assert not deciding.somewhere(who, act, HOME)


def test_who_may_is_said_with_the_agency_and_the_city() -> None:
    act = declared()["policy.clause.approve"]
    scope = Scope(
        city="hangzhou", own=False, city_named=Text(zh="杭州市", en="Hangzhou"), agencies=("hrss",),
        named=lambda: Text(zh="人社局", en="Human resources"),
    )  # fmt: skip
    assert who_may(act, scope).zh == "杭州市人社局的工作人员、杭州市的管理员"
    reason = may(Principal(Role.OFFICER, "u", agency_id="tax", cities=frozenset({"hangzhou"})), act, scope).reason
    assert reason is not None
    assert reason.kind.code == "rights.other_agency"
    assert reason.what.zh == "这属于人社局，您不能批准或退回政策条款。"
    assert (
        reason.next.en
        == "Who may: officers of Human resources in Hangzhou, administrators of Hangzhou. Please hand it to them."
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("officer:tax:u_1", "admin:-:u_1", True), ("officer:tax:u_1", "officer:police:u_1", True), ("officer:tax:u_1", "officer:tax:u_2", False),
        ("officer:tax:sha256:ab", "admin:-:sha256:ab", True), ("system", "system", True), ("os:alice", "os:bob", False), ("system", "officer:tax:system", False),
    ],
)  # fmt: skip
def test_the_same_person_in_another_role_is_the_same_person(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same
    assert same_person(other, one) is same


def test_who_did_one_act_does_not_do_the_other_to_the_same_thing() -> None:
    act = declared()["rules.version.approve"]
    scope: Any = Scope(city=HOME, agencies=("tax",), done={"rules.version.draft": ["officer:tax:u_1"]})
    writer_as_admin, other = Principal(Role.ADMIN, "u_1"), Principal(Role.ADMIN, "u_2")
    assert not apart(writer_as_admin, act, scope)
    refused = may(writer_as_admin, act, scope).reason
    assert refused is not None
    assert refused.kind.code == "rights.same_person"
    assert may(other, act, scope)
