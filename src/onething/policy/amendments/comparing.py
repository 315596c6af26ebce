"""Article by article: which one became which, by words and order, and the words that differ.

Articles are aligned like two texts of lines: the alignment with the greatest likeness in all, in order (Needleman–Wunsch);
what is left over on both sides is then looked at for articles that moved, were split or were merged.
"""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from onething.policy.amendments.models import Change, Fate, Piece
from onething.policy.models import Article, Document

ALIKE = 0.5
"""Likeness of words from which one article is taken for a version of the other."""
MOVED = 0.75
"""Out of order it takes more."""
COVERED = 0.6
_WORD = re.compile(r"[一二三四五六七八九十百千万亿零〇两]+|[0-9.,%]+|[A-Za-z]+|[\u4e00-\u9fff]|[^\s]")


def compare(old: Document, new: Document) -> list[Change]:
    """What became of every article, in the order of the new version; repealed ones stand where they stood."""
    before, after = list(old.articles), list(new.articles)
    pairs = _align(before, after)
    pairs |= _moved(before, after, pairs)
    found: dict[int, Change] = {}
    used = set(pairs.values())
    for place, old_place in pairs.items():
        found[place] = _change(before[old_place], after[place])
    _split(before, after, found, used)
    changes: list[Change] = []
    gone = [i for i in range(len(before)) if i not in used]
    for place, article in enumerate(after):
        here = found.get(place)
        reached = max((pairs[p] for p in range(place + 1) if p in pairs), default=-1)
        while gone and gone[0] < reached:
            changes.append(_repealed(before[gone.pop(0)]))
        changes.append(here or Change("added", (), (article,), (Piece("in", article.text),), 0.0))
    return changes + [_repealed(before[i]) for i in gone]


def _align(before: Sequence[Article], after: Sequence[Article]) -> dict[int, int]:
    """New place → old place, in order."""
    alike = cdist([a.text for a in after], [b.text for b in before], scorer=fuzz.ratio, dtype=np.float32) / 100
    gain = np.where(alike >= ALIKE, alike, -1.0)
    rows, columns = gain.shape if before and after else (0, 0)
    best = np.zeros((rows + 1, columns + 1), np.float32)
    for i in range(rows):
        for j in range(columns):
            best[i + 1, j + 1] = max(best[i, j + 1], best[i + 1, j], best[i, j] + gain[i, j])
    pairs: dict[int, int] = {}
    i, j = rows, columns
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs[i] = j
    return pairs


def _moved(before: Sequence[Article], after: Sequence[Article], pairs: dict[int, int]) -> dict[int, int]:
    free = [j for j in range(len(before)) if j not in pairs.values()]
    found: dict[int, int] = {}
    for i in (i for i in range(len(after)) if i not in pairs):
        scored = [(fuzz.ratio(after[i].text, before[j].text) / 100, j) for j in free]
        score, j = max(scored, default=(0.0, -1))
        if score >= MOVED:
            found[i] = j
            free.remove(j)
    return found


def _split(before: Sequence[Article], after: Sequence[Article], found: dict[int, Change], used: set[int]) -> None:
    """A new article whose words stand in an old one that went elsewhere; an old one that went into a new one."""
    for place, article in enumerate(after):
        if place in found:
            continue
        near = [p for p in (place - 1, place + 1) if p in found and found[p].old]
        for other in near:
            old = found[other].old[0]
            if _covered(article.text, old.text) >= COVERED:
                pieces = _weave(old.text, article.text)
                found[place] = Change("split", (old,), (article,), pieces, fuzz.ratio(old.text, article.text) / 100)
                break
    for place in [i for i in range(len(before)) if i not in used]:
        for other, change in list(found.items()):
            if change.fate != "amended" or abs(change.old[0].number - before[place].number) > 2:
                continue
            if _covered(before[place].text, change.new[0].text) >= COVERED:
                both = (change.old[0], before[place])
                together = "\n".join(article.text for article in sorted(both, key=lambda a: a.number))
                found[other] = Change("merged", both, change.new, _weave(together, change.new[0].text), change.likeness)
                used.add(place)
                break


def _covered(part: str, whole: str) -> float:
    """How much of `part` stands in `whole`, in pieces of at least four characters."""
    blocks = SequenceMatcher(None, part, whole, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= 4) / max(len(part), 1)


def _change(old: Article, new: Article) -> Change:
    likeness = fuzz.ratio(old.text, new.text) / 100
    same = unicodedata.normalize("NFKC", old.text) == unicodedata.normalize("NFKC", new.text)  # ( and （ are one
    fate: Fate = ("same" if old.label == new.label else "moved") if same else "amended"
    return Change(fate, (old,), (new,), _weave(old.text, new.text), likeness)


def _repealed(article: Article) -> Change:
    return Change("repealed", (article,), (), (Piece("out", article.text),), 0.0)


def _weave(old: str, new: str) -> tuple[Piece, ...]:
    """Both texts as one run of words kept, taken out and put in. Numbers are one word, so 三十 never becomes 二+十."""
    one, other = _words(old), _words(new)
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("kept", "".join(one[a:b])))
            continue
        if b > a:
            pieces.append(Piece("out", "".join(one[a:b])))
        if d > c:
            pieces.append(Piece("in", "".join(other[c:d])))
    return tuple(pieces)


def _words(text: str) -> list[str]:
    """Words with the blanks before them; joined they give the text in one width of its signs."""
    text = unicodedata.normalize("NFKC", text).replace(",", "，").replace(":", "：").replace(";", "；")
    words: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        words.append(text[end : match.end()])
        end = match.end()
    return words + ([text[end:]] if end < len(text) else [])
