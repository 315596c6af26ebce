"""References of a text to other places: 前款第二项, 本条例第十二条, 第十八条第一款、第三十五条, 《…法》第六条. Resolved, or listed with why not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from onething.documents.prose.service import NUMERAL, number
from onething.policy.models import Article, Document, Item, Paragraph, Reference, Span
from onething.policy.text.naming import work_id

_SELF = "本法|本条例|本办法|本规定|本细则|本决定|本意见|本措施|本通知|本政策"
_ART = rf"第\s*{NUMERAL}\s*条(?:之{NUMERAL})?"
_PAR = rf"第\s*{NUMERAL}\s*款"
_ITM = rf"(?:第?[（(]\s*{NUMERAL}\s*[）)](?:、[（(]\s*{NUMERAL}\s*[）)])*\s*项|第\s*{NUMERAL}\s*项)"
_PNT = rf"第\s*{NUMERAL}\s*目"
_DIV = rf"第\s*{NUMERAL}\s*(?:编|章|节)"
LOC = rf"(?:{_ART}(?:{_PAR})?(?:{_ITM})?(?:{_PNT})?|{_PAR}(?:{_ITM})?(?:{_PNT})?|{_ITM}(?:{_PNT})?|{_DIV}(?:{_DIV})?)"
_NEAR = rf"(?:本条(?!例)|前条|前[{'二两三四五六'}]?款|前[{'二两三四五六'}]?项|前[{'二两三四五六'}]条|上[{'二两三'}]?款|上条)(?!例)"
SEP = r"(?:、|和|及|以及|或者|或|至|到|—|-)"
_REFERENCE = re.compile(
    rf"(?P<title>《[^《》]{{2,60}}(?:〈[^〈〉]*〉[^《》]*)*》)(?:[（(][^（）()]{{2,30}}[）)])?的?(?P<at>{LOC}(?:{SEP}{LOC})*)?"
    rf"|(?P<self>{_SELF})(?P<own>{LOC}(?:{SEP}{LOC})*)"
    rf"|(?P<near>{_NEAR})的?(?P<inner>{LOC}(?:{SEP}{LOC})*)?"
    rf"|(?P<here>本[章节编])"
    rf"|(?P<bare>{LOC}(?:{SEP}{LOC})*)"
)
_UNITS = re.compile(rf"(?P<art>{_ART})|(?P<par>{_PAR})|(?P<itm>{_ITM})|(?P<pnt>{_PNT})|(?P<div>{_DIV})|(?P<sep>{SEP})")
_NUMBER = re.compile(NUMERAL)
MOST_IN_RANGE = 500
_WORDS = {"": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the citing text stands."""

    document: Document
    article: Article
    paragraph: Paragraph
    item: Item | None
    id: str
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A place by its numbers; what is 0 is not said. `division` is like (("章", 2),)."""

    article: tuple[int, int] = (0, 0)
    paragraph: int = 0
    item: int = 0
    point: int = 0
    division: tuple[tuple[str, int], ...] = ()


def find_references(document: Document, library: Mapping[str, Document] | None = None) -> tuple[Reference, ...]:
    """Every reference in the articles of a document, in order. `library` holds other documents by their work id."""
    return tuple(
        _reference(here, match, library or {}) for here in _places(document) for match in _REFERENCE.finditer(here.text)
    )


def _places(document: Document) -> Iterator[_Here]:
    for article in document.articles:
        for paragraph in article.paragraphs:
            yield _Here(document, article, paragraph, None, paragraph.id, paragraph.text, paragraph.span[0])
            for item in paragraph.items:
                yield _Here(document, article, paragraph, item, item.id, item.text, item.span[0])
                for point in item.points:
                    yield _Here(document, article, paragraph, item, point.id, point.text, point.span[0])


def _reference(here: _Here, match: re.Match[str], library: Mapping[str, Document]) -> Reference:
    span: Span = (here.offset + match.start(), here.offset + match.end())
    text = match[0].removesuffix("的")
    if match["title"]:
        targets, problem = _other(here, match["title"], match["at"], library)
    elif match["self"]:
        targets, problem = _within(here.document, spots(match["own"], Spot()))
    elif match["near"]:
        targets, problem = _near(here, match["near"], match["inner"])
    elif match["here"]:
        targets, problem = _division(here, match["here"])
    else:
        base = (
            Spot() if match["bare"].startswith("第") and re.match(_ART + "|" + _DIV, match["bare"]) else _spot_of(here)
        )
        targets, problem = _within(here.document, spots(match["bare"], base))
    return Reference(
        source=here.id, text=text, span=(span[0], span[0] + len(text)), targets=tuple(targets), problem=problem
    )


def _spot_of(here: _Here) -> Spot:
    """`第一款` alone is a paragraph of this article; `第二项` alone an item of this paragraph."""
    return Spot((here.article.number, here.article.suffix), here.paragraph.number)


def spots(text: str, base: Spot) -> list[Spot | str]:
    """The places of a list of locations; `至` between two stands for all between them. What is not repeated goes on holding."""
    out: list[Spot | str] = []
    article, paragraph, item, division = base.article, base.paragraph, 0, base.division
    for match in _UNITS.finditer(text):
        if match["sep"]:
            out.append("-" if match["sep"] in "至到—-" else ",")
            continue
        numbers = [_value(each) for each in _NUMBER.findall(match[0])]
        fresh = not out or isinstance(out[-1], str)
        if match["art"]:
            article, paragraph, item = (numbers[0], numbers[1] if len(numbers) > 1 else 0), 0, 0
        elif match["par"]:
            paragraph, item = numbers[0], 0
        elif match["itm"]:
            for value in numbers[:-1]:
                out += [Spot(article, paragraph or (1 if article[0] else 0), value), ","]
            item = numbers[-1]
        elif match["div"]:
            kind = match[0][-1]
            division = (*((d for d in division if d[0] != kind) if not fresh else ()), (kind, numbers[0]))
        spot = Spot(article, paragraph, item, numbers[0] if match["pnt"] else 0, division if match["div"] else ())
        if fresh:
            out.append(spot)
        else:
            out[-1] = spot
    return out


def own_articles(text: str) -> Iterator[tuple[Span, tuple[int, int]]]:
    """Where a text names articles of its own document (`第十二条`, `本条例第三条至第五条`), with their numbers and suffixes."""
    for match in _REFERENCE.finditer(text):
        group = next((name for name in ("own", "inner", "bare") if match[name]), None)
        if group is None:
            continue
        for found in re.finditer(_ART, match[group]):
            numbers = [_value(each) for each in _NUMBER.findall(found[0])]
            start = match.start(group) + found.start()
            yield (start, start + len(found[0])), (numbers[0], numbers[1] if len(numbers) > 1 else 0)


def _value(text: str) -> int:
    try:
        return number(text)
    except ValueError:
        return 0


def _within(document: Document, spots: list[Spot | str]) -> tuple[list[str], str]:
    """Ids of places in a document; the first reason why one of them is not there."""
    targets: list[str] = []
    problem, last, through = "", None, False
    for spot in spots:
        if isinstance(spot, str):
            through = spot == "-"
            continue
        for each in _between(last, spot) if through and last else [spot]:
            found, why = _place(document, each)
            targets += [found] if found and found not in targets else []
            problem = problem or why
        last, through = spot, False
    return targets, problem


def _between(first: Spot, last: Spot) -> list[Spot]:
    """What a range names after its first place."""
    if last.point:
        return [Spot(last.article, last.paragraph, last.item, n) for n in _span(first.point, last.point)]
    if last.item:
        return [Spot(last.article, last.paragraph, n) for n in _span(first.item, last.item)]
    if last.paragraph:
        return [Spot(last.article, n) for n in _span(first.paragraph, last.paragraph)]
    if last.article[0]:
        return [*(Spot((n, 0)) for n in _span(first.article[0], last.article[0])[:-1]), last]
    return [last]


def _span(first: int, last: int) -> range:
    """Numbers after `first` up to `last`; a range that no law has is cut to its end."""
    return range(first + 1, last + 1) if last - first <= MOST_IN_RANGE else range(last, last + 1)


def _place(document: Document, spot: Spot) -> tuple[str, str]:
    if spot.division:
        ids = document.id
        for kind, value in spot.division:
            tag = {"编": "prt", "章": "chp", "节": "sec"}[kind]
            found = next(
                (d for d in document.divisions if d.id.startswith(ids) and d.id.endswith(f"/{tag}_{value}")), None
            )
            if found is None:
                return "", "no_such_division"
            ids = found.id
        return ids, ""
    article = document.article(*spot.article)
    if article is None:
        return "", "no_such_article"
    if not spot.paragraph and not spot.item:
        return article.id, ""
    if spot.paragraph:
        paragraphs = [each for each in article.paragraphs if each.number == spot.paragraph]
        if not paragraphs:
            return "", "no_such_paragraph"
    else:
        paragraphs = [each for each in article.paragraphs if each.items] or list(article.paragraphs)
    if not spot.item:
        return paragraphs[0].id, ""
    item = next((each for paragraph in paragraphs for each in paragraph.items if each.number == spot.item), None)
    if item is None:
        return "", "no_such_item"
    if spot.point:
        point = next((each for each in item.points if each.number == spot.point), None)
        return (point.id, "") if point else ("", "no_such_point")
    return item.id, ""


def _near(here: _Here, near: str, inner: str | None) -> tuple[list[str], str]:
    """前款, 前两款, 前条, 本条, 前项 …, counted back from where the text stands."""
    back = _WORDS.get(near[1:-1], 1) if near[0] in "前上" else 0
    kind = near[-1]
    if kind == "项":
        paragraph = here.paragraph
        at = paragraph.items.index(here.item) if here.item in paragraph.items and here.item else len(paragraph.items)
        items = paragraph.items[max(0, at - back) : at]
        return ([each.id for each in items], "") if len(items) == back else ([], "no_earlier_item")
    if kind == "款":
        numbers = range(here.paragraph.number - back, here.paragraph.number)
        if numbers.start < 1:
            return [], "no_earlier_paragraph"
        if inner:
            return _within(here.document, spots(inner, Spot((here.article.number, here.article.suffix), numbers.start)))
        return [here.article.paragraphs[n - 1].id for n in numbers], ""
    index = here.document.articles.index(here.article) - back
    if index < 0:
        return [], "no_earlier_article"
    articles = here.document.articles[index : index + max(back, 1)]
    if inner:
        return _within(here.document, spots(inner, Spot((articles[0].number, articles[0].suffix))))
    return [each.id for each in articles], ""


def _division(here: _Here, word: str) -> tuple[list[str], str]:
    tag = {"章": "/chp_", "节": "/sec_", "编": "/prt_"}[word[-1]]
    found = [each for each in here.article.divisions if tag in each.rsplit("/", 1)[-1].join("/ ")]
    return (found[-1:], "") if found else ([], "no_such_division")


def _other(here: _Here, title: str, at: str | None, library: Mapping[str, Document]) -> tuple[list[str], str]:
    """Another document: by its version at hand, else the work itself (its text cannot be checked)."""
    name = title.strip("《》")
    work = work_id(name)
    if here.document.id == work or here.document.id.startswith(f"{work}/"):
        return _within(here.document, spots(at, Spot())) if at else ([here.document.id], "")
    known = library.get(work)
    if known is not None:
        return _within(known, spots(at, Spot())) if at else ([known.id], "")
    return [work], "text_not_held" if at else ""
