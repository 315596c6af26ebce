"""What policy must not go live with."""

from onething.core.errors import Problem
from onething.core.processes.process import Process
from onething.core.processes.production import Shortcoming
from onething.core.rights.service import home
from onething.core.settings import settings_of
from onething.identity.errors import UNFIT_CITIES
from onething.identity.settings import CLAIMS, IdentitySettings
from onething.policy.whose import policy_city


def check(_process: Process) -> list[Shortcoming]:
    """Where the policies of another city are served, officials' cities must be told apart. One city needs no claim for that."""
    own, other, settings = home(), policy_city(), settings_of(IdentitySettings)
    if own == other or settings.oidc_cities:
        return []
    claim = (CLAIMS | settings.oidc_claims)["city"]
    return [Shortcoming(Problem(UNFIT_CITIES, cities=f"{own}, {other}", home=own, claim=claim), fatal=False)]
