"""`onething catalog new|check|test|show|export|schema`: a city package for people who write it.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onething.core.commands import AsJson, print_json

if TYPE_CHECKING:
    from rich.table import Table
    from rich.tree import Tree

    from onething.catalog.models import City, LifeEvent, Slot
    from onething.core.i18n import Lang

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="城市配置包 · check, show and export what a city offers."
)
Language = Annotated[str, typer.Option("--lang", help="zh or en")]


def _folder(city: str) -> Path:
    """A city by its name or by its folder."""
    from onething.catalog.service import find_package

    return find_package(city)[0]


def _language(lang: str) -> "Lang":
    return "en" if lang == "en" else "zh"


@app.command()
def check(
    cities: Annotated[list[str] | None, typer.Argument(help="city names or folders; default: all")] = None,
    as_data: AsJson = False,
    lang: Language = "zh",
) -> None:
    """Find every mistake in a package: file, line, path, what is wrong, and the word that was probably meant."""
    from onething.catalog.service import check as check_package
    from onething.catalog.service import known_cities

    found = {city: check_package(_folder(city)) for city in cities or known_cities()}
    errors = sum(problem.severity == "error" for problems in found.values() for problem in problems)
    if as_data:
        data: list[dict[str, Any]] = [
            {
                "city": city, "severity": p.severity, "file": p.file, "line": p.line, "column": p.column, "path": p.path,
                "what": p.what.model_dump(), "suggestion": p.suggestion,
            }
            for city, problems in found.items()
            for p in problems
        ]  # fmt: skip
        print_json(data)
    else:
        for city, problems in found.items():
            for problem in problems:
                mark = "✗" if problem.severity == "error" else "!"
                typer.echo(f"{mark} {Path(city).name}/{problem.text(_language(lang))}")
            if not problems:
                typer.echo(f"✓ {Path(city).name}")
    raise typer.Exit(1 if errors else 0)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="CITY, or CITY/EVENT for a life event in a city that there is.")],
    folder: Annotated[
        Path | None, typer.Option("--in", help="Folder of city packages; default: the installation's.")
    ] = None,
) -> None:
    """Write a new city, or a new life event of a city, that passes `check` and `test` as it stands: to be changed from there."""
    from onething.catalog.scaffold.writing import write_new

    for path in write_new(name, folder):
        typer.echo(str(path))


@app.command("test")
def try_filings(
    name: Annotated[str, typer.Argument(help="CITY or CITY/EVENT")],
    filings: Annotated[list[str] | None, typer.Option("--filing", help="Only this filing; may be repeated.")] = None,
    as_data: AsJson = False,
    lang: Language = "zh",
) -> None:
    """File the filings of the package's `sandbox/` with mocked agencies, follow each to its end, and compare with what is expected.

    Everything runs in a process and a database of its own; nothing of this installation is touched. Exit code 1: something went
    otherwise, or the package has errors."""
    from onething.catalog import trials
    from onething.catalog.service import check as check_package
    from onething.catalog.service import find_package, load_city

    language = _language(lang)
    folder, event = find_package(name)
    errors = [problem for problem in check_package(folder) if problem.severity == "error"]
    for problem in errors:
        typer.echo(f"✗ {folder.name}/{problem.text(language)}", err=True)
    city = load_city(folder)
    wanted = trials.filings_of(city, event, filings or ())
    if not wanted:
        typer.echo("sandbox/filings 里没有要试的办件 · no filings to try in sandbox/filings", err=True)
    failed, told = bool(errors) or not wanted, list[dict[str, Any]]()
    for tried in trials.try_filings(city, wanted) if wanted and not errors else ():
        failed = failed or bool(tried.faults)
        if as_data:
            told.append(
                {"filing": tried.filing.id, "outcome": tried.outcome, "services": tried.services, "asked": list(tried.asked),
                 "facts": tried.facts, "certificates": tried.certificates, "seconds": round(tried.seconds, 2),
                 "faults": [each.model_dump() for each in tried.faults]}
            )  # fmt: skip
            continue
        typer.echo(
            f"{'✗' if tried.faults else '✓'} {tried.filing.life_event}/{tried.filing.id}  {tried.filing.name.get(language)}  {tried.outcome}"
        )
        for fault in tried.faults:
            typer.echo(f"    {fault.get(language)}")
    if as_data:
        print_json(told)
    raise typer.Exit(1 if failed else 0)


@app.command()
def show(name: Annotated[str, typer.Argument(help="CITY or CITY/EVENT")], lang: Language = "zh") -> None:
    """Print a city's agencies and life events, or one event's services and evidence."""
    from rich.console import Console

    from onething.catalog.service import find_event, find_package, load_city
    from onething.core.whole_words import print_table

    folder, event_id = find_package(name)
    city, language = load_city(folder), _language(lang)
    if event_id is None:
        Console().print(_city(city, language))
        return
    event = find_event(city, event_id)
    print_table(Console(), _services(city, event, language))
    print_table(Console(), _evidence(city, event, language))


@app.command()
def export(
    city: str,
    base: Annotated[str, typer.Option(help="address under which the identifiers live")] = "https://example.org/",
    out: Annotated[Path | None, typer.Option(help="file to write; default: print")] = None,
) -> None:
    """Write the package as CPSV-AP 3 JSON-LD."""
    from onething.catalog.service import export_cpsv, load_city

    text = json.dumps(export_cpsv(load_city(_folder(city)), base), ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")


@app.command()
def schema(
    folder: Annotated[Path | None, typer.Argument(help="folder to write into; default: print the names")] = None,
) -> None:
    """Write JSON Schemas for editors (`# yaml-language-server: $schema=…` at the top of a file)."""
    from onething.catalog.service import schemas

    for name, content in schemas().items():
        if folder is None:
            typer.echo(name)
            continue
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        typer.echo(str(path))


def _city(city: "City", lang: "Lang") -> "Tree":
    from rich.tree import Tree

    tree = Tree(f"{city.name.get(lang)} ({city.id} {city.version})")
    agencies = tree.add("部门" if lang == "zh" else "Agencies")
    for agency in city.agencies:
        agencies.add(f"{agency.id}  {agency.name.get(lang)}  {agency.gateway.url}")
    events = tree.add("一件事" if lang == "zh" else "Life events")
    for event in city.life_events:
        events.add(f"{event.id}  {event.name.get(lang)}  ({len(event.services)})")
    return tree


def _services(city: "City", event: "LifeEvent", lang: "Lang") -> "Table":
    from rich import box
    from rich.table import Table

    zh = lang == "zh"
    table = Table(title=event.name.get(lang), title_justify="left", box=box.SIMPLE_HEAD)
    for title in (
        ("事项", "部门", "需要", "办出", "法定时限", "依据")
        if zh
        else ("Service", "Agency", "Needs", "Gives", "Limit", "Law")
    ):
        table.add_column(title, overflow="fold")
    for service in event.services:
        table.add_row(
            service.name.get(lang),
            city.short_label_of(service.agency).get(lang),
            ", ".join(service.requires),
            ", ".join(service.outputs),
            f"{service.working_days}{'个工作日' if zh else ' wd'}",
            "\n".join(f"{ground.title} {ground.article}".strip() for ground in service.grounds),
        )
    return table


def _evidence(city: "City", event: "LifeEvent", lang: "Lang") -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for title in ("材料", "从哪里来") if lang == "zh" else ("Evidence", "Where it comes from"):
        table.add_column(title, overflow="fold")
    for slot in event.slots:
        kind = city.type_of(slot)
        name = slot.name or (kind.name if kind else None)
        table.add_row(f"{slot.id}  {name.get(lang) if name else ''}", " → ".join(_ways(event, slot)))
    return table


def _ways(event: "LifeEvent", slot: "Slot") -> list[str]:
    from onething.catalog.models import FromQuestions, FromRegistry, FromSignatures, FromSignIn, FromUpload

    ways: list[str] = []
    for source in slot.sources:
        if isinstance(source, FromRegistry):
            ways.append(source.registry)
        elif isinstance(source, FromUpload):
            ways.append(f"upload:{source.upload}")
        elif isinstance(source, FromQuestions):
            ways.append("ask:" + ",".join(source.ask))
        else:
            signed = "signed" if isinstance(source, FromSignatures) else "derived"
            ways.append("sign-in" if isinstance(source, FromSignIn) else signed)
    return ways + [f"service:{service.id}" for service in event.services if slot.id in service.outputs]
