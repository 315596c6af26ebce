"""What sign-in must not go live with."""

from onething.core.errors import Problem
from onething.core.processes.process import Process
from onething.core.processes.production import Shortcoming, is_loopback
from onething.core.settings import settings_of
from onething.identity import errors
from onething.identity.oidc import get_provider
from onething.identity.settings import SANDBOX_SECRET, IdentitySettings

SHORTEST = 12
"""Characters of a client secret; none at all is a public client."""


def check(process: Process) -> list[Shortcoming]:
    """Whose secret, which provider, and whether it answers."""
    settings = settings_of(IdentitySettings)
    secret, found = settings.oidc_client_secret.get_secret_value(), list[Shortcoming]()
    if secret == SANDBOX_SECRET or 0 < len(secret) < SHORTEST:
        found.append(Shortcoming(Problem(errors.UNFIT_SECRET)))
    if is_loopback(settings.oidc_issuer):
        found.append(Shortcoming(Problem(errors.UNFIT_DEMO)))
    if not settings.oidc_issuer.startswith("https://"):
        found.append(Shortcoming(Problem(errors.INSECURE)))
    elif process.kind == "command":  # a process that starts does not wait for others
        try:
            get_provider().discovery()
        except Problem:
            found.append(Shortcoming(Problem(errors.UNFIT_AWAY), fatal=False))
    return found
