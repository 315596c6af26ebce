"""A small life event with two parents and one registry, enough to meet every kind of finding."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from onething.catalog.models import (
    Agency,
    City,
    EvidenceType,
    FieldSpec,
    FromQuestions,
    FromRegistry,
    FromSignIn,
    FromUpload,
    Gateway,
    LifeEvent,
    Question,
    Slot,
)
from onething.core.i18n import Text
from onething.core.identifiers import citizen_id_check_digit
from onething.planning.models import Ask, Plan, PlanEffort, PlannedTask
from onething.planning.reasons import Reasons
from onething.review.models import Fact, Origin

TODAY = date(2026, 11, 23)


def t(word: str) -> Text:
    return Text(zh=word, en=word)


def fields(**types: str) -> tuple[FieldSpec, ...]:
    codes = {"sex": {"male": Text(zh="男", en="male"), "female": Text(zh="女", en="female")}}
    return tuple(
        FieldSpec(
            id=name,
            name=Text(zh=f"[{name}]", en=name),
            type=kind.rstrip("?"),  # type: ignore[arg-type]
            required=not kind.endswith("?"),
            codes=codes.get(name, {}) if kind.startswith("code") else {},
        )
        for name, kind in types.items()
    )


BIRTH = fields(
    certificate_number="text", child_name="name", born_at="datetime", weight_g="number", birth_address="address",
    mother_name="name", mother_id_number="citizen_id", father_name="name", father_id_number="citizen_id", issued_on="date",
)  # fmt: skip
ID_CARD = fields(
    name="name", sex="code", birth_date="date", id_number="citizen_id", address="address?", valid_until="date?"
)


def make_city() -> City:
    registry = FromRegistry(
        registry="health.birth_record", **{"with": {"certificate_number": "birth_certificate.certificate_number"}}
    )
    slots = (
        Slot(id="applicant", type="person", of="applicant", sources=(FromSignIn(sign_in=True),)),
        Slot(id="birth_certificate", type="birth", of="child", sources=(FromUpload(upload="birth_certificate"),)),
        Slot(id="birth_record", type="birth", of="child", sources=(registry,), cross_check=("birth_certificate",)),
        Slot(id="mother_id", type="id_card", of="mother", sources=(FromUpload(upload="id_card_front"),)),
        Slot(id="father_id", type="id_card", of="father", sources=(FromUpload(upload="id_card_front"),)),
        Slot(id="choices", type="choice", of="child", sources=(FromQuestions(ask=("address",)),)),
    )
    event = LifeEvent(
        id="newborn", name=t("出生"), summary=t("出生"), who=t("父母"), slots=slots, services=(), paper=(),
        roles={"mother": Text(zh="母亲", en="mother"), "father": Text(zh="父亲", en="father"), "child": t("孩子"), "applicant": t("您")},
        questions=(Question(field="choices.address", ask=t("送到哪里?")),), lead_agency="health",
    )  # fmt: skip
    return City(
        id="testcity", name=t("测试市"), division="310000", version="v1", life_events=(event,),
        agencies=(Agency(id="health", name=Text(zh="卫生健康委员会", en="health commission"), short=t("卫健委"), gateway=Gateway(url="http://x")),),
        evidence_types=(
            EvidenceType(id="person", name=t("登录信息"), fields=fields(name="name", id_number="citizen_id", phone="phone")),
            EvidenceType(id="birth", name=t("出生医学证明"), fields=BIRTH),
            EvidenceType(id="id_card", name=t("身份证"), fields=ID_CARD),
            EvidenceType(id="choice", name=t("选择"), fields=fields(address="address")),
        ),
    )  # fmt: skip


CITY = make_city()
EVENT = CITY.life_events[0]


def id_number(birth: str, female: bool, serial: int = 12) -> str:
    first = f"310101{birth}{serial:02d}{2 if female else 1}"
    return first + citizen_id_check_digit(first)


MOTHER, FATHER = id_number("19950302", True), id_number("19930711", False)
STRANGER = id_number("19880101", True, 77)
BIRTH_VALUES: dict[str, Any] = {
    "certificate_number": "X310123456", "child_name": "王小满", "born_at": "2026-11-20T08:15", "weight_g": "3250",
    "birth_address": "上海市黄浦区方斜路419号", "mother_name": "李晓燕", "mother_id_number": MOTHER,
    "father_name": "王建国", "father_id_number": FATHER, "issued_on": "2026-11-21",
}  # fmt: skip
MOTHER_VALUES = {"name": "李晓燕", "sex": "female", "birth_date": "1995-03-02", "id_number": MOTHER}
FATHER_VALUES = {"name": "王建国", "sex": "male", "birth_date": "1993-07-11", "id_number": FATHER}
APPLICANT = {"name": "李晓燕", "id_number": MOTHER, "phone": "13800138000"}


def facts_of(slot: str, values: dict[str, Any], kind: str = "upload", **origin: Any) -> list[Fact]:
    reference = {"upload": f"doc_{slot}", "registry": "health.birth_record"}.get(kind, slot)
    where = Origin(kind=kind, **{"ref": reference, **origin})  # type: ignore[arg-type]
    return [Fact(slot=slot, field=field, value=value, origin=where) for field, value in values.items()]


def sound() -> list[Fact]:
    """A filing in which nothing is wrong."""
    return [
        *facts_of("applicant", APPLICANT, "sign_in"),
        *facts_of("birth_certificate", BIRTH_VALUES),
        *facts_of("birth_record", BIRTH_VALUES, "registry"),
        *facts_of("mother_id", MOTHER_VALUES),
        *facts_of("father_id", FATHER_VALUES),
        *facts_of("choices", {"address": "上海市黄浦区方斜路419号6号楼502室"}, "answer"),
    ]


def changed(facts: Iterable[Fact], slot: str, field: str, value: Any, **origin: Any) -> list[Fact]:
    """The facts with one value of one slot replaced, whatever its origin."""
    return [
        fact.model_copy(update={"value": value, "origin": fact.origin.model_copy(update=origin)})
        if (fact.slot, fact.field) == (slot, field)
        else fact
        for fact in facts
    ]


def make_plan(
    asks: tuple[Ask, ...] = (), tasks: tuple[PlannedTask, ...] = (), left_out: dict[str, Reasons] | None = None
) -> Plan:
    effort = PlanEffort(documents=1, fields=1, visits=0, hours=1, width=1, critical_path=())
    return Plan(
        life_event="newborn", city="testcity", catalog_version="v1", tasks=tasks, asks=asks, filled=(),
        left_out=left_out or {}, unreachable={}, effort=effort,
    )  # fmt: skip
