"""`onething startup advise|follow-ups`: questions to a city's industry-access graph.

Exit codes: 0 answered, 1 no line of business was understood, 2 the city has no such graph.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onething.core.commands import AsJson, print_json
from onething.core.i18n import Text

if TYPE_CHECKING:
    from onething.catalog.model.trades import Trade
    from onething.catalog.models import City
    from onething.catalog.trades.guide import Guide, Need
    from onething.core.i18n import Lang

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="开店办企 · What a business needs, from whom, in what order."
)
CityName = Annotated[str | None, typer.Option("--city", help="name or folder; default: the installation's")]
Language = Annotated[str | None, typer.Option("--lang", help="zh or en; default: the question's")]


def _city(name: str | None) -> "City":
    from onething.catalog.service import find_package, get_city, load_city

    city = get_city() if name is None else load_city(find_package(name)[0])
    if not city.trades.trades:
        typer.echo(_without_graph(city), err=True)
        raise typer.Exit(2)
    return city


def _without_graph(city: "City") -> str:
    """Which city was asked, and which ones could answer."""
    from onething.catalog.service import CatalogError, find_package, known_cities, load_city

    having: list[str] = []
    for name in known_cities():
        with contextlib.suppress(CatalogError):
            if load_city(find_package(name)[0]).trades.trades:
                having.append(name)
    try_zh = f"请加上 --city={having[0]}（有图谱的城市：{'、'.join(having)}）。" if having else "已安装的城市都没有。"
    try_en = (
        f"Add --city={having[0]} (cities that have one: {', '.join(having)})."
        if having
        else "No installed city has one."
    )
    return f"{city.id} 没有行业准入图谱。{try_zh}\n{city.id} has no industry-access graph. {try_en}"


def _language(lang: str | None, question: str) -> "Lang":
    return "en" if lang == "en" or (lang is None and question.isascii()) else "zh"


@app.command()
def advise(question: str, city: CityName = None, as_data: AsJson = False, lang: Language = None) -> None:
    """Answer "I want to open a bubble-tea shop near a school" in Chinese or English."""
    from onething.catalog.trades.guide import guide

    answer = guide(_city(city).trades, question)
    language = _language(lang, question)
    if as_data:
        print_json(_data(answer))
    else:
        for line in _lines(answer, language):
            typer.echo(line)
    if not answer.understood:
        typer.echo(
            "没有听懂要做什么行业，请换一种说法。 · No line of business was understood; please say it otherwise.",
            err=True,
        )
        raise typer.Exit(1)


@app.command("follow-ups")
def follow_ups_(
    scope: Annotated[str, typer.Argument(help="the business scope on the licence")],
    trade: Annotated[str, typer.Option(help="id of the main trade")] = "",
    where: Annotated[str, typer.Option(help="where and how, in words")] = "",
    city: CityName = None, as_data: AsJson = False, lang: Language = None,
) -> None:  # fmt: skip
    """What a founded company still has to obtain before it opens, in order."""
    from onething.catalog.trades.guide import follow_ups

    needs = follow_ups(_city(city).trades, scope, trade, where)
    if as_data:
        print_json([_need(each) for each in needs])
        return
    language = _language(lang, scope + where)
    for line in _steps(needs, language) or ["没有其他许可。" if language == "zh" else "No further permits."]:
        typer.echo(line)


def _lines(answer: "Guide", lang: "Lang") -> list[str]:
    zh = lang == "zh"
    lines = [f"✗ {each.text.get(lang)} 《{each.ground.title}》{each.ground.article}" for each in answer.bans]
    lines += [f"{each.name.get(lang)}  (GB/T 4754 {each.gb})" for each in answer.trades]
    for part in answer.unclear:
        lines.append(f"? 没听懂这一部分：“{part.said}”" if zh else f"? Not understood: “{part.said}”")
        if part.near:
            lines.append(
                ("  是不是：" if zh else "  Perhaps: ") + Text.joined(each.name for each in part.near).get(lang)
            )
    if answer.declined:
        lines.append(("说了不做的：" if zh else "Not to be done: ") + Text.joined(answer.declined).get(lang))
    if not answer.trades:
        return lines
    lines += [
        f"{'✗' if each.forbids else '!'} {each.text.get(lang)} 《{each.ground.title}》{each.ground.article}"
        for each in answer.barriers
    ]
    lines += [
        f"· {each.name.get(lang)}：{each.advice.get(lang)}" if zh else f"· {each.name.en}: {each.advice.en}"
        for each in answer.circumstances if each.advice
    ]  # fmt: skip
    return lines + _permits(answer, lang)


def _permits(answer: "Guide", lang: "Lang") -> list[str]:
    zh = lang == "zh"
    lines: list[str] = []
    if answer.phrases:
        lines.append(("经营范围可以写：" if zh else "The scope could read: ") + "；".join(answer.phrases))
    if answer.before:
        lines += ["领执照之前：" if zh else "Before the licence:", *_steps(answer.before, lang)]
    lines += ["领执照之后、开业之前：" if zh else "After the licence, before opening:", *_steps(answer.after, lang)]
    if not answer.whole:
        lines.append("  还有没听懂的话，不能保证不用别的许可。" if zh else "  Not all was understood: other permits may be needed.")  # fmt: skip
    elif not answer.after:
        lines.append("  没有其他许可。" if zh else "  No further permits.")
    return lines


def _steps(needs: "Sequence[Need]", lang: "Lang") -> list[str]:
    lines: list[str] = []
    for number, need in enumerate(needs, 1):
        permit = need.permit
        days = f"，{permit.working_days} 个工作日" if lang == "zh" else f", {permit.working_days} working days"
        lines.append(
            f"  {number}. {permit.name.get(lang)} — {permit.authority.get(lang)}{days if permit.working_days else ''}"
        )
        lines.append(
            f"     《{permit.ground.title}》{permit.ground.article} ({'; '.join(each.get(lang) for each in need.because)})"
        )
        lines += [f"     - {each.get(lang)}" for each in permit.needs]
    return lines


def _data(answer: "Guide") -> dict[str, Any]:
    return {
        "trades": [_trade(each) for each in answer.trades], "forbidden": answer.forbidden, "understood_all": answer.whole,
        "unclear": [{"said": part.said, "near": [_trade(each) for each in part.near]} for part in answer.unclear],
        "declined": list(answer.declined), "aside": list(answer.aside), "cut": answer.cut, "phrases": list(answer.phrases),
        "bans": [each.model_dump(mode="json", exclude={"words"}) for each in answer.bans],
        "circumstances": [each.model_dump(mode="json", exclude={"words"}) for each in answer.circumstances],
        "barriers": [each.model_dump(mode="json") for each in answer.barriers],
        "before": [_need(each) for each in answer.before], "after": [_need(each) for each in answer.after],
    }  # fmt: skip


def _trade(trade: "Trade") -> dict[str, Any]:
    return trade.model_dump(mode="json", include={"id", "name", "gb"})


def _need(need: "Need") -> dict[str, Any]:
    return {**need.permit.model_dump(mode="json"), "because": [each.model_dump() for each in need.because]}
