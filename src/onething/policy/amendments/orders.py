"""What an amending decision can order, each as a plain value: which law, which place, what to do, with which words. Pure.

Places are named by the numbers of the text before the decision, what is added by its number afterwards.
"""

from dataclasses import dataclass, field
from typing import Literal

from onething.policy.text.places import Spot

Region = Literal["", "everywhere", "preamble", "body", "part"]
Narrow = Literal["", "intro", "start", "end"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the law. `region` says what is no article: the introduction, a paragraph of the body, the heading of a part."""

    spot: Spot = field(default_factory=Spot)
    region: Region = ""
    number: int = 0
    """Of a paragraph (`body`) or of a part (`part`)."""
    narrow: Narrow = ""
    """Only the words before the list (条首), or those at the beginning or the end."""
    afterwards: bool = False
    """Its numbers are those after the decision: the article that the sentence has just made."""


@dataclass(frozen=True, slots=True)
class Order:
    """One thing that a decision orders; `words` as printed, `law` the title of the regulation when it says so."""

    words: str
    law: str


@dataclass(frozen=True, slots=True)
class Replace(Order):
    """将第X条修改为: whole articles, paragraphs, items, points, or the introduction."""

    at: tuple[Place, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Swap(Order):
    """中的“甲”修改为“乙”; deleting words swaps them for nothing. `nth` is 0 for every occurrence."""

    at: tuple[Place, ...]
    pairs: tuple[tuple[str, str], ...]
    nth: int = 0
    wider: bool = False
    """The sentence names no place here: the one named last, or its article where the words are only there."""


@dataclass(frozen=True, slots=True)
class Insert(Order):
    """在“甲”后增加“乙”. Without `anchor` at the beginning or the end of the place."""

    at: tuple[Place, ...]
    anchor: str
    new: str
    side: Literal["before", "after"]
    wider: bool = False


@dataclass(frozen=True, slots=True)
class Delete(Order):
    """删去第X条、第Y条第二款."""

    at: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Add(Order):
    """增加一条，作为第X条; 增加两款，作为第二款、第三款; 增加一章."""

    what: Literal["条", "款", "项", "目", "编", "章", "节"]
    at: Place
    """Where it goes: the article or paragraph whose list grows; with `beside` the one that it stands next to."""
    beside: Literal["", "before", "after"]
    to: tuple[Spot, ...]
    new: tuple[str, ...]
    count: int = 0


@dataclass(frozen=True, slots=True)
class Renumber(Order):
    """第X条改为第Y条, 第三款改为第四款, 第四十三条第二款改为第四十八条第一款, 第三款单作一条作为第九条."""

    pairs: tuple[tuple[Place, Spot], ...]


@dataclass(frozen=True, slots=True)
class Merge(Order):
    """第三条、第四条第二款合并，作为第二条，修改为. Without `to` at the place of the first, without `new` with the words that they had."""

    at: tuple[Place, ...]
    to: Spot
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split(Order):
    """第一条改为两条，作为第七条和第六十一条，修改为."""

    at: Place
    to: tuple[Spot, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retitle(Order):
    """名称修改为."""

    new: str
    old: str = ""


@dataclass(frozen=True, slots=True)
class Rehead(Order):
    """第五章章名修改为; 第一部分标题修改为."""

    at: Place
    new: str


@dataclass(frozen=True, slots=True)
class Divide(Order):
    """第二章“…”分为六节：第一节“…”，包括第七条至第九条. `rows`: (title, first article, last article) by the numbers afterwards."""

    at: Place
    kind: Literal["章", "节"]
    rows: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Cover(Order):
    """第一章分为六条，包括第一条至第六条."""

    at: Place
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reorder(Order):
    """条文顺序作相应调整."""


@dataclass(frozen=True, slots=True)
class Left(Order):
    """What cannot be carried out from its words: not understood (`unclear`), or not said (`unsaid`: 个别文字作相应修改)."""

    why: str
