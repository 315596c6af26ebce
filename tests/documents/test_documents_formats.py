"""Files that are no plain photograph: OFD, PDF with text, HEIC, scans of several pages, screenshots, codes and seals."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import typst
from PIL import Image

from onething.core.errors import Problem
from onething.documents import errors
from onething.documents.files import heic
from onething.documents.files.pages import decode, open_pages
from onething.documents.models import ReadDocument
from onething.documents.reading.pool import Reader
from onething.documents.reading.seals import find_seals
from onething.documents.service import check_upload
from onething.sandbox import studio
from onething.sandbox.studio.forms import code as draw_code
from onething.sandbox.studio.heic import as_heic

pytestmark = pytest.mark.xdist_group("documents")

ROWS = (
    (20, 30, "社会保险登记 营业执照"),
    (20, 50, "统一社会信用代码"), (20, 57, "91310115MA1K35X47U"),
    (20, 70, "名称"), (50, 70, "上海晨曦信息科技有限公司"),
    (20, 80, "类型"), (50, 80, "有限责任公司(自然人独资)"),
    (20, 90, "法定代表人"), (50, 90, "王小明"),
    (20, 100, "注册资本"), (50, 100, "人民币壹佰万元整"),
    (20, 110, "成立日期"), (50, 110, "2020年03月02日"),
)  # fmt: skip
"""Millimetres from left and top, and the words there."""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(workers=1, previews=False) as shared:
        yield shared


def values(document: ReadDocument) -> dict[str, str]:
    return {name: field.value for name, field in document.fields.items()}


def codes_of(document: ReadDocument) -> set[str]:
    return {problem.code for problem in document.problems}


def ofd(
    rows: tuple[tuple[int, int, str], ...] = ROWS, pages: int = 1, more: dict[str, bytes] | None = None, dtd: str = ""
) -> bytes:
    """A small OFD as invoicing software writes them, without pictures."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    objects = "".join(
        f'<ofd:TextObject ID="{i + 10}" Boundary="{x} {y} 120 6" Size="4"><ofd:TextCode X="0" Y="4">{text}</ofd:TextCode></ofd:TextObject>'
        for i, (x, y, text) in enumerate(rows)
    )
    page = f"{dtd}<ofd:Page {space}><ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    tree = "".join(f'<ofd:Page ID="{i + 1}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(pages))
    document = (
        f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
        f"</ofd:CommonData><ofd:Pages>{tree}</ofd:Pages></ofd:Document>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        root = f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
        archive.writestr("OFD.xml", root)
        archive.writestr("Doc_0/Document.xml", document)
        for i in range(pages):
            archive.writestr(f"Doc_0/Pages/Page_{i}/Content.xml", page)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def text_pdf(rows: tuple[tuple[int, int, str], ...] = ROWS) -> bytes:
    """A PDF whose words are text, as an e-licence system prints it."""
    placed = "\n".join(f'#place(top + left, dx: {x}mm, dy: {y}mm, "{text}")' for x, y, text in rows)
    source = f'#set page(width: 210mm, height: 297mm, margin: 0mm)\n#set text(font: "Noto Serif CJK SC", size: 11pt)\n{placed}'
    return bytes(typst.compile(source.encode()))


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def refusal(content: bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        list(open_pages(content, "x"))
    assert all((caught.value.what.zh, caught.value.what.en, caught.value.next.zh, caught.value.next.en))
    return caught.value


@pytest.mark.slow
@pytest.mark.parametrize("file", [ofd(), text_pdf()], ids=["ofd", "pdf"])
def test_text_of_a_file_is_taken_exactly(reader: Reader, file: bytes) -> None:
    [document] = reader.read(file, "licence")
    assert document.type == "business_licence"
    assert values(document) | {
        "code": "91310115MA1K35X47U", "name": "上海晨曦信息科技有限公司", "legal_representative": "王小明",
        "established_on": "2020-03-02", "registered_capital": "1000000.00", "kind": "有限责任公司(自然人独资)",
    } == values(document)  # fmt: skip
    assert "no_seal" not in codes_of(document)


def test_an_ofd_is_known_by_its_content_and_its_pages_are_counted() -> None:
    info = check_upload(ofd(pages=3), "invoice.zip")
    assert (info.media_type, info.pages, info.width) == ("application/ofd", 3, 2100)
    assert len(list(open_pages(ofd(pages=3), "x"))) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (ofd(pages=0), "documents.empty_pdf"),
        (ofd(pages=400), "documents.too_many_pages"),
        (ofd(more={"Doc_0/Res/bomb.png": b"\0" * 30_000_000}), "documents.unpacks_too_large"),
        (ofd(more={f"Doc_0/Res/{i}": b"x" for i in range(2_100)}), "documents.unpacks_too_large"),
        (ofd(dtd='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'), "documents.damaged"),
        (ofd()[:-200], "documents.not_an_image"),
    ],
)
def test_a_hostile_ofd_is_refused_in_both_languages(content: bytes, code: str) -> None:
    assert refusal(content).kind.code == code


def test_an_entity_in_an_ofd_brings_nothing_in(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("机密", encoding="utf-8")
    content = ofd(rows=((20, 30, "&e;"),), dtd=f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>')
    assert refusal(content).kind is errors.DAMAGED


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_a_damaged_heic_is_told_as_damaged(brand: bytes) -> None:
    content = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + b"\0" * 300
    assert heic.is_heic(content)
    assert refusal(content).kind is errors.DAMAGED


def test_a_heic_is_turned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library turns by the file's properties; phones write the same turn into the EXIF as well."""
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (900, 600), "white")
    picture.info["exif"] = exif.tobytes()
    opened = SimpleNamespace(size=(900, 600), to_pillow=lambda: picture)

    def instead(_content: bytes) -> Any:
        return opened

    monkeypatch.setattr(heic, "_open", instead)
    content = b"\0\0\0\x18ftypheic" + b"\0" * 300
    assert check_upload(content, "IMG_0001.HEIC").media_type == "image/heic"
    assert decode(content).shape[:2] == (600, 900)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_phone_s_heic_is_opened_and_turned(turns: int) -> None:
    """A real file: HEVC in HEIF; the turn is a property of it."""
    ramp = np.add.outer(np.linspace(0, 120, 320), np.linspace(0, 120, 640))
    picture = Image.fromarray(np.repeat(ramp[..., None], 3, axis=2).astype(np.uint8))
    content = as_heic(picture, turns)
    info = check_upload(content, "IMG_0001.HEIC")
    assert (info.media_type, info.width, info.height) == ("image/heic", 640, 320)
    opened = decode(content).astype(np.int16)
    assert opened.shape == (320, 640, 3)
    assert int(np.abs(opened - np.asarray(picture, np.int16)).max()) <= 3


@pytest.mark.parametrize("cut", [40, 300, 5_000])
def test_a_heic_that_ends_in_the_middle_is_told_as_damaged(cut: int) -> None:
    content = as_heic(Image.new("RGB", (320, 320), "white"))
    with pytest.raises(Problem) as refused:
        decode(content[:cut])
    assert refused.value.kind is errors.DAMAGED


@pytest.mark.slow
def test_a_card_photographed_as_heic_is_read(reader: Reader) -> None:
    fields = studio.sample("id_card_front", 61)
    with Image.open(io.BytesIO(studio.photograph(studio.render("id_card_front", fields, 61), "clean", 61, 0))) as photo:
        content = as_heic(photo, 1)
    [document] = reader.read(content, "IMG_0001.HEIC")
    assert document.type == "id_card_front"
    assert values(document) == fields


def test_every_page_of_a_scan_is_read() -> None:
    pages = [Image.new("RGB", (600, 800 + 10 * i), "white") for i in range(3)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert [page.pixels.shape[0] for page in open_pages(out.getvalue(), "fax.tif")] == [800, 810, 820]


@pytest.mark.slow
def test_a_screenshot_of_an_e_licence_is_read(reader: Reader) -> None:
    """A phone's screen: status bar, title, the card in the middle, buttons below."""
    fields = studio.sample("residence_permit", 41)
    card = studio.render("residence_permit", fields, 41)
    card = card.resize((1080, round(card.height * 1080 / card.width)), Image.Resampling.LANCZOS)
    screen = Image.new("RGB", (1170, 2300), (244, 246, 250))
    screen.paste((30, 110, 220), (0, 0, 1170, 260))
    screen.paste(card, (45, 420))
    screen.paste((30, 110, 220), (90, 1900, 1080, 2020))
    [document] = reader.read(png(screen), "Screenshot_20261126.png")
    assert document.type == "residence_permit"
    assert values(document) == studio.truth("residence_permit", fields)["fields"]


def licence(says: str) -> tuple[dict[str, str], bytes]:
    """A licence with a QR code of ours beside its print."""
    from onething.sandbox.studio.canvas import Canvas

    fields = studio.sample("business_licence", 42)
    page = Canvas(100, 100)
    page.image = studio.render("business_licence", fields, 42)
    wide = Canvas(page.image.width, page.image.height + 330)
    wide.image.paste(page.image, (0, 0))
    draw_code(wide, 120, page.image.height + 40, says or f"https://www.gsxt.gov.cn/?uscc={fields['code']}", side=260)
    return fields, studio.photograph(wide.image, "clean", 42, 0)


@pytest.mark.slow
def test_print_and_code_that_disagree_are_told(reader: Reader) -> None:
    _, content = licence("https://www.gsxt.gov.cn/?uscc=91310115MA1K35X47U")
    documents = {d.type: d for d in reader.read(content, "x.jpg")}
    document = documents["business_licence"]
    assert any("91310115MA1K35X47U" in found.text for found in document.codes)
    assert "code_disagrees" in codes_of(document)
    assert not document.fields["code"].certain


@pytest.mark.slow
def test_a_seal_is_seen_and_its_absence_told(reader: Reader) -> None:
    _, content = licence("")
    [sealed] = [d for d in reader.read(content, "x.jpg") if d.type == "business_licence"]
    assert sealed.seals
    assert {"no_seal", "code_disagrees"}.isdisjoint(codes_of(sealed))
    with Image.open(io.BytesIO(content)) as picture:
        grey = png(picture.convert("L"))
    [copied] = [d for d in reader.read(grey, "copy.png") if d.type == "business_licence"]
    assert not copied.seals
    assert "no_seal" in codes_of(copied)


def test_a_portrait_s_red_ground_is_no_seal() -> None:
    page = np.full((800, 600, 3), 250, np.uint8)
    page[200:330, 100:200] = (200, 30, 40)
    assert find_seals(page) == ()


def two_pages(kind: str, seed: int, above: int) -> tuple[dict[str, str], bytes]:
    """A contract whose end is overleaf: cut at an empty row `above` its last, printed on two sheets, scanned to a PDF."""
    fields = studio.sample(kind, seed)
    whole = studio.render(kind, fields, seed).convert("RGB")
    dark = (np.asarray(whole.convert("L")) < 110).sum(axis=1)
    last = int(np.flatnonzero(dark)[-1])
    cut = next(row for row in range(last - above, 0, -1) if not dark[row - 14 : row + 14].any())
    first, second = whole.copy(), Image.new("RGB", whole.size, (252, 252, 250))
    first.paste((252, 252, 250), (0, cut, *whole.size))
    second.paste(whole.crop((0, cut, whole.width, last + 40)), (0, 160))
    out = io.BytesIO()
    first.save(out, "PDF", resolution=150, save_all=True, append_images=[second])
    return fields, out.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "above"), [("lease_contract", 60), ("lease_contract", 420), ("sale_contract", 300)])
def test_a_contract_over_two_pages_is_one_document(reader: Reader, kind: str, above: int) -> None:
    """Also when nothing but the date is overleaf: a sharp line on an empty page is no blurred photo."""
    fields, content = two_pages(kind, 71, above)
    [document] = reader.read(content, "contract.pdf")
    assert document.type == kind
    assert {field.page for field in document.fields.values()} == {0, 1}
    assert values(document) == fields
    assert "missing" not in codes_of(document)


@pytest.mark.slow
def test_another_paper_behind_a_contract_stays_its_own(reader: Reader) -> None:
    contract = studio.render("lease_contract", studio.sample("lease_contract", 72), 72).convert("RGB")
    card = studio.render("id_card_back", studio.sample("id_card_back", 72), 72).convert("RGB")
    out = io.BytesIO()
    contract.save(out, "PDF", resolution=150, save_all=True, append_images=[card])
    assert [document.type for document in reader.read(out.getvalue(), "both.pdf")] == ["lease_contract", "id_card_back"]
