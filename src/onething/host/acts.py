"""Commands in the log of operators' acts: who on this machine had which command change something, and how it ended."""

import sys
from typing import Any

from onething.core.commands import machine_user
from onething.core.logs import get_logger

log = get_logger("host")
STAY = frozenset({"serve", "worker", "gateway", "witness", "sandbox"})
"""Commands that run for hours and act for others; what is done through them has records of its own."""
ALWAYS = frozenset({"backup", "restore", "db upgrade", "gateway setup", "gateway revoke", "certificates metadata"})
"""Commands that change, or hand out, something beside the rows of the database."""


def keep(app: Any, words: list[str], code: int) -> None:
    """Record the command of `app` that is ending, if it changed anything. Never fails the command: without a log there is a line in the
    process's own."""
    db: Any = sys.modules.get("onething.core.db")
    try:
        command, rest = split(app, words)
    except Exception as error:  # noqa: BLE001 - commands that cannot be listed change nothing here
        log.error("an act could not be named", error=type(error).__name__)
        return
    if command.partition(" ")[0] in STAY - {"gateway"} or (command not in ALWAYS and (db is None or not db.changes())):
        return
    try:
        from onething.core.db import get_database
        from onething.oversight import service as oversight

        options = [word.partition("=")[0] for word in rest if word.startswith("-")]
        with get_database().transaction() as session:
            oversight.record(
                session, machine_user(), "command", command,
                on=rest, options=options, whence=oversight.machine(), code=code,
            )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - what was done stands; that it could not be recorded is an alarm
        log.error("an act could not be recorded", command=command, error=type(error).__name__)


def split(app: Any, words: list[str]) -> tuple[str, list[str]]:
    """The words that name the command, as far as there are such commands, and what was given to it."""
    import typer

    found: Any = typer.main.get_command(app)
    for place, word in enumerate(words):
        if not hasattr(found, "list_commands") or word not in found.list_commands(context := typer.Context(found)):
            return " ".join(words[:place]), words[place:]
        found = found.get_command(context, word)
    return " ".join(words), []
