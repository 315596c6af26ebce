"""Two numbers of one person: the provider says that both are hers, and everything that is hers stays hers."""

import pytest

from onething.core import events
from onething.core.clock import now
from onething.core.db import Database
from onething.core.identifiers import citizen_id_check_digit
from onething.identity.principals import principal_from, principal_known
from onething.subjects import service as subjects
from onething.subjects.service import Matter

OLD, NEW = "PERMANENT_RESIDENCE:DEU310079110801", "PERMANENT_RESIDENCE:944276197911080018"
PASSPORTS = "PASSPORT:DEU:C01X00T47", "PASSPORT:DEU:C01X99Z12"
CITIZEN = "31010119900307004" + citizen_id_check_digit("31010119900307004")


def claims(number: str, paper: str, **more: object) -> dict[str, object]:
    return {
        "sub": "u-hans",
        "name": "Hans Müller",
        "id_number": number,
        "id_type": paper,
        "phone_number": "13900009904",
    } | more


def signed_in(db: Database, told: dict[str, object]) -> str:
    with db.transaction() as session:
        return principal_from(session, told, []).subject_id or ""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (claims("DEU310079110801", "permanent_residence"), claims("944276197911080018", "permanent_residence", former_id_number="DEU310079110801")),
        (claims("C01X00T47", "passport", id_country="DEU"), claims("C01X99Z12", "passport", id_country="DEU", former_id_numbers=["C01X00T47"])),
    ],
    ids=["permanent residence", "passport"],
)  # fmt: skip
def test_a_renewed_paper_keeps_its_holder(db: Database, before: dict[str, object], after: dict[str, object]) -> None:
    first = signed_in(db, before)
    assert signed_in(db, after) == first
    with db.reading() as session:
        me = subjects.person(session, first)
        assert me.id_number in (NEW, PASSPORTS[1])
        for number in (me.id_number, OLD if "permanent" in str(before["id_type"]) else PASSPORTS[0]):
            found = subjects.find_person(session, number)
            assert found is not None, "she is found by either number"
            assert found.id == first
        known = principal_known(session, after, [])
        assert known is not None, "the next sign-in has nothing to write"
        assert known.subject_id == first


def test_without_the_providers_word_another_number_is_another_person(db: Database) -> None:
    first = signed_in(db, claims("C01X00T47", "passport", id_country="DEU"))
    assert signed_in(db, claims("C01X99Z12", "passport", id_country="DEU")) != first


def test_what_others_filed_about_her_new_number_is_read_together_with_hers(db: Database) -> None:
    with db.transaction() as session:
        mine = subjects.ensure_person(session, oidc_sub="u-hans", name="Hans Müller", id_number=OLD, phone=None)
        other = subjects.ensure_person(session, oidc_sub="u2", name="王小丽", id_number=CITIZEN, phone=None)
        matter = Matter("fil_1", other.id, f"citizen:{other.id}", frozenset({NEW}))
        made = subjects.concern(session, [matter])[NEW]
        assert made != mine.id
        events.record_access(session, subject_id=made, actor="officer:amr:x", what="case", ground="duty")
    told = claims("944276197911080018", "permanent_residence", former_id_number="DEU310079110801")
    assert signed_in(db, told) == mine.id
    with db.transaction() as session:
        assert subjects.concerned_in(session, ["fil_1"]) == [mine.id]
        assert set(subjects.ids_of(session, mine.id)) == {mine.id, made}
        looks = events.accesses_to(session, mine.id, also=subjects.ids_of(session, mine.id))
        assert [look.what for look in looks] == ["case"], "who looked at her before stays in her log"
        assert subjects.concern(session, [Matter("fil_2", other.id, "x", frozenset({OLD, NEW}))]) == {
            OLD: mine.id,
            NEW: mine.id,
        }


def test_two_who_have_both_signed_in_are_never_made_one_by_a_number(db: Database) -> None:
    first = signed_in(db, claims("C01X00T47", "passport", id_country="DEU"))
    second = signed_in(db, claims("C01X99Z12", "passport", id_country="DEU", sub="u-other", name="Somebody Else"))
    again = claims(
        "C01X99Z12", "passport", id_country="DEU", sub="u-other", name="Somebody Else", former_id_number="C01X00T47"
    )
    assert signed_in(db, again) == second
    with db.reading() as session:
        found = subjects.find_person(session, PASSPORTS[0])
        assert found is not None
        assert found.id == first
        assert now() >= found.created_at


def test_a_former_number_that_is_none_is_left_out(db: Database) -> None:
    first = signed_in(db, claims("C01X99Z12", "passport", id_country="DEU", former_id_number="?"))
    assert first
