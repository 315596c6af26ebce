"""When every order is done: each article gets its number and its seat, each list its order, each item the sign at its end."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from onething.documents.prose.service import ordinal
from onething.policy.amendments.articles import renumber_heading
from onething.policy.amendments.editor import Editor, Promise
from onething.policy.amendments.outline import END, NEW, Heading, Key, Numbers, Row, Unit, arranged
from onething.policy.text.places import Spot

_CLOSING = re.compile(r"参照本|参照适用|适用本|本[法条例办规定细则]{1,2}所称|负责解释|施行")
"""How the articles of 附则 read."""


def settle(editor: Editor) -> tuple[Numbers, dict[int, Key]]:
    """Where everything went, and the number of every article by its id."""
    for unit in editor.whole.units:
        _settle_row(unit.row, unit)
        for part in unit.row.parts:
            _settle_row(part.row, unit)
            for item in part.row.parts:
                _settle_row(item.row, unit)
    _drop_empty(editor)
    final = _numbered(editor)
    _clean(editor)
    return _where(editor, final), final


def _drop_empty(editor: Editor) -> None:
    """An article all of whose paragraphs went elsewhere or were deleted is gone."""
    for unit in [each for each in editor.whole.units if each.edited and not each.row.parts]:
        editor.gone.add(id(unit))
        editor.placed.pop(id(unit), None)
        editor.whole.body.remove(unit)


def kept(editor: Editor, promise: Promise, final: dict[int, Key]) -> bool:
    """Whether a number afterwards is the one that the decision says."""
    if promise.unit is not None:
        return final.get(id(promise.unit)) == promise.article
    if promise.part is None:
        return True
    for unit in editor.whole.units:
        for row in _rows(unit):
            if promise.part in row.parts:
                return row.parts.index(promise.part) + 1 == promise.number
    return False


def _rows(unit: Unit) -> list[Row]:
    return [unit.row, *(p.row for p in unit.row.parts), *(i.row for p in unit.row.parts for i in p.row.parts)]


# -- lists


def _settle_row(row: Row, unit: Unit) -> None:
    if not row.changed:
        return
    row.settle()
    unit.edited = True
    if row.parts and row.parts[0].kind != "paragraph":
        _ends(row)


def _ends(row: Row) -> None:
    """Items end as those of the list did: `；` and the last one `。`. Words that were not touched change only where they became or ceased to be the last."""
    inner, last = _convention(row)
    for n, part in enumerate(row.parts):
        is_last = n == len(row.parts) - 1
        moved = part in row.before and (part is row.before[-1]) != is_last
        if (part.ended or moved) and not part.row.parts and not part.inner:
            part.text = _ended(part.text, last if is_last else inner)


def _convention(row: Row) -> tuple[str, str]:
    before = [_plain(part.text)[-1:] for part in row.before if not part.ended]
    inner = [c for part, c in zip([p for p in row.before if not p.ended], before, strict=True) if part is not row.before[-1]]  # fmt: skip
    signs = [c for c in inner if c in "；。，;"]
    usual = max(set(signs), key=signs.count) if signs else "；"
    return usual, "。"


def _ended(text: str, sign: str) -> str:
    plain = text.rstrip(END)
    marks = text[len(plain) :]
    if plain[-1:] in "：:":
        return text
    bare = re.sub(r"[；。，;,、]$", "", plain)
    return bare + sign + marks


def _plain(text: str) -> str:
    return re.sub(f"[{NEW}{END}]", "", text)


# -- articles


def _numbered(editor: Editor) -> dict[int, Key]:
    plain = [unit for unit in editor.whole.units if not (unit.suffix or id(unit) in editor.fixed)]
    final: dict[int, Key] = {}
    if editor.order:
        ordered = _ordered(editor, plain)
        final = {id(unit): (n, 0) for n, unit in enumerate(ordered, 1)}
        _seat(editor, ordered)
    else:
        final = {id(unit): (unit.number, unit.suffix) for unit in plain}
    for key, unit in editor.base.items():
        if unit.suffix and id(unit) not in editor.fixed and id(unit) not in editor.gone:
            home = editor.base.get((unit.number, 0))
            editor.fixed[id(unit)] = (final.get(id(home), key)[0] if home else key[0], unit.suffix)
    return {id(unit): (unit.number, unit.suffix) for unit in editor.whole.units} | final | editor.fixed


def _ordered(editor: Editor, plain: list[Unit]) -> list[Unit]:
    """Articles by their new numbers. A number that there is none of is not given: what was there keeps its place, what is new stays out."""
    placed = {id(u): editor.placed[id(u)] for u in plain if id(u) in editor.placed}
    while True:
        ordered = arranged(plain, placed)
        missed = [u for n, u in enumerate(ordered, 1) if placed.get(id(u), n) != n]
        if not missed:
            return ordered
        for unit in missed:
            del placed[id(unit)]
            if unit.added:
                plain.remove(unit)
                editor.whole.body.remove(unit)


def _seat(editor: Editor, ordered: list[Unit]) -> None:
    """Articles in their new order, headings before the first article that was under them and still is."""
    followers = _followers(editor)
    anchors = _anchors(editor, ordered)
    headings = editor.whole.headings
    body: list[Heading | Unit] = []
    n = 0
    for place, unit in enumerate(ordered, 1):
        while n < len(headings) and anchors[n] <= place:
            body.append(headings[n])
            n += 1
        body += [unit, *followers.get(id(unit), [])]
    editor.whole.body = [*followers.get(0, []), *body, *headings[n:]]


def _followers(editor: Editor) -> dict[int, list[Unit]]:
    found: dict[int, list[Unit]] = {}
    last: Unit | None = None
    for unit in editor.whole.units:
        if unit.suffix or id(unit) in editor.fixed:
            found.setdefault(id(last) if last else 0, []).append(unit)
        else:
            last = unit
    return found


def _anchors(editor: Editor, ordered: list[Unit]) -> list[int]:
    """For each heading the number afterwards of the first article under it."""
    numbers = {id(unit): n for n, unit in enumerate(ordered, 1)}
    there = [unit for unit in editor.whole.units if id(unit) in numbers and not unit.added]
    staying = _staying([numbers[id(unit)] for unit in there])
    stable = {id(unit) for unit, stays in zip(there, staying, strict=True) if stays}
    headings = editor.whole.headings
    first: dict[int, int] = {}
    current: list[Heading] = []
    for each in editor.whole.body:
        if isinstance(each, Heading):
            current.append(each)
        elif id(each) in stable:
            for heading in current:
                first[id(heading)] = numbers[id(each)]
            current = []
    out = [editor.anchors.get(id(h)) or first.get(id(h), len(ordered) + 1) for h in headings]
    for n in range(len(out) - 2, -1, -1):
        out[n] = min(out[n], out[n + 1])
    _closing_articles(editor, ordered, headings, out, stable)
    _doubt_borders(editor, ordered, headings, out, stable)
    return out


def _closing_articles(editor: Editor, ordered: list[Unit], headings: Sequence[Heading], anchors: list[int], stable: set[int]) -> None:  # fmt: skip
    """New articles right before 附则 that read as its articles do stand in it."""
    for n, heading in enumerate(headings):
        while heading.title == "附则" and id(heading) not in editor.anchors and 2 <= anchors[n] <= len(ordered):
            before = ordered[anchors[n] - 2]
            if id(before) in stable or not _CLOSING.search(" ".join(part.text for part in before.row.parts)):
                break
            anchors[n] -= 1
            editor.doubts.append(f"第{ordinal(anchors[n])}条")


def _doubt_borders(editor: Editor, ordered: list[Unit], headings: Sequence[Heading], anchors: list[int], stable: set[int]) -> None:  # fmt: skip
    """A new article between the last one of a chapter and the first one of the next could be of either: said, so that a person looks."""
    for heading, anchor in zip(headings, anchors, strict=True):
        before = ordered[anchor - 2] if 2 <= anchor <= len(ordered) + 1 else None
        if before is not None and id(before) not in stable and id(heading) not in editor.anchors:
            editor.doubts.append(f"第{ordinal(anchor - 1)}条")


def _staying(numbers: Sequence[int]) -> list[bool]:
    """Which of them are part of the longest run that keeps its order."""
    tails: list[int] = []
    where: list[int] = []
    for number in numbers:
        at = bisect_left(tails, number)
        tails[at : at + 1] = [number]
        where.append(at)
    wanted = len(tails) - 1
    out = [False] * len(numbers)
    for n in range(len(numbers) - 1, -1, -1):
        if where[n] == wanted:
            out[n], wanted = True, wanted - 1
    return out


def moved(editor: Editor, final: dict[int, Key]) -> list[Key]:
    """New numbers of articles that stand before or behind others than they did."""
    keys = [key for key in sorted(editor.base) if not key[1]]
    there = [editor.base[key] for key in keys if id(editor.base[key]) not in editor.gone]
    staying = _staying([final[id(unit)][0] for unit in there])
    return [final[id(unit)] for unit, stays in zip(there, staying, strict=True) if not stays]


def _clean(editor: Editor) -> None:
    """Headings without marks; their numbers in order where the decision added or took away one."""
    for heading in editor.whole.headings:
        heading.raw = re.sub(f"[{NEW}{END}]", "", heading.raw)
    dotted = [heading for heading in editor.whole.headings if heading.dotted]
    if editor.order and [h.was for h in dotted] == list(range(1, len(dotted) + 1)):
        for n, heading in enumerate(dotted, 1):
            if heading.number != n:
                renumber_heading(heading, n)


# -- where everything went


def _where(editor: Editor, final: dict[int, Key]) -> Numbers:
    numbers = Numbers()
    for key, unit in editor.base.items():
        target = editor.into.get(id(unit), unit)
        numbers.articles[key] = None if id(target) in editor.gone else final.get(id(target), key)
        if id(target) in editor.renewed or id(unit) in editor.into:
            numbers.replaced.add(key)
    numbers.split = {key for key, unit in editor.base.items() if id(unit) in editor.split}
    places: dict[int, Spot] = {}
    for unit in editor.whole.units:
        for p, part in enumerate(unit.row.parts, 1):
            places[id(part)] = Spot(final[id(unit)], p)
            for i, item in enumerate(part.row.parts, 1):
                places[id(item)] = Spot(final[id(unit)], p, i)
                places |= {id(point): Spot(final[id(unit)], p, i, n) for n, point in enumerate(item.row.parts, 1)}
    for spot, found in editor.parts.items():
        numbers.parts[spot] = places.get(id(found.part))
    return numbers
