"""The same regulation as Markdown, Word and PDF is the same tree; a hostile or unsettled file is refused with its reason, never guessed at."""

import contextlib
import io
import json
import random
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from onething.core.errors import Problem
from onething.documents.prose import pdf_apart
from onething.documents.prose.service import read_bytes
from onething.policy.cli import app
from onething.policy.structuring import structure
from onething.policy.text.tree import parse_document

LINES = """云州市促进民营经济发展条例
（2026年1月5日云州市人民代表大会常务委员会第一次会议通过）
第一章 总则
第一条 为了促进民营经济高质量发展，保护民营企业的合法权益，根据有关法律、行政法规，结合本市实际，制定本条例。
第二条 企业符合下列条件的，由市经济信息化部门按照实际投资额的百分之十给予补助，最高不超过五十万元：
（一）在本市注册满二年；
（二）从业人员不足三百人；
（三）上年度研发投入占营业收入的比例不低于百分之三，其中：
1.软件企业不低于百分之五；
2.其他企业从其规定。
前款第二项规定的从业人员，以参加社会保险的人数为准。
第二章 附则
第三条 违反本条例第二条第一款第（一）项规定取得补助的，由市经济信息化部门责令退回。
第四条 本条例自2026年3月1日起施行。""".splitlines()
MARKDOWN = "\n\n".join(f"# {LINES[0]}" if n == 0 else f"## {each}" if "章 " in each[:5] else each for n, each in enumerate(LINES)) + "\n"  # fmt: skip


def word(lines: list[str] = LINES) -> Any:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    return made


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


PLAIN = '#set page(width: 150mm, height: 120mm, numbering: "- 1 -")\n#set text(size: 12pt, {font})\n'
OFFICIAL = '#set page(paper: "a4", numbering: "1")\n#set text(size: 16pt, {font})\n#set par(justify: true, first-line-indent: (amount: 2em, all: true), spacing: 0.9em, leading: 0.9em)\n'
FONT = 'font: ("Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Zen Hei")'


def pdf(lines: list[str] = LINES, style: str = PLAIN) -> bytes:
    """Pages as typst draws them, with lines wrapped by the width of the page and page numbers."""
    import typst

    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.typ"
        body = "\n\n".join("#text(" + json.dumps(line, ensure_ascii=False) + ")" for line in lines)
        page.write_text(style.replace("{font}", FONT) + body, encoding="utf-8")
        return typst.compile(page)


def tree(content: bytes, name: str) -> dict[str, Any]:
    return placeless(structure(read_bytes(content, name), name).as_dict())


def placeless(found: dict[str, Any]) -> dict[str, Any]:
    """Without the places in the source, which marks of Markdown and breaks of lines move."""
    for draft in found["drafts"]:
        draft["links"] = [{k: v for k, v in each.items() if k != "span"} for each in draft["links"]]
        draft["open"] = [{k: v for k, v in each.items() if k != "span"} for each in draft["open"]]
    return found


def test_markdown_word_and_pdf_of_one_regulation_are_one_tree() -> None:
    plain = tree(MARKDOWN.encode(), "a.md")
    assert [each["number"] for each in plain["articles"]] == [1, 2, 3, 4]
    assert [len(p["items"]) for p in plain["articles"][1]["paragraphs"]] == [3, 0]
    assert plain["references"][0]["to"] == [f"{parse_document(MARKDOWN).id}/art_2/par_1/itm_2"]
    assert tree(saved(word()), "a.docx") == plain
    assert tree(pdf(), "a.pdf") == plain


def test_the_command_gives_the_same_for_each_file(tmp_path: Path) -> None:
    said: list[Any] = []
    for name, content in (("a.md", MARKDOWN.encode()), ("b.docx", saved(word()))):
        (tmp_path / name).write_bytes(content)
        result = CliRunner().invoke(app, ["structure", str(tmp_path / name), "--json"])
        assert result.exit_code == 0, result.output
        said.append(placeless(json.loads(result.stdout)))
    assert said[0] == said[1]
    assert list(said[0]) == ["title", "articles", "references", "drafts", "not_understood"]


@pytest.mark.parametrize("law", ["契税法", "住房公积金管理条例", "个人信息保护法"])
def test_a_real_law_set_as_official_papers_are_is_exactly_its_tree(law: str, shared_data: Path) -> None:
    """Sentences that end at the end of a full line do not break a paragraph: the page's indents say where one begins."""
    text = next((shared_data / "laws").glob(f"{law}*.md")).read_text(encoding="utf-8")
    lines = [each.strip().lstrip("# ") for each in text.split("\n") if each.strip() and not each.startswith("<!--")]
    plain = parse_document(text).articles
    for content in (pdf(lines, OFFICIAL), saved(word(lines))):
        read = parse_document(read_bytes(content, "law")).articles
        assert [[(p.text, [(i.label, i.text) for i in p.items]) for p in a.paragraphs] for a in read] == [[(p.text, [(i.label, i.text) for i in p.items]) for p in a.paragraphs] for a in plain]  # fmt: skip
        assert [each.label for each in read] == [each.label for each in plain]


# -- Word -----------------------------------------------------------------------------------------------------------


def numbered(*levels: tuple[str, str]) -> Any:
    """A Word document with a list definition of its own: (format, text) of each level."""
    made = docx.Document()
    root = made.part.numbering_part.element
    inner = "".join(f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/><w:lvlText w:val="{text}"/></w:lvl>' for n, (shape, text) in enumerate(levels))  # fmt: skip
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{inner}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    return made


def counted(document: Any, text: str, level: int) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))


def test_numbers_that_word_counts_by_itself_are_those_of_the_tree() -> None:
    """In files from Word 第一条 is often no text but a list number: without counting it there would be no article."""
    made = numbered(("chineseCountingThousand", "第%1条"), ("chineseCounting", "（%2）"))
    made.add_paragraph(LINES[0])
    for number in range(1, 13):
        counted(made, f"第{number}个规定，应当符合下列条件：", 0)
        for item in ("在本市注册；", "依法纳税。"):
            counted(made, item, 1)
    document = parse_document(read_bytes(saved(made), "a.docx"))
    assert [document.articles[n].label for n in (0, 1, 2, -1)] == ["第一条", "第二条", "第三条", "第十二条"]
    assert [[i.label for i in a.paragraphs[0].items] for a in document.articles] == [["（一）", "（二）"]] * 12
    assert document.problems == ()


def test_text_in_content_controls_and_text_boxes_is_not_lost() -> None:
    made = word(LINES[:4])
    control = f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>第二条 控件里的条文。</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    made.element.body.insert(4, parse_xml(control))
    box = f"<w:r {nsdecls('w')}><w:pict><w:txbxContent><w:p><w:r><w:t>第三条 文本框里的条文。</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    made.add_paragraph()._p.append(parse_xml(box))
    assert [a.text for a in parse_document(read_bytes(saved(made), "a.docx")).articles][1:] == ["控件里的条文。", "文本框里的条文。"]  # fmt: skip


def test_a_word_file_with_changes_that_nobody_accepted_is_no_text_yet() -> None:
    made = word()
    change = f'<w:ins {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t>或者外资企业</w:t></w:r></w:ins>'
    made.paragraphs[4]._p.append(parse_xml(change))
    refused(saved(made), "policy.unsettled")


def repacked(change: dict[str, bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    """The Word file with parts replaced (`None` keeps them) and added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(word()))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change.get(name) or old.read(name))
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def refused(content: bytes, code: str) -> Problem:
    with pytest.raises(Problem) as caught:
        read_bytes(content, "a.docx")
    assert caught.value.kind.code == code
    return caught.value


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    bomb = repacked({}, {"word/media/zeros.bin": bytes(60_000_000)})
    assert len(bomb) < 200_000
    refused(bomb, "policy.unsafe")
    refused(repacked({"word/document.xml": b"<a>" + b" " * 30_000_000 + b"</a>"}), "policy.unsafe")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;">]>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd">',
    ],
)
def test_entities_are_refused_wherever_they_point(declared: str, encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?>{declared}<w:document {nsdecls("w")}><w:body><w:p><w:r><w:t>第一条 &x;</w:t></w:r></w:p></w:body></w:document>'
    refused(repacked({"word/document.xml": part.encode(encoding)}), "policy.unsafe")


def test_macros_are_refused() -> None:
    refused(repacked({}, {"word/vbaProject.bin": b"macro"}), "policy.unsafe")
    with zipfile.ZipFile(io.BytesIO(saved(word()))) as archive:
        types = archive.read("[Content_Types].xml")
    plain = b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    assert plain in types
    refused(repacked({"[Content_Types].xml": types.replace(plain, b"vnd.ms-word.document.macroEnabled.main+xml")}), "policy.unsafe")  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_a_damaged_word_file_is_read_or_refused_but_breaks_nothing(seed: int) -> None:
    chance, content = random.Random(seed), bytearray(saved(word(LINES[:5])))
    for _ in range(chance.randint(1, 40)):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    with contextlib.suppress(Problem):  # any other exception is what must not happen
        parse_document(read_bytes(bytes(content), "a.docx"))


# -- PDF ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "seconds"), [("import time; time.sleep(300)", 0.5), ("import os; os._exit(139)", 60)])
def test_a_pdf_that_hangs_or_kills_its_reader_ends_alone(code: str, seconds: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # fmt: skip
    import sys

    stand_in = tmp_path / "python"
    stand_in.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{code}'\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(pdf_apart.sys, "executable", str(stand_in))
    with pytest.raises(Problem) as caught:
        pdf_apart.pages_of(b"%PDF-1.7", seconds)
    assert caught.value.kind.code == "policy.unreadable"


def stream(content: bytes, more: str = "", catalog: str = "") -> bytes:
    """A PDF of one page with this compressed content stream."""
    import zlib

    packed = zlib.compress(content, 9)
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(), b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R {more} >>".encode(),
        f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode() + packed + b"\nendstream",
    ]  # fmt: skip
    out, places = b"%PDF-1.7\n", list[int]()
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    table = "".join(f"{at:010d} 00000 n \n" for at in places)
    return out + f"xref\n0 5\n0000000000 65535 f \n{table}trailer << /Size 5 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()  # fmt: skip


@pytest.mark.slow
def test_a_pdf_that_unpacks_to_much_or_carries_a_script_gives_no_text_and_does_no_harm() -> None:
    script = '/OpenAction << /S /JavaScript /JS (app.launchURL\\("http://127.0.0.1:9/"\\)) >>'
    for content in (stream(b" " * 100_000_000), stream(b"BT ET", catalog=script)):
        with pytest.raises(Problem) as caught:
            read_bytes(content, "a.pdf")
        assert caught.value.kind.code in ("policy.scanned", "policy.unreadable")


def test_a_page_that_is_a_picture_between_pages_of_text_is_read_or_refused_and_not_left_out() -> None:
    import pypdfium2
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(picture, "PDF")
    both = pypdfium2.PdfDocument.new()
    both.import_pages(pypdfium2.PdfDocument(pdf(LINES[:-1])))
    text_pages = len(both)
    both.import_pages(pypdfium2.PdfDocument(picture.getvalue()))
    out = io.BytesIO()
    both.save(out)
    with pytest.raises(Problem) as caught:
        read_bytes(out.getvalue(), "a.pdf")
    assert caught.value.kind.code == "policy.scanned"
    # What the reader makes of pages that have their own text is not used: the letters of the text layer are exact.
    document = parse_document(read_bytes(out.getvalue(), "a.pdf", lambda _: ["误读"] * text_pages + [LINES[-1]]))
    assert [a.text for a in document.articles] == [a.text for a in parse_document(MARKDOWN).articles]


def test_a_locked_pdf_is_refused() -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    out = io.BytesIO()
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf())))
    writer.encrypt("owner", "secret")
    writer.write(out)
    refused(out.getvalue(), "policy.unreadable")
