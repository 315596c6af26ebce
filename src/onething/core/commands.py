"""What commands of all rooms have in common: `--json`, how JSON is printed, who gives them."""

import getpass
import os
from collections.abc import Iterable
from typing import Annotated, Any, cast

import orjson
import typer

from onething.core.access import Principal, Role

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def print_json(value: Any, *, one_line: bool = False) -> None:
    """Print a value as JSON, indented unless `one_line`; a page of a list as the list.

    Dates are ISO text; amounts and what JSON does not know are text.
    """
    items: Any = getattr(value, "items", None)
    if isinstance(items, tuple):  # a page, known by its shape: help must not load the database's parts
        value = cast("Any", items)
    option = orjson.OPT_NON_STR_KEYS | (0 if one_line else orjson.OPT_INDENT_2)
    typer.echo(orjson.dumps(value, default=_plain, option=option).decode())


def emit(value: Any, as_json: bool, words: str) -> None:
    """The result of a command: as JSON for programs, in words for people."""
    if as_json:
        print_json(value)
    else:
        typer.echo(words)


def _plain(value: Any) -> Any:
    return list(cast("Iterable[Any]", value)) if isinstance(value, tuple | set | frozenset) else str(value)


def operator() -> Principal:
    """Who acts through a command: the operator of the machine, with the system's rights and under her own name."""
    return Principal(Role.SYSTEM, machine_user())


def machine_user() -> str:
    """Who runs this process: the user of the machine, and who became root to do it."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        user = str(os.getuid())
    behind = os.environ.get("SUDO_USER", "")
    return f"os:{behind} as {user}" if behind and behind != user else f"os:{user}"
