"""What can be wrong with a rule file, with its place and a suggestion; and the codes people meet."""

from dataclasses import dataclass
from typing import Literal

from onething.core.errors import define
from onething.core.i18n import Text


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """One thing wrong or doubtful in a rule file. `place` is a line, a cell or a path inside."""

    code: str
    what: Text
    file: str = ""
    place: str = ""
    rule: str = ""
    severity: Literal["error", "warning", "note"] = "error"
    suggestion: str = ""

    def __str__(self) -> str:
        where = ":".join(part for part in (self.file, self.place) if part)
        rule = f"[{self.rule}] " if self.rule else ""
        hint = f" · 您是否想写 / did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{where}: {rule}{self.what.zh} / {self.what.en}{hint}"

    def as_dict(self) -> dict[str, object]:
        return {
            "code": self.code, "severity": self.severity, "file": self.file, "place": self.place, "rule": self.rule,
            "zh": self.what.zh, "en": self.what.en, "suggestion": self.suggestion,
        }  # fmt: skip


class RuleError(ValueError):
    """A rule file that cannot be used; `problems` says everything that is wrong, not only the first thing."""

    def __init__(self, problems: list[RuleProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def problem(code: str, zh: str, en: str, **place: str) -> RuleProblem:
    return RuleProblem(code, Text(zh=zh, en=en), **place)  # type: ignore[arg-type]


UNKNOWN_RULESET = define(
    "rules.unknown_ruleset", 404, exit_code=3,
    zh=("规则文件里没有 {name} 这个规则集。", "请在以下规则集中选一个：{choices}。"),
    en=("The rule file has no ruleset {name}.", "Choose one of: {choices}."),
)  # fmt: skip
INVALID_RULES = define(
    "rules.invalid", 422,
    zh=("规则有 {count} 处问题，还不能使用。", "请按下面列出的位置逐条修改后再试，您写的内容都在。"),
    en=("The rules have {count} problems and cannot be used yet.", "Correct the places listed below and try again; what you wrote is kept."),
)  # fmt: skip
SAME_PERSON = define(
    "rules.same_person", 403,
    zh=("这条规则是您本人起草或提交的，不能由您批准。", "请让另一位有权限的同事审核。"),
    en=("You wrote or submitted these rules, so you may not approve them.", "Ask another authorised colleague to review them."),
)  # fmt: skip
STALE_DRAFT = define(
    "rules.stale_draft", 409,
    zh=("这份草稿刚被别人改过，您的修改还没有保存。", "请先看一下最新内容，再把您的修改合并进去。"),
    en=("Somebody else has just changed this draft; your changes are not saved yet.", "Look at the latest text, then put your changes in."),
)  # fmt: skip
WRONG_STATE = define(
    "rules.wrong_state", 409,
    zh=("这个版本目前是「{status}」状态，不能做这一步。", "请刷新页面，查看它的最新状态。"),
    en=("This version is {status}; the step is not possible now.", "Reload the page to see where it stands."),
)  # fmt: skip
SUBJECTS_UNREADABLE = define(
    "rules.subjects_unreadable", 422,
    zh=("这个文件读不出来。", "请上传 CSV(UTF-8)或 Parquet 文件：第一行是规则里用的名字，例如 mother_insurance.status。"),
    en=("This file cannot be read.", "Upload CSV (UTF-8) or Parquet whose first row holds the names that the rules use, such as mother_insurance.status."),
)  # fmt: skip
NO_SUBJECTS = define(
    "rules.no_subjects", 422,
    zh=("没有可以试算的对象。", "请换一个来源：目前还没有您能看到的办件，或者上传的文件是空的。"),
    en=("There is nobody to try the rules on.", "Choose another source: there are no cases that you may see yet, or the file is empty."),
)  # fmt: skip
