"""Photographs are read in the background, once each, whatever happens to the process that reads them."""

import time
from datetime import timedelta
from typing import Any

import pytest
from intake_world import BIRTH, FATHER, FATHER_CARD, MOTHER, MOTHER_CARD, World, document, photo, sign_in

from onething.core.clock import frozen, now
from onething.core.errors import Problem, define
from onething.core.i18n import Text
from onething.documents.models import Correction, ReadProblem
from onething.exchange.models import Outcome
from onething.intake import service as intake
from onething.intake.evidence.ocr_queue import ABANDONED, next_queued, take
from onething.review.models import Finding

BACK = {"issuer": "上海市公安局黄浦分局", "valid_from": "2020-01-01", "valid_until": "2040-01-01"}
BROKEN = define("test.broken_file", 422, zh=("坏了。", "请重拍。"), en=("Broken.", "Retake it."))


def states(world: World) -> list[str]:
    return [document.state for document in world.view().documents]


def test_fields_fill_as_they_are_read(world: World) -> None:
    world.start()
    with world.session() as session:
        up = intake.add_upload(session, world.me, world.filing, photo(), "../../出生证.png")
    assert states(world) == ["queued"]
    assert world.view().reading == 1
    world.reader.results.append(document("birth_certificate", BIRTH, preview="ab" * 32))
    queue = intake.ReadingQueue(world.db, world.reader)
    assert queue.step()
    assert not queue.step()
    shown = world.view().documents[0]
    assert shown.id == up.document_id
    assert shown.filename == "出生证.png"
    assert shown.preview == "ab" * 32
    assert shown.fields[0].name.zh == "出生证编号"
    assert shown.fields[0].box is not None


def test_the_same_file_twice_is_one_document(world: World) -> None:
    world.start()
    first = world.upload(document("birth_certificate", BIRTH))
    with world.session() as session:
        again = intake.add_upload(session, world.me, world.filing, photo(), "copy.png")
    assert again.known
    assert again.document_id == first
    assert states(world) == ["read"]


def test_nothing_can_be_submitted_while_a_photo_is_being_read(world: World) -> None:
    world.ready()
    with world.session() as session:
        intake.add_upload(session, world.me, world.filing, photo(17), "more.png")
    assert not world.view().may_submit
    with pytest.raises(Problem) as refused:
        world.submit()
    assert refused.value.kind.code == "intake.still_reading"


def test_twice_in_vain_is_failed_with_advice_and_can_be_tried_again(world: World) -> None:
    world.start()
    with world.session() as session:
        up = intake.add_upload(session, world.me, world.filing, photo(), "x.png")
    world.reader.results += [RuntimeError("crash"), TimeoutError()]
    queue = intake.ReadingQueue(world.db, world.reader)
    queue.step()
    assert states(world) == ["queued"]
    queue.step()
    assert states(world) == ["failed"]
    assert "重新拍" in world.view().documents[0].problems[0]["todo"].zh
    with world.session() as session:
        intake.retry_upload(session, world.me, world.filing, up.document_id)
    world.reader.results.append(document("birth_certificate", BIRTH))
    queue.step()
    assert states(world) == ["read"]


def test_a_bad_file_fails_at_once_with_the_readers_words(world: World) -> None:
    world.start()
    with world.session() as session:
        intake.add_upload(session, world.me, world.filing, photo(), "x.png")
    world.reader.results.append(Problem(BROKEN))
    intake.ReadingQueue(world.db, world.reader).step()
    assert states(world) == ["failed"]
    assert world.view().documents[0].problems[0]["code"] == "test.broken_file"


def test_a_document_whose_reader_died_is_read_by_the_next(world: World) -> None:
    world.start()
    with world.session() as session:
        intake.add_upload(session, world.me, world.filing, photo(), "x.png")
    with world.session() as session:
        assert take(session, next_queued(session) or "", "dead-process") is not None
    queue = intake.ReadingQueue(world.db, world.reader)
    assert not queue.step()
    world.reader.results.append(document("birth_certificate", BIRTH))
    with frozen(now() + timedelta(seconds=ABANDONED + 1)):
        assert queue.step()
    assert states(world) == ["read"]


def test_removed_while_being_read(world: World) -> None:
    world.start()
    with world.session() as session:
        up = intake.add_upload(session, world.me, world.filing, photo(), "x.png")

    class Slow:
        def read(self, content: bytes, filename: str, timeout: float = 60, keep: Any = None, owner: str = "") -> list:
            with world.session() as session:
                intake.remove_upload(session, world.me, world.filing, up.document_id)
            return [document("birth_certificate", BIRTH)]

    intake.ReadingQueue(world.db, Slow()).step()
    assert world.view().documents == ()


def test_the_thread_reads_what_comes(world: World) -> None:
    world.start()
    world.reader.results += [document("birth_certificate", BIRTH), document("id_card_front", MOTHER_CARD)]
    with intake.ReadingQueue(world.db, world.reader, idle=0.05) as queue:
        for shade in (1, 2):
            with world.session() as session:
                intake.add_upload(session, world.me, world.filing, photo(shade), "x.png")
            queue.wake()
        end = time.monotonic() + 20
        while world.view().reading and time.monotonic() < end:
            time.sleep(0.02)
    assert states(world) == ["read", "read"]
    assert world.reader.reads == 2


def test_both_parents_cards_in_one_photo_find_their_places_even_before_the_certificate(world: World) -> None:
    world.start()
    world.upload(document("id_card_front", FATHER_CARD), document("id_card_front", MOTHER_CARD), shade=5)
    assert {d.slot for d in world.view().documents} == {None}
    assert all(len(d.whose) == 2 for d in world.view().documents)
    world.upload(document("birth_certificate", BIRTH), shade=6)
    placed = {
        d.slot: {f.field: f.value for f in d.fields}.get("name")
        for d in world.view().documents
        if d.type == "id_card_front"
    }
    assert placed == {"mother_id": "李晓燕", "father_id": "王建国"}


def test_a_back_goes_with_its_front(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH), shade=6)
    world.upload(document("id_card_front", MOTHER_CARD), document("id_card_back", BACK), shade=7)
    world.upload(document("id_card_front", FATHER_CARD), shade=8)
    world.upload(document("id_card_back", BACK), shade=9)
    digests = {d.digest: d.slot for d in world.view().documents if d.type == "id_card_front"}
    backs = [d for d in world.view().documents if d.type == "id_card_back"]
    assert {back.slot for back in backs} == {"mother_id", "father_id"}
    assert next(back for back in backs if back.digest in digests).slot == "mother_id"


def test_corrections_go_when_their_photo_goes_and_stay_when_it_stays(world: World) -> None:
    world.start()
    first = world.upload(document("birth_certificate", BIRTH))
    with world.session() as session:
        intake.correct_field(session, world.me, world.filing, "birth_certificate.child_name", "王小曼")
    fields = {f.field: f for f in world.view().documents[0].fields}
    assert (fields["child_name"].value, fields["child_name"].read) == ("王小曼", "王小满")
    assert fields["child_name"].corrected
    with world.session() as session:
        intake.remove_upload(session, world.me, world.filing, first)
    world.upload(document("birth_certificate", BIRTH), shade=33)
    fields = {f.field: f for f in world.view().documents[0].fields}
    assert fields["child_name"].value == "王小满"


def test_a_blurred_card_asks_nothing_while_the_police_can_still_be_asked(world: World) -> None:
    world.start()
    world.upload(document("birth_certificate", BIRTH))
    partial = {name: value for name, value in MOTHER_CARD.items() if name != "birth_date"}
    world.upload(document("id_card_front", partial, uncertain=("sex",)), shade=44)
    assert not [finding for finding in world.view().fix_now if finding.slot == "mother_id"]
    world.answer()
    world.consent()
    world.exchange.moods["police.resident"] = Outcome.UNAVAILABLE
    world.prefill()
    found = {(finding.code, finding.field) for finding in world.view().fix_now if finding.slot == "mother_id"}
    assert found == {("missing_field", "birth_date"), ("confirm_value", "sex")}


def _queue(world: World, person: Any, count: int, first: int) -> list[str]:
    """A filing of `person` with `count` photographs that wait; their ids."""
    with world.session() as session:
        filing = intake.start_filing(session, person, "newborn")
        return [
            intake.add_upload(session, person, filing.id, photo(first + n), f"{n}.png").document_id
            for n in range(count)
        ]


def test_whoever_brings_many_photographs_waits_behind_whoever_brings_one(world: World) -> None:
    """Two files of one person made the next mother wait 266 seconds."""
    hers = _queue(world, world.me, 6, 40)
    later = _queue(world, sign_in(world.db, "王建国", FATHER), 1, 70)
    order: list[str] = []
    for _ in range(7):
        with world.session() as session:
            found = next_queued(session)
            assert found is not None
            row = take(session, found, "reader")
            assert row is not None
            order.append(found)
            row.state, row.state_at = "read", now()
    assert sorted(order) == sorted([*hers, *later])
    assert order.index(later[0]) == 1, "after the first of the other's, she is next"


def test_nobody_holds_the_last_reader_with_files_that_are_slow(world: World) -> None:
    _queue(world, world.me, 4, 40)
    with world.session() as session:
        first = next_queued(session, readers=2)
        assert first
        assert take(session, first, "one")
    with world.session() as session:
        assert next_queued(session, readers=2) is None, "the other reader stays free for the next person"
    later = _queue(world, sign_in(world.db, "王建国", FATHER), 1, 70)
    with world.session() as session:
        assert next_queued(session, readers=2) == later[0]


def test_every_label_of_origin_says_how_the_value_came(world: World) -> None:
    """Mended by a check digit, by a code, typed where nothing was read, taken from the register: each is said, none as plainly read."""
    world.start()
    seen = MOTHER[:5] + ("3" if MOTHER[5] != "3" else "8") + MOTHER[6:]
    reading = document("birth_certificate", {name: value for name, value in BIRTH.items() if name != "hospital"})
    mended = {
        "mother_id_number": Correction(before=seen, after=MOTHER, reason="checksum"),
        "child_name": Correction(before=BIRTH["child_name"] + " ", after=BIRTH["child_name"], reason="format"),
    }
    fields = {
        name: field.model_copy(update={"corrections": (mended[name],)}) if name in mended else field
        for name, field in reading.fields.items()
    }
    missing = ReadProblem(
        code="missing", what=Text.same("没有读到“接生机构”。"), todo=Text.same("请填写"), field="hospital"
    )
    world.upload(reading.model_copy(update={"fields": fields, "problems": (missing,)}))
    (paper,) = world.view().documents
    assert "没有读到" in paper.problems[0]["what"].zh
    assert "missing" in {finding.code.removeprefix("document_") for finding in all_findings(world)}
    assert {field.field for field in paper.fields if field.mended} == {"mother_id_number"}

    world.answer(**{"birth_certificate.hospital": "上海市第一妇婴保健院"})
    (paper,) = world.view().documents
    assert paper.problems == (), "it is there now: nothing is said to be missing"
    assert "document_missing" not in {finding.code for finding in all_findings(world)}
    said = {fact.field: fact.said for fact in world.view().facts if fact.slot == "birth_certificate"}
    assert said["mother_id_number"].zh == "从您的照片里读到后改正过：因为这样校验位才对"
    assert said["mother_id_number"].en.endswith("mended: only so does the check digit fit")
    assert said["child_name"].zh == "从您的照片里读到"
    assert said["hospital"].zh == "您填写的"


def all_findings(world: World) -> list[Finding]:
    with world.session() as session:
        return list(intake.pre_review(session, world.me, world.filing).findings)
