"""What a file may cost is counted before it is done, and what cannot be counted is ended from outside."""

import io
import threading
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from onething.core.errors import Problem
from onething.documents.files.cost import FACES, LETTERS, PIXELS, Budget
from onething.documents.files.ofd import MOST_OBJECTS, OfdFile
from onething.documents.files.pages import open_pages
from onething.documents.files.pdf import PdfFile
from onething.documents.files.uploads import check_upload
from onething.documents.reading.fair import FairSeats

SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(objects: str, templates: str = "", more: dict[str, bytes] | None = None, resources: str = "") -> bytes:
    document = (
        f"<ofd:Document {SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{resources}"
        '<ofd:TemplatePage ID="90" BaseLoc="T.xml"/></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="P.xml"/></ofd:Pages></ofd:Document>'
    )
    page = f"<ofd:Page {SPACE}>{templates}<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "OFD.xml",
            f"<ofd:OFD {SPACE}><ofd:DocBody><ofd:DocRoot>D/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        archive.writestr("D/Document.xml", document)
        for name in ("D/P.xml", "D/T.xml"):
            archive.writestr(name, page)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def text(words: str, size: float = 4, x: str = "0") -> str:
    return f'<ofd:TextObject ID="7" Boundary="10 10 120 6" Size="{size}"><ofd:TextCode X="{x}" Y="4">{words}</ofd:TextCode></ofd:TextObject>'


def picture(side: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    return out.getvalue()


MEDIA = "<ofd:DocumentRes>R.xml</ofd:DocumentRes>"
RESOURCES = f'<ofd:Res {SPACE} BaseLoc=""><ofd:MultiMedias><ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>p.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>'.encode()  # fmt: skip
PASTED = '<ofd:ImageObject ID="8" ResourceID="5" Boundary="0 0 100 100"/>'


@pytest.mark.parametrize(
    "content",
    [
        ofd(text("国" * 5_000, size=290)),
        ofd("".join(text("国" * 20, size=290 - n / 10) for n in range(100))),
        ofd("".join(text("国", size=3 + n / 7) for n in range(FACES * 8))),
        ofd(text("a" * (LETTERS + 1))),
        ofd("".join(text("ab", x=str(n * 7919 % 99_991)) for n in range(MOST_OBJECTS + 1))),
        ofd(text("国" * 6_000), templates='<ofd:Template TemplateID="90"/>' * 400),
        ofd(PASTED * 300, resources=MEDIA, more={"D/R.xml": RESOURCES, "D/p.png": picture(4_000)}),
    ],
    ids=["one size of 290", "sizes near it", "many sizes", "one long text", "many texts", "templates", "one picture pasted often"],
)  # fmt: skip
def test_a_small_file_that_asks_for_much_work_is_refused_before_the_work(content: bytes) -> None:
    """The first held the only reader for 120 seconds in less than a kilobyte."""
    assert len(content) < 100_000
    with pytest.raises(Problem) as refused:
        list(open_pages(content, "x.ofd"))
    assert refused.value.kind.code == "documents.too_costly"
    assert "重新导出" in refused.value.next.zh


def test_an_ordinary_page_costs_a_small_part_of_what_it_may() -> None:
    """A page full of print: forty lines of forty letters in two sizes."""
    content = ofd("".join(text("高效办成一件事" * 6, size=3.5 + n % 2) for n in range(40)))
    with OfdFile(content) as file:
        _, lines = file.draw(0)
    assert sum(len(line.glyphs) for line in lines) == 40 * 42
    scale = 1900 / 297
    assert 40 * 42 * (4.5 * scale) ** 2 < PIXELS / 50


@pytest.mark.parametrize("x", ["nan", "inf", "-inf", "1e400"])
def test_letters_at_no_place_are_told_as_damaged(x: str) -> None:
    with pytest.raises(Problem) as refused:
        list(open_pages(ofd(text("国", x=x)), "x.ofd"))
    assert refused.value.kind.code == "documents.damaged"


def pdf_with(*boxes: str) -> bytes:
    """A PDF with a page for each media box."""
    kids = " ".join(f"{n + 3} 0 R" for n in range(len(boxes)))
    parts = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(boxes)}>>"]
    parts += [f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]>>" for box in boxes]
    out, places = b"%PDF-1.4\n", list[int]()
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += f"{number} 0 obj{part}endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}trailer<</Root 1 0 R/Size {len(parts) + 1}>>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def test_the_size_of_every_page_is_looked_at_and_not_only_of_the_first() -> None:
    good = "0 0 595 842"
    assert check_upload(pdf_with(good, good), "x.pdf").pages == 2
    for bad in ("0 0 90000 90000", "0 0 595 14401"):
        with pytest.raises(Problem) as refused:
            check_upload(pdf_with(good, bad), "x.pdf")
        assert refused.value.kind.code == "documents.damaged"


def test_a_page_of_no_number_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    with PdfFile(pdf_with("0 0 595 842")) as file:

        class Odd:
            def get_page_size(self, _number: int) -> tuple[float, float]:
                return float("nan"), 842.0

            def close(self) -> None:
                return

        document = file._document
        monkeypatch.setattr(file, "_document", Odd())
        with pytest.raises(Problem):
            file.page_size(0)
        document.close()


@given(
    st.lists(st.tuples(st.sampled_from(["paint", "write", "load"]), st.floats(allow_nan=False) | st.integers(0, 10**9)))
)
def test_a_budget_never_grows_and_ends_what_goes_beyond_it(steps: list[tuple[str, Any]]) -> None:
    budget, spent = Budget(), 0.0
    try:
        for name, amount in steps:
            before = (budget.pixels, budget.letters, budget.faces)
            getattr(budget, name)(amount if name == "paint" else int(min(max(amount, 0), 10**9)))
            assert (budget.pixels, budget.letters, budget.faces) <= before
            spent += max(float(amount), 0.0)
    except Problem:
        return
    assert min(budget.pixels, budget.letters, budget.faces) >= 0


def test_the_seats_are_given_by_turns_of_the_owners() -> None:
    seats, gate, done = FairSeats(1, "test"), threading.Event(), list[str]()

    def work(name: str) -> None:
        gate.wait(10)
        done.append(name)

    first = seats.submit("greedy", lambda: work("g0"))
    greedy = [seats.submit("greedy", lambda n=n: work(f"g{n}")) for n in range(1, 6)]
    other = seats.submit("mother", lambda: work("m"))
    gate.set()
    for future in (first, *greedy, other):
        future.result(10)
    seats.close()
    assert done.index("m") <= 2, done


def test_one_owner_never_holds_the_last_of_several_seats() -> None:
    seats, gate = FairSeats(2, "test"), threading.Event()
    slow = [seats.submit("greedy", lambda: gate.wait(20)) for _ in range(5)]
    assert seats.submit("mother", lambda: "read").result(5) == "read"
    gate.set()
    assert all(future.result(10) for future in slow)
    seats.close()


def test_what_waits_when_the_seats_close_is_cancelled_and_what_fails_is_told() -> None:
    seats, gate, begun = FairSeats(1, "test"), threading.Event(), threading.Event()

    def running() -> str:
        begun.set()
        gate.wait(10)
        return "done"

    def failing() -> None:
        raise ValueError("broken")

    under_way, waiting = seats.submit("a", running), seats.submit("b", failing)
    begun.wait(5)
    closer = threading.Thread(target=seats.close)
    closer.start()
    gate.set()
    closer.join(10)
    assert (under_way.result(1), waiting.cancelled()) == ("done", True)
    again = FairSeats(1, "test")
    with pytest.raises(ValueError, match="broken"):
        again.submit("a", failing).result(5)
    again.close()
