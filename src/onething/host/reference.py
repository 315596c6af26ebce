"""Writes the reference pages from the code itself, so that they cannot lag behind: commands, settings, error codes, states.

`make docs` runs it; the pages are kept in the repository so that they can be read without installing anything.
"""

import inspect
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import typer
from pydantic_core import PydanticUndefined

import onething
from onething.core.errors import all_kinds
from onething.core.settings import Settings
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
    """Every setting with its default; the sentence below a field in the source is its description."""
    source = inspect.getsource(Settings)
    lines = [
        "# Settings",
        "",
        "Set in the environment or in a `.env` file.",
        "",
        "| name | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = (
            field.default if field.default is not PydanticUndefined else field.get_default(call_default_factory=True)
        )
        lines.append(f"| `ONETHING_{name.upper()}` | `{default}` | {_sentence(source, name)} |")
    return "\n".join(lines) + "\n"


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


def main(folder: Path) -> None:
    """Write the pages into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _load_everything()
    for name, text in {
        "commands": commands(),
        "settings": settings(),
        "errors": errors(),
        "states": states_page(all_charts()),
    }.items():
        (folder / f"{name}.md").write_text(text)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference"))
