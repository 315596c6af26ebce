"""Nouns of amendments: what became of each article, what cites it, and what is proposed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from onething.policy.models import Article

Fate = Literal["same", "moved", "amended", "split", "merged", "added", "repealed"]
WORDS: dict[Fate, tuple[str, str]] = {
    "same": ("未变", "unchanged"), "moved": ("条号变了", "moved"), "amended": ("有修改", "amended"), "split": ("拆成几条", "split"),
    "merged": ("并入", "merged"), "added": ("新增", "added"), "repealed": ("删去", "repealed"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of an article: kept, taken out, or put in."""

    kind: Literal["kept", "out", "in"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One article of either version. `old` and `new` hold several when it was split or merged."""

    fate: Fate
    old: tuple[Article, ...]
    new: tuple[Article, ...]
    pieces: tuple[Piece, ...]
    """The words of old and new woven together; kept and out give the old words, kept and in the new ones."""
    likeness: float
    """0–1 of the words."""

    @property
    def matters(self) -> bool:
        """Whether words changed, not only the number."""
        return self.fate not in ("same", "moved")


@dataclass(frozen=True, slots=True)
class Cited:
    """A place of a city package that rests on an article."""

    file: str
    """Relative to the folder of cities."""
    path: str
    """Where in the file: `rulesets[0].rules[2].ground`."""
    kind: str
    """`rule`, `check`, `service`, `evidence`, `profile`, `text` …, from where it stands."""
    name: str
    """Id of the nearest thing with one."""
    article: str
    """As cited: `第十二条第二款`."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule's next version, for an official to look at. Nothing changes by itself."""

    cited: Cited
    why: str
    old: str
    """The condition or value as it stands."""
    new: str
    """With the numbers of the new law; the same as `old` when only the citation moves."""
    article: str
    """To be cited from now on."""
    old_until: str = ""
    """Last day of the old version: cases filed until then are judged by it."""
    new_from: str = ""
    tests: tuple[dict[str, str], ...] = ()
    """Values at the old and the new limit with what each version says of them."""
    target: str = ""
    """What a new version can be drafted of: `clause:<id>`, `rule:<file>#<ruleset>`, `check:<file>#<id>`; empty for texts."""


@dataclass(slots=True)
class Amendment:
    """Two versions of one regulation, compared."""

    title: str
    old_day: str
    new_day: str
    changes: list[Change]
    in_force_from: date | None = None
    """First day of the new law; empty when the text does not say."""
    cited: list[tuple[Change, list[Cited]]] = field(default_factory=list[tuple[Change, list[Cited]]])
    proposals: list[Proposal] = field(default_factory=list[Proposal])

    def count(self, fate: Fate) -> int:
        return sum(change.fate == fate for change in self.changes)
