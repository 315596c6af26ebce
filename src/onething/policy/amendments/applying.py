"""An amending decision carried out on the text it amends: the consolidated text, and what became of each instruction.

Nothing is guessed: an instruction whose place or words are not in the text is left undone and listed with the reason.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from onething.core.i18n import Text, texts_of
from onething.documents.prose.service import ordinal
from onething.policy.amendments.decisions import Decision, Instruction
from onething.policy.amendments.editing import Editor, NotThereError
from onething.policy.amendments.outline import END, NEW, outline
from onething.policy.models import Document
from onething.policy.text.references import own_articles

say = texts_of(__name__)

WHYS = ("unclear", "no_place", "no_words", "counts", "number", "no_target", "other_law")
"""Why an instruction is left to people; `why_left` says each in words."""


def why_left(why: str) -> Text:
    """One of `WHYS` in both languages."""
    return say(f"amendment.{why}")


@dataclass(frozen=True, slots=True)
class Carried:
    """One instruction and what became of it. `why` is empty when it was carried out."""

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
    renumbered: dict[str, str] = field(default_factory=dict[str, str])
    """Old label → new label of articles whose number changed."""
    references: tuple[tuple[str, str, str], ...] = ()
    """(article, reference before, after) of references that follow the new numbers; for a person to look at."""
    dangling: tuple[tuple[str, str], ...] = ()
    """(article, reference) to an article that is no longer there."""
    moved: tuple[str, ...] = ()
    """Labels of articles that stand before or behind others than they did: meant, or a slip of the decision's numbers."""
    in_force_from: date | None = None

    @property
    def left(self) -> tuple[Carried, ...]:
        return tuple(each for each in self.carried if not each.done)


_Act = Callable[[Editor, Instruction], None]
_ACTS: dict[str, _Act] = {
    "replace": Editor.replace, "swap": Editor.swap, "add": Editor.add, "add_words": Editor.add_words, "delete": Editor.delete,
    "delete_words": Editor.delete_words, "rename": Editor.rename, "merge": Editor.merge, "split": Editor.split, "title": Editor.title,
    "heading": Editor.heading, "renumber": Editor.renumber, "closing": lambda _editor, _each: None,
}  # fmt: skip


def carry_out(base: Document, decision: Decision) -> Consolidated:
    """Every instruction of `decision` on the text of `base`, in the order of the decision. Never raises."""
    editor = Editor(outline(base))
    carried: list[Carried] = []
    placed: list[tuple[int, Instruction]] = []
    for each in decision.instructions:
        why = _one(editor, each, base)
        if not why and each.verb in ("rename", "merge", "add"):
            placed.append((len(carried), each))
        if not (each.verb == "closing" and not why):
            carried.append(Carried(each.words, why))
    numbers = editor.settle()
    for place, each in placed:
        if editor.promised(each, numbers) is False:
            carried[place] = Carried(each.words, "number")
    text, references, dangling = _written(editor, numbers)
    labels = {_label(*old): _label(*new) for old, new in numbers.items() if old != new and new != (0, 0)}
    return Consolidated(_headed(text, base, decision), tuple(carried), labels, tuple(references), tuple(dangling), tuple(_label(*each) for each in editor.moved()), decision.in_force_from)  # fmt: skip


def _one(editor: Editor, each: Instruction, base: Document) -> str:
    if each.law and each.verb not in ("closing", "renumber") and not _same_law(each.law, base.title):
        return "other_law"
    act = _ACTS.get(each.verb)
    if act is None:
        return "unclear"
    try:
        act(editor, each)
    except NotThereError as error:
        return error.why
    return ""


def _same_law(one: str, other: str) -> bool:
    def plain(title: str) -> str:
        return re.sub(r"[《》〈〉\s]|^中华人民共和国", "", title)

    return plain(one) == plain(other)


def _label(number: int, suffix: int) -> str:
    return f"第{ordinal(number)}条" + (f"之{ordinal(suffix)}" if suffix else "")


def _written(editor: Editor, numbers: dict[tuple[int, int], tuple[int, int]]) -> tuple[str, list[tuple[str, str, str]], list[tuple[str, str]]]:  # fmt: skip
    """The text with new labels; references in words that were there before follow the articles to their new numbers."""
    whole = editor.outline
    parts: list[str] = [whole.head]
    references: list[tuple[str, str, str]] = []
    dangling: list[tuple[str, str]] = []
    last = whole.units[-1] if whole.units and not whole.tail else None
    for section in whole.sections:
        parts.append(section.headings)
        for unit in section.units:
            label = _label(*editor.number_of(unit))
            raw = unit.written(unit.label + label, whole.gap)
            if unit is not last and len(raw) - len(raw.rstrip("\n")) < len(whole.gap):
                raw = raw.rstrip("\n") + whole.gap
            parts.append(_followed(raw, len(unit.label + label), label, numbers, references, dangling))
    parts.append(whole.tail)
    if not whole.tail:
        parts = ["".join(parts).rstrip() + "\n"]
    return re.sub(f"[{NEW}{END}]", "", "".join(parts)), references, dangling


def _followed(
    raw: str, start: int, label: str, numbers: dict[tuple[int, int], tuple[int, int]], references: list[tuple[str, str, str]], dangling: list[tuple[str, str]]
) -> str:  # fmt: skip
    out: list[str] = [raw[:start]]
    for n, piece in enumerate(re.split(f"({NEW}[^{END}]*{END})", raw[start:])):
        if n % 2:
            out.append(piece)
            continue
        end = 0
        for (a, b), named in own_articles(piece):
            new = numbers.get(named)
            if new == (0, 0):
                dangling.append((label, piece[a:b]))
            if new is None or new in (named, (0, 0)):
                continue
            out += [piece[end:a], _label(*new)]
            references.append((label, piece[a:b], _label(*new)))
            end = b
        out.append(piece[end:])
    return "".join(out)


def _headed(text: str, base: Document, decision: Decision) -> str:
    """The decision noted under the title, as official prints do, so that the text is a version of its own."""
    day = decision.made_on or decision.in_force_from
    if day is None:
        return text
    who = re.sub(r"^\d{4}年\d{1,2}月\d{1,2}日|(?:会议)?通过$", "", decision.history).strip()
    name = re.search(r"《.+》的决定", decision.title)
    about = (
        f"《关于修改{name[0].removesuffix('的决定').replace('《', '〈').replace('》', '〉')}的决定》"
        if name
        else f"《{decision.title}》"
    )
    force = f"，自{_day(decision.in_force_from)}起施行" if decision.in_force_from else ""
    line = f"{_day(day)}{'' if not who else ' ' + who}{'会议' if who.endswith('次') else ''}{about}修正{force}"
    spots = [block.span for block in base.blocks if block.kind in ("title", "history") and block.span[1] <= len(outline(base).head)]  # fmt: skip
    at = max((span[1] for span in spots), default=0)
    gap = "\n" if "\n\n" in base.source[: at + 2] else ""
    return f"{text[:at]}{gap}{line}\n{text[at:]}" if at else f"{line}\n{gap}{text}"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def counts(found: Sequence[Carried]) -> tuple[int, int]:
    """(carried out, left)."""
    return sum(each.done for each in found), sum(not each.done for each in found)
