"""What a case and its pages cost the database: counted, never timed, so that it holds on any machine."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from casework_world import FakeAgencies, citizen_of, opened, status_of, submission, tasks_of, until, working
from sqlalchemy import event, select

from onething.casework.certificates import service as certificates
from onething.casework.models import OUR_FAULT, CaseStatus
from onething.casework.service import case_view
from onething.casework.tables import CertificateRow, TaskRow
from onething.casework.views.reading import newest
from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.db import Database
from onething.exchange.models import Answer, Call, Note, Outcome
from onething.exchange.tables import MessageRow


@contextmanager
def counting(db: Database) -> Iterator[Counter[str]]:
    """Statements by verb and table, and `commit`."""
    counted = Counter[str]()

    def statement(_conn: Any, _cursor: Any, text: str, *_: Any) -> None:
        words = text.replace("(", " ").split()
        before = {"SELECT": "FROM", "INSERT": "INTO", "DELETE": "FROM"}.get(words[0])
        if words[0] != "BEGIN":
            counted[f"{words[0]} {words[words.index(before) + 1] if before in words else words[1]}"] += 1

    def commit(_conn: Any) -> None:
        counted["commit"] += 1

    event.listen(db.engine, "before_cursor_execute", statement)
    event.listen(db.engine, "commit", commit)
    try:
        yield counted
    finally:
        event.remove(db.engine, "before_cursor_execute", statement)
        event.remove(db.engine, "commit", commit)


def statements(counted: Counter[str]) -> int:
    return sum(n for name, n in counted.items() if name != "commit")


async def carried_out(db: Database, agencies: FakeAgencies, numbers: range) -> Counter[str]:
    """What it takes to carry out new cases that are all there from the start; without opening them."""
    refs = [opened(db, submission(db, n)) for n in numbers]
    with counting(db) as counted:
        async with working(db, agencies, places=len(numbers)):
            await until(lambda: all(status_of(db, ref.id).over for ref in refs), 90)
    assert {status_of(db, ref.id) for ref in refs} == {CaseStatus.DONE}
    return counted


async def test_tasks_of_one_moment_share_a_commit(db: Database) -> None:
    counted = await carried_out(db, FakeAgencies(), range(1))
    with db.reading() as session:
        tasks = len(session.scalars(select(TaskRow.task_id)).all())
    assert tasks >= 20
    assert counted["INSERT event_log"] < tasks / 2, counted


async def test_cases_of_one_moment_share_their_commits(db: Database) -> None:
    agencies = FakeAgencies()
    one, many = await carried_out(db, agencies, range(1)), await carried_out(db, agencies, range(1, 9))
    for name in ("INSERT event_log", "INSERT case_evidence", "UPDATE segment"):
        assert many[name] < 4 * one[name], (name, one[name], many[name])


class Noting(FakeAgencies):
    """Agencies whose answers carry a note for the message log, as `Exchange.converse` gives them."""

    def __init__(self, spoilt: str = "") -> None:
        """`spoilt`: the task whose answer cannot be stored."""
        super().__init__()
        self.spoilt = spoilt
        self.number = count(1)

    async def ask(self, call: Call) -> Answer:
        answer = await super().ask(call)
        agency, _, operation = call.operation.partition(".")
        message = {
            "message_id": f"msg_{next(self.number)}", "at": now(), "case_id": call.case_id, "subject_id": call.subject_id,
            "actor": call.actor, "agency": agency, "operation": operation, "purpose": call.purpose, "ground": call.ground,
            "outcome": answer.outcome.value, "code": answer.code, "attempts": 1, "ms": 1.0,
        }  # fmt: skip
        if call.purpose == self.spoilt:
            answer = replace(answer, outcome=Outcome.OK, data={"cannot be stored": object()})
        return replace(answer, note=Note(message))


def logged(db: Database) -> Counter[str]:
    with db.reading() as session:
        return Counter(session.scalars(select(MessageRow.purpose)))


async def test_every_conversation_is_logged_once_with_what_became_of_it(db: Database) -> None:
    agencies, ref = Noting(), opened(db, submission(db))
    with counting(db) as counted:
        async with working(db, agencies):
            await until(lambda: status_of(db, ref.id).over, 60)
    assert logged(db) == Counter(call.purpose for call in agencies.calls)
    assert counted["INSERT exchange_message"] <= counted["INSERT event_log"], "the log is written with the events"


async def test_a_conversation_is_logged_although_its_result_cannot_be_stored(db: Database) -> None:
    spoilt = "fetch:mother_id"
    agencies, ref = Noting(spoilt), opened(db, submission(db))
    async with working(db, agencies):
        await until(lambda: spoilt in logged(db) and logged(db).total() > 5, 60)
        # Held up by a fault of ours and shown to an operator: never done, never refused.
        await until(lambda: tasks_of(db, ref.id)[spoilt] == ("waiting", OUR_FAULT), 60)
        # What shared its commit is stored all the same.
        await until(lambda: "done" in [status for status, _ in tasks_of(db, ref.id).values()], 60)


async def with_certificates(db: Database) -> tuple[Principal, str]:
    filing = submission(db)
    ref = opened(db, filing)
    async with working(db, FakeAgencies()):
        await until(lambda: status_of(db, ref.id).over)
    return citizen_of(filing), ref.id


def page_of(db: Database, principal: Principal, case_id: str) -> tuple[int, int]:
    """(certificates shown with their content, statements that the case page took)."""
    with counting(db) as counted, db.reading() as session:
        view = case_view(session, principal, case_id)
        cards = certificates.with_proofs(session, view.certificates)
    assert all(card.content for card in cards)
    return len(cards), statements(counted)


async def test_a_case_page_asks_no_more_for_ten_certificates_than_for_one(db: Database) -> None:
    holder, case_id = await with_certificates(db)
    page_of(db, holder, case_id)  # what is read once a process
    many, for_many = page_of(db, holder, case_id)
    with db.transaction() as session:
        rest = session.scalars(select(CertificateRow).order_by(CertificateRow.id).offset(1)).all()
        for row in rest:
            session.delete(row)
    one, for_one = page_of(db, holder, case_id)
    assert (one, many > 3) == (1, True)
    assert for_many == for_one


@pytest.mark.parametrize("number", [2, 12])
def test_a_list_of_cases_takes_as_many_statements_however_many_it_shows(db: Database, number: int) -> None:
    for n in range(number):
        opened(db, submission(db, n))
    with counting(db) as counted, db.reading() as session:
        found = newest(session, Principal(Role.AUDITOR, "a"), None, 20)
    assert len(found.items) == number
    assert all(line.applicant for line in found.items)
    assert statements(counted) <= 3, counted
