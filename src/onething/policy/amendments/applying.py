"""An amending decision carried out on the text it amends: the consolidated text, and what became of each order.

Nothing is guessed: an order whose place or words are not in the text is left undone and listed with the reason.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from onething.core.i18n import Text, texts_of
from onething.policy.amendments import articles, wording
from onething.policy.amendments.contents import follow_headings
from onething.policy.amendments.decisions import Decision, plain_title
from onething.policy.amendments.editor import Editor, RefusedError
from onething.policy.amendments.following import follow
from onething.policy.amendments.orders import (
    Add,
    Cover,
    Delete,
    Divide,
    Insert,
    Left,
    Merge,
    Order,
    Rehead,
    Renumber,
    Reorder,
    Replace,
    Retitle,
    Split,
    Swap,
)
from onething.policy.amendments.outline import END, NEW, Heading, Key, Outline, label_of, outline, written
from onething.policy.amendments.settling import kept, moved, settle
from onething.policy.models import Document

say = texts_of(__name__)

WHYS = ("unclear", "unsaid", "no_place", "which_place", "no_words", "counts", "number", "no_target", "joint", "other_law", "which_law")  # fmt: skip
"""Why an order is left to people; `why_left` says each in words."""


def why_left(why: str) -> Text:
    """One of `WHYS` in both languages."""
    return say(f"amendment.{why}")


@dataclass(frozen=True, slots=True)
class Carried:
    """One order and what became of it. `why` is empty when it was carried out."""

    words: str
    why: str = ""

    @property
    def done(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class Consolidated:
    """The text after a decision."""

    text: str
    carried: tuple[Carried, ...]
    """Orders for this law, in the sequence of the decision."""
    renumbered: dict[str, str] = field(default_factory=dict[str, str])
    """Old label → new label of articles whose number changed."""
    references: tuple[tuple[str, str, str], ...] = ()
    """(article, reference before, after) of references that follow the new numbers; for a person to look at."""
    dangling: tuple[tuple[str, str], ...] = ()
    """(article, reference) to a place that is no longer there or no longer the same; 前款 where another stands before."""
    moved: tuple[str, ...] = ()
    """Labels of articles that stand before or behind others than they did: meant, or a slip of the decision's numbers."""
    doubts: tuple[str, ...] = ()
    """Labels of articles at the border of two chapters, where the decision does not say which they belong to."""
    elsewhere: int = 0
    """How many orders of the decision amend other laws."""
    in_force_from: date | None = None

    @property
    def left(self) -> tuple[Carried, ...]:
        return tuple(each for each in self.carried if not each.done)


_ACTS: dict[type[Order], Callable[..., None]] = {
    Replace: articles.replace, Swap: wording.swap, Insert: wording.insert, Delete: articles.delete, Add: articles.add,
    Renumber: articles.renumber, Merge: articles.merge, Split: articles.split, Divide: articles.divide, Cover: articles.cover,
}  # fmt: skip


def carry_out(base: Document, decision: Decision) -> Consolidated:
    """Every order of `decision` for the law of `base`, in its sequence. Never raises."""
    editor = Editor(outline(base))
    mine = [mine for each in decision.orders if (mine := _for(each, base, decision))]
    carried = [_one(editor, n, each) for n, each in enumerate(mine)]
    if not mine and decision.orders:
        carried = [Carried(decision.title, "other_law")]
    numbers, final = settle(editor)
    for promise in editor.promises:
        if carried[promise.order].done and not kept(editor, promise, final):
            carried[promise.order] = Carried(carried[promise.order].words, "number")
    followed = follow(editor, base, numbers, final)
    if not follow_headings(editor.whole, base):
        carried.append(Carried("目录", "unsaid"))
    text = _written(editor.whole, final)
    labels = {label_of("条", *old): label_of("条", *new) for old, new in numbers.articles.items() if new and old != new}
    return Consolidated(
        _headed(text, base, decision, editor.whole), tuple(each for each in carried if each.words), labels, tuple(followed.references), tuple(followed.dangling),
        tuple(label_of("条", *each) for each in moved(editor, final)), tuple(editor.doubts), len(decision.orders) - len(mine), decision.in_force_from,
    )  # fmt: skip


def _for(order: Order, base: Document, decision: Decision) -> Order | None:
    """An order that is for this law: it names it, or it names none and the decision amends this one only. None for another law's."""
    if order.law:
        return order if same_law(order.law, base.title) else None
    alone = len({plain_title(law) for law in decision.laws}) <= 1
    return order if alone or isinstance(order, (Reorder, Left)) else Left(order.words, "", "which_law")


def same_law(one: str, other: str) -> bool:
    """Whether two titles are of one law."""
    return plain_title(one) == plain_title(other)


def _one(editor: Editor, n: int, order: Order) -> Carried:
    editor.now = n
    if isinstance(order, Left):
        return Carried(order.words, order.why)
    if isinstance(order, Reorder):
        editor.order = True
        return Carried(order.words)
    try:
        if isinstance(order, Retitle):
            _retitle(editor, order)
        elif isinstance(order, Rehead):
            _rehead(editor, order)
        else:
            _ACTS[type(order)](editor, order)
    except RefusedError as error:
        editor.promises = [each for each in editor.promises if each.order != n]
        return Carried(order.words, error.why)
    return Carried(order.words)


def _retitle(editor: Editor, order: Retitle) -> None:
    lines = editor.lines("title")
    if not lines:
        raise RefusedError("no_place")
    text = "".join(line.text for line in lines)
    if order.old:
        if text.count(order.old) != 1:
            raise RefusedError("no_words")
        for line in lines:
            line.text = line.text.replace(order.old, order.new)
        return
    lead = re.match(r"[\s　#*>]*", lines[0].text)
    end = re.search(r"[*\s　]*$", lines[-1].text)
    lines[0].text = (lead[0] if lead else "") + order.new + (end[0] if end else "\n")
    editor.whole.head = [line for line in editor.whole.head if line not in lines[1:]]


def _rehead(editor: Editor, order: Rehead) -> None:
    heading = editor.heading(order.at)
    label = r"第\s*[^\s章节编]{1,6}\s*(?:分编|[编章节])[\s　]*"
    title = re.sub(rf"^(?:{label}|[一二三四五六七八九十]+、)", "", order.new)
    line, newline, rest = heading.raw.partition("\n")
    kept = re.match(rf"[\s　*#>\-]*(?:{label}|[一二三四五六七八九十]+、)[*]*[\s　]*", line)
    if kept is None:
        raise RefusedError("no_place")
    stars = re.search(r"[*]*$", line)
    heading.raw = kept[0] + title + (stars[0] if stars else "") + newline + rest
    heading.title = title


def _written(whole: Outline, final: dict[int, Key]) -> str:
    """The text with new labels."""
    parts: list[str] = [line.text for line in whole.head]
    last = whole.body[-1] if whole.body and not whole.tail else None
    for each in whole.body:
        if isinstance(each, Heading):
            parts.append(_spaced(each.raw, whole.gap))
            continue
        raw = written(each, label_of(each.style, *final[id(each)]), whole)
        parts.append(raw if each is last else _spaced(raw, whole.gap))
    parts.append(whole.tail)
    text = "".join(parts)
    if not whole.tail:
        text = text.rstrip() + "\n"
    return re.sub(f"[{NEW}{END}]", "", text)


def _spaced(raw: str, gap: str) -> str:
    return raw if len(raw) - len(raw.rstrip("\n")) >= len(gap) else raw.rstrip("\n") + gap


def _headed(text: str, base: Document, decision: Decision, whole: Outline) -> str:
    """The decision noted under the title, as official prints do, so that the text is a version of its own."""
    day = decision.made_on or decision.in_force_from
    if day is None:
        return text
    who = re.sub(r"^\d{4}年\d{1,2}月\d{1,2}日|(?:会议)?通过.*$", "", decision.history).strip()
    name = re.search(r"《.+》(?:等.{0,20})?的决定", decision.title)
    about = f"《关于修改{name[0].removesuffix('的决定').replace('《', '〈').replace('》', '〉')}的决定》" if name else f"《{decision.title}》"  # fmt: skip
    force = f"，自{_day(decision.in_force_from)}起施行" if decision.in_force_from else ""
    line = f"{_day(day)}{'' if not who else ' ' + who}{'会议' if who.endswith('次') else ''}{about}修正{force}"
    at = 0
    mark = ""
    place = 0
    for each in whole.head:
        place += len(each.text)
        if each.kind in ("title", "history"):
            at, mark = place, "> " if each.text.lstrip().startswith(">") else ""
    gap = "\n" if "\n\n" in base.source[: at + 2] else ""
    return f"{text[:at]}{gap}{mark}{line}\n{text[at:]}" if at else f"{line}\n{gap}{text}"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def counts(found: Sequence[Carried]) -> tuple[int, int]:
    """(carried out, left)."""
    return sum(each.done for each in found), sum(not each.done for each in found)
