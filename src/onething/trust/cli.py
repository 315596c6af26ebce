"""`onething ledger`: keys, the log, monitoring, packages for a court and their verification."""

import typer

from onething.trust.commands.log import register as register_log
from onething.trust.commands.recovery import register as register_recovery
from onething.trust.commands.secrets import register as register_secrets
from onething.trust.court.cli import register
from onething.trust.credentials.cli import verify

app = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="存证账本 · keys, the evidence log, monitoring, court packages and verification.",
)


app.command("verify")(verify)


register(app)
register_log(app)
register_recovery(app)
register_secrets(app)


@app.callback()
def _ledger() -> None:
    """Kept so that the group stays a group while it has one command."""
