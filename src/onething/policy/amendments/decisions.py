"""An amending decision (修改决定) read into instructions: what to do to which place with which words.

The wording follows 立法技术规范 (全国人大常委会法工委, 修改法律的表述): 将第X条修改为, 增加一条作为第X条, 删去第X条, 第X条改为第Y条.
Places are named by the numbers of the text before the decision, what is added by its number afterwards.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from onething.documents.prose.service import NUMERAL, dates
from onething.policy.text.naming import is_amending
from onething.policy.text.references import LOC, SEP, Spot, spots

Verb = Literal["replace", "swap", "add", "add_words", "delete", "delete_words", "rename", "merge", "split", "title", "heading", "renumber", "closing", "unclear"]  # fmt: skip
_OPEN, _SHUT = "\ue010", "\ue011"
_Q = f"{_OPEN}\\d+{_SHUT}"
_QS = rf"{_Q}(?:[、，和及以\s]*{_Q})*"
_LIST = rf"{LOC}(?:{SEP}{LOC})*"
_OWN = "本法|本条例|本办法|本规定|本细则|全文|条文|有关条款|相关条款|有关条文|相关条文"
_JOIN = re.compile(r"(?:[，；。：、:;,\s]|并且|并|同时|将|把|对|在|原(?=第)|分别|此外)*")
_ENTRY = re.compile(r"\s*(?:[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十]+[)）]|[0-9０-９]+[.．、])\s*")
_RESUMES = re.compile(r"\s*[一二三四五六七八九十百]+、\s*(?:将|把|对|删|增|在|第|《)")
_LAW = re.compile(r"(?:将|对)?《(?P<law>[^《》]+(?:〈[^〈〉]*〉[^《》]*)*)》")
_WHOLE_LAW = re.compile(r"(?:的?部分条文)?(?:作(?:出)?(?:如下|以下)?修改)?[：:，,。]?$")
_BEGINS = re.compile(r"(?:作(?:出)?(?:如下|以下)?(?:的)?修改|修改如下|修正如下|进行修改)[：:。]?")
_FORCE = re.compile(r"(?:本决定|本修正案|本修改决定)?自(?P<day>.{2,20}?)起(?:施行|生效)")
_PATTERNS: tuple[tuple[Verb, str], ...] = (
    ("closing", r"《[^《》]+》(?:等[^，。]*)?根据本决定.*|本决定自[^。]*(?:施行|生效).*|重新公布.*|本修正案自.*"),
    ("renumber", rf"(?:(?:有关|相关|其他)?(?:条文|条款|条|款|项|章节)(?:的)?(?:顺序|序号)|{_OWN}的?(?:顺序|序号))[^，。]*(?:调整|顺延)[^。]*|(?:其后|以后)[^，。]*顺延|序号[^，。]*(?:顺延|调整)"),
    ("title", rf"(?:法规|条例|办法|规定)?(?:的)?(?:题目|名称|标题)(?:中的(?P<old>{_Q}))?修改为[：:\s]*(?P<new>{_Q}|《[^》]+》)"),
    ("heading", rf"(?P<at>第\s*{NUMERAL}\s*[编章节](?:第\s*{NUMERAL}\s*节)?)的?(?:章名|节名|编名|标题|名称)(?:修改|改)为[：:\s]*(?P<new>{_Q})"),
    ("merge", rf"(?P<at>{_LIST})合并(?:为(?:一[条款项]))?[，,]?(?:作为|改为|为)(?P<to>{LOC})"),
    ("split", rf"(?P<at>{LOC})(?:拆)?分(?:拆)?为(?:{NUMERAL}[条款项])?[，,]?(?:作为|改为)?(?P<to>{_LIST})"),
    ("add_words", rf"(?P<at>{_LIST})?(?:中)?的?(?P<old>{_Q})(?:一词|字样)?(?:之)?(?P<side>后|前)面?(?:增加|添加|加上)(?P<new>{_Q})"),
    ("add_words", rf"(?P<at>{_LIST})?(?:的)?(?:最)?(?P<side>末尾|后|开头)(?:增加|添加)(?P<new>{_Q})"),
    ("delete_words", rf"删(?:去|除)(?P<at>{_LIST}|{_OWN})?(?:中|里)?的?(?P<old>{_QS})"),
    ("delete_words", rf"(?:(?P<at>{_LIST}|{_OWN})(?:中|里)?的?)?(?P<old>{_QS})(?:予以|均予)?删(?:去|除)"),
    ("swap", rf"(?:(?P<at>{_LIST}|{_OWN})(?:中|里)?的?)?(?P<old>{_QS})(?:分别|统一|均|一律)*(?:修改为|改为|替换为|更改为)[：:\s]*(?P<new>{_QS})"),
    ("replace", rf"(?P<at>{_LIST})?(?:的内容|内容|的规定)?(?:合并|分别)?(?:修改为|修订为)[：:，\s]*(?P<new>{_QS})"),
    ("replace", rf"(?P<at>{_LIST})改为[：:\s]*(?P<new>{_QS})"),
    ("delete", rf"删(?:去|除)(?P<at>{_LIST})(?!中的?{_OPEN})"),
    ("delete", rf"(?P<at>{_LIST})(?:予以)?删(?:去|除)"),
    ("add", rf"(?P<at>{LOC})?(?:之)?(?P<side>后|前)?(?:新)?增(?:加|设){NUMERAL}(?P<what>[条款项章节目])[，,]?(?:分别)?(?:作为(?P<to>{_LIST}))?(?:[，,]?(?:内容为|规定为))?[：:，\s]*(?P<new>{_QS})"),
    ("rename", rf"(?P<at>{_LIST})(?:相应)?(?:分别)?(?:改为|调整为|变更为|作为|移作|修改为)(?P<to>{_LIST})"),
)  # fmt: skip
__all__ = ["Decision", "Instruction", "Verb", "is_amending", "read_decision"]
_COMPILED: tuple[tuple[Verb, re.Pattern[str]], ...] = tuple((verb, re.compile(pattern)) for verb, pattern in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One thing a decision orders. `at` are places before, `to` numbers afterwards; `words` as printed."""

    verb: Verb
    words: str
    at: tuple[Spot | str, ...] = ()
    """Places with `-` between the ends of a range; empty: the place of the instruction before, or the whole text for words."""
    everywhere: bool = False
    to: tuple[Spot | str, ...] = ()
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    side: str = ""
    what: str = ""
    law: str = ""
    """Title of the regulation to be amended, when the decision says it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """An amending decision."""

    title: str
    history: str
    """Who decided and when, as printed under the title."""
    made_on: date | None
    in_force_from: date | None
    instructions: tuple[Instruction, ...]


def read_decision(text: str) -> Decision:
    """Every instruction of a decision, in order. Never raises: what is not understood is an instruction `unclear`."""
    text = _even(text)
    body, quotes = _take_quotes(text)
    lines = [re.sub(r"^[\s　#*>]+|[\s　*]+$", "", line) for line in body.split("\n")]
    lines = [line for line in lines if line and not line.startswith("<!--")]
    title = _back(lines[0], quotes) if lines else ""
    start = next((n + 1 for n, line in enumerate(lines) if n and _BEGINS.search(line)), None)
    if start is None:
        start = next((n for n, line in enumerate(lines) if n and (_ENTRY.match(line) or re.match(r"(?:将|删去|增加|第)", line))), len(lines))  # fmt: skip
    history = next((_back(line, quotes) for line in lines[1:start] if dates(line)), "")
    law = next((found["law"] for line in lines[1:start] if _BEGINS.search(line) and (found := _LAW.search(line))), "")
    head = lines[start - 1] if start else ""
    rest = _BEGINS.split(head, maxsplit=1)[-1].strip() if _BEGINS.search(head) else ""
    made = dates(history)
    instructions = tuple(_instructions([*([rest] if rest else []), *lines[start:]], quotes, law))
    return Decision(
        title, history.strip("（）() "), made[0][0] if made else None, _in_force(body, quotes), instructions
    )


def _in_force(body: str, quotes: list[str]) -> date | None:
    for found in reversed(list(_FORCE.finditer(body))):
        said = dates(_back(found["day"], quotes))
        if said:
            return said[0][0]
    return None


def _even(text: str) -> str:
    """Straight quotation marks as the curly ones they stand for; angle quotes of traditional print too."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("「", "“").replace("」", "”")
    out: list[str] = []
    inside = False
    for place, c in enumerate(text):
        if c != '"':
            out.append(c)
            continue
        first = not text[text.rfind("\n", 0, place) + 1 : place].strip()
        inside = True if first and inside else not inside
        out.append("“" if inside else "”")
    return "".join(out)


def _take_quotes(text: str) -> tuple[str, list[str]]:
    """The text with each quoted block replaced by a mark. Every paragraph of a block begins with “, only the last ends with ”."""
    out: list[str] = []
    quotes: list[str] = []
    kept: list[str] = []
    depth, fresh = 0, True
    for place, c in enumerate(text):
        if depth and fresh and _RESUMES.match(text, place) and not text[place:].lstrip().startswith("“"):
            depth = _shut(out, quotes, kept)  # a mark was forgotten: the next instruction begins here
        if c == "“" and (depth == 0 or not fresh):
            depth += 1
            kept += [c] if depth > 1 else []
        elif c == "“":
            pass
        elif c == "”" and depth:
            depth -= 1
            if depth:
                kept.append(c)
            else:
                _shut(out, quotes, kept)
        else:
            (kept if depth else out).append(c)
        fresh = c == "\n" or (fresh and c in " 　\t")
    if depth:
        _shut(out, quotes, kept)
    return "".join(out), quotes


def _shut(out: list[str], quotes: list[str], kept: list[str]) -> int:
    out.append(f"{_OPEN}{len(quotes)}{_SHUT}")
    quotes.append("".join(kept).strip())
    ends = len("".join(kept)) - len("".join(kept).rstrip("\n 　"))
    out += ["\n"] if ends and "\n" in "".join(kept)[-ends:] else []
    kept.clear()
    return 0


def _back(text: str, quotes: list[str]) -> str:
    return re.sub(f"{_OPEN}(\\d+){_SHUT}", lambda found: f"“{quotes[int(found[1])]}”", text)


def _instructions(lines: list[str], quotes: list[str], law: str) -> list[Instruction]:
    entries: list[str] = []
    numbered = any(_ENTRY.match(line) for line in lines)
    for line in lines:
        # A block in a line of its own belongs to the words before it.
        goes_on = entries and (re.match(_Q, line) or (numbered and not _ENTRY.match(line) and not re.match("本决定|《|此外|本修正案", line) and entries[-1].endswith(("：", ":", "，"))))  # fmt: skip
        if goes_on:
            entries[-1] += line
        else:
            entries.append(line)
    out: list[Instruction] = []
    for entry in entries:
        words = _ENTRY.sub("", entry, count=1)
        named = _LAW.match(words)
        here = law
        if named and _WHOLE_LAW.fullmatch(words[named.end() :]):
            law = named["law"]
            continue
        if named and "根据本决定" not in words:
            here, words = named["law"], words[named.end() :]
        out += _entry(words, quotes, here)
    return out


def _entry(words: str, quotes: list[str], law: str) -> list[Instruction]:
    out: list[Instruction] = []
    unclear = ""
    at, base = 0, Spot()
    while True:
        at = _JOIN.match(words, at).end()  # type: ignore[union-attr]
        if at >= len(words):
            break
        verb, found = _first(words, at)
        inherited = re.compile(r"(?:其中|其)(?:的)?").match(words, at) if found is None else None
        if inherited and any(p.match(words, inherited.end()) for _, p in _COMPILED):
            at = inherited.end()
            continue
        if found is None:
            end = re.compile(r"[，；。]|$").search(words, at).end()  # type: ignore[union-attr]
            unclear += words[at : max(end, at + 1)]
            at = max(end, at + 1)
            continue
        if unclear:
            out.append(Instruction("unclear", _back(unclear, quotes).strip("，；。"), law=law))
            unclear = ""
        made, base = _made(verb, found, quotes, law, base)
        out.append(made)
        at = found.end()
    if unclear:
        out.append(Instruction("unclear", _back(unclear, quotes).strip("，；。"), law=law))
    return out


def _first(words: str, at: int) -> tuple[Verb, re.Match[str] | None]:
    for verb, pattern in _COMPILED:
        found = pattern.match(words, at)
        if found is not None:
            return verb, found
    return "unclear", None


def _made(verb: Verb, found: re.Match[str], quotes: list[str], law: str, base: Spot) -> tuple[Instruction, Spot]:
    parts = found.groupdict()

    def said(name: str) -> tuple[str, ...]:
        text = parts.get(name) or ""
        got = tuple(quotes[int(n)] for n in re.findall(f"{_OPEN}(\\d+){_SHUT}", text))
        return got or ((text,) if text else ())

    named = parts.get("at") or ""
    everywhere = bool(named and re.fullmatch(_OWN, named))
    at = () if everywhere or not named else _seen(named, base)
    first = next((each for each in at if isinstance(each, Spot)), base)
    to = _seen(parts.get("to") or "", first)
    item = Instruction(
        verb, _back(found[0], quotes), at or (() if everywhere or base == Spot() else (base,)), everywhere, to, said("old"), said("new"),
        parts.get("side") or "", parts.get("what") or "", law,
    )  # fmt: skip
    return item, first


def _seen(text: str, base: Spot) -> tuple[Spot | str, ...]:
    """Places of a list; `第二款` alone is of the article named before."""
    if not text:
        return ()
    whole = re.match(r"第[^条款项目]*条", text) or re.search(r"[编章节]", text[:8])
    return tuple(spots(text, Spot() if whole else Spot(base.article, base.paragraph if "款" not in text else 0)))
