"""References of a text to other places: 前款第二项, 本条例第十二条, 第十八条第一款、第三十五条, 《…法》第六条. Resolved, or listed with why not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from onething.policy.models import Article, Document, Item, Paragraph, Reference, Span
from onething.policy.text.cited_laws import BOOK, OWN, Owner, is_law_title, owner_of, short_names
from onething.policy.text.naming import is_amending_title, work_id
from onething.policy.text.places import LOC, LOCS, SEP, Spot, named, spots

__all__ = ["LOC", "LOCS", "SEP", "Mention", "Spot", "find_references", "mentions", "short_names", "spots"]
_SELF = "本法|本条例|本办法|本规定|本细则|本规则|本决定|本意见|本措施|本通知|本政策|本解释|本批复|本章程|本规程|本规范|本方案|本准则"
_NEAR = r"(?:本条(?!例)|本款|本项(?!目)|前条|前[二两三四五六]?款|前[二两三四五六]?项(?!目)|前[二两三四五六]条|上[二两三]?款|上条|上[二两三]?项(?!目))(?!例)"
_REFERENCE = re.compile(
    rf"(?P<title>{BOOK})(?:[（(][^（）()]{{2,40}}[）)])?的?(?P<at>{LOCS})?"
    rf"|(?P<self>{_SELF})(?P<own>{LOCS})"
    rf"|(?P<near>{_NEAR})的?(?P<inner>{LOCS})?"
    rf"|(?P<here>本[章节编])"
    rf"|(?P<bare>{LOCS})"
)
_QUOTED = re.compile(r"[“‘\"]$")
_LINKS = re.compile(rf"(?:规定的?|所列|所称|的|[^，。；：]{{0,4}})?{SEP}$")
_BARE_TITLE = re.compile(r"法|条例|办法|规定|规则|细则|解释|决定|通知|意见|纲要|规范|方案|标准|公约|协定")
"""《纲要》 without saying which."""
_REPEALED = re.compile(r"[^。；]{0,60}(?:同时|即行|予以|自行)?(?:废止|失效|停止执行)")
"""A text that repeals one of its own name means the one before it."""
_ENDS = re.compile(r"[。；：]")
MOST_IN_RANGE = 500
_WORDS = {"": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}


@dataclass(frozen=True, slots=True)
class _Whole:
    """What holds for all references of a document."""

    document: Document
    library: Mapping[str, Document]
    shorts: dict[str, str]
    amended: str = ""
    """Work id of the law that the document amends, if it does."""


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the citing text stands."""

    whole: _Whole
    article: Article
    paragraph: Paragraph
    item: Item | None
    id: str
    text: str
    offset: int
    inside: bool = False
    """In a 款 inside an item, where 前款 may be either."""

    @property
    def document(self) -> Document:
        return self.whole.document


@dataclass(slots=True)
class _State:
    """What has been cited earlier in the sentence."""

    owner: Owner | None = None
    end: int = 0


def find_references(document: Document, library: Mapping[str, Document] | None = None) -> tuple[Reference, ...]:
    """Every reference in the articles of a document, in order. `library` holds other documents by their work id."""
    amended = ""
    if is_amending_title(document.title):
        found = re.search(r"《([^《》]+)》", document.title)
        amended = work_id(found[1] if found else re.sub(r"修正案.*$", "", document.title))
    whole = _Whole(document, library or {}, short_names(document.source), amended)
    return tuple(each for here in _places(whole) for each in _references(here))


def _places(whole: _Whole) -> Iterator[_Here]:
    for article in whole.document.articles:
        for paragraph in article.paragraphs:
            yield _Here(whole, article, paragraph, None, paragraph.id, paragraph.text, paragraph.span[0])
            for item in paragraph.items:
                inner = {each.id for each in item.paragraphs}
                for each in (item, *item.paragraphs, *(p for point in item.points for p in (point, *point.paragraphs))):
                    yield _Here(whole, article, paragraph, item, each.id, each.text, each.span[0], each.id in inner)


def _references(here: _Here) -> Iterator[Reference]:
    state = _State()
    for match in _REFERENCE.finditer(here.text):
        if match["title"] and not match["at"] and not is_law_title(match["title"].strip("《》")):
            continue  # a certificate, a form, a book: no law
        if _ENDS.search(here.text, state.end, match.start()):
            state.owner = None
        targets, problem = _resolve(here, match, state)
        text = match[0].removesuffix("的")
        start = here.offset + match.start()
        state.end = match.end()
        yield Reference(source=here.id, text=text, span=(start, start + len(text)), targets=tuple(targets), problem=problem)  # fmt: skip


def _resolve(here: _Here, match: re.Match[str], state: _State) -> tuple[list[str], str]:
    if match["title"]:
        title = match["title"].strip("《》")
        if here.text[: match.start()].endswith("本"):
            state.owner = OWN  # 本《规范》
            return _within(here.document, spots(match["at"], Spot())) if match["at"] else ([here.document.id], "")
        if title not in here.whole.shorts and _BARE_TITLE.fullmatch(title):
            state.owner = Owner(problem="which_law")
            return [], "which_law"
        state.owner = Owner(work=work_id(here.whole.shorts.get(title, title)))
        own = here.document.id == state.owner.work or here.document.id.startswith(f"{state.owner.work}/")
        if own and _REPEALED.match(here.text, match.end()):
            return [state.owner.work], "earlier_version"
        return _other(here, state.owner.work, match["at"])
    if match["self"]:
        state.owner = OWN
        return _within(here.document, spots(match["own"], Spot()))
    if match["near"]:
        return _near(here, match["near"], match["inner"])
    if match["here"]:
        return _division(here, match["here"])
    owner = _owner(here, match, state)
    if owner.problem or owner.work:
        state.owner = owner
        return ([], owner.problem) if owner.problem else _other(here, owner.work, match["bare"])
    return _bare(here, match["bare"])


def _owner(here: _Here, match: re.Match[str], state: _State) -> Owner:
    """Whose a place without a title is: by the words before it, by what was cited before in the sentence, else this text's."""
    said = owner_of(here.text[: match.start()], here.whole.shorts)
    if said is not None:
        return said
    if here.whole.amended:
        return Owner(work=here.whole.amended)
    between = here.text[state.end : match.start()]
    if state.owner is not None and not state.owner.own:
        # 刑法第一百条第一款和第二款: the same law when only a mark of listing stands between; otherwise it may be either.
        return state.owner if _LINKS.fullmatch(between) else Owner(problem="which_law")
    return OWN


def _bare(here: _Here, text: str) -> tuple[list[str], str]:
    """`第一款` alone is a paragraph of this article; `第二项` alone an item of this paragraph, or of the list before it."""
    named_article = spots(text, Spot())
    first = next((each for each in named_article if isinstance(each, Spot)), Spot())
    if first.article[0] or first.division:
        found = _within(here.document, named_article)
    else:
        base = Spot((here.article.number, here.article.suffix), _list_before(here) if first.item and not first.paragraph else 0)  # fmt: skip
        found = _within(here.document, spots(text, base))
    itself = found[0] in ([here.id], [here.article.id])
    return ([], "points_at_itself") if itself else found


def _list_before(here: _Here) -> int:
    """The paragraph whose items `第二项` means: this one, else the nearest one before that has a list."""
    if here.paragraph.items:
        return here.paragraph.number
    earlier = [each.number for each in here.article.paragraphs[: here.paragraph.number] if each.items]
    return earlier[-1] if earlier else here.paragraph.number


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
            tag = {"编": "prt", "分编": "prt", "章": "chp", "节": "sec"}[kind]
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
    if near[-1] == "项":
        return _near_items(here, back)
    if near[-1] == "款":
        return _near_paragraphs(here, back, inner)
    index = here.document.articles.index(here.article) - back
    if index < 0:
        return [], "no_earlier_article"
    articles = here.document.articles[index : index + max(back, 1)]
    if inner and len(articles) > 1:
        return [], "which_article"
    if inner:
        first = here.document.articles[index]
        return _within(here.document, spots(inner, Spot((first.number, first.suffix))))
    return [each.id for each in articles], ""


def _near_items(here: _Here, back: int) -> tuple[list[str], str]:
    if not back:
        return ([here.item.id], "") if here.item else ([], "no_such_item")
    paragraph, at = here.paragraph, 0
    if here.item:
        at = next(n for n, each in enumerate(paragraph.items) if each.id == here.item.id)
    else:
        listed = [each for each in here.article.paragraphs[: paragraph.number] if each.items]
        if not listed or len(listed[-1].items) != back:
            return [], "no_earlier_item"
        paragraph, at = listed[-1], back
    items = paragraph.items[max(0, at - back) : at]
    return ([each.id for each in items], "") if len(items) == back else ([], "no_earlier_item")


def _near_paragraphs(here: _Here, back: int, inner: str | None) -> tuple[list[str], str]:
    if here.inside:
        return [], "which_paragraph"
    numbers = range(here.paragraph.number - back, here.paragraph.number + (0 if back else 1))
    if numbers.start < 1:
        return [], "no_earlier_paragraph"
    if inner and len(numbers) > 1:
        return [], "which_paragraph"
    if inner:
        return _within(here.document, spots(inner, Spot((here.article.number, here.article.suffix), numbers.start)))
    return [here.article.paragraphs[n - 1].id for n in numbers], ""


def _division(here: _Here, word: str) -> tuple[list[str], str]:
    tag = {"章": "/chp_", "节": "/sec_", "编": "/prt_"}[word[-1]]
    found = [each for each in here.article.divisions if tag in each.rsplit("/", 1)[-1].join("/ ")]
    return (found[-1:], "") if found else ([], "no_such_division")


def _other(here: _Here, work: str, at: str | None) -> tuple[list[str], str]:
    """Another document: by its version at hand, else the work itself (its text cannot be checked)."""
    if here.document.id == work or here.document.id.startswith(f"{work}/"):
        return _within(here.document, spots(at, Spot())) if at else ([here.document.id], "")
    known = here.whole.library.get(work)
    if known is not None:
        return _within(known, spots(at, Spot())) if at else ([known.id], "")
    return [work], "text_not_held" if at else ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of its own law that a text names: where, with each number of it; or one counted back (前款, 前条)."""

    span: Span
    spots: tuple[object, ...] = ()
    """`places.Named` and separators, their spans counted from the text's beginning."""
    near: str = ""


def mentions(document: str, shorts: dict[str, str], text: str, spot: Spot) -> Iterator[Mention]:
    """Every place of a document itself (by its id) that `text`, standing at `spot`, names. Other laws' places are passed over.

    `shorts` are the short names that the document gives (`short_names` of its source).
    """
    state = _State()
    for match in _REFERENCE.finditer(text):
        if _ENDS.search(text, state.end, match.start()):
            state.owner = None
        between, state.end = text[state.end : match.start()], match.end()
        if match["title"]:
            title = match["title"].strip("《》")
            work = work_id(shorts.get(title, title))
            state.owner = OWN if document == work or document.startswith(f"{work}/") else Owner(work=work)
            if state.owner.own and match["at"]:
                yield _mention(match, "at", Spot())
            continue
        if match["self"]:
            state.owner = OWN
            yield _mention(match, "own", Spot())
        elif match["near"]:
            inner = tuple(_moved(match, "inner", _near_base(match["near"], spot))) if match["inner"] else ()
            yield Mention(match.span(), inner, match["near"])
        elif match["bare"]:
            said = owner_of(text[: match.start()], shorts)
            if said is None and state.owner is not None and not state.owner.own:
                said = state.owner if _LINKS.fullmatch(between) else Owner(problem="which_law")
            if said is None or said.own:
                yield _mention(match, "bare", spot)
            else:
                state.owner = said


def _near_base(near: str, spot: Spot) -> Spot:
    """The one place that a reference counted back starts from; none where it counts back several."""
    if near == "本条":
        return Spot(spot.article)
    if near in ("前款", "上款") and spot.paragraph > 1:
        return Spot(spot.article, spot.paragraph - 1)
    if near in ("前条", "上条") and not spot.article[1]:
        return Spot((spot.article[0] - 1, 0))
    return spot if near == "本款" else Spot()


def _mention(match: re.Match[str], group: str, spot: Spot) -> Mention:
    return Mention(match.span(group), tuple(_moved(match, group, spot)))


def _moved(match: re.Match[str], group: str, spot: Spot) -> Iterator[object]:
    base = match.start(group)
    for each in named(match[group], spot):
        yield each if isinstance(each, str) else type(each)(each.kind, each.number, each.start + base, each.end + base, each.suffix, each.spot)  # fmt: skip
