"""What was mended keeps what was seen and why: under a check digit, by a code, by the same value printed elsewhere."""

from datetime import date
from typing import Any, ClassVar

import numpy as np
import pytest

from onething.core.identifiers import citizen_id_check_digit
from onething.documents.fields.consistency import Draft, compare_codes
from onething.documents.fields.document_types import FieldSpec, load_types
from onething.documents.fields.values import parse
from onething.documents.lines import Glyph, Line
from onething.documents.models import Correction, ReadDocument, ReadField
from onething.documents.reading.evaluate import Score
from onething.documents.reading.extract import Extractor, Sheet

DIGITS = "0123456789X"
FIRST = "31010119950302001"
NUMBER = FIRST + citizen_id_check_digit(FIRST)
CODE, OTHER_CODE = "91310115MA1K35X47U", "91310115MA1K4BQ31T"


class Engine:
    """A recogniser that knows ten digits, X and blanks, and sees nothing a second time."""

    index: ClassVar = {char: place for place, char in enumerate(DIGITS, 1)}

    def recognise(self, crops: list[Any], batch: int = 6) -> list[Any]:
        return [([], np.zeros((0, 0), np.float32))] * len(crops)


def doubtful_line(right: str, seen: str, share: float) -> Line:
    """`seen` as it was read; where it differs from `right`, the right digit was considered with `share`."""
    matrix = np.full((2 * len(right), len(DIGITS) + 1), 1e-5, np.float32)
    for place, (meant, read) in enumerate(zip(right, seen, strict=True)):
        matrix[2 * place, Engine.index[read]] = 1 - share if meant != read else 0.99
        if meant != read:
            matrix[2 * place, Engine.index[meant]] = share
        matrix[2 * place + 1, 0] = 1.0
    label = "公民身份号码"
    matrix = np.vstack([np.full((len(label), len(DIGITS) + 1), 1e-5, np.float32), matrix])
    step = 1 / len(label + seen)
    steps = [*range(len(label)), *(len(label) + 2 * i for i in range(len(seen)))]
    glyphs = [Glyph(c, 0.9, i * step, (i + 1) * step, steps[i]) for i, c in enumerate(label + seen)]
    quad = np.array([[50, 700], [770, 700], [770, 730], [50, 730]], np.float32)
    return Line(quad, glyphs, matrix)


def read_card(line: Line) -> ReadField:
    blank = np.full((1000, 1000, 3), 255, np.uint8)
    engine: Any = Engine()
    fields, _ = Extractor(engine, load_types()["id_card_front"], Sheet(blank, blank, [line])).run(date(2026, 11, 23))
    return fields["id_number"]


def test_a_digit_the_check_digit_rules_out_is_read_again_and_says_so() -> None:
    seen = NUMBER[:4] + ("6" if NUMBER[4] != "6" else "8") + NUMBER[5:]
    field = read_card(doubtful_line(NUMBER, seen, 0.2))
    assert field.value == NUMBER
    assert field.corrections == (Correction(before=seen, after=NUMBER, reason="checksum"),)


def test_a_digit_nobody_considered_is_not_made_up() -> None:
    seen = NUMBER[:4] + ("6" if NUMBER[4] != "6" else "8") + NUMBER[5:]
    field = read_card(doubtful_line(NUMBER, seen, 0.0))
    assert (field.value, field.certain) == (seen, False)


def draft(value: str, lowest: float) -> dict[str, Draft]:
    spec = load_types()["business_licence"].fields["code"]
    return {"code": Draft("code", spec.label, value, 0.9, False, False, (0.1, 0.1, 0.2, 0.1), [], [], lowest)}


@pytest.mark.parametrize(
    ("printed", "lowest", "value", "doubts", "reasons"),
    [
        (CODE, 0.95, CODE, [], []),
        (CODE[:5] + "8" + CODE[6:], 0.5, CODE, [], ["code"]),
        (OTHER_CODE, 0.5, OTHER_CODE, ["code_disagrees"], []),
        (CODE[:5] + "8" + CODE[6:], 0.99, CODE[:5] + "8" + CODE[6:], ["code_disagrees"], []),
    ],
    ids=["same", "misread", "another", "altered"],
)
def test_print_is_held_against_the_code_on_the_paper(
    printed: str, lowest: float, value: str, doubts: list[str], reasons: list[str]
) -> None:
    """Hardly legible print becomes what the code says; plainly legible print that differs is never overwritten."""
    drafts = draft(printed, lowest)
    told = compare_codes(load_types()["business_licence"], drafts, [f"https://www.gsxt.gov.cn/?uscc={CODE}"])
    found = drafts["code"]
    assert (found.value, found.doubts, [each.reason for each in found.corrections]) == (value, doubts, reasons)
    assert [problem.code for problem in told] == doubts
    for problem in told:
        assert "统一社会信用代码" in problem.what.zh
        assert "Unified social credit code" in problem.what.en


def test_a_code_that_says_nothing_of_the_print_changes_nothing() -> None:
    drafts = draft(CODE, 0.95)
    assert compare_codes(load_types()["business_licence"], drafts, ["WIFI:S=cafe;;", "https://example.org"]) == []
    assert drafts["code"].value == CODE


@pytest.mark.parametrize(
    ("kind", "more", "seen", "value", "reason"),
    [
        ("date", {}, "2020年O3月l2日", "2020-03-12", "confusion"),
        ("date", {}, "2020年3月12曰", "2020-03-12", "confusion"),
        ("code", {"shape": "A999999999"}, "T31O0I2345", "T310012345", "confusion"),
        ("code", {"shape": "A999999999"}, "7310012345", None, None),
        ("company_code", {}, "9131O115MA1K35X47U", "91310115MA1K35X47U", "confusion"),
        ("ethnicity", {}, "土蒙古族", "蒙古", "vocabulary"),
        ("ethnicity", {}, "维吾尓族", "维吾尔", "vocabulary"),
        ("word", {"words": {"未婚": "single", "已婚": "married"}}, "末婚", "single", "vocabulary"),
        ("word", {"words": {"未婚": "single", "已婚": "married"}}, "口婚", None, None),
    ],
)  # fmt: skip
def test_characters_easily_taken_for_each_other_are_put_right_and_say_so(
    kind: str, more: dict[str, Any], seen: str, value: str | None, reason: str | None
) -> None:
    parsed = parse(
        seen, FieldSpec.model_validate({"label": {"zh": "项", "en": "field"}, "kind": kind, "anchors": [], **more})
    )
    if value is None:
        assert parsed.fault, "what no confusion explains is told, not bent into shape"
        return
    assert parsed.value == value
    assert {each.reason for each in parsed.corrections} == {reason}


def test_a_confusion_report_counts_what_was_printed_and_read() -> None:
    result = Score()
    read = ReadDocument(
        file="a.jpg", type="bank_card", fields={"holder": ReadField(value="王小未", confidence=0.9, certain=True)}
    )
    result.add("a.jpg", {"type": "bank_card", "fields": {"holder": "王小末"}}, [read], 0.5)
    report = result.report()
    assert report["confusions"] == [{"printed": "末", "read": "未", "times": 1}]
    assert (report["exact"], report["uncaught"]) == (0.0, 1.0)


def test_only_known_reasons_can_be_given() -> None:
    with pytest.raises(ValueError, match="reason"):
        Correction.model_validate({"before": "a", "after": "b", "reason": "because"})
