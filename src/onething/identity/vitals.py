"""How sign-in goes: whether what the provider publishes is known and counts."""

from onething.core.processes.health import Check
from onething.core.processes.process import Process
from onething.identity.oidc import get_provider


def checks(process: Process) -> list[Check]:
    """Of a web process. Who is signed in needs no provider, so this is told and does not close the portal."""
    if process.kind != "web":
        return []
    counts = get_provider().publications.counting
    about = "" if counts else "does not give its keys: nobody can sign in"
    return [Check("identity provider", counts, about, needed=False)]
