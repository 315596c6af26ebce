"""What people and attackers really send: polyglots, bombs, scripts, wrong EXIF, copies of copies, two people's cards."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from onething.core.errors import Problem
from onething.documents import errors
from onething.documents.fields.document_types import load_types
from onething.documents.files.pages import decode, open_pages
from onething.documents.models import ReadDocument, ReadProblem
from onething.documents.reading import pool
from onething.documents.reading.pool import Reader, WorkerLostError
from onething.documents.reading.quality import hopeless, quality
from onething.documents.reading.reader import PageReader
from onething.documents.service import check_upload
from onething.sandbox import studio

pytestmark = pytest.mark.xdist_group("documents")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(workers=1, previews=False) as shared:
        yield shared


def values(document: ReadDocument) -> dict[str, str]:
    return {name: field.value for name, field in document.fields.items()}


def told(document: ReadDocument) -> set[str]:
    return {problem.code for problem in document.problems}


def plain(problem: ReadProblem) -> bool:
    """Two sentences in two languages, without words of ours in them."""
    texts = (problem.what.zh, problem.what.en, problem.todo.zh, problem.todo.en)
    return (
        all(text and "{" not in text and "Error" not in text for text in texts) and problem.what.zh != problem.what.en
    )


def jpeg(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def card(seed: int) -> Image.Image:
    return studio.render("id_card_front", studio.sample("id_card_front", seed), seed)


def scripted_pdf() -> bytes:
    """A page and a script that wants to run when it is opened."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R /Names << /JavaScript << /Names [(a) 4 0 R] >> >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>",
        "<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    tail = f"xref\n0 5\n0000000000 65535 f \n{table}trailer << /Size 5 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + tail.encode()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("run.js", "alert(1)")
    return out.getvalue()


def text_bomb() -> bytes:
    """A small PNG whose comment unpacks to 200 MB."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = zlib.compress(b"".join(b"\0" + b"\xff" * 300 for _ in range(300)))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 300, 300, 8, 0, 0, 0, 0))
    comment = chunk(b"zTXt", b"note\0\0" + zlib.compress(b"A" * 200_000_000, 9))
    return b"\x89PNG\r\n\x1a\n" + header + comment + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def refusal(content: bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        list(open_pages(content, "x.jpg"))
    assert all((caught.value.what.zh, caught.value.what.en, caught.value.next.zh, caught.value.next.en))
    return caught.value


PAPER = Image.new("RGB", (600, 400), "white")


@pytest.mark.parametrize(
    "content",
    [
        jpeg(PAPER) + archive(),
        jpeg(PAPER, comment=b"<script>alert(1)</script>"),
        jpeg(PAPER, comment=b"<?php system($_GET[1]); ?>"),
        jpeg(PAPER, comment=b"%PDF-1.4"),
        scripted_pdf() + archive(),
        scripted_pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n%<html><script>alert(1)</script>\n", 1),
    ],
    ids=["jpeg+zip", "jpeg+html", "jpeg+php", "jpeg+pdf", "pdf+zip", "pdf+html"],
)
def test_a_file_that_is_two_kinds_at_once_is_not_opened(content: bytes) -> None:
    assert refusal(content).kind is errors.TWO_KINDS


@pytest.mark.slow
def test_a_comment_that_unpacks_without_end_is_no_way_in() -> None:
    assert refusal(text_bomb()).kind is errors.DAMAGED


def test_a_page_that_claims_to_be_a_field_is_drawn_small() -> None:
    vast = scripted_pdf().replace(b"[0 0 300 400]", b"[0 0 14000 9]")
    [page] = open_pages(vast, "x.pdf")
    assert max(page.pixels.shape) <= 2400


@pytest.mark.parametrize("orientation", [3, 6, 8, 2, 99])
def test_an_exif_turn_changes_no_pixel_count(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert decode(jpeg(PAPER, exif=exif)).size == 600 * 400 * 3


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_an_exif_that_nobody_understands_is_ignored() -> None:
    picture = jpeg(PAPER, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xfe" * 60)
    assert decode(picture).shape == (400, 600, 3)


def test_every_word_to_the_applicant_is_there_in_two_languages() -> None:
    known = {"label": errors.problem("dark").what, "page": 1, "date": "2026-01-01"}
    assert len(errors.codes()) > 25
    for code in errors.codes():
        assert plain(errors.problem(code, **known)), code  # type: ignore[arg-type]


class NoEngine:
    """An engine that must not be asked."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the reader was tried: {name}")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda image: image.filter(ImageFilter.GaussianBlur(30)), "too_blurred"),
        (lambda image: Image.eval(image, lambda value: value // 16), "too_dark"),
    ],
)
def test_a_hopeless_photo_gets_advice_and_no_reader(spoil: Any, code: str) -> None:
    reader = PageReader(NoEngine(), load_types())  # type: ignore[arg-type]
    with Image.open(io.BytesIO(studio.photograph(card(50), "clean", 50, 0))) as photo:
        [found] = reader.read(jpeg(spoil(photo)), "x.jpg")
    [problem] = found.document.problems
    assert (found.document.type, problem.code, problem.severity) == (None, code, "error")
    assert plain(problem)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda image: image.filter(ImageFilter.GaussianBlur(8)), "blurred"),
        (lambda image: Image.eval(image, lambda value: value // 5), "dark"),
    ],
)
def test_a_poor_photo_gets_advice_and_is_tried(spoil: Any, code: str) -> None:
    with Image.open(io.BytesIO(studio.photograph(card(51), "clean", 51, 0))) as photo:
        found = quality(decode(jpeg(spoil(photo))))
    assert code in {problem.code for problem in found}
    assert not hopeless(found)
    assert all(plain(problem) for problem in found)


def test_glare_is_told() -> None:
    pixels = np.full((900, 1200, 3), 120, np.uint8)
    pixels[200:500, 300:800] = 255
    assert "glare" in {problem.code for problem in quality(pixels)}


class Lost:
    """A reader process that is lost with every file."""

    asked = 0

    def __init__(self, *_: object) -> None:
        self.process = type("Ended", (), {"poll": staticmethod(lambda: None), "pid": 0})()

    def ask(self, *_: object) -> Any:
        Lost.asked += 1
        raise WorkerLostError(slow=Lost.slow)

    slow = False

    def stop(self) -> None:
        return


@pytest.mark.parametrize(("slow", "code", "tries"), [(False, "reader_failed", 2), (True, "reader_timeout", 1)])
def test_a_file_that_ends_the_reader_is_tried_twice_and_a_slow_one_once_and_told(
    monkeypatch: pytest.MonkeyPatch, slow: bool, code: str, tries: int
) -> None:
    monkeypatch.setattr(pool, "_Process", Lost)
    Lost.asked, Lost.slow = 0, slow
    with Reader(workers=1, previews=False) as own:
        [document] = own.read(jpeg(PAPER), "x.jpg")
        assert Lost.asked == tries
        assert (document.type, document.problems[0].code) == (None, code)
        assert plain(document.problems[0])
        [again] = own.read(jpeg(PAPER), "y.jpg")
        assert again.file == "y.jpg"


def test_a_pdf_with_a_script_is_known_to_have_one() -> None:
    assert check_upload(scripted_pdf(), "x.pdf").active


@pytest.mark.slow
def test_a_script_in_a_pdf_is_told_and_not_run(reader: Reader) -> None:
    [document] = reader.read(scripted_pdf(), "x.pdf")
    assert {"active_content", "empty_page"} <= told(document)
    assert all(plain(problem) for problem in document.problems)


@pytest.mark.slow
def test_cards_of_two_people_in_one_upload_are_told(reader: Reader) -> None:
    out = io.BytesIO()
    card(52).save(out, "PDF", save_all=True, append_images=[card(53)], resolution=300)
    documents = reader.read(out.getvalue(), "both.pdf")
    assert [values(d)["name"] for d in documents] == [studio.sample("id_card_front", seed)["name"] for seed in (52, 53)]
    assert all("two_people" in told(document) for document in documents)


@pytest.mark.slow
def test_one_person_s_card_twice_is_one_person(reader: Reader) -> None:
    out = io.BytesIO()
    card(52).save(out, "PDF", save_all=True, append_images=[card(52)], resolution=300)
    assert not any("two_people" in told(document) for document in reader.read(out.getvalue(), "twice.pdf"))


@pytest.mark.slow
@pytest.mark.parametrize("orientation", [6, 3])
def test_a_wrong_exif_does_not_spoil_a_photo(reader: Reader, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    with Image.open(io.BytesIO(studio.photograph(card(54), "clean", 54, 0))) as photo:
        [document] = reader.read(jpeg(photo, exif=exif, quality=92), "x.jpg")
    assert values(document) == studio.sample("id_card_front", 54)


@pytest.mark.slow
def test_three_papers_in_one_photo_are_three_documents(reader: Reader) -> None:
    kinds = ("id_card_front", "id_card_back", "social_security_card")
    sheet = Image.new("RGB", (1700, 2900), (246, 246, 244))
    for i, kind in enumerate(kinds):
        drawn = studio.render(kind, studio.sample(kind, 55), 55)
        drawn.thumbnail((1250, 800))
        sheet.paste(drawn, (200, 120 + i * 920))
    documents = reader.read(studio.photograph(sheet, "clean", 55, 0), "x.jpg")
    assert {d.type: values(d) for d in documents} == {
        kind: studio.truth(kind, studio.sample(kind, 55))["fields"] for kind in kinds
    }


@pytest.mark.slow
def test_a_copy_of_a_copy_is_never_read_wrong_with_certainty(reader: Reader) -> None:
    """Photographed, printed in grey with dust, copied too darkly, sent on twice as a small file."""
    fields = studio.sample("birth_certificate", 56)
    content = studio.photograph(studio.render("birth_certificate", fields, 56), "mild", 56, 0)
    rng = np.random.default_rng(56)
    for quality_of_copy in (60, 45):
        with Image.open(io.BytesIO(content)) as photo:
            grey = ImageOps.autocontrast(photo.convert("L").filter(ImageFilter.GaussianBlur(0.7)), cutoff=3)
        pixels = np.asarray(grey, np.uint8).copy()
        pixels[rng.random(pixels.shape) < 0.0008] = 20
        content = jpeg(Image.fromarray(pixels), quality=quality_of_copy)
    [document] = reader.read(content, "copy.jpg")
    assert document.type == "birth_certificate"
    expected = studio.truth("birth_certificate", fields)["fields"]
    read = values(document)
    assert sum(read.get(name) == value for name, value in expected.items()) >= len(expected) - 3  # type: ignore[attr-defined]
    assert not [n for n, f in document.fields.items() if f.certain and f.value != expected[n]]  # type: ignore[index]
