"""What a worker does for certificates: they are signed, logged and anchored, and requests for them are answered."""

from onething.casework.certificates.trust_keys import pipeline
from onething.casework.settings import CaseworkSettings
from onething.catalog.service import get_city
from onething.core.processes.process import Process
from onething.core.processes.rounds import Round
from onething.core.settings import settings_of


def certificates(process: Process) -> Round | None:
    """None where the settings leave the rounds to another worker."""
    return pipeline(process.db, get_city()).as_round() if settings_of(CaseworkSettings).certificate_rounds else None
