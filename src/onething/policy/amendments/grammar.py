"""The grammar of amending decisions: one sentence into orders (立法技术规范: 将第X条修改为, 增加一条作为第X条, 删去, 改为 …). Pure.

A sentence is read whole or not at all: where a part of it is not understood, nothing of it is carried out and all of it is listed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache

from onething.documents.prose.service import NUMERAL, number
from onething.policy.amendments.orders import (
    Add,
    Delete,
    Insert,
    Left,
    Merge,
    Narrow,
    Order,
    Place,
    Rehead,
    Renumber,
    Reorder,
    Replace,
    Retitle,
    Split,
    Swap,
)
from onething.policy.amendments.quoting import Q, Quotes
from onething.policy.text.places import LOC, Spot, spots

_SEP = r"(?:、\s*|和|及|以及|与|或者|至|到)"
_LIST = rf"{LOC}(?:{_SEP}{LOC})*"
_QS = rf"{Q}(?:[、，,和及与以\s]*{Q})*"
_NEWS = rf"{Q}(?:[、，,和及与以\s]*{Q}(?!(?:分别|统一|均|一律|都)*(?:修改|改|替换)为))*"
_WHOLE = r"(?:本法|本条例|本办法|本规定|本细则|本解释|本规则|全文|条文|有关条款|相关条款|有关条文|相关条文|其他条文)"
_HERE = r"(?:其中|本条|该条|其|该款|该项|本款|本项)"
_REGION = rf"(?:引言|序言|导语|前言|正文第{NUMERAL}段|第{NUMERAL}段|第{NUMERAL}部分(?:标题)?)"
_PLACES = rf"(?:{_LIST}|{_WHOLE}|{_HERE}|{_REGION})"
_IN = r"(?:(?:中|里|内容|规定)?的?)"
_SIDE = r"(?:条首|首句|开头|开始|起始|最前|最后|末尾|最末|句末|句首)(?:部分|处)?"
_NTH = rf"(?:第(?P<nth>{NUMERAL})[处个])?"
_TURN = r"(?:修改为|改为|替换为|更改为|修订为|修正为|表述为)[：:，\s]*"
_JOIN = re.compile(
    r"(?:[，、；,;\s]|并且|并(?!列)|同时|分别将|将|把|对(?=第|引言|本条|其中|\ue010)|在(?=第|引言|本条|其中|\ue010)|此外|和(?=第)|以及(?=第))*"
)
_SAID = r"(?:规定|内容为|规定为|表述为)?[：:，\s]*"


@dataclass(slots=True)
class Context:
    """What the sentences before have named: where `第二款` or `其中` then is."""

    law: str = ""
    here: Place = field(default_factory=Place)
    """The place named last."""
    firm: bool = False
    """It was named in full (第十三条第一款), so that what goes on without a place means it and nothing wider."""
    home: Place = field(default_factory=Place)
    """The article that new paragraphs and items go into: by its number afterwards when parts of others became it."""


@dataclass(frozen=True, slots=True)
class _Clause:
    found: re.Match[str]
    quotes: Quotes
    context: Context

    @property
    def words(self) -> str:
        return self.quotes.back(self.found[0]).strip("，；。 ")

    def __getitem__(self, name: str) -> str:
        return self.found.groupdict().get(name) or ""

    def said(self, name: str) -> tuple[str, ...]:
        return self.quotes.of(self[name])


_Made = Callable[[_Clause], list[Order] | None]
"""Orders of a clause; None when it cannot mean that."""


def read_sentence(text: str, quotes: Quotes, context: Context) -> list[Order]:
    """The orders of one sentence (without its label and law), or one `Left` with the whole of it."""
    before = replace(context)
    orders: list[Order] = []
    at = 0
    text = re.sub(r"原(?=第)", "", text).rstrip("。；; \n　")
    text = re.sub(
        r"^((?:将|删去|删除)?)([一二三四五六七八九十百]+条)(?=修改为|第|中的?\ue010|的?\ue010|改为|$)", r"\1第\2", text
    )  # 将十一条: a slip
    while True:
        at = _JOIN.match(text, at).end()  # type: ignore[union-attr]
        if at >= len(text):
            return orders
        made, end = _first(text, at, quotes, context)
        if made is None:
            context.here, context.home = before.here, before.home
            return [Left(quotes.back(text).strip(), context.law, "unclear")]
        orders += made
        at = end


def _first(text: str, at: int, quotes: Quotes, context: Context) -> tuple[list[Order] | None, int]:
    for pattern, make in _productions():
        found = pattern.match(text, at)
        if found is None or not re.match(r"[，、；,;。\s]|$|并|同时|将|和第|以及", text[found.end() :]):
            continue
        made = make(_Clause(found, quotes, context))
        if made is not None:
            return made, found.end()
    return None, at


# -- places


def _places(text: str, context: Context) -> tuple[Place, ...]:
    """The places that words name; `第二款` alone is of the article named before."""
    narrow = _narrow(text)
    region = re.search(_REGION, text)
    if region:
        return (_region(region[0], narrow),)
    if re.fullmatch(_WHOLE, text):
        return (Place(region="everywhere"),)
    if re.fullmatch(_HERE, text):
        if text in ("本条", "该条"):
            return (replace(context.here, spot=Spot(context.here.spot.article), narrow=narrow),)
        return (replace(context.here, narrow=narrow or context.here.narrow),)
    here = context.here.spot
    base = here if "款" in text or "项" in text or "目" in text else Spot()
    base = Spot(here.article, 0 if "款" in text.split("项")[0] else here.paragraph) if base != Spot() else base
    # What begins with an article or a chapter stands for itself.
    if re.match(r"第?[^款项目]*条|第[^款项目]*[编章节]", text):
        base = Spot()
    made: list[Place] = []
    through = False
    for each in spots(re.sub(r"[，,]\s*|与", "、", text), base):
        if isinstance(each, str):
            through = each == "-"
        elif through and made:
            made += [Place(spot, narrow=narrow) for spot in between(made[-1].spot, each)]
            through = False
        else:
            made.append(Place(each, narrow=narrow, afterwards=context.here.afterwards and base != Spot()))
    return tuple(made)


def _narrow(text: str) -> Narrow:
    if re.search(r"条首", text):
        return "intro"
    if re.search(r"开头|开始|起始|最前|句首|首句", text):
        return "start"
    return "end" if re.search(r"最后|末尾|最末|句末", text) else ""


def _region(text: str, narrow: Narrow) -> Place:
    found = re.search(NUMERAL, text)
    value = number(found[0]) if found else 0
    if "段" in text:
        return Place(region="body", number=value if "正文" in text else -value, narrow=narrow)
    return Place(region="part", number=value) if "部分" in text else Place(region="preamble", narrow=narrow)


def between(first: Spot, last: Spot) -> list[Spot]:
    """What a range names after its first place."""
    if last.item:
        return [Spot(last.article, last.paragraph, n) for n in range(first.item + 1, last.item + 1)][:200]
    if last.paragraph:
        return [Spot(last.article, n) for n in range(first.paragraph + 1, last.paragraph + 1)][:200]
    if last.division:
        return [Spot(division=((last.division[-1][0], n),)) for n in range(first.division[-1][1] + 1, last.division[-1][1] + 1)][:99]  # fmt: skip
    return [Spot((n, 0)) for n in range(first.article[0] + 1, last.article[0] + 1)][:500]


def _listed(text: str, base: Spot) -> tuple[Spot, ...]:
    """The numbers afterwards of a list, ranges written out."""
    context = Context(here=Place(base))
    return tuple(each.spot for each in _places(text, context))


def _named(clause: _Clause, name: str = "at") -> tuple[tuple[Place, ...], bool]:
    """The places of a clause, and whether it names them itself; then they are what the next clause goes on from."""
    text = clause[name] + clause["side"] if clause["side"] and not clause["anchor"] else clause[name]
    context = clause.context
    if not clause[name]:
        if context.here == Place() or context.here.spot.division:
            return (Place(region="everywhere"),), False
        return (replace(context.here, narrow=_narrow(clause["side"])),), False
    places = _places(text, context)
    if places:
        context.here = replace(places[0], narrow="")
        context.firm = bool(re.match(r"第?[^款项目]*条.*[款项目]", clause[name]))
        if re.match(r"第?[^款项目]*条", clause[name]):
            context.home = replace(places[0], narrow="", spot=Spot(places[0].spot.article))
    return places, not re.fullmatch(_HERE, clause[name]) or clause[name] in ("本条", "该条")


# -- what each clause makes


def _retitle(clause: _Clause) -> list[Order] | None:
    new = clause.said("new") or ((clause["new"].strip("《》"),) if clause["new"] else ())
    return [Retitle(clause.words, clause.context.law, "".join(new).strip("《》"), "".join(clause.said("old")))]


def _rehead(clause: _Clause) -> list[Order] | None:
    places = _places(clause["at"], clause.context)
    return [Rehead(clause.words, clause.context.law, places[0], clause.said("new")[0])]


def _replace(clause: _Clause) -> list[Order] | None:
    places, named = _named(clause)
    if not named and places[0].region == "everywhere":
        return None
    return [Replace(clause.words, clause.context.law, places, clause.said("new"))]


def _swap(clause: _Clause) -> list[Order] | None:
    places, named = _named(clause)
    old, new = clause.said("old"), clause.said("new")
    if len(old) != len(new) and len(new) != 1:
        return [Left(clause.words, clause.context.law, "counts")]
    pairs = tuple(zip(old, new if len(new) == len(old) else new * len(old), strict=True))
    nth = number(clause["nth"]) if clause["nth"] else 0
    return [Swap(clause.words, clause.context.law, places, pairs, nth, not named and not clause.context.firm)]


def _strike(clause: _Clause) -> list[Order] | None:
    out: list[Order] = []
    for part in re.finditer(
        rf"(?P<at>{_PLACES})?(?P<side>{_SIDE})?{_IN}{_NTH}(?P<old>{_QS})(?:和|、|，|以及|及)?", clause["what"]
    ):
        inner = _Clause(part, clause.quotes, clause.context)
        places, named = _named(inner)
        nth = number(inner["nth"]) if inner["nth"] else 0
        out.append(Swap(clause.words, clause.context.law, places, tuple((old, "") for old in inner.said("old")), nth, not named and not clause.context.firm))  # fmt: skip
    return out


def _insert(clause: _Clause) -> list[Order] | None:
    anchor = "".join(clause.said("anchor"))
    places, named = _named(clause)
    side = "before" if clause["where"].endswith("前") or (not anchor and places[0].narrow == "start") else "after"
    if not anchor and not places[0].narrow:
        return None
    return [
        Insert(
            clause.words,
            clause.context.law,
            places,
            anchor,
            clause.said("new")[0],
            side,
            not named and not clause.context.firm,
        )
    ]


def _delete(clause: _Clause) -> list[Order] | None:
    places, _ = _named(clause)
    return [Delete(clause.words, clause.context.law, places)]


def _add(clause: _Clause) -> list[Order] | None:
    context, what = clause.context, clause["what"]
    beside = "before" if clause["where"].endswith("前") else "after" if clause["where"] else ""
    if clause["at"]:
        places, _ = _named(clause)
        if len(places) != 1:
            return None
        at = places[0]
    elif what in "条编章节":
        at = Place()
    else:
        at = context.home if context.home != Place() else context.here
    new = clause.said("new")
    to = _listed(clause["to"], at.spot) if clause["to"] else ()
    if what in "款项" and to and to[0].paragraph and to[0].article == (0, 0):
        to = tuple(replace(each, article=at.spot.article) for each in to)
    return [Add(clause.words, context.law, what, at, beside, to, new, number(clause["count"].replace("两", "二")))]  # type: ignore[arg-type]


def _renumber(clause: _Clause) -> list[Order] | None:
    context = clause.context
    places, _ = _named(clause)
    base = context.here.spot
    wanted = _listed(clause["to"], Spot(base.article, base.paragraph if base.item or base.point else 0))
    if len(places) == 1 and len(wanted) > 1 and places[0].spot.is_article:
        return [Split(clause.words, context.law, places[0], wanted, clause.said("new"))]
    if not places or not wanted or len(places) != len(wanted) or clause["new"]:
        return None
    first, becomes = places[0].spot, wanted[0]
    orders: list[Order] = [Renumber(clause.words, context.law, tuple(zip(places, wanted, strict=True)))]
    leaves = first.paragraph and becomes.article not in ((0, 0), first.article)
    if leaves or (first.is_article and becomes.paragraph):
        # What is added next goes into the article made here.
        context.home = Place(Spot(becomes.article), afterwards=True)
    return orders


def _alone(clause: _Clause) -> list[Order] | None:
    places, _ = _named(clause)
    wanted = _listed(clause["to"], Spot())
    return [Renumber(clause.words, clause.context.law, ((places[0], wanted[0]),))] if len(places) == len(wanted) == 1 else None  # fmt: skip


def _merge(clause: _Clause) -> list[Order] | None:
    places, _ = _named(clause)
    base = places[0].spot
    wanted = _listed(clause["to"], Spot(base.article)) if clause["to"] else (Spot(),)
    return [Merge(clause.words, clause.context.law, places, wanted[0], clause.said("new"))] if len(wanted) == 1 else None  # fmt: skip


def _swapped_numbers(clause: _Clause) -> list[Order] | None:
    """“第八条”调整为“第七条”, where the sentence speaks of the order of articles."""
    pairs: list[tuple[Place, Spot]] = []
    for old, new in re.findall(rf"({Q})(?:修改|调整|变更|改)为({Q})", clause["pairs"]):
        one, other = clause.quotes.of(old)[0], clause.quotes.of(new)[0]
        if not re.fullmatch(LOC, one) or not re.fullmatch(LOC, other):
            return None
        pairs.append((_places(one, Context())[0], _listed(other, Spot())[0]))
    return [Reorder(clause.words, clause.context.law), Renumber(clause.words, clause.context.law, tuple(pairs))]


def _reorder(clause: _Clause) -> list[Order] | None:
    orders: list[Order] = [Reorder(clause.words, clause.context.law)]
    if "文字" in clause["what"] or "标点" in clause["what"] or "表述" in clause["what"]:
        orders.append(Left(clause.words, clause.context.law, "unsaid"))
    return orders


def _unsaid(clause: _Clause) -> list[Order] | None:
    return [Left(clause.words, clause.context.law, "unsaid")]


_NUMBERS = r"(?:(?:的)?(?:顺序|序号|编号|条序))"
_ORDERED = (
    rf"(?:(?:有关|相关|其他|对|并对|根据本决定)*(?:条文|条款项?|条|款|项|章节?|法律)+{_NUMBERS}|{_WHOLE}的?{_NUMBERS})"
)
_PRODUCTIONS: tuple[tuple[str, _Made], ...] = (
    (rf"(?:《[^《》]*》的?)?{_ORDERED}(?:作|进行)?(?:了)?(?:相应)?(?:的)?(?:调整|变更)[：:](?P<pairs>{Q}(?:修改|调整|变更|改)为{Q}(?:[，,、\s]*{Q}(?:修改|调整|变更|改)为{Q})*)", _swapped_numbers),
    (rf"(?P<what>(?:{_ORDERED}(?:和|及|以及|、|并对)?)(?:(?:个别|部分|有关)?(?:文字|标点符号?|表述)(?:和|、|及)?)*[^，。；“\ue010]{{0,12}}(?:调整|顺延|修改|变更)[^，。；\ue010]{{0,16}})", _reorder),
    (r"(?P<what>(?:其后|以后|此后)[^，。\ue010]*顺延|序号[^，。\ue010]*(?:顺延|调整))", _reorder),
    (r"(?P<what>(?:并?对)?(?:个别|部分|有关|相关)?(?:条文中?的?)?(?:文字|标点符号?|表述)[^，。；\ue010]*(?:修改|调整)[^，。；\ue010]*)", _unsaid),
    (rf"(?:法规|条例|办法|规定)?(?:的)?(?:题目|名称|标题)(?:中的?(?P<old>{Q}))?{_TURN}(?P<new>{Q}|《[^》]+》)", _retitle),
    (rf"(?P<at>{LOC})的?(?:章名|节名|编名|标题|名称){_TURN}(?P<new>{Q})", _rehead),
    (rf"(?P<at>第{NUMERAL}部分)的?标题{_TURN}(?P<new>{Q})", _rehead),
    (rf"(?P<at>{_LIST})合并(?:为(?:一[条款项]))?[，,]?(?:(?:作为|改为|为)(?P<to>{LOC}))?(?:[，,]?(?:并)?{_TURN}(?P<new>{_QS}))?", _merge),
    (rf"(?P<at>{LOC})(?:单独|单)(?:作为?|列为?)(?:一条|一款)?[，,]?(?:作为|为)(?P<to>{LOC})", _alone),
    (rf"(?P<at>{LOC})(?:拆?分(?:拆)?为|改为|分为)(?:{NUMERAL}|两)[条款项][，,]?(?:分别)?(?:作为|为)?(?P<to>{_LIST})(?:[，,]?(?:分别)?{_TURN}(?P<new>{_QS}))?", _renumber),
    (rf"(?P<at>{LOC})(?:改为|作为)(?P<to>{LOC}(?:{_SEP}{LOC})+)[，,]?(?:分别)?{_TURN}(?P<new>{_QS})", _renumber),
    (rf"(?P<at>{_PLACES})?{_IN}(?P<anchor>{Q})(?:一词|字样)?(?P<where>之?(?:后|前))面?(?:增加|添加|加上|增写){_SAID}(?P<new>{Q})", _insert),
    (rf"(?P<at>{_PLACES})?(?:的)?(?P<side>{_SIDE})(?P<where>)(?:增加|添加){_SAID}(?P<new>{Q})", _insert),
    (rf"删(?:去|除)(?P<what>(?:{_PLACES})?(?:{_SIDE})?{_IN}(?:第{NUMERAL}[处个])?{_QS}(?:(?:和|、|，|以及|及)(?:{_PLACES})(?:{_SIDE})?{_IN}(?:第{NUMERAL}[处个])?{_QS})*)", _strike),
    (rf"(?P<what>(?:{_PLACES})?(?:{_SIDE})?{_IN}(?:第{NUMERAL}[处个])?{_QS})(?:予以|均予?)?删(?:去|除)", _strike),
    (rf"(?P<at>{_PLACES})?(?P<side>{_SIDE})?{_IN}{_NTH}(?P<old>{_QS})[，,]?(?:分别|统一|均|一律|都)*{_TURN}(?P<new>{_NEWS})", _swap),
    (rf"(?P<at>{_PLACES})?(?P<side>{_SIDE})?(?:的内容|内容|的规定|的表述)?(?:合并|分别)?{_TURN}(?P<new>{_NEWS})", _replace),
    (rf"删(?:去|除)(?P<at>{_LIST})", _delete),
    (rf"(?P<at>{_LIST})(?:予以)?删(?:去|除)", _delete),
    (rf"(?P<at>{_PLACES})?(?P<where>之?(?:后|前))?面?(?:新)?增(?:加|设|写)(?P<count>{NUMERAL}|两)(?P<what>[条款项章节编目])[，,]?(?:分别)?(?:作为(?P<to>{_LIST}))?[，,]?{_SAID}(?P<new>{_QS})", _add),
    (rf"(?P<at>{_LIST})(?:相应)?(?:分别|依次|顺序)?(?:改为|调整为|变更为|移作|作为|修改为|顺延为)(?P<to>{_LIST})", _renumber),
)  # fmt: skip


@cache
def _productions() -> tuple[tuple[re.Pattern[str], _Made], ...]:
    """Compiled when the first decision is read: half a second that a process which reads none does without."""
    return tuple((re.compile(pattern), make) for pattern, make in _PRODUCTIONS)
