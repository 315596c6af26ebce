"""Words in quotation marks of a decision taken out and put back, so that sentences can be read without them. Pure.

Every paragraph of a quoted block begins with “ and only the last one ends with ”, or only the first begins with it.
"""

import re

OPEN, SHUT = "\ue010", "\ue011"
Q = f"{OPEN}\\d+{SHUT}"
"""A quoted block in a sentence."""
_LABEL = r"(?:[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十]+[)）]|\d+[.．、])"
_PLACE = r"原?第[^，。；：“]{1,14}[条章节款项]"
_RESUMES = re.compile(
    rf"\s*{_LABEL}\s*(?:(?:将|把|对|在|删去|删除)(?:{_PLACE}|《|“|引言|名称|标题)|增加[一二两三四五六七八九十]+[条款项章节]"
    rf"|{_PLACE}(?:改为|修改为|增加|中的“|删))|\s*本(?:决定|修正案)自"
)
"""How the next instruction begins, in a block whose closing mark was forgotten."""


def even(text: str) -> str:
    """Straight quotation marks as the curly ones they stand for; angle quotes of traditional print too."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("「", "“").replace("」", "”").replace("＂", '"')
    text = text.replace("『", "‘").replace("』", "’")
    if '"' not in text:
        return text
    out: list[str] = []
    inside, fresh = False, True
    for c in text:
        if c == '"':
            inside = True if fresh and inside else not inside
            out.append("“" if inside else "”")
        else:
            out.append(c)
        fresh = c == "\n" or (fresh and c in " 　\t>*")
    return "".join(out)


class Quotes:
    """The blocks of a text, and the text with a mark for each."""

    def __init__(self, text: str) -> None:
        self.blocks: list[str] = []
        self._out: list[str] = []
        self._kept: list[str] = []
        self.text = self._take(text)

    def back(self, text: str) -> str:
        """The words with their blocks again."""
        return re.sub(f"{OPEN}(\\d+){SHUT}", lambda found: f"“{self.blocks[int(found[1])]}”", text)

    def of(self, text: str) -> tuple[str, ...]:
        """The blocks whose marks stand in `text`, as words of the law: ‘…’ inside are its “…”."""
        return tuple(as_law(self.blocks[int(n)]) for n in re.findall(f"{OPEN}(\\d+){SHUT}", text))

    def _take(self, text: str) -> str:
        depth, fresh = 0, True
        ends = _Ends(text)
        for place, c in enumerate(text):
            if depth and fresh and c not in " 　\t\n" and ends.resumes(place):
                depth = self._shut()  # a mark was forgotten: the next instruction begins here
            if c == "“" and (depth == 0 or not fresh):
                depth += 1
                self._kept += [c] if depth > 1 else []
            elif c == "“":
                pass
            elif c == "”" and depth:
                depth -= 1
                if depth:
                    self._kept.append(c)
                else:
                    self._shut()
            else:
                (self._kept if depth else self._out).append(c)
            fresh = c == "\n" or (fresh and c in " 　\t>")
        if depth:
            self._shut()
        return "".join(self._out)

    def _shut(self) -> int:
        block = "".join(self._kept)
        self._out.append(f"{OPEN}{len(self.blocks)}{SHUT}")
        self.blocks.append(block.strip())
        if "\n" in block[len(block.rstrip("\n 　")) :]:
            self._out.append("\n")
        self._kept.clear()
        return 0


class _Ends:
    """Whether a line inside a block begins the next instruction; looked at once for each line."""

    def __init__(self, text: str) -> None:
        self.text = text

    def resumes(self, place: int) -> bool:
        return self.text[place] != "“" and _RESUMES.match(self.text, place) is not None


def as_law(block: str) -> str:
    """Words as they will stand in the law: the marks inside a quotation are one step lower than there."""
    return block.replace("‘", "“").replace("’", "”") if "“" not in block else block
