"""`onething ledger`: keys, the log, monitoring, packages for a court and their verification."""

import typer

from onething.trust.court.cli import register
from onething.trust.credentials.cli import verify
from onething.trust.log.cli import register as register_log
from onething.trust.log.recovery_cli import register as register_recovery

app = typer.Typer(
    no_args_is_help=True, help="存证账本 · keys, the evidence log, monitoring, court packages and verification."
)


app.command("verify")(verify)


register(app)
register_log(app)
register_recovery(app)


@app.callback()
def _ledger() -> None:
    """Kept so that the group stays a group while it has one command."""
