"""`onething worker`: one worker process; start as many as there are cores on PostgreSQL, one on SQLite."""

import sys

import typer

from onething.casework.execution import worker
from onething.core.settings import get_settings

app = typer.Typer(help="Run a worker that carries out cases and sends notices; stops cleanly on SIGTERM or Ctrl-C.")


@app.callback(invoke_without_command=True)
def run(
    worker_id: str = typer.Option("", "--id", help="Stable name of this worker (default: ONETHING_WORKER_ID)."),
) -> None:
    """Run until told to stop. Exit code 3: another worker took over because this one was silent; start it again."""
    if worker_id:
        get_settings().worker_id = worker_id
    code = worker.main()
    if code:
        sys.exit(code)
