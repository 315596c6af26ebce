"""The table of contents follows the headings that a decision changed, in the looks that its lines have."""

import re

from onething.documents.prose.service import HEADING
from onething.policy.amendments.outline import LEVELS, Heading, HeadLine, Outline
from onething.policy.models import Document

_KINDS = {"编": "part", "分编": "part", "章": "chapter", "节": "section"}


def follow_headings(whole: Outline, base: Document) -> bool:
    """Rewrites the contents where headings changed. False when the contents list other headings than the text had, so that they cannot follow."""
    listed = [line for line in whole.head if line.kind == "contents" and HEADING.match(line.text.rstrip())]
    before = [(d.label, _tight(d.title)) for d in base.divisions if d.label.startswith("第")]
    after = [(_label(h), _tight(_title(h))) for h in whole.headings if not h.dotted]
    if not listed or before == after:
        return True
    shown = [_entry(line) for line in listed]
    kinds = {_kind(label) for label, _ in shown}
    wanted = [each for each in before if _kind(each[0]) in kinds]
    if [label for label, _ in shown] != [label for label, _ in wanted]:
        return False
    new = _lines(whole, listed, kinds)
    at = whole.head.index(listed[0])
    whole.head = [line for line in whole.head if line not in listed]
    whole.head[at:at] = new
    return True


def _lines(whole: Outline, listed: list[HeadLine], kinds: set[str]) -> list[HeadLine]:
    looks: dict[str, tuple[str, str, str]] = {}
    for line in listed:
        found = HEADING.match(line.text.rstrip())
        if found is None:
            continue
        rest = line.text[found.end(1) : found.start(4)]
        looks.setdefault(_kind(_entry(line)[0]), (line.text[: found.start(1)], rest, line.text[len(line.text.rstrip()) :]))  # fmt: skip
    deepest = max(kinds, key=lambda kind: LEVELS[kind])
    out: list[HeadLine] = []
    same = {_entry(line): line for line in listed}
    for heading in (h for h in whole.headings if not h.dotted):
        old = same.get((_label(heading), _tight(_title(heading))))
        if old is not None:
            out.append(HeadLine("contents", old.text))
            continue
        lead, rest, end = looks.get(heading.kind) or _deeper(looks[deepest])
        out.append(HeadLine("contents", f"{lead}{_label(heading)}{rest}{_title(heading)}{end}"))
    return out


def _deeper(look: tuple[str, str, str]) -> tuple[str, str, str]:
    return "  " + look[0], look[1], look[2]


def _entry(line: HeadLine) -> tuple[str, str]:
    found = HEADING.match(line.text.rstrip())
    return (re.sub(r"\s+", "", found[1]), _tight(found[4])) if found else ("", "")


def _kind(label: str) -> str:
    return _KINDS["分编" if label.endswith("分编") else label[-1]]


def _label(heading: Heading) -> str:
    found = HEADING.match(heading.raw.split("\n")[0].rstrip())
    return re.sub(r"\s+", "", found[1]) if found else ""


def _title(heading: Heading) -> str:
    found = HEADING.match(heading.raw.split("\n")[0].rstrip())
    return found[4].strip("* 　") if found else heading.title


def _tight(text: str) -> str:
    return re.sub(r"[\s　*]+", "", text)
