"""What an officer's page is given of a case's papers: as read, in the case's order, with codes; also what came later."""

from intake_world import BIRTH, MOTHER_CARD, World, document

from onething.casework.cases.store import facts_of
from onething.casework.decisions.law import referrals_of
from onething.catalog.service import find_event, get_city
from onething.core.clock import now, today
from onething.core.i18n import Text
from onething.documents.errors import problem
from onething.documents.models import Correction, ReadCode, ReadField
from onething.intake import service as intake

CODE = ReadCode(kind="QRCode", text="https://example.org/X310123456", box=(0.7, 0.1, 0.1, 0.1))


def test_papers_of_a_case_keep_boxes_corrections_and_codes(world: World) -> None:
    world.ready()
    certificate = world.view().documents[0]
    submitted = world.submit()
    entries = [{"id": certificate.id, "digest": certificate.digest, "type": certificate.type, "slot": certificate.slot}]
    card = document("id_card_front", MOTHER_CARD, codes=(CODE,))
    mended = ReadField(
        value=MOTHER_CARD["name"], confidence=0.8, certain=False, box=(0.1, 0.1, 0.2, 0.05),
        corrections=(Correction(before="李晓蒸", after=MOTHER_CARD["name"], reason="second_reading"),),
    )  # fmt: skip
    fields = {name: read.model_dump(mode="json") for name, read in (card.fields | {"name": mended}).items()}
    entries.append(
        {
            "digest": "cd" * 32,
            "type": "id_card_front",
            "slot": "mother_id",
            "fields": fields,
            "marks": intake.marks_of(card),
        }
    )
    with world.session() as session:
        found = intake.papers_of_case(session, submitted.case_id, "newborn", entries, now())
    assert [paper.type for paper in found] == ["birth_certificate", "id_card_front"]
    assert {field.field: field.read for field in found[0].fields}["child_name"] == BIRTH["child_name"]
    later = {field.field: field for field in found[1].fields}
    assert found[1].codes[0]["text"] == CODE.text
    assert later["name"].box == (0.1, 0.1, 0.2, 0.05)
    assert not later["name"].sure
    assert later["name"].corrections[0]["reason"] == "second_reading"
    assert found[1].slot_name is not None
    assert "妈妈" in found[1].slot_name.zh


def test_a_case_without_a_filing_shows_what_it_kept_itself(world: World) -> None:
    world.start()
    with world.session() as session:
        [only] = intake.papers_of_case(
            session, "case_none", "newborn", [{"digest": "ab" * 32, "type": "unheard_of"}], now()
        )
    assert (only.type, only.fields, only.slot) == (None, (), None)


def test_codes_on_a_page_are_kept_with_it(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH, codes=(CODE,)))
    assert [code["text"] for code in world.view().documents[0].codes] == [CODE.text]


def test_a_paper_the_event_has_no_place_for_asks_for_nothing(world: World) -> None:
    """Its values are told in words all the same; that some were not found is nobody's trouble."""
    world.start()
    lack = (problem("missing", field="address", label=Text(zh="住所", en="Office")),)
    values = {"name": "上海晨曦有限公司", "registered_capital": "1000000.00", "established_on": "2025-12-20"}
    world.upload(document("business_licence", values, problems=lack))
    [paper] = world.view().documents
    assert paper.unused
    assert paper.problems == ()
    shown = {field.field: (field.shown, field.shown_en) for field in paper.fields}
    assert shown["established_on"] == ("2025年12月20日", "20 December 2025")
    assert shown["registered_capital"] == ("1,000,000.00 元", "1,000,000.00 yuan")


def test_all_that_was_not_found_is_one_sentence(world: World) -> None:
    world.start()
    lacks = tuple(
        problem("missing", field=name, label=Text(zh=zh, en=zh))
        for name, zh in (("hospital", "接生机构"), ("issuer", "签发机构"))
    )
    read = {name: value for name, value in BIRTH.items() if name not in ("hospital", "issuer")}
    world.upload(document("birth_certificate", read, problems=lacks))
    [paper] = world.view().documents
    assert not paper.unused
    [told] = paper.problems
    assert told["what"].zh.startswith("有 2 项没有读到：")
    assert "、" in told["what"].zh
    assert ", " in told["what"].en


def test_a_paper_whose_code_and_print_differ_is_told_and_goes_to_an_officer(world: World) -> None:
    """She confirms the print; that the code says otherwise is then the officer's to judge, not hers."""
    world.ready()
    certificate = world.view().documents[0]
    with world.session() as session:
        intake.remove_upload(session, world.me, world.filing, certificate.id)
    differs = (
        problem("code_disagrees", field="certificate_number", label=Text(zh="出生证编号", en="Certificate number")),
    )
    world.upload(document("birth_certificate", BIRTH, problems=differs))
    view = world.view()
    [finding] = [each for each in view.officer if each.code == "document_code_disagrees"]
    assert "二维码" in finding.what.zh
    assert view.documents[0].problems[0]["code"] == "code_disagrees"
    submitted = world.submit()
    with world.session() as session:
        assert facts_of(session, submitted.case_id)["birth_certificate"]["print_differs"] is True


def test_the_city_s_rule_has_an_officer_look_at_it(world: World) -> None:  # its city
    service = find_event(get_city(), "newborn").service("birth_certificate_issue")
    assert service is not None
    sound = {
        "birth_certificate": dict(BIRTH),
        "birth_record": {**BIRTH, "status": "valid"},
        "mother_id": dict(MOTHER_CARD),
    }
    assert referrals_of(service, sound, today()) == []
    [doubt] = referrals_of(service, sound | {"birth_certificate": BIRTH | {"print_differs": True}}, today())
    assert "印刷的编号" in doubt["words"]["zh"]
    assert "altered" in doubt["words"]["en"]
