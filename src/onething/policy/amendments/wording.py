"""Words changed inside places: swapped, deleted, put in beside others. All of an order's words must be there, or nothing is done."""

import re
from collections.abc import Sequence

from onething.policy.amendments.editor import Editor, RefusedError, Words
from onething.policy.amendments.orders import Insert, Place, Swap
from onething.policy.amendments.outline import END, NEW, Part, Unit
from onething.policy.text.places import Spot

_MARKED = re.compile(f"({NEW}[^{END}]*{END})")
_CUT = "\ue022"
"""Where words were taken out, until the signs around are seen to."""
_SIGNS = "，、；：。"
_JOINS = "和及与或"
_ADVERBS = (
    "依法",
    "应当",
    "可以",
    "不得",
    "及时",
    "依照",
    "按照",
    "共同",
    "分别",
    "经",
    "未",
    "不",
    "并",
    "或者",
    "以及",
    "及其",
    "及",
    "和",
    "与",
    "等",
    "的",
)


def swap(editor: Editor, order: Swap) -> None:
    """Every occurrence in every place, or the one that is counted."""
    for place in order.at:
        stretches = _scope(editor, place, [old for old, _ in order.pairs], order.wider)
        changed = _swapped(stretches, order.pairs, order.nth, place)
        for words, text in changed:
            words.put(text)
            if (
                words.unit is not None
                and isinstance(words.owner, Part)
                and not re.search(r"[^\s。；，、\ue020\ue021]", text)
            ):
                _emptied(words.unit, words.owner)


def _emptied(unit: Unit, part: Part) -> None:
    """A paragraph or item whose words are all gone is gone."""
    for row in [unit.row, *(p.row for p in unit.row.parts), *(i.row for p in unit.row.parts for i in p.row.parts)]:
        if part in row.parts and not part.row.parts and len(row.parts) > 1:
            row.parts.remove(part)
            row.changed = True
            return


def _scope(editor: Editor, place: Place, wanted: Sequence[str], wider: bool) -> list[Words]:
    """The words of a place. Where the sentence named none, its article is meant when the words are only elsewhere in it."""
    here = editor.texts(place)
    whole = Place(Spot(place.spot.article), afterwards=place.afterwards)
    if not wider or not place.spot.article[0] or place.spot.is_article:
        return here
    all_there = [w for w in wanted if any(w in words.text for words in here)]
    around = editor.texts(whole)
    inside = {id(words.owner) for words in here}
    beyond = [words for words in around if id(words.owner) not in inside]
    if len(all_there) == len(wanted):
        if any(w in words.text for w in wanted for words in beyond):
            raise RefusedError("which_place")
        return here
    return around if not all_there else here


def _swapped(stretches: list[Words], pairs: Sequence[tuple[str, str]], nth: int, place: Place) -> list[tuple[Words, str]]:  # fmt: skip
    table = dict(pairs)
    if len(table) != len(pairs) or not all(table):
        raise RefusedError("no_words")
    pattern = re.compile("|".join(re.escape(old) for old in sorted(table, key=len, reverse=True)))
    found: set[str] = set()
    counted = 0
    last = _last_place(stretches, pattern) if place.narrow == "end" else None

    def change(match: re.Match[str]) -> str:
        nonlocal counted
        counted += 1
        if (nth and counted != nth) or (last is not None and counted != last):
            return match[0]
        found.add(match[0])
        new = table[match[0]]
        return f"{_CUT}{NEW}{new}{END}{_CUT}" if new else _CUT

    changed: list[tuple[Words, str]] = []
    for words in stretches:
        pieces = [each if n % 2 else pattern.sub(change, each) for n, each in enumerate(_MARKED.split(words.text))]
        text = "".join(pieces)
        if text != words.text:
            changed.append((words, joined(text)))
    if found != set(table):
        raise RefusedError("no_words")
    return changed


def _last_place(stretches: list[Words], pattern: re.Pattern[str]) -> int:
    """Which of all occurrences is the one at the end."""
    return sum(len(pattern.findall("".join(_MARKED.split(words.text)[::2]))) for words in stretches)


def joined(text: str) -> str:
    """Where words were cut out, signs that now stand side by side become the one that is needed."""
    if _CUT not in text:
        return text
    if re.search(rf"、{_CUT}+[^{NEW}{_CUT}、，；。：等的和及与或以并]|[^{END}{_CUT}、，；。：]{_CUT}+、", text):
        raise RefusedError("joint")  # 甲、（乙）办理: whether the mark goes along with the word is not said
    out = re.sub(rf"[，、；：]({_CUT}+)([。；：])", r"\1\2", text)
    out = re.sub(rf"。({_CUT}+)。", r"。\1", out)
    out = re.sub(rf"([，、；])({_CUT}+)\1", r"\1\2", out)
    out = re.sub(rf"，({_CUT}+)，", r"，\1", out)
    out = re.sub(rf"、({_CUT}+)([和及与或]|以及|并)", r"\1\2", out)
    out = re.sub(rf"([和及与或])({_CUT}+)([、，])", r"\3\2", out)
    out = re.sub(rf"、({_CUT}+)([等的])", r"\1\2", out)
    out = re.sub(rf"，({_CUT}+{NEW}?)的", r"\1的", out)
    out = re.sub(rf"^({_CUT}+)[，、；]", r"\1", out)
    return out.replace(_CUT, "")


def insert(editor: Editor, order: Insert) -> None:
    """Beside every occurrence of the anchor, or at the beginning or the end of the place."""
    for place in order.at:
        if not order.anchor:
            _at_edge(editor, order, place)
            continue
        stretches = _scope(editor, place, [order.anchor], order.wider)
        changed: list[tuple[Words, str]] = []
        for words in stretches:
            text = _beside(words.text, order)
            if text != words.text:
                changed.append((words, text))
        if not changed:
            raise RefusedError("no_words")
        for words, text in changed:
            words.put(text)


def _beside(text: str, order: Insert) -> str:
    pieces = _MARKED.split(text)
    for n in range(0, len(pieces), 2):
        piece, out, end = pieces[n], "", 0
        for found in re.finditer(re.escape(order.anchor), piece):
            before = piece[: found.start()] or (pieces[n - 1] if n else "")
            after = piece[found.end() :] or (pieces[n + 1] if n + 1 < len(pieces) else "")
            new = f"{NEW}{_fitted(order, before.rstrip(NEW + END)[-1:], after.lstrip(NEW + END)[:1])}{END}"
            out += piece[end : found.start()] + (new + found[0] if order.side == "before" else found[0] + new)
            end = found.end()
        pieces[n] = out + piece[end:]
    return "".join(pieces)


def _fitted(order: Insert, before: str, after: str) -> str:
    """The new words with the mark that lists them, where the anchor is one of a list; refused where that cannot be told."""
    new = order.new
    near, far = (new[-1:], new[:1]) if order.side == "before" else (new[:1], new[-1:])
    if near in _SIGNS or far in _SIGNS or new.startswith(_ADVERBS) or new.endswith(("的", "和", "或者", "及", "地")):
        return new
    sign = _listing(before, after, order.side)
    if not sign:
        return new
    if sign == "?" or (len(new) <= 2 and not new.endswith(order.anchor[-1:])):
        raise RefusedError("joint")
    return new + sign if order.side == "before" else sign + new


def _listing(before: str, after: str, side: str) -> str:
    """`、` or `，` where the anchor is one of several listed, nothing where it is none, `?` where it may be either."""
    if "、" in (before, after):
        return "、"
    if before == "，" and after == "，":
        return "，"
    if side == "before" and after and after in _JOINS:
        return "、"
    if side == "after" and after and after in _JOINS:
        return "、"
    if before and before in _JOINS:
        return "?"
    return ""


def _at_edge(editor: Editor, order: Insert, place: Place) -> None:
    stretches = editor.texts(place)
    if (place.spot.is_article and len(stretches) > 1) or not stretches:
        raise RefusedError("which_place")
    words = stretches[0] if order.side == "before" else stretches[-1]
    text, new = words.text, order.new
    if order.side == "before":
        if new[-1:] not in _SIGNS:
            raise RefusedError("joint")  # 开头增加“…”: it does not say with which sign
        words.put(f"{NEW}{new}{END}{text}")
        return
    last = text[-1:] if text[-1:] != END else text[-2:-1]
    if last in "。；" and new[:1] not in _SIGNS and new[-1:] in "。；":
        words.put(f"{text}{NEW}{new}{END}")
    elif new[:1] in "，、；" and last in "。；":
        cut = text.rstrip("。；" + END)
        words.put(f"{cut}{END if text.endswith(END) else ''}{NEW}{new}{'' if new[-1:] in '。；' else last}{END}")
    else:
        raise RefusedError("joint")
