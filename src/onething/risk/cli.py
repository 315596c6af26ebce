"""`onething risk …`: history in, models grown and approved, drift, one case replayed.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from onething.core.commands import AsJson, print_json

app = typer.Typer(no_args_is_help=True, help="风险 · risk: relations, indicators, models.", rich_markup_mode=None)
By = Annotated[str, typer.Option("--by", help="Who does it, e.g. officer:7.")]


@app.command()
def load(
    folder: Annotated[Path, typer.Argument(help="Folder with companies.parquet, relations.parquet, findings.parquet (docs/risk.md).")],
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take over registries' history: relations, ended companies, findings; measure each company as of its registration.

    Exit codes: 2 a file cannot be read, 3 the city has no risk data.
    """
    from rich.console import Console

    from onething.core.db import get_database
    from onething.risk import service as risk
    from onething.risk.history import load_history

    counts = load_history(get_database(), folder, risk.city_policy(), Console(stderr=True, quiet=as_json))
    print_json(counts) if as_json else typer.echo("  ".join(f"{name} {count:,}" for name, count in counts.items()))


@app.command()
def train(by: By, as_json: AsJson = False) -> None:
    """Grow a model of all findings and leave it for approval by somebody else. Exit code 1: too few findings."""
    from onething.core.db import get_database
    from onething.risk import service as risk

    policy = risk.city_policy()
    with get_database().transaction() as session:
        model = risk.grow(session, by, policy.share_referred)
    facts = {"version": model.version, "refer_from": round(model.refer_from, 4), **model.facts}
    print_json(facts) if as_json else typer.echo("\n".join(f"{name:<18} {value}" for name, value in facts.items()))


@app.command()
def approve(version: str, by: By) -> None:
    """Make a model live. Exit codes: 1 the same person trained it, 3 no such model."""
    from onething.core.db import get_database
    from onething.risk import service as risk

    with get_database().transaction() as session:
        risk.approve(session, version, by)
    typer.echo("live")


@app.command()
def models(as_json: AsJson = False) -> None:
    """All models, newest first."""
    from sqlalchemy import select

    from onething.core.clock import local
    from onething.core.db import get_database
    from onething.risk.tables import ModelRow

    with get_database().reading() as session:
        rows = session.scalars(select(ModelRow).order_by(ModelRow.version.desc()).limit(50)).all()
        found = [{"version": r.version, "status": r.status, "created_at": local(r.created_at), "by": r.created_by, "approved_by": r.approved_by} for r in rows]  # fmt: skip
    if as_json:
        print_json(found)
        return
    for each in found:
        typer.echo(
            f"{each['version']}  {each['status']:<8} {each['created_at']:%Y-%m-%d %H:%M}  {each['by']} → {each['approved_by'] or ''}"
        )


@app.command()
def drift(days: Annotated[int, typer.Option(min=1, max=3650)] = 30, as_json: AsJson = False) -> None:
    """Whether filings of late look like those the live model was grown on. Exit code 1 when an indicator is in alarm."""
    from rich.console import Console
    from rich.table import Table

    from onething.core.db import get_database
    from onething.core.whole_words import print_table
    from onething.risk import service as risk

    with get_database().reading() as session:
        found = risk.drift_of_late(session, days)
    if as_json:
        print_json([{"indicator": d.indicator, "index": round(d.index, 4), "level": d.level} for d in found])
    else:
        table = Table("indicator", "index", "level")
        for each in found[:12]:
            table.add_row(each.indicator, f"{each.index:.3f}", each.level)
        print_table(Console(), table)
    raise typer.Exit(1 if any(d.level == "alarm" for d in found) else 0)


@app.command()
def replay(case_id: str, as_json: AsJson = False) -> None:
    """Judge a case again from its trace. Exit codes: 1 another result, 3 the case was not assessed."""
    from onething.core.db import get_database
    from onething.risk import service as risk

    with get_database().reading() as session:
        found = risk.replay_case(session, case_id, risk.city_policy())
    if found is None:
        typer.echo("this case was not assessed")
        raise typer.Exit(3)
    again, same = found
    told = {"same": same, "refer": again.refer, "probability": again.probability, "model": again.model, "reasons": [r.text.model_dump() for r in again.reasons]}  # fmt: skip
    if as_json:
        print_json(told)
    else:
        typer.echo(
            f"{'same result' if same else 'ANOTHER RESULT'}: {'refer' if again.refer else 'pass'} ({again.probability:.3f}, {again.model})"
        )
        for reason in again.reasons:
            typer.echo(f"  {reason.text.zh}")
    raise typer.Exit(0 if same else 1)


@app.command()
def find(
    company: Annotated[str, typer.Argument(help="Credit code of the company.")],
    by: By,
    shell: Annotated[bool, typer.Option("--shell/--sound", help="What was found out.")] = True,
    on: Annotated[str, typer.Option(help="Date, YYYY-MM-DD; today if left out.")] = "",
) -> None:
    """Record what an officer or another agency found out about a company."""
    from onething.core.clock import CHINA
    from onething.core.db import get_database
    from onething.risk import service as risk

    moment = datetime.fromisoformat(on).replace(tzinfo=CHINA) if on else datetime.now(CHINA)
    key = str(risk.entity_key(risk.Kind.COMPANY, company))
    with get_database().transaction() as session:
        risk.record(session, [risk.Finding(key, shell, moment, by)])
    typer.echo("recorded")
