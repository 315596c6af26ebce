"""The reader on studio photographs, in its own process: fields, turns, several pages, crashes, time-outs, queues."""

import io
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from onething.core.blobs import get_blobs
from onething.core.errors import Problem
from onething.documents.cli import app
from onething.documents.models import ReadDocument
from onething.documents.reading.pool import Reader
from onething.sandbox import studio

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("documents")]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(workers=1, previews=False) as shared:
        yield shared


def photo(kind: str, grade: studio.Grade = "clean", seed: int = 11, turn: int = 0) -> tuple[dict[str, str], bytes]:
    fields = studio.sample(kind, seed)
    return fields, studio.photograph(studio.render(kind, fields, seed), grade, seed, turn)


def values(document: ReadDocument) -> dict[str, str]:
    return {name: field.value for name, field in document.fields.items()}


def expected(kind: str, fields: dict[str, str]) -> object:
    return studio.truth(kind, fields)["fields"]


def noise(kind: str) -> bytes:
    rng = np.random.default_rng(5)
    pixels = (
        np.full((900, 1200, 3), 236, np.uint8) if kind == "blank" else rng.integers(0, 255, (900, 1200, 3), np.uint8)
    )
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "turn"),
    [("birth_certificate", 0), ("id_card_front", 90), ("household_page", 180), ("marriage_certificate", 270)],
)  # fmt: skip
def test_a_clean_photo_is_read_whole_however_it_is_turned(reader: Reader, kind: str, turn: int) -> None:
    fields, content = photo(kind, turn=turn)
    [document] = reader.read(content, "x.jpg")
    assert document.type == kind
    assert values(document) == expected(kind, fields)
    assert document.rotation == (-turn) % 360
    for field in document.fields.values():
        assert field.box is not None
        left, top, width, height = field.box
        assert 0 <= left <= left + width <= 1.001
        assert 0 <= top <= top + height <= 1.001


def test_what_is_wrong_in_a_bad_photo_is_not_called_certain(reader: Reader) -> None:
    fields, content = photo("id_card_front", "heavy", seed=12)
    [document] = reader.read(content, "x.jpg")
    wrong = {name for name, field in document.fields.items() if field.value != fields[name] and field.certain}
    assert not wrong


def test_a_copy_of_both_sides_is_two_documents(reader: Reader) -> None:
    front, back = studio.sample("id_card_front", 31), studio.sample("id_card_back", 31)
    sheet = Image.new("RGB", (1700, 2300), (248, 248, 246))
    sheet.paste(studio.render("id_card_front", front, 31), (200, 180))
    sheet.paste(studio.render("id_card_back", back, 31), (200, 1200))
    documents = {document.type: document for document in reader.read(studio.photograph(sheet, "clean", 31, 0), "x.jpg")}
    assert values(documents["id_card_front"]) == front
    assert values(documents["id_card_back"]) == back


def test_a_mirrored_photo_is_read_and_told(reader: Reader) -> None:
    fields, content = photo("id_card_back", seed=33)
    out = io.BytesIO()
    with Image.open(io.BytesIO(content)) as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(out, "JPEG")
    [document] = reader.read(out.getvalue(), "selfie.jpg")
    assert "mirrored" in {problem.code for problem in document.problems}
    assert values(document) == fields


def test_an_edge_outside_the_picture_is_told(reader: Reader) -> None:
    page = studio.render("id_card_front", studio.sample("id_card_front", 34), 34)
    out = io.BytesIO()
    page.crop((0, 0, 700, 810)).save(out, "JPEG")
    [document] = reader.read(out.getvalue(), "x.jpg")
    assert "cut_edge" in {problem.code for problem in document.problems}
    assert "id_number" not in document.fields or not document.fields["id_number"].certain


def test_preview_is_the_upright_page() -> None:
    _, content = photo("id_card_front", turn=90)
    with Reader(workers=1) as own:
        [document] = own.read(content, "x.jpg")
    assert document.preview is not None
    with Image.open(io.BytesIO(get_blobs().get(document.preview))) as shown:
        assert shown.width > shown.height
        assert not shown.getexif()


@pytest.mark.parametrize(("kind", "code"), [("blank", "empty_page"), ("static", "no_document")])
def test_a_photo_without_a_document_says_so(reader: Reader, kind: str, code: str) -> None:
    [document] = reader.read(noise(kind), "x.png")
    assert document.type is None
    assert code in {problem.code for problem in document.problems}


def test_pages_of_a_pdf_are_documents_of_their_own(reader: Reader) -> None:
    front, back = studio.sample("id_card_front", 3), studio.sample("id_card_back", 3)
    pages = [studio.render("id_card_front", front, 3), studio.render("id_card_back", back, 3)]
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=300)
    documents = reader.read(out.getvalue(), "card.pdf")
    assert [(d.type, d.page) for d in documents] == [("id_card_front", 0), ("id_card_back", 1)]
    assert values(documents[0]) == front
    assert values(documents[1]) == back


def test_a_wrong_check_digit_on_the_paper_is_told(reader: Reader) -> None:
    fields = studio.sample("id_card_front", 21)
    number = fields["id_number"]
    fields["id_number"] = number[:17] + ("0" if number[17] != "0" else "1")
    [document] = reader.read(studio.photograph(studio.render("id_card_front", fields), "clean", 21, 0), "x.jpg")
    assert not document.fields["id_number"].certain


@pytest.mark.fault
def test_a_killed_reader_is_replaced_and_the_file_read_again() -> None:
    fields, content = photo("id_card_back")
    with Reader(workers=1, previews=False) as own:
        own.read(content, "warm.jpg")
        [pid] = own.pids()
        future = own.submit(content, "x.jpg")
        time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        assert values(future.result(120)[0]) == fields
        assert own.pids() != [pid]


@pytest.mark.fault
def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_read() -> None:
    fields, content = photo("id_card_back")
    with Reader(workers=1, previews=False) as own:
        [document] = own.submit(content, "x.jpg", timeout=0.001).result(120)
        assert document.type is None
        assert document.problems[0].code == "reader_timeout"
        assert values(own.read(content, "x.jpg")[0]) == fields


def test_a_process_past_its_memory_is_replaced() -> None:
    _, content = photo("id_card_back")
    with Reader(workers=1, previews=False, memory_limit=1) as own:
        own.read(content, "x.jpg")
        assert own.pids() == []
        assert own.peak_memory > 10**8


def test_many_callers_wait_their_turn(reader: Reader) -> None:
    _, content = photo("id_card_back", seed=14)
    results: list[str | None] = []

    def call() -> None:
        results.append(reader.read(content, "x.jpg")[0].type)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert results == ["id_card_back"] * 4


def test_refused_files_never_reach_a_process() -> None:
    with Reader(workers=1) as own:
        with pytest.raises(Problem):
            own.read(b"no picture", "x.jpg")
        assert own.pids() == []


def test_command_line_reads_and_measures(tmp_path: Path) -> None:
    fields, content = photo("id_card_back", seed=15)
    (tmp_path / "a.jpg").write_bytes(content)
    (tmp_path / "a.json").write_text(json.dumps(studio.truth("id_card_back", fields)), encoding="utf-8")
    (tmp_path / "b.txt").write_text("not a picture", encoding="utf-8")
    runner = CliRunner()
    done = runner.invoke(app, ["read", str(tmp_path / "a.jpg"), str(tmp_path / "b.txt"), "--json"])
    assert done.exit_code == 0, done.output
    good, bad = json.loads(done.stdout)
    assert set(good["fields"]["issuer"]) >= {"value", "confidence", "certain", "box", "corrections"}
    assert bad["problems"][0]["code"] == "documents.not_an_image"
    done = runner.invoke(app, ["evaluate", str(tmp_path), "--json"])
    report = json.loads(done.stdout)
    assert (report["pictures"], report["exact"], report["uncaught"]) == (1, 1.0, 0.0)
    assert {"confusions", "seconds", "megabytes", "by"} <= set(report)
