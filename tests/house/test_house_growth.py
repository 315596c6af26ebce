"""How the work of every reader of strangers' text grows: ten times the text, about ten times the work, whatever the text repeats.

Measured by processor time of this process in ratios, never in seconds: linear work gives about 10, quadratic work 100; what is
between is allowed for. A reader that has done a good second's work is not given more.
"""

import gc
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

STEEP = 35.0
"""Ratio of work for ten times the text: halfway between linear and quadratic on a logarithmic scale, rounded up."""
SIZES = (1_000, 10_000, 100_000)
ENOUGH, TOO_LITTLE = 0.08, 0.004
"""Seconds of processor time: beyond the first nothing larger is tried; below the second a ratio says nothing."""

ONE = [
    "onething.core.i18n:negotiate",
    "onething.core.identifiers:mask_name",
    "onething.core.identifiers:normalize",
    "onething.core.identifiers:parse_citizen_id",
    "onething.core.identifiers:parse_phone",
    "onething.core.identifiers:parse_uscc",
    "onething.core.logs:mask",
    "onething.core.whole:whole",
    "onething.documents.fields.amounts:from_chinese",
    "onething.documents.fields.amounts:from_figures",
    "onething.documents.fields.amounts:normal",
    "onething.documents.fields.amounts:written_amount",
    "onething.documents.text.service:understand",
    "onething.policy.feedback.clustering:words_of",
    "onething.policy.text.references:work_id",
    "onething.policy.text.tree:parse_document",
    "onething.rules.feel.parser:parse",
    "onething.rules.feel.parser:parse_tests",
    "onething.rules.service:check_text",
    "onething.rules.service:compile_expression",
    "onething.rules.service:parse_rules",
    "onething.subjects.names.service:clean",
    "onething.web.http.page:local_path",
]
"""Functions of one text."""


def _lines(text: str) -> object:
    return import_module("onething.documents.prose.readers").join_wrapped(text.split("\n"))


def _short_lines(text: str) -> object:
    return import_module("onething.documents.prose.readers").join_wrapped(
        [text[at : at + 8] for at in range(0, len(text), 8)]
    )


def _file(text: str) -> object:
    return import_module("onething.documents.prose.readers").read_bytes(text.encode(), "x.txt")


def _cited(text: str) -> object:
    references = import_module("onething.policy.text.references")
    return references.find_references(import_module("onething.policy.text.tree").parse_document(text))


READERS: dict[str, Callable[[str], Any]] = {
    place: getattr(import_module(place.partition(":")[0]), place.partition(":")[2]) for place in ONE
} | {"lines of prose": _lines, "short lines of prose": _short_lines, "a text file": _file, "references": _cited}


SHAPES: dict[str, Callable[[int], str]] = {
    unit.strip() or "blanks": (lambda n, unit=unit: (unit * (n // len(unit) + 1))[:n])
    for unit in (
        " ", "\n", "1", "1,", "一", "千", "a", "国", "(", "（", "《", "《国》", "“", "@", "-", "路1号", "上海市浦东新区", "张三、", "姓名：", "1,000元 ",
        "人民币 ", "2020年1月1日至", "第一条 国家。\n", "（一）国；\n", "第一章 总则\n第一节 国\n", "依照本法第三条第二款第（三）项、", "“国”修改为“家”，",
        "满3个月且不低于10%的，给予1000元补贴；", "\t*#", "# ", "1.", "a: b\n", "[", "{",
    )
}  # fmt: skip


def _work(read: Callable[[str], Any], text: str) -> float:
    """Processor seconds for one text. Whatever the reader raises is its answer, as long as it is no RecursionError.

    Without garbage collection, whose work grows with all that other tests have left in memory.
    """
    gc.disable()
    begun = time.process_time()
    try:
        read(text)
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - refusing is an answer
        pass
    finally:
        gc.enable()
    return time.process_time() - begun


def steepest(read: Callable[[str], Any], shape: Callable[[int], str]) -> float:
    """The largest ratio of work between two sizes."""
    worst, before = 0.0, _work(read, shape(SIZES[0]))
    before = min(before, _work(read, shape(SIZES[0])))
    for size in SIZES[1:]:
        if before > ENOUGH:
            break
        now = _work(read, shape(size))
        tries = 3 if before > TOO_LITTLE and now < 3 else 0
        while tries and now / before > STEEP:  # a neighbour may have had the processor's memory
            tries -= 1
            before, now = max(before, _work(read, shape(size // 10))), min(now, _work(read, shape(size)))
        if before > TOO_LITTLE:
            worst = max(worst, now / before)
        before = now
    return worst


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_the_work_grows_with_the_text_and_not_with_its_square(name: str) -> None:
    read = READERS[name]
    _work(read, "上海市国1 ")  # vocabularies are loaded once
    found = {shape: round(steepest(read, make), 1) for shape, make in SHAPES.items()}
    assert {shape: ratio for shape, ratio in found.items() if ratio > STEEP} == {}


def test_the_measure_tells_a_square_from_a_line() -> None:
    def line(text: str) -> int:
        return sum(1 for _ in text for _ in range(20))

    def square(text: str) -> int:
        return sum(text[:at].count("x") for at in range(0, len(text), 4))

    shape = SHAPES["a"]
    assert steepest(line, shape) < STEEP < steepest(square, shape)
