"""Elements of a page that carry text: `t` a text, `rows` labels and values, `grid` a ruled table, `para` running text.

Places and sizes are millimetres; a `y` written "+3" is three millimetres under where the last element ended.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from onething.sandbox.studio.families.flow import (
    Sheet,
    Span,
    Style,
    colour,
    lines,
    set_line,
    set_vertical,
    style_of,
    wide_of,
)
from onething.sandbox.studio.families.markup import Run, chosen, runs
from onething.sandbox.studio.families.models import Family

Options = Mapping[str, Any]


def where(sheet: Sheet, y: Any) -> float:
    """A `y` of the data in pixels."""
    if isinstance(y, str):
        return sheet.bottom + float(y.replace("+", "")) * sheet.px
    return float(y) * sheet.px


def _styles(sheet: Sheet, family: Family, own: Options) -> tuple[Style, Style]:
    return style_of(sheet, family.label, own, False), style_of(sheet, family.value, own, True)


def text(sheet: Sheet, family: Family, x: float, y: Any, markup: str, own: Options) -> None:
    """`[t, x, y, markup, {s f c g w a lead v pen ul vs vf vc vg}]`: y is the top, x left, middle or right by `a`."""
    label, value = _styles(sheet, family, own)
    parts = runs(str(markup), sheet.record, sheet.rng)
    left, top = x * sheet.px, where(sheet, y)
    if own.get("v"):
        sheet.bottom = set_vertical(sheet, parts, left, top, label, value)
        return
    broken = lines(sheet, parts, label, value, own.get("w", 0) * sheet.px)
    sheet.bottom = _set_block(sheet, broken, left, top, label, value, own)


def _set_block(
    sheet: Sheet, broken: Sequence[Sequence[Span]], x: float, top: float, label: Style, value: Style, own: Options
) -> float:
    """Lines from `top`; gives the y under the last."""
    tall = max(label.size, value.size) if any(s.run.value for line in broken for s in line) else label.size
    step = tall * own.get("lead", 1.35)
    align, under = own.get("a", "l"), own.get("ul", "")
    for number, line in enumerate(broken):
        wide = wide_of(line)
        start = x - wide / 2 if align == "c" else x - wide if align == "r" else x
        set_line(sheet, line, start, top + number * step + tall * 0.88, label, value, under)
    return top + max(1, len(broken)) * step


def _lines_of(sheet: Sheet, family: Family, markup: str, own: Options, wide: float) -> tuple[list[list[Span]], Style, Style, float, float]:  # fmt: skip
    """A block, its two styles, its height and its line step in pixels."""
    label, value = _styles(sheet, family, own)
    broken = lines(sheet, runs(markup, sheet.record, sheet.rng), label, value, wide)
    tall = max(label.size, value.size) if any(s.run.value for line in broken for s in line) else label.size
    step = tall * own.get("lead", 1.3)
    return broken, label, value, tall + (len(broken) - 1) * step, step


def _spread(label: str, ems: float) -> str:
    """A label justified over `ems` where it has no markup of its own and is short enough."""
    plain = label.rstrip("：:")
    if not ems or "{" in plain or "<" in plain or "\n" in plain or "«" in plain or len(plain) < 2 or len(plain) > ems:
        return label
    return f"<{plain}={ems}>{label[len(plain) :]}"


def rows(sheet: Sheet, family: Family, x: float, y: Any, own: Options, table: Sequence[Sequence[str]]) -> None:
    """`[rows, x, y, {step lw w j cols vw rule ...}, [[label, value, …], …]]`.

    `lw` is the labels' column, `w` the values' width, `j` ems to justify labels over, `cols` where each pair of a row
    begins (mm from x), `rule` a colour of a rule under values, `la` r for labels flush right.
    """
    top = where(sheet, y)
    cols: Sequence[float] = own.get("cols", [0, own.get("lw", 20) + own.get("w", 60)])
    for row in table:
        tallest = own.get("step", 8) * sheet.px
        pairs = [row[i : i + 2] for i in range(0, len(row), 2)]
        while len(pairs) > 1 and not any(pairs[-1]):
            pairs.pop()
        across = (
            cols[-1]
            + _nth(own.get("lw", 20), len(cols) - 1)
            + _nth(own.get("w", 60), len(cols) - 1)
            - _nth(own.get("lw", 20), 0)
        )
        for number, pair in enumerate(pairs):
            label_wide = _nth(own.get("lw", 20), number)
            alone = own.get("wide", across if "cols" in own else _nth(own.get("w", 60), 0))
            wide = _nth(own.get("w", 60), number) if len(pairs) > 1 else alone
            left = (x + cols[number]) * sheet.px
            at = left + label_wide * sheet.px
            marked = _spread(chosen(str(pair[0]), sheet.rng), _nth(own.get("j", 0), number)) + own.get("sep", "")
            said, style, _, high, step = _lines_of(sheet, family, marked, own, 0)
            filled, label, value, tall, pace = _lines_of(sheet, family, pair[1], own, wide * sheet.px)
            drop = max(0.0, (min(tall, value.size) - high) / 2) if len(said) > 1 else 0.0
            base = top + max(style.size, value.size) * 0.88
            base_label = top + style.size * 0.88 + drop - (high - style.size) / 2 if len(said) > 1 else base
            for count, line in enumerate(said):
                start = at - wide_of(line) - own.get("lap", 2) * sheet.px if own.get("la") == "r" else left
                set_line(sheet, line, start, base_label + count * step, style, value)
            for count, line in enumerate(filled):
                set_line(sheet, line, at, base + count * pace, label, value)
                if own.get("rule") and (pair[0] or pair[1]):
                    under = base + count * pace + value.size * 0.3
                    sheet.draw.line(
                        (at, under, at + wide * sheet.px, under), fill=colour(own["rule"]), width=_hair(sheet)
                    )
            tallest = max(tallest, tall + own.get("step", 8) * sheet.px - max(style.size, value.size), high * 1.1)
        top += tallest
    sheet.bottom = top


def _nth(value: Any, number: int) -> float:
    if isinstance(value, list):
        return float(value[min(number, len(value) - 1)])
    return float(value)


def _hair(sheet: Sheet, wide: float = 0.15) -> int:
    return max(1, round(sheet.px * wide))


def grid(sheet: Sheet, family: Family, x: float, y: Any, own: Options, table: Sequence[Sequence[Any]]) -> None:
    """`[grid, x, y, {cols h lines c s pad}, [[cell, …], …]]`; a cell is a markup or `[markup, {span down a v h …}]`.

    `lines`: all, h (only between rows), none, outer. Labels stand in the middle of their cells, values left.
    """
    cols = [c * sheet.px for c in own["cols"]]
    left, top, pad = x * sheet.px, where(sheet, y), own.get("pad", 1.5) * sheet.px
    cells, heights = _placed(sheet, family, own, table, cols, pad)
    edges = [top]
    for height in heights:
        edges.append(edges[-1] + height)
    ink, wide = colour(own.get("c", "#444444")), _hair(sheet, own.get("lw", 0.18))
    kind, own = own.get("lines", "all"), {name: value for name, value in own.items() if name != "c"}
    for row, column, span, down, markup, extra in cells:
        box = (left + sum(cols[:column]), edges[row], left + sum(cols[: column + span]), edges[row + down])
        fill = extra.get("fill")
        if fill:
            sheet.draw.rectangle(box, fill=colour(fill))
        if kind == "all":
            sheet.draw.rectangle(box, outline=ink, width=wide)
        elif kind == "h":
            sheet.draw.line((box[0], box[3], box[2], box[3]), fill=ink, width=wide)
        _cell(sheet, family, box, str(markup), {**own, **extra}, pad)
    if kind in ("outer", "all"):
        frame = (left, top, left + sum(cols), edges[-1])
        sheet.draw.rectangle(frame, outline=ink, width=_hair(sheet, own.get("olw", own.get("lw", 0.18) * 1.6)))
    elif kind == "h":
        sheet.draw.line((left, top, left + sum(cols), top), fill=ink, width=wide)
    sheet.bottom = edges[-1]


_Cell = tuple[int, int, int, int, str, Options]


def _placed(
    sheet: Sheet, family: Family, own: Options, table: Sequence[Sequence[Any]], cols: Sequence[float], pad: float
) -> tuple[list[_Cell], list[float]]:
    """Cells with their places, and the rows' heights, grown to what stands in them."""
    taken: set[tuple[int, int]] = set()
    cells: list[_Cell] = []
    heights: list[float] = []
    state = sheet.rng.getstate()
    for number, row in enumerate(table):
        height, column = own.get("h", 8) * sheet.px, 0
        for cell in row:
            markup, extra = (cell[0], cell[1]) if isinstance(cell, list) else (cell, {})
            while (number, column) in taken:
                column += 1
            span, down = extra.get("span", 1), extra.get("down", 1)
            taken |= {(number + i, column + j) for i in range(down) for j in range(span)}
            cells.append((number, column, span, down, str(markup), extra))
            height = max(height, extra.get("h", 0) * sheet.px)
            if down == 1 and not extra.get("v"):
                wide = sum(cols[column : column + span]) - 2 * pad
                tall = _lines_of(sheet, family, _cell_text(str(markup), {**own, **extra}), {**own, **extra}, wide)[3]
                height = max(height, tall + 1.6 * pad)
            column += span
        heights.append(height)
    sheet.rng.setstate(state)
    return cells, heights


def _cell_text(markup: str, own: Options) -> str:
    return _spread(markup, own.get("j", 0)) if "{" not in markup else markup


def _cell(
    sheet: Sheet, family: Family, box: tuple[float, float, float, float], markup: str, own: Options, pad: float
) -> None:
    if not markup:
        return
    left, top, right, bottom = box
    if own.get("v"):
        label, value = _styles(sheet, family, own)
        parts = runs(markup, sheet.record, sheet.rng)
        long = sum(label.size * 1.12 * (0.5 if letter.isspace() else 1) for run in parts for letter in run.text)
        start = max(top + pad / 2, (top + bottom - long) / 2)
        set_vertical(sheet, parts, (left + right - label.size) / 2, start, label, value)
        return
    wide = right - left - 2 * pad
    broken, label, value, tall, step = _lines_of(sheet, family, _cell_text(markup, own), own, wide)
    filled = any(span.run.value for line in broken for span in line)
    align = own.get("a", own.get("va", "l") if filled else "c")
    size = max(label.size, value.size) if filled else label.size
    first = (top + pad * 0.8 if own.get("top") else (top + bottom - tall) / 2) + size * 0.88
    for number, line in enumerate(broken):
        long = wide_of(line)
        start = left + pad if align == "l" else right - pad - long if align == "r" else (left + right - long) / 2
        set_line(sheet, line, start, first + number * step, label, value, own.get("ul", ""))


def para(sheet: Sheet, family: Family, x: float, y: Any, wide: float, own: Options, texts: Sequence[str]) -> None:
    """`[para, x, y, w, {s lead ind ul gap}, [markup, …]]`: paragraphs, indented by `ind` ems, `gap` mm apart."""
    label, value = _styles(sheet, family, own)
    top = where(sheet, y)
    for markup in texts:
        parts = runs(str(markup), sheet.record, sheet.rng)
        if own.get("ind"):
            parts = [Run("　" * int(own["ind"])), *parts]
        broken = lines(sheet, parts, label, value, wide * sheet.px)
        top = _set_block(sheet, broken, x * sheet.px, top, label, value, own) + own.get("gap", 0.5) * sheet.px
    sheet.bottom = top


WRITERS: dict[str, Callable[..., None]] = {"t": text, "rows": rows, "grid": grid, "para": para}
