"""What the gate lets in and how it refuses, before anything is unpacked."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from onething.core.errors import Problem
from onething.core.settings import get_settings
from onething.documents.files.pages import decode, open_pages
from onething.documents.service import check_upload


def picture(width: int = 600, height: int = 400, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int) -> bytes:
    """A plain PDF with so many empty pages, written by hand."""
    kids = " ".join(f"{i + 3} 0 R" for i in range(pages))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>"]
    objects += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>"] * pages
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    tail = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + (head + table + tail).encode()


def huge_png(width: int, height: int) -> bytes:
    """A PNG that claims to be huge and holds almost nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


def refusal(content: bytes, filename: str = "x.jpg") -> Problem:
    with pytest.raises(Problem) as caught:
        check_upload(content, filename)
    assert caught.value.what.zh
    assert caught.value.next.en
    return caught.value


@pytest.mark.parametrize(("kind", "media"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("TIFF", "image/tiff"), ("BMP", "image/bmp")])  # fmt: skip
def test_kind_is_told_by_content_not_by_name(kind: str, media: str) -> None:
    info = check_upload(picture(kind=kind), "holiday.exe")
    assert (info.media_type, info.width, info.height, info.pages) == (media, 600, 400, 1)


def test_pdf_pages_are_counted() -> None:
    info = check_upload(pdf(3), "scan.jpg")
    assert (info.media_type, info.pages) == ("application/pdf", 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "documents.empty_file"),
        (b"\0" * 100, "documents.empty_file"),
        (b"Dear office, here is my certificate.", "documents.not_an_image"),
        (b"<html><script>alert(1)</script></html>", "documents.not_an_image"),
        (b"PK\x03\x04" + b"x" * 400, "documents.not_an_image"),
        (b"GIF89a" + b"x" * 400, "documents.not_an_image"),
        (picture(120, 90), "documents.too_small"),
        (huge_png(20_000, 10_000), "documents.too_many_pixels"),
        (huge_png(200_000, 200_000), "documents.too_many_pixels"),
        (pdf(0), "documents.empty_pdf"),
        (pdf(10_000), "documents.too_many_pages"),
        (b"%PDF-1.7\nnothing of the kind", "documents.damaged"),
        (picture()[:20] + b"%PDF-1.4\n" + picture()[20:], "documents.two_kinds"),
    ],
)
def test_refused_with_a_reason(content: bytes, code: str) -> None:
    assert refusal(content).kind.code == code


def test_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_UPLOAD_MAX_BYTES", "1000")
    get_settings.cache_clear()
    assert refusal(picture()).kind.code == "documents.too_large"


def test_encrypted_pdf() -> None:
    """An empty document whose trailer asks for a password nobody knows."""
    locked = pdf(1).replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <"
        + b"aa" * 32 + b"> /U <" + b"bb" * 32 + b"> >>",
    )  # fmt: skip
    assert refusal(locked).kind.code == "documents.encrypted_pdf"


def test_damaged_picture_is_found_when_decoded() -> None:
    broken = picture(kind="PNG")[:60]
    with pytest.raises(Problem) as caught:
        list(open_pages(broken, "x.png"))
    assert caught.value.kind.code in {"documents.damaged", "documents.not_an_image"}


def test_large_pictures_are_brought_down_and_alpha_lies_on_white() -> None:
    assert max(decode(picture(4000, 3000)).shape) == 2400
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    assert decode(out.getvalue()).min() == 255


def test_exif_turn_is_followed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode(picture(600, 400, exif=exif)).shape[:2] == (600, 400)


def test_sixteen_bit_greys_are_read(tmp_path: Path) -> None:
    Image.new("I;16", (300, 300), 65_535).save(tmp_path / "x.png")
    assert decode((tmp_path / "x.png").read_bytes()).min() == 255
