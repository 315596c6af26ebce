"""A plan on a terminal: who does what when, as bars along one time line, and the old way beside it."""

from typing import Any, Literal

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from onething.catalog.models import City, LifeEvent
from onething.core.whole_words import whole_words
from onething.planning.effort import duration_words
from onething.planning.explain import explain
from onething.planning.flow import task_name
from onething.planning.models import Effort, Plan, PlannedTask

Lang = Literal["zh", "en"]
_WIDTH = 24


def as_json(plan: Plan, old: Effort, city: City, event: LifeEvent) -> dict[str, Any]:
    """The machine-readable form of `onething plan show --json`: the whole plan, with names and reasons in both languages."""
    effort = plan.effort
    return {
        "old_way": old.model_dump(),
        "plan": {**effort.model_dump(), "critical_path": list(effort.critical_path)},
        "tasks": [
            {"name": task_name(task, city, event).model_dump(), **task.model_dump(mode="json")} for task in plan.tasks
        ],
        "asks": [ask.model_dump(mode="json") for ask in plan.asks],
        "filled": list(plan.filled),
        **{
            name: {key: explain(city, event, why).model_dump() for key, why in entries.items()}
            for name, entries in (("left_out", plan.left_out), ("unreachable", plan.unreachable))
        },
        "city": plan.city, "life_event": plan.life_event, "catalog_version": plan.catalog_version,
    }  # fmt: skip


def hours(value: float, lang: Lang = "zh") -> str:
    """A step of the chart, to the second: `4秒`, `12分钟`, `3.5小时`, `15天`. Whole durations are told as `duration_words`."""
    for limit, factor, zh, en in ((1 / 60, 3600, "秒", "s"), (1, 60, "分钟", "min"), (48, 1, "小时", "h")):
        if value < limit:
            return f"{value * factor:.3g}{zh if lang == 'zh' else ' ' + en}"
    return f"{value / 24:.3g}{'天' if lang == 'zh' else ' days'}"


def render(
    plan: Plan, old: Effort, city: City, event: LifeEvent, lang: Lang = "zh", width: int = 200
) -> RenderableType:
    """Everything `onething plan show` prints."""
    chart = whole_words(_chart(plan, city, event, lang), width)
    parts: list[RenderableType] = [_comparison(plan, old, event, lang), chart]
    for title, entries in (
        (("本次不涉及", "Not part of it"), plan.left_out),
        (("目前无法取得", "Cannot be had now"), plan.unreachable),
    ):
        for name, why in entries.items():
            parts.append(Styled(f"{title[lang == 'en']}: {name} – {explain(city, event, why).get(lang)}", style="dim"))
    return Group(*parts)


def _comparison(plan: Plan, old: Effort, event: LifeEvent, lang: Lang) -> Table:
    zh = lang == "zh"
    table = Table(title=event.name.get(lang), title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("")
    table.add_column("从前" if zh else "Old way", justify="right")
    table.add_column("现在" if zh else "Plan", justify="right")
    new = plan.effort
    table.add_row("要交的材料" if zh else "Documents to bring", str(old.documents), str(new.documents))
    table.add_row("要填的栏目" if zh else "Fields to fill in", str(old.fields), str(new.fields))
    table.add_row("要跑的次数" if zh else "Visits", str(old.visits), str(new.visits))
    table.add_row("办结时间" if zh else "Elapsed time", _told(old.hours, lang), _told(new.hours, lang))
    if new.longest > new.hours:
        table.add_row("有的要人工核实时" if zh else "If an officer must look", "", _told(new.longest, lang))
    table.add_row("同时办理的事项" if zh else "Services side by side", "1", str(new.width))
    return table


def _told(value: float, lang: Lang) -> str:
    """As on the pages, so that nobody reads two figures."""
    return duration_words(value).get(lang)


def _chart(plan: Plan, city: City, event: LifeEvent, lang: Lang) -> Table:
    zh = lang == "zh"
    table = Table(box=box.SIMPLE_HEAD, caption_justify="left")
    table.caption = "■ 关键路径  ▪ 其他  一行一项任务" if zh else "■ critical path  ▪ other tasks"
    for title in ("部门", "任务", "谁办", "开始") if zh else ("Agency", "Task", "By", "Start"):
        table.add_column(title, overflow="fold")
    table.add_column("用时" if zh else "Takes", justify="right")
    table.add_column("", no_wrap=True, width=_WIDTH)
    for task in plan.tasks:
        table.add_row(
            city.short_label_of(task.agency).get(lang),
            task_name(task, city, event).get(lang),
            _who(task, lang),
            "+" + hours(task.start, lang),
            hours(task.hours, lang),
            _bar(task, plan),
        )
    return table


def _who(task: PlannedTask, lang: Lang) -> str:
    if task.held:
        return "等系统恢复" if lang == "zh" else "waits"
    if task.conditional:
        return "如适用" if lang == "zh" else "if it applies"
    words = {"automatic": ("自动", "automatic"), "officer": ("工作人员", "officer"), "robot": ("机器人", "robot")}
    return words[task.mode][lang == "en"]


def _bar(task: PlannedTask, plan: Plan) -> Styled:
    critical = task.id in plan.effort.critical_path
    scale = _WIDTH / plan.effort.hours if plan.effort.hours else 0.0
    start = min(int(task.start * scale), _WIDTH - 1)
    length = max(1, min(round(task.hours * scale), _WIDTH - start))
    return Styled(" " * start + ("■" if critical else "▪") * length, style="bold blue" if critical else "blue")
