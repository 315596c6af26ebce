"""The real city package with agencies played in memory: every call is seen, every effect is counted by its key."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import select

from onething.casework.execution.contrib.plain_engine import PlainEngine
from onething.casework.execution.engine import Engine
from onething.casework.execution.worker import Worker
from onething.casework.models import CaseRef, CaseStatus, Pace, Submission
from onething.casework.service import open_case
from onething.casework.tables import CaseRow, TaskRow
from onething.catalog.service import get_city
from onething.core import events
from onething.core.access import Principal, Role
from onething.core.db import Database
from onething.core.identifiers import citizen_id_check_digit
from onething.exchange.models import Answer, Call, Outcome
from onething.subjects.service import ensure_person

QUICK = Pace(backoff=(0.05, 0.05, 0.1), nonsense_pause=0.01, ask_after=2, started_after=0.5)


def citizen(serial: int, day: str = "19900307") -> str:
    area, last = divmod(serial, 1000)
    first17 = f"3101{1 + area:02d}{day}{last:03d}"
    return first17 + citizen_id_check_digit(first17)


def query_answers(mother: str, father: str, certificate: str) -> dict[str, dict[str, Any]]:
    """What the registries have on record about an ordinary family."""
    return {
        "health.birth_record": {
            "certificate_number": certificate, "child_name": "王小宝", "child_sex": "male",
            "born_at": "2026-11-10T08:30", "gestation_weeks": 39, "weight_g": 3300, "length_cm": 50,
            "hospital": "上海市第一妇婴保健院", "birth_address": "上海市浦东新区", "mother_name": "李梅",
            "mother_id_number": mother, "father_name": "王强", "father_id_number": father,
            "issued_on": "2026-11-12", "issuer": "上海市第一妇婴保健院", "status": "valid",
        },
        "police.resident": {
            "id_number": mother, "name": "李梅", "sex": "female", "ethnicity": "汉", "birth_date": "1990-03-07",
            "address": "上海市黄浦区", "division": "310101", "valid_from": "2015-01-01", "valid_until": "2035-01-01",
            "issuer": "上海市公安局", "status": "active",
        },
        "police.household": {
            "household_number": "H1001", "household_type": "family", "head_name": "李梅", "head_id_number": mother,
            "address": "上海市黄浦区", "division": "310101", "member_count": 2, "relation": "户主",
        },
        "civil.marriage": {
            "certificate_number": "M1", "husband_name": "王强", "husband_id_number": father, "wife_name": "李梅",
            "wife_id_number": mother, "registered_on": "2020-05-20", "authority": "黄浦区民政局", "status": "valid",
        },
        "medins.insured": {
            "insurance_number": "I1", "scheme": "employee", "status": "active", "months_paid": 60,
            "employer": "某公司", "last_paid_month": "2026-10",
        },
        "medins.maternity_stay": {
            "settlement_number": "S1", "hospital": "上海市第一妇婴保健院", "admitted_on": "2026-11-09",
            "discharged_on": "2026-11-13", "delivery_kind": "normal", "total_cost": "9000.00",
            "fund_paid": "6000.00", "self_paid": "3000.00",
        },
        "hrss.employment": {"employer": "某公司", "employer_uscc": "91310000MA1FL0000X", "since": "2018-01", "average_wage": "12000.00"},
        "hrss.card_account": {"bank": "工商银行", "account_number": "6222000000000000004", "account_name": "李梅", "status": "active"},
        "tax.taxpayer": {"taxpayer_number": "T1", "employer": "某公司", "status": "active"},
    }  # fmt: skip


def perform_answer(operation: str, params: dict[str, Any], serial: int) -> dict[str, Any]:
    """A plausible result of carrying something out; numbers never repeat."""
    name = operation.partition(".")[2]
    return {
        "issue_birth_certificate": {"electronic_number": f"E{serial}", "certificate_number": params.get("certificate_number"), "issued_on": "2026-11-20"},
        "register_birth": {"id_number": citizen(serial % 1000, "20261110"), "name": params.get("child_name"), "household_number": params.get("household_number"), "address": "上海市黄浦区", "registered_on": "2026-11-20", "page_number": f"P{serial}"},
        "open_immunisation_record": {"record_number": f"R{serial}", "station": "社区", "next_vaccine": "乙肝", "next_on": "2026-12-10"},
        "open_child_record": {"handbook_number": f"B{serial}", "centre": "社区中心", "first_visit_on": "2026-12-10"},
        "enrol_resident": {"insurance_number": f"N{serial}", "scheme": "resident", "starts_on": "2026-11-10", "premium": "245.00"},
        "pay_premium": {"receipt_number": f"Q{serial}", "amount": "245.00", "paid_on": "2026-11-20"},
        "claim_maternity": {"claim_number": f"C{serial}", "expense_amount": "3000.00", "allowance_amount": "60000.00", "allowance_days": 158},
        "apply_card": {"card_application_number": f"A{serial}", "card_number": f"K{serial}", "ready_on": "2026-12-01"},
        "declare_infant_deduction": {"declaration_number": f"D{serial}", "monthly_amount": "2000.00", "from_month": "2026-11"},
        "apply_childcare_subsidy": {"application_number": f"U{serial}", "amount": "3600.00", "first_payment_on": "2027-01-01"},
        "add_family_member": {"file_number": f"F{serial}", "effective_from": "2026-12-01"},
    }.get(name, {"done": f"X{serial}"})  # fmt: skip


Script = Callable[[Call], Answer | None]


class FakeAgencies:
    """Stands in for `Exchange.ask`. `script` may answer first; the same key has one effect and one answer."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.effects: Counter[str] = Counter()
        self.answers: dict[str, Answer] = {}
        self.script: Script | None = None
        self.down: set[str] = set()
        self.delay = 0.0
        self.queries = {"civil.low_income"}
        """Asked and not on record."""

    async def ask(self, call: Call) -> Answer:
        self.calls.append(call)
        await asyncio.sleep(self.delay)
        if call.operation.partition(".")[0] in self.down:
            return Answer(Outcome.UNAVAILABLE, code="no_connection")
        said = self.script(call) if self.script else None
        if said is not None:
            return said
        if call.operation in self.queries:
            return Answer(Outcome.NOT_FOUND)
        mother, father, certificate = self._family(call)
        known = query_answers(mother, father, certificate).get(call.operation)
        if known is not None:
            if call.operation == "police.resident":
                known = known | {
                    "id_number": call.params["id_number"],
                    "name": "王强" if call.params["id_number"] == father else "李梅",
                }
            return Answer(Outcome.OK, known, message_id="msg")
        if call.key not in self.answers:
            self.effects[call.key] += 1
            self.answers[call.key] = Answer(
                Outcome.OK, perform_answer(call.operation, call.params, len(self.answers)), message_id="msg"
            )
        return self.answers[call.key]

    def _family(self, call: Call) -> tuple[str, str, str]:
        return FAMILIES.get(call.case_id or "", (citizen(2), citizen(13), "S310000001"))

    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]


FAMILIES: dict[str, tuple[str, str, str]] = {}


def submission(db: Database, n: int = 0, **changes: Any) -> Submission:
    """An ordinary filing of family `n`: a certificate photographed, three questions answered."""
    mother, father, certificate = citizen(2 + 20 * n), citizen(13 + 20 * n), f"S31{n:07d}"
    with db.transaction() as session:
        person = ensure_person(session, oidc_sub=f"sub{n}", name="李梅", id_number=mother, phone="13800000001")
    facts = {
        "applicant": {"name": "李梅", "id_number": mother, "phone": "13800000001"},
        "birth_certificate": query_answers(mother, father, certificate)["health.birth_record"] | {"status": None},
        "choices": {"household_of": "mother", "home_address": "上海市黄浦区", "pay_premium": True},
        "deduction_choice": {"share": "100"},
    }
    values: dict[str, Any] = {
        "key": f"filing-{n}", "city": "shanghai", "life_event": "newborn", "subject_id": person.id, "facts": facts,
    }  # fmt: skip
    return Submission(**(values | changes))


def opened(db: Database, filing: Submission) -> CaseRef:
    with db.transaction() as session:
        ref = open_case(session, filing)
    certificate = filing.facts["birth_certificate"]
    FAMILIES[ref.id] = (
        certificate["mother_id_number"],
        certificate["father_id_number"],
        certificate["certificate_number"],
    )
    return ref


def citizen_of(filing: Submission) -> Principal:
    return Principal(Role.CITIZEN, "sub", subject_id=filing.subject_id)


def officer_of(agency: str, user: str = "o1") -> Principal:
    return Principal(Role.OFFICER, user, agency_id=agency)


@contextlib.asynccontextmanager
async def working(
    db: Database, agencies: FakeAgencies, *, engine: Engine | None = None, worker_id: str = "w1", **options: Any
) -> AsyncIterator[Worker]:
    """A worker inside this test; stopped cleanly at the end."""
    settings: dict[str, Any] = {"pace": QUICK, "lease_seconds": 5.0} | options
    worker = Worker(db, get_city(), agencies.ask, engine or PlainEngine(), worker_id=worker_id, **settings)
    running = asyncio.ensure_future(worker.run(patience=5))
    try:
        yield worker
    finally:
        worker.stop.set()
        await asyncio.wait_for(running, 20)


def status_of(db: Database, case_id: str) -> CaseStatus:
    with db.reading() as session:
        return CaseStatus(session.scalar(select(CaseRow.status).where(CaseRow.id == case_id)))


def tasks_of(db: Database, case_id: str) -> dict[str, tuple[str, str]]:
    with db.reading() as session:
        rows = session.execute(select(TaskRow.task_id, TaskRow.status, TaskRow.code).where(TaskRow.case_id == case_id))
        return {task_id: (status, code) for task_id, status, code in rows}


def events_of(db: Database, case_id: str) -> list[tuple[str, dict[str, Any]]]:
    with db.reading() as session:
        return [(event.type, event.data) for event in events.of_stream(session, case_id)]


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that workers bring about."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - other threads and processes do it
            await asyncio.sleep(0.02)
