"""`onething documents`: read files, measure the reader on a folder with truth, list the types.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onething.core.commands import AsJson, print_json
from onething.documents.compare.cli import compare_command
from onething.documents.text.cli import understand_command

if TYPE_CHECKING:
    from rich.console import Console

    from onething.documents.models import ReadDocument
    from onething.documents.reading.pool import Reader

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="材料识别 · read documents from photos and files.")


def as_json(document: "ReadDocument") -> dict[str, Any]:
    """One document as the command line prints it."""
    shown = document.model_dump(exclude={"preview"}, mode="json")
    keep = ("value", "confidence", "certain", "box", "corrections", "page")
    shown["fields"] = {name: {key: field[key] for key in keep} for name, field in shown["fields"].items()}
    return shown


def read_file(reader: "Reader", path: Path) -> list[dict[str, Any]]:
    """Documents of a file; a file that is refused gives one entry whose problem is the refusal."""
    from onething.core.errors import Problem

    try:
        return [as_json(document) for document in reader.read(path.read_bytes(), str(path))]
    except Problem as refusal:
        told = {
            "code": refusal.kind.code, "what": refusal.what.model_dump(), "todo": refusal.next.model_dump(),
            "field": None, "severity": "error",
        }  # fmt: skip
        return [{"file": str(path), "type": None, "fields": {}, "problems": [told]}]


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="photos or PDFs")],
    as_json_: AsJson = False,
    workers: Annotated[int, typer.Option(min=1, max=16, help="reader processes")] = 1,
) -> None:
    """Read the fields of each document, with position, confidence and what is wrong."""
    from rich.console import Console
    from rich.progress import Progress

    from onething.documents.reading.pool import Reader

    console = Console(stderr=True, quiet=as_json_)
    results: list[dict[str, Any]] = []
    with Reader(workers, previews=False) as reader, Progress(console=console) as progress:
        task = progress.add_task("读取", total=len(files))
        for path in files:
            results += read_file(reader, path)
            progress.advance(task)
    if as_json_:
        print_json(results)
    else:
        for result in results:
            _show(Console(), result)
    if not any(result["type"] for result in results):
        raise typer.Exit(1)


def _show(console: "Console", result: dict[str, Any]) -> None:
    from rich.table import Table

    from onething.core.whole_words import print_table
    from onething.documents.fields.document_types import load_types

    specs = load_types()
    spec = specs.get(result["type"] or "")
    table = Table(title=f"{result['file']}: {spec.name.zh if spec else '未认出'}", title_justify="left")
    for column in ("项目", "内容", "把握", "更正"):
        table.add_column(column)
    for name, field in result["fields"].items():
        label = spec.fields[name].label.zh if spec else name
        mended = "; ".join(f"{c['before']}→{c['after']} ({c['reason']})" for c in field["corrections"])
        table.add_row(label, field["value"], "✓" if field["certain"] else f"? {field['confidence']:.2f}", mended)
    print_table(console, table)
    for told in result["problems"]:
        console.print(f"  · {told['what']['zh']}{told['todo']['zh']}")


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="x.jpg beside x.json")],
    as_json_: AsJson = False,
    workers: Annotated[int, typer.Option(min=1, max=16, help="reader processes")] = 1,
    keep: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="keep what was recognised here, and measure fields again without"),
    ] = None,
) -> None:
    """Measure the reader on pictures with truth (`{type, fields: {name: value}}`): exact fields, uncaught, seconds.

    With `--keep`, pages of layout families (`onething sandbox studio pages`): values compared by meaning, beside the share whose
    print was recognised at all, by severity and kind; seen and left-out families apart.
    """
    if keep is not None:
        _evaluate_families(folder, keep, as_json_)
        return
    from rich.console import Console
    from rich.progress import Progress

    from onething.core.errors import Problem
    from onething.documents.reading.evaluate import Score, pairs
    from onething.documents.reading.pool import Reader

    found = list(pairs(folder))
    if not found:
        raise typer.BadParameter(f"no picture with a .json beside it in {folder}")
    score = Score()
    with Reader(workers, previews=False) as reader, Progress(console=Console(stderr=True, quiet=as_json_)) as progress:
        task = progress.add_task("测评", total=len(found))
        for path, truth in found:
            try:
                documents = reader.read(path.read_bytes(), path.name)
            except Problem:
                documents = []
            score.add(path.name, truth, documents, sum(document.seconds for document in documents))
            progress.advance(task)
        report = score.report() | {"megabytes": round(reader.peak_memory / 10**6)}
    if as_json_:
        print_json(report)
    else:
        _show_report(Console(), report)


def _show_report(console: "Console", report: dict[str, Any]) -> None:
    from rich.table import Table

    from onething.core.whole_words import print_table

    table = Table(title=f"{report['pictures']} 张,类型认对 {report['types_right']} 张", title_justify="left")
    for column in ("", "字段", "完全正确", "字符正确", "标为有把握", "错而未察觉"):
        table.add_column(column)
    groups = [("全部", report), *((k, v) for by in report["by"].values() for k, v in by.items())]
    for name, row in groups:
        shares = (f"{row[key]:.2%}" for key in ("exact", "characters", "certain", "uncaught"))
        table.add_row(name, str(row["fields"]), *shares)
    print_table(console, table)
    console.print(
        f"每页 {report['seconds']['median']} 秒 (95%: {report['seconds']['p95']}),进程 {report['megabytes']} MB"
    )
    for pair in report["confusions"][:12]:
        console.print(f"  {pair['printed'] or '∅'} → {pair['read'] or '∅'}  ×{pair['times']}")


def _evaluate_families(folder: Path, keep: Path, as_json_: bool) -> None:
    from rich.console import Console

    from onething.documents.reading.evaluate_families import measure

    report = measure(folder, keep)
    if as_json_:
        print_json(report)
        return
    from rich.table import Table

    from onething.core.whole_words import print_table

    columns = ("", "印出", "读对", "文中有", "其中读对", "标为有把握", "其中错")
    for side, figures in report.items():
        pages = ", ".join(f"{grade} {v['right']:.1%}/{v['pages']}" for grade, v in figures["kind_right"].items())
        table = Table(title=f"{side}: 类型认对 {pages}", title_justify="left")
        for column in columns:
            table.add_column(column)
        for name, row in (*figures.get("grade", {}).items(), *figures.get("kind", {}).items()):
            shares = [f"{row[key]:.2%}" for key in ("right", "raw", "right_of_raw")]
            table.add_row(name, str(row["printed"]), *shares, str(row["certain"]), f"{row['wrong_certain']:.2%}")
        print_table(Console(), table)


@app.command()
def types(as_json_: AsJson = False) -> None:
    """List the document types and their fields."""
    from onething.documents.fields.document_types import load_types

    specs = load_types()
    if as_json_:
        public = [spec.public().model_dump(mode="json") for spec in specs.values()]
        print_json(public)
        return
    for spec in specs.values():
        typer.echo(f"{spec.id}  {spec.name.zh} / {spec.name.en}")
        for name, field in spec.fields.items():
            typer.echo(f"    {name:20} {field.kind:13} {field.label.zh} / {field.label.en}{'' if not field.optional else '  (optional)'}")  # fmt: skip


app.command("understand")(understand_command)
app.command("compare")(compare_command)
