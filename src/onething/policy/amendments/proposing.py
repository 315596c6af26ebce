"""Next versions of the rules that rest on an amended article: the numbers that changed, put into their conditions.

A proposal is text for an official. The old version keeps judging what was filed under it: it ends the day before the new
law is in force, and the new one begins that day.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import yaml

from onething.policy.amendments.models import Amendment, Change, Cited, Proposal
from onething.policy.drafting.quantities import value_of
from onething.policy.text.numerals import AMOUNT
from onething.rules.service import FeelError, compile_expression, numbers_in

EXPRESSIONS = ("when", "require", "refuse_when", "refer_when", "note_when", "value")
_KINDS = frozenset({"rule", "check", "clause"})
_VALUE = re.compile(
    rf"{AMOUNT}\s*(?:个工作日|工作日|周岁|个月|小时|年|月|日|天|岁|倍|人|户|万元|亿元|元|%)|百分之{AMOUNT}"
)
_PERIODS = {"日": "D", "工作日": "D", "月": "M", "年": "Y"}


def numbers_changed(change: Change) -> list[tuple[Decimal, Decimal, str]]:
    """(old, new, unit) of numbers that stand in the same place of the words, in the order of the text."""
    old = "".join(piece.text for piece in change.pieces if piece.kind != "in")
    new = "".join(piece.text for piece in change.pieces if piece.kind != "out")
    before, after = _values(old), _values(new)
    if len(before) != len(after):
        before, after = _values(_around(change, "in")), _values(_around(change, "out"))
    pairs = zip(before, after, strict=False) if len(before) == len(after) else ()
    return [(a[0], b[0], a[1]) for a, b in pairs if a[1] == b[1] and a[0] != b[0]]


def _values(text: str) -> list[tuple[Decimal, str]]:
    return [found for match in _VALUE.finditer(text) if (found := value_of(match[0])) is not None]


def _around(change: Change, left_out: str) -> str:
    """Only words near a change: numbers of sentences that were added or repealed whole do not count."""
    parts: list[str] = []
    for place, piece in enumerate(change.pieces):
        beside = change.pieces[place + 1 : place + 2] or change.pieces[place - 1 : place]
        if piece.kind == "kept" or (
            piece.kind != left_out and any(other.kind != "kept" for other in beside) and len(piece.text) < 12
        ):
            parts.append(piece.text)
    return "".join(parts)


def propose(folder: Path, amendment: Amendment, in_force: date | None) -> Iterator[Proposal]:
    """Proposals for everything under `folder` that the amendment touches."""
    for change, cited in amendment.cited:
        if not change.matters and change.fate != "renumbered":
            continue
        for place in cited:
            yield from _for_one(folder, change, place, in_force)


def _for_one(folder: Path, change: Change, cited: Cited, in_force: date | None) -> Iterator[Proposal]:
    label = change.new[0].label if change.new else ""
    article = (
        re.sub(r"第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?", label, cited.article, count=1)
        if label
        else ""
    )
    until = str(in_force - timedelta(days=1)) if in_force else ""
    begin = str(in_force) if in_force else ""
    if change.fate == "repealed":
        yield Proposal(cited, "repealed", "", "", "", until, begin)
        return
    pairs = numbers_changed(change)
    expressions = _expressions(folder, cited) if cited.kind in _KINDS else []
    told = False
    for name, text in expressions:
        new = _with(text, pairs)
        if new != text:
            told = True
            yield Proposal(cited, f"numbers:{name}", text, new, article, until, begin, tuple(_tests(text, new, pairs)))
    if not told:
        why = "renumbered" if change.fate == "renumbered" else "words"
        yield Proposal(cited, why, "", "", article, until, begin)


def _expressions(folder: Path, cited: Cited) -> list[tuple[str, str]]:
    """The expressions of the thing whose ground this is."""
    content: Any = yaml.safe_load((folder / cited.file).read_text(encoding="utf-8"))
    steps = re.findall(r"[^.\[\]]+|\[\d+\]", cited.path)
    holder: Any = content
    for step in steps:
        if step in ("ground", "grounds"):
            break
        holder = holder[int(step[1:-1])] if step.startswith("[") else holder[step]
    if not isinstance(holder, dict):
        return []
    node = cast("dict[str, Any]", holder)
    return [(name, str(node[name])) for name in EXPRESSIONS if isinstance(node.get(name), str | int | float)]


def _with(text: str, pairs: list[tuple[Decimal, Decimal, str]]) -> str:
    """The expression with old numbers changed for new ones; periods (`P1M`) too. Each place is changed once."""
    table: dict[str, str] = {}
    for old, new, unit in pairs:
        table[f"{old.normalize():f}"] = f"{new.normalize():f}"
        if unit == "%":
            table[f"{(old / 100).normalize():f}"] = f"{(new / 100).normalize():f}"
        if unit in _PERIODS:
            table[f"P{int(old)}{_PERIODS[unit]}"] = f"P{int(new)}{_PERIODS[unit]}"
    parts = re.split(r'("P\d+[DMY]"|(?<![\w."])\d+(?:\.\d+)?(?![\w."]))', text)
    return "".join(_swap(part, table) if place % 2 else part for place, part in enumerate(parts))


def _swap(part: str, table: dict[str, str]) -> str:
    if part.startswith('"'):
        return f'"{table.get(part[1:-1], part[1:-1])}"'
    return table.get(part, part)


def _tests(old: str, new: str, pairs: list[tuple[Decimal, Decimal, str]]) -> Iterator[dict[str, str]]:
    """At each limit, old and new: what both versions say when the one fact they read has that value."""
    try:
        before, after = compile_expression(old), compile_expression(new)
    except FeelError:
        return
    names = sorted(before.names)
    if len(names) != 1 or set(after.names) != set(names):
        return
    limits = {value for pair in pairs for value in pair[:2]} & (set(numbers_in(old)) | set(numbers_in(new)))
    for value in sorted({edge for limit in limits for edge in (limit - 1, limit, limit + 1)}):
        facts = _nested(names[0], value)
        yield {
            "fact": names[0],
            "value": f"{value:f}",
            "before": str(before.evaluate(facts)),
            "after": str(after.evaluate(facts)),
        }


def _nested(name: str, value: Decimal) -> dict[str, Any]:
    facts: Any = value
    for part in reversed(name.split(".")):
        facts = {part: facts}
    return facts
