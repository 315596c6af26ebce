"""Writes the reference pages from the code itself, so that they cannot lag behind: commands, settings, error codes, states.

`make docs` runs it; the pages are kept in the repository so that they can be read without installing anything.
"""

import dataclasses
import inspect
import json
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import typer
from pydantic_core import PydanticUndefined

import onething
from onething.api.service import breaking, described
from onething.catalog.loading.keys_page import package_page
from onething.core.clock import today
from onething.core.errors import all_kinds
from onething.core.events.describing import events_page
from onething.core.manifests.house import get_house
from onething.core.manifests.rooms import Subscription, load
from onething.core.rights.declared import rights_page
from onething.core.settings import RoomSettings
from onething.core.state_pages import page as states_page
from onething.core.states import all_charts

SKIPPED = ("onething.sandbox", "onething.core.migrations")


def _load_everything() -> None:
    """Import every room, so that all error codes are defined."""
    for module in walk_packages(onething.__path__, "onething."):
        if not module.name.startswith(SKIPPED) and not module.name.endswith("__main__"):
            import_module(module.name)


def commands() -> str:
    """Every verb of every room with its options."""
    from onething.host.cli import app

    lines = [
        "# Commands",
        "",
        "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 not found, 4 something outside failed.",
        "",
    ]
    root: Any = typer.main.get_command(app)
    context = root.make_context("onething", [], resilient_parsing=True)
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        lines += _command(f"onething {name}", command)
    return "\n".join(lines) + "\n"


def _command(path: str, command: Any) -> list[str]:
    members = getattr(command, "commands", None)
    if members:
        inner = [line for name in sorted(members) for line in _command(f"{path} {name}", members[name])]
        return [f"## {path}", "", inspect.cleandoc(command.help or ""), "", *inner]
    lines = [f"### `{path}`", "", inspect.cleandoc(command.help or ""), ""]
    for parameter in command.params:
        names = ", ".join(f"`{option}`" for option in [*parameter.opts, *parameter.secondary_opts])
        if names != "`--help`":
            lines.append(f"- {names} {getattr(parameter, 'help', '') or ''}".rstrip())
    return [*lines, ""]


def settings() -> str:
    """Every room's settings with their defaults; the sentence below a field in the source is its description."""
    lines = ["# Settings", "", "Set in the environment or in a `.env` file; JSON for folders of values."]
    for room in get_house().rooms:
        for ref in room.settings:
            lines += ["", f"## {room.name}", "", room.about, "", "| name | default | meaning |", "|---|---|---|"]
            lines += _fields(load(ref))
    return "\n".join(lines) + "\n"


def _fields(kind: type[RoomSettings]) -> list[str]:
    source, rows = inspect.getsource(kind), list[str]()
    for name, field in kind.model_fields.items():
        default = (
            field.default if field.default is not PydanticUndefined else field.get_default(call_default_factory=True)
        )
        rows.append(f"| `ONETHING_{name.upper()}` | `{default}` | {_sentence(source, name)} |")
    return rows


def rooms() -> str:
    """Every room, and what its manifest brings."""
    lines = ["# Rooms", "", "What each room brings, from its manifest (`<room>/room.py`)."]
    for room in get_house().rooms:
        lines += ["", f"## {room.name}", "", room.about, ""]
        for field in dataclasses.fields(room):
            value = getattr(room, field.name)
            if field.name not in ("name", "about") and value:
                lines.append(f"- {field.name.replace('_', ' ')}: {_told(value)}")
    return "\n".join(lines) + "\n"


def _told(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{group}: {', '.join(f'`{name}`' for name in parts)}" for group, parts in value.items())
    return ", ".join(_one(each) for each in value)


def _one(each: Any) -> str:
    if isinstance(each, Subscription):
        return f"{', '.join(f'`{name}`' for name in each.to)} → `{each.call}`"
    return f"`{each if isinstance(each, str) else each.name}`"


def _sentence(source: str, name: str) -> str:
    after = source.split(f"\n    {name}:", 1)[-1].split("\n", 1)[-1].lstrip()
    return " ".join(after.split('"""')[1].split()) if after.startswith('"""') else ""


def errors() -> str:
    """Every stable code with its words."""
    lines = ["# Error codes", "", "| code | HTTP | exit | what happened | what to do next |", "|---|---|---|---|---|"]
    for kind in all_kinds():
        what, next_step = f"{kind.what.zh}<br>{kind.what.en}", f"{kind.next.zh}<br>{kind.next.en}"
        lines.append(f"| `{kind.code}` | {kind.status} | {kind.exit_code} | {what} | {next_step} |")
    return "\n".join(lines) + "\n"


def api_description(path: Path) -> str:
    """OpenAPI of the REST API. Raises SystemExit when programs written against the one at `path` would break: then the
    change is taken back, or the API's first version number is raised (docs/api.md)."""
    found = described()
    if path.exists():
        before = json.loads(path.read_text("utf-8"))
        same = before["info"]["version"].split(".")[0] == found["info"]["version"].split(".")[0]
        if same and (broken := breaking(before, found, today())):
            raise SystemExit("\n".join(["the API would break programs that use it:", *broken]))
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def main(folder: Path) -> None:
    """Write the pages into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _load_everything()
    for name, text in {
        "commands": commands(),
        "settings": settings(),
        "errors": errors(),
        "states": states_page(all_charts()),
        "package": package_page(),
        "rooms": rooms(),
        "rights": rights_page(),
        "events": events_page(),
    }.items():
        (folder / f"{name}.md").write_text(text)
    (folder / "openapi.json").write_text(api_description(folder / "openapi.json"), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference"))
