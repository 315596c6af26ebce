"""References in words that were there before follow what they point at to its new number; what cannot follow is listed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from onething.documents.prose.service import ordinal
from onething.policy.amendments.editor import Editor
from onething.policy.amendments.outline import END, NEW, Key, Numbers, Part, Unit, label_of
from onething.policy.models import Document
from onething.policy.text.places import Named, Spot
from onething.policy.text.references import Mention, mentions, short_names

_MARKED = re.compile(f"({NEW}[^{END}]*{END})")


@dataclass(slots=True)
class Followed:
    """(article, reference before, after) of those that followed; (article, reference) of those that could not."""

    references: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    dangling: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def follow(editor: Editor, base: Document, numbers: Numbers, final: dict[int, Key]) -> Followed:
    """Writes the new numbers into the words; nothing happens where no number changed."""
    out = Followed()
    changed = any(old != new for old, new in numbers.articles.items()) or any(a != b for a, b in numbers.parts.items())
    if not changed and not numbers.split and not numbers.replaced:
        return out
    shorts = short_names(base.source)
    for unit, part, spot in _stretches(editor):
        label = label_of("条", *final[id(unit)])
        _stretch(part, unit, spot, _Follower(base.id, shorts, numbers, out, label))
    return out


def _stretches(editor: Editor) -> Iterator[tuple[Unit, Part, Spot]]:
    """Words that were there before, with the place where they stood."""
    stood: dict[int, Spot] = {}
    for spot, found in editor.parts.items():
        if spot.paragraph:
            stood[id(found.part)] = spot
    for unit in editor.whole.units:
        for part in unit.row.parts:
            for each in _with_inner(part):
                if id(each[0]) in stood:
                    yield unit, each[1], stood[id(each[0])]


def _with_inner(part: Part) -> Iterator[tuple[Part, Part]]:
    """(part that has a place, part with words)."""
    yield part, part
    yield from ((part, inner) for inner in part.inner)
    for below in part.row.parts:
        yield from _with_inner(below)


@dataclass(frozen=True, slots=True)
class _Follower:
    base: str
    shorts: dict[str, str]
    numbers: Numbers
    out: Followed
    label: str


def _stretch(part: Part, unit: Unit, spot: Spot, how: _Follower) -> None:
    if all(c not in part.text for c in "条款项前"):
        return
    pieces = _MARKED.split(part.text)
    done = [each if n % 2 else _piece(each, spot, how) for n, each in enumerate(pieces)]
    text = "".join(done)
    if text != part.text:
        part.text, unit.edited = text, True


def _piece(text: str, spot: Spot, how: _Follower) -> str:
    out, end = "", 0
    for mention in mentions(how.base, how.shorts, text, Spot(spot.article, spot.paragraph)):
        a, b = mention.span
        if mention.near:
            fine = _near(text[a:b], mention.near, spot, how)
            if not mention.spots or not fine:
                continue
        new = _mention(text, mention, how)
        if new != text[a:b]:
            how.out.references.append((how.label, text[a:b], new))
            out += text[end:a] + new
            end = b
    return out + text[end:]


def _mention(text: str, mention: Mention, how: _Follower) -> str:
    a, b = mention.span
    out, end = "", a
    last: Named | None = None
    through = False
    for each in mention.spots:
        if not isinstance(each, Named):
            through = each == "-"
            continue
        new = _new_number(each, how.numbers)
        if new is None or new[1] != each.suffix:
            how.out.dangling.append((how.label, text[a:b]))
            if through or "-" in mention.spots:
                return text[a:b]
            last = None
            continue
        if through and last is not None and each.kind == "条" and not _whole_range(last, each, how.numbers):
            how.out.dangling.append((how.label, text[a:b]))
            return text[a:b]
        if new != (each.number, each.suffix):
            out += text[end : each.start] + _numeral(text[each.start : each.end], new[0])
            end = each.end
        last, through = each, False
    return out + text[end:b]


def _numeral(old: str, number: int) -> str:
    return str(number) if old.strip()[:1].isascii() else ordinal(number)


def _new_number(each: Named, numbers: Numbers) -> tuple[int, int] | None:
    """The new number at this step of a place; None where what it points at is gone or is no longer one thing."""
    old = each.spot
    if old.article == (0, 0) or (old.division and not old.article[0]):
        return each.number, each.suffix
    if each.kind == "条":
        if old.article not in numbers.articles:
            return each.number, each.suffix
        new = numbers.articles[old.article]
        return None if new is None or old.article in numbers.split else new
    if old not in numbers.parts:
        return each.number, each.suffix
    to = numbers.parts[old]
    if to is None or to.article != numbers.articles.get(old.article):
        return None  # it went to another article: the reference has to be written anew
    return {"款": to.paragraph, "项": to.item, "目": to.point}[each.kind], 0


def _whole_range(first: Named, last: Named, numbers: Numbers) -> bool:
    """Whether a range of articles still holds the same ones, no more."""
    old = [numbers.articles.get((n, 0)) for n in range(first.spot.article[0], last.spot.article[0] + 1)]
    there = [each[0] for each in old if each]
    return None not in old and sorted(set(there)) == list(range(there[0], there[-1] + 1)) if there else False


def _near(text: str, near: str, spot: Spot, how: _Follower) -> bool:
    """Whether 前款, 前条 still is what it was; listed when what stood before does not stand there any more."""
    back = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}.get(near[1:-1], 1)
    if near[0] == "本":
        return True
    if near[-1] == "款" and spot.paragraph:
        here = how.numbers.parts.get(Spot(spot.article, spot.paragraph))
        wanted = [how.numbers.parts.get(Spot(spot.article, spot.paragraph - n)) for n in range(1, back + 1)]
        fine = here is not None and all(w is not None and w == Spot(here.article, here.paragraph - n) for n, w in enumerate(wanted, 1))  # fmt: skip
    elif near[-1] == "条":
        here_at = how.numbers.articles.get(spot.article)
        before = [how.numbers.articles.get((spot.article[0] - n, 0)) for n in range(1, back + 1)]
        fine = spot.article[1] > 0 or (here_at is not None and all(w == (here_at[0] - n, 0) for n, w in enumerate(before, 1)))  # fmt: skip
    else:
        here = how.numbers.parts.get(spot)
        fine = not spot.item or (here is not None and all(how.numbers.parts.get(Spot(spot.article, spot.paragraph, spot.item - n)) == Spot(here.article, here.paragraph, here.item - n) for n in range(1, back + 1)))  # fmt: skip
    if not fine:
        how.out.dangling.append((how.label, text))
    return fine
