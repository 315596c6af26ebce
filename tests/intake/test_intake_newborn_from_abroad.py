"""Parents without a resident identity card: a foreign father, a mother from Hong Kong, both from elsewhere; from the paper to the certificates."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
from intake_world import FakeExchange, FakeReader, World, document
from sqlalchemy import select

from onething.casework import service as casework
from onething.casework.certificates.service import certificate_pdf
from onething.casework.execution.contrib.plain_engine import PlainEngine
from onething.casework.execution.worker import Worker
from onething.casework.models import CaseStatus
from onething.casework.officers.service import claim_item, decide, inbox, work_item
from onething.casework.tables import CaseRow
from onething.catalog.service import get_city
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.documents.service import document_types
from onething.exchange.service import Exchange
from onething.exchange.settings import ExchangeSettings
from onething.host.assembling import subscribe
from onething.identity.principals import principal_from
from onething.intake import service as intake
from onething.notices.service import messages_for
from onething.sandbox.service import CityHandles, running

pytestmark = pytest.mark.slow
POLICE = Principal(Role.OFFICER, "police.test", agency_id="police")


@pytest.fixture(scope="module")
def city() -> Iterator[CityHandles]:
    with running(people=40, births=2) as handles:
        yield handles


def printed_on(birth: dict[str, Any]) -> dict[str, str]:
    names = {field.name for field in next(kind for kind in document_types() if kind.id == "birth_certificate").fields}
    return {name: str(value) for name, value in birth.items() if name in names and value not in (None, "")}


def signed_in(db: Database, city: CityHandles, sub: str) -> Principal:
    """By the claims that the city's identity provider gives of her."""
    from onething.sandbox.identity.accounts import Accounts

    account = Accounts(city.folder / "city.db").find(sub)
    assert account is not None
    with db.transaction() as session:
        return principal_from(session, account.claims, [agency.id for agency in get_city().agencies])


class Family:
    """One filing of a persona's parents, and everything the sandbox's agencies say and do."""

    def __init__(self, db: Database, city: CityHandles, persona: str, who: str = "mother", **paper: str) -> None:
        subscribe()
        self.known = city.persona(persona)
        self.settings = ExchangeSettings(gateways=city.gateways)
        self.me = signed_in(db, city, self.known[who]["sub"])
        self.world = World(db, self.me, FakeReader(), FakeExchange())
        self.certificate = printed_on(self.known["births"][0]) | paper
        self.world.start()
        self.world.upload(document("birth_certificate", self.certificate))

    def answer(self, **answers: str) -> None:
        self.world.answer(**answers)
        self.world.consent()
        self.ask()

    def ask(self) -> None:
        async def run() -> None:
            exchange = Exchange(get_city(), self.world.db, settings=self.settings)
            try:
                await intake.prefill(self.world.db, exchange, self.me, self.world.filing, again=True)
            finally:
                await exchange.aclose()

        asyncio.run(run())

    def carry_on(self, case_id: str) -> CaseStatus:
        """Work until the case is over; an officer of the police approves whatever waits."""

        async def run() -> CaseStatus:
            exchange = Exchange(get_city(), self.world.db, settings=self.settings)
            worker = Worker(self.world.db, get_city(), exchange.ask, PlainEngine(), worker_id="w1", lease_seconds=30.0)
            running = asyncio.ensure_future(worker.run(patience=5))
            try:
                async with asyncio.timeout(60):
                    while not (status := await asyncio.to_thread(self._step, case_id)).over:  # noqa: ASYNC110 - a worker does it
                        await asyncio.sleep(0.05)
                    return status
            finally:
                worker.stop.set()
                await asyncio.wait_for(running, 30)
                await exchange.aclose()

        return asyncio.run(run())

    def _step(self, case_id: str) -> CaseStatus:
        with self.world.db.transaction() as session:
            for item in inbox(session, POLICE).items:
                self.referred = work_item(session, POLICE, item.id)
                claim_item(session, POLICE, item.id)
                version = work_item(session, POLICE, item.id).item.version
                decide(session, POLICE, item.id, "approve", version=version)
            return CaseStatus(session.scalar(select(CaseRow.status).where(CaseRow.id == case_id)) or "")

    def printed(self, case_id: str, kind: str, lang: Any = "zh") -> str:
        with self.world.db.reading() as session:
            view = casework.case_view(session, self.me, case_id)
        (held,) = [each for each in view.certificates if each.evidence_type == kind]
        pages = pypdfium2.PdfDocument(certificate_pdf(self.world.db, self.me, held.id, lang))
        return re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in pages))

    def said(self) -> list[str]:
        with self.world.db.reading() as session:
            return [each.text for each in messages_for(session, self.me.subject_id or "").messages]


def codes(findings: Any) -> set[str]:
    return {finding.code for finding in findings}


def test_a_foreign_fathers_child_is_registered_with_its_mother(db: Database, city: CityHandles) -> None:
    family = Family(db, city, "foreign_father")
    family.answer()
    view = family.world.view()
    assert view.fix_now == (), [(f.code, f.slot, f.field, f.what.zh) for f in view.fix_now]
    facts = {(fact.slot, fact.field): fact for fact in view.facts}
    assert "公安局" in facts["father_id", "name"].said.zh
    household = next(q for q in view.questions if q.name == "choices.household_of")
    assert [value for value, _ in household.options] == ["mother"], "a foreigner has no household register to join"
    case = family.world.submit().case_id
    assert family.carry_on(case) is CaseStatus.DONE
    assert any("国籍" in finding.words.zh for finding in family.referred.findings), (
        "police judge the child's nationality"
    )
    text = family.printed(case, "e_birth_certificate")
    assert "Jean-LucO'Connor" in text.replace("’", "'")
    assert "护照（美国）C08294417" in text
    assert "Passport(UnitedStates)C08294417" in family.printed(case, "e_birth_certificate", "en")
    assert any(each.startswith("顾女士") for each in family.said())


def test_a_mother_from_hong_kong_files_herself_and_her_child_joins_its_father(db: Database, city: CityHandles) -> None:
    family = Family(db, city, "hong_kong_mother")
    with db.reading() as session:
        from onething.subjects.service import person

        me = person(session, family.me.subject_id or "")
    assert (me.id_number, me.phone, me.masked_id) == ("HK_MACAO_PERMIT:H08291374", "+85291234567", "H*****374")
    family.answer(**{"choices.household_of": "father"})
    view = family.world.view()
    assert view.fix_now == (), [(f.code, f.slot, f.field, f.what.zh) for f in view.fix_now]
    case = family.world.submit().case_id
    assert family.carry_on(case) is CaseStatus.DONE
    with db.reading() as session:
        tasks = {task.id: task.status for task in casework.case_view(session, family.me, case).tasks}
    for service in ("household_registration", "maternity_claim", "childcare_subsidy", "infant_deduction"):
        assert tasks[f"service:{service}"] == "done", tasks
    assert "港澳居民来往内地通行证H08291374" in family.printed(case, "e_birth_certificate")
    assert family.said()
    assert not any("女士" in each or "先生" in each for each in family.said()), (
        "no sex is guessed from the number of a permit"
    )


def test_where_neither_parent_is_in_the_register_the_rest_is_done_and_she_is_told_before(
    db: Database, city: CityHandles
) -> None:
    family = Family(db, city, "both_from_abroad")
    family.answer()
    view = family.world.view()
    assert view.fix_now == (), [(f.code, f.slot, f.field, f.what.zh) for f in view.fix_now]
    assert "choices.household_of" not in {question.name for question in view.questions}, (
        "nobody asks what has no answer"
    )
    case = family.world.submit().case_id
    assert family.carry_on(case) is CaseStatus.DONE
    with db.reading() as session:
        tasks = {task.id: task.status for task in casework.case_view(session, family.me, case).tasks}
    assert "service:household_registration" not in tasks
    assert {
        tasks[f"service:{each}"] for each in ("birth_certificate_issue", "immunisation_record", "child_health_record")
    } == {"done"}
    text = family.printed(case, "e_birth_certificate")
    assert "护照（德国）C01X00T47" in text
    assert "Hans-JürgenMüller" in text
    assert any(each.startswith("林女士") for each in family.said()), (
        "a residence permit has a citizen id number, which tells the sex"
    )


def test_the_number_on_the_paper_asks_for_its_kind_and_is_right_once_that_is_said(
    db: Database, city: CityHandles
) -> None:
    family = Family(db, city, "foreign_father", father_id_number="C08294417")
    family.answer()
    wrong = [finding for finding in family.world.view().fix_now if finding.field == "father_id_number"]
    assert "bad_paper" in codes(wrong)
    with db.transaction() as session:
        given = {"birth_certificate.father_id_number": "PASSPORT:USA:C08294417"}
        intake.set_answers(session, family.me, family.world.filing, given, source="corrected")
    family.world.consent()
    family.ask()
    assert family.world.view().fix_now == ()


def test_a_father_from_abroad_files_for_his_child(db: Database, city: CityHandles) -> None:
    family = Family(db, city, "foreign_father", "father")
    family.answer()
    found = family.world.view()
    assert "not_a_parent" not in codes(found.fix_now)
    assert "not_about_you" not in codes(found.fix_now)


def test_an_officer_finds_cases_and_certificates_by_the_number_on_the_permit(db: Database, city: CityHandles) -> None:
    family = Family(db, city, "hong_kong_mother")
    family.answer(**{"choices.household_of": "father"})
    case = family.world.submit().case_id
    police = Principal(Role.OFFICER, "police.test", agency_id="police")
    with db.reading() as session:
        for wanted in ("H08291374", "h08291374", "HK_MACAO_PERMIT:H08291374"):
            assert [each.id for each in casework.search(session, police, wanted).items] == [case]
        assert casework.search(session, police, "H08291375").items == ()
