"""`onething rules …`: check, evaluate, explain, compare, try on a population, exchange DMN, run the conformance kit.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onething.core.commands import AsJson, print_json

if TYPE_CHECKING:
    from onething.rules import service
    from onething.rules.columns.population import Population

app = typer.Typer(no_args_is_help=True, help="规则 · rules: law as versioned, explainable data.", rich_markup_mode=None)
RulesArg = Annotated[str, typer.Argument(help="Rule file, as FILE.yaml or FILE.yaml#ruleset.")]
AsOf = Annotated[str, typer.Option("--as-of", help="Day in question, YYYY-MM-DD; today when left out.")]
Drafts = Annotated[bool, typer.Option("--drafts", help="Count draft rules as in force.")]


def _day(text: str) -> date:
    from onething.core.clock import today

    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        raise typer.BadParameter(f"not a date: {text}") from None


def _load(rules: str) -> "service.RuleSet":
    from onething.rules import service

    try:
        return service.load_rules(rules)
    except service.RuleError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _facts(text: str) -> dict[str, Any]:
    """Facts from JSON text, a file (`@facts.json`, `facts.yaml`) or standard input (`-`)."""
    from onething.rules import service
    from onething.rules.feel.guards import is_context
    from onething.rules.yamlfile import parse_yaml

    path = Path(text.removeprefix("@"))
    if text == "-":
        source = sys.stdin.read()
    elif text.startswith("@") or path.suffix in (".json", ".yaml", ".yml"):
        if not path.is_file():
            raise typer.BadParameter(f"no such file: {path}")
        source = path.read_text(encoding="utf-8")
    else:
        source = text
    try:
        value = parse_yaml(source).value
    except service.RuleError as error:
        raise typer.BadParameter(str(error)) from None
    if not is_context(value):
        raise typer.BadParameter("facts must be a mapping {slot: {field: value}}")
    return value


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Rule files (YAML) and decision tables (CSV, XLSX).")],
    as_json: AsJson = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
) -> None:
    """Find what is wrong: syntax, names, types, gaps, overlaps, dead rules, contradictions, conflicts of law."""
    from onething.rules.checking.files import check_file
    from onething.rules.show import show_problems

    problems = [found for file in files for found in check_file(file)]
    if as_json:
        print_json([problem.as_dict() for problem in problems])
    else:
        show_problems(problems)
    serious = {"error", "warning"} if strict else {"error"}
    if any(problem.severity in serious for problem in problems):
        raise typer.Exit(1)


def _decide(rules: str, facts: str, as_of: str, drafts: bool, as_json: bool, *, trace: bool) -> None:
    """One case decided and printed; the trace only for people who asked for it, since JSON always has it."""
    from onething.rules import service
    from onething.rules.show import show_decision

    decision = service.decide(_load(rules), _facts(facts), _day(as_of), drafts=drafts)
    if as_json:
        print_json(decision.as_dict())
    else:
        show_decision(decision, trace=trace)


@app.command("eval")
def evaluate(
    rules: RulesArg,
    facts: Annotated[str, typer.Argument(help="Facts: JSON or YAML text, a file, or - for standard input.")],
    as_of: AsOf = "",
    drafts: Drafts = False,
    as_json: AsJson = False,
) -> None:
    """Decide one case: yes, no, or undecided for want of what."""
    _decide(rules, facts, as_of, drafts, as_json, trace=False)


@app.command()
def explain(
    rules: RulesArg,
    facts: Annotated[str, typer.Argument(help="Facts: JSON or YAML text, a file, or - for standard input.")],
    as_of: AsOf = "",
    drafts: Drafts = False,
    as_json: AsJson = False,
) -> None:
    """Decide one case and show which clause, which condition and which value led there."""
    _decide(rules, facts, as_of, drafts, as_json, trace=True)


@app.command()
def diff(
    old: RulesArg,
    new: Annotated[str, typer.Argument(help="The other version; the same file with --to to compare two days.")] = "",
    as_of: AsOf = "",
    to: Annotated[str, typer.Option("--to", help="Day for the new version.")] = "",
    data: Annotated[
        Path | None, typer.Option("--data", help="Population (CSV, Parquet): who gains, who loses, cost.")
    ] = None,
    id_column: Annotated[str | None, typer.Option("--id", help="Column that names the subjects.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare two versions, or two days of one: in words, and in subjects when --data is given."""
    from onething.rules import service
    from onething.rules.show import show_changes

    before, after, day = _load(old), _load(new or old), _day(as_of)
    later = _day(to) if to else day
    changes = service.differences(before, after, day, later)
    compared = service.compare_population(before, after, _population(data, id_column), day, later) if data else None
    if as_json:
        print_json({"changes": [change.as_dict() for change in changes], "population": compared.as_dict() if compared else None})  # fmt: skip
    else:
        show_changes(changes, compared)


def _csv(path: Path) -> Any:
    from onething.core.frames import read_csv

    return read_csv(path.read_bytes())


def _population(path: Path, id_column: str | None) -> "Population":
    import polars as pl

    from onething.rules.columns.population import from_polars

    if not path.is_file():
        raise typer.BadParameter(f"no such file: {path}")
    readers: dict[str, Any] = {".csv": _csv, ".parquet": pl.read_parquet}
    if path.suffix not in readers:
        raise typer.BadParameter("population files are .csv or .parquet")
    try:
        frame: Any = readers[path.suffix](path)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"cannot read {path}: {error}") from None
    if id_column and id_column not in frame.columns:
        raise typer.BadParameter(f"no column {id_column}; there are: {', '.join(frame.columns[:20])}")
    return from_polars(frame, id_column)


@app.command()
def population(
    rules: RulesArg,
    data: Annotated[Path, typer.Argument(help="CSV or Parquet; columns are named by dotted fact names.")],
    id_column: Annotated[str | None, typer.Option("--id", help="Column that names the subjects.")] = None,
    as_of: AsOf = "",
    drafts: Drafts = False,
    as_json: AsJson = False,
) -> None:
    """Decide everybody in a table at once."""
    from onething.rules.people import evaluate_population
    from onething.rules.show import show_population

    result = evaluate_population(_load(rules), _population(data, id_column), _day(as_of), drafts=drafts)
    if as_json:
        print_json(result.as_dict())
    else:
        show_population(result)


@app.command("export-dmn")
def export_dmn(
    rules: RulesArg,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; standard output when left out.")
    ] = None,
    as_of: AsOf = "",
) -> None:
    """Write a ruleset as DMN 1.5, with null guards that keep the meaning of missing data."""
    from onething.rules.dmn.export import to_dmn

    content = to_dmn(_load(rules), _day(as_of))
    if out is None:
        typer.echo(content.decode())
    else:
        out.write_bytes(content)
        typer.echo(str(out))


@app.command("import-dmn")
def import_dmn(
    file: Annotated[Path, typer.Argument(help="A DMN file, 1.1 to 1.5.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Rule file to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Turn a DMN model into a rule file; says what could not be taken over."""
    from onething.rules.dmn.importing import from_dmn
    from onething.rules.errors import RuleError
    from onething.rules.show import show_problems

    try:
        text, problems = from_dmn(file)
    except RuleError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"rules": text, "problems": [problem.as_dict() for problem in problems]})
    else:
        typer.echo(text if out is None else str(out))
        show_problems(problems, quiet=True)


@app.command()
def tck(folder: Annotated[Path, typer.Argument(help="The unpacked OMG DMN TCK.")], as_json: AsJson = False) -> None:
    """Run the OMG conformance kit: passed, failed, unsupported per level."""
    from onething.rules.dmn.tck import run_tck
    from onething.rules.show import show_tck

    if not folder.is_dir():
        raise typer.BadParameter(f"no such folder: {folder}")
    report = run_tck(folder)
    if as_json:
        print_json(report.as_dict())
    else:
        show_tck(report)


@app.command()
def schema(out: Annotated[Path | None, typer.Option("--out", "-o", help="File to write.")] = None) -> None:
    """Print the JSON Schema of rule files, for editors."""
    from onething.rules import service

    if out is None:
        print_json(service.json_schema())
    else:
        out.write_text(json.dumps(service.json_schema(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
