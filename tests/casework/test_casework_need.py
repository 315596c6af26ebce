"""Need to know, per evidence: roles × objects × doors. One case of a family with an open item, its certificates issued so far."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from casework_world import FakeAgencies, citizen_of, officer_of, opened, submission, until, working
from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.cases.need import needed_papers, needed_slots, needed_types
from onething.casework.certificates import service as certificates
from onething.casework.models import InboxFilter
from onething.casework.officers.service import inbox, work_item
from onething.casework.service import case_view, newest, search
from onething.casework.tables import CertificateRow, TaskRow, WorkItemRow
from onething.catalog.models import LifeEvent
from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange.models import Answer, Call, Outcome

ADMIN, AUDITOR = Principal(Role.ADMIN, "a"), Principal(Role.AUDITOR, "b")
STRANGER = Principal(Role.CITIZEN, "s", "别人", "subj_stranger")
PAPERS = [
    {"digest": "1", "type": "birth_certificate", "slot": slot}
    for slot in ("birth_certificate", "low_income", "no_such", None)
]


def event() -> LifeEvent:
    return next(each for each in get_city().life_events if each.id == "newborn")


def test_what_an_agency_needs_follows_from_its_own_services_in_every_city_package() -> None:
    for each in get_city().life_events:
        agencies = {service.agency for service in each.services}
        for agency in agencies:
            needed = needed_slots(each, agency)
            own = [service for service in each.services if service.agency == agency]
            assert all(
                {*service.requires, *service.outputs} & {s.id for s in each.slots} <= needed for service in own
            ), agency
            assert needed <= {slot.id for slot in each.slots}
        assert needed_slots(each, "no_such_agency") == frozenset()
        assert needed_types(get_city(), "no_such_agency")[each.id] == frozenset()


def test_papers_go_to_those_who_need_their_slot_and_unplaced_ones_to_the_agency_that_leads() -> None:
    lead = event().lead_agency
    needed = frozenset({"birth_certificate"})
    assert [p["slot"] for p in needed_papers(event(), "civil", PAPERS, needed)] == ["birth_certificate"]
    assert [p["slot"] for p in needed_papers(event(), lead, PAPERS, needed)] == ["birth_certificate", None]


def low_income(call: Call) -> Answer | None:
    if call.operation != "civil.low_income":
        return None
    data = {"household_number": "L1", "level": "A", "since": "2024-01-01", "valid_until": "2027-01-01"}
    return Answer(Outcome.OK, data)


def _code(act: Callable[[], Any]) -> str:
    try:
        act()
    except Problem as problem:
        return problem.kind.code
    return "ok"


@pytest.mark.slow
async def test_roles_by_objects_by_doors(db: Database) -> None:
    agencies, filing = FakeAgencies(), submission(db)
    agencies.script = low_income
    ref = opened(db, filing)

    def waiting() -> str | None:
        with db.reading() as session:
            return session.scalar(select(WorkItemRow.id).where(WorkItemRow.agency == "civil"))

    def issued() -> bool:
        with db.reading() as session:
            return len(session.scalars(select(CertificateRow.id)).all()) >= 2

    async with working(db, agencies):
        await until(lambda: waiting() and issued(), 60)
    item = str(waiting())
    with db.transaction() as session:
        _everybody(session, ref.id, ref.reference, item, citizen_of(filing))
        parts = set(session.scalars(select(TaskRow.agency).where(TaskRow.case_id == ref.id)))
        held = session.scalars(select(CertificateRow)).all()
        for agency in sorted(parts):
            _officer_of(session, ref.id, agency, held)


def _everybody(session: Session, case_id: str, reference: str, item: str, her: Principal) -> None:
    """Who may open what, by each door that leads to it."""
    part, outside = officer_of("civil"), officer_of("no_such_agency")
    certificate = session.scalars(select(CertificateRow)).first()
    assert certificate is not None
    doors: dict[str, Callable[[Principal], Any]] = {
        "case": lambda who: case_view(session, who, case_id),
        "by reference": lambda who: case_view(session, who, reference),
        "item": lambda who: work_item(session, who, item),
        "certificate": lambda who: certificates.certificate_of(session, who, certificate.id),
    }
    seen = {
        (name, who.role.value if who not in (outside, STRANGER) else "outside"): _code(lambda who=who, door=door: door(who))
        for name, door in doors.items() for who in (her, part, outside, ADMIN, AUDITOR, STRANGER)
    }  # fmt: skip
    assert {key for key, code in seen.items() if code == "ok"} >= {
        ("case", "citizen"),
        ("case", "officer"),
        ("item", "officer"),
    }
    for name in doors:
        assert seen[name, "admin"] in {
            "casework.case_not_found",
            "casework.item_not_found",
            "casework.certificate_not_found",
            "rights.other_role",
        }, name
        assert seen[name, "outside"] != "ok", name
        assert seen[name, "auditor"] == "ok", name
    assert (newest(session, ADMIN).items, search(session, ADMIN, reference).items) == ((), ())
    assert newest(session, AUDITOR).items
    lines = inbox(session, ADMIN, InboxFilter()).items
    assert lines, "the queue itself is hers to run"
    assert all("*" in line.applicant for line in lines)


def _officer_of(session: Session, case_id: str, agency: str, held: Any) -> None:
    """What the case page of one agency's officer holds: only what her part rests on."""
    needed, officer = needed_slots(event(), agency), officer_of(agency)
    types = needed_types(get_city(), agency)["newborn"]
    view = case_view(session, officer, case_id)
    shown = {each.id for each in view.certificates}
    assert shown == {each.id for each in held if each.agency == agency or each.evidence_type in types}
    for each in held:
        opened_it = _code(lambda each=each: certificates.certificate_of(session, officer, each.id)) == "ok"
        assert opened_it == (each.id in shown), (agency, each.evidence_type)
        found = {one.id for one in certificates.find_certificates(session, officer, each.code)}
        assert (each.id in found) <= (each.id in shown)
    assert all(paper["slot"] in needed for paper in view.documents if paper.get("slot"))
    assert not any(task.result for task in view.tasks if task.agency != agency)
    for item in session.scalars(select(WorkItemRow).where(WorkItemRow.agency == agency)):
        detail = work_item(session, officer, item.id)
        named = {name.partition(".")[0] for finding in detail.findings for name in finding.facts}
        assert {each.slot for each in detail.evidence} <= needed | named
        assert re.search(r"\*", detail.item.applicant)
