"""Regulations on a terminal."""

from rich.console import Console
from rich.table import Table

from onething.core.whole_words import print_table
from onething.policy.structuring import Structured


def show_structure(found: Structured) -> None:
    console, document = Console(), found.document
    console.print(
        f"[bold]《{document.title}》[/] {document.id} · {document.level or '?'} · {document.in_force_from or '?'}"
    )
    console.print(
        f"{len(document.divisions)} 编章节 · {len(document.articles)} 条 · {sum(len(a.paragraphs) for a in document.articles)} 款 · "
        f"{sum(len(p.items) for a in document.articles for p in a.paragraphs)} 项 · {len(found.references)} 处引用 · {len(found.drafts)} 份草案"
    )
    for problem in document.problems:
        console.print(f"[yellow]![/] {problem.message.zh} / {problem.message.en}")
    table = Table("条款 / place", "规则 / rule", "条件 / conditions", "未清 / open")
    for draft in found.drafts:
        table.add_row(draft.id.removeprefix(document.id), draft.title, str(draft.rules.count("require:") + draft.rules.count("when:")), "、".join(each.why for each in draft.open))  # fmt: skip
    print_table(console, table)
    console.print(f"未理解 / not understood: {len(found.not_understood)}(--json 列出每一处 / lists each)")
