"""What is wrong with a city package: where (file, line, path), what, and the word that was probably meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from onething.core.errors import Problem, define
from onething.core.i18n import Text

BROKEN = define(
    "catalog.broken", 500,
    zh=("城市配置包“{city}”里有 {count} 处问题，第一处：{first}", "请按列出的文件和行号改正，再运行 onething catalog check。"),
    en=("The city package “{city}” has {count} problem(s); the first: {first}", "Mend the files and lines listed, then run onething catalog check."),
)  # fmt: skip
NO_CITY = define(
    "catalog.no_such_city", 404, exit_code=3,
    zh=("没有找到城市配置包“{city}”。", "请检查名称，或用 ONETHING_CITIES_DIR 指定配置包所在文件夹。已有：{known}。"),
    en=("There is no city package “{city}”.", "Check the name, or set ONETHING_CITIES_DIR to the folder that holds it. There are: {known}."),
)  # fmt: skip
NO_EVENT = define(
    "catalog.no_such_life_event", 404, exit_code=3,
    zh=("“{city}”还没有“{event}”这件事。", "请检查名称。已有：{known}。"),
    en=("“{city}” has no life event “{event}”.", "Check the name. There are: {known}."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CatalogProblem:
    """One mistake. `path` is inside the file (`slots[3].sources[0].registry`); `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    path: str
    what: Text
    suggestion: str | None = None
    severity: Literal["error", "warning"] = "error"
    fatal: bool = True
    """Whether the package cannot be served with it."""

    def text(self, lang: Literal["zh", "en"] = "en") -> str:
        """`newborn/life_event.yaml:12: slots[3].type: no evidence type is called "mariage" (did you mean "marriage"?)`."""
        hint = ""
        if self.suggestion:
            hint = f"(您是不是想写“{self.suggestion}”？)" if lang == "zh" else f' (did you mean "{self.suggestion}"?)'
        return f"{self.file}:{self.line}: {self.path}: {self.what.get(lang)}{hint}"


class CatalogError(Problem):
    """A package that cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, city: str, problems: list[CatalogProblem]) -> None:
        first = problems[0]
        super().__init__(
            BROKEN,
            "\n".join(problem.text() for problem in problems),
            city=city,
            count=len(problems),
            first=Text(zh=first.text("zh"), en=first.text("en")),
        )
        self.problems = problems


def near(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when nothing is alike enough to be worth saying."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=60)
    return found[0] if found else None
