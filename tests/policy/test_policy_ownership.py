"""Whose a clause is: its agency's, with all its versions and its money; found by trying to take another agency's in every way."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.policy.events import PolicyClauseLive
from onething.policy.knowledge import store
from onething.policy.models import Budget, Relation
from rights.rights_world import RULES, clause

HRSS = Principal(Role.OFFICER, "hrss.one", agency_id="hrss")
TAX = Principal(Role.OFFICER, "tax.one", agency_id="tax")
BOTH = replace(HRSS, user_id="both", also_at=("tax",))
ADMIN = Principal(Role.ADMIN, "boss")


@pytest.fixture
def live(db: Database) -> str:
    """The version of a clause of hrss that is in force."""
    with db.transaction() as session:
        made = store.start_clause(session, HRSS, clause("jobs", budget=Budget(key="jobs", amount=Decimal(1000))), RULES)
        store.submit_clause(session, HRSS, made.rule.id)
        store.approve_clause(session, ADMIN, made.rule.id)
    return made.rule.id


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "jobs", "agency": "tax"},  # another agency's clause under one's own name
        {"id": "jobs", "agency": "hrss"},  # another agency's clause
        {"id": "jobs", "agency": ""},
        {"id": "new", "agency": "hrss"},  # a clause of one's own making for another agency
        {"id": "new", "agency": "tax", "budget": Budget(key="jobs", amount=Decimal(5))},  # another agency's money
    ],
)  # fmt: skip
def test_an_officer_starts_nothing_that_is_another_agencys(db: Database, live: str, changes: dict[str, Any]) -> None:
    values = {"budget": None} | changes
    with pytest.raises(Problem, match="other_agency"), db.transaction() as session:
        store.start_clause(session, TAX, clause(values.pop("id"), **values), RULES)
    with db.reading() as session:
        assert [each.clause.id for each in store.live_versions(session)] == ["jobs"]


def test_a_draft_of_ones_own_is_not_given_to_another_agency_nor_its_purse_opened(db: Database, live: str) -> None:
    with db.transaction() as session:
        mine = store.start_clause(session, TAX, clause("relief", agency="tax", budget=None), RULES)
    for changed in ({"agency": "hrss"}, {"budget": Budget(key="jobs", amount=Decimal(9))}):
        with pytest.raises(Problem, match="other_agency"), db.transaction() as session:
            store.save_clause(session, TAX, mine.rule.id, mine.clause.model_copy(update=changed), RULES, mine.rule.lock)
    with db.reading() as session:
        kept = store.clause_version(session, TAX, mine.rule.id).clause
    assert (kept.agency, kept.budget) == ("tax", None)


def test_drafts_are_read_by_their_agency_and_who_oversees_it_and_what_was_approved_by_all(db: Database, live: str) -> None:  # fmt: skip
    with db.transaction() as session:
        draft = store.start_clause(session, HRSS, clause("jobs", text="改", budget=None), RULES)
    with db.reading() as session:
        for reader in (HRSS, ADMIN, Principal(Role.AUDITOR, "audit")):
            assert store.clause_version(session, reader, draft.rule.id).clause.text == "改"
            assert len(store.clauses_of(session, reader, "eli/x")) == 2
        assert store.clause_version(session, TAX, live).clause.id == "jobs"
        assert [each.rule.id for each in store.clauses_of(session, TAX, "eli/x")] == [live]
        assert store.unfinished(session, TAX, "jobs") == []
        with pytest.raises(Problem, match="other_agency"):
            store.clause_version(session, TAX, draft.rule.id)


def test_a_clause_moves_by_an_officer_of_both_agencies_and_is_the_others_from_then_on(db: Database, live: str) -> None:
    with db.transaction() as session:
        moved = store.start_clause(session, BOTH, clause("jobs", agency="tax", budget=Budget(key="jobs", amount=Decimal(1000))), RULES)  # fmt: skip
        store.submit_clause(session, BOTH, moved.rule.id)
        with pytest.raises(Problem, match="other_agency"):
            store.approve_clause(session, HRSS, moved.rule.id)
        store.approve_clause(session, TAX, moved.rule.id)
    with pytest.raises(Problem, match="other_agency"), db.transaction() as session:
        store.start_clause(session, HRSS, clause("jobs", budget=None), RULES)


def test_who_wrote_it_does_not_approve_it_as_an_administrator(db: Database) -> None:
    with db.transaction() as session:
        made = store.start_clause(session, HRSS, clause("jobs"), RULES)
        store.submit_clause(session, HRSS, made.rule.id)
    with pytest.raises(Problem, match="same_person"), db.transaction() as session:
        store.approve_clause(session, Principal(Role.ADMIN, HRSS.user_id), made.rule.id)
    with db.reading() as session:
        assert store.live_clauses(session) == []
    assert PolicyClauseLive.NAME


def test_what_decides_who_is_paid_is_not_related_by_others(db: Database, live: str) -> None:
    excludes = Relation(kind="excludes", source="relief", target="jobs", note="就高不重复")
    with pytest.raises(Problem, match="other_agency"), db.transaction() as session:
        store.relate(session, TAX, excludes)
    with db.transaction() as session:
        store.relate(session, HRSS, excludes)
        assert store.relations(session) == [excludes]
