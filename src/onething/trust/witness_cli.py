"""`onething witness`: cosign other logs' checkpoints, after checking that they only grew."""

import typer

app = typer.Typer(no_args_is_help=True, help="见证 · cosign checkpoints of logs after checking that they only grew.")


@app.callback()
def _witness() -> None:
    """Kept so that the group stays a group while it has one command."""
