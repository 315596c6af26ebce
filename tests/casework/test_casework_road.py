"""The main road: a filing becomes certificates by itself, each agency asked once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from casework_world import (
    FakeAgencies,
    citizen_of,
    events_of,
    officer_of,
    opened,
    status_of,
    submission,
    tasks_of,
    until,
    working,
)
from sqlalchemy import event

from onething.casework.models import CaseStatus, Submission
from onething.casework.service import case_view, cases_of, search
from onething.casework.views.reading import newest
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.errors import Problem


async def test_an_ordinary_birth_runs_to_its_certificates_without_anybody(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: status_of(db, ref.id).over)
    assert status_of(db, ref.id) is CaseStatus.DONE, tasks_of(db, ref.id)
    assert max(agencies.effects.values()) == 1
    assert max(Counter(agencies.operations()).values()) <= 2  # residents: mother and father
    happened = Counter(kind for kind, _ in events_of(db, ref.id))
    assert happened["case.submitted"] == happened["case.finished"] == 1
    with db.reading() as session:
        view = case_view(session, citizen_of(filing), ref.id)
        assert [line.id for line in cases_of(session, citizen_of(filing)).items] == [ref.id]
    assert len(view.certificates) >= 4
    enrolment = next(task for task in view.tasks if task.service == "medical_insurance_enrolment")
    assert "service:household_registration" in enrolment.after  # the graph is whole after the case is over
    assert view.supplement is None
    assert not view.may_withdraw


def test_the_same_submission_twice_is_one_case(db: Database) -> None:
    filing = submission(db)
    first, again = opened(db, filing), opened(db, filing)
    assert again.id == first.id
    assert again.already_there


def test_filing_the_same_birth_again_names_the_case_that_is_there(db: Database) -> None:
    first = opened(db, submission(db))
    with pytest.raises(Problem) as refused:
        opened(db, submission(db, key="another-tab"))
    assert refused.value.kind.code == "casework.duplicate_case"
    assert refused.value.values["reference"] == first.reference


def test_two_tabs_submitting_at_once_open_one_case(db: Database) -> None:
    filings = [submission(db, key=f"tab-{i}") for i in range(4)]

    def submit(filing: Submission) -> str:
        try:
            return opened(db, filing).id
        except Problem as problem:
            return str(problem.extra["id"])

    with ThreadPoolExecutor(4) as tabs:
        assert len(set(tabs.map(submit, filings))) == 1


def test_a_case_page_needs_few_queries_and_shows_nobody_elses(db: Database) -> None:
    filing, other = submission(db), submission(db, 1)
    ref = opened(db, filing)
    with db.reading() as session:
        case_view(session, citizen_of(filing), ref.id)  # what is read once a process
    counted: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    with db.reading() as session:
        case_view(session, citizen_of(filing), ref.id)
    assert len(counted) <= 8
    with db.reading() as session, pytest.raises(Problem) as hidden:
        case_view(session, citizen_of(other), ref.id)
    assert hidden.value.kind.code == "casework.case_not_found"
    with db.reading() as session:
        assert search(session, officer_of("police"), " 李 梅 ").items[0].id == ref.id
        assert search(session, officer_of("police"), "李").items == (), (
            "a surname alone would be a key to read the table by"
        )
        assert search(session, officer_of("police"), "李莓").items == ()
        assert search(session, officer_of("nobody"), "李梅").items == ()
        assert search(session, officer_of("police"), ref.reference).items[0].reference == ref.reference
        assert search(session, officer_of("police"), filing.facts["applicant"]["id_number"]).items[0].id == ref.id


def test_lists_page_through_everything_once(db: Database) -> None:
    refs = [opened(db, submission(db, n)) for n in range(5)]
    auditor = Principal(Role.AUDITOR, "a")
    for find in (lambda s, after: search(s, auditor, "李梅", after, 2), lambda s, after: newest(s, auditor, after, 2)):
        seen, after = list[str](), None
        while True:
            with db.reading() as session:
                page = find(session, after)
            seen += [line.id for line in page.items]
            after = page.next
            if after is None:
                break
        assert sorted(seen) == sorted(ref.id for ref in refs)
