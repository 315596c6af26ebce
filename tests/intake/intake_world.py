"""A mother at the start of her filing: real catalog of Shanghai, real database, agencies and reader played here."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from onething.core.access import Principal, Role
from onething.core.clock import now
from onething.core.db import Database
from onething.core.identifiers import citizen_id_check_digit
from onething.documents.models import ReadDocument, ReadField
from onething.exchange.models import Answer, Call, Outcome
from onething.intake import service as intake
from onething.subjects.service import ensure_person


def id_number(birth: str, female: bool, serial: int = 12) -> str:
    first = f"310101{birth}{serial:02d}{2 if female else 1}"
    return first + citizen_id_check_digit(first)


MOTHER, FATHER = id_number("19950302", True), id_number("19930711", False)
STRANGER = id_number("19880101", True, 77)
BIRTH = {
    "certificate_number": "X310123456", "child_name": "王小满", "child_sex": "female", "born_at": "2026-11-20T08:15",
    "gestation_weeks": "39", "weight_g": "3250", "length_cm": "50", "hospital": "上海市第一妇婴保健院",
    "birth_address": "上海市浦东新区高科西路2699号", "mother_name": "李晓燕", "mother_id_number": MOTHER,
    "father_name": "王建国", "father_id_number": FATHER, "issued_on": "2026-11-21", "issuer": "上海市第一妇婴保健院",
}  # fmt: skip
MOTHER_CARD = {
    "name": "李晓燕", "sex": "female", "ethnicity": "汉", "birth_date": "1995-03-02", "address": "上海市黄浦区方斜路419号",
    "id_number": MOTHER,
}  # fmt: skip
FATHER_CARD = MOTHER_CARD | {"name": "王建国", "sex": "male", "birth_date": "1993-07-11", "id_number": FATHER}
STRANGER_CARD = MOTHER_CARD | {"name": "张三丰", "birth_date": "1988-01-01", "id_number": STRANGER}
ANSWERS = {
    "choices.household_of": "mother", "choices.home_address": "上海市黄浦区方斜路419号6号楼502室",
    "choices.pay_premium": "true", "deduction_choice.share": "100",
}  # fmt: skip


def document(kind: str | None, values: dict[str, str], *, uncertain: tuple[str, ...] = (), **more: Any) -> ReadDocument:
    fields = {
        name: ReadField(value=value, confidence=0.99, certain=name not in uncertain, box=(0.1, 0.1, 0.3, 0.05))
        for name, value in values.items()
    }
    return ReadDocument(file="photo.jpg", type=kind, fields=fields, **more)


def photo(shade: int = 200) -> bytes:
    """A small picture; another `shade` is another file."""
    out = BytesIO()
    Image.new("RGB", (640, 480), (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


@dataclass
class FakeReader:
    """Gives the next prepared result; an exception in the list is raised."""

    results: list[Any] = field(default_factory=list)
    reads: int = 0

    def read(
        self, content: bytes, filename: str, timeout: float = 60, keep: Any = None, owner: str = ""
    ) -> list[ReadDocument]:
        self.reads += 1
        result = self.results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result if isinstance(result, list) else [result]


RECORDS: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    "health.birth_record": lambda p: {**BIRTH, "status": "valid"} if p["certificate_number"] == BIRTH["certificate_number"] else None,
    "police.resident": lambda p: {MOTHER: MOTHER_CARD, FATHER: FATHER_CARD}.get(p["id_number"]),
    "police.household": lambda p: {
        "household_number": "310101000123", "household_type": "family", "head_name": "李大山", "address": "上海市黄浦区方斜路419号",
        "member_count": 3,
    },
    "civil.marriage": lambda p: {
        "certificate_number": "J310101-2022-001234", "husband_name": "王建国", "husband_id_number": FATHER,
        "wife_name": "李晓燕", "wife_id_number": MOTHER, "registered_on": "2022-05-20", "authority": "黄浦区民政局", "status": "valid",
    },
    "medins.insured": lambda p: {"insurance_number": "310001", "scheme": "employee", "status": "active", "months_paid": 60},
    "medins.maternity_stay": lambda p: {
        "settlement_number": "S1", "hospital": "上海市第一妇婴保健院", "admitted_on": "2026-11-19", "discharged_on": "2026-11-22",
        "delivery_kind": "natural", "total_cost": "8000.00", "fund_paid": "6000.00", "self_paid": "2000.00",
    },
    "hrss.employment": lambda p: {"employer": "上海某公司", "since": "2020-01-01", "average_wage": "12000.00"},
    "hrss.card_account": lambda p: {"bank": "工商银行", "account_number": "6222020012345678903", "account_name": "李晓燕", "status": "active"},
    "tax.taxpayer": lambda p: {"taxpayer_number": MOTHER, "employer": "上海某公司", "status": "active"},
    "civil.low_income": lambda p: None,
}  # fmt: skip


@dataclass
class FakeExchange:
    """Agencies whose mood can be set per operation: an `Outcome`, seconds to wait, or a function."""

    moods: dict[str, Any] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def down_agencies(self) -> set[str]:
        return set()

    async def ask(self, call: Call) -> Answer:
        self.calls.append(call)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0.01)
            mood = self.moods.get(call.operation)
            if isinstance(mood, int | float):
                await asyncio.sleep(mood)
            elif isinstance(mood, Outcome):
                return Answer(mood, code="played", at=now())
            data = (mood if callable(mood) else RECORDS[call.operation])(call.params)
            return (
                Answer(Outcome.OK, dict(data), at=now(), message_id="m")
                if data
                else Answer(Outcome.NOT_FOUND, at=now())
            )
        finally:
            self.at_once -= 1

    def asked(self) -> set[str]:
        return {call.operation for call in self.calls}


@dataclass
class World:
    db: Database
    me: Principal
    reader: FakeReader
    exchange: FakeExchange
    filing: str = ""

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.db.transaction() as session:
            yield session

    def start(self) -> str:
        with self.session() as session:
            self.filing = intake.start_filing(session, self.me, "newborn").id
        return self.filing

    def upload(self, *documents: ReadDocument | Exception, shade: int = 200, name: str = "photo.png") -> str:
        """One file with these documents on it, uploaded and read."""
        with self.session() as session:
            up = intake.add_upload(session, self.me, self.filing, photo(shade), name)
        self.reader.results.append(list(documents))
        intake.ReadingQueue(self.db, self.reader).step()
        return up.document_id

    def answer(self, **extra: Any) -> Any:
        with self.session() as session:
            return intake.set_answers(session, self.me, self.filing, {**ANSWERS, **extra})

    def consent(self, *names: str) -> None:
        with self.session() as session:
            view = intake.filing_view(session, self.me, self.filing)
            wanted = names or tuple(consent.operation for consent in view.consents)
            intake.give_consents(session, self.me, self.filing, wanted)

    def prefill(self, **how: Any) -> Any:
        return asyncio.run(intake.prefill(self.db, self.exchange, self.me, self.filing, **how))

    def view(self) -> intake.FilingView:
        with self.session() as session:
            return intake.filing_view(session, self.me, self.filing)

    def submit(self, key: str = "") -> intake.Submitted:
        with self.session() as session:
            return intake.submit(session, self.me, self.filing, key)

    def ready(self, name: str = "photo.png") -> str:
        """A filing that lacks nothing; `name` is what the paper's file is called."""
        self.start()
        self.upload(document("birth_certificate", BIRTH), name=name)
        self.answer()
        self.consent()
        self.prefill()
        return self.filing


def sign_in(db: Database, name: str = "李晓燕", number: str = MOTHER) -> Principal:
    with db.transaction() as session:
        person = ensure_person(session, oidc_sub=f"sub-{number[-6:]}", name=name, id_number=number, phone="13800138000")
    return Principal(Role.CITIZEN, f"u-{number[-4:]}", name, person.id)


def make_world(db: Database) -> World:
    return World(db, sign_in(db), FakeReader(), FakeExchange())


SEPARATE = ("health.birth_record", "medins.insured", "medins.maternity_stay", "hrss.card_account", "civil.low_income")
"""Sensitive data of the shipped life event: each is consented to by itself."""
EVERYTHING = ("*", *SEPARATE)


def payload(key: str = "k1", **more: Any) -> dict[str, Any]:
    """A whole filing in one request."""
    facts: dict[str, dict[str, Any]] = {"birth_certificate": dict(BIRTH)}
    for name, value in ANSWERS.items():
        slot, _, field = name.partition(".")
        facts.setdefault(slot, {})[field] = value
    return {"life_event": "newborn", "key": key, "facts": facts, "consents": list(EVERYTHING), **more}
