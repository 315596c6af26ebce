"""Forms from what a city issues: a certificate template with its data, or a PDF whose text says where things stand."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from onething.documents.compare.forms import Form, PixelBox, form_of
from onething.documents.files.pdf import PdfFile
from onething.documents.lines import Line, Pixels
from onething.documents.rendering.certificate_forms import render_certificate


def certificate_form(template: Path, data: Mapping[str, Any], page: int = 0) -> Form:
    """The certificate as `documents.service.render_certificate` issues it, its fields found by drawing it altered."""
    printed = {name: str(value) for name, value in data.items() if isinstance(value, str | int) and value != ""}
    fixed = {"verify_url", "lang", "specimen"}

    def render(values: Mapping[str, str]) -> Pixels:
        changed = {name: value for name, value in values.items() if printed.get(name) != value}
        return _drawn(render_certificate(template, {**data, **changed}), page)[0]

    return form_of(render, {name: value for name, value in printed.items() if name not in fixed})


def pdf_form(content: bytes, values: Mapping[str, str] | None = None, page: int = 0) -> Form:
    """An issued PDF with text. With `values`, a field's place is the text that says it; without, each line is a field."""
    picture, lines = _drawn(content, page)
    if values is None:
        return Form(picture, {line.text: box for line, box in _lines(lines)}, {line.text: line.text for line in lines})
    places = {name: place for name, value in values.items() if (place := _find(lines, value)) is not None}
    return Form(picture, places, dict(values))


def _drawn(content: bytes, page: int) -> tuple[Pixels, list[Line]]:
    with PdfFile(content) as file:
        return file.draw(page)


def _lines(lines: list[Line]) -> Iterator[tuple[Line, PixelBox]]:
    for line in lines:
        (left, top), (right, bottom) = line.quad.min(axis=0), line.quad.max(axis=0)
        yield line, (int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom)))


def _find(lines: list[Line], value: str) -> PixelBox | None:
    """Where a value stands, in one of the ways papers write it."""
    for form in written(value):
        for line, (left, top, right, bottom) in _lines(lines):
            start = line.text.replace(" ", "").find(form)
            if start >= 0 and form:
                glyphs = line.glyphs[start : start + len(form)]
                width = right - left
                return int(left + glyphs[0].start * width), top, int(np.ceil(left + glyphs[-1].end * width)), bottom
    return None


def written(value: str) -> tuple[str, ...]:
    """A value in normal form as papers write it."""
    moment = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", value)
    if moment:
        year, month, day = moment.groups()
        return (f"{year}年{int(month)}月{int(day)}日", f"{year}年{month}月{day}日", f"{year}.{month}.{day}", value)
    words = {"male": "男", "female": "女", "long": "长期"}
    return (words.get(value, value.replace(" ", "")),)
