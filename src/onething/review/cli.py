"""`onething review check FILING.json`: what a filing written down as JSON would be told.

The file: `{"life_event": "newborn", "facts": …}` with optional `city` (folder of a package), `as_of`, `absent`, `down`,
`leave_out`. `facts` is either a list of facts with origins, or slot → field → value, where the origin is guessed from the
slot's first source. Exit code 1 when the filing could not be submitted.

Commands import what they work with when they run, so that `--help` waits for none of it.
"""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import orjson
import typer

from onething.core.commands import AsJson, print_json

if TYPE_CHECKING:
    from onething.catalog.models import City, LifeEvent
    from onething.review.models import Fact, Origin, Review

app = typer.Typer(no_args_is_help=True, help="预审 · Pre-review of filings.", rich_markup_mode=None)

_MARKS = {"fix_now": "✗", "officer": "◆", "ask_agency": "→", "note": "·"}


@app.callback()
def _group() -> None:
    """Keeps `check` a verb of its own."""


@app.command()
def check(
    filing: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A filing as JSON.")],
    as_json: AsJson = False,
) -> None:
    """Review a filing: `{"life_event": …, "facts": {slot: {field: value}} or [{slot, field, value, origin}]}`."""
    outcome = review_file(filing)
    if as_json:
        print_json(outcome.model_dump(mode="json"))
    else:
        _show(outcome)
    raise typer.Exit(0 if outcome.may_submit else 1)


def review_file(file: Path) -> "Review":
    """The review of a filing in a file. Raises `Problem(BAD_FILE)`."""
    from pydantic import ValidationError

    from onething.catalog.service import find_event, get_city, load_city
    from onething.core import clock
    from onething.core.errors import Problem
    from onething.review.errors import BAD_FILE

    try:
        raw: Any = orjson.loads(file.read_bytes())
        if not isinstance(raw, dict):
            raise ValueError("not an object")
        said = cast("dict[str, Any]", raw)
        city = load_city(Path(said["city"])) if "city" in said else get_city()
        event = find_event(city, str(said["life_event"]))
        facts = _facts(event, said.get("facts", {}))
        day = date.fromisoformat(said["as_of"]) if "as_of" in said else clock.today()
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        raise Problem(BAD_FILE, file=file.name, why=f"{type(error).__name__} {error}".splitlines()[0]) from None
    return _review(city, event, facts, day, said)


def _review(city: "City", event: "LifeEvent", facts: "list[Fact]", day: date, said: dict[str, Any]) -> "Review":
    from onething.documents.service import document_types
    from onething.planning.service import make_plan
    from onething.review.service import merge_facts, review_filing, review_rules, settle_facts

    merged = merge_facts(settle_facts(city, event, facts))
    absent, down, leave_out = (tuple(map(str, said.get(name, ()))) for name in ("absent", "down", "leave_out"))
    plan = make_plan(city, event, merged, as_of=day, absent=absent, down=down, leave_out=leave_out)
    readable = {kind.id: [spec.name for spec in kind.fields] for kind in document_types()}
    return review_filing(city, event, facts, plan, day, rules=review_rules(city, event), readable=readable)


def _facts(event: "LifeEvent", raw: Any) -> "list[Fact]":
    from pydantic import TypeAdapter

    from onething.review.models import Fact

    if isinstance(raw, list):
        return TypeAdapter(list[Fact]).validate_python(raw)
    slots = cast("dict[str, dict[str, Any]]", raw)
    return [
        Fact(slot=slot, field=field, value=value, origin=_origin(event, slot))
        for slot, fields in slots.items()
        for field, value in fields.items()
    ]


def _origin(event: "LifeEvent", slot_id: str) -> "Origin":
    from onething.catalog.models import FromRegistry, FromSignIn, FromUpload
    from onething.review.models import Origin

    slot = event.slot(slot_id)
    source = slot.sources[0] if slot is not None and slot.sources else None
    if isinstance(source, FromSignIn):
        return Origin(kind="sign_in", ref="sign_in")
    if isinstance(source, FromRegistry):
        return Origin(kind="registry", ref=source.registry)
    return Origin(kind="upload", ref=slot_id) if isinstance(source, FromUpload) else Origin(kind="answer", ref=slot_id)


def _show(outcome: "Review") -> None:
    for finding in outcome.findings:
        place = ".".join(part for part in (finding.slot, finding.field) if part)
        typer.echo(f"{_MARKS[finding.group]} {finding.what.zh} {finding.todo.zh}")
        typer.echo(f"  {finding.what.en} {finding.todo.en}  [{finding.code}{' ' + place if place else ''}]")
    typer.echo("✓ 可以提交 · may be submitted" if outcome.may_submit else "✗ 还不能提交 · may not be submitted yet")
