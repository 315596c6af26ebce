"""Paragraphs, items and points: replaced, added, deleted, renumbered, merged. What moves to another article goes with its words."""

import re

from onething.policy.amendments.editor import Editor, Found, RefusedError
from onething.policy.amendments.orders import Add, Merge, Place
from onething.policy.amendments.outline import END, NEW, Part, Row, Unit, items_from, own_number, paragraphs_from
from onething.policy.text.places import Spot


def replace_part(editor: Editor, place: Place, text: str) -> None:
    """One paragraph, item or point by new words, which may bring their own items."""
    found = editor.part(place)
    if place.narrow:
        _replace_intro(found, place, text)
        return
    new = _new_parts(found.part, text)
    if len(new) != 1:
        raise RefusedError("counts")
    fresh, part = new[0], found.part
    introduces = bool(part.row.parts or part.inner) and not fresh.row.parts
    if introduces and _plain(fresh.text)[-1:] not in "：:":
        introduces = False
    part.text, part.after, part.ended = fresh.text, "", True
    if not introduces:
        part.row, part.inner = fresh.row, fresh.inner
    found.row.changed = True
    found.unit.edited = True


def replace_several(editor: Editor, places: tuple[Place, ...], text: str) -> None:
    """第一项、第二项分别修改为 one block with as many items; the same for paragraphs."""
    found = [editor.part(place) for place in places]
    kinds = {each.part.kind for each in found}
    if len(kinds) != 1:
        raise RefusedError("counts")
    new = _new_parts(found[0].part, text)
    if len(new) != len(found):
        raise RefusedError("counts")
    for each, fresh in zip(found, new, strict=True):
        each.part.text, each.part.row, each.part.inner, each.part.after = fresh.text, fresh.row, fresh.inner, ""
        each.part.ended = each.row.changed = each.unit.edited = True


def _new_parts(part: Part, text: str) -> list[Part]:
    if part.kind == "paragraph":
        return paragraphs_from(text)
    return items_from(text, part.kind, part.style)


def _replace_intro(found: Found, place: Place, text: str) -> None:
    """条首部分: the words before the list; the mark that introduces the list stays when the new words have none."""
    if place.narrow != "intro" or not (found.part.row.parts or place.spot.is_article):
        raise RefusedError("unclear")
    _write_intro(found.unit, found.part, text)


def _write_intro(unit: Unit, part: Part, text: str) -> None:
    last = _plain(part.text)[-1:]
    if text[-1:] not in "：，。；":
        text += last if last in "：，" else ""
    part.text, unit.edited = f"{NEW}{text}{END}", True


def replace_intro(editor: Editor, place: Place, text: str) -> None:
    """第五条条首部分修改为."""
    unit = editor.unit(place)
    lists = [part for part in unit.row.parts if part.row.parts]
    if not lists or lists[0] is not unit.row.parts[0] or "\n" in text:
        raise RefusedError("no_place")
    _write_intro(unit, lists[0], text)


def _plain(text: str) -> str:
    return re.sub(f"[{NEW}{END}]", "", text)


def delete_part(editor: Editor, place: Place) -> None:
    """One paragraph, item or point."""
    found = editor.part(place)
    found.row.parts.remove(found.part)
    found.row.changed = found.unit.edited = True


def add_parts(editor: Editor, order: Add) -> None:
    """增加一款, 一项, 一目: at the numbers that it says, else where the words bring a number, else at the end."""
    unit, row, new, base = _into(editor, order)
    if order.count and len(new) != order.count:
        raise RefusedError("counts")
    if order.to and len(order.to) != len(new):
        raise RefusedError("counts")
    numbers = [_last(spot) for spot in order.to]
    if order.beside:
        if not numbers:
            raise RefusedError("no_target")
    elif not numbers:
        numbers = _brought(order, new, row)
    if any(number < 1 for number in numbers):
        raise RefusedError("no_target")
    for part in new:
        part.lead = part.lead if part.lead is not None else base
    if not numbers:
        row.parts += new
        row.changed = True
    if set(numbers) & set(row.placed.values()):
        raise RefusedError("number")
    for part, number in zip(new, numbers, strict=False):
        row.place(part, number)
        editor.promise(part=part, number=number)
    unit.edited = True


def _last(spot: Spot) -> int:
    return spot.point or spot.item or spot.paragraph


def _brought(order: Add, new: list[Part], row: Row) -> list[int]:
    first = own_number(order.new[0]) if order.what == "项" else 0
    if first and first != len(row.parts) + 1:
        return [first + n for n in range(len(new))]
    return []


def _into(editor: Editor, order: Add) -> tuple[Unit, Row, list[Part], str | None]:
    """The article, the list that grows, the new parts, and what they begin with."""
    text = "\n".join(order.new)
    if order.what == "款":
        unit = editor.unit(Place(Spot(order.at.spot.article), afterwards=order.at.afterwards))
        return unit, unit.row, paragraphs_from(text), None
    if order.what == "项":
        wanted = order.to[0].paragraph if order.to and order.to[0].paragraph else order.at.spot.paragraph
        unit = editor.unit(Place(Spot(order.at.spot.article), afterwards=order.at.afterwards))
        holder = _holder(editor, unit, wanted, order)
        style = holder.row.parts[0].style if holder.row.parts else "（）"
        return unit, holder.row, items_from(text, "item", style), holder.row.parts[0].lead if holder.row.parts else None
    found = editor.part(Place(Spot(order.at.spot.article, order.at.spot.paragraph, order.at.spot.item)))
    points = found.part.row
    style = points.parts[0].style if points.parts else "1."
    return found.unit, points, items_from(text, "point", style), points.parts[0].lead if points.parts else None


def _holder(editor: Editor, unit: Unit, wanted: int, order: Add) -> Part:
    """The paragraph whose list grows: the one said, else the only one with a list; refused where there are several."""
    if wanted:
        if order.at.afterwards:
            raise RefusedError("no_place")
        return editor.part(Place(Spot(order.at.spot.article, wanted))).part
    lists = [part for part in unit.row.parts if part.row.parts]
    if len(lists) != 1:
        raise RefusedError("no_place" if not lists else "which_place")
    return lists[0]


def renumber_part(editor: Editor, place: Place, to: Spot) -> None:
    """第三款改为第四款; the number is kept as a promise until all is done."""
    found = editor.part(place)
    number = _last(to)
    same = to.article in ((0, 0), place.spot.article) or place.afterwards
    if not same or not number or number in {n for i, n in found.row.placed.items() if i != id(found.part)}:
        raise RefusedError("number")
    found.row.place(found.part, number)
    found.unit.edited = True
    editor.promise(part=found.part, number=number)


def merge_parts(editor: Editor, order: Merge) -> None:
    """第三款和第四款合并，作为第三款，修改为."""
    found = [editor.part(place) for place in order.at]
    first = found[0]
    if any(each.row is not first.row for each in found) or len(order.new) > 1:
        raise RefusedError("unclear")
    if order.new:
        replace_part(editor, order.at[0], order.new[0])
    else:
        raise RefusedError("unsaid")
    for each in found[1:]:
        each.row.parts.remove(each.part)
    first.row.changed = first.unit.edited = True
    if order.to != Spot():
        renumber_part(editor, order.at[0], order.to)
