"""Every certificate of every city, drawn from a case's facts and sealed: its text says what was certified, and any reader agrees.

Which cities, life events and kinds there are is read from the packages; nothing here counts them.
"""

import itertools
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from casework_world import FakeAgencies, citizen_of, officer_of, opened, status_of, submission, tasks_of, until, working

from onething.casework.certificates import completeness, issuance, lifecycle, trust_keys
from onething.casework.certificates.completeness import CODE
from onething.casework.certificates.held import held_back
from onething.catalog.checking.certificate_prints import given
from onething.catalog.models import City, EvidenceType, FieldSpec, LifeEvent, Slot
from onething.catalog.service import certificate_field, file_of, holder_in, load_city, required_values
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.identifiers import citizen_id_check_digit
from onething.documents.service import render_certificate, tidy, unprintable, words_in
from onething.trust.credentials import service as credentials
from onething.trust.credentials.service import AgencyInfo, Keyring, ToSeal
from strangers_reader import StrangersReader

CITIES = Path(__file__).parents[2] / "cities"
ID = "31010119900307002" + citizen_id_check_digit("31010119900307002")


@lru_cache(maxsize=8)
def city_of(name: str) -> City:
    return load_city(CITIES / name)


def kinds() -> list[tuple[str, str, str, str]]:
    """City, life event, slot, and the agency that gives it: each certificate that some service of some city issues."""
    found: list[tuple[str, str, str, str]] = []
    for folder in sorted(each.parent.name for each in CITIES.glob("*/city.yaml")):
        city = city_of(folder)
        for event in city.life_events:
            for service in event.services:
                found += [
                    (folder, event.id, slot, service.agency) for slot in service.outputs if form(city, event, slot)
                ]
    return found


def form(city: City, event: LifeEvent, slot: str) -> EvidenceType | None:
    kind = city.type_of(event.slot(slot))
    return kind if kind and kind.certificate else None


def made_up(spec: FieldSpec, numbers: Any) -> Any:
    """A value of a field that no other field has, but for people's numbers: so one person is found wherever she is looked for."""
    number = next(numbers)
    match spec.type:
        case "date":
            return f"20{number % 90 + 10}-03-{number % 27 + 1:02d}"
        case "datetime":
            return f"20{number % 90 + 10}-03-{number % 27 + 1:02d}T08:{number % 60:02d}"
        case "money":
            return f"{70_000 + number}.50"
        case "number":
            return 9000 + number
        case "code":
            return next(iter(spec.codes))
        case "bool":
            return True
        case "citizen_id" | "person_id":
            return ID
        case "rows":
            return [{column.id: made_up(column, numbers) for column in spec.fields}]
        case _:
            return f"甲{number:03d}乙"


def facts_of(city: City, event: LifeEvent) -> dict[str, dict[str, Any]]:
    """Facts for every slot of the event; what the event works out itself is left to it."""
    numbers = itertools.count(1)

    def worked_out(slot: Slot) -> bool:
        return any(type(source).__name__ == "FromFacts" for source in slot.sources)

    return {
        slot.id: {spec.id: made_up(spec, numbers) for spec in kind.fields}
        for slot in event.slots
        if not worked_out(slot) and (kind := city.type_of(slot))
    }


def printed(spec: FieldSpec | None, value: Any) -> str:
    """How a value reads on paper, without blanks."""
    text, type_ = str(value), spec.type if spec else "text"
    if spec is not None and spec.codes:
        return spec.codes[text].zh if text in spec.codes else text
    if type_ in {"date", "datetime"}:
        year, month, day = text[:10].split("-")
        return f"{year}年{int(month)}月{int(day)}日{text[11:16]}"
    if type_ == "money":
        return f"¥{float(text):,.2f}"
    return re.sub(r"\s+", "", text)


READERS: dict[str, tuple[Keyring, StrangersReader]] = {}


def bureau(city: City) -> tuple[Keyring, StrangersReader]:
    agencies = {
        each.id: AgencyInfo({"zh": each.name.zh, "en": each.name.en}, frozenset({"any"})) for each in city.agencies
    }
    ring = Keyring(agencies, city=city.name.zh)
    return ring, StrangersReader(ring.seals.root())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "event_id", "slot", "agency"), kinds())
def test_a_certificate_says_on_paper_what_the_case_knows_and_a_strangers_reader_agrees(
    name: str, event_id: str, slot: str, agency: str
) -> None:
    city = city_of(name)
    event = next(each for each in city.life_events if each.id == event_id)
    kind = form(city, event, slot)
    assert kind is not None
    assert kind.certificate is not None
    facts = facts_of(city, event)
    look_at(city, event, kind, facts, slot, facts[slot], agency)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [each.parent.name for each in sorted(CITIES.glob("*/city.yaml")) if city_of(each.parent.name).refusal]
)
def test_a_decision_to_refuse_says_on_paper_why_and_a_strangers_reader_agrees(name: str) -> None:
    city = city_of(name)
    kind = city.evidence_type(city.refusal or "")
    assert kind is not None
    for event in city.life_events:
        facts = facts_of(city, event)
        numbers = itertools.count(800)
        data = {spec.id: made_up(spec, numbers) for spec in kind.fields}
        look_at(city, event, kind, facts, "refusal", data, event.services[0].agency)


def look_at(
    city: City,
    event: LifeEvent,
    kind: EvidenceType,
    facts: dict[str, Any],
    slot: str,
    data: dict[str, Any],
    agency: str,
) -> None:
    """Draw it, read it as text, seal it, and hand it to a stranger's reader, whole and tampered."""
    assert kind.certificate is not None
    content = completeness.shown(event, kind.certificate, facts, slot, data, "沪2026-000001")
    assert completeness.wanting(city, event, kind, content) == []
    drawn = render_certificate(
        file_of(city, kind.certificate.template), content | given(kind) | {"issuer": city.label_of(agency).zh}
    )
    text = words_in(drawn)
    for field, value in content.items():
        if field not in {*kind.certificate.not_printed, "case_reference"}:
            assert printed(certificate_field(city, kind.id, field), value) in text, field
    assert set(required_values(city, event, kind)) <= set(content)
    assert holder_in(kind, content) in text
    assert re.sub(r"\s+", "", kind.certificate.title.zh) in text
    assert not re.search(r"[一-鿿][,;:!?()][一-鿿]", text), "full-width punctuation between Chinese characters"
    assert notdef(drawn) == 0
    ring, reader = bureau(city)
    sealed = credentials.sealed_pdf(ToSeal(agency, b"{}"), drawn, ring).content
    said = reader.says(sealed)
    assert (said.signatures, said.certificates, said.whole) == (
        ["Signature is Valid."],
        ["Certificate is Trusted."],
        [True],
    ), said.text
    at = sealed.index(b"stream\n") + 60
    tampered = reader.says(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :])
    assert "Signature is Valid." not in tampered.signatures


@pytest.mark.parametrize(("name", "event_id", "slot", "agency"), kinds())
def test_a_certificate_that_lacks_a_required_value_is_not_issued_and_says_which(
    name: str, event_id: str, slot: str, agency: str
) -> None:
    city = city_of(name)
    event = next(each for each in city.life_events if each.id == event_id)
    kind = form(city, event, slot)
    assert kind is not None
    assert kind.certificate is not None
    facts = facts_of(city, event)
    content = completeness.shown(event, kind.certificate, facts, slot, facts[slot], "")
    for field in required_values(city, event, kind):
        for empty in ("", None):
            wants = completeness.wanting(city, event, kind, content | {field: empty})
            assert (kind.id, field, "empty") in [(each.kind, each.field, each.why) for each in wants]
        if isinstance(content[field], str):
            wants = completeness.wanting(city, event, kind, content | {field: "王小宝🙂"})
            assert [(each.field, each.why) for each in wants] == [(field, "unprintable")]
    assert agency


def notdef(pdf: bytes) -> int:
    """How often a page draws glyph 0, the empty box for a character that no face has."""
    import io

    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(pdf))
    streams: list[bytes] = []
    size: Any = reader.trailer["/Size"]
    for number in range(1, size):
        try:
            found: Any = reader.get_object(reader_reference(reader, number))
        except Exception:  # noqa: BLE001 - free numbers
            continue
        if hasattr(found, "data") and "/Subtype" not in found and re.search(rb"\bBT\b.* Tf\b", found.data, re.DOTALL):
            streams.append(bytes(found.data))
    assert streams, "something is drawn"
    return sum(code == b"\0\0" for stream in streams for text in strings(stream) for code in pairs(text))


def reader_reference(reader: Any, number: int) -> Any:
    from pyhanko.pdf_utils.generic import Reference

    return Reference(number, 0, reader)


def pairs(text: bytes) -> list[bytes]:
    return [text[at : at + 2] for at in range(0, len(text) - 1, 2)]


_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def strings(stream: bytes) -> list[bytes]:
    """The strings that are shown by a content stream's Tj and TJ."""
    found: list[bytes] = []
    for match in re.finditer(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]+>", stream, re.DOTALL):
        raw = match[0]
        if raw[:1] == b"<":
            found.append(bytes.fromhex(raw[1:-1].decode()))
        else:
            found.append(re.sub(rb"\\([0-7]{1,3}|.)", _unescaped, raw[1:-1], flags=re.DOTALL))
    return found


def _unescaped(match: "re.Match[bytes]") -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPES.get(code, code)


RARE = "王𠮷䶮龦㐂"


def test_rare_characters_of_names_are_drawn_with_a_face_that_has_them(tmp_path: Path) -> None:
    template = tmp_path / "name.typ"
    template.write_text(
        '#import "/lib/onething.typ": *\n#show: certificate.with(title: "证")\n#facts(("姓名", value("name")))\n',
        encoding="utf-8",
    )
    assert unprintable(RARE) == ""
    drawn = render_certificate(template, {"name": RARE})
    assert RARE in words_in(drawn)
    assert notdef(drawn) == 0
    boxed = render_certificate(template, {"name": "王\U0010fffd"})
    assert notdef(boxed) > 0, "what no face has would be seen here"


def test_what_nobody_sees_is_not_signed_and_old_private_characters_are_the_standards() -> None:
    assert tidy("王\u200b小\u202e宝\ufeff") == "王小宝"
    assert tidy("\ue81e") == "龴"
    assert tidy([{"name": " 李\u2066梅\u2069 "}]) == [{"name": "李梅"}]
    assert unprintable(tidy("李\ue5f1梅🙂")) == "\ue5f1🙂"


async def test_nothing_is_done_for_a_certificate_that_would_say_nothing_and_an_operator_learns_why(
    db: Database,
) -> None:
    filing = submission(db)
    filing.facts["choices"].pop("home_address")
    agencies = FakeAgencies()
    ref = opened(db, filing)

    def held() -> bool:
        return tasks_of(db, ref.id).get("service:social_security_card", ("", ""))[1] == CODE

    async with working(db, agencies):
        await until(held, 60)
    assert not [call for call in agencies.operations() if call == "hrss.apply_card"], "the agency was not asked to act"
    with db.reading() as session:
        lines = held_back(session)
        issued = {view.evidence_type for view in issuance.certificates_of(session, citizen_of(filing))}
    assert ("service:social_security_card", "social_security_card", "delivery_address", "empty") in [
        (one["task"], one["kind"], one["field"], one["why"]) for one in lines
    ]
    assert "social_security_card" not in issued
    assert not status_of(db, ref.id).over


@pytest.mark.slow
async def test_numbers_names_and_links_of_certificates_are_like_the_real_ones(db: Database) -> None:
    filing = submission(db)
    ref = opened(db, filing)
    async with working(db, FakeAgencies()):
        await until(lambda: status_of(db, ref.id).over, 90)
    with db.reading() as session:
        made = {view.evidence_type: view for view in issuance.certificates_of(session, citizen_of(filing))}
        birth = issuance.certificate_of(session, citizen_of(filing), made["e_birth_certificate"].id)
    assert birth.number == filing.facts["birth_certificate"]["certificate_number"]
    assert re.fullmatch(r"沪公户登字〔\d{4}〕第\d{7}号", made["child_household_entry"].number)
    assert not any("_" in view.number for view in made.values())
    assert issuance.certificate_filename(birth) == "出生医学证明（电子证照）-王小宝.pdf"
    with db.transaction() as session:
        fresh = lifecycle.replace_with(session, officer_of("health"), birth.id, {"weight_g": "3310"}, "体重写错")
    with pytest.raises(Problem, match="not_changed"), db.transaction() as session:
        lifecycle.replace_with(session, officer_of("health"), birth.id, {"weight_g": "3320"}, "再改一次")
    with pytest.raises(Problem, match="certificate_incomplete"), db.transaction() as session:
        lifecycle.replace_with(session, officer_of("health"), fresh.id, {"child_name": "王🙂"}, "改名")
    old = issuance.certificate_pdf(db, citizen_of(filing), birth.id)
    known = credentials.Against(trust_keys.keyring().trust_list(), register=credentials.register(db))
    assert credentials.check_file(old, known).verdict is credentials.Verdict.REPLACED, (
        "the register knows before the contract does"
    )
    assert fresh.number == birth.number, "the paper's number stays the paper's number"
    with db.reading() as session:
        before, after = issuance.replacements_of(session, fresh.id)
        assert (before.id if before else "", after) == (birth.id, None)
        before, after = issuance.replacements_of(session, birth.id)
        assert (before, after.id if after else "") == (None, fresh.id)
