"""`onething exchange standards check|report`: do agencies' names, formats and codes fit the common vocabulary?

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onething.core.commands import AsJson, print_json

if TYPE_CHECKING:
    from onething.exchange.standards import standards

app = typer.Typer(
    no_args_is_help=True, help="数据标准 · data standards: maps, code lists, validation reports.", rich_markup_mode=None
)

MOST_LINE = 1024 * 1024


@app.command()
def check(as_json: AsJson = False) -> None:
    """Every agency's map against the vocabulary and the standards. Exit code 1 when there are errors."""
    from onething.catalog.service import get_city
    from onething.exchange.standards import standards

    city = get_city()
    found = standards.check(city, standards.load(city))
    errors = sum(one.level == "error" for one in found)
    if as_json:
        plain = [{"level": one.level, "where": one.where, "zh": one.what.zh, "en": one.what.en} for one in found]
        print_json(plain)
    else:
        for one in found:
            mark = "✗" if one.level == "error" else "·"
            typer.echo(f"{mark} {one.where:<44} {one.what.zh} · {one.what.en}")
        typer.echo(f"{errors} 处错误 · error(s), {len(found) - errors} 条提示 · note(s)")
    raise typer.Exit(1 if errors else 0)


@app.command()
def report(
    agency: Annotated[str | None, typer.Option(help="Only this agency's names.")] = None,
    operation: Annotated[str | None, typer.Option(help="agency.operation: judge a sample of its answers.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="The sample: one JSON answer a line, as the agency gives it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What each agency calls each common field; with --operation and --file, a validation report. Exit code 1: some do not fit."""
    from onething.catalog.service import get_city
    from onething.exchange.standards import standards

    city = get_city()
    if operation is not None:
        _sample(operation, file, as_json=as_json)
        return
    rows = standards.namings(city, standards.load(city), agency)
    if as_json:
        plain = [
            {"evidence": one.evidence, "field": one.field, "zh": one.name.zh, "en": one.name.en, "type": one.type,
             "standard": one.standard, "agency": one.agency, "operation": one.operation, "theirs": one.theirs, "format": one.format}
            for one in rows
        ]  # fmt: skip
        print_json(plain)
        return
    last = ""
    for one in rows:
        if one.evidence != last:
            typer.echo(f"\n{one.evidence}")
            last = one.evidence
        typer.echo(
            f"  {one.field:<24} {one.type:<12} {one.standard:<18} {one.agency:<10} {one.theirs:<36} {one.format}"
        )


def _sample(name: str, file: Path | None, *, as_json: bool) -> None:
    from onething.catalog.models import OperationRef
    from onething.catalog.service import get_city
    from onething.core.errors import BAD_REQUEST, Problem
    from onething.exchange.standards import standards

    city = get_city()
    agency, operation = city.agency(OperationRef.parse(name).agency), city.operation(name)
    if agency is None or operation is None or file is None or not file.is_file():
        raise Problem(BAD_REQUEST, field="--operation, --file")
    told = standards.examine(city, agency, operation, _lines(file))
    if as_json:
        print_json(_plain(told))
    else:
        typer.echo(
            f"{told.operation}: {told.answers} 条答复 · answers, {told.good} 条合格 · good, {told.empty} 查无 · empty, {told.refused} 拒绝 · refused"
        )
        for field, one in told.fields.items():
            codes = "、".join(f"{code}×{count}" for code, count in one.unknown_codes.most_common(10))
            typer.echo(f"  {field:<24} {one.filled:>7} 有值 {one.missing:>7} 缺 {one.misfit:>7} 不合 {codes}")
        for reason, count in told.reasons.most_common(20):
            typer.echo(f"  {count:>7} × {reason}")
    raise typer.Exit(0 if told.good + told.empty + told.refused == told.answers else 1)


def _plain(told: "standards.SampleReport") -> dict[str, Any]:
    fields = {
        name: {
            "filled": one.filled,
            "missing": one.missing,
            "misfit": one.misfit,
            "unknown_codes": dict(one.unknown_codes),
        }
        for name, one in told.fields.items()
    }
    return {
        "operation": told.operation, "answers": told.answers, "good": told.good, "empty": told.empty,
        "refused": told.refused, "fields": fields, "reasons": dict(told.reasons),
    }  # fmt: skip


def _lines(file: Path) -> Iterator[Any]:
    """A line that is no JSON counts as an answer that is none."""
    from onething.exchange.wire import strict_json

    with file.open("rb") as content:
        while line := content.readline(MOST_LINE):
            if line.strip():
                try:
                    yield strict_json.loads(line)
                except strict_json.UnsafeJsonError:
                    yield None
