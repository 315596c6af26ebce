"""An amending decision (修改决定, 修正案) read into orders: which law each sentence is about, and what it orders. Pure.

The wording follows 立法技术规范 (全国人大常委会法工委, 修改法律的表述). A law named holds until the next one is named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from onething.documents.prose.service import NUMERAL, dates, number
from onething.policy.amendments.grammar import Context, read_sentence
from onething.policy.amendments.orders import Cover, Divide, Left, Order, Place, Reorder, Retitle
from onething.policy.amendments.quoting import Q, Quotes, even
from onething.policy.text.head import BLANK, front_matter, front_title, head_kinds, says, title_of
from onething.policy.text.naming import is_amending
from onething.policy.text.places import LOC, Spot, spots

__all__ = ["Decision", "is_amending", "read_decision"]
_ENTRY = re.compile(
    r"\s*(?:(?P<top>[一二三四五六七八九十百]+、)|[（(][一二三四五六七八九十]+[)）]|[0-9０-９]{1,3}[.．、])\s*"
)
_BEGINS = re.compile(
    r"(?:(?:作|做)(?:出|了)?(?:如下|以下|下列)?(?:的)?(?:补充和修改|修改和补充|补充修改|修改补充|修改|修正|补充)|修改如下|修正如下|进行(?:了)?修改|予以修改"
    r"|通过(?:如下|以下)?[^，。]{0,12}修正案|决定)[：:，,。]?$"
)
_BOOK = r"《(?P<law>[^《》]+(?:〈[^〈〉]*〉[^《》]*)*)》"
_LAW = re.compile(
    rf"(?P<verb>(?:将|对|把|在|删去|删除|修改|修订)?)\s*{_BOOK}(?:[（(][^（）()]*[）)])?(?P<after>(?:的部分条文|中|的)?)"
)
_WHOLE_LAW = re.compile(
    r"(?:的?部分条[文款])?(?:(?:作|做)(?:出|了)?(?:如下|以下|下列)?的?修改|修改(?:如下)?|修正如下)?[：:，,。；]?$"
)
_BARE_LAW = re.compile(
    r"(?P<verb>(?:将|对|把|在|删去|删除|修改)?)(?P<law>[一-鿿（）]{1,40}?(?:法|条例|办法|规定|细则|规则|解释))(?=第[^，。；]{1,8}[条章])"
)
_FORCE = re.compile(r"(?:本决定|本修正案|本修改决定)?自(?P<day>.{2,20}?)起(?:施行|生效)")
_CLOSING = re.compile(
    r"(?:《[^《》]+(?:〈[^〈〉]*〉[^《》]*)*》、?(?:和|以及)?)*(?:等[^，。]*)?根据本决定|根据本决定|本决定(?:自|的|通过|施行|公布)|本修正案自|(?:以上|上述)[^，。]{0,20}根据本决定|[^，。]{0,40}重新公布|自本决定施行"
)
_SETS = re.compile(
    r"(?:条文|条款|条|章节|项)[^，。]{0,6}(?:顺序|序号|编号)[^，。]{0,8}(?:调整|顺延)|调整(?:有关|相关)?条文(?:的)?(?:顺序|序号)"
)
_ONLY_SETS = re.compile(r"文字|标点")
_ALIAS = re.compile(
    r"《(?P<law>[^《》]+(?:〈[^〈〉]*〉[^《》]*)*)》[（(][^（）()]*?(?:以下|下)(?:统|简)?称[《“]?(?P<short>[^《》“”（）()]{2,20})[》”]?[）)]"
)
_DIVIDED = re.compile(
    rf"(?:将)?(?P<at>{LOC})(?:{Q})?分为(?P<count>{NUMERAL}|两)(?P<kind>[条章节])[：:，,]?(?P<rest>.*)$", re.DOTALL
)
_ROW = re.compile(rf"第(?P<n>{NUMERAL})(?P<kind>[章节])(?P<title>{Q})[，,]?包括(?P<range>{LOC}(?:(?:、|和|至){LOC})*)")
_ADOPTED = re.compile(
    r"[（(]((?:[^（）()]|[（(][^（）()]*[）)])*(?:通过|公布|批准)(?:[^（）()]|[（(][^（）()]*[）)])*)[）)]"
)
_MANY = re.compile(r"等[^，。《》]{0,12}(?:部|件|个|项)")


@dataclass(frozen=True, slots=True)
class Decision:
    """An amending decision."""

    title: str
    history: str
    """Who decided and when, as printed under the title."""
    made_on: date | None
    in_force_from: date | None
    orders: tuple[Order, ...]
    laws: tuple[str, ...] = ()
    """Titles of the regulations that it amends, as far as it names them."""


@dataclass(slots=True)
class _Reader:
    quotes: Quotes
    law: str
    """The law named last; empty when none was."""
    laws: list[str]
    aliases: dict[str, str]
    orders: list[Order] = field(default_factory=list[Order])
    context: Context = field(default_factory=Context)


def read_decision(text: str) -> Decision:
    """Every order of a decision, in its sequence. Never raises: what is not understood is `Left` with its sentence."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    skip = front_matter(raw)
    shown = [n for n, line in enumerate(raw) if n >= skip and says(line) and not line.startswith("<!--")]
    kinds = head_kinds(raw, shown[:40])
    printed = title_of([raw[n] for n in shown if kinds.get(n) == "title"])
    title = front_title("\n".join(raw[:skip])) or printed
    first = next((n for n in shown if kinds.get(n) not in ("title", "history")), len(raw))
    told = "".join(re.sub(rf"^[{BLANK}>*]+|[{BLANK}*]+$", "", raw[n]) for n in shown if kinds.get(n) == "history")
    adopted = _ADOPTED.search(told)
    history = adopted[1] if adopted else told if dates(told) else ""
    quotes = Quotes(even("\n".join(line.strip("\r") for line in raw[first:])))
    lines = [re.sub(rf"^[{BLANK}#*>\-]+|[{BLANK}*]+$", "", line) for line in quotes.text.split("\n")]
    lines = [line for line in lines if line and not line.startswith("<!--")]
    made = dates(history)
    orders, laws = _orders(title, lines, quotes)
    return Decision(title, history.strip("（）() "), made[0][0] if made else None, _in_force(quotes, history), orders, laws)  # fmt: skip


def _in_force(quotes: Quotes, history: str) -> date | None:
    for found in reversed(list(_FORCE.finditer(quotes.text)) or list(_FORCE.finditer(history))):
        said = dates(quotes.back(found["day"]))
        if said:
            return said[0][0]
    return None


def _orders(title: str, lines: list[str], quotes: Quotes) -> tuple[tuple[Order, ...], tuple[str, ...]]:
    """Goes through the lines; an introduction (…决定对《…》作如下修改：) may name the law of all that follows."""
    body = _begins(lines)
    intro = " ".join(lines[:body])
    laws = list(dict.fromkeys(found["law"] for found in re.finditer(_BOOK, _title_part(title) + intro)))
    aliases = {found["short"]: found["law"] for found in _ALIAS.finditer(quotes.text)}
    reader = _Reader(quotes, "", laws, aliases)
    told = [found["law"] for found in _LAW.finditer(intro) if found["verb"] in ("对", "将", "把", "修改")]
    if len(set(told)) == 1 and not _MANY.search(intro):
        reader.law = told[0]
    elif not told and len(_titled(title)) == 1 and not _MANY.search(title):
        reader.law = _titled(title)[0]
    for entry in _entries(lines[body:]):
        _entry(reader, entry)
    return tuple(reader.orders), tuple(dict.fromkeys([*_titled(title), *(each.law for each in reader.orders if each.law)]))  # fmt: skip


def _title_part(title: str) -> str:
    return re.sub(r"^.*?关于修改", "", title)


def _titled(title: str) -> list[str]:
    """Laws that the title of the decision names: 关于修改《甲》《乙》的决定, 中华人民共和国刑法修正案（八）."""
    amendment = re.match(r"(.+?)修正案", title)
    if amendment and "《" not in title and "关于" not in title:
        return [amendment[1]]
    return [found["law"] for found in re.finditer(_BOOK, _title_part(title))]


def _begins(lines: list[str]) -> int:
    """Number of the lines that introduce the decision. What follows such words on their line is a line of its own."""
    for n, line in enumerate(lines[:12]):
        if _ENTRY.match(line) and not _BEGINS.search(line):
            return n
        glued = re.match(r"(.*?(?:作如下修改|作以下修改|修改如下)[：:])(?=\S)(.*)$", line)
        if glued:
            lines[n : n + 1] = [glued[1], glued[2]]
            return n + 1
        if _BEGINS.search(line):
            return n + 1
        if re.match(r"(?:将|删去|增加|第[^，。]{1,10}条)", line):
            return n
    return next((n for n, line in enumerate(lines) if _ENTRY.match(line)), 0)


def _entries(lines: list[str]) -> Iterator[str]:
    """Lines with the blocks that stand in lines of their own joined to the words before them."""
    joined: list[str] = []
    for line in lines:
        block = re.match(Q, line)
        goes_on = joined and not _ENTRY.match(line) and not _CLOSING.match(line) and joined[-1].endswith(("：", ":", "，", ",", "为"))  # fmt: skip
        if joined and ((block and not re.match(rf"{Q}(?:[^。；\n]*)(?:修改|改|调整)为", line)) or goes_on):
            joined[-1] += line
        else:
            joined.append(line)
    yield from joined


def _entry(reader: _Reader, entry: str) -> None:
    labelled = _ENTRY.match(entry)
    words = entry[labelled.end() :] if labelled else entry
    if labelled:
        reader.context = Context(law=reader.law)
    if _closing(reader, words):
        return
    if _names_only(reader, words, labelled=bool(labelled)):
        return
    divided = _divided(reader, words)
    if divided is not None:
        reader.orders.append(divided)
        return
    for sentence in re.split(r"(?<=[。；;])", words):
        if says(sentence.strip("。；; ")):
            _sentence(reader, sentence.strip(BLANK))


def _closing(reader: _Reader, words: str) -> bool:
    """The end of a decision: in force, published anew; where it says so the articles are numbered anew."""
    if not _CLOSING.match(words):
        return False
    if _SETS.search(words):
        named = [found["law"] for found in re.finditer(_BOOK, words)]
        every = _MANY.search(words) or not named
        for law in [""] if every else named:
            reader.orders.append(Reorder("", reader.aliases.get(law, law)))
    if _ONLY_SETS.search(words.split("，重新公布")[0]) and "文字" in words:
        reader.orders.append(Left(reader.quotes.back(words), "", "unsaid"))
    if not re.search(r"重新公布|施行|生效|根据本决定作|^本决定", words):
        reader.orders.append(Left(reader.quotes.back(words), "", "unclear"))
    return True


def _names_only(reader: _Reader, words: str, labelled: bool) -> bool:
    """A line that only says which law comes now: 一、修改《甲》, 一、对《甲》作出修改, 一、甲条例; or heads sub-entries."""
    found = _LAW.match(words)
    if found and _WHOLE_LAW.fullmatch(words[found.end() :].strip(BLANK)):
        _take(reader, found["law"])
        return True
    plain = words.rstrip("：: 　")
    if labelled and re.fullmatch(r"[一-鿿（）〈〉]{4,60}(?:法|条例|办法|规定|细则|规则|解释|批复|决定)(?:[（(][^）)]{1,12}[）)])?", plain) and not re.search(r"修改|删|增加|改为|按照|依照|应当|研究|完善", plain):  # fmt: skip
        _take(reader, plain)
        return True
    return bool(re.fullmatch(r"(?:对|将)?(?:部分|有关|相关|下列|以下)?(?:条文|条款|法律|法规|行政法规|地方性法规|司法解释)?(?:的部分条款)?(?:作(?:出)?)?(?:如下|以下|下列)?的?修改[：:，。]?", words))  # fmt: skip


def _take(reader: _Reader, law: str) -> None:
    reader.law = reader.aliases.get(law, law)
    reader.context = Context(law=reader.law)


def _sentence(reader: _Reader, sentence: str) -> None:
    found = _LAW.match(sentence)
    if found and sentence[found.end() :].strip("。；， "):
        law = reader.aliases.get(found["law"], found["law"])
        if law != reader.law:
            _take(reader, law)
        rest = sentence[found.end() :]
        titled = re.match(rf"(?:的)?(?:名称|标题|题目)(?:修改|改)为[：:]?(?P<new>{Q}|《[^》]+》)", rest)
        if titled:
            new = reader.quotes.of(titled["new"]) or (titled["new"],)
            reader.orders.append(Retitle(reader.quotes.back(sentence), law, new[0].strip("《》")))
            rest = rest[titled.end() :]
        verb = found["verb"] if found["verb"] in ("删去", "删除") else ""
        sentence = verb + re.sub(r"^(?:的|中的?|，)+", "", rest)
    elif (bare := _BARE_LAW.match(sentence)) and (law := _known(reader, bare["law"])):
        if law != reader.law:
            _take(reader, law)
        sentence = ("删去" if bare["verb"].startswith("删") else "") + sentence[bare.end() :]
    if says(sentence.strip("。；;，, ")):
        reader.context.law = reader.law
        reader.orders += read_sentence(sentence, reader.quotes, reader.context)


def _known(reader: _Reader, name: str) -> str:
    """The law that a name without 《》 is, among those that the decision names."""
    if name in reader.aliases:
        return reader.aliases[name]
    known = [*reader.laws, *([reader.law] if reader.law else [])]
    return next((law for law in known if plain_title(law) == plain_title(name)), "")


def plain_title(title: str) -> str:
    """A title without marks, blanks and the nation's name: 《中华人民共和国契税法》 is 契税法."""
    return re.sub(r"[《》〈〉\s　]|^中华人民共和国", "", title)


def _divided(reader: _Reader, words: str) -> Order | None:
    """第二章“…”分为六节：第一节“…”，包括第七条至第九条；…"""
    found = _DIVIDED.match(words.rstrip("。；"))
    if not found or "作为" in found["rest"].split("：")[0] or "改" in found["rest"][:1]:
        return None
    at = next((each for each in spots(found["at"], Spot()) if isinstance(each, Spot)), Spot())
    if not at.division:
        return None
    shown = reader.quotes.back(words)
    if found["kind"] == "条":
        ends = _range(found["rest"].removeprefix("包括"))
        return Cover(shown, reader.law, Place(at), *ends) if ends else Left(shown, reader.law, "unclear")
    rows: list[tuple[str, int, int]] = []
    for n, row in enumerate(_ROW.finditer(found["rest"]), 1):
        ends = _range(row["range"])
        if not ends or number(row["n"]) != n or row["kind"] != found["kind"]:
            return Left(shown, reader.law, "unclear")
        rows.append((reader.quotes.of(row["title"])[0], *ends))
    if len(rows) != number(found["count"].replace("两", "二")):
        return Left(shown, reader.law, "unclear")
    return Divide(shown, reader.law, Place(at), "节" if found["kind"] == "节" else "章", tuple(rows))


def _range(text: str) -> tuple[int, int] | None:
    named = [each for each in spots(text, Spot()) if isinstance(each, Spot)]
    return (named[0].article[0], named[-1].article[0]) if named and all(each.is_article for each in named) else None
