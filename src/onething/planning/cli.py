"""`onething plan show CITY/EVENT`: the parallel plan of a life event beside the old way.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

import json
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from onething.core.commands import AsJson, print_json

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="事项编排 · plan a life event and compare it with the old way."
)


@app.callback()
def _group() -> None:
    """Keeps `show` a named command although it is the only one."""


@app.command()
def show(
    event: Annotated[str, typer.Argument(help="CITY/EVENT, for example shanghai/newborn")],
    as_data: AsJson = False,
    bpmn: Annotated[Path | None, typer.Option(help="write the plan as BPMN 2.0 with layout to this file")] = None,
    down: Annotated[list[str] | None, typer.Option(help="an agency that does not answer; may be repeated")] = None,
    absent: Annotated[list[str] | None, typer.Option(help="evidence that is not on record; may be repeated")] = None,
    leave_out: Annotated[list[str] | None, typer.Option(help="an optional service that is not wanted")] = None,
    facts: Annotated[Path | None, typer.Option(help="JSON file of what is known: {slot: {field: value}}")] = None,
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
) -> None:
    """Print who does what and when, side by side, and what the applicant gives, beside the old way."""
    from rich.console import Console

    from onething.catalog.service import find_event, find_package, load_city
    from onething.planning.service import make_plan, old_way, to_bpmn
    from onething.planning.show import as_json, render

    folder, event_id = find_package(event)
    city = load_city(folder)
    life_event = find_event(city, event_id or "")
    known = _facts(facts)
    plan = make_plan(city, life_event, known, down=down or (), absent=absent or (), leave_out=leave_out or ())
    old = old_way(city, life_event)
    language = "en" if lang == "en" else "zh"
    if bpmn is not None:
        bpmn.write_text(to_bpmn(plan, city, life_event, language), encoding="utf-8")
    if as_data:
        print_json(as_json(plan, old, city, life_event))
    elif bpmn is None:
        console = Console()
        console.print(render(plan, old, city, life_event, language, console.width))
    else:
        typer.echo(f"{bpmn}")


def _facts(path: Path | None) -> dict[str, dict[str, Any]]:
    from onething.core.errors import BAD_REQUEST, Problem

    if path is None:
        return {}
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Problem(BAD_REQUEST, detail=str(error), field="--facts") from error
    slots = cast("dict[str, Any]", found if isinstance(found, dict) else {"": None})
    if not all(isinstance(fields, dict) for fields in slots.values()):
        raise Problem(BAD_REQUEST, detail="expected {slot: {field: value}}", field="--facts")
    return slots
