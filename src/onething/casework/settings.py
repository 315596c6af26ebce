"""Settings of this room."""

from pydantic import Field
from sqlalchemy.engine import make_url

from onething.core.settings import DatabaseAddress, RoomSettings, get_settings, settings_of


class CaseworkSettings(RoomSettings):
    """Workers."""

    engine_pool_size: int = Field(default=2, ge=2, le=100)
    """Connections that the durable engine of a worker keeps beside those of the main pool; at peaks half as many more."""
    engine_database_url: DatabaseAddress | None = None
    """Where the durable engine keeps its checkpoints; by default beside the main database."""
    worker_concurrency: int = Field(default=16, ge=1)
    lease_seconds: float = Field(default=15.0, gt=0)
    """A worker silent for this long is taken for dead and its cases are adopted."""
    drain_seconds: float = Field(default=30.0, ge=0, le=3600)
    """How long a worker that is asked to stop finishes what it has; the supervisor has to wait ten seconds longer before it kills."""
    certificate_rounds: bool = True
    """Whether this process's worker signs, logs and anchors certificates and answers requests for them; one worker is enough."""


def engine_url() -> str:
    """Where checkpoints are kept: set by the operator, else beside the main database."""
    given, settings = settings_of(CaseworkSettings).engine_database_url, get_settings()
    if given:
        return given
    if not settings.is_sqlite:
        return settings.database_url
    path = make_url(settings.database_url).database or ""
    return f"sqlite:///{path.removesuffix('.db')}-engine.db"
