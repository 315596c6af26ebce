"""Articles and chapters: replaced, added, deleted, renumbered, merged, split; parts that become articles of their own."""

import re
from itertools import pairwise

from onething.documents.prose.service import NUMERAL, ordinal
from onething.policy.amendments import listing
from onething.policy.amendments.editor import Editor, RefusedError
from onething.policy.amendments.orders import Add, Cover, Delete, Divide, Merge, Place, Renumber, Replace, Split
from onething.policy.amendments.outline import KIND_OF, LEVELS, Heading, HeadLine, Key, Row, Unit, units_from
from onething.policy.text.places import Spot
from onething.policy.text.tree import parse_document

_LONGEST_INTRODUCTION = 4
"""Paragraphs."""


def gap_after_label(editor: Editor) -> str:
    """What stands between label and text in this law."""
    return next((unit.between for unit in editor.whole.units), "　")


def replace(editor: Editor, order: Replace) -> None:
    """Whole articles, parts of them, the introduction, a paragraph of a text without articles."""
    places = order.at
    if len(order.new) == 1 and len(places) > 1:
        if all(place.spot.is_article for place in places):
            _replace_articles(editor, places, order.new[0])
        else:
            listing.replace_several(editor, places, order.new[0])
        return
    if len(order.new) != len(places):
        raise RefusedError("counts")
    for place, text in zip(places, order.new, strict=True):
        if place.region in ("preamble", "body"):
            _replace_line(editor, place, text)
        elif place.region or place.spot.division:
            raise RefusedError("unclear")
        elif place.spot.is_article and place.narrow:
            if place.narrow != "intro":
                raise RefusedError("unclear")
            listing.replace_intro(editor, place, text)
        elif place.spot.is_article:
            _replace_articles(editor, (place,), text)
        else:
            listing.replace_part(editor, place, text)


def _replace_line(editor: Editor, place: Place, text: str) -> None:
    if place.region == "body":
        line = editor.paragraph(place.number)
        _rewrite(line, text)
        return
    lines = editor.lines("preamble")
    if not lines:
        raise RefusedError("no_place")
    first = editor.whole.head.index(lines[0])
    if len(lines) > _LONGEST_INTRODUCTION or any(
        line.kind in ("title", "history") for line in editor.whole.head[first:]
    ):
        raise RefusedError(
            "which_place"
        )  # more than an introduction stands there, such as a decision printed before the text
    _rewrite(lines[0], text)
    kept = lines[1:]
    editor.whole.head = [line for line in editor.whole.head if line not in kept]


def _rewrite(line: HeadLine, text: str) -> None:
    body = line.text.strip()
    start = line.text.find(body)
    gap = "\n\n" if line.text.endswith("\n") else "\n"
    new = gap.join(each.strip() for each in text.split("\n") if each.strip())
    line.text = line.text[:start] + new + line.text[start + len(body) :]


def _replace_articles(editor: Editor, places: tuple[Place, ...], text: str) -> None:
    made = units_from(text, gap_after_label(editor))
    if len(made) != len(places):
        raise RefusedError("counts")
    for place, new in zip(places, made, strict=True):
        old = editor.unit(place)
        key: Key = (new.number, new.suffix)
        promised = editor.placed.get(id(old), old.number)
        if new.number and key not in ((promised, new.suffix), (old.number, old.suffix)) and id(old) in editor.placed:
            raise RefusedError("number")
        _renew(editor, old, new)
        if new.number and key != (old.number, old.suffix) and id(old) not in editor.placed and id(old) not in editor.fixed:  # fmt: skip
            place_article(editor, old, key)


def _renew(editor: Editor, old: Unit, new: Unit) -> None:
    before = old.row.before
    old.row, old.heading, old.edited = Row(new.row.parts, before), new.heading or old.heading, True
    editor.renewed.add(id(old))


def place_article(editor: Editor, unit: Unit, at: Key) -> None:
    """Its number afterwards, kept as a promise."""
    if at[1]:
        editor.fixed[id(unit)] = at
        return
    if at[0] in {n for i, n in editor.placed.items() if i != id(unit)}:
        raise RefusedError("number")
    editor.placed[id(unit)] = at[0]
    editor.order = True
    editor.promise(unit=unit, article=at)


def delete(editor: Editor, order: Delete) -> None:
    """All of them or none."""
    for place in order.at:  # looked at first: the places are there
        if place.spot.division:
            editor.heading(place)
        elif place.spot.is_article:
            editor.unit(place)
        else:
            editor.part(place)
    for place in order.at:
        if place.spot.division:
            _delete_division(editor, editor.heading(place))
        elif place.spot.is_article:
            _remove(editor, editor.unit(place))
        else:
            listing.delete_part(editor, place)


def _remove(editor: Editor, unit: Unit) -> None:
    editor.gone.add(id(unit))
    editor.placed.pop(id(unit), None)
    editor.whole.body.remove(unit)


def _delete_division(editor: Editor, heading: Heading) -> None:
    for each in editor.zone(heading):
        if isinstance(each, Unit):
            _remove(editor, each)
        else:
            editor.whole.body.remove(each)
    _shift(editor, heading, -1)
    editor.whole.body.remove(heading)


def _shift(editor: Editor, heading: Heading, by: int) -> None:
    """Headings of its kind behind it, under the same parent, counted on or back."""
    body = editor.whole.body
    at = body.index(heading)
    for each in body[at + 1 :]:
        if isinstance(each, Heading):
            if LEVELS[each.kind] < LEVELS[heading.kind]:
                if heading.kind == "section":
                    return
                continue
            if each.kind == heading.kind and each.dotted == heading.dotted:
                renumber_heading(each, each.number + by)


def renumber_heading(heading: Heading, number: int) -> None:
    """Its number in its label."""
    sign = {"part": "编", "chapter": "章", "section": "节"}[heading.kind]
    pattern = r"[〇零一二三四五六七八九十百]+(?=、)" if heading.dotted else rf"第\s*{NUMERAL}\s*{sign}"
    new = ordinal(number) if heading.dotted else f"第{ordinal(number)}{sign}"
    heading.raw = re.sub(pattern, new, heading.raw, count=1)
    heading.number = number


def add(editor: Editor, order: Add) -> None:
    """Articles, chapters; smaller parts by `listing`."""
    if order.what in KIND_OF:
        _add_division(editor, order)
    elif order.what == "条":
        _add_articles(editor, order)
    else:
        listing.add_parts(editor, order)


def _add_articles(editor: Editor, order: Add) -> None:
    units = [unit for text in order.new for unit in units_from(text, gap_after_label(editor))]
    wanted = [spot.article for spot in order.to if spot.article[0]]
    if (wanted and len(wanted) != len(units)) or len(units) != (order.count or len(units)) or not units:
        raise RefusedError("counts")
    beside = editor.unit(order.at) if order.beside and order.at.spot.article[0] else None
    for n, unit in enumerate(units):
        own: Key = (unit.number, unit.suffix)
        at: Key = wanted[n] if wanted else own if own[0] else (0, 0)
        if own[0] and wanted and own != wanted[n]:
            raise RefusedError("number")
        if not at[0] and beside is None:
            raise RefusedError("no_target")
        unit.number, unit.suffix = at
        unit.lead = next((u.lead for u in editor.whole.units), "")
        unit.style = next((u.style for u in editor.whole.units), "条")
    _seat_new(editor, units, beside, order.beside)


def _seat_new(editor: Editor, units: list[Unit], beside: Unit | None, side: str) -> None:
    body = editor.whole.body
    for unit in units:
        if unit.suffix:
            _seat_suffixed(editor, unit)
            continue
        if beside is not None:
            body.insert(body.index(beside) + (side == "after"), unit)
            editor.order = True
            beside, side = unit, "after"
        else:
            body.append(unit)  # its number gives it its place in the end
        if unit.number:
            place_article(editor, unit, (unit.number, 0))


def _seat_suffixed(editor: Editor, unit: Unit) -> None:
    """第三条之一 behind 第三条 and those of its that are there."""
    key: Key = (unit.number, unit.suffix)
    home = editor.base.get((unit.number, 0))
    if home is None or id(home) in editor.gone or key in editor.base or key in editor.fixed.values():
        raise RefusedError("no_place" if home is None else "number")
    body = editor.whole.body
    at = body.index(home) + 1
    while at < len(body) and isinstance(other := body[at], Unit) and other.number == unit.number and 0 < other.suffix < unit.suffix:  # fmt: skip
        at += 1
    body.insert(at, unit)
    editor.fixed[id(unit)] = key


def _add_division(editor: Editor, order: Add) -> None:
    if len(order.new) != 1 or order.count > 1:
        raise RefusedError("counts")
    document = parse_document(f"# 新条例\n\n{order.new[0]}\n")
    if len(document.divisions) != 1 or not document.articles:
        raise RefusedError("counts")
    division = document.divisions[0]
    units = units_from(order.new[0][order.new[0].find("\n") + 1 :], gap_after_label(editor))
    said = order.to[0].division[-1] if order.to and order.to[0].division else None
    if division.kind != KIND_OF[order.what] or any(not unit.number for unit in units) or (said and said[1] != division.number):  # fmt: skip
        raise RefusedError("counts")
    heading = new_heading(editor, division.kind, division.number, division.title)
    editor.whole.body.insert(_slot(editor, order, heading), heading)
    _shift(editor, heading, 1)
    for unit in units:
        unit.lead = next((u.lead for u in editor.whole.units), "")
        if not unit.suffix:
            editor.whole.body.insert(editor.whole.body.index(heading) + 1, unit)
            place_article(editor, unit, (unit.number, 0))
        else:
            _seat_suffixed(editor, unit)
    editor.anchors[id(heading)] = min((u.number for u in units if not u.suffix), default=0)


def _slot(editor: Editor, order: Add, heading: Heading) -> int:
    """Where a new chapter goes: in its parent, before the one that had its number, else behind the last."""
    body = editor.whole.body
    parent = [d for d in (order.at.spot.division, *(to.division for to in order.to)) if len(d) > 1 or (d and KIND_OF[d[0][0]] != heading.kind)]  # fmt: skip
    inside: list[Heading | Unit] = body
    if parent:
        above = tuple(d for d in parent[0] if KIND_OF[d[0]] != heading.kind)
        inside = editor.zone(editor.heading(Place(Spot(division=above))))
    elif heading.kind == "section":
        raise RefusedError("which_place")
    peers = [each for each in inside if isinstance(each, Heading) and each.kind == heading.kind]
    later = next((each for each in peers if each.number == heading.number), None)
    if later is not None:
        return body.index(later)
    if peers and peers[-1].number + 1 != heading.number:
        raise RefusedError("number")
    return body.index(inside[-1]) + 1 if inside else len(body)


def new_heading(editor: Editor, kind: str, number: int, title: str) -> Heading:
    """A heading that looks like those of its level here, or one level of marks below the others."""
    sign = {"part": "编", "chapter": "章", "section": "节"}[kind]
    like = next((h for h in editor.whole.headings if h.kind == kind and not h.dotted), None)
    other = next((h for h in editor.whole.headings if not h.dotted), None)
    lead = re.match(r"[\s　#*>\-]*", (like or other).raw) if like or other else None  # type: ignore[union-attr]
    marks = lead[0] if lead else ""
    if like is None and other is not None and LEVELS[kind] > LEVELS[other.kind] and "#" in marks:
        marks = marks.replace("#", "##", 1)
    blank = re.search(rf"第\s*{NUMERAL}\s*[编章节]([\s　]*)", (like or other).raw) if like or other else None  # type: ignore[union-attr]
    raw = f"{marks}第{ordinal(number)}{sign}{blank[1] if blank else '　'}{title}{editor.whole.gap}"
    return Heading(kind, number, title, raw, added=True)


def renumber(editor: Editor, order: Renumber) -> None:
    """第X条改为第Y条 and what parts become."""
    for place, to in order.pairs:
        if place.spot.division or to.division:
            raise RefusedError("unclear")
        if place.spot.is_article and to.is_article:
            place_article(editor, editor.unit(place), to.article)
        elif place.spot.is_article and to.paragraph == 1 and not to.item:
            place_article(editor, editor.unit(place), to.article)  # 第二十六条改为第二十九条第一款
        elif to.is_article or (to.paragraph and not to.item and to.article not in ((0, 0), place.spot.article)):
            _move_out(editor, place, to)
        else:
            listing.renumber_part(editor, place, to)


def _move_out(editor: Editor, place: Place, to: Spot) -> None:
    """A paragraph becomes an article, or the first paragraph of one."""
    if place.spot.item or to.paragraph > 1 or to.article[1]:
        raise RefusedError("unclear")
    found = editor.parts.get(place.spot)
    if found is None:
        raise RefusedError("no_place")
    part = found.part
    if part in found.row.parts:
        found.row.parts.remove(part)
        found.row.changed = found.unit.edited = True
    elif id(found.unit) not in editor.renewed:
        raise RefusedError("no_place")
    part.lead = ""
    unit = Unit(
        to.article[0], 0, found.unit.lead, gap_after_label(editor), "", Row([part], [part]), edited=True, added=True
    )
    unit.style = found.unit.style
    editor.whole.body.append(unit)
    place_article(editor, unit, to.article)
    for spot, each in list(editor.parts.items()):
        if each.part is part:
            editor.parts[spot] = type(each)(unit, unit.row, part)
        elif each.unit is found.unit and spot.article == place.spot.article and spot.paragraph == place.spot.paragraph:
            editor.parts[spot] = type(each)(unit, each.row, each.part)


def merge(editor: Editor, order: Merge) -> None:
    """Articles and paragraphs of several articles into one."""
    if not any(place.spot.is_article for place in order.at) and not order.to.is_article:
        listing.merge_parts(editor, order)
        return
    if len(order.new) > 1 or any(place.region or place.spot.division or place.spot.item for place in order.at):
        raise RefusedError("unclear")
    wholes = [editor.unit(place) for place in order.at if place.spot.is_article]
    found = [editor.part(place) for place in order.at if not place.spot.is_article]
    new = units_from(order.new[0], gap_after_label(editor)) if order.new else []
    if (order.new and len(new) != 1) or (not order.new and found) or not wholes:
        raise RefusedError("counts" if wholes else "unclear")
    target = wholes[0]
    if order.to.is_article:
        place_article(editor, target, order.to.article)
    if new:
        _renew(editor, target, new[0])
    else:
        target.row.parts += [part for unit in wholes[1:] for part in unit.row.parts]
        for part in target.row.parts[1:]:
            part.lead = part.lead or None
        target.edited = True
    for unit in wholes[1:]:
        editor.into[id(unit)] = target
        _remove(editor, unit)
    for each in found:
        each.row.parts.remove(each.part)
        each.row.changed = each.unit.edited = True


def split(editor: Editor, order: Split) -> None:
    """第一条改为两条，作为第七条和第六十一条，修改为."""
    made = [unit for text in order.new for unit in units_from(text, gap_after_label(editor))]
    if len(made) != len(order.to) or any(not to.is_article for to in order.to):
        raise RefusedError("counts")
    if any(unit.number and unit.number != to.article[0] for unit, to in zip(made, order.to, strict=True)):
        raise RefusedError("number")
    old = editor.unit(order.at)
    place_article(editor, old, order.to[0].article)
    _renew(editor, old, made[0])
    editor.split.add(id(old))
    for unit, to in zip(made[1:], order.to[1:], strict=True):
        unit.number, unit.suffix, unit.lead = to.article[0], to.article[1], old.lead
        editor.whole.body.append(unit)
        place_article(editor, unit, to.article)


def divide(editor: Editor, order: Divide) -> None:
    """A chapter gets sections; each begins before the article that it says, when all have their numbers."""
    above = editor.heading(order.at)
    kind = KIND_OF[order.kind]
    if editor.below(above) or LEVELS[kind] <= LEVELS[above.kind]:
        raise RefusedError("unclear")
    if any(after[1] != before[2] + 1 for before, after in pairwise(order.rows)):
        raise RefusedError("number")
    at = editor.whole.body.index(above) + 1
    for n, (title, first, _) in enumerate(order.rows, 1):
        heading = new_heading(editor, kind, n, title)
        editor.whole.body.insert(at, heading)
        at += 1
        editor.anchors[id(heading)] = first
    editor.anchors[id(above)] = order.rows[0][1]
    behind = [each for each in editor.whole.body[at:] if isinstance(each, Heading) and LEVELS[each.kind] <= LEVELS[above.kind]]  # fmt: skip
    if behind:
        editor.anchors.setdefault(id(behind[0]), order.rows[-1][2] + 1)
    editor.order = True


def cover(editor: Editor, order: Cover) -> None:
    """第一章分为六条，包括第一条至第六条: where the chapter begins and where the next one does."""
    heading = editor.heading(order.at)
    editor.anchors[id(heading)] = order.first
    peers = [each for each in editor.whole.headings if each.kind == heading.kind]
    after = peers.index(heading) + 1
    if after < len(peers):
        editor.anchors.setdefault(id(peers[after]), order.last + 1)
