"""Words of the command line, Chinese and English side by side."""

import typer

from onething.rules.decision import Decision
from onething.rules.difference import Change
from onething.rules.dmn.tck import TckReport
from onething.rules.errors import RuleProblem
from onething.rules.feel.showing import show
from onething.rules.people import Comparison, PopulationResult

_ANSWER = {"yes": "符合 / yes", "no": "不符合 / no", "undecided": "无法判定 / undecided"}
_MARK = {True: "✓", False: "✗", None: "?"}
_SEVERITY = {"error": "错误 error", "warning": "警告 warning", "note": "提示 note"}


def show_problems(problems: list[RuleProblem], *, quiet: bool = False) -> None:
    for problem in problems:
        typer.echo(f"{_SEVERITY[problem.severity]}  {problem}")
    if not quiet:
        errors = sum(problem.severity == "error" for problem in problems)
        typer.echo(
            f"{errors} 个错误, {len(problems) - errors} 个提醒 / {errors} errors, {len(problems) - errors} other"
        )


def show_decision(decision: Decision, *, trace: bool) -> None:
    typer.echo(f"{decision.ruleset} @ {decision.as_of}: {_ANSWER[decision.outcome]}")
    if decision.value is not None:
        typer.echo(f"  值 / value: {show(decision.value)}")
    if decision.row:
        typer.echo(f"  行 / row: {decision.row}")
    if decision.missing:
        typer.echo(f"  缺少 / missing: {', '.join(decision.missing)}")
    if decision.near_miss:
        typer.echo(f"  {decision.near_miss.text.zh} / {decision.near_miss.text.en}")
    if trace:
        _show_rows(decision)
    for result in decision.reasons:
        if not trace and result.effect is not False and result.outcome != "undecided":
            continue
        truth = {"yes": True, "no": False, "undecided": None}[result.outcome]
        typer.echo(f"  {_MARK[truth]} [{result.id}] {result.text.zh} / {result.text.en}")
        for ground in result.ground:
            typer.echo(f"      依据 / ground: {ground}")
        if trace:
            for step in result.trace:
                values = ", ".join(f"{name} = {show(value)}" for name, value in step.values.items())
                sources = "".join(f" ({name}: {origin})" for name, origin in step.evidence.items())
                typer.echo(f"      {_MARK[step.outcome]} {step.text}    {values}{sources}")


def _show_rows(decision: Decision) -> None:
    for row in decision.rows:
        typer.echo(f"  {_MARK[row.outcome]} 行 / row {row.id}")
        for label, cell, value, truth in row.cells:
            typer.echo(f"      {_MARK[truth]} {label} {cell}    {show(value)}")


def show_changes(changes: list[Change], compared: Comparison | None) -> None:
    for change in changes:
        typer.echo(f"{change.text.zh} / {change.text.en}")
    if not changes:
        typer.echo("没有差异 / no difference")
    if compared is not None:
        typer.echo(f"受益 / gain: {compared.gain}   受损 / lose: {compared.lose}   变化 / changed: {compared.changed}")
        if compared.cost is not None:
            typer.echo(f"费用变化 / cost: {compared.cost:+}")
        for label, ids in (("+", compared.gainers), ("-", compared.losers), ("~", compared.others)):
            for each in ids[:20]:
                typer.echo(f"  {label} {each}")
            if len(ids) > 20:
                typer.echo(f"  {label} … ({len(ids)})")


def show_population(result: PopulationResult) -> None:
    typer.echo(f"{result.rows} 人(户) / subjects: 符合 yes {result.yes}, 不符合 no {result.no}, 无法判定 undecided {result.undecided}")  # fmt: skip
    typer.echo(f"只差一个条件 / one condition short: {result.one_short}")
    if result.cost is not None:
        typer.echo(f"费用 / cost: {result.cost}")
    for rule in result.rules:
        typer.echo(f"  {rule.id}: ✓ {rule.true}  ✗ {rule.false}  ? {rule.unknown}")


def show_tck(report: TckReport) -> None:
    for level, count in sorted(report.levels.items()):
        typer.echo(f"level {level}: passed {count.passed}, failed {count.failed}, unsupported {count.unsupported}")
    for failure in report.failures[:50]:
        typer.echo(f"  failed {failure['test']}: {failure['why']}")
